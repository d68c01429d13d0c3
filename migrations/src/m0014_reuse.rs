//! Reuse agreements; consultations with their comments.

use crate::columns::{json, key, look_up, names, number, number_null, part_of, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(reuse_agreement()).await?;
        for column in ["holder", "recipient", "collection"] {
            manager.create_index(look_up("reuse_agreement", [column])).await?;
        }
        manager.create_table(consultation()).await?;
        manager.create_index(look_up("consultation", ["collection", "version"])).await?;
        manager.create_table(consulted()).await?;
        manager.create_index(look_up("consulted", ["provider"])).await?;
        manager.create_table(comment()).await?;
        manager.create_index(look_up("consultation_comment", ["consultation"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["consultation_comment", "consulted", "consultation", "reuse_agreement"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn reuse_agreement() -> TableCreateStatement {
    Table::create()
        .table("reuse_agreement")
        .col(uuid("id").primary_key())
        .col(text("holder"))
        .col(text("recipient"))
        .col(text("collection"))
        // Not a foreign key: the agreement goes on when the draft that it was requested for is gone.
        .col(number("version"))
        .col(json("needs"))
        .col(text("from_month"))
        .col(text_null("to_month"))
        .col(text("grain"))
        .col(text("legal_basis"))
        .col(text("purpose"))
        .col(text("state"))
        .col(date("requested_on"))
        .col(date("answer_due"))
        .col(date_null("escalated_on"))
        .col(date_null("answered_on"))
        .col(date_null("first_delivery"))
        .col(date_null("ends_on"))
        .col(text("reason"))
        .col(number("revision"))
        .foreign_key(&mut names(("reuse_agreement", ["holder"]), ("organisation", ["code"])))
        .foreign_key(&mut names(("reuse_agreement", ["recipient"]), ("organisation", ["code"])))
        .foreign_key(&mut part_of(("reuse_agreement", ["collection"]), ("collection", ["id"])))
        .to_owned()
}

fn consultation() -> TableCreateStatement {
    Table::create()
        .table("consultation")
        .col(uuid("id").primary_key())
        .col(text("collection"))
        .col(number("version"))
        .col(text("owner"))
        .col(text("question"))
        .col(date("opened_on"))
        .col(date("closes_on"))
        .col(date_null("closed_on"))
        .col(number("revision"))
        // What was said stays: a version that was shown does not go.
        .foreign_key(&mut names(
            ("consultation", ["collection", "version"]),
            ("version", ["collection", "number"]),
        ))
        .to_owned()
}

fn consulted() -> TableCreateStatement {
    Table::create()
        .table("consulted")
        .col(uuid("consultation"))
        .col(text("provider"))
        .primary_key(&mut key(["consultation", "provider"]))
        .foreign_key(&mut part_of(("consulted", ["consultation"]), ("consultation", ["id"])))
        .foreign_key(&mut names(("consulted", ["provider"]), ("organisation", ["code"])))
        .to_owned()
}

fn comment() -> TableCreateStatement {
    Table::create()
        .table("consultation_comment")
        .col(uuid("id").primary_key())
        .col(uuid("consultation"))
        .col(text("provider"))
        .col(number_null("position"))
        .col(text("text"))
        .col(text("author"))
        .col(timestamp_with_time_zone("at"))
        .col(text_null("answer"))
        .col(text_null("answered_by"))
        .col(timestamp_with_time_zone_null("answered_at"))
        .col(number("revision"))
        .foreign_key(&mut names(("consultation_comment", ["consultation"]), ("consultation", ["id"])))
        .to_owned()
}
