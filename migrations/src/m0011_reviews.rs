//! The panel's rulings and comments, duplicate reports, what owners say of items, and the uses of items. What an approval depends on, and
//! what a version renews, stand with the version.

use crate::columns::{json, key, look_up, number, number_null, part_of, text};
use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [json("conditions").default("[]").to_owned(), number_null("renews")] {
            manager.alter_table(Table::alter().table("version").add_column(column).to_owned()).await?;
        }
        manager.create_index(look_up("version", ["expires_on"])).await?;
        for table in [review(), review_comment(), duplicate_report(), explanation(), item_use()] {
            manager.create_table(table).await?;
        }
        for table in ["review", "review_comment", "item_use"] {
            manager.create_index(look_up(table, ["collection", "version"])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["item_use", "explanation", "duplicate_report", "review_comment", "review"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager.drop_index(Index::drop().name("version_by_expires_on").table("version").to_owned()).await?;
        for column in ["renews", "conditions"] {
            manager.alter_table(Table::alter().table("version").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// A table of what belongs to a version.
fn of_version(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(text("collection"))
        .col(number("version"))
        .foreign_key(&mut part_of((table, ["collection", "version"]), ("version", ["collection", "number"])))
        .to_owned()
}

fn review() -> TableCreateStatement {
    of_version("review")
        .col(uuid("id").primary_key())
        .col(text("verdict"))
        .col(text("reason"))
        .col(json("conditions"))
        .col(date_null("expires_on"))
        .col(text("reviewer"))
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}

fn review_comment() -> TableCreateStatement {
    of_version("review_comment")
        .col(uuid("id").primary_key())
        .col(number_null("position"))
        .col(text("audience"))
        .col(text("text"))
        .col(text("author"))
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}

/// The report whole, as JSON, and beside it what the panel's queue shows and orders by.
fn duplicate_report() -> TableCreateStatement {
    of_version("duplicate_report")
        .col(number("number"))
        .col(timestamp_with_time_zone("made_at"))
        .col(text("submitted_by"))
        .col(number("duplicates"))
        .col(number("content_items"))
        .col(text("method"))
        .col(number("seconds"))
        .col(number("pence"))
        .col(number("respondents"))
        .col(text("referred"))
        .col(json("body"))
        .primary_key(&mut key(["collection", "version", "number"]))
        .to_owned()
}

fn explanation() -> TableCreateStatement {
    of_version("explanation")
        .col(number("position"))
        .col(text("reason"))
        .col(text("reuse_agreement"))
        .col(text("keep_reason"))
        .primary_key(&mut key(["collection", "version", "position"]))
        .to_owned()
}

fn item_use() -> TableCreateStatement {
    of_version("item_use")
        .col(uuid("id").primary_key())
        .col(number("position"))
        .col(text("definition"))
        .col(text("subject"))
        .col(date("used_on"))
        .col(text("what"))
        .col(text("recorded_by"))
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}
