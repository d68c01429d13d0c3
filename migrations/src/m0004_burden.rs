//! Burden statements with their cost lines, tariffs, and submissions.

use crate::columns::{
    decimal, decimal_null, key, look_up, names, number, number_null, part_of, text, text_null,
};
use sea_orm_migration::{
    prelude::*,
    schema::{date, timestamp_with_time_zone},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(statement()).await?;
        manager.create_table(cost_line()).await?;
        manager.create_table(tariff()).await?;
        manager.create_table(submission()).await?;
        manager.create_index(look_up("submission", ["provider"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["submission", "tariff", "cost_line", "statement"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn statement() -> TableCreateStatement {
    Table::create()
        .table("statement")
        .col(text("collection"))
        .col(number("version"))
        .col(date("from_date"))
        .col(text("method"))
        .primary_key(&mut key(["collection", "version", "from_date"]))
        .foreign_key(&mut part_of(
            ("statement", ["collection", "version"]),
            ("version", ["collection", "number"]),
        ))
        .to_owned()
}

fn cost_line() -> TableCreateStatement {
    let statement = ["collection", "version", "from_date"];
    Table::create()
        .table("cost_line")
        .col(text("collection"))
        .col(number("version"))
        .col(date("from_date"))
        .col(number("position"))
        .col(text("activity"))
        .col(text("staff_role"))
        .col(text("basis"))
        .col(decimal("minutes"))
        .col(text_null("unit_measure"))
        .col(decimal_null("unit_size"))
        .col(number_null("life_months"))
        .col(number("external_pence"))
        .primary_key(&mut key(["collection", "version", "from_date", "position"]))
        .foreign_key(&mut part_of(("cost_line", statement), ("statement", statement)))
        .to_owned()
}

fn tariff() -> TableCreateStatement {
    Table::create()
        .table("tariff")
        .col(text("staff_role"))
        .col(date("from_date"))
        .col(number("pence_per_hour"))
        .col(decimal("overhead_percent"))
        .primary_key(&mut key(["staff_role", "from_date"]))
        .to_owned()
}

fn submission() -> TableCreateStatement {
    Table::create()
        .table("submission")
        .col(text("collection"))
        .col(number("version"))
        .col(text("provider"))
        .col(date("period_start"))
        .col(date("period_end"))
        .col(date("due_date"))
        .col(timestamp_with_time_zone("submitted_at"))
        .col(number_null("minutes"))
        .primary_key(&mut key(["collection", "version", "provider", "period_start"]))
        .foreign_key(&mut names(
            ("submission", ["collection", "version"]),
            ("version", ["collection", "number"]),
        ))
        .foreign_key(&mut names(("submission", ["provider"]), ("organisation", ["code"])))
        .to_owned()
}
