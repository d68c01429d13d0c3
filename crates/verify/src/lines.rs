//! The lines of an export, each one JSON object.

use crate::Entry;
use serde::Deserialize;

/// The form of export that is read here, as its first line names it.
pub const FORMAT: &str = "onus audit log 1";

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The first: what it is, and how much is to come.
    Log {
        /// [`FORMAT`].
        format: String,
        /// How many entries.
        entries: u64,
        /// How many heads.
        heads: u64,
    },
    /// An entry; they come in the order of the log.
    Entry(Box<Entry>),
    /// A head; they come in order of size, behind all entries.
    Head {
        /// The signed note.
        note: String,
    },
}
