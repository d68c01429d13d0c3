//! How background work stands, for whoever runs the server.

use crate::{App, Context};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, audit::Head, job::Job, role::Act};
use onus_store::DeliveryCounts;
use serde::Serialize;

/// Failures in a row from which on work counts as stuck.
const STUCK: u32 = 3;

/// Pieces named in a line, at most.
const MOST_NAMED: usize = 5;

/// How background work stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JobsState {
    /// Queued pieces that wait or are under way.
    pub queued: usize,
    /// Pieces under way.
    pub under_way: usize,
    /// What failed three times or more in a row and is tried again.
    pub stuck: Vec<Stuck>,
    /// Queued pieces that are given up.
    pub given_up: Vec<Stuck>,
    /// Since when the longest waiting piece is due, if any is due and nobody has begun it.
    pub oldest_due: Option<DateTime<Utc>>,
}

/// Work that does not go well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stuck {
    /// Its key.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// How often it failed in a row.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: String,
}

impl JobsState {
    /// Whether nothing waits for a person.
    pub fn is_well(&self) -> bool {
        self.stuck.is_empty() && self.given_up.is_empty()
    }

    /// In a line, for whoever runs the server.
    pub fn in_words(&self) -> String {
        let mut said = vec![format!("{} queued, {} under way", self.queued, self.under_way)];
        if let Some(since) = self.oldest_due {
            said.push(format!("due since {} and not begun", since.format("%Y-%m-%d %H:%M:%S")));
        }
        let stuck = self.stuck.iter().map(|one| ("fails", one));
        for (how, one) in stuck.chain(self.given_up.iter().map(|one| ("is given up", one))).take(MOST_NAMED) {
            let named =
                if one.id == one.kind { one.kind.clone() } else { format!("{} {}", one.kind, one.id) };
            said.push(format!("{named} {how} after {} tries: {}", one.failures, one.last_error));
        }
        said.join("; ")
    }
}

impl From<&Job> for Stuck {
    fn from(job: &Job) -> Self {
        Self {
            id: job.id.clone(),
            kind: job.kind.clone(),
            failures: job.failures,
            last_error: job.last_error.clone(),
        }
    }
}

/// What an ADMIN sees of a running server.
#[derive(Debug, Clone)]
pub struct Operations {
    /// Background work.
    pub jobs: JobsState,
    /// Messages to subscribers.
    pub messages: DeliveryCounts,
    /// The audit log's latest head, if any is signed.
    pub head: Option<Head>,
}

impl App {
    /// How the server's work stands (role ADMIN).
    pub async fn operations(&self, context: &Context) -> Result<Operations> {
        context.authorise(Act::SeeOperations, None)?;
        let head = match self.audit_head(None).await {
            Err(Error::NotFound { .. }) => None,
            head => Some(head?),
        };
        let (jobs, messages) = (self.jobs_state().await?, self.store().delivery_counts().await?);
        Ok(Operations { jobs, messages, head })
    }

    /// How background work stands.
    pub async fn jobs_state(&self) -> Result<JobsState> {
        let (jobs, now) = (self.store().jobs().await?, self.clock().now());
        let which = |is: fn(&Job) -> bool| jobs.iter().filter(|job| is(job)).map(Stuck::from).collect();
        Ok(JobsState {
            queued: jobs.iter().filter(|job| job.id != job.kind && !job.given_up).count(),
            under_way: jobs.iter().filter(|job| job.is_leased(now)).count(),
            stuck: which(|job| job.failures >= STUCK && !job.given_up),
            given_up: which(|job| job.given_up),
            oldest_due: jobs.iter().filter(|job| job.is_free(now) && job.due <= now).map(|job| job.due).min(),
        })
    }
}
