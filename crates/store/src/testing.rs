//! Throw-away databases for tests, of both kinds from one body:
//!
//! ```ignore
//! #[rstest]
//! #[tokio::test]
//! async fn it_holds(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
//!     let database = create_database(backend).await;
//!     database.store.write(async |tx| tx.upsert_subjects(&[]).await).await.unwrap();
//! }
//! ```

use crate::{Backend, Options, Store, Tx};
use onus_domain::Result;
use sea_orm::ConnectionTrait;
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use uuid::{NoContext, Timestamp, Uuid};

/// The variable that names a PostgreSQL server for tests, with a user who may create databases.
pub const SERVER: &str = "ONUS_TEST_POSTGRES_URL";

/// A database of one test, which goes with it.
pub struct TestDatabase {
    /// It, open.
    pub store: Store,
    /// Where it is, for tests that open it again.
    pub url: String,
    _home: Home,
}

impl TestDatabase {
    /// Does to the database what no use case does.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn execute(&self, statement: &str) {
        let connection = sea_orm::Database::connect(&self.url).await.expect("the test's database opens");
        let done = connection.execute_unprepared(statement).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        connection.close().await.expect("the test's database closes");
    }
}

impl Tx {
    /// Runs any statement, such as one that makes the commit fail.
    pub async fn run_any(&self, statement: &str) -> Result<()> {
        let done = self.db().execute_unprepared(statement).await;
        done.map(|_| ()).map_err(|error| self.fail(&error))
    }
}

/// What is taken away when the test ends.
enum Home {
    Folder { _folder: TempDir },
    Server { url: String, name: String },
}

/// A migrated database of its own.
///
/// # Panics
/// If it cannot be made. For PostgreSQL the variable [`SERVER`] must be set; the message says so.
pub async fn create_database(backend: Backend) -> TestDatabase {
    let database = create_empty_database(backend).await;
    database.store.migrate().await.expect("a new database takes all steps");
    database
}

/// A database of its own without any table.
///
/// # Panics
/// As [`create_database`].
pub async fn create_empty_database(backend: Backend) -> TestDatabase {
    let (url, home) = match backend {
        Backend::Sqlite => {
            let folder = tempfile::tempdir().expect("a folder for a test's database");
            (
                format!("sqlite:{}", folder.path().join("onus.sqlite").display()),
                Home::Folder { _folder: folder },
            )
        }
        Backend::Postgres => create_on_server().await,
    };
    let store = Store::connect(&Options::new(&url)).await.expect("a new database opens");
    TestDatabase { store, url, _home: home }
}

async fn create_on_server() -> (String, Home) {
    let server = std::env::var(SERVER).unwrap_or_else(|_| {
        panic!(
            "{SERVER} is not set: tests of PostgreSQL need a server and a user who may create databases, \
             such as {SERVER}=postgres://postgres@127.0.0.1:5432/postgres (`cargo xtask test` starts one)"
        )
    });
    // Only the random part of it is of use.
    let name = format!("onus_test_{}", Uuid::new_v7(Timestamp::from_unix(NoContext, 0, 0)).simple());
    run(&server, format!("CREATE DATABASE {name}")).await;
    let (front, parameters) = server
        .split_once('?')
        .map_or((server.as_str(), String::new()), |(front, rest)| (front, format!("?{rest}")));
    let (host, _) = front.rsplit_once('/').expect("the URL of the test server ends with a database's name");
    (format!("{host}/{name}{parameters}"), Home::Server { url: server, name })
}

async fn run(server: &str, statement: String) {
    let mut connection =
        PgConnection::connect(server).await.unwrap_or_else(|error| panic!("{SERVER}: {error}"));
    connection.execute(AssertSqlSafe(statement)).await.unwrap_or_else(|error| panic!("{SERVER}: {error}"));
    connection.close().await.unwrap_or_else(|error| panic!("{SERVER}: {error}"));
}

impl Drop for Home {
    fn drop(&mut self) {
        let Self::Server { url, name } = self else { return };
        let (url, drop) = (url.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // The test's own runtime may not be waited for here: another thread with another one does it.
        let done = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(run(&url, drop)))
        });
        // A test that fails already must not be ended by a second panic.
        let is_known = done.join().is_ok() || std::thread::panicking();
        assert!(is_known, "the test's database {name} was not dropped");
    }
}
