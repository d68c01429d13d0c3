//! When versions were suspended.

use crate::columns::json;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = json("suspensions").default("[]").to_owned();
        manager.alter_table(Table::alter().table("version").add_column(column).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("version").drop_column("suspensions").to_owned()).await
    }
}
