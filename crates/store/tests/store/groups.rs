//! Group commit: many writers, few commits, and each writer as if alone.

use crate::sample::{code, organisation};
use futures::future::join_all;
use onus_domain::{Error, Result, organisation::OrganisationKind};
use onus_store::{
    Backend, Options, Store, Tx,
    testing::{TestDatabase, create_database},
};
use proptest::prelude::*;
use rstest::rstest;
use std::{collections::BTreeSet, future::poll_fn, pin::pin, sync::Mutex, task::Poll, time::Duration};

const BOTH: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];

async fn add(tx: &Tx, of: &str) -> Result<()> {
    tx.insert_organisations(&[organisation(of, OrganisationKind::Provider)]).await
}

/// Drops a future that is not ready after so many polls.
async fn poll_at_most<T>(most: u32, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut left) = (pin!(future), most);
    poll_fn(|context| match (future.as_mut().poll(context), left) {
        (Poll::Ready(done), _) => Poll::Ready(Some(done)),
        (Poll::Pending, 0) => Poll::Ready(None),
        (Poll::Pending, _) => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Writes two organisations, with a pause between.
async fn add_pair(store: &Store, at: usize) -> Result<()> {
    store
        .write(async |tx| {
            add(&tx, &format!("A{at:03}")).await?;
            tokio::task::yield_now().await;
            add(&tx, &format!("B{at:03}")).await
        })
        .await
}

/// What a newly opened store finds.
async fn held(database: &TestDatabase) -> BTreeSet<String> {
    let store = Store::connect(&Options::new(&database.url)).await.unwrap();
    let held = store.organisations().await.unwrap().iter().map(|one| one.code.to_string()).collect();
    store.close().await.unwrap();
    held
}

fn pair(at: usize) -> [String; 2] {
    [format!("A{at:03}"), format!("B{at:03}")]
}

#[rstest]
#[case(true)]
#[case(false)]
#[tokio::test(flavor = "multi_thread")]
async fn writers_who_wait_share_commits_and_all_is_kept(#[case] groups: bool) {
    let database = create_database(Backend::Sqlite).await;
    let options = Options { group_commit: groups, ..Options::new(&database.url) };
    let store = Store::connect(&options).await.unwrap();
    let writers: Vec<_> = (0..64)
        .map(|at| {
            let store = store.clone();
            tokio::spawn(async move { add_pair(&store, at).await })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(held(&database).await, (0..64).flat_map(pair).collect());
    if groups {
        assert!(store.commits_made() < 32, "{} commits", store.commits_made());
    } else {
        assert_eq!(store.commits_made(), 64);
    }
}

#[tokio::test]
async fn who_writes_alone_is_committed_at_once() {
    let database = create_database(Backend::Sqlite).await;
    let before = database.store.commits_made();
    for at in 0..10 {
        add_pair(&database.store, at).await.unwrap();
        assert_eq!(database.store.commits_made() - before, at as u64 + 1);
    }
    assert_eq!(held(&database).await.len(), 20);
}

#[rstest]
#[tokio::test]
async fn an_error_undoes_its_own_writes_only(#[values(BOTH[0], BOTH[1])] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    // Every third gives up; of the rest every fifth meets a key that is taken.
    let (gives_up, is_taken) = (|at: usize| at.is_multiple_of(3), |at: usize| at.is_multiple_of(5));
    add_pair(store, 5).await.unwrap();
    let write = async |at: usize| {
        store
            .write(async |tx| {
                add(&tx, &format!("C{at:03}")).await?;
                if gives_up(at) {
                    return Err(Error::Exhausted(format!("enough {at}")));
                }
                let second = if is_taken(at) { "A005".into() } else { format!("D{at:03}") };
                add(&tx, &second).await
            })
            .await
    };
    let outcomes = join_all((0..30).map(write)).await;
    let mut wanted: BTreeSet<_> = pair(5).into();
    for (at, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Err(Error::Exhausted(why)) if gives_up(at) => assert_eq!(why, format!("enough {at}")),
            Err(Error::AlreadyExists { kind: "organisation", name }) if !gives_up(at) && is_taken(at) => {
                assert_eq!(name, "organisations/A005");
            }
            Ok(()) if !gives_up(at) && !is_taken(at) => {
                wanted.extend([format!("C{at:03}"), format!("D{at:03}")]);
            }
            other => panic!("{at}: {other:?}"),
        }
    }
    assert_eq!(held(&database).await, wanted);
}

#[rstest]
#[tokio::test]
async fn who_is_refused_because_of_another_can_read_what_the_other_wrote(
    #[values(BOTH[0], BOTH[1])] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    let write = async |at: usize| {
        let outcome = store
            .write(async |tx| {
                // Every second looks for itself.
                match tx.organisation(&code("A001")).await? {
                    Some(_) if at.is_multiple_of(2) => Err(Error::Exhausted("there is one".into())),
                    _ => add(&tx, "A001").await,
                }
            })
            .await;
        (outcome.is_ok(), store.organisation(&code("A001")).await.unwrap().is_some())
    };
    let outcomes = join_all((0..12).map(write)).await;
    assert_eq!(outcomes.iter().filter(|(is_done, _)| *is_done).count(), 1);
    assert!(outcomes.iter().all(|(_, is_there)| *is_there), "{outcomes:?}");
}

#[tokio::test]
async fn writers_have_their_turns_in_order() {
    let database = create_database(Backend::Sqlite).await;
    let turns = Mutex::new(Vec::new());
    let write = async |at: usize| {
        let note = async |tx: Tx| {
            turns.lock().unwrap().push(at);
            add(&tx, &format!("A{at:03}")).await
        };
        database.store.write(note).await
    };
    for outcome in join_all((0..40).map(write)).await {
        outcome.unwrap();
    }
    assert_eq!(*turns.lock().unwrap(), (0..40).collect::<Vec<_>>());
}

/// A row that names nothing, found at the commit only.
const ORPHAN: &str = "PRAGMA defer_foreign_keys = ON; \
    INSERT INTO succession (predecessor, successor, date, share) VALUES ('NOBODY', 'NOONE', '2024-01-01', 1)";

#[tokio::test]
async fn a_commit_that_fails_is_told_to_all_who_wrote_in_it() {
    let mut most_told = 0;
    for _ in 0..10 {
        let database = create_database(Backend::Sqlite).await;
        let store = &database.store;
        let write = async |at: usize| match at {
            0 => store.write(async |tx| tx.run_any(ORPHAN).await).await,
            _ => add_pair(store, at).await,
        };
        let outcomes = join_all((0..8).map(write)).await;
        assert!(matches!(outcomes[0], Err(Error::Precondition { rule: "REFERENCED", .. })), "{outcomes:?}");
        let told = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        let kept = (1..8).filter(|at| outcomes[*at].is_ok()).flat_map(pair).collect();
        assert_eq!(held(&database).await, kept);
        // It goes on.
        add_pair(store, 9).await.unwrap();
        most_told = most_told.max(told);
    }
    assert_eq!(most_told, 8, "in no round all shared a commit");
}

/// Where the disk is full, SQLite may undo more than the statement that met it.
#[tokio::test]
async fn a_failure_that_ends_the_transaction_acknowledges_nobody_in_it() {
    let database = create_database(Backend::Sqlite).await;
    let options = Options { max_connections: 1, ..Options::new(&database.url) };
    let store = Store::connect(&options).await.unwrap();
    // On the store's only connection.
    store.write(async |tx| tx.run_any("PRAGMA max_page_count = 1").await).await.unwrap();
    let write = async |at: usize| {
        store
            .write(async |tx| {
                add(&tx, &format!("A{at:03}")).await?;
                if at == 3 {
                    let many: Vec<_> = (0..2_000)
                        .map(|at| organisation(&format!("Z{at:04}"), OrganisationKind::Provider))
                        .collect();
                    tx.insert_organisations(&many).await?;
                }
                Ok(())
            })
            .await
    };
    let outcomes = join_all((0..8).map(write)).await;
    assert!(matches!(outcomes[3], Err(Error::Exhausted(_))), "{outcomes:?}");
    let kept = (0..8).filter(|at| outcomes[*at].is_ok()).map(|at| format!("A{at:03}"));
    assert_eq!(held(&database).await, kept.collect());
    let more = store.write(async |tx| tx.run_any("PRAGMA max_page_count = 100000").await).await;
    more.unwrap();
    add_pair(&store, 9).await.unwrap();
    assert!(held(&database).await.contains("B009"));
}

#[tokio::test]
async fn a_transaction_that_is_kept_longer_is_not_committed() {
    let database = create_database(Backend::Sqlite).await;
    let options = Options { patience: Duration::from_millis(100), ..Options::new(&database.url) };
    let store = Store::connect(&options).await.unwrap();
    let kept = Mutex::new(None);
    let outcome = store
        .write(async |tx| {
            add(&tx, "A001").await?;
            *kept.lock().unwrap() = Some(tx);
            Ok(())
        })
        .await;
    assert!(matches!(outcome, Err(Error::Internal { .. })), "{outcome:?}");
    drop(kept.into_inner());
    add_pair(&store, 2).await.unwrap();
    assert_eq!(held(&database).await, pair(2).into());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, ..ProptestConfig::default() })]

    /// Futures are dropped after any number of polls: in line, at work, or waiting for the commit. Whatever was acknowledged is there,
    /// every write is there wholly or not at all, and the next writer is served.
    #[test]
    fn writers_that_are_dropped_leave_nothing_half_done(
        polls in prop::collection::vec(prop::option::weighted(0.6, 0_u32..40), 24),
        on_server in prop::bool::weighted(0.2),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let database = create_database(BOTH[usize::from(on_server)]).await;
            let write = async |(at, most): (usize, &Option<u32>)| {
                poll_at_most(most.unwrap_or(u32::MAX), add_pair(&database.store, at)).await
            };
            let outcomes = join_all(polls.iter().enumerate().map(write)).await;
            // The last write waits for all before it.
            add_pair(&database.store, 900).await.unwrap();
            let held = held(&database).await;
            for (at, outcome) in outcomes.iter().enumerate() {
                let [first, second] = pair(at);
                assert_eq!(held.contains(&first), held.contains(&second), "{at}: {outcome:?}");
                match outcome {
                    Some(outcome) => {
                        outcome.as_ref().unwrap();
                        assert!(held.contains(&first), "{at} was acknowledged and is lost");
                    }
                    None => assert!(polls[at].is_some()),
                }
            }
            assert!(held.contains(code("A900").as_str()) && held.contains("B900"));
        });
    }
}
