//! Accounts, the tokens of machines, and the sessions of browsers.

use crate::columns::{json, key, look_up, number, part_of, text, text_null};
use sea_orm_migration::{
    prelude::*,
    schema::{date_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(account()).await?;
        manager.create_index(one("account", ["issuer", "subject"])).await?;
        manager.create_index(one("account", ["certificate"])).await?;
        manager.create_table(service_token()).await?;
        manager.create_index(one("service_token", ["digest"])).await?;
        manager.create_index(look_up("service_token", ["account"])).await?;
        manager.create_table(session()).await?;
        manager.create_index(look_up("session", ["account"])).await?;
        manager.create_table(used_login()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["used_login", "session", "service_token", "account"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

/// An index that lets no two rows have the same; rows without do not count.
fn one<const N: usize>(table: &'static str, columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = key(columns);
    index.name(format!("{table}_one_by_{}", columns.join("_"))).table(table).unique();
    index
}

fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(text("id").primary_key())
        .col(text("kind"))
        .col(text("display_name"))
        // Not foreign keys: an issuer may claim bodies that Onus does not register.
        .col(text_null("organisation"))
        .col(json("roles"))
        .col(text_null("claimed_organisation"))
        .col(json("claimed_roles"))
        .col(text_null("issuer"))
        .col(text_null("subject"))
        .col(text_null("certificate"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("disabled_at"))
        .col(number("revision"))
        .to_owned()
}

fn service_token() -> TableCreateStatement {
    Table::create()
        .table("service_token")
        .col(uuid("id").primary_key())
        .col(text("account"))
        .col(text("label"))
        .col(text("digest"))
        .col(timestamp_with_time_zone("created_at"))
        .col(text("created_by"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .col(date_null("last_used_on"))
        .foreign_key(&mut part_of(("service_token", ["account"]), ("account", ["id"])))
        .to_owned()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(text("digest").primary_key())
        // Not a foreign key: the demo's identities have no accounts.
        .col(text("account"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("seen_at"))
        .col(text_null("id_token"))
        .to_owned()
}

/// Sign-ins that were taken: none is taken twice.
fn used_login() -> TableCreateStatement {
    Table::create()
        .table("used_login")
        .col(text("digest").primary_key())
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}
