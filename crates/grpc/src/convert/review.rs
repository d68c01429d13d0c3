//! Rulings, comments and the panel's queue.

use super::{code, count, day, timestamp};
use crate::names;
use chrono::{DateTime, Utc};
use onus_domain::review::{Comment, QueueEntry, Review};
use onus_proto::v1 as pb;

/// A ruling.
pub fn review(of: &Review) -> pb::Review {
    pb::Review {
        name: format!("{}/reviews/{}", names::version(&of.collection, of.version), of.id),
        verdict: code(of.verdict),
        reason: of.reason.clone(),
        conditions: of.conditions.clone(),
        expires_on: day(of.expires_on),
        reviewer: of.reviewer.clone(),
        create_time: Some(timestamp(of.at)),
    }
}

/// A comment.
pub fn review_comment(of: &Comment) -> pb::Comment {
    pb::Comment {
        name: format!("{}/comments/{}", names::version(&of.collection, of.version), of.id),
        position: of.position.unwrap_or_default(),
        audience: code(of.audience),
        text: of.text.clone(),
        author: of.author.clone(),
        create_time: Some(timestamp(of.at)),
    }
}

/// A version in the queue, as it is `now`.
pub fn queue_entry(of: &QueueEntry, now: DateTime<Utc>) -> pb::QueueEntry {
    let id = &of.collection.id;
    let mut entry = pb::QueueEntry {
        version: names::version(id, of.number),
        title: of.title.clone(),
        owner: names::organisation(&of.collection.owner),
        state: code(of.state),
        sector_path: code(of.collection.sector_path),
        renews: of.renews.map(|renews| names::version(id, renews)).unwrap_or_default(),
        ..pb::QueueEntry::default()
    };
    if let Some(filed) = &of.filed {
        entry.submit_time = Some(timestamp(filed.at));
        entry.age_days = i32::try_from((now - filed.at).num_days()).unwrap_or(i32::MAX);
        entry.content_items = count(filed.content_items);
        entry.duplicates = count(filed.duplicates);
        entry.hours = exact(filed.seconds) / 3_600.0;
        entry.pounds = exact(filed.pence) / 100.0;
        entry.method = code(filed.method);
        entry.respondents = count(filed.respondents);
        entry.referred.clone_from(&filed.referred);
    }
    entry
}

#[expect(clippy::cast_precision_loss, reason = "seconds and pence of one request are far below 2^52")]
fn exact(of: u64) -> f64 {
    of as f64
}
