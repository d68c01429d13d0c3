//! Audit entries.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub actor: String,
    pub action: String,
    pub resource: String,
    pub before_digest: Option<String>,
    pub after_digest: Option<String>,
    pub reason: String,
    pub owner: Option<String>,
    pub audience: String,
    pub state: Option<String>,
    pub salt: String,
    pub root: String,
    pub seq: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
