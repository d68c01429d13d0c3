//! Challenges.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub provider: String,
    pub owner: String,
    pub collection: Option<String>,
    pub version: Option<i64>,
    pub reference: String,
    pub request_text: String,
    pub reason: String,
    pub text: String,
    pub items: String,
    pub duplicate_of: Option<String>,
    pub duplicate_definitions: String,
    pub state: String,
    pub raised_on: Date,
    pub raised_by: String,
    pub answer_due: Date,
    pub answer: Option<String>,
    pub escalated_on: Option<Date>,
    pub escalation: String,
    pub decision: Option<String>,
    pub withdrawn_on: Option<Date>,
    pub revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
