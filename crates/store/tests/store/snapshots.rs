//! The snapshot is what was put in, no more and no less.

use crate::sample::{collection, draft, organisation, put, registry};
use chrono::NaiveDate;
use onus_domain::{
    Decimal,
    organisation::{Organisation, OrganisationKind, Size, SizeMeasure},
    snapshot::Snapshot,
    version::{Version, VersionState},
};
use onus_store::{Backend, testing::create_database};
use proptest::{
    collection::btree_map,
    prelude::{Strategy, any},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use rstest::rstest;
use strum::VariantArray;

#[rstest]
#[tokio::test]
async fn it_comes_back_as_it_went_in(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    assert_eq!(database.store.snapshot().await.unwrap(), Snapshot::default());
    put(&database.store, &registry()).await.unwrap();
    assert_eq!(database.store.snapshot().await.unwrap(), registry());
}

#[rstest]
#[tokio::test]
async fn what_is_not_published_is_not_in_it(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let published = ["APPROVED", "LIVE", "SUSPENDED", "EXPIRED", "RETIRED", "SUPERSEDED"];
    for (number, state) in (10..).zip(VersionState::VARIANTS) {
        let of_published = Version { state: *state, ..draft("a-set", number) };
        let alone = Version { state: *state, ..draft(&format!("alone-{number}"), 1) };
        let before = store.snapshot().await.unwrap();
        store
            .write(async |tx| {
                tx.insert_collections(&[collection(alone.collection.as_str(), "X24")]).await?;
                tx.insert_versions(&[of_published.clone(), alone.clone()]).await
            })
            .await
            .unwrap();
        let after = store.snapshot().await.unwrap();
        if published.contains(&state.as_str()) {
            assert!(after.versions.contains(&of_published) && after.versions.contains(&alone), "{state}");
            assert!(after.collection(&alone.collection).is_some(), "{state}");
        } else {
            assert_eq!(after, before, "{state}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn it_takes_as_many_statements_for_much_as_for_little(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    let mut counts = Vec::new();
    for registry in [None, Some(registry())] {
        if let Some(registry) = registry {
            put(store, &registry).await.unwrap();
        }
        let before = store.statements_run();
        store.snapshot().await.unwrap();
        counts.push(store.statements_run() - before);
    }
    assert_eq!(counts, [20, 20]);
}

fn words() -> impl Strategy<Value = String> {
    "[^\\x00]{0,30}"
}

fn days() -> impl Strategy<Value = NaiveDate> {
    (1..3_000_000).prop_filter_map("a day", NaiveDate::from_num_days_from_ce_opt)
}

/// Organisations of any words, days and codes, and sizes of any amount.
fn organisations() -> impl Strategy<Value = (Vec<Organisation>, Vec<Size>)> {
    let others = (words(), proptest::option::of(words()), proptest::option::of(days()), days(), any::<i64>());
    btree_map("[A-Z0-9]{2,10}", others, 0..400).prop_map(|drawn| {
        let (mut organisations, mut sizes) = (Vec::new(), Vec::new());
        for (code, (name, region, open_date, from_date, value)) in drawn {
            let known = organisation(&code, OrganisationKind::Provider);
            let size = |measure: &SizeMeasure| Size {
                organisation: known.code.clone(),
                measure: *measure,
                from_date,
                value: Decimal::from_units(value),
            };
            sizes.extend(SizeMeasure::VARIANTS.iter().map(size));
            organisations.push(Organisation { name, region, open_date, ..known });
        }
        (organisations, sizes)
    })
}

#[rstest]
#[tokio::test]
async fn any_words_days_and_amounts_come_back(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let mut runner = TestRunner::default();
    for _ in 0..8 {
        let (organisations, sizes) = organisations().new_tree(&mut runner).unwrap().current();
        let given = Snapshot { organisations, sizes, ..Snapshot::default() };
        let database = create_database(backend).await;
        put(&database.store, &given).await.unwrap();
        assert_eq!(database.store.snapshot().await.unwrap(), given);
    }
}
