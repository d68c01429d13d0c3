//! Audit entries of changes, made in the transaction of the change.

use crate::Context;
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, Result,
    audit::{Audience, AuditEntry, Change},
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::Mutex;
use uuid::{ContextV7, Timestamp, Uuid};

/// What keys of one moment are counted by.
static SEQUENCE: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// A UUID version 7 of a moment. Those that one process makes are in the order of their making, also within a moment.
pub fn id_at(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(&SEQUENCE, seconds, now.timestamp_subsec_nanos()))
}

/// SHA-256 of a text, in hexadecimal.
fn digest(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

fn to_json(resource: &impl Serialize) -> Result<String> {
    serde_json::to_string(resource).map_err(Error::internal)
}

/// SHA-256 of a resource's JSON, as entries have it.
pub(crate) fn digest_of(resource: &impl Serialize) -> Result<String> {
    Ok(digest(&to_json(resource)?))
}

/// The change of a resource from `before` to `after`. ADMIN alone may learn of it unless [`Change::public`] or [`Change::of`] say otherwise.
pub fn change<T: Serialize>(
    context: &Context,
    action: &str,
    resource: String,
    before: Option<&T>,
    after: Option<&T>,
    reason: &str,
) -> Result<Change> {
    let before = before.map(to_json).transpose()?;
    let state = after.map(to_json).transpose()?;
    let entry = AuditEntry {
        id: context.new_id(),
        at: context.now,
        actor: context.actor.account.clone(),
        salt: context.new_id().simple().to_string(),
        action: action.to_owned(),
        resource,
        owner: None,
        audience: Audience::Admin,
        before_digest: before.as_deref().map(digest),
        after_digest: state.as_deref().map(digest),
        reason: reason.to_owned(),
    };
    Ok(Change { entry, state })
}
