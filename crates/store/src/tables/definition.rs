//! Definitions, one row a version.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "definition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub kind: String,
    pub name: String,
    pub text: String,
    pub numerator: String,
    pub denominator: String,
    pub exclusions: String,
    pub unit: String,
    pub population: String,
    pub breakdowns: String,
    pub grain: String,
    pub period_type: String,
    pub value_set: String,
    pub format: String,
    pub source: String,
    pub subject: Option<String>,
    pub external_ids: String,
    pub aliases: String,
    pub status: String,
    pub successor: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
