//! Audit entries.

use crate::columns::{look_up, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(audit_entry()).await?;
        manager.create_index(look_up("audit_entry", ["resource", "id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("audit_entry").to_owned()).await
    }
}

fn audit_entry() -> TableCreateStatement {
    Table::create()
        .table("audit_entry")
        .col(uuid("id").primary_key())
        .col(timestamp_with_time_zone("at"))
        .col(text("actor"))
        .col(text("action"))
        // Not a foreign key: an entry outlives what it is about.
        .col(text("resource"))
        .col(text_null("before_digest"))
        .col(text_null("after_digest"))
        .col(text("reason"))
        .to_owned()
}
