//! Audit entries: who changed what, when, from what to what. Written in the same transaction as the change.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Which account.
    pub actor: String,
    /// What was done, such as `collection.adopt`.
    pub action: String,
    /// Name of the resource, such as `collections/critical-care/versions/1`.
    pub resource: String,
    /// SHA-256 of the resource before, in hexadecimal; `None` if it was not there.
    pub before_digest: Option<String>,
    /// SHA-256 of the resource after; `None` if it is gone.
    pub after_digest: Option<String>,
    /// Reason given.
    pub reason: String,
}
