//! Who is told of which events, what is told and whether it arrived, and how far the log was read for that.

use crate::columns::{json, key, look_up, number, part_of, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [subscription(), delivery(), log_cursor(), expiry_notice()] {
            manager.create_table(table).await?;
        }
        for index in [
            look_up("subscription", ["account", "id"]),
            look_up("subscription", ["unsubscribe"]),
            look_up("subscription", ["confirm_digest"]),
            look_up("delivery", ["state", "due"]),
            look_up("delivery", ["subscription", "made_at"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["expiry_notice", "log_cursor", "delivery", "subscription"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn subscription() -> TableCreateStatement {
    Table::create()
        .table("subscription")
        .col(uuid("id").primary_key())
        .col(text("account"))
        .col(text("display_name"))
        .col(text("channel"))
        .col(text("address"))
        .col(json("filter"))
        .col(text("cadence"))
        .col(text("state"))
        .col(text("secret"))
        .col(text("unsubscribe"))
        .col(text_null("confirm_digest"))
        .col(timestamp_with_time_zone_null("confirm_until"))
        .col(timestamp_with_time_zone("created_at"))
        .col(number("revision"))
        .to_owned()
}

fn delivery() -> TableCreateStatement {
    Table::create()
        .table("delivery")
        .col(text("id").primary_key())
        .col(uuid("subscription"))
        .col(text("kind"))
        .col(text_null("event"))
        .col(json("body"))
        .col(timestamp_with_time_zone("due"))
        .col(text("state"))
        .col(number("tries"))
        .col(text("last_error"))
        .col(timestamp_with_time_zone("made_at"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .foreign_key(&mut part_of(("delivery", ["subscription"]), ("subscription", ["id"])))
        .to_owned()
}

/// How far the log was read, by what for.
fn log_cursor() -> TableCreateStatement {
    Table::create().table("log_cursor").col(text("name").primary_key()).col(number("next")).to_owned()
}

/// Ends of approvals of which was told: each once.
fn expiry_notice() -> TableCreateStatement {
    Table::create()
        .table("expiry_notice")
        // Not foreign keys: what was told stays told.
        .col(text("collection"))
        .col(number("version"))
        .col(date("expires_on"))
        .col(number("days"))
        .primary_key(&mut key(["collection", "version", "expires_on", "days"]))
        .to_owned()
}
