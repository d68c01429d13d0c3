//! Background work and who has its lease.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: String,
    pub payload: String,
    pub due: DateTimeUtc,
    pub failures: i64,
    pub last_error: String,
    pub began: Option<DateTimeUtc>,
    pub done: Option<DateTimeUtc>,
    pub given_up: bool,
    pub leased_until: Option<DateTimeUtc>,
    pub leased_by: String,
    pub fence: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
