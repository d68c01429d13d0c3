//! The audit log: entries in a Merkle log under signed heads, with proofs, for everybody who may know of a change.
//!
//! [`sequence`] makes the log, [`entries`] and [`proofs`] read it, [`export`] writes it out, and [`examine`] has it checked by
//! `onus-verify`, which shares no code with it.

mod entries;
mod examine;
mod export;
mod key;
mod leaf;
mod order;
mod proofs;
mod sequence;

pub use entries::{EntriesPage, EntriesRequest, SeenEntry};
pub use examine::examine_export;
pub use export::Export;
pub use key::{AuditKey, note};
pub use leaf::{actor_digest, moment, text as leaf_text};
pub use onus_verify::Report;
pub use proofs::{Consistency, Inclusion};

use crate::App;
use onus_domain::{Error, Result, Violation, audit::Head};
use std::collections::BTreeSet;
use tokio::sync::Notify;

/// What an application keeps of its audit log.
#[derive(Default)]
pub(crate) struct AuditLog {
    key: Option<AuditKey>,
    /// Public keys that signed heads before, and those of other servers.
    trusted: Vec<String>,
    came: Notify,
}

/// Heads in one page at most.
const MOST_HEADS: u64 = 1_000;

impl App {
    /// The same, signing heads of its audit log with `key`, and trusting those that any of `trusted` signed.
    #[must_use]
    pub fn with_audit_key(mut self, key: AuditKey, trusted: Vec<String>) -> Self {
        self.audit.key = Some(key);
        self.audit.trusted = trusted;
        self
    }

    /// The same, signing no heads, and trusting those that any of `trusted` signed.
    #[must_use]
    pub fn trusting(mut self, trusted: Vec<String>) -> Self {
        self.audit.trusted = trusted;
        self
    }

    /// The key that heads are signed with.
    pub fn audit_key(&self) -> Option<&AuditKey> {
        self.audit.key.as_ref()
    }

    /// The public keys whose heads are trusted: the one that signs, then the others.
    pub fn audit_keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.audit.key.iter().map(AuditKey::public).collect();
        let own: BTreeSet<_> = keys.iter().cloned().collect();
        keys.extend(self.audit.trusted.iter().filter(|key| !own.contains(*key)).cloned());
        keys
    }

    /// Says that entries were committed.
    pub(crate) fn note_audit(&self) {
        self.audit.came.notify_one();
    }

    async fn audit_entries_came(&self) {
        self.audit.came.notified().await;
    }

    /// The latest head, or the one over `size` entries.
    pub async fn audit_head(&self, size: Option<u64>) -> Result<Head> {
        let head = self.store().audit_head(size).await?;
        head.ok_or_else(|| {
            let name = size.map_or_else(|| "latest".to_owned(), |size| size.to_string());
            Error::not_found("head", format!("auditHeads/{name}"))
        })
    }

    /// Heads over fewer than `below` entries (all, without it), largest first.
    pub async fn audit_heads(&self, below: Option<u64>, limit: u64) -> Result<Vec<Head>> {
        self.store().audit_heads(below, limit.min(MOST_HEADS + 1)).await
    }
}

/// Refuses a number of entries that no head is over.
fn check_size(field: &str, size: u64, latest: u64) -> Result<()> {
    if size <= latest {
        return Ok(());
    }
    let expected = format!("a number of entries up to {latest}, which the latest head is over");
    Err(Violation::new(field, "RANGE", size, expected).into())
}
