//! Places of definitions in concepts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "concept_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub definition: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub concept: String,
    pub strength: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
