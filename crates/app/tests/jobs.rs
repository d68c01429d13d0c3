//! Background work: never lost, never done by two at once, seen when it fails.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use chrono::TimeDelta;
use onus_app::{
    App,
    jobs::{Kind, LEASE, Next, Run, Worker, Working},
};
use onus_domain::{Error, Result, job::Job};
use onus_store::{Options, Store};
use onus_testkit::{Backend, TestApp};
use rstest::rstest;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// Writes that it was done, in the transaction that holds its lease.
fn count<'a>(app: &'a App, run: &'a Run) -> Working<'a> {
    Box::pin(async move {
        let slowly: u64 = run.payload()?;
        tokio::time::sleep(Duration::from_millis(slowly)).await;
        note(app, run).await?;
        Ok(Next::AsUsual)
    })
}

/// A job of its own stands for each time that work was done: its key is new each time.
async fn note(app: &App, run: &Run) -> Result<()> {
    let key = format!("done {} {}", run.id(), uuid::Uuid::new_v4());
    let mark = Job::new(key, "mark", "", run.context().now);
    let mark = &mark;
    app.store()
        .write(async |tx| {
            run.hold(&tx).await?;
            tx.add_jobs(std::slice::from_ref(mark)).await
        })
        .await
}

fn fail<'a>(_: &'a App, _: &'a Run) -> Working<'a> {
    Box::pin(async { Err(Error::internal("as it must")) })
}

fn panic<'a>(_: &'a App, _: &'a Run) -> Working<'a> {
    Box::pin(async { panic!("as it must") })
}

fn tick<'a>(app: &'a App, run: &'a Run) -> Working<'a> {
    Box::pin(async move {
        note(app, run).await?;
        Ok(Next::AsUsual)
    })
}

const KINDS: &[Kind] = &[
    Kind::queued("count", 5, count),
    Kind::queued("fail", 2, fail),
    Kind::queued("panic", 1, panic),
    Kind::recurring("tick", TimeDelta::hours(1), tick).on_change(),
];

async fn add(app: &App, jobs: &[Job]) {
    app.store().write(async |tx| tx.add_jobs(jobs).await).await.unwrap();
}

/// How often each was done, by key.
async fn done(app: &App) -> Vec<String> {
    let jobs = app.store().jobs().await.unwrap();
    jobs.iter().filter_map(|job| Some(job.id.strip_prefix("done ")?.rsplit_once(' ')?.0.to_owned())).collect()
}

