//! All or nothing, one after another, and again when others were in the way.

use crate::{
    migrations::beside,
    sample::{collection, collection_id, draft, organisation, put, registry},
};
use onus_domain::{
    Error, Result,
    collection::Collection,
    organisation::{Organisation, OrganisationKind},
};
use onus_store::{Backend, Options, Store, Tx, testing::create_database};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use std::{
    pin::Pin,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::sync::Barrier;

#[rstest]
#[tokio::test]
async fn an_error_undoes_all(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let outcome: Result<()> = store
        .write(async |tx| {
            tx.upsert_organisations(&[organisation("ZZ9", OrganisationKind::Provider)]).await?;
            tx.replace_concepts(&[]).await?;
            assert_eq!(tx.organisations().await?.len(), 4);
            Err(Error::Exhausted("enough".into()))
        })
        .await;
    assert!(matches!(outcome, Err(Error::Exhausted(_))), "{outcome:?}");
    assert_eq!(store.snapshot().await.unwrap(), registry());
}

#[rstest]
#[tokio::test]
async fn a_failed_statement_that_is_passed_over_undoes_all(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let orphan = Mutex::new(Ok(()));
    let outcome = store
        .write(async |tx| {
            tx.upsert_organisations(&[organisation("ZZ9", OrganisationKind::Provider)]).await?;
            // Inserts wait for what comes after them, until one failed.
            *orphan.lock().unwrap() = tx.insert_collections(&[collection("orphan", "NOBODY")]).await;
            Ok(())
        })
        .await;
    assert!(matches!(outcome, Err(Error::Internal { .. })), "{outcome:?}");
    let orphan = orphan.into_inner().unwrap();
    assert!(matches!(orphan, Err(Error::Precondition { rule: "REFERENCED", .. })), "{orphan:?}");
    assert_eq!(store.snapshot().await.unwrap(), registry());
}

#[rstest]
#[tokio::test]
async fn a_future_that_is_dropped_undoes_all(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    let forever = store.write(async |tx| {
        tx.upsert_organisations(&[organisation("ZZ9", OrganisationKind::Provider)]).await?;
        std::future::pending::<Result<()>>().await
    });
    let outcome = tokio::time::timeout(Duration::from_millis(300), forever).await;
    assert!(outcome.is_err());
    put(store, &registry()).await.unwrap();
    assert_eq!(store.snapshot().await.unwrap(), registry());
}

/// Adds one to a number that a collection holds.
async fn count(store: &Store, id: &str) -> Result<()> {
    let id = collection_id(id);
    store
        .write(async |tx| {
            let held = tx.collection(&id).await?.ok_or_else(|| Error::not_found("collection", &id))?;
            let next = held.source_id.as_deref().unwrap_or("0").parse::<u32>().unwrap() + 1;
            let changed =
                Collection { source_id: Some(next.to_string()), revision: held.revision + 1, ..held.clone() };
            tx.update_collection(&changed, held.revision).await
        })
        .await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_lose_nothing(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    put(&database.store, &registry()).await.unwrap();
    database
        .store
        .write(async |tx| tx.insert_collections(&[collection("counted", "X24")]).await)
        .await
        .unwrap();
    // Two servers, three writers each.
    let other = Store::connect(&Options::new(&database.url)).await.unwrap();
    let mut writers = Vec::new();
    for at in 0..6 {
        let store = if at % 2 == 0 { database.store.clone() } else { other.clone() };
        writers.push(tokio::spawn(async move {
            for _ in 0..5 {
                count(&store, "counted").await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let counted = database.store.collection(&collection_id("counted")).await.unwrap().unwrap();
    assert_eq!((counted.source_id.as_deref(), counted.revision), (Some("30"), 31));
}

/// Both read before either writes: PostgreSQL refuses one, which then runs again on what the other wrote.
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres_a_writer_whose_reading_is_outdated_runs_again() {
    let database = create_database(Backend::Postgres).await;
    put(&database.store, &registry()).await.unwrap();
    database
        .store
        .write(async |tx| tx.insert_collections(&[collection("counted", "X24")]).await)
        .await
        .unwrap();
    let (both_read, runs, id) = (Barrier::new(2), AtomicU32::new(0), collection_id("counted"));
    let write = || {
        let first = AtomicU32::new(0);
        let (both_read, runs, id, store) = (&both_read, &runs, &id, &database.store);
        async move {
            store
                .write(async |tx| {
                    let held = tx.collection(id).await?.unwrap();
                    runs.fetch_add(1, Ordering::SeqCst);
                    if first.fetch_add(1, Ordering::SeqCst) == 0 {
                        both_read.wait().await;
                    }
                    tx.update_collection(
                        &Collection { revision: held.revision + 1, ..held.clone() },
                        held.revision,
                    )
                    .await
                })
                .await
        }
    };
    let (one, two) = tokio::join!(write(), write());
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert_eq!(database.store.collection(&id).await.unwrap().unwrap().revision, 3);
}

/// Each reads what the other then writes: serializable, one of them would have to run again.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_relaxed_write_makes_nobody_run_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    put(&database.store, &registry()).await.unwrap();
    let (runs, store) = (AtomicU32::new(0), &database.store);
    // On SQLite one runs after the other.
    let both_read = Barrier::new(if backend == Backend::Postgres { 2 } else { 1 });
    let add = |new: [Organisation; 1]| {
        let (both_read, runs) = (&both_read, &runs);
        async move {
            store
                .write_relaxed(async |tx| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    let held = tx.organisations().await?.len();
                    both_read.wait().await;
                    tx.insert_organisations(&new).await?;
                    Ok(held)
                })
                .await
        }
    };
    let provider = |code| [organisation(code, OrganisationKind::Provider)];
    let (one, two) = tokio::join!(add(provider("AA1")), add(provider("AA2")));
    assert_eq!(one.unwrap() + two.unwrap(), if backend == Backend::Postgres { 6 } else { 7 });
    assert_eq!((runs.load(Ordering::SeqCst), store.organisations().await.unwrap().len()), (2, 5));
    let undone: Result<()> = store
        .write_relaxed(async |tx| {
            tx.insert_organisations(&provider("AA3")).await?;
            Err(Error::Exhausted("enough".into()))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(store.organisations().await.unwrap().len(), 5);
}

/// The key comes between looking for it and inserting it.
#[tokio::test]
async fn on_postgres_a_key_taken_meanwhile_exists_already() {
    let database = create_database(Backend::Postgres).await;
    put(&database.store, &registry()).await.unwrap();
    let (first, new) = (AtomicU32::new(0), [collection("contested", "X24")]);
    let outcome = database
        .store
        .write(async |tx| {
            tx.collections().await?;
            if first.fetch_add(1, Ordering::SeqCst) == 0 {
                database.store.write(async |tx| tx.insert_collections(&new).await).await?;
            }
            tx.insert_collections(&new).await
        })
        .await;
    match outcome {
        Err(Error::AlreadyExists { kind: "collection", name }) => assert_eq!(name, "collections/contested"),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn a_reading_sees_one_moment(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let seen = store
        .read(async |tx| {
            let before = tx.organisations().await?.len();
            let more = [organisation("ZZ9", OrganisationKind::Provider)];
            store.write(async |tx| tx.upsert_organisations(&more).await).await?;
            Ok((before, tx.organisations().await?.len()))
        })
        .await
        .unwrap();
    assert_eq!(seen, (3, 3));
    assert_eq!(store.organisations().await.unwrap().len(), 4);
}

#[rstest]
#[tokio::test]
async fn what_is_read_at_once_is_one_statement(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let (id, before) = (collection_id("a-set"), store.statements_run());
    let (_, versions) = store.collection_with_versions(&id).await.unwrap().unwrap();
    assert_eq!(store.version(&id, 2).await.unwrap().as_ref(), versions.last());
    assert_eq!(store.statements_run() - before, 2);
    let two = store.read_once(async |tx| Ok((tx.organisations().await?, tx.subjects().await?))).await;
    assert!(matches!(two, Err(Error::Internal { .. })), "{two:?}");
}

#[rstest]
#[tokio::test]
async fn what_is_new_is_inserted_without_looking(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let before = store.statements_run();
    store.write(async |tx| tx.insert_collections(&[collection("new", "X24")]).await).await.unwrap();
    assert_eq!(store.statements_run() - before, 1);
    // The first run meets it, the second looks.
    let again = store.write(async |tx| tx.insert_collections(&[collection("new", "X24")]).await).await;
    assert!(matches!(again, Err(Error::AlreadyExists { kind: "collection", .. })), "{again:?}");
    assert_eq!(store.statements_run() - before, 3);
}

#[rstest]
#[tokio::test]
async fn what_is_inserted_is_one_statement_and_read_by_the_next(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let before = store.statements_run();
    let add = async |tx: &Tx, id: &str| {
        tx.insert_collections(&[collection(id, "X24")]).await?;
        tx.insert_versions(&[draft(id, 1), draft(id, 2)]).await
    };
    store.write(async |tx| add(&tx, "one").await).await.unwrap();
    assert_eq!(store.statements_run() - before, 1);
    let versions = store
        .write(async |tx| {
            add(&tx, "two").await?;
            tx.collection_with_versions(&collection_id("two")).await
        })
        .await;
    let (_, versions) = versions.unwrap().unwrap();
    assert_eq!(versions, [draft("two", 1), draft("two", 2)]);
    assert_eq!(store.statements_run() - before, 3);
}

#[tokio::test]
async fn on_postgres_connections_that_broke_are_replaced() {
    let database = create_database(Backend::Postgres).await;
    let (store, other) = (&database.store, beside(&database).await);
    put(store, &registry()).await.unwrap();
    let broken = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    other.execute_unprepared(broken).await.unwrap();
    assert_eq!(store.organisations().await.unwrap().len(), 3);
    other.execute_unprepared(broken).await.unwrap();
    assert_eq!(store.snapshot().await.unwrap(), registry());
    other.execute_unprepared(broken).await.unwrap();
    let more = [organisation("ZZ9", OrganisationKind::Provider)];
    store.write(async |tx| tx.insert_organisations(&more).await).await.unwrap();
    assert_eq!(store.organisations().await.unwrap().len(), 4);
}

/// Servers run transactions in tasks that move between threads: their futures must be `Send`, whatever the closures hold.
#[tokio::test]
async fn a_transaction_may_move_between_threads() {
    async fn use_case(store: &Store, names: &[&str], note: &(dyn Fn(usize) + Send + Sync)) -> Result<usize> {
        let list: Vec<_> = names.iter().map(|name| organisation(name, OrganisationKind::Provider)).collect();
        let done = store
            .write(async |tx| {
                let done = tx.upsert_organisations(&list).await?;
                note(done.added.len());
                Ok(done.added.len() + tx.organisations().await?.len())
            })
            .await?;
        Ok(done + store.read(async |tx| Ok(tx.organisations().await?.len())).await?)
    }
    type Boxed<'a> = Pin<Box<dyn Future<Output = Result<usize>> + Send + 'a>>;
    let database = create_database(Backend::Sqlite).await;
    let boxed: Boxed<'_> = Box::pin(use_case(&database.store, &["AA1", "AA2"], &|_| ()));
    assert_eq!(boxed.await.unwrap(), 6);
    let store = database.store.clone();
    let spawned = tokio::spawn(async move { use_case(&store, &["AA3"], &|_| ()).await });
    assert_eq!(spawned.await.unwrap().unwrap(), 7);
}

#[tokio::test]
async fn a_lock_is_not_waited_for_without_limit() {
    let database = create_database(Backend::Postgres).await;
    let limits =
        Options { longest_statement: Some(Duration::from_millis(200)), ..Options::new(&database.url) };
    let (holder, waiter) = (&database.store, Store::connect(&limits).await.unwrap());
    put(holder, &registry()).await.unwrap();
    let row = [organisation("ZZ9", OrganisationKind::Provider)];
    let (row, held, done) = (&row, &Barrier::new(2), &Barrier::new(2));
    let hold = holder.write(|tx| async move {
        tx.upsert_organisations(row).await?;
        held.wait().await;
        done.wait().await;
        Ok(())
    });
    let wait = async {
        held.wait().await;
        let outcome = waiter.write(|tx| async move { tx.upsert_organisations(row).await }).await;
        assert!(matches!(outcome, Err(Error::Unavailable { .. })), "{outcome:?}");
        done.wait().await;
    };
    let (held, ()) = tokio::join!(hold, wait);
    held.unwrap();
    waiter.write(|tx| async move { tx.upsert_organisations(row).await }).await.unwrap();
    waiter.close().await.unwrap();
}
