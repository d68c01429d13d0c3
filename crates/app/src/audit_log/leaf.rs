//! What a leaf of the log is the hash of: see `docs/adr/0008-audit-log.md`.

use chrono::{DateTime, Utc};
use onus_domain::{
    audit::{AuditEntry, Logged},
    merkle::Hash,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The entry as its leaf has it, names in order. The account is hashed with a salt, so that who may not know it can check the rest; whether
/// a state is kept stands in it, so that none can be taken away.
#[derive(Serialize)]
struct Leaf<'e> {
    action: &'e str,
    actor_digest: &'e str,
    after_digest: Option<&'e str>,
    at: String,
    audience: String,
    before_digest: Option<&'e str>,
    has_state: bool,
    id: String,
    owner: Option<&'e str>,
    reason: &'e str,
    resource: &'e str,
}

/// A moment as leaves, heads and exports have it: always with microseconds, so that texts compare as times do.
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// The hash that stands for the account of an entry.
pub fn actor_digest(entry: &AuditEntry) -> String {
    format!("{:x}", Sha256::digest(format!("{}:{}", entry.salt, entry.actor)))
}

/// The text of an entry's leaf, in which `actor_digest` stands for the account.
pub fn text(of: &Logged, actor_digest: &str) -> String {
    let entry = &of.entry;
    let leaf = Leaf {
        action: &entry.action,
        actor_digest,
        after_digest: entry.after_digest.as_deref(),
        at: moment(entry.at),
        audience: entry.audience.to_string(),
        before_digest: entry.before_digest.as_deref(),
        has_state: of.has_state,
        id: entry.id.to_string(),
        owner: entry.owner.as_ref().map(onus_domain::OdsCode::as_str),
        reason: &entry.reason,
        resource: &entry.resource,
    };
    // Texts, truth values and nulls always become JSON.
    serde_json::to_string(&leaf).unwrap_or_default()
}

/// The hash of an entry's leaf.
pub fn hash(of: &Logged) -> Hash {
    Hash::of_leaf(text(of, &actor_digest(&of.entry)).as_bytes())
}
