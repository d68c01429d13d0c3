//! The worker of a server: takes work as it comes due and does it, until it is told to end.

use super::{KINDS, Kind, Run, run};
use crate::{App, audit};
use onus_domain::Result;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    task::{Id, JoinError, JoinSet},
    time::Instant,
};

/// How often it looks for work that another server made due, or that time did.
const LOOK: Duration = Duration::from_secs(1);
/// Shortest time between two runs of what runs on changes: many changes are one run.
const BREATH: Duration = Duration::from_millis(25);
/// When it tries again for a lease that another server has.
const AGAIN: Duration = Duration::from_millis(100);
/// Pieces of work under way at a time.
const AT_A_TIME: usize = 4;

/// The worker of a server.
pub struct Worker {
    app: Arc<App>,
    kinds: &'static [Kind],
    name: String,
    alone: bool,
    under_way: JoinSet<Result<bool>>,
    runs: HashMap<Id, Run>,
    /// Recurring kinds to run at once, and from when.
    wanted: BTreeMap<&'static str, Instant>,
}

impl Worker {
    /// A worker for all kinds of work.
    pub fn new(app: Arc<App>) -> Self {
        Self::of(app, KINDS)
    }

    /// A worker for some kinds of work.
    pub fn of(app: Arc<App>, kinds: &'static [Kind]) -> Self {
        let name = audit::id_at(app.clock().now()).to_string();
        let (under_way, runs, wanted) = (JoinSet::new(), HashMap::new(), BTreeMap::new());
        Self { app, kinds, name, alone: false, under_way, runs, wanted }
    }

    /// The database is this program's alone: whatever lease is held in it is of a run that was cut off.
    #[must_use]
    pub fn alone(self, alone: bool) -> Self {
        Self { alone, ..self }
    }

    /// Works until `stop` is done. Work under way may then take `grace` to finish; what has not finished is given back.
    pub async fn run(mut self, stop: impl Future<Output = ()>, grace: Duration) {
        tokio::pin!(stop);
        let mut prepared = false;
        loop {
            let rest = match self.turn(&mut prepared).await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::warn!(%error, "background work waits for the database");
                    LOOK
                }
            };
            let app = Arc::clone(&self.app);
            tokio::select! {
                () = &mut stop => break,
                () = app.wakes.notify.notified() => {}
                () = tokio::time::sleep(rest) => {}
                Some(ended) = self.under_way.join_next_with_id() => self.ended(ended).await,
            }
        }
        self.end(grace).await;
    }

    /// Begins what can be begun; answers how long to rest.
    async fn turn(&mut self, prepared: &mut bool) -> Result<Duration> {
        if !*prepared {
            if self.alone {
                run::free_all(&self.app).await?;
            }
            run::prepare(&self.app, self.kinds).await?;
            *prepared = true;
        }
        let now = Instant::now();
        for kind in self.app.wakes.take() {
            // Work of kinds that this worker does not know stays for one that does.
            if run::kind_of(self.kinds, kind).is_some() {
                self.wanted.entry(kind).or_insert(now);
            }
        }
        let free = AT_A_TIME.saturating_sub(self.under_way.len());
        if free == 0 {
            return Ok(LOOK);
        }
        let busy: BTreeSet<_> = self.runs.values().map(|run| run.job.id.as_str()).collect();
        let ready: Vec<_> = self
            .wanted
            .iter()
            .filter(|(kind, from)| **from <= now && !busy.contains(**kind))
            .map(|(kind, _)| *kind)
            .collect();
        let taken = run::take(&self.app, self.kinds, (&self.name, free), &ready).await?;
        for kind in ready {
            if taken.iter().any(|run| run.job.id == kind) {
                self.wanted.remove(kind);
            } else {
                self.wanted.insert(kind, now + AGAIN);
            }
        }
        for run in taken {
            self.begin(run);
        }
        let next = self.wanted.values().min().map(|from| from.saturating_duration_since(now));
        Ok(next.map_or(LOOK, |next| next.max(Duration::from_millis(1)).min(LOOK)))
    }

    fn begin(&mut self, run: Run) {
        let Some(kind) = run::kind_of(self.kinds, &run.job.kind) else { return };
        let (app, mine) = (Arc::clone(&self.app), run.clone());
        let task = self.under_way.spawn(async move { run::perform(&app, kind, &mine).await });
        self.runs.insert(task.id(), run);
    }

    /// Notes the end of a run.
    async fn ended(&mut self, ended: Result<(Id, Result<bool>), JoinError>) {
        let (id, kept) = match ended {
            Ok((id, outcome)) => (id, outcome.map(|_| ())),
            Err(error) => (error.id(), self.note_panic(&error).await),
        };
        if let Err(error) = kept {
            // Its lease ends by itself, and it is done again.
            tracing::warn!(%error, "the end of a run was not kept");
        }
        if let Some(run) = self.runs.remove(&id)
            && let Some(from) = self.wanted.get_mut(run.job.id.as_str())
        {
            *from = (*from).max(Instant::now() + BREATH);
        }
    }

    async fn note_panic(&self, error: &JoinError) -> Result<()> {
        let run = self.runs.get(&error.id()).filter(|_| error.is_panic());
        let kind = run.and_then(|run| run::kind_of(self.kinds, &run.job.kind));
        if let (Some(run), Some(kind)) = (run, kind) {
            run::panicked(&self.app, kind, run).await?;
        }
        Ok(())
    }

    /// Lets work under way finish, and gives back what does not.
    async fn end(mut self, grace: Duration) {
        let deadline = Instant::now() + grace;
        while !self.under_way.is_empty() {
            match tokio::time::timeout_at(deadline, self.under_way.join_next_with_id()).await {
                Ok(Some(ended)) => self.ended(ended).await,
                Ok(None) => break,
                Err(_) => {
                    self.under_way.shutdown().await;
                    break;
                }
            }
        }
        for run in self.runs.values() {
            if let Err(error) = run::give_back(&self.app, run).await {
                tracing::warn!(job = run.job.kind, %error, "not given back: its lease ends by itself");
            }
        }
    }
}
