//! One write in the transaction that writers on SQLite share.

use crate::group::{Ended, Line, NotInserted, Turn};
use sea_orm::{DatabaseTransaction, DbErr, Statement};
use std::sync::OnceLock;
use tokio::sync::OnceCell;

/// A writer who stands in line when there is something to run, not before: what is made ready until then holds nobody up.
pub(crate) struct Writer {
    line: Line,
    turn: OnceCell<Turn>,
    ended: OnceLock<Ended>,
}

impl Writer {
    pub fn before(line: Line) -> Self {
        Self { line, turn: OnceCell::new(), ended: OnceLock::new() }
    }

    /// The transaction, when it is his turn.
    pub async fn transaction(&self) -> Result<&DatabaseTransaction, DbErr> {
        let turn =
            self.turn.get_or_try_init(async || self.line.turn().await.map_err(|ended| self.note(ended)));
        turn.await?.transaction().ok_or_else(|| DbErr::Custom("a turn was used after its end".into()))
    }

    /// Whether all he writes can be handed over as one statement.
    pub fn has_no_turn(&self) -> bool {
        !self.turn.initialized()
    }

    /// Hands over all he writes; it is committed when this answers.
    pub async fn insert(&self, statement: Statement) -> Result<(), DbErr> {
        self.line.insert(statement).await.map_err(|why| match why {
            NotInserted::Refused(error) => error,
            NotInserted::Ended(ended) => self.note(ended),
        })
    }

    fn note(&self, ended: Ended) -> DbErr {
        let _ = self.ended.set(ended);
        DbErr::Custom("the transaction ended".into())
    }

    /// His turn, if he still has one; or why he has none.
    pub fn into_turn(self) -> Result<Option<Turn>, Ended> {
        self.ended.into_inner().map_or_else(|| Ok(self.turn.into_inner()), Err)
    }
}
