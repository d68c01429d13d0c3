//! Background work and who has its lease.

use crate::columns::{look_up, number, text};
use sea_orm_migration::{
    prelude::*,
    schema::{boolean, timestamp_with_time_zone, timestamp_with_time_zone_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(job()).await?;
        manager.create_index(look_up("job", ["given_up", "due"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("job").to_owned()).await
    }
}

fn job() -> TableCreateStatement {
    Table::create()
        .table("job")
        .col(text("id").primary_key())
        .col(text("kind"))
        .col(text("payload"))
        .col(timestamp_with_time_zone("due"))
        .col(number("failures"))
        .col(text("last_error"))
        .col(timestamp_with_time_zone_null("began"))
        .col(timestamp_with_time_zone_null("done"))
        .col(boolean("given_up"))
        .col(timestamp_with_time_zone_null("leased_until"))
        .col(text("leased_by"))
        .col(number("fence"))
        .to_owned()
}
