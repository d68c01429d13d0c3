//! Audit entries of changes, made in the transaction of the change.

use crate::Context;
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, audit::AuditEntry};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::{NoContext, Timestamp, Uuid};

/// A UUID version 7 of a moment. Entries of one moment differ in their random part.
pub fn id_at(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
}

/// SHA-256 of a resource's canonical JSON, in hexadecimal.
pub fn digest(resource: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(resource).map_err(Error::internal)?;
    Ok(format!("{:x}", Sha256::digest(json)))
}

/// The entry of a change from `before` to `after`.
pub fn entry<T: Serialize>(
    context: &Context,
    action: &str,
    resource: String,
    before: Option<&T>,
    after: Option<&T>,
    reason: &str,
) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: context.new_id(),
        at: context.now,
        actor: context.actor.account.clone(),
        action: action.to_owned(),
        resource,
        before_digest: before.map(digest).transpose()?,
        after_digest: after.map(digest).transpose()?,
        reason: reason.to_owned(),
    })
}
