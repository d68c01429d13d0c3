//! Definitions: every version is kept, the latest is what is meant.

use super::{
    codec::{Reader, some_text, to_json, to_text},
    stored::Stored,
};
use crate::{Tx, tables::definition};
use onus_domain::{DefinitionId, Result, definition::Definition};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use std::cmp::Ordering;

impl Stored for Definition {
    type Entity = definition::Entity;
    const KIND: &'static str = "definition";

    fn to_row(&self) -> Result<definition::Model> {
        Ok(definition::Model {
            id: to_text(&self.id),
            version: self.version.into(),
            kind: to_text(self.kind),
            name: self.name.clone(),
            text: self.text.clone(),
            numerator: self.numerator.clone(),
            denominator: self.denominator.clone(),
            exclusions: self.exclusions.clone(),
            unit: self.unit.clone(),
            population: self.population.clone(),
            breakdowns: to_json(&self.breakdowns)?,
            grain: self.grain.clone(),
            period_type: self.period_type.clone(),
            value_set: to_json(&self.value_set)?,
            format: self.format.clone(),
            source: self.source.clone(),
            subject: some_text(self.subject.as_ref()),
            external_ids: to_json(&self.external_ids)?,
            aliases: to_json(&self.aliases)?,
            status: to_text(self.status),
            successor: some_text(self.successor.as_ref()),
        })
    }

    fn of_row(row: definition::Model) -> Result<Self> {
        let read = Reader { table: "definition", key: &row.id };
        Ok(Self {
            id: read.parse("id", &row.id)?,
            version: read.number("version", row.version)?,
            kind: read.parse("kind", &row.kind)?,
            breakdowns: read.json("breakdowns", &row.breakdowns)?,
            value_set: read.json("value_set", &row.value_set)?,
            subject: read.parse_some("subject", row.subject.as_deref())?,
            external_ids: read.json("external_ids", &row.external_ids)?,
            aliases: read.json("aliases", &row.aliases)?,
            status: read.parse("status", &row.status)?,
            successor: read.parse_some("successor", row.successor.as_deref())?,
            name: row.name,
            text: row.text,
            numerator: row.numerator,
            denominator: row.denominator,
            exclusions: row.exclusions,
            unit: row.unit,
            population: row.population,
            grain: row.grain,
            period_type: row.period_type,
            format: row.format,
            source: row.source,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (&self.id, self.version).cmp(&(&other.id, other.version))
    }

    fn name(&self) -> String {
        format!("definitions/{}", self.id)
    }
}

/// The latest version of each definition.
fn latest() -> Select<definition::Entity> {
    let greatest = definition::Entity::find()
        .select_only()
        .column(definition::Column::Id)
        .column_as(definition::Column::Version.max(), "greatest")
        .group_by(definition::Column::Id)
        .into_query();
    let (id, version) = (Expr::col(definition::Column::Id), Expr::col(definition::Column::Version));
    definition::Entity::find().filter(Expr::tuple([id, version]).in_subquery(greatest))
}

impl Tx {
    /// The latest version of each definition, by key.
    pub async fn definitions(&self) -> Result<Vec<Definition>> {
        self.list(latest()).await
    }

    /// The latest version of a definition.
    pub async fn definition(&self, id: &DefinitionId) -> Result<Option<Definition>> {
        let versions = definition::Entity::find().filter(definition::Column::Id.eq(id.as_str()));
        self.one(versions.order_by_desc(definition::Column::Version)).await
    }

    /// Registers definitions, or next versions of registered ones: a version that is held is `AlreadyExists`.
    pub async fn insert_definitions(&self, list: &[Definition]) -> Result<()> {
        self.insert_new(list).await
    }
}