async fn work(app: &Arc<App>, until: impl AsyncFn() -> bool) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::of(Arc::clone(app), KINDS);
    let working = tokio::spawn(worker.run(async { stopped.await.unwrap() }, Duration::from_secs(10)));
    for _ in 0..400 {
        if until().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    stop.send(()).unwrap();
    working.await.unwrap();
    assert!(until().await, "{:#?}", app.store().jobs().await.unwrap());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_piece_is_done_once_by_one_of_several_servers(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::empty(backend).await;
    let now = test.system().now;
    let jobs: Vec<_> = (0..30).map(|at| Job::new(format!("{at:02}"), "count", "20", now)).collect();
    add(&test.app, &jobs).await;
    let other = Store::connect(&Options::new(&test.database.url)).await.unwrap();
    let other = Arc::new(test.another(other));
    let both = async || done(&test.app).await.iter().filter(|id| *id != "tick").count() >= 30;
    tokio::join!(work(&test.app, both), work(&other, both));
    let mut found: Vec<_> = done(&test.app).await.into_iter().filter(|id| id != "tick").collect();
    found.sort();
    assert_eq!(found, jobs.iter().map(|job| job.id.clone()).collect::<Vec<_>>());
    // What is done is gone.
    assert!(test.app.store().jobs().await.unwrap().iter().all(|job| job.kind != "count"));
}

#[rstest]
#[tokio::test]
async fn a_lease_of_a_server_that_died_ends_and_what_it_would_write_late_is_refused(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::empty(backend).await;
    let now = test.system().now;
    add(&test.app, &[Job::new("one", "count", "0", now)]).await;
    let job = test.app.store().job("one").await.unwrap().unwrap();
    let dead = job.leased("dead", now, LEASE);
    let dead = &dead;
    assert!(test.app.store().write(async |tx| tx.change_job(dead, 0).await).await.unwrap());
    // Nobody takes it while it is leased.
    assert_eq!(onus_app::jobs::run_due(&test.app, &KINDS[..1]).await.unwrap(), 0);
    test.turn_by(LEASE);
    assert_eq!(onus_app::jobs::run_due(&test.app, &KINDS[..1]).await.unwrap(), 1);
    assert_eq!(done(&test.app).await, ["one"]);
    // The dead one wakes up.
    let late = test.app.store().write(async |tx| tx.hold_job(dead).await).await;
    assert!(matches!(late, Err(Error::Unavailable { .. })), "{late:?}");
    let late = test.app.store().write(async |tx| tx.remove_job("one", dead.fence).await).await;
    assert!(!late.unwrap());
}

#[rstest]
#[tokio::test]
async fn what_fails_is_tried_again_later_and_then_given_up_and_seen(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::empty(backend).await;
    let now = test.system().now;
    add(&test.app, &[Job::new("f", "fail", "", now)]).await;
    assert_eq!(onus_app::jobs::run_due(&test.app, &KINDS[1..2]).await.unwrap(), 0);
    let job = test.app.store().job("f").await.unwrap().unwrap();
    assert_eq!((job.failures, job.given_up), (1, false));
    assert!(job.due > now && job.last_error.contains("as it must"), "{job:?}");
    assert!(test.app.jobs_state().await.unwrap().is_well());
    test.turn_by(TimeDelta::seconds(5));
    onus_app::jobs::run_due(&test.app, &KINDS[1..2]).await.unwrap();
    let state = test.app.jobs_state().await.unwrap();
    assert!(!state.is_well() && state.given_up.len() == 1, "{state:?}");
    assert!(state.in_words().contains("fail f is given up after 2 tries"), "{}", state.in_words());
    let found = test.app.examine().await;
    assert!(found.iter().any(|found| found.check == "background work" && !found.well), "{found:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failure(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let test = TestApp::empty(backend).await;
    add(&test.app, &[Job::new("p", "panic", "", test.system().now)]).await;
    let given_up = async || test.app.store().job("p").await.unwrap().unwrap().given_up;
    work(&test.app, given_up).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn recurring_work_is_done_as_time_passes_and_at_once_on_changes(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::empty(backend).await;
    let ticks = async || done(&test.app).await.len();
    let (turned, wanted) = (AtomicU32::new(0), AtomicU32::new(0));
    work(&test.app, async || {
        let ticks = ticks().await;
        if ticks == 1 && turned.fetch_add(1, Ordering::SeqCst) == 0 {
            test.turn_by(TimeDelta::hours(1));
        }
        if ticks == 2 && wanted.fetch_add(1, Ordering::SeqCst) == 0 {
            test.app.want_job("tick");
        }
        ticks == 3
    })
    .await;
    assert_eq!(test.app.store().job("tick").await.unwrap().unwrap().failures, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_what_is_under_way_finishes_or_is_given_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::empty(backend).await;
    let now = test.system().now;
    add(&test.app, &[Job::new("short", "count", "300", now), Job::new("long", "count", "60000", now)]).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::of(Arc::clone(&test.app), KINDS);
    let working = tokio::spawn(worker.run(async { stopped.await.unwrap() }, Duration::from_secs(2)));
    while test.app.jobs_state().await.unwrap().under_way < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    stop.send(()).unwrap();
    working.await.unwrap();
    assert!(test.app.store().job("short").await.unwrap().is_none());
    let long = test.app.store().job("long").await.unwrap().unwrap();
    assert!(long.is_free(test.system().now) && long.failures == 0, "{long:?}");
}
