//! Lines of burden statements.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cost_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_date: Date,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub activity: String,
    pub staff_role: String,
    pub basis: String,
    pub minutes: i64,
    pub unit_measure: Option<String>,
    pub unit_size: Option<i64>,
    pub life_months: Option<i64>,
    pub external_pence: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
