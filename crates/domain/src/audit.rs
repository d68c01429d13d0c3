//! Audit entries: who changed what, when, from what to what. Written in the same transaction as the change.

use crate::{OdsCode, codes::codes, merkle::Hash};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// Who may learn of a change.
    Audience {
        /// Everybody: what changed is published.
        Public,
        /// The people of the organisation it belongs to, the panel and ADMIN.
        Insiders,
        /// ADMIN alone.
        Admin,
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Which account.
    pub actor: String,
    /// Random text that makes a hash of the account unguessable.
    pub salt: String,
    /// What was done, such as `collection.adopt`.
    pub action: String,
    /// Name of the resource, such as `collections/critical-care/versions/1`.
    pub resource: String,
    /// The organisation that the resource belongs to, if it belongs to one.
    pub owner: Option<OdsCode>,
    /// Who may learn of it.
    pub audience: Audience,
    /// SHA-256 of the resource before, in hexadecimal; `None` if it was not there.
    pub before_digest: Option<String>,
    /// SHA-256 of the resource after; `None` if it is gone.
    pub after_digest: Option<String>,
    /// Reason given.
    pub reason: String,
}

/// An entry with the state that the change left: history is read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The entry.
    pub entry: AuditEntry,
    /// The resource after, as the JSON whose SHA-256 is the entry's `after_digest`; `None` if it is gone, or can be computed again.
    pub state: Option<String>,
}

impl Change {
    /// Says that everybody may learn of it.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.entry.audience = Audience::Public;
        self
    }

    /// Says whose it is, and whether everybody may learn of it or only the owner's people, the panel and ADMIN.
    #[must_use]
    pub fn of(mut self, owner: &OdsCode, public: bool) -> Self {
        self.entry.owner = Some(owner.clone());
        self.entry.audience = if public { Audience::Public } else { Audience::Insiders };
        self
    }

    /// Leaves the state out: it follows from other resources, and only its digest is kept.
    #[must_use]
    pub fn digest_only(mut self) -> Self {
        self.state = None;
        self
    }

    /// Whether what is published changed.
    pub fn is_public(&self) -> bool {
        self.entry.audience == Audience::Public
    }
}

/// An entry as the audit log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the log, from 0; `None` until it has one.
    pub seq: Option<u64>,
    /// Whether the state that the change left is kept.
    pub has_state: bool,
    /// The entry.
    pub entry: AuditEntry,
}

/// A signed head of the audit log: what its first entries hash to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// Which log, as its key names it.
    pub origin: String,
    /// The root of their tree.
    pub root: Hash,
    /// When it was signed.
    pub at: DateTime<Utc>,
    /// Which key signed it.
    pub key: String,
    /// Its Ed25519 signature.
    pub signature: Vec<u8>,
}
