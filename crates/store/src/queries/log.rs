//! The audit log as those read it who tell others of it: entries with their states, by their places.

use super::codec::Reader;
use crate::{Store, Tx, tables::audit_entry};
use onus_domain::{Result, audit::AuditEntry};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

impl Tx {
    /// Entries of the log with their places and states, in order, from place `first` on, at most `limit`.
    pub async fn log_from(&self, first: u64, limit: u64) -> Result<Vec<(u64, AuditEntry, Option<String>)>> {
        let found = self.audit_log_whole(first, limit).await?;
        let placed =
            |(logged, state, _): (onus_domain::audit::Logged, _, _)| Some((logged.seq?, logged.entry, state));
        Ok(found.into_iter().filter_map(placed).collect())
    }

    /// The last entry of the log: its place and key.
    pub async fn last_logged(&self) -> Result<Option<(u64, Uuid)>> {
        use audit_entry::Column as C;
        let last = audit_entry::Entity::find()
            .select_only()
            .columns([C::Seq, C::Id])
            .filter(C::Seq.is_not_null())
            .order_by_desc(C::Seq)
            .limit(1)
            .into_tuple::<(i64, Uuid)>()
            .one(self.db())
            .await
            .map_err(|error| self.fail(&error))?;
        let Some((seq, id)) = last else { return Ok(None) };
        Ok(Some((Reader { table: "audit_entry", key: id }.number("seq", seq)?, id)))
    }
}

impl Store {
    /// Entries of the log with their places and states, in order, from place `first` on, at most `limit`.
    pub async fn log_from(&self, first: u64, limit: u64) -> Result<Vec<(u64, AuditEntry, Option<String>)>> {
        self.read(async |tx: Tx| tx.log_from(first, limit).await).await
    }

    /// The last entry of the log: its place and key.
    pub async fn last_logged(&self) -> Result<Option<(u64, Uuid)>> {
        self.read(async |tx: Tx| tx.last_logged().await).await
    }
}
