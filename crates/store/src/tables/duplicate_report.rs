//! What was found of versions when they were submitted.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub made_at: DateTimeUtc,
    pub submitted_by: String,
    pub duplicates: i64,
    pub content_items: i64,
    pub method: String,
    pub seconds: i64,
    pub pence: i64,
    pub respondents: i64,
    pub referred: String,
    pub body: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
