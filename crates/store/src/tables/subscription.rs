//! Who is told of which events.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "subscription")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub display_name: String,
    pub channel: String,
    pub address: String,
    pub filter: String,
    pub cadence: String,
    pub state: String,
    pub secret: String,
    pub unsubscribe: String,
    pub confirm_digest: Option<String>,
    pub confirm_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
