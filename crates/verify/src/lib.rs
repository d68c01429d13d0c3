//! The verifier of the audit log: finds any change of any past entry, from an export and a public key alone.
//!
//! It shares no code with what writes the log. It goes by what `docs/adr/0008-audit-log.md` says, as a stranger would:
//! - a leaf is the SHA-256 of a zero byte and the entry's canonical JSON ([`Entry::leaf_text`]);
//! - the tree over the leaves is that of RFC 9162, section 2.1, computed here from its recursive definition ([`tree`]);
//! - a head is a signed note over size and root ([`note`]);
//! - a log is what [`Verifier`] reads line by line, and [`Verifier::finish`] judges as a whole.

mod chain;
mod entry;
mod lines;
mod verifier;

pub mod note;
pub mod tree;

pub use entry::Entry;
pub use lines::{FORMAT, Line};
pub use verifier::{Present, Problem, Report, Verifier};
