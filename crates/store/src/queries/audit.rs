//! Audit entries, and what they tell of change.

use super::codec::{Reader, moment, some_text, to_text};
use crate::{
    Store, Tx, error,
    tables::{audit_entry, publication},
};
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, Result,
    audit::{AuditEntry, Change},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use uuid::Uuid;

fn to_row(Change { entry, state }: &Change) -> audit_entry::Model {
    audit_entry::Model {
        id: entry.id,
        at: moment(entry.at),
        actor: entry.actor.clone(),
        action: entry.action.clone(),
        resource: entry.resource.clone(),
        owner: some_text(entry.owner.as_ref()),
        audience: to_text(entry.audience),
        before_digest: entry.before_digest.clone(),
        after_digest: entry.after_digest.clone(),
        reason: entry.reason.clone(),
        state: state.clone(),
        salt: entry.salt.clone(),
        root: root_of(&entry.resource).to_owned(),
        seq: None,
    }
}

/// The first two parts of a resource's name: what lies under one resource has the same.
pub fn root_of(resource: &str) -> &str {
    let second = resource.find('/').map(|first| first + 1);
    let end = second.and_then(|second| Some(second + resource.get(second..)?.find('/')?));
    end.and_then(|end| resource.get(..end)).unwrap_or(resource)
}

pub(super) fn of_row(row: audit_entry::Model) -> Result<AuditEntry> {
    let read = Reader { table: "audit_entry", key: row.id };
    Ok(AuditEntry {
        id: row.id,
        at: row.at,
        actor: row.actor,
        salt: row.salt,
        action: row.action,
        resource: row.resource,
        owner: read.parse_some("owner", row.owner.as_deref())?,
        audience: read.parse("audience", &row.audience)?,
        before_digest: row.before_digest,
        after_digest: row.after_digest,
        reason: row.reason,
    })
}

/// What tells whether anything published was changed since: every transaction that did so left a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    rows: i64,
    latest: Option<Uuid>,
}

impl Tx {
    /// Adds the entries of changes; none is ever changed. Their keys are new by construction, so they are not looked for first. If any
    /// of them is public, the change stamp is another afterwards.
    pub async fn append_audit(&self, changes: &[Change]) -> Result<()> {
        self.insert::<audit_entry::Entity>(changes.iter().map(to_row).collect()).await?;
        let Some(first) = changes.iter().find(|change| change.is_public()) else { return Ok(()) };
        let row = publication::Model { id: first.entry.id, at: moment(first.entry.at) };
        self.insert::<publication::Entity>(vec![row]).await
    }

    /// The entries of a resource after `after` (from the first, without it), by key, at most `limit`.
    pub async fn audit_of(&self, resource: &str, after: Option<Uuid>, limit: u64) -> Result<Vec<AuditEntry>> {
        let mut found = audit_entry::Entity::find()
            .filter(audit_entry::Column::Root.eq(root_of(resource)))
            .filter(audit_entry::Column::Resource.eq(resource));
        if let Some(after) = after {
            found = found.filter(audit_entry::Column::Id.gt(after));
        }
        let rows = self.select(found.order_by_asc(audit_entry::Column::Id).limit(limit)).await?;
        rows.into_iter().map(of_row).collect()
    }

    /// Forgets what the change stamp is made of before `before`, to keep it quick; answers how many rows that were. The stamp differs
    /// afterwards, though nothing changed.
    pub async fn forget_publications(&self, before: DateTime<Utc>) -> Result<u64> {
        let old = publication::Column::At.lt(before);
        self.delete::<publication::Entity>(Condition::all().add(old)).await
    }
}

impl Store {
    /// The change stamp: equal stamps mean that nothing published was changed between. One statement. Take it before reading what is to
    /// be kept under it: then a change in between makes one reading too many, never one too few.
    pub async fn stamp(&self) -> Result<Stamp> {
        let fail = |error: DbErr| error::of_statement(&error);
        let statement = Statement::from_string(
            self.db.get_database_backend(),
            "SELECT COUNT(*) AS total, (SELECT id FROM publication ORDER BY id DESC LIMIT 1) AS latest FROM publication",
        );
        let row = self.db.query_one_raw(statement).await.map_err(fail)?;
        let row = row.ok_or_else(|| Error::internal("a count gave no row"))?;
        Ok(Stamp {
            rows: row.try_get("", "total").map_err(fail)?,
            latest: row.try_get("", "latest").map_err(fail)?,
        })
    }
}
