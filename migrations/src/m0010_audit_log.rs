//! The Merkle log over audit entries: each entry's place in it, the tree, and its signed heads.

use crate::columns::{key, look_up, number, number_null, text};
use sea_orm_migration::{
    prelude::*,
    schema::{blob, timestamp_with_time_zone},
    sea_orm::DatabaseBackend,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            // Makes the hash of the actor unguessable.
            text("salt").default("").to_owned(),
            // The first two parts of the resource's name: what lies under one resource is found by it on every collation.
            text("root").default("").to_owned(),
            // The entry's place in the log, from 0; none until it is sequenced.
            number_null("seq"),
        ] {
            manager.alter_table(Table::alter().table("audit_entry").add_column(column).to_owned()).await?;
        }
        manager.get_connection().execute_unprepared(fill_root(manager.get_database_backend())).await?;
        manager.drop_index(by_resource_before()).await?;
        for index in [look_up("audit_entry", ["root", "resource", "id"]), waiting(), places()] {
            manager.create_index(index).await?;
        }
        manager.create_table(audit_node()).await?;
        manager.create_table(audit_head()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["audit_head", "audit_node"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        for index in ["audit_entry_by_seq", "audit_entry_waiting", "audit_entry_by_root_resource_id"] {
            manager.drop_index(Index::drop().name(index).table("audit_entry").to_owned()).await?;
        }
        manager.create_index(look_up("audit_entry", ["resource", "id"])).await?;
        for column in ["seq", "root", "salt"] {
            manager.alter_table(Table::alter().table("audit_entry").drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// Whatever begins with the root and the resource does for it too.
fn by_resource_before() -> IndexDropStatement {
    Index::drop().name("audit_entry_by_resource_id").table("audit_entry").to_owned()
}

/// Entries that have no place in the log yet: few, whatever the log's size.
fn waiting() -> IndexCreateStatement {
    let waiting = Expr::col("seq").is_null();
    Index::create().name("audit_entry_waiting").table("audit_entry").col("id").cond_where(waiting).to_owned()
}

fn places() -> IndexCreateStatement {
    Index::create().name("audit_entry_by_seq").table("audit_entry").col("seq").unique().to_owned()
}

/// The first two parts of each name.
fn fill_root(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Sqlite => {
            "UPDATE audit_entry SET root = CASE \
             WHEN instr(resource, '/') = 0 OR instr(substr(resource, instr(resource, '/') + 1), '/') = 0 THEN resource \
             ELSE substr(resource, 1, instr(resource, '/') + instr(substr(resource, instr(resource, '/') + 1), '/') - 1) END"
        }
        _ => {
            "UPDATE audit_entry SET root = CASE \
             WHEN split_part(resource, '/', 2) = '' THEN resource \
             ELSE split_part(resource, '/', 1) || '/' || split_part(resource, '/', 2) END"
        }
    }
}

/// Hashes of whole subtrees: over `2^level` leaves, the `place`th of its level.
fn audit_node() -> TableCreateStatement {
    Table::create()
        .table("audit_node")
        .col(number("level"))
        .col(number("place"))
        .col(blob("hash"))
        .primary_key(&mut key(["level", "place"]))
        .to_owned()
}

fn audit_head() -> TableCreateStatement {
    Table::create()
        .table("audit_head")
        .col(number("size").primary_key())
        .col(text("origin"))
        .col(blob("root"))
        .col(timestamp_with_time_zone("at"))
        .col(text("key"))
        .col(blob("signature"))
        .to_owned()
}
