//! The audit log.

use super::{code, large_count, timestamp};
use crate::names;
use onus_app::audit_log::{Consistency, Inclusion, SeenEntry, leaf_text, note};
use onus_domain::{Violation, audit::Head, merkle::Hash};
use onus_proto::v1 as pb;

/// A head.
pub fn head(of: &Head) -> pb::AuditHead {
    pb::AuditHead {
        name: format!("auditHeads/{}", of.size),
        size: large_count(of.size),
        root: of.root.0.to_vec(),
        sign_time: Some(timestamp(of.at)),
        origin: of.origin.clone(),
        key: of.key.clone(),
        note: note(of),
    }
}

/// An entry as its reader sees it.
pub fn entry(of: SeenEntry) -> pb::AuditEntry {
    let leaf = leaf_text(&of.logged, &of.actor_digest);
    let entry = of.logged.entry;
    pb::AuditEntry {
        name: format!("auditEntries/{}", entry.id),
        seq: of.logged.seq.map_or(-1, large_count),
        change_time: Some(timestamp(entry.at)),
        actor: entry.actor,
        salt: entry.salt,
        actor_digest: of.actor_digest,
        action: entry.action,
        resource: entry.resource,
        owner: entry.owner.as_ref().map(names::organisation).unwrap_or_default(),
        audience: code(entry.audience),
        before_digest: entry.before_digest.unwrap_or_default(),
        after_digest: entry.after_digest.unwrap_or_default(),
        reason: entry.reason,
        leaf,
    }
}

fn hashes(of: &[Hash]) -> Vec<Vec<u8>> {
    of.iter().map(|hash| hash.0.to_vec()).collect()
}

/// A proof that an entry stands in the log.
pub fn inclusion(of: &Inclusion) -> pb::InclusionProof {
    pb::InclusionProof {
        seq: large_count(of.seq),
        leaf_hash: of.leaf.0.to_vec(),
        tree_size: large_count(of.size),
        root: of.root.0.to_vec(),
        path: hashes(&of.path),
    }
}

/// A proof that the log only grew.
pub fn consistency(of: &Consistency) -> pb::ConsistencyProof {
    pb::ConsistencyProof {
        first_size: large_count(of.first),
        first_root: of.first_root.0.to_vec(),
        second_size: large_count(of.second),
        second_root: of.second_root.0.to_vec(),
        path: hashes(&of.path),
    }
}

/// Reads a number of entries, or a place among them.
pub fn read_size(field: &str, given: i64) -> Result<u64, Violation> {
    u64::try_from(given).map_err(|_| Violation::new(field, "RANGE", given, "0 or more"))
}
