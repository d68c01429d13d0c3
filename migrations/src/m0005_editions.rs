//! Editions and the bytes of their files.

use crate::columns::{key, number, part_of, text};
use sea_orm_migration::{
    prelude::*,
    schema::{blob, date, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(edition()).await?;
        manager.create_table(edition_file()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["edition_file", "edition"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn edition() -> TableCreateStatement {
    Table::create()
        .table("edition")
        .col(text("month"))
        .col(number("revision"))
        .col(date("closing_date"))
        .col(timestamp_with_time_zone("made_at"))
        .col(text("reason"))
        .col(text("summary"))
        .primary_key(&mut key(["month", "revision"]))
        .to_owned()
}

fn edition_file() -> TableCreateStatement {
    Table::create()
        .table("edition_file")
        .col(text("month"))
        .col(number("revision"))
        .col(text("path"))
        .col(text("media_type"))
        .col(number("size"))
        .col(text("sha256"))
        .col(blob("content"))
        .primary_key(&mut key(["month", "revision", "path"]))
        .foreign_key(&mut part_of(
            ("edition_file", ["month", "revision"]),
            ("edition", ["month", "revision"]),
        ))
        .to_owned()
}
