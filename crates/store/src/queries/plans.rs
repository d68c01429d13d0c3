//! Plans.

use super::{
    codec::{Reader, to_json, to_text},
    stored::Stored,
};
use crate::{Tx, error, tables::plan};
use onus_domain::{Error, OdsCode, Result, plan::Plan};
use sea_orm::{ColumnTrait, EntityTrait};
use std::cmp::Ordering;

impl Stored for Plan {
    type Entity = plan::Entity;
    const KIND: &'static str = "plan";

    fn to_row(&self) -> Result<plan::Model> {
        Ok(plan::Model {
            owner: to_text(&self.owner),
            title: self.title.clone(),
            text: self.text.clone(),
            targets: to_json(&self.targets)?,
            revision: self.revision.into(),
        })
    }

    fn of_row(row: plan::Model) -> Result<Self> {
        let read = Reader { table: "plan", key: &row.owner };
        Ok(Self {
            owner: read.parse("owner", &row.owner)?,
            targets: read.json("targets", &row.targets)?,
            revision: read.number("revision", row.revision)?,
            title: row.title,
            text: row.text,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.owner.cmp(&other.owner)
    }

    fn name(&self) -> String {
        self.name()
    }
}

impl Tx {
    /// All plans, by owner.
    pub async fn plans(&self) -> Result<Vec<Plan>> {
        self.all().await
    }

    /// A body's plan.
    pub async fn plan(&self, owner: &OdsCode) -> Result<Option<Plan>> {
        self.one(plan::Entity::find_by_id(to_text(owner))).await
    }

    /// Adds a plan. `AlreadyExists` if its owner has one.
    pub async fn insert_plan(&self, new: &Plan) -> Result<()> {
        self.insert_new(std::slice::from_ref(new)).await
    }

    /// Changes a plan that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there.
    pub async fn update_plan(&self, changed: &Plan, expected: u32) -> Result<()> {
        let held = self.plan(&changed.owner).await?;
        let held = held.ok_or_else(|| Error::not_found(Plan::KIND, changed.name()))?;
        let unchanged = plan::Column::Revision.eq(i64::from(expected));
        match self.update_row::<plan::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }

    /// Takes a plan away that is as given.
    pub async fn delete_plan(&self, of: &Plan) -> Result<()> {
        match self.plan(&of.owner).await? {
            Some(held) if held.revision == of.revision => {
                self.delete_rows::<plan::Entity>(&[of.to_row()?]).await
            }
            Some(held) => Err(error::stale(of.name(), of.revision, held.revision)),
            None => Err(Error::not_found(Plan::KIND, of.name())),
        }
    }
}
