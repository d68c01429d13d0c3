//! Opening a database by its URL.

use crate::{
    Backend, Options, Store,
    error::{self, Fault},
    group::Line,
};
use onus_domain::{Error, Result, Violation};
use sea_orm::{
    DatabaseConnection, SqlxPostgresConnector, SqlxSqliteConnector,
    metric::Info,
    sqlx::{
        self, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection,
        SqliteConnection,
        postgres::{PgConnectOptions, PgPoolOptions},
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
    },
};
use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Statements that take longer are logged.
const SLOW: Duration = Duration::from_secs(1);
/// Rows that SQLite's thread may be ahead of their reader: few would make the two wait for each other at every row.
const ROWS_AHEAD: usize = 10_000;

/// After such a rest a connection is asked whether it still stands.
const REST: Duration = Duration::from_secs(2);

/// What a URL may look like.
const FORM: &str =
    "a URL such as sqlite:onus-data/onus.sqlite or postgres://user:password@host:5432/database";

impl Store {
    /// Opens a database; an SQLite file is made if it is missing (unless its URL says `mode=ro` or `mode=rw`), its folder is not.
    ///
    /// Errors: `Invalid` on field `database.url` for a URL of another scheme or form; `Precondition` for a file or folder that cannot be
    /// opened or written, a refused login, a missing database; `Unavailable` for a server that does not answer or a locked file.
    pub async fn connect(options: &Options) -> Result<Self> {
        let scheme = options.url.split_once(':').map(|(scheme, _)| scheme);
        let (backend, mut db) = match scheme {
            Some("sqlite") => (Backend::Sqlite, open_sqlite(options).await?),
            Some("postgres" | "postgresql") => (Backend::Postgres, open_postgres(options).await?),
            _ => return Err(bad_url(options, FORM)),
        };
        let statements = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&statements);
        db.set_metric_callback(move |info| {
            count.fetch_add(1, Ordering::Relaxed);
            log_slow(info);
        });
        let commits = Arc::new(AtomicU64::new(0));
        let line = (backend == Backend::Sqlite)
            .then(|| Line::new(db.clone(), options.group_commit, options.patience, Arc::clone(&commits)));
        Ok(Self { db, backend, line, statements, commits, place: place(backend, &options.url).into() })
    }
}

fn log_slow(info: &Info<'_>) {
    if info.elapsed > SLOW {
        let statement: String = info.statement.sql.chars().take(200).collect();
        tracing::warn!(elapsed = ?info.elapsed, statement, "slow statement");
    }
}

async fn open_sqlite(options: &Options) -> Result<DatabaseConnection> {
    let parsed = SqliteConnectOptions::from_str(&options.url);
    let parsed = parsed.map_err(|error| bad_url(options, &format!("{FORM} ({error})")))?;
    let has = |wanted: &str| options.url.contains(wanted);
    let (in_memory, read_only) = (has(":memory:") || has("mode=memory"), has("mode=ro"));
    let place = place(Backend::Sqlite, &options.url);
    let mut file = parsed
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging();
    if !in_memory && !read_only {
        check_writable(file.get_filename(), &place)?;
        // A commit is on the disk when it is acknowledged.
        file = file.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    }
    if !has("mode=") {
        file = file.create_if_missing(true);
    }
    // A database in memory lives as long as its one connection.
    let pool = SqlitePoolOptions::new()
        .max_connections(if in_memory { 1 } else { options.max_connections.max(1) })
        // A thread of this process holds the file: nobody else can take it away.
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(is_clean(connection)))
        .acquire_timeout(options.patience)
        .idle_timeout(None)
        .max_lifetime(None);
    let opening = async {
        loop {
            // Changing a new file to WAL needs it alone and does not wait by itself; another process may be at the same.
            match pool.clone().connect_with(file.clone()).await {
                Err(error) if Fault::of_driver(&error) == Fault::Busy => {
                    tokio::time::sleep(options.patience / 100).await;
                }
                opened => return opened,
            }
        }
    };
    let opened = tokio::time::timeout(options.patience * 2, opening).await;
    let pool = opened
        .map_err(|elapsed| Fault::Busy.into_error(&place, elapsed.to_string()))?
        .map_err(|error| error::of_opening(&error, &place))?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// Whether a connection is outside any transaction. Where a failure ended one that the driver takes for open, it is not used again.
