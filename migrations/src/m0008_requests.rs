//! Whom a change concerns and what it left, when something published changed, and what requests were answered.

use crate::columns::{key, look_up, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // One column a statement: SQLite adds no more at once. What was written before says nothing of its audience: ADMIN sees it.
        for column in [text_null("owner"), text("audience").default("ADMIN").to_owned(), text_null("state")] {
            manager.alter_table(Table::alter().table("audit_entry").add_column(column).to_owned()).await?;
        }
        manager.create_table(publication()).await?;
        manager.create_table(answered()).await?;
        manager.create_index(look_up("answered", ["at"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["answered", "publication"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for column in ["state", "audience", "owner"] {
            manager.alter_table(Table::alter().table("audit_entry").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// A row for each transaction that changed what is published: the change stamp is made of them.
fn publication() -> TableCreateStatement {
    Table::create()
        .table("publication")
        .col(uuid("id").primary_key())
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}

fn answered() -> TableCreateStatement {
    Table::create()
        .table("answered")
        .col(text("account"))
        .col(uuid("id"))
        .col(text("digest"))
        .col(text("answer"))
        .col(timestamp_with_time_zone("at"))
        .primary_key(&mut key(["account", "id"]))
        .to_owned()
}
