//! Storage: SQLite by default, PostgreSQL by one URL, the same behind both.
//!
//! `tables` are the rows, `queries` all reads and writes, in domain types. A transaction is a closure: [`Store::write`] keeps all of what
//! it did or nothing, and runs it again when others were in the way; [`Store::read`] sees one moment of the database.
//!
//! Rules of the registry are not kept here but in `onus-domain` and `onus-app`. What is kept here: keys are unique, a row that names
//! another finds it, an update with a stale revision changes nothing, and the content of a version that is no longer a DRAFT never changes.

mod alone;
mod batch;
mod connect;
mod error;
mod group;
mod migrate;
mod open;
mod queries;
mod snapshot;
mod tables;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;
mod writer;

pub use queries::{
    Answered, Answering, DeliveryCounts, LogQuery, LogReader, Past, PastOf, Stamp, Upserted, root_of,
};
pub use transaction::Tx;

use group::Line;
use onus_domain::Result;
use sea_orm::DatabaseConnection;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Which database, and how many connections to it.
#[derive(Clone)]
pub struct Options {
    /// Where it is: `sqlite:PATH`, `postgres://…` or `postgresql://…`. It may hold a password: it is never logged or shown whole.
    pub url: String,
    /// Most connections at a time; a database in memory always has one.
    pub max_connections: u32,
    /// How long to wait for a server to answer, a connection to come free, or other programs to end their writes.
    pub patience: Duration,
    /// How long a server may take for one statement, half of it for a lock; `None` is without limit. Migrations take what they need.
    pub longest_statement: Option<Duration>,
    /// On SQLite, whether writers that wait at the same time share one commit. Otherwise each write is committed by itself, which is of use
    /// to measure the difference.
    pub group_commit: bool,
}

impl Options {
    /// A database with the usual number of connections and patience.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
            patience: Duration::from_secs(5),
            longest_statement: None,
            group_commit: true,
        }
    }
}

/// The kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Embedded: one file.
    Sqlite,
    /// A server.
    Postgres,
}

/// An open database. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    db: DatabaseConnection,
    backend: Backend,
    /// On SQLite, the line of those who want to write.
    line: Option<Line>,
    statements: Arc<AtomicU64>,
    commits: Arc<AtomicU64>,
    /// The database in words, without a password.
    place: Arc<str>,
}

impl Store {
    /// The kind of database it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The database in words, such as `SQLite database sqlite:onus-data/onus.sqlite`; without a password.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// How many statements it has run so far, `BEGIN` and `COMMIT` apart: tests hold that a use case runs the same number however much is
    /// stored.
    pub fn statements_run(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many commits of writes it has made so far: on SQLite fewer than writes, when many wait.
    pub fn commits_made(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Answers if the database does.
    pub async fn ping(&self) -> Result<()> {
        self.db.ping().await.map_err(|error| error::of_statement(&error))
    }

    /// Closes all connections, when those in use are given back.
    pub async fn close(self) -> Result<()> {
        self.db.close().await.map_err(|error| error::of_statement(&error))
    }
}
