//! Subjects, definitions, collections and their versions with respondents, schedule and items.

use crate::columns::{decimal_null, json, key, look_up, names, number, part_of, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(subject()).await?;
        manager.create_table(definition()).await?;
        manager.create_table(collection()).await?;
        manager.create_index(look_up("collection", ["owner"])).await?;
        manager.create_index(look_up("collection", ["source_id"])).await?;
        manager.create_index(look_up("collection", ["reference"]).unique().to_owned()).await?;
        manager.create_table(version()).await?;
        manager.create_index(look_up("version", ["state"])).await?;
        manager.create_table(respondents_rule()).await?;
        manager.create_table(schedule()).await?;
        manager.create_table(item()).await?;
        manager.create_index(look_up("item", ["definition"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            ["item", "schedule", "respondents_rule", "version", "collection", "definition", "subject"];
        for table in tables {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn subject() -> TableCreateStatement {
    Table::create()
        .table("subject")
        .col(text("id").primary_key())
        .col(text("name"))
        // Not a foreign key: lists name containers before they bring them.
        .col(text_null("contained_in"))
        .col(text("basis"))
        .col(text("reason"))
        .to_owned()
}

fn definition() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("definition").col(text("id")).col(number("version")).col(text("kind"));
    for column in [
        "name",
        "text",
        "numerator",
        "denominator",
        "exclusions",
        "unit",
        "population",
        "grain",
        "period_type",
        "format",
        "source",
    ] {
        table.col(text(column));
    }
    for column in ["breakdowns", "value_set", "external_ids", "aliases"] {
        table.col(json(column));
    }
    table
        .col(text_null("subject"))
        .col(text("status"))
        // Not a foreign key: lists name successors before they bring them.
        .col(text_null("successor"))
        .primary_key(&mut key(["id", "version"]))
        .foreign_key(&mut names(("definition", ["subject"]), ("subject", ["id"])))
        .to_owned()
}

fn collection() -> TableCreateStatement {
    Table::create()
        .table("collection")
        .col(text("id").primary_key())
        .col(text("owner"))
        .col(text("sector_path"))
        .col(text_null("reference"))
        .col(text_null("source_id"))
        .col(number("revision"))
        .foreign_key(&mut names(("collection", ["owner"]), ("organisation", ["code"])))
        .to_owned()
}

fn version() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("version").col(text("collection")).col(number("number"));
    for column in [
        "state",
        "admission",
        "title",
        "purpose",
        "legal_basis",
        "method",
        "uses",
        "feedback",
        "contact",
        "evidence",
    ] {
        table.col(text(column));
    }
    table
        .col(date_null("live_from"))
        .col(date_null("live_to"))
        .col(date_null("expires_on"))
        .col(text_null("submitted_by"))
        .col(number("revision"))
        .primary_key(&mut key(["collection", "number"]))
        .foreign_key(&mut part_of(("version", ["collection"]), ("collection", ["id"])))
        .to_owned()
}

fn respondents_rule() -> TableCreateStatement {
    let mut table = Table::create();
    table.table("respondents_rule").col(text("collection")).col(number("version"));
    for column in ["provider_types", "regions", "commissioners", "include", "exclude"] {
        table.col(json(column));
    }
    table
        .col(text_null("bounds_measure"))
        .col(decimal_null("bounds_at_least"))
        .col(decimal_null("bounds_at_most"))
        .col(text("basis"))
        .col(text("evidence"))
        .primary_key(&mut key(["collection", "version"]))
        .foreign_key(&mut of_version("respondents_rule"))
        .to_owned()
}

fn schedule() -> TableCreateStatement {
    Table::create()
        .table("schedule")
        .col(text("collection"))
        .col(number("version"))
        .col(text("frequency"))
        .col(date("first_period"))
        .col(number("due_lag_days"))
        .col(date_null("last_period"))
        .col(text("basis"))
        .col(text("evidence"))
        .primary_key(&mut key(["collection", "version"]))
        .foreign_key(&mut of_version("schedule"))
        .to_owned()
}

fn item() -> TableCreateStatement {
    Table::create()
        .table("item")
        .col(text("collection"))
        .col(number("version"))
        .col(number("position"))
        .col(text("section"))
        .col(text_null("mandation"))
        .col(text("role"))
        .col(text("subject"))
        // Not a foreign key: an item asks for a definition in whichever version is the latest.
        .col(text("definition"))
        .col(text("purpose_kind"))
        .col(text("use"))
        .primary_key(&mut key(["collection", "version", "position"]))
        .foreign_key(&mut of_version("item"))
        .foreign_key(&mut names(("item", ["subject"]), ("subject", ["id"])))
        .to_owned()
}

fn of_version(table: &'static str) -> ForeignKeyCreateStatement {
    part_of((table, ["collection", "version"]), ("version", ["collection", "number"]))
}
