//! Reuse agreements.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reuse_agreement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub holder: String,
    pub recipient: String,
    pub collection: String,
    pub version: i64,
    pub needs: String,
    pub from_month: String,
    pub to_month: Option<String>,
    pub grain: String,
    pub legal_basis: String,
    pub purpose: String,
    pub state: String,
    pub requested_on: Date,
    pub answer_due: Date,
    pub escalated_on: Option<Date>,
    pub answered_on: Option<Date>,
    pub first_delivery: Option<Date>,
    pub ends_on: Option<Date>,
    pub reason: String,
    pub revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
