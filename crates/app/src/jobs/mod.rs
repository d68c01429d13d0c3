//! Background work. It is kept in the database until it is done, one server at a time has the lease of each piece, and a lease ends by
//! itself: work is never lost, and never done by two at once, however many servers share a database and however they end.
//!
//! A *recurring* kind is one row, done again and again (`every`), and at once after this server changed something (`on_change`). *Queued*
//! work is a row each, written by [`onus_store::Tx::add_jobs`] in the transaction that makes it due. What fails is tried again after a
//! growing wait; queued work that failed as often as its kind may is given up and waits for a person: `onus doctor` names it.
//!
//! What a run writes is kept only if its lease is still its own: a run begins each of its transactions with [`Run::hold`].

mod kinds;
mod run;
mod state;
mod worker;

pub use kinds::KINDS;
pub use state::{JobsState, Operations, Stuck};
pub use worker::Worker;

use crate::{App, Context, audit};
use chrono::{DateTime, TimeDelta, Utc};
use onus_domain::{Error, Result, job::Job};
use onus_store::Tx;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::{Mutex, PoisonError},
};
use tokio::sync::Notify;

/// How long a lease lasts unless it is renewed, which happens three times as often.
pub const LEASE: TimeDelta = TimeDelta::seconds(60);

/// A run's work.
pub type Working<'a> = Pin<Box<dyn Future<Output = Result<Next>> + Send + 'a>>;

/// A kind of background work.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Its name, such as `requests.prune`.
    pub name: &'static str,
    /// For recurring work: the time from one end to the next beginning.
    pub every: Option<TimeDelta>,
    /// For recurring work: also at once when this server changed something.
    pub on_change: bool,
    /// For queued work: after how many failures in a row it is given up.
    pub most_failures: Option<u32>,
    /// The work.
    pub work: for<'a> fn(&'a App, &'a Run) -> Working<'a>,
}

impl Kind {
    /// A recurring kind.
    pub const fn recurring(
        name: &'static str,
        every: TimeDelta,
        work: for<'a> fn(&'a App, &'a Run) -> Working<'a>,
    ) -> Self {
        Self { name, every: Some(every), on_change: false, most_failures: None, work }
    }

    /// The same, and also done at once when this server changed something.
    #[must_use]
    pub const fn on_change(self) -> Self {
        Self { on_change: true, ..self }
    }

    /// A queued kind.
    pub const fn queued(
        name: &'static str,
        most_failures: u32,
        work: for<'a> fn(&'a App, &'a Run) -> Working<'a>,
    ) -> Self {
        Self { name, every: None, on_change: false, most_failures: Some(most_failures), work }
    }

    /// A piece of queued work of this kind.
    pub fn job(&self, context: &Context, payload: &impl Serialize, due: DateTime<Utc>) -> Result<Job> {
        let payload = serde_json::to_string(payload).map_err(Error::internal)?;
        Ok(Job::new(audit::id_at(context.now).to_string(), self.name, payload, due))
    }
}

/// When recurring work is due again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// After its usual time.
    AsUsual,
    /// At once: there is more to do.
    AtOnce,
    /// At a moment.
    At(DateTime<Utc>),
}

/// One run of a piece of work, with its lease.
#[derive(Debug, Clone)]
pub struct Run {
    job: Job,
    now: DateTime<Utc>,
}

impl Run {
    /// The work's key.
    pub fn id(&self) -> &str {
        &self.job.id
    }

    /// How often it failed before.
    pub fn failures(&self) -> u32 {
        self.job.failures
    }

    /// Onus itself, at the beginning of the run.
    pub fn context(&self) -> Context {
        Context::system(self.now)
    }

    /// What the work is told.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.job.payload).map_err(Error::internal)
    }

    /// The first line of every transaction of the run: it commits only if the lease is still this run's.
    pub async fn hold(&self, tx: &Tx) -> Result<()> {
        tx.hold_job(&self.job).await
    }
}

/// Who waits for changes that this server makes.
#[derive(Debug, Default)]
pub struct Wakes {
    wanted: Mutex<BTreeSet<&'static str>>,
    notify: Notify,
}

impl Wakes {
    /// Something changed: kinds that are to run on changes are due.
    pub fn changed(&self) {
        for kind in KINDS.iter().filter(|kind| kind.on_change) {
            self.want(kind.name);
        }
    }

    /// A recurring kind is due at once.
    pub fn want(&self, kind: &'static str) {
        if self.wanted.lock().unwrap_or_else(PoisonError::into_inner).insert(kind) {
            self.notify.notify_one();
        }
    }

    fn take(&self) -> BTreeSet<&'static str> {
        std::mem::take(&mut *self.wanted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl App {
    /// Begins a recurring kind of work at once, if a worker runs in this process.
    pub fn want_job(&self, kind: &'static str) {
        self.wakes.want(kind);
    }

    /// Does all that is due, and what recurs within a minute or is to run on changes, until nothing is left; answers how many runs went well. For tests and for
    /// commands that end; a server has a [`Worker`].
    pub async fn run_due_jobs(&self) -> Result<u32> {
        run_due(self, KINDS).await
    }
}

/// As [`App::run_due_jobs`], for some kinds of work.
pub async fn run_due(app: &App, kinds: &[Kind]) -> Result<u32> {
    run::run_all(app, kinds, "once").await
}
