//! Group commit on SQLite: the open transaction goes from writer to writer, and one commit, whose flush to the disk costs more than most
//! writes, ends it for all who worked in it.
//!
//! Writers stand in one line. While somebody stands there, a task of its own, the keeper, opens a transaction and gives the first his
//! [`Turn`] in it; when he is done the next has his, within a savepoint, so that an error undoes its own writes only. Who only inserts hands
//! the keeper his statement, made while others had their turns, and need not be woken for it. When nobody stands
//! in line, or the group is full or old, the keeper commits and tells all. Nobody is told before, not even of a refusal, which may rest on
//! what is not committed yet. Because the keeper and not a writer holds the transaction, a writer that is dropped at any moment leaves
//! nothing half done: his turn ends, what he wrote is undone.

use crate::open::KEPT_LONGER;
use onus_domain::Result;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait,
};
use std::{
    collections::VecDeque,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Most writers in a group.
const MOST: usize = 256;
/// How long a group takes in writers: who wrote first waits so long for the commit, and for the one who writes then.
const OPEN_FOR: Duration = Duration::from_millis(50);

/// The line of those who want to write.
#[derive(Clone)]
pub(crate) struct Line(Arc<Shared>);

struct Shared {
    db: DatabaseConnection,
    /// Most writers in a group.
    most: usize,
    /// How long a writer waits for other programs.
    patience: Duration,
    commits: Arc<AtomicU64>,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    asks: VecDeque<Ask>,
    has_keeper: bool,
}

/// One who stands in line.
struct Ask {
    since: Instant,
    want: Want,
}

/// What he wants.
enum Want {
    /// The transaction, for a while.
    Turn(oneshot::Sender<Result<Turn, Ended>>),
    /// To have this run, which is all he writes.
    Insert(Box<Statement>, oneshot::Sender<Result<(), NotInserted>>),
}

/// Why an insert is not kept.
pub(crate) enum NotInserted {
    /// The database refused it.
    Refused(DbErr),
    /// The transaction ended.
    Ended(Ended),
}

impl Want {
    /// Whether nobody waits for it any more.
    fn is_given_up(&self) -> bool {
        match self {
            Self::Turn(turn) => turn.is_closed(),
            Self::Insert(_, told) => told.is_closed(),
        }
    }

    /// Tells that there is no transaction.
    fn refuse(self, ended: Ended) {
        // Who does not wait any more need not know.
        match self {
            Self::Turn(turn) => drop(turn.send(Err(ended))),
            Self::Insert(_, told) => drop(told.send(Err(NotInserted::Ended(ended)))),
        }
    }
}

/// A writer's turn in an open transaction. Unless it ends by [`Turn::keep`], what was written in it is undone.
pub(crate) struct Turn {
    transaction: Option<Arc<DatabaseTransaction>>,
    end: Option<oneshot::Sender<(Verdict, Member)>>,
}

/// What becomes of what was written in a turn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Keep,
    Undo,
}

/// One who waits to hear how the transaction ended.
enum Member {
    OfTurn(oneshot::Sender<Result<(), Ended>>),
    OfInsert(oneshot::Sender<Result<(), NotInserted>>),
}

impl Member {
    fn tell(self, outcome: Result<(), Ended>) {
        // Who does not wait any more need not know.
        match self {
            Self::OfTurn(told) => drop(told.send(outcome)),
            Self::OfInsert(told) => drop(told.send(outcome.map_err(NotInserted::Ended))),
        }
    }
}

/// How a transaction ended that kept nothing.
#[derive(Clone)]
pub(crate) enum Ended {
    /// It could not be opened, or not committed.
    Failed(Arc<DbErr>),
    /// What another did in it ended it: work that is run again may succeed.
    Broken(String),
}

impl Ended {
    fn broken(why: &impl ToString) -> Self {
        Self::Broken(why.to_string())
    }
}

impl Line {
    /// A line before `db`. Without `groups`, each write is committed by itself.
    pub fn new(db: DatabaseConnection, groups: bool, patience: Duration, commits: Arc<AtomicU64>) -> Self {
        let most = if groups { MOST } else { 1 };
        Self(Arc::new(Shared { db, most, patience, commits, standing: Mutex::default() }))
    }

    /// Stands in line until it is one's turn.
    pub async fn turn(&self) -> Result<Turn, Ended> {
        let (turn, given) = oneshot::channel();
        self.stand(Want::Turn(turn));
        given.await.unwrap_or_else(|_| Err(Ended::broken(&"the program ends")))
    }

    /// Has a statement run when it is its turn, and waits until it is committed.
    pub async fn insert(&self, statement: Statement) -> Result<(), NotInserted> {
        let (told, outcome) = oneshot::channel();
        self.stand(Want::Insert(Box::new(statement), told));
        outcome.await.unwrap_or_else(|_| Err(NotInserted::Ended(Ended::broken(&"the program ends"))))
    }

