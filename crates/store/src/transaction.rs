//! Transactions: the only way to the data. A write is a closure that may run more than once; what it did is kept wholly or not at all.

use crate::{
    Backend, Store,
    error::{self, Fault},
};
use onus_domain::{Error, Result};
use sea_orm::{
    AccessMode, DatabaseTransaction, DbErr, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

/// How often a transaction is tried on PostgreSQL. Of those that collide one always commits, so each round has fewer.
const TRIES: u32 = 10;
/// How often on SQLite, where each try already waits as long as [`crate::Options::patience`] for other programs.
const TRIES_ON_SQLITE: u32 = 2;
/// Wait before the second try; it doubles with each, up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(2);
/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_millis(200);

/// An open transaction. Every read in it sees one moment of the database, and its own writes. It ends when the work it was given to ends:
/// it must not be kept longer.
#[derive(Clone)]
pub struct Tx(Arc<Open>);

struct Open {
    inner: DatabaseTransaction,
    backend: Backend,
    /// Whether a statement failed: 0 none, 1 in a way that a new try may mend, 2 otherwise.
    failed: AtomicU8,
}

const RETRIABLE: u8 = 1;
const FATAL: u8 = 2;

/// How a try ended that did not commit.
struct Undone {
    error: Error,
    retriable: bool,
}

impl Undone {
    fn by(error: &DbErr, backend: Backend) -> Self {
        Self { error: error::of_statement(error), retriable: Fault::of(error).is_retriable(backend) }
    }
}

impl Tx {
    /// What runs statements.
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.0.inner
    }

    /// The error of a statement that failed in this transaction, which therefore will not commit.
    pub(crate) fn fail(&self, error: &DbErr) -> Error {
        let kind = if Fault::of(error).is_retriable(self.0.backend) { RETRIABLE } else { FATAL };
        self.0.failed.fetch_max(kind, Ordering::Relaxed);
        error::of_statement(error)
    }
}

impl Store {
    /// Runs `work` in a transaction and commits it; an error undoes all of it. On PostgreSQL the transaction is SERIALIZABLE, on SQLite
    /// it has the database for itself from the start (`BEGIN IMMEDIATE`), so that what `work` reads holds until it commits.
    ///
    /// `work` may run several times: when others wrote what it read, or hold the database, it is undone and tried again a few times
    /// with growing waits, and then answers `Unavailable`. It must have no effect but on the transaction.
    ///
    /// Do not begin a transaction of the same store inside `work`: it would wait for itself.
    pub async fn write<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.write_at(IsolationLevel::Serializable, work).await
    }

    /// As [`Store::write`], but READ COMMITTED on PostgreSQL: it makes no writer try again because of what it read, and none makes it. For
    /// work that sees to its own order by statements that take what they change (such as an `UPDATE` that names what it expects, or
    /// `FOR UPDATE SKIP LOCKED`): each of its statements sees what was committed until then. On SQLite it is the same as [`Store::write`].
    pub async fn write_relaxed<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.write_at(IsolationLevel::ReadCommitted, work).await
    }

    async fn write_at<T, F, Work>(&self, level: IsolationLevel, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        // Writers of this process queue here in order of arrival; SQLite itself lets them starve one another.
        let _turn = match &self.turn {
            Some(turn) => Some(turn.lock().await),
            None => None,
        };
        self.repeat(self.write_options(level), work).await
    }

    /// Runs `work` on one moment of the database: nothing that others commit meanwhile is seen. `work` must only read.
    pub async fn read<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.repeat(self.read_options(), work).await
    }

    async fn repeat<T, F, Work>(&self, options: TransactionOptions, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let mut wait = FIRST_WAIT;
        let tries = match self.backend {
            Backend::Sqlite => TRIES_ON_SQLITE,
            Backend::Postgres => TRIES,
        };
        for _ in 1..tries {
            match self.try_once(options, &work).await {
                Ok(done) => return Ok(done),
                Err(undone) if undone.retriable => {
                    tracing::debug!(error = %undone.error, ?wait, "transaction undone, to be tried again");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
                Err(undone) => return Err(undone.error),
            }
        }
        self.try_once(options, &work).await.map_err(|undone| undone.error)
    }

    async fn try_once<T, F, Work>(&self, options: TransactionOptions, work: &F) -> Result<T, Undone>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let inner =
            self.db.begin_with_options(options).await.map_err(|error| Undone::by(&error, self.backend))?;
        let open = Arc::new(Open { inner, backend: self.backend, failed: AtomicU8::new(0) });
        let outcome = work(Tx(Arc::clone(&open))).await;
        let Some(Open { inner, failed, .. }) = Arc::into_inner(open) else {
            let error = Error::internal("a transaction was kept longer than its work");
            return Err(Undone { error, retriable: false });
        };
        let failed = failed.into_inner();
        match outcome {
            Ok(done) if failed == 0 => {
                inner.commit().await.map_err(|error| Undone::by(&error, self.backend))?;
                Ok(done)
            }
            outcome => {
                let error =
                    outcome.err().unwrap_or_else(|| Error::internal("a failed statement was passed over"));
                // If this fails too, the connection is gone and with it the transaction.
                if let Err(error) = inner.rollback().await {
                    tracing::debug!(%error, "rollback failed");
                }
                Err(Undone { error, retriable: failed == RETRIABLE })
            }
        }
    }

    fn write_options(&self, level: IsolationLevel) -> TransactionOptions {
        match self.backend() {
            Backend::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            Backend::Postgres => {
                TransactionOptions { isolation_level: Some(level), ..TransactionOptions::default() }
            }
        }
    }

    fn read_options(&self) -> TransactionOptions {
        match self.backend() {
            // In WAL mode a deferred transaction sees the database as it was at its first read.
            Backend::Sqlite => TransactionOptions::default(),
            Backend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        }
    }
}
