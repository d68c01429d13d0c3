//! All reads and writes, one file an area, as methods of [`Tx`]. Lists come in the byte order of their keys, sorted here: PostgreSQL's own
//! order depends on how the database was made.

mod audit;
mod bundle;
mod codec;
mod collections;
mod contents;
mod definitions;
mod editions;
mod jobs;
mod matching;
mod organisations;
mod requests;
mod rows;
mod statements;
mod stored;
mod submissions;
mod versions;
mod which;

pub use audit::Stamp;
pub use requests::{Answered, Answering};
pub use stored::Upserted;

pub(crate) use which::Which;

use crate::{Store, Tx};
use chrono::{DateTime, Utc};
use onus_domain::{
    CollectionId, DefinitionId, Month, OdsCode, Result, audit::AuditEntry, collection::Collection,
    definition::Definition, edition::Edition, job::Job, organisation::Organisation, reference::Reference,
    subject::Subject, version::Version,
};
use std::collections::BTreeSet;

/// Reads that are also had without a transaction of one's own.
macro_rules! reads {
    ($by:ident; $($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        impl Store {
            $(
                $(#[$doc])*
                pub async fn $name(&self, $($argument: $type),*) -> Result<$answer> {
                    self.$by(async |tx: Tx| tx.$name($($argument),*).await).await
                }
            )+
        }
    };
}

// Those that are one statement.
reads! {
    read_once;
    /// All organisations, by code.
    organisations() -> Vec<Organisation>;
    /// The organisation of a code.
    organisation(code: &OdsCode) -> Option<Organisation>;
    /// All subjects, by key.
    subjects() -> Vec<Subject>;
    /// The latest version of each definition, by key.
    definitions() -> Vec<Definition>;
    /// The latest version of a definition.
    definition(id: &DefinitionId) -> Option<Definition>;
    /// All collections, published or not, by key.
    collections() -> Vec<Collection>;
    /// The collection of a key, published or not.
    collection(id: &CollectionId) -> Option<Collection>;
    /// A collection with all its versions, first first, in any state.
    collection_with_versions(id: &CollectionId) -> Option<(Collection, Vec<Version>)>;
    /// A version in any state.
    version(id: &CollectionId, number: u32) -> Option<Version>;
    /// References that collections have.
    references() -> BTreeSet<Reference>;
    /// The bytes of a file of an edition.
    edition_file(month: Month, revision: u32, path: &str) -> Option<Vec<u8>>;
    /// All jobs, by key.
    jobs() -> Vec<Job>;
    /// The job of a key.
    job(id: &str) -> Option<Job>;
    /// Work of some kinds that is due and that nobody has the lease of, longest due first.
    due_jobs(kinds: &[&str], now: DateTime<Utc>, limit: u64) -> Vec<Job>;
    /// The entries of a resource after `after` (from the first, without it), by key, at most `limit`.
    audit_of(resource: &str, after: Option<uuid::Uuid>, limit: u64) -> Vec<AuditEntry>;
    /// The answer that an account's request was given, if it was made before.
    answered(account: &str, id: uuid::Uuid) -> Option<Answered>;
}

// Those that are several, of one moment.
reads! {
    read;
    /// The latest revision of each month before `before` (of all, without it), latest first, at most `limit`.
    editions(before: Option<Month>, limit: u64) -> Vec<Edition>;
    /// An edition in one revision, or its latest.
    edition(month: Month, revision: Option<u32>) -> Option<Edition>;
}
