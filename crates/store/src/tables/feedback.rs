//! Feedback of providers, with the panel's answers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub provider: String,
    pub body: String,
    pub theme: String,
    pub text: String,
    pub rating: Option<i64>,
    pub given_on: Date,
    pub author: String,
    pub confirmed_theme: Option<String>,
    pub answer: Option<String>,
    pub answered_by: Option<String>,
    pub answered_on: Option<Date>,
    pub revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
