//! An entry as the export writes it, and the text that its leaf is the hash of.

use crate::tree::{self, Hash};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its place in the log, from 0.
    pub seq: u64,
    /// Its key.
    pub id: String,
    /// When, `YYYY-MM-DDThh:mm:ss.ffffffZ`.
    pub at: String,
    /// Which account.
    pub actor: String,
    /// What makes the actor's hash unguessable.
    pub salt: String,
    /// What was done.
    pub action: String,
    /// To which resource.
    pub resource: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// Who may learn of it.
    pub audience: String,
    /// SHA-256 of the resource before, in hexadecimal.
    pub before_digest: Option<String>,
    /// SHA-256 of the resource after.
    pub after_digest: Option<String>,
    /// Why.
    pub reason: String,
    /// The resource after, as JSON; not kept of what follows from other resources, and of entries of before states were kept.
    pub state: Option<String>,
}

impl Entry {
    /// What the leaf is the hash of: JSON in the canonical form of RFC 8785 (names in order, no blanks), all values text, null or
    /// truth values. The account stands in it as a salted hash, so that who may not know it can check the rest.
    pub fn leaf_text(&self) -> String {
        // serde_json keeps names in order, and escapes as RFC 8785 does.
        json!({
            "action": self.action,
            "actor_digest": sha256(format!("{}:{}", self.salt, self.actor).as_bytes()),
            "after_digest": self.after_digest,
            "at": self.at,
            "audience": self.audience,
            "before_digest": self.before_digest,
            "has_state": self.state.is_some(),
            "id": self.id,
            "owner": self.owner,
            "reason": self.reason,
            "resource": self.resource,
        })
        .to_string()
    }

    /// The hash of its leaf.
    pub fn leaf(&self) -> Hash {
        tree::leaf(self.leaf_text().as_bytes())
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
