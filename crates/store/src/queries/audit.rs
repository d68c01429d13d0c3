//! Audit entries, and what they tell of change.

use super::{codec::moment, stored::Stored};
use crate::{Store, Tx, error, tables::audit_entry};
use onus_domain::{Error, Result, audit::AuditEntry};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for AuditEntry {
    type Entity = audit_entry::Entity;
    const KIND: &'static str = "audit entry";

    fn to_row(&self) -> Result<audit_entry::Model> {
        Ok(audit_entry::Model {
            id: self.id,
            at: moment(self.at),
            actor: self.actor.clone(),
            action: self.action.clone(),
            resource: self.resource.clone(),
            before_digest: self.before_digest.clone(),
            after_digest: self.after_digest.clone(),
            reason: self.reason.clone(),
        })
    }

    fn of_row(row: audit_entry::Model) -> Result<Self> {
        let audit_entry::Model { id, at, actor, action, resource, before_digest, after_digest, reason } = row;
        Ok(Self { id, at, actor, action, resource, before_digest, after_digest, reason })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        format!("audit/{}", self.id)
    }
}

/// What tells whether anything was committed since: every change adds an audit entry, and none ever goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    entries: i64,
    latest: Option<Uuid>,
}

impl Tx {
    /// Adds entries; none is ever changed. Their keys are new by construction, so they are not looked for first.
    pub async fn append_audit(&self, entries: &[AuditEntry]) -> Result<()> {
        self.insert::<audit_entry::Entity>(entries.iter().map(Stored::to_row).collect::<Result<_>>()?).await
    }

    /// The entries of a resource after `after` (from the first, without it), by key, at most `limit`.
    pub async fn audit_of(&self, resource: &str, after: Option<Uuid>, limit: u64) -> Result<Vec<AuditEntry>> {
        let mut found = audit_entry::Entity::find().filter(audit_entry::Column::Resource.eq(resource));
        if let Some(after) = after {
            found = found.filter(audit_entry::Column::Id.gt(after));
        }
        self.list(found.order_by_asc(audit_entry::Column::Id).limit(limit)).await
    }
}

impl Store {
    /// The change stamp: equal stamps mean that nothing was committed between. One statement. Take it before reading what is to be kept
    /// under it: then a change in between makes one reading too many, never one too few.
    pub async fn stamp(&self) -> Result<Stamp> {
        let fail = |error: DbErr| error::of_statement(&error);
        let statement = Statement::from_string(
            self.db.get_database_backend(),
            "SELECT COUNT(*) AS entries, (SELECT id FROM audit_entry ORDER BY id DESC LIMIT 1) AS latest FROM audit_entry",
        );
        let row = self.db.query_one_raw(statement).await.map_err(fail)?;
        let row = row.ok_or_else(|| Error::internal("a count gave no row"))?;
        Ok(Stamp {
            entries: row.try_get("", "entries").map_err(fail)?,
            latest: row.try_get("", "latest").map_err(fail)?,
        })
    }
}
