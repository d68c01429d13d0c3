//! A write in a transaction of its own, where no line of writers is: it begins with the first statement that needs one. What only inserts
//! is one statement, which is kept wholly or not at all by itself, and reads nothing that others could change meanwhile.

use crate::{
    error::Fault,
    open::{How, KEPT_LONGER, Undone},
};
use onus_domain::{Error, Result};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, Statement, TransactionOptions,
    TransactionTrait,
};
use std::sync::OnceLock;
use tokio::sync::OnceCell;

/// A transaction that is to begin.
pub(crate) struct Alone {
    db: DatabaseConnection,
    options: TransactionOptions,
    how: How,
    begun: OnceCell<DatabaseTransaction>,
    /// Why nothing was done, or nothing that another run would do twice.
    undone: OnceLock<DbErr>,
}

impl Alone {
    pub fn new(db: DatabaseConnection, options: TransactionOptions, how: How) -> Self {
        Self { db, options, how, begun: OnceCell::new(), undone: OnceLock::new() }
    }

    /// The transaction, begun if it was not.
    pub async fn transaction(&self) -> Result<&DatabaseTransaction, DbErr> {
        let begin = async || self.db.begin_with_options(self.options).await.map_err(|error| self.note(error));
        self.begun.get_or_try_init(begin).await
    }

    /// Whether all it writes can be one statement.
    pub fn has_not_begun(&self) -> bool {
        !self.begun.initialized()
    }

    /// Runs the one statement that writes all; it is committed when this answers.
    pub async fn insert(&self, statement: Statement) -> Result<(), DbErr> {
        self.db.execute_raw(statement).await.map(drop).map_err(|error| match Fault::of(&error) {
            // If it was done before its connection broke, another run finds its keys taken.
            Fault::Cut => self.note(error),
            _ => error,
        })
    }

    fn note(&self, error: DbErr) -> DbErr {
        let said = DbErr::Custom(error.to_string());
        let _ = self.undone.set(error);
        said
    }

    /// Commits what was done, or undoes it.
    pub async fn end<T>(self, outcome: Result<T, Undone>) -> Result<T, Undone> {
        if let Some(error) = self.undone.into_inner() {
            // A connection that broke is no loss.
            return Err(How::Read.undone(&error));
        }
        let Some(transaction) = self.begun.into_inner() else { return outcome };
        match outcome {
            Ok(done) => {
                transaction.commit().await.map_err(|error| self.how.undone(&error))?;
                Ok(done)
            }
            Err(undone) => {
                // If this fails too, the connection is gone and with it the transaction.
                if let Err(error) = transaction.rollback().await {
                    tracing::debug!(%error, "rollback failed");
                }
                Err(undone)
            }
        }
    }
}

/// What comes of a run whose place somebody kept.
pub(crate) fn kept_longer<T>(outcome: Result<T, Undone>) -> Result<T, Undone> {
    outcome.and_then(|_| Err(Undone::finally(Error::internal(KEPT_LONGER))))
}