    fn stand(&self, want: Want) {
        let is_first = {
            let mut standing = self.0.standing();
            standing.asks.push_back(Ask { since: Instant::now(), want });
            !mem::replace(&mut standing.has_keeper, true)
        };
        if is_first {
            let keeper = Keeper { shared: Arc::clone(&self.0), is_done: false };
            tokio::spawn(keeper.work());
        }
    }
}

impl Turn {
    /// The transaction, until the turn ends.
    pub fn transaction(&self) -> Option<&DatabaseTransaction> {
        self.transaction.as_deref()
    }

    /// Ends the turn and waits until what was written in it is committed.
    pub async fn keep(self) -> Result<(), Ended> {
        self.end(Verdict::Keep).await
    }

    /// Undoes what was written in the turn, and waits until what was written before is committed: what the turn found there is true only
    /// then.
    pub async fn refuse(self) -> Result<(), Ended> {
        self.end(Verdict::Undo).await
    }

    async fn end(mut self, verdict: Verdict) -> Result<(), Ended> {
        let (member, told) = oneshot::channel();
        self.transaction = None;
        if let Some(end) = self.end.take() {
            // Without a keeper there is no transaction any more, and nobody to tell how it ended.
            let _ = end.send((verdict, Member::OfTurn(member)));
        }
        told.await.unwrap_or_else(|_| Err(Ended::broken(&"the program ends")))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // The transaction is let go before the keeper hears of the end.
        self.transaction = None;
        self.end = None;
    }
}

impl Shared {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first in line who still waits.
    fn next(&self) -> Option<Ask> {
        let mut standing = self.standing();
        while let Some(ask) = standing.asks.pop_front() {
            if !ask.want.is_given_up() {
                return Some(ask);
            }
        }
        None
    }
}

/// Serves the line until nobody stands in it.
struct Keeper {
    shared: Arc<Shared>,
    is_done: bool,
}

impl Keeper {
    async fn work(mut self) {
        loop {
            while let Some(ask) = self.shared.next() {
                self.serve(ask).await;
            }
            let mut standing = self.shared.standing();
            if standing.asks.is_empty() {
                standing.has_keeper = false;
                self.is_done = true;
                return;
            }
        }
    }

    /// Opens a transaction, gives turns in it, and commits it.
    async fn serve(&self, first: Ask) {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let mut group = match self.shared.db.begin_with_options(options).await {
            Ok(transaction) => Group::of(transaction),
            Err(error) => return self.refuse(first, error),
        };
        let mut next = Some(first);
        while let Some(ask) = next {
            if let Err(ended) = group.serve(ask.want).await {
                return group.tell(&Err(ended));
            }
            next = if group.takes_more(self.shared.most) { self.next_of(&group).await } else { None };
        }
        let outcome = group.end().await;
        if outcome.is_ok() && group.kept > 0 {
            self.shared.commits.fetch_add(1, Ordering::Relaxed);
        }
        group.tell(&outcome);
    }

    /// The next for a group. Who was told of the last commit may be about to stand in line again: the others may run first, which costs
    /// no time if there are none.
    async fn next_of(&self, group: &Group) -> Option<Ask> {
        let next = self.shared.next();
        if next.is_some() || group.members.len() < 2 {
            return next;
        }
        tokio::task::yield_now().await;
        self.shared.next()
    }

    /// Tells the first that no transaction could be opened, and with him all who have waited as long as he may.
    fn refuse(&self, first: Ask, error: DbErr) {
        let ended = Ended::Failed(Arc::new(error));
        first.want.refuse(ended.clone());
        let mut standing = self.shared.standing();
        while standing.asks.front().is_some_and(|ask| ask.since.elapsed() >= self.shared.patience) {
            if let Some(ask) = standing.asks.pop_front() {
                ask.want.refuse(ended.clone());
            }
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // When the runtime ends under it, whoever stands in line would wait for ever.
        if !self.is_done {
            let mut standing = self.shared.standing();
            standing.has_keeper = false;
            standing.asks.clear();
        }
    }
}

/// Those who write in one transaction.
struct Group {
    /// There until it ends.
    transaction: Option<Arc<DatabaseTransaction>>,
    opened: Instant,
    /// How many wrote what is kept.
    kept: usize,
    /// All who wait for its end.
    members: Vec<Member>,
    mark: Mark,
    /// Whether it has to be undone as a whole.
    is_over: bool,
}

/// The savepoint, which goes back to before the last turn.
enum Mark {
    Unset,
    Set,
    /// Before writes that are kept.
    Past,
}

impl Group {
    fn of(transaction: DatabaseTransaction) -> Self {
        let transaction = Some(Arc::new(transaction));
        let (opened, members) = (Instant::now(), Vec::new());
        Self { transaction, opened, kept: 0, members, mark: Mark::Unset, is_over: false }
    }

