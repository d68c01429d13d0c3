//! Challenges; feedback.

use crate::columns::{json, look_up, names, number, number_null, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(challenge()).await?;
        for column in ["provider", "owner", "collection"] {
            manager.create_index(look_up("challenge", [column])).await?;
        }
        manager.create_index(look_up("challenge", ["state", "answer_due"])).await?;
        manager.create_table(feedback()).await?;
        manager.create_index(look_up("feedback", ["provider"])).await?;
        manager.create_index(look_up("feedback", ["body"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["feedback", "challenge"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn challenge() -> TableCreateStatement {
    Table::create()
        .table("challenge")
        .col(uuid("id").primary_key())
        .col(text("provider"))
        .col(text("owner"))
        .col(text_null("collection"))
        .col(number_null("version"))
        .col(text("reference"))
        .col(text("request_text"))
        .col(text("reason"))
        .col(text("text"))
        .col(json("items"))
        .col(text_null("duplicate_of"))
        .col(json("duplicate_definitions"))
        .col(text("state"))
        .col(date("raised_on"))
        .col(text("raised_by"))
        .col(date("answer_due"))
        // Rulings, as JSON.
        .col(text_null("answer"))
        .col(date_null("escalated_on"))
        .col(text("escalation"))
        .col(text_null("decision"))
        .col(date_null("withdrawn_on"))
        .col(number("revision"))
        .foreign_key(&mut names(("challenge", ["provider"]), ("organisation", ["code"])))
        .foreign_key(&mut names(("challenge", ["owner"]), ("organisation", ["code"])))
        .foreign_key(&mut names(("challenge", ["collection"]), ("collection", ["id"])))
        .foreign_key(&mut names(("challenge", ["duplicate_of"]), ("collection", ["id"])))
        .to_owned()
}

fn feedback() -> TableCreateStatement {
    Table::create()
        .table("feedback")
        .col(uuid("id").primary_key())
        .col(text("provider"))
        .col(text("body"))
        .col(text("theme"))
        .col(text("text"))
        .col(number_null("rating"))
        .col(date("given_on"))
        .col(text("author"))
        .col(text_null("confirmed_theme"))
        .col(text_null("answer"))
        .col(text_null("answered_by"))
        .col(date_null("answered_on"))
        .col(number("revision"))
        .foreign_key(&mut names(("feedback", ["provider"]), ("organisation", ["code"])))
        .foreign_key(&mut names(("feedback", ["body"]), ("organisation", ["code"])))
        .to_owned()
}
