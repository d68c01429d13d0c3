//! All reads and writes, one file an area, as methods of [`Tx`]. Lists come in the byte order of their keys, sorted here: PostgreSQL's own
//! order depends on how the database was made.

mod accounts;
mod audit;
mod audit_entries;
mod audit_log;
mod bundle;
mod challenges;
mod codec;
mod collections;
mod comply;
mod consultations;
mod contents;
mod definitions;
mod deliveries;
mod editions;
mod feedback;
mod history;
mod jobs;
mod log;
mod matching;
mod organisations;
mod plans;
mod requests;
mod reuse;
mod reviews;
mod rows;
mod sessions;
mod statements;
mod stored;
mod submissions;
mod subscriptions;
mod versions;
mod which;

pub use audit::{Stamp, root_of};
pub use audit_entries::{LogQuery, LogReader};
pub use deliveries::DeliveryCounts;
pub use history::{Past, PastOf};
pub use requests::{Answered, Answering};
pub use stored::Upserted;

pub(crate) use which::Which;

use crate::{Store, Tx};
use chrono::{DateTime, NaiveDate, Utc};
use onus_domain::{
    AccountId, CollectionId, DefinitionId, Month, OdsCode, Result,
    account::{Account, ServiceToken, Session},
    audit::{AuditEntry, Head, Logged},
    challenge::Challenge,
    collection::Collection,
    consultation::{self, Consultation},
    definition::Definition,
    duplicates::{DuplicateReport, Explanation},
    edition::Edition,
    feedback::{Feedback, ThemeGiven},
    job::Job,
    merkle::{Hash, Node},
    organisation::Organisation,
    plan::Plan,
    reference::Reference,
    renewal::ItemUse,
    reuse::ReuseAgreement,
    review::{Comment, QueueEntry, Review},
    statement::BurdenStatement,
    subject::Subject,
    version::{Version, VersionState},
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

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
    /// The challenge of a key.
    challenge(id: Uuid) -> Option<Challenge>;
    /// All challenges, by key.
    challenges() -> Vec<Challenge>;
    /// The challenges that have an outcome, and those of an organisation, by key.
    challenges_told(organisation: Option<&OdsCode>) -> Vec<Challenge>;
    /// The challenges that should have been answered before `today`, by key.
    challenges_overdue(today: NaiveDate) -> Vec<Challenge>;
    /// Feedback of a key.
    feedback(id: Uuid) -> Option<Feedback>;
    /// A provider's feedback, or all, by key.
    feedback_of(provider: Option<&OdsCode>) -> Vec<Feedback>;
    /// What themes are counted by, of feedback that was answered.
    feedback_themes() -> Vec<ThemeGiven>;
    /// All plans, by owner.
    plans() -> Vec<Plan>;
    /// A body's plan.
    plan(owner: &OdsCode) -> Option<Plan>;
    /// All jobs, by key.
    jobs() -> Vec<Job>;
    /// The job of a key.
    job(id: &str) -> Option<Job>;
    /// Work of some kinds that is due and that nobody has the lease of, longest due first.
    due_jobs(kinds: &[&str], now: DateTime<Utc>, limit: u64) -> Vec<Job>;
    /// The head over the first `size` entries, or the latest.
    audit_head(size: Option<u64>) -> Option<Head>;
    /// Heads over fewer than `below` entries (all, without it), largest first, at most `limit`.
    audit_heads(below: Option<u64>, limit: u64) -> Vec<Head>;
    /// Hashes of whole subtrees; those that are not there are left out.
    audit_nodes(nodes: &[Node]) -> HashMap<Node, Hash>;
    /// Entries of the log, without their states.
    audit_log(query: &LogQuery) -> Vec<Logged>;
    /// An entry by its key.
    audit_entry(id: Uuid) -> Option<Logged>;
    /// Whether any entry has no place in the log yet.
    audit_waits() -> bool;
    /// How many entries have no place in the log yet, and since when the first of them waits.
    audit_lag() -> (u64, Option<DateTime<Utc>>);
    /// What resources were at a time, those left out that were not there.
    past(of: &PastOf, at: DateTime<Utc>) -> Vec<Past>;
    /// All accounts, by key.
    accounts() -> Vec<Account>;
    /// The account of a key.
    account(id: &str) -> Option<Account>;
    /// The account of somebody whom an issuer names so.
    account_of(issuer: &str, subject: &str) -> Option<Account>;
    /// The account that shows a client certificate of this digest.
    account_of_certificate(digest: &str) -> Option<Account>;
    /// The tokens of an account, by key, which is in order of making.
    tokens(account: &AccountId) -> Vec<ServiceToken>;
    /// The session of a key's digest.
    session(digest: &str) -> Option<Session>;
    /// The entries of a resource after `after` (from the first, without it), by key, at most `limit`.
    audit_of(resource: &str, after: Option<Uuid>, limit: u64) -> Vec<AuditEntry>;
    /// The answer that an account's request was given, if it was made before.
    answered(account: &str, id: Uuid) -> Option<Answered>;
}

// Those that are several, of one moment.
reads! {
    read;
    /// The collections of which a version is to begin or to end by `today` and has not, by key.
    collections_due(today: NaiveDate) -> Vec<CollectionId>;
    /// The rulings on a version, in the order in which they were said.
    reviews_of(id: &CollectionId, version: u32) -> Vec<Review>;
    /// The comments on a version, in the order in which they were said.
    comments_of(id: &CollectionId, version: u32) -> Vec<Comment>;
    /// The versions that wait for the panel or are with it, by collection, number.
    queue(states: &[VersionState], owner: Option<&OdsCode>) -> Vec<QueueEntry>;
    /// The report of a version's latest submission, if it was ever submitted.
    duplicate_report(id: &CollectionId, version: u32) -> Option<DuplicateReport>;
    /// Who submitted a version, each time that it was, first first.
    submitters(id: &CollectionId, version: u32) -> Vec<String>;
    /// The burden statements of a version, by date.
    statements_of(id: &CollectionId, version: u32) -> Vec<BurdenStatement>;
    /// What its owner says of a version's items, by position.
    explanations(id: &CollectionId, version: u32) -> Vec<Explanation>;
    /// The recorded uses of a collection's items, by day.
    item_uses(id: &CollectionId) -> Vec<ItemUse>;
    /// The token of a digest and whose it is.
    token_with_account(digest: &str) -> Option<(ServiceToken, Account)>;
    /// The latest revision of each month before `before` (of all, without it), latest first, at most `limit`.
    editions(before: Option<Month>, limit: u64) -> Vec<Edition>;
    /// An edition in one revision, or its latest.
    edition(month: Month, revision: Option<u32>) -> Option<Edition>;
    /// All reuse agreements, by key.
    reuse_agreements() -> Vec<ReuseAgreement>;
    /// The reuse agreement of a key.
    reuse_agreement(id: Uuid) -> Option<ReuseAgreement>;
    /// The reuse agreements of a collection, by key.
    reuse_of(id: &CollectionId) -> Vec<ReuseAgreement>;
    /// All consultations, by key.
    consultations() -> Vec<Consultation>;
    /// The consultations of a collection, by key.
    consultations_of(id: &CollectionId) -> Vec<Consultation>;
    /// The consultation of a key with what was said, by key.
    consultation(id: Uuid) -> Option<(Consultation, Vec<consultation::Comment>)>;
}
