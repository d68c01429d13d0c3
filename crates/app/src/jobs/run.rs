//! Taking leases, doing the work, giving leases back.

use super::{Kind, LEASE, Next, Run};
use crate::App;
use chrono::TimeDelta;
use onus_domain::{Error, Result, job::Job};
use std::{collections::BTreeSet, time::Duration};

/// Most pieces taken at a time.
const MOST: u64 = 20;
/// Longest text of an error that is kept.
const MOST_ERROR: usize = 500;

/// A kind's row by name.
pub(super) fn kind_of<'k>(kinds: &'k [Kind], name: &str) -> Option<&'k Kind> {
    kinds.iter().find(|kind| kind.name == name)
}

/// Sees to it that every recurring kind has its row.
pub(super) async fn prepare(app: &App, kinds: &[Kind]) -> Result<()> {
    let now = app.clock().now();
    let held = app.store().jobs().await?;
    let recurring = kinds.iter().filter(|kind| kind.every.is_some());
    let missing = recurring.filter(|kind| held.iter().all(|job| job.id != kind.name));
    let missing: Vec<_> = missing.map(|kind| Job::new(kind.name, kind.name, "", now)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = &missing;
    app.store().write_relaxed(async |tx| tx.add_jobs(missing).await).await
}

/// Frees every lease: for a database that is one program's alone, whose leases are those of a run that was cut off.
pub(super) async fn free_all(app: &App) -> Result<()> {
    let held: Vec<_> =
        app.store().jobs().await?.into_iter().filter(|job| job.leased_until.is_some()).collect();
    if held.is_empty() {
        return Ok(());
    }
    let held = &held;
    let free = app.store().write_relaxed(async |tx| {
        for job in held {
            tx.change_job(&job.given_back(), job.fence).await?;
        }
        Ok(())
    });
    free.await
}

/// Takes leases of up to `most` pieces: of those that are due, and of the recurring kinds `wanted` at once.
pub(super) async fn take(
    app: &App,
    kinds: &[Kind],
    (who, most): (&str, usize),
    wanted: &[&str],
) -> Result<Vec<Run>> {
    let now = app.clock().now();
    let names: Vec<_> = kinds.iter().map(|kind| kind.name).collect();
    let limit = MOST.min(most.try_into().unwrap_or(MOST));
    let mut found = app.store().due_jobs(&names, now, limit).await?;
    for id in wanted {
        if found.iter().all(|job| job.id != *id) {
            found.extend(app.store().job(id).await?.filter(|job| job.is_free(now)));
        }
    }
    if found.is_empty() {
        return Ok(vec![]);
    }
    let found = &found;
    let taken = app.store().write_relaxed(async |tx| {
        let mut taken = Vec::new();
        for job in found {
            let leased = job.leased(who, now, LEASE);
            if tx.change_job(&leased, job.fence).await? {
                taken.push(Run { job: leased, now });
            }
        }
        Ok(taken)
    });
    taken.await
}

/// Does the work of a run, renewing its lease meanwhile, and keeps how it ended. Answers whether it went well.
pub(super) async fn perform(app: &App, kind: &Kind, run: &Run) -> Result<bool> {
    let outcome = tokio::select! {
        outcome = (kind.work)(app, run) => outcome,
        lost = renew(app, run) => Err(lost),
    };
    end(app, kind, run, outcome).await
}

/// Renews a lease until it is lost.
async fn renew(app: &App, run: &Run) -> Error {
    let third = LEASE.to_std().unwrap_or(Duration::from_mins(1)) / 3;
    loop {
        tokio::time::sleep(third).await;
        let renewed = Job { leased_until: Some(app.clock().now() + LEASE), ..run.job.clone() };
        let renewed = &renewed;
        match app.store().write_relaxed(async |tx| tx.change_job(renewed, renewed.fence).await).await {
            Ok(true) => {}
            Ok(false) => return Error::internal(format!("the lease of {} is lost", run.id())),
            // The database may be back before the lease ends; if not, another takes it, and the next renewal finds so.
            Err(error) => tracing::warn!(job = kind_in_log(run), %error, "a lease was not renewed"),
        }
    }
}

fn kind_in_log(run: &Run) -> &str {
    &run.job.kind
}

async fn end(app: &App, kind: &Kind, run: &Run, outcome: Result<Next>) -> Result<bool> {
    let now = app.clock().now();
    let (job, fence) = (&run.job, run.job.fence);
    let after = match &outcome {
        Ok(_) if kind.every.is_none() => None,
        Ok(next) => Some(job.went_well(now, due(*next, kind, now))),
        Err(error) => Some(job.failed(now, &words(error), kind.most_failures)),
    };
    let after = &after;
    let kept = app.store().write_relaxed(async |tx| match after {
        Some(after) => tx.change_job(after, fence).await,
        None => tx.remove_job(&job.id, fence).await,
    });
    let kept = kept.await?;
    match &outcome {
        Ok(_) if kept => tracing::debug!(job = kind.name, "done"),
        Ok(_) => tracing::warn!(job = kind.name, "done, but the lease was lost meanwhile"),
        Err(error) => {
            let given_up = after.as_ref().is_some_and(|job| job.given_up);
            tracing::warn!(job = kind.name, failures = job.failures + 1, given_up, cause = %words(error), "failed");
        }
    }
    Ok(outcome.is_ok())
}

fn due(next: Next, kind: &Kind, now: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    match next {
        Next::AsUsual => now + kind.every.unwrap_or_default(),
        Next::AtOnce => now,
        Next::At(moment) => moment,
    }
}

/// An error in the words of whoever runs the server.
fn words(error: &Error) -> String {
    let said = match error {
        Error::Internal { private, .. } | Error::Unavailable { private, .. } if !private.is_empty() => {
            format!("{error}: {private}")
        }
        _ => error.to_string(),
    };
    said.chars().take(MOST_ERROR).collect()
}

/// Gives a lease back with nothing done.
pub(super) async fn give_back(app: &App, run: &Run) -> Result<()> {
    let (after, fence) = (run.job.given_back(), run.job.fence);
    let after = &after;
    app.store().write_relaxed(async |tx| tx.change_job(after, fence).await).await.map(|_| ())
}

/// Notes that a run panicked.
pub(super) async fn panicked(app: &App, kind: &Kind, run: &Run) -> Result<bool> {
    end(app, kind, run, Err(Error::internal("it panicked: the log says where"))).await
}

/// Recurring work with so short a time between is always begun by [`run_all`].
const OFTEN: TimeDelta = TimeDelta::minutes(1);

/// Does all that is due, and once what recurs often or is to run on changes, until nothing is left. One after another.
pub(super) async fn run_all(app: &App, kinds: &[Kind], who: &str) -> Result<u32> {
    prepare(app, kinds).await?;
    let often = |kind: &&Kind| kind.on_change || kind.every.is_some_and(|every| every <= OFTEN);
    let mut wanted: BTreeSet<_> = kinds.iter().filter(often).map(|kind| kind.name).collect();
    let mut done = 0;
    loop {
        wanted.extend(app.wakes.take().into_iter().filter(|name| kind_of(kinds, name).is_some()));
        let now: Vec<_> = std::mem::take(&mut wanted).into_iter().collect();
        let runs = take(app, kinds, (who, 1), &now).await?;
        if runs.is_empty() {
            return Ok(done);
        }
        for run in runs {
            if let Some(kind) = kind_of(kinds, &run.job.kind) {
                done += u32::from(perform(app, kind, &run).await?);
            }
        }
    }
}
