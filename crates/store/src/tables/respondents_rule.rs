//! Respondents of versions.

use sea_orm::entity::prelude::*;
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Deserialize)]
#[sea_orm(table_name = "respondents_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub provider_types: String,
    pub regions: String,
    pub commissioners: String,
    pub include: String,
    pub exclude: String,
    pub bounds_measure: Option<String>,
    pub bounds_at_least: Option<i64>,
    pub bounds_at_most: Option<i64>,
    pub basis: String,
    pub evidence: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
