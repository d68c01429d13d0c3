//! Plans with their targets.

use crate::columns::{json, names, number, text};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(plan()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("plan").to_owned()).await
    }
}

fn plan() -> TableCreateStatement {
    Table::create()
        .table("plan")
        .col(text("owner").primary_key())
        .col(text("title"))
        .col(text("text"))
        .col(json("targets"))
        .col(number("revision"))
        .foreign_key(&mut names(("plan", ["owner"]), ("organisation", ["code"])))
        .to_owned()
}
