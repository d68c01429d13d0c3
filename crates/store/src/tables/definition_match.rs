//! Matches.

use sea_orm::entity::prelude::*;

#[expect(clippy::struct_field_names, reason = "the model that found it, in the words of the domain")]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "definition_match")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub left_definition: String,
    pub left_version: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub right_definition: String,
    pub right_version: i64,
    pub relation: String,
    pub score: f64,
    pub strength: String,
    pub evidence: String,
    pub model: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
