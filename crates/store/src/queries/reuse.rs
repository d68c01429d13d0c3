//! Reuse agreements.

use super::{
    codec::{Reader, some_text, to_json, to_text},
    stored::Stored,
};
use crate::{Tx, error, tables::reuse_agreement};
use onus_domain::{CollectionId, Error, Result, reuse::ReuseAgreement};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for ReuseAgreement {
    type Entity = reuse_agreement::Entity;
    const KIND: &'static str = "reuse agreement";

    fn to_row(&self) -> Result<reuse_agreement::Model> {
        Ok(reuse_agreement::Model {
            id: self.id,
            holder: to_text(&self.holder),
            recipient: to_text(&self.recipient),
            collection: to_text(&self.collection),
            version: self.version.into(),
            needs: to_json(&self.needs)?,
            from_month: to_text(self.from),
            to_month: some_text(self.to.as_ref()),
            grain: self.grain.clone(),
            legal_basis: self.legal_basis.clone(),
            purpose: self.purpose.clone(),
            state: to_text(self.state),
            requested_on: self.requested_on,
            answer_due: self.answer_due,
            escalated_on: self.escalated_on,
            answered_on: self.answered_on,
            first_delivery: self.first_delivery,
            ends_on: self.ends_on,
            reason: self.reason.clone(),
            revision: self.revision.into(),
        })
    }

    fn of_row(row: reuse_agreement::Model) -> Result<Self> {
        let read = Reader { table: "reuse_agreement", key: row.id };
        Ok(Self {
            id: row.id,
            holder: read.parse("holder", &row.holder)?,
            recipient: read.parse("recipient", &row.recipient)?,
            collection: read.parse("collection", &row.collection)?,
            version: read.number("version", row.version)?,
            needs: read.json("needs", &row.needs)?,
            from: read.parse("from_month", &row.from_month)?,
            to: read.parse_some("to_month", row.to_month.as_deref())?,
            grain: row.grain,
            legal_basis: row.legal_basis,
            purpose: row.purpose,
            state: read.parse("state", &row.state)?,
            requested_on: row.requested_on,
            answer_due: row.answer_due,
            escalated_on: row.escalated_on,
            answered_on: row.answered_on,
            first_delivery: row.first_delivery,
            ends_on: row.ends_on,
            reason: row.reason,
            revision: read.number("revision", row.revision)?,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        self.name()
    }
}

impl Tx {
    /// All reuse agreements, by key.
    pub async fn reuse_agreements(&self) -> Result<Vec<ReuseAgreement>> {
        self.all().await
    }

    /// The reuse agreement of a key.
    pub async fn reuse_agreement(&self, id: Uuid) -> Result<Option<ReuseAgreement>> {
        self.one(reuse_agreement::Entity::find_by_id(id)).await
    }

    /// The reuse agreements of a collection, by key.
    pub async fn reuse_of(&self, id: &CollectionId) -> Result<Vec<ReuseAgreement>> {
        self.list(reuse_agreement::Entity::find().filter(reuse_agreement::Column::Collection.eq(id.as_str())))
            .await
    }

    /// Adds an agreement.
    pub async fn insert_reuse(&self, new: &ReuseAgreement) -> Result<()> {
        self.insert_new(std::slice::from_ref(new)).await
    }

    /// Changes an agreement that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there.
    pub async fn update_reuse(&self, changed: &ReuseAgreement, expected: u32) -> Result<()> {
        let held = self.reuse_agreement(changed.id).await?;
        let held = held.ok_or_else(|| Error::not_found(ReuseAgreement::KIND, changed.name()))?;
        let unchanged = reuse_agreement::Column::Revision.eq(i64::from(expected));
        match self.update_row::<reuse_agreement::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }
}
