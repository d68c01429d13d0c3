//! One run of work: where its statements go, and how it failed.

use crate::{
    Backend, Tx,
    alone::Alone,
    batch::Batch,
    error::{self, Fault},
    writer::Writer,
};
use onus_domain::{Error, Result};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, IsolationLevel,
    QueryResult, Statement, sea_query::InsertStatement,
};
use std::{
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The answer of a statement, to be waited for.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'a>>;

/// Gives a statement to the place it belongs to.
macro_rules! give {
    ($open:ident.$method:ident($statement:ident)) => {
        match ($open.see_to_order(), &$open.place) {
            (Err(error), _) => Box::pin(std::future::ready(Err(error))),
            (Ok(()), Place::Connection(connection)) => connection.$method($statement),
            (Ok(()), Place::Line(writer)) => {
                Box::pin(async move { writer.transaction().await?.$method($statement).await })
            }
            (Ok(()), Place::Alone(alone)) => {
                Box::pin(async move { alone.transaction().await?.$method($statement).await })
            }
        }
    };
}

/// Gives a statement after what waits to be inserted.
macro_rules! give_in_order {
    ($open:ident.$method:ident($statement:ident)) => {
        if $open.waiting().is_empty() {
            give!($open.$method($statement))
        } else {
            Box::pin(async move {
                $open.insert_waiting().await?;
                let answer: Answer<'_, _> = give!($open.$method($statement));
                answer.await
            })
        }
    };
}

/// What is wrong when somebody still holds a transaction after the work it was given to.
pub(crate) const KEPT_LONGER: &str = "a transaction was kept longer than its work";

/// What runs the statements of one run of work.
pub(crate) struct Open {
    place: Place,
    backend: Backend,
    how: How,
    looks_first: bool,
    /// How the first statement failed that did; those after it fail because of it.
    failed: OnceLock<Failure>,
    /// Whether a statement was run.
    has_run: AtomicBool,
    /// What is to be inserted before anything else is done.
    inserts: Mutex<Batch>,
}

/// Where statements go.
pub(crate) enum Place {
    /// To a transaction of its own.
    Alone(Arc<Alone>),
    /// To any connection.
    Connection(DatabaseConnection),
    /// To the transaction that writers share, when it is this one's turn.
    Line(Arc<Writer>),
}

/// How statements are run.
#[derive(Clone, Copy)]
pub(crate) enum How {
    /// In a transaction, beside others.
    Write(IsolationLevel),
    /// In a transaction that sees one moment.
    Read,
    /// One reading statement, without a transaction.
    Once,
}

/// What a run that failed means for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A key is taken: another run looks before it inserts, and names it.
    Taken,
    /// Others were in the way: another run may succeed.
    InTheWay,
    /// Another run would fail like this one.
    Final,
    /// The work did what it must not: nothing more is to be done in its transaction.
    Broken,
}

/// How a run ended that kept nothing.
pub(crate) struct Undone {
    pub error: Error,
    pub failure: Failure,
}

impl Undone {
    /// By an error that another run would meet again.
    pub fn finally(error: Error) -> Self {
        Self { error, failure: Failure::Final }
    }

    /// The same, but another run may go otherwise: what this one met is not there any more.
    pub fn again(self) -> Self {
        Self { failure: Failure::InTheWay, ..self }
    }
}

impl How {
    /// What a fault of a statement means.
    fn failure(self, fault: Fault) -> Failure {
        match (fault, self) {
            (Fault::Unique, _) => Failure::Taken,
            (Fault::Busy, _) | (Fault::Cut, Self::Read | Self::Once) => Failure::InTheWay,
            _ => Failure::Final,
        }
    }

    /// The end of a run by a statement that failed.
    pub fn undone(self, error: &DbErr) -> Undone {
        Undone { error: error::of_statement(error), failure: self.failure(Fault::of(error)) }
    }
}

impl Open {
    /// For one run. `looks_first`: see [`Tx::looks_first`].
    pub fn new(place: Place, backend: Backend, how: How, looks_first: bool) -> Self {
        let (failed, has_run, inserts) = (OnceLock::new(), AtomicBool::new(false), Mutex::default());
        Self { place, backend, how, looks_first, failed, has_run, inserts }
    }

    /// Runs work, which may not keep any part of this, and tells why what it did must not be kept.
    pub async fn run<T, F, Work>(self, work: &F) -> Result<T, Undone>
    where
        F: Fn(Tx) -> Work,
        Work: Future<Output = Result<T>> + Send,
    {
        let open = Arc::new(self);
        let outcome = work(Tx(Arc::clone(&open))).await;
        let Some(open) = Arc::into_inner(open) else {
            return Err(Undone { error: Error::internal(KEPT_LONGER), failure: Failure::Broken });
        };
        let outcome = match outcome {
            Ok(done) if open.failed.get().is_none() => {
                open.insert_last().await.map(|()| done).map_err(|error| error::of_statement(&error))
            }
            outcome => outcome,
        };
        match (outcome, open.failed.into_inner()) {
            (Ok(done), None) => Ok(done),
            (Ok(_), Some(failure)) => {
                Err(Undone { error: Error::internal("a failed statement was passed over"), failure })
            }
            (Err(error), failure) => Err(Undone { error, failure: failure.unwrap_or(Failure::Final) }),
        }
    }

