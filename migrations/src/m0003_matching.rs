//! Concepts, matches, decisions and derivations.

use crate::columns::{json, key, look_up, names, number, text};
use sea_orm_migration::{
    prelude::*,
    schema::{double, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(concept_member()).await?;
        manager.create_index(look_up("concept_member", ["concept"])).await?;
        manager.create_table(definition_match()).await?;
        manager.create_index(look_up("definition_match", ["right_definition"])).await?;
        manager.create_table(decision()).await?;
        manager.create_index(look_up("decision", ["left_definition", "right_definition"])).await?;
        manager.create_table(derivation()).await?;
        manager.create_index(look_up("derivation", ["to_definition"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["derivation", "decision", "definition_match", "concept_member"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn concept_member() -> TableCreateStatement {
    Table::create()
        .table("concept_member")
        .col(text("definition"))
        .col(text("concept"))
        .col(text("strength"))
        .primary_key(&mut key(["definition", "concept"]))
        .to_owned()
}

/// What a match and a decision both say: two definitions, each in the version that was looked at, and how they stand.
fn pair(table: &'static str) -> TableCreateStatement {
    let version = |side: [&'static str; 2]| names((table, side), ("definition", ["id", "version"]));
    Table::create()
        .table(table)
        .col(text("left_definition"))
        .col(number("left_version"))
        .col(text("right_definition"))
        .col(number("right_version"))
        .col(text("relation"))
        .foreign_key(&mut version(["left_definition", "left_version"]))
        .foreign_key(&mut version(["right_definition", "right_version"]))
        .to_owned()
}

fn definition_match() -> TableCreateStatement {
    pair("definition_match")
        .col(double("score"))
        .col(text("strength"))
        .col(json("evidence"))
        .col(text("model"))
        .primary_key(&mut key(["left_definition", "right_definition"]))
        .to_owned()
}

fn decision() -> TableCreateStatement {
    pair("decision")
        .col(uuid("id").primary_key())
        .col(text("reason"))
        .col(text("steward"))
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}

fn derivation() -> TableCreateStatement {
    Table::create()
        .table("derivation")
        .col(text("from_definition"))
        .col(text("to_definition"))
        .col(text("recipe"))
        .col(text("strength"))
        .primary_key(&mut key(["from_definition", "to_definition"]))
        .to_owned()
}
