//! The steps of the database schema, one file a step, the same up and down on SQLite and PostgreSQL.
//!
//! What a step may use is what every PostgreSQL-compatible engine and SQLite have: tables, indexes, foreign keys. No sequences,
//! triggers, advisory locks or notifications: keys are natural or UUIDs of version 7, made in Rust.
//!
//! A released step never changes; what comes after is a new one that first adds (expand) and, a release later, takes away (contract).

mod columns;
mod m0001_organisations;
mod m0002_registry;
mod m0003_matching;
mod m0004_burden;
mod m0005_editions;
mod m0006_audit;
mod m0007_suspensions;
mod m0008_requests;
mod m0009_accounts;
mod m0010_audit_log;
mod m0011_reviews;
mod m0012_jobs;
mod m0013_subscriptions;
mod m0014_reuse;
mod m0015_challenges;
mod m0016_plans;
mod m0017_people;
mod m0018_known_at;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    SchemaManager, async_trait,
    prelude::MigrationTrait,
    sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait},
    seaql_migrations,
};

/// All steps, first first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_organisations::Migration),
            Box::new(m0002_registry::Migration),
            Box::new(m0003_matching::Migration),
            Box::new(m0004_burden::Migration),
            Box::new(m0005_editions::Migration),
            Box::new(m0006_audit::Migration),
            Box::new(m0007_suspensions::Migration),
            Box::new(m0008_requests::Migration),
            Box::new(m0009_accounts::Migration),
            Box::new(m0010_audit_log::Migration),
            Box::new(m0011_reviews::Migration),
            Box::new(m0012_jobs::Migration),
            Box::new(m0013_subscriptions::Migration),
            Box::new(m0014_reuse::Migration),
            Box::new(m0015_challenges::Migration),
            Box::new(m0016_plans::Migration),
            Box::new(m0017_people::Migration),
            Box::new(m0018_known_at::Migration),
        ]
    }
}

/// Names of all steps, first first.
pub fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// Names of the steps that a database has, first first. Reads only: a database without any table has none.
pub async fn applied(transaction: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    if !SchemaManager::new(transaction).has_table("seaql_migrations").await? {
        return Ok(Vec::new());
    }
    let rows = seaql_migrations::Entity::find().all(transaction).await?;
    let mut names: Vec<_> = rows.into_iter().map(|row| row.version).collect();
    names.sort_unstable();
    Ok(names)
}

/// Forgets that steps were ever taken, when none is left: the database is then as empty as a new one.
pub async fn forget(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    transaction.execute_unprepared("DROP TABLE IF EXISTS seaql_migrations").await.map(|_| ())
}
