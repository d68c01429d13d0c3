//! Organisations, who succeeded whom, and their sizes.

use crate::columns::{decimal, key, look_up, part_of, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date, date_null},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(organisation()).await?;
        manager.create_table(succession()).await?;
        manager.create_index(look_up("succession", ["successor"])).await?;
        manager.create_table(size()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["size", "succession", "organisation"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn organisation() -> TableCreateStatement {
    Table::create()
        .table("organisation")
        .col(text("code").primary_key())
        .col(text("name"))
        .col(text("kind"))
        .col(text_null("provider_type"))
        .col(text("provider_type_basis"))
        .col(text_null("region"))
        // Not a foreign key: a parent may be a body that Onus does not register.
        .col(text_null("parent"))
        .col(date_null("open_date"))
        .col(date_null("close_date"))
        .to_owned()
}

fn succession() -> TableCreateStatement {
    Table::create()
        .table("succession")
        .col(text("predecessor"))
        .col(text("successor"))
        .col(date("date"))
        .col(decimal("share"))
        .primary_key(&mut key(["predecessor", "successor", "date"]))
        .foreign_key(&mut part_of(("succession", ["predecessor"]), ("organisation", ["code"])))
        .foreign_key(&mut part_of(("succession", ["successor"]), ("organisation", ["code"])))
        .to_owned()
}

fn size() -> TableCreateStatement {
    Table::create()
        .table("size")
        .col(text("organisation"))
        .col(text("measure"))
        .col(date("from_date"))
        .col(decimal("value"))
        .primary_key(&mut key(["organisation", "measure", "from_date"]))
        .foreign_key(&mut part_of(("size", ["organisation"]), ("organisation", ["code"])))
        .to_owned()
}
