//! What the store does in a second: registers collections of 20 items, alone and in groups, and reads them again.
//!
//! `cargo run --release -p onus-store --features testing --example throughput -- [CALLERS] [SECONDS]`
//!
//! Reads and writes on PostgreSQL are measured too if `ONUS_TEST_POSTGRES_URL` is set. Figures are medians of five rounds; those that are
//! compared take turns.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for developers")]

#[path = "../tests/store/sample.rs"]
mod sample;

use onus_domain::{
    Result,
    audit::{Audience, AuditEntry, Change},
    request::RequestKey,
    version::{Content, Version},
};
use onus_store::{
    Answering, Backend, Options, Store,
    testing::{SERVER, TestDatabase, create_database},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use uuid::Uuid;

/// Makes each name once.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Goes through them.
static READ: AtomicU64 = AtomicU64::new(0);

async fn register(store: Store) -> Result<()> {
    let at = NEXT.fetch_add(1, Ordering::Relaxed);
    let id = format!("collection-{at}");
    let content = Content {
        items: (1..=20).map(|at| sample::item(at, "nhs-number")).collect(),
        ..sample::content(&id)
    };
    let (collection, version) =
        (sample::collection(&id, "X24"), Version { content, ..sample::draft(&id, 1) });
    let change = Change {
        entry: AuditEntry {
            id: Uuid::from_u128(u128::from(at) << 64),
            at: sample::moment("2024-04-10T08:00:00Z"),
            actor: "ann".into(),
            action: "collection.create".into(),
            resource: format!("collections/{id}"),
            owner: None,
            audience: Audience::Insiders,
            salt: String::new(),
            before_digest: None,
            after_digest: Some("ab".repeat(32)),
            reason: String::new(),
        },
        state: Some("{\"title\":\"as it was\"}".repeat(100)),
    };
    let request = RequestKey { account: "ann".into(), id: change.entry.id, digest: "cd".repeat(32) };
    let answering = Answering { request: &request, at: change.entry.at };
    store
        .commit(Some(answering), async |tx| {
            tx.insert_collections(std::slice::from_ref(&collection)).await?;
            tx.insert_versions(std::slice::from_ref(&version)).await?;
            Ok(((), vec![change.clone()]))
        })
        .await
        .map(|_| ())
}

async fn read(store: Store) -> Result<()> {
    let made = NEXT.load(Ordering::Relaxed).max(1);
    let at = READ.fetch_add(7_919, Ordering::Relaxed) % made;
    store.collection_with_versions(&sample::collection_id(&format!("collection-{at}"))).await.map(|_| ())
}

/// Calls in a second.
async fn rate<Call, Work>(store: &Store, callers: usize, time: Duration, call: Call) -> f64
where
    Call: Fn(Store) -> Work + Clone + Send + 'static,
    Work: Future<Output = Result<()>> + Send,
{
    let (done, end) = (Arc::new(AtomicU64::new(0)), Instant::now() + time);
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (store, done, call) = (store.clone(), Arc::clone(&done), call.clone());
            tokio::spawn(async move {
                while Instant::now() < end {
                    call(store.clone()).await.unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let start = Instant::now();
    for task in tasks {
        task.await.unwrap();
    }
    #[expect(clippy::cast_precision_loss, reason = "far below")]
    let done = done.load(Ordering::Relaxed) as f64;
    done / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

async fn filled(backend: Backend) -> TestDatabase {
    let database = create_database(backend).await;
    sample::put(&database.store, &sample::registry()).await.unwrap();
    database
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().unwrap());
    let callers = usize::try_from(arguments.next().unwrap_or(64)).unwrap();
    let time = Duration::from_secs(arguments.next().unwrap_or(3));
    let database = filled(Backend::Sqlite).await;
    let open = |group_commit| Options { group_commit, ..Options::new(&database.url) };
    let alone = Store::connect(&open(false)).await.unwrap();
    let grouped = Store::connect(&open(true)).await.unwrap();
    let (mut alones, mut groupeds, mut reads) = (Vec::new(), Vec::new(), Vec::new());
    let before = grouped.commits_made();
    let mut writes = 0.0;
    for _ in 0..5 {
        alones.push(rate(&alone, callers, time, register).await);
        groupeds.push(rate(&grouped, callers, time, register).await);
        writes += groupeds.last().unwrap() * time.as_secs_f64();
        reads.push(rate(&grouped, callers, time, read).await);
    }
    #[expect(clippy::cast_precision_loss, reason = "far below")]
    let commits = (grouped.commits_made() - before) as f64;
    let (one, many) = (median(alones), median(groupeds));
    println!("SQLite, {callers} callers, a collection of 20 items with its audit entry and its answer:");
    println!("  each committed alone {one:.0}/s, in groups {many:.0}/s: {:.2} times", many / one);
    println!("  {:.1} writes a commit; {:.0} reads/s", writes / commits, median(reads));
    if std::env::var(SERVER).is_ok() {
        let database = filled(Backend::Postgres).await;
        NEXT.store(0, Ordering::Relaxed);
        let (mut writes, mut reads) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            writes.push(rate(&database.store, callers, time, register).await);
            reads.push(rate(&database.store, callers, time, read).await);
        }
        println!(
            "PostgreSQL, {callers} callers: {:.0} writes/s, {:.0} reads/s",
            median(writes),
            median(reads)
        );
    }
}