async fn is_clean(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback may be under way.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Refuses a file or folder that is marked read-only: SQLite would open it and fail at the first write.
fn check_writable(file: &Path, place: &str) -> Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Fault::CannotOpen.into_error(place, format!("{} is not a folder", folder.display())));
    }
    let is_marked = |path: &Path| path.metadata().is_ok_and(|found| found.permissions().readonly());
    // On other systems the mark on a folder means something else.
    if is_marked(file) || (cfg!(unix) && is_marked(folder)) {
        return Err(Fault::ReadOnly.into_error(place, "marked read-only".into()));
    }
    Ok(())
}

async fn open_postgres(options: &Options) -> Result<DatabaseConnection> {
    let parsed = PgConnectOptions::from_str(&options.url);
    let server = parsed.map_err(|error| bad_url(options, &format!("{FORM} ({error})")))?;
    let server = server.application_name("onus").disable_statement_logging();
    let place = place(Backend::Postgres, &options.url);
    // A pool hides why it gets no connection; the first is made without it.
    let first = tokio::time::timeout(options.patience, PgConnection::connect_with(&server)).await;
    let first = first.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    let first = first.map_err(|error| error::of_opening(&error, &place))?;
    first.close().await.map_err(|error| error::of_opening(&error, &place))?;
    let limits = options.longest_statement.map(statement_limits);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(1))
        // A question whether a connection still stands costs as much as a small statement: it is asked of those that nobody used for a
        // while. What broke meanwhile is tried again.
        .test_before_acquire(false)
        .before_acquire(|connection, used| {
            Box::pin(async move {
                if used.idle_for > REST {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .acquire_timeout(options.patience)
        // Said by a statement and not when connecting: poolers in between pass on the one and refuse the other.
        .after_connect(move |connection, _| {
            let limits = limits.clone();
            Box::pin(async move {
                if let Some(limits) = limits {
                    connection.execute(AssertSqlSafe(limits)).await?;
                }
                Ok(())
            })
        });
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool.connect_lazy_with(server)))
}

/// A caller that gave up leaves its statement behind: it must not hold the connection, or a lock, for ever.
fn statement_limits(longest: Duration) -> String {
    let all = longest.as_millis().max(2);
    format!("SET statement_timeout = {all}; SET lock_timeout = {}", all / 2)
}

fn bad_url(options: &Options, expected: &str) -> Error {
    Violation::new("database.url", "DATABASE_URL", redacted(&options.url), expected).into()
}

/// The database in words, for messages to whoever configures it.
fn place(backend: Backend, url: &str) -> String {
    let kind = match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    };
    format!("{kind} database {}", redacted(url))
}

/// A URL without password and parameters.
fn redacted(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("://") else { return plain.to_owned() };
    // The last @ of all: a password may hold @ and / where its writer forgot to escape them.
    match rest.rsplit_once('@') {
        Some((login, host)) => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}:***@{host}")
        }
        None => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://ann:secret@db:5432/onus", "postgres://ann:***@db:5432/onus"),
            ("postgres://ann:sec/r@et@db/onus?password=secret", "postgres://ann:***@db/onus"),
            ("postgres://db/onus?user=ann&password=secret", "postgres://db/onus"),
            ("mysql://ann:secret@db/onus", "mysql://ann:***@db/onus"),
            ("sqlite:onus-data/onus.sqlite?mode=rwc", "sqlite:onus-data/onus.sqlite"),
            ("sqlite:///var/onus.sqlite", "sqlite:///var/onus.sqlite"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }
}
