//! The steps up and down.

use crate::sample::{put, registry};
use onus_domain::Error;
use onus_store::{
    Backend, Options, Store,
    testing::{TestDatabase, create_empty_database},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

pub async fn beside(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(&database.url).await.unwrap()
}

/// Tables, columns, keys and indexes in the database's own words.
async fn schema(database: &TestDatabase) -> Vec<String> {
    let connection = beside(database).await;
    let queries: &[&str] = match database.store.backend() {
        Backend::Sqlite => &["SELECT name || ': ' || COALESCE(sql, '') AS line FROM sqlite_master"],
        Backend::Postgres => &[
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line \
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace",
            "SELECT 'sequence ' || sequencename AS line FROM pg_sequences",
        ],
    };
    let mut lines = Vec::new();
    for query in queries {
        let statement = Statement::from_string(connection.get_database_backend(), *query);
        let rows = connection.query_all_raw(statement).await.unwrap();
        lines.extend(rows.iter().map(|row| row.try_get::<String>("", "line").unwrap()));
    }
    connection.close().await.unwrap();
    lines.sort();
    lines
}

#[rstest]
#[tokio::test]
async fn up_down_and_up_again_is_the_same(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_empty_database(backend).await;
    let store = &database.store;
    let nothing = schema(&database).await;
    assert!(nothing.is_empty(), "{nothing:?}");
    assert!(store.migration_status().await.unwrap().iter().all(|(_, has)| !has));
    assert!(schema(&database).await.is_empty(), "asking for the status wrote");

    let names = store.migrate().await.unwrap();
    assert_eq!(names.first().unwrap(), "m0001_organisations");
    assert_eq!(store.migrate().await.unwrap(), Vec::<String>::new());
    assert_eq!(
        store.migration_status().await.unwrap(),
        names.iter().map(|name| (name.clone(), true)).collect::<Vec<_>>()
    );
    let first = schema(&database).await;
    for table in [
        "organisation",
        "item",
        "definition_match",
        "cost_line",
        "edition_file",
        "audit_entry",
        "reuse_agreement",
        "consultation_comment",
        "challenge",
        "feedback",
        "plan",
    ] {
        assert!(first.iter().any(|line| line.contains(table)), "{table} is not in {first:#?}");
    }
    assert!(!first.iter().any(|line| line.starts_with("sequence")), "{first:#?}");

    put(store, &registry()).await.unwrap();
    assert_eq!(store.migrate_down(1).await.unwrap(), names[names.len() - 1..]);
    assert_eq!(
        store.migration_status().await.unwrap().iter().filter(|(_, has)| *has).count(),
        names.len() - 1
    );
    let mut rest = names[..names.len() - 1].to_vec();
    rest.reverse();
    assert_eq!(store.migrate_down(u32::MAX).await.unwrap(), rest);
    assert!(schema(&database).await.is_empty(), "{:#?}", schema(&database).await);
    assert_eq!(store.migrate_down(1).await.unwrap(), Vec::<String>::new());

    assert_eq!(store.migrate().await.unwrap(), names);
    assert_eq!(schema(&database).await, first);
    put(store, &registry()).await.unwrap();
    assert_eq!(store.snapshot().await.unwrap(), registry());
}

#[rstest]
#[tokio::test]
async fn a_database_of_a_later_program_is_left_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_empty_database(backend).await;
    database.store.migrate().await.unwrap();
    let connection = beside(&database).await;
    connection
        .execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)")
        .await
        .unwrap();
    let before = schema(&database).await;
    for outcome in [database.store.migrate().await, database.store.migrate_down(1).await] {
        match outcome {
            Err(Error::Precondition { rule: "DATABASE_NEWER", message, .. }) => {
                assert!(message.contains("m9999_later"), "{message}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(schema(&database).await, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_together_migrate_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_empty_database(backend).await;
    let steps = database.store.migration_status().await.unwrap().len();
    let mut servers = Vec::new();
    for _ in 0..4 {
        let store = Store::connect(&Options::new(&database.url)).await.unwrap();
        servers.push(tokio::spawn(async move { store.migrate().await.unwrap().len() }));
    }
    let mut taken = Vec::new();
    for server in servers {
        taken.push(server.await.unwrap());
    }
    taken.sort_unstable();
    assert_eq!(taken, [0, 0, 0, steps]);
}
