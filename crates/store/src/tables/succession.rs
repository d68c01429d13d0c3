//! Who succeeded whom.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "succession")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub predecessor: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub successor: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub date: Date,
    pub share: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