    /// Notes that a statement failed.
    pub fn fail(&self, error: &DbErr) {
        self.failed.get_or_init(|| self.how.failure(Fault::of(error)));
    }

    /// Inserts later, with what else is to be inserted, in one statement; at once where what fails has to be found out.
    pub async fn insert(&self, insert: InsertStatement, binds: usize) -> Result<(), DbErr> {
        if self.looks_first {
            return self.execute(&insert).await.map(|_| ());
        }
        if !self.waiting().has_room(binds) {
            self.insert_waiting().await?;
        }
        self.waiting().add(insert, binds);
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, Batch> {
        self.inserts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Inserts what waits. If that fails the work is run again, and inserts one after the other.
    async fn insert_waiting(&self) -> Result<(), DbErr> {
        let Some(statement) = self.take_waiting() else { return Ok(()) };
        self.give_now(statement).await.map(drop).inspect_err(|error| self.fail_waiting(error))
    }

    /// The same when nothing is run after it.
    async fn insert_last(&self) -> Result<(), DbErr> {
        match &self.place {
            Place::Line(writer) if writer.has_no_turn() => {
                let Some(statement) = self.take_waiting() else { return Ok(()) };
                writer.insert(statement).await.inspect_err(|error| self.fail_waiting(error))
            }
            Place::Alone(alone) if alone.has_not_begun() => {
                let Some(statement) = self.take_waiting() else { return Ok(()) };
                alone.insert(statement).await.inspect_err(|error| self.fail_waiting(error))
            }
            _ => self.insert_waiting().await,
        }
    }

    fn take_waiting(&self) -> Option<Statement> {
        let batch = mem::take(&mut *self.waiting());
        batch.into_statement(self.get_database_backend())
    }

    fn fail_waiting(&self, error: &DbErr) {
        self.failed.get_or_init(|| match Fault::of(error) {
            Fault::Unique | Fault::Foreign | Fault::Other => Failure::Taken,
            fault => self.how.failure(fault),
        });
    }

    /// Runs a statement before what waits.
    fn give_now(&self, statement: Statement) -> Answer<'_, ExecResult> {
        give!(self.execute_raw(statement))
    }

    /// The transaction, if it is one.
    pub async fn transaction(&self) -> Result<&DatabaseTransaction> {
        match &self.place {
            Place::Alone(alone) => alone.transaction().await.map_err(|error| error::of_statement(&error)),
            Place::Line(writer) => writer.transaction().await.map_err(|error| error::of_statement(&error)),
            Place::Connection(_) => Err(Error::internal("a statement by itself has no transaction")),
        }
    }

    /// See [`Tx::looks_first`].
    pub fn looks_first(&self) -> bool {
        self.looks_first
    }

    /// Refuses what may not be run now.
    ///
    /// PostgreSQL runs no statement after one that failed. SQLite would, and where the failure ended the transaction even outside it.
    fn see_to_order(&self) -> Result<(), DbErr> {
        if self.failed.get().is_some() {
            return Err(DbErr::Custom("a statement of this transaction failed before".into()));
        }
        match self.place {
            Place::Connection(_) if self.has_run.swap(true, Ordering::Relaxed) => {
                Err(DbErr::Custom("more than one statement without a transaction".into()))
            }
            _ => Ok(()),
        }
    }
}

impl ConnectionTrait for Open {
    fn get_database_backend(&self) -> DbBackend {
        match self.backend {
            Backend::Sqlite => DbBackend::Sqlite,
            Backend::Postgres => DbBackend::Postgres,
        }
    }

    fn execute_raw<'open, 'answer>(&'open self, statement: Statement) -> Answer<'answer, ExecResult>
    where
        'open: 'answer,
    {
        give_in_order!(self.execute_raw(statement))
    }

    fn execute_unprepared<'open, 'text, 'answer>(
        &'open self,
        statement: &'text str,
    ) -> Answer<'answer, ExecResult>
    where
        'open: 'answer,
        'text: 'answer,
    {
        give_in_order!(self.execute_unprepared(statement))
    }

    fn query_one_raw<'open, 'answer>(
        &'open self,
        statement: Statement,
    ) -> Answer<'answer, Option<QueryResult>>
    where
        'open: 'answer,
    {
        give_in_order!(self.query_one_raw(statement))
    }

    fn query_all_raw<'open, 'answer>(&'open self, statement: Statement) -> Answer<'answer, Vec<QueryResult>>
    where
        'open: 'answer,
    {
        give_in_order!(self.query_all_raw(statement))
    }
}