    fn takes_more(&self, most: usize) -> bool {
        !self.is_over && self.members.len() < most && self.opened.elapsed() < OPEN_FOR
    }

    /// Gives one what he wants. An error is the end of the whole group.
    async fn serve(&mut self, want: Want) -> Result<(), Ended> {
        let Some(transaction) = self.transaction.clone() else {
            return Err(Ended::broken(&"no transaction"));
        };
        if let Err(ended) = self.set_mark(&transaction).await {
            want.refuse(ended.clone());
            return Err(ended);
        }
        match want {
            // Who waited for this transaction may have gone meanwhile.
            want if want.is_given_up() => Ok(()),
            Want::Turn(turn) => self.give_turn(turn, transaction).await,
            Want::Insert(statement, told) => self.insert(*statement, told, &transaction).await,
        }
    }

    /// Runs a statement. Who is refused hears it at once: he looks again before he tells anybody.
    async fn insert(
        &mut self,
        statement: Statement,
        told: oneshot::Sender<Result<(), NotInserted>>,
        transaction: &DatabaseTransaction,
    ) -> Result<(), Ended> {
        match transaction.execute_raw(statement).await {
            // Whose call ended while it ran was told that nothing was done.
            Ok(_) if told.is_closed() => self.undo_turn(transaction).await,
            Ok(_) => {
                self.members.push(Member::OfInsert(told));
                self.keep_turn();
                Ok(())
            }
            Err(error) => {
                let undone = self.undo_turn(transaction).await;
                drop(told.send(Err(NotInserted::Refused(error))));
                undone
            }
        }
    }

    /// Gives one his turn and waits for its end.
    async fn give_turn(
        &mut self,
        asked: oneshot::Sender<Result<Turn, Ended>>,
        transaction: Arc<DatabaseTransaction>,
    ) -> Result<(), Ended> {
        let (end, ended) = oneshot::channel();
        let turn = Turn { transaction: Some(Arc::clone(&transaction)), end: Some(end) };
        if let Err(unsent) = asked.send(Ok(turn)) {
            drop(unsent);
            return Ok(());
        }
        let verdict = match ended.await {
            Ok((verdict, member)) => {
                self.members.push(member);
                verdict
            }
            Err(_) => Verdict::Undo,
        };
        // The group's own, and this one's.
        if Arc::strong_count(&transaction) > 2 {
            return Err(Ended::broken(&KEPT_LONGER));
        }
        match verdict {
            Verdict::Keep => {
                self.keep_turn();
                Ok(())
            }
            Verdict::Undo => self.undo_turn(&transaction).await,
        }
    }

    fn keep_turn(&mut self) {
        self.kept += 1;
        self.mark = if matches!(self.mark, Mark::Unset) { Mark::Unset } else { Mark::Past };
    }

    /// The first needs no savepoint: to undo him is to undo all.
    async fn set_mark(&mut self, transaction: &DatabaseTransaction) -> Result<(), Ended> {
        let statement = match self.mark {
            Mark::Set => return Ok(()),
            Mark::Unset if self.kept == 0 => return Ok(()),
            Mark::Unset => "SAVEPOINT writer",
            Mark::Past => "RELEASE writer; SAVEPOINT writer",
        };
        transaction.execute_unprepared(statement).await.map_err(|error| Ended::broken(&error))?;
        self.mark = Mark::Set;
        Ok(())
    }

    /// Undoes the last turn. If a statement's failure ended the transaction there is no savepoint any more, and all is undone.
    async fn undo_turn(&mut self, transaction: &DatabaseTransaction) -> Result<(), Ended> {
        if !matches!(self.mark, Mark::Set) {
            self.is_over = true;
            return Ok(());
        }
        let undone = transaction.execute_unprepared("ROLLBACK TO writer").await;
        undone.map(drop).map_err(|error| Ended::broken(&error))
    }

    /// Commits, if anybody wrote.
    async fn end(&mut self) -> Result<(), Ended> {
        let Some(transaction) = self.transaction.take().and_then(Arc::into_inner) else {
            return Err(Ended::broken(&KEPT_LONGER));
        };
        if self.kept == 0 {
            if let Err(error) = transaction.rollback().await {
                tracing::debug!(%error, "rollback failed");
            }
            return Ok(());
        }
        transaction.commit().await.map_err(|error| Ended::Failed(Arc::new(error)))
    }

    /// Tells all members how it ended.
    fn tell(self, outcome: &Result<(), Ended>) {
        if let Err(Ended::Broken(why)) = outcome {
            tracing::debug!(
                why,
                members = self.members.len(),
                "a group's transaction ended without a commit"
            );
        }
        for member in self.members {
            member.tell(outcome.clone());
        }
    }
}
