//! Transactions: the only way to the data. A write is a closure that may run more than once; what it did is kept wholly or not at all.

use crate::{
    Backend, Store,
    alone::{Alone, kept_longer},
    error,
    group::Ended,
    open::{Failure, How, Open, Place, Undone},
    writer::Writer,
};
use onus_domain::{Error, Result};
use sea_orm::{AccessMode, DatabaseTransaction, DbErr, IsolationLevel, TransactionOptions};
use std::{
    sync::{Arc, atomic::Ordering},
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
pub struct Tx(pub(crate) Arc<Open>);

impl Tx {
    /// What runs statements.
    pub(crate) fn db(&self) -> &Open {
        &self.0
    }

    /// The transaction itself.
    pub(crate) async fn transaction(&self) -> Result<&DatabaseTransaction> {
        self.0.transaction().await
    }

    /// The error of a statement that failed in this transaction, which therefore will not commit.
    pub(crate) fn fail(&self, error: &DbErr) -> Error {
        self.0.fail(error);
        error::of_statement(error)
    }

    /// Whether to look whether keys are taken before inserting: the run before this found one that is, and the database did not say which.
    pub(crate) fn looks_first(&self) -> bool {
        self.0.looks_first()
    }
}

impl Store {
    /// Runs `work` in a transaction and commits it; an error undoes all of it. On PostgreSQL the transaction is SERIALIZABLE, on SQLite
    /// it has the database for itself from the start (`BEGIN IMMEDIATE`), so that what `work` reads holds until it commits. On SQLite
    /// writers that wait at the same time share one commit (see [`Options::group_commit`](crate::Options::group_commit)); none is
    /// answered before it.
    ///
    /// `work` may run several times: when others wrote what it read, took a key, or hold the database, it is undone and tried again a few
    /// times with growing waits, and then answers `Unavailable`. It must have no effect but on the transaction.
    ///
    /// What it inserts waits for the next other statement or its end, and goes to the database in one; where that is all it does, there is no
    /// transaction around it, since one statement is kept wholly or not at all. If that fails, the work is run
    /// again and inserts one after the other, so that each error comes where it belongs.
    ///
    /// Do not begin a transaction of the same store inside `work`: it would wait for itself.
    pub async fn write<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.repeat(How::Write(IsolationLevel::Serializable), work).await
    }

    /// As [`Store::write`], but READ COMMITTED on PostgreSQL: it makes no writer try again because of what it read, and none makes it. For
    /// work that sees to its own order by statements that take what they change (such as an `UPDATE` that names what it expects, or
    /// `FOR UPDATE SKIP LOCKED`): each of its statements sees what was committed until then. On SQLite it is the same as [`Store::write`].
    pub async fn write_relaxed<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.repeat(How::Write(IsolationLevel::ReadCommitted), work).await
    }

    /// Runs `work` on one moment of the database: nothing that others commit meanwhile is seen. `work` must only read.
    pub async fn read<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.repeat(How::Read, work).await
    }

    /// Runs `work` that is one reading statement: without a transaction around it, one round trip to the server instead of four. `work` of
    /// more statements is refused, for each would see its own moment.
    pub async fn read_once<T, F, Work>(&self, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        self.repeat(How::Once, work).await
    }

    async fn repeat<T, F, Work>(&self, how: How, work: F) -> Result<T>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let (mut wait, mut looks_first) = (FIRST_WAIT, false);
        let mut tries = match self.backend {
            Backend::Sqlite => TRIES_ON_SQLITE,
            Backend::Postgres => TRIES,
        };
        loop {
            // On the heap: use cases hold it.
            let Undone { error, failure } = match Box::pin(self.try_once(how, looks_first, &work)).await {
                Ok(done) => return Ok(done),
                Err(undone) => undone,
            };
            if failure == Failure::Taken && !looks_first {
                looks_first = true;
                continue;
            }
            // On SQLite nobody takes a key between looking for it and inserting it.
            let is_final = match failure {
                Failure::Final | Failure::Broken => true,
                Failure::Taken => self.line.is_some(),
                Failure::InTheWay => false,
            };
            tries -= 1;
            if is_final || tries == 0 {
                return Err(error);
            }
            tracing::debug!(%error, ?wait, "transaction undone, to be tried again");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    async fn try_once<T, F, Work>(&self, how: How, looks_first: bool, work: &F) -> Result<T, Undone>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        match (how, &self.line) {
            (How::Once, _) => {
                let open = Open::new(Place::Connection(self.db.clone()), self.backend, how, looks_first);
                open.run(work).await
            }
            (How::Write(_), Some(line)) => {
                let writer = Arc::new(Writer::before(line.clone()));
                let open = Open::new(Place::Line(Arc::clone(&writer)), self.backend, how, looks_first);
                end_turn(writer, open.run(work).await, (how, looks_first)).await
            }
            _ => self.try_alone(how, looks_first, work).await,
        }
    }

    /// In a transaction of its own.
    async fn try_alone<T, F, Work>(&self, how: How, looks_first: bool, work: &F) -> Result<T, Undone>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let alone = Arc::new(Alone::new(self.db.clone(), self.options_of(how), how));
        let open = Open::new(Place::Alone(Arc::clone(&alone)), self.backend, how, looks_first);
        let outcome = open.run(work).await;
        let Some(alone) = Arc::into_inner(alone) else { return kept_longer(outcome) };
        let done = alone.end(outcome).await?;
        if matches!(how, How::Write(_)) {
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        Ok(done)
    }

    fn options_of(&self, how: How) -> TransactionOptions {
        match (self.backend, how) {
            // In WAL mode a deferred transaction sees the database as it was at its first read; writers have theirs from their line.
            (Backend::Sqlite, _) => TransactionOptions::default(),
            (Backend::Postgres, How::Write(level)) => {
                TransactionOptions { isolation_level: Some(level), ..TransactionOptions::default() }
            }
            (Backend::Postgres, _) => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        }
    }
}

/// Ends what a writer did in the transaction that writers share, if he did not hand it over whole.
async fn end_turn<T>(
    writer: Arc<Writer>,
    outcome: Result<T, Undone>,
    (how, looks_first): (How, bool),
) -> Result<T, Undone> {
    let Some(writer) = Arc::into_inner(writer) else { return kept_longer(outcome) };
    let Some(turn) = writer.into_turn().map_err(|ended| undone_by(ended, how))? else { return outcome };
    match outcome {
        Ok(done) => turn.keep().await.map(|()| done).map_err(|ended| undone_by(ended, how)),
        Err(undone)
            if undone.failure == Failure::Final || (undone.failure == Failure::Taken && looks_first) =>
        {
            turn.refuse().await.map_err(|ended| undone_by(ended, how).again())?;
            Err(undone)
        }
        Err(undone) => Err(undone),
    }
}

fn undone_by(ended: Ended, how: How) -> Undone {
    match ended {
        Ended::Failed(error) => how.undone(&error),
        Ended::Broken(private) => {
            let public = "another writer's failure ended the transaction: try again in a moment".into();
            Undone { error: Error::Unavailable { public, private }, failure: Failure::InTheWay }
        }
    }
}
