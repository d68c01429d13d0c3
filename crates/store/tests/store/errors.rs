//! What a wrong setting, a locked file or a strange row gets.

use crate::{
    migrations::beside,
    sample::{organisation, put, registry},
};
use onus_domain::{Error, organisation::OrganisationKind};
use onus_store::{
    Backend, Options, Store,
    testing::{SERVER, create_database, create_empty_database},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Database};
use std::{
    fs,
    time::{Duration, Instant},
};
use tempfile::tempdir;

fn hasty(url: impl Into<String>) -> Options {
    Options { patience: Duration::from_millis(200), ..Options::new(url) }
}

async fn refusal(url: impl Into<String>) -> Error {
    Store::connect(&hasty(url)).await.err().expect("a refusal")
}

fn rule_of(error: &Error) -> &str {
    match error {
        Error::Precondition { rule, .. } => rule,
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[case("mysql://ann:secret@db/onus")]
#[case("onus.sqlite")]
#[case("")]
#[case("sqlite:onus.sqlite?mode=secret")]
#[case("postgres://ann:secret@db:port/onus")]
#[tokio::test]
async fn a_wrong_url_names_its_field_and_tells_no_secret(#[case] url: &str) {
    match refusal(url).await {
        Error::Invalid(found) => {
            assert_eq!((found[0].field.as_str(), found[0].rule.as_str()), ("database.url", "DATABASE_URL"));
            assert!(found[0].expected.contains("sqlite:") && found[0].expected.contains("postgres:"));
            assert!(!found[0].to_string().contains("ann:secret"), "{}", found[0]);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_at_once() {
    let start = Instant::now();
    let error = refusal("postgres://ann:secret@127.0.0.1:1/onus").await;
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_missing_database_or_user_is_said() {
    let server = std::env::var(SERVER).unwrap_or_else(|_| panic!("{SERVER} is not set"));
    let (front, _) = server.rsplit_once('/').unwrap();
    let error = refusal(format!("{front}/onus_not_there")).await;
    assert_eq!(rule_of(&error), "DATABASE_EXISTS");
    assert!(error.to_string().contains("onus_not_there"), "{error}");
    let (_, host) = front.rsplit_once('@').unwrap();
    let error = refusal(format!("postgres://onus_nobody:secret@{host}/postgres")).await;
    assert_eq!(rule_of(&error), "DATABASE_LOGIN");
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_or_written_is_said() {
    let folder = tempdir().unwrap();
    let at = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    assert_eq!(rule_of(&refusal(at("missing/onus.sqlite")).await), "DATABASE_OPENS");
    assert_eq!(rule_of(&refusal(format!("{}?mode=rw", at("absent.sqlite"))).await), "DATABASE_OPENS");

    fs::write(folder.path().join("letter.sqlite"), "Dear Sir or Madam, ".repeat(100)).unwrap();
    let error = refusal(at("letter.sqlite")).await;
    assert_eq!(rule_of(&error), "DATABASE_FORMAT");
    assert!(error.to_string().contains("letter.sqlite"), "{error}");

    let store = Store::connect(&hasty(at("onus.sqlite"))).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await.unwrap();
    let file = folder.path().join("onus.sqlite");
    let mark = |path: &std::path::Path, read_only| {
        let mut permissions = path.metadata().unwrap().permissions();
        permissions.set_readonly(read_only);
        fs::set_permissions(path, permissions).unwrap();
    };
    mark(&file, true);
    let error = refusal(at("onus.sqlite")).await;
    assert_eq!(rule_of(&error), "DATABASE_WRITABLE");
    assert!(error.to_string().contains("onus.sqlite"), "{error}");
    mark(&file, false);
    mark(folder.path(), true);
    let error = refusal(at("onus.sqlite")).await;
    mark(folder.path(), false);
    assert_eq!(rule_of(&error), "DATABASE_WRITABLE");
}

#[tokio::test]
async fn a_database_opened_to_read_is_read_and_not_written() {
    let database = create_database(Backend::Sqlite).await;
    put(&database.store, &registry()).await.unwrap();
    let store = Store::connect(&hasty(format!("{}?mode=ro", database.url))).await.unwrap();
    assert_eq!(store.snapshot().await.unwrap(), registry());
    let new = [organisation("ZZ9", OrganisationKind::Provider)];
    let error = store.write(async |tx| tx.upsert_organisations(&new).await).await.unwrap_err();
    assert_eq!(rule_of(&error), "DATABASE_WRITABLE");
    let error = store.migrate_down(1).await.unwrap_err();
    assert_eq!(rule_of(&error), "DATABASE_WRITABLE");
    assert!(error.to_string().contains("onus.sqlite"), "{error}");
    assert_eq!(database.store.snapshot().await.unwrap(), registry());
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_busy() {
    let database = create_database(Backend::Sqlite).await;
    let other = beside(&database).await;
    other.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();
    let store = Store::connect(&hasty(&database.url)).await.unwrap();
    let error = store.write(async |tx| tx.upsert_subjects(&registry().subjects).await).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    store.write(async |tx| tx.upsert_subjects(&registry().subjects).await).await.unwrap();
}

#[tokio::test]
async fn a_new_file_that_another_program_holds_is_busy_in_good_time() {
    let folder = tempdir().unwrap();
    let url = format!("sqlite:{}?mode=rwc", folder.path().join("onus.sqlite").display());
    let other = Database::connect(&url).await.unwrap();
    other.execute_unprepared("CREATE TABLE other (id INTEGER); BEGIN EXCLUSIVE").await.unwrap();
    let start = Instant::now();
    let error = refusal(&url).await;
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[rstest]
#[tokio::test]
async fn a_database_without_tables_is_to_be_migrated(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_empty_database(backend).await;
    database.store.ping().await.unwrap();
    for error in [database.store.snapshot().await.unwrap_err(), database.store.stamp().await.unwrap_err()] {
        assert_eq!(rule_of(&error), "DATABASE_MIGRATED");
        assert!(error.to_string().contains("onus migrate"), "{error}");
    }
}

#[rstest]
#[case("UPDATE organisation SET kind = 'KING' WHERE code = 'R0A'", "organisation", "R0A")]
#[case("UPDATE version SET number = -5 WHERE collection = 'b-set'", "version", "b-set/-5")]
#[case("UPDATE respondents_rule SET regions = '{' WHERE collection = 'a1'", "respondents_rule", "a1/1")]
#[tokio::test]
async fn a_row_that_makes_no_sense_is_named_in_the_log(
    #[case] spoil: &str,
    #[case] table: &str,
    #[case] key: &str,
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    put(&database.store, &registry()).await.unwrap();
    beside(&database).await.execute_unprepared(spoil).await.unwrap();
    match database.store.snapshot().await {
        Err(Error::Internal { public, private }) => {
            assert!(private.contains(table) && private.contains(key), "{private}");
            assert!(!public.contains(table), "{public}");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_database_in_memory_lives_as_long_as_its_store() {
    let store = Store::connect(&Options::new("sqlite::memory:")).await.unwrap();
    store.migrate().await.unwrap();
    put(&store, &registry()).await.unwrap();
    assert_eq!(store.snapshot().await.unwrap(), registry());
}
