//! Versions, without respondents, schedule and items.

use sea_orm::entity::prelude::*;
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Deserialize)]
#[sea_orm(table_name = "version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub state: String,
    pub admission: String,
    pub title: String,
    pub purpose: String,
    pub legal_basis: String,
    pub method: String,
    pub uses: String,
    pub feedback: String,
    pub contact: String,
    pub live_from: Option<Date>,
    pub live_to: Option<Date>,
    pub expires_on: Option<Date>,
    pub evidence: String,
    pub submitted_by: Option<String>,
    pub revision: i64,
    pub suspensions: String,
    pub conditions: String,
    pub renews: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
