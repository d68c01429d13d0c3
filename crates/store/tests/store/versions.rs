//! Collections and versions: what may change, and what a stale revision does.

use crate::sample::{collection, collection_id, content, draft, item, put, registry, statement};
use onus_domain::{
    Error,
    collection::Collection,
    reference::Reference,
    version::{Content, Version, VersionState},
};
use onus_store::{
    Backend, Store,
    testing::{TestDatabase, create_database},
};
use rstest::rstest;

async fn with_draft(backend: Backend) -> (TestDatabase, Version) {
    let database = create_database(backend).await;
    put(&database.store, &registry()).await.unwrap();
    let draft = draft("drafted", 1);
    database
        .store
        .write(async |tx| {
            tx.insert_collections(&[collection("drafted", "X24")]).await?;
            tx.insert_versions(std::slice::from_ref(&draft)).await
        })
        .await
        .unwrap();
    (database, draft)
}

async fn held(store: &Store, of: &Version) -> Version {
    store.version(&of.collection, of.number).await.unwrap().unwrap()
}

#[rstest]
#[tokio::test]
async fn a_drafts_content_is_replaced_whole(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (database, draft) = with_draft(backend).await;
    let store = &database.store;
    let wider = Content {
        items: (1..=700).map(|position| item(position, "nhs-number")).collect(),
        ..content("wider")
    };
    let bare = Content { respondents: None, schedule: None, items: Vec::new(), ..content("bare") };
    for (revision, content) in (draft.revision..).zip([wider, bare, content("again")]) {
        let changed = Version { content, revision: revision + 1, ..draft.clone() };
        store.write(async |tx| tx.update_version(&changed, revision).await).await.unwrap();
        assert_eq!(held(store, &draft).await, changed);
    }
    let (found, versions) = store.collection_with_versions(&draft.collection).await.unwrap().unwrap();
    assert_eq!((found, versions.len()), (collection("drafted", "X24"), 1));
    assert!(store.collection_with_versions(&collection_id("nothing")).await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn a_stale_revision_is_refused_and_nothing_overwritten(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (database, draft) = with_draft(backend).await;
    let store = &database.store;
    let mine = Version { content: content("mine"), revision: 2, ..draft.clone() };
    let theirs = Version { content: content("theirs"), revision: 2, ..draft.clone() };
    store.write(async |tx| tx.update_version(&mine, 1).await).await.unwrap();
    match store.write(async |tx| tx.update_version(&theirs, 1).await).await {
        Err(Error::StaleEtag { name, given, current }) => {
            assert_eq!(
                (name.as_str(), given.as_str(), current.as_str()),
                ("collections/drafted/versions/1", "\"1\"", "\"2\"")
            );
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(held(store, &draft).await, mine);

    let moved = Collection { source_id: Some("s".into()), revision: 2, ..collection("drafted", "X24") };
    store.write(async |tx| tx.update_collection(&moved, 1).await).await.unwrap();
    let again = Collection { source_id: Some("t".into()), revision: 2, ..moved.clone() };
    let outcome = store.write(async |tx| tx.update_collection(&again, 1).await).await;
    assert!(matches!(outcome, Err(Error::StaleEtag { .. })), "{outcome:?}");
    let outcome = store.write(async |tx| tx.delete_collection(&moved.id, 1).await).await;
    assert!(matches!(outcome, Err(Error::StaleEtag { .. })), "{outcome:?}");
    let outcome = store.write(async |tx| tx.delete_draft(&draft.collection, 1, 1).await).await;
    assert!(matches!(outcome, Err(Error::StaleEtag { .. })), "{outcome:?}");
    assert_eq!(store.collection(&moved.id).await.unwrap().unwrap(), moved);
    let absent = Collection { revision: 2, ..collection("absent", "X24") };
    let outcome = store.write(async |tx| tx.update_collection(&absent, 1).await).await;
    assert!(matches!(outcome, Err(Error::NotFound { kind: "collection", .. })), "{outcome:?}");
}

#[rstest]
#[tokio::test]
async fn past_draft_the_state_moves_and_the_content_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (database, draft) = with_draft(backend).await;
    let store = &database.store;
    let submitted = Version {
        state: VersionState::Submitted,
        submitted_by: Some("ann".into()),
        revision: 2,
        content: content("last words"),
        ..draft.clone()
    };
    store.write(async |tx| tx.update_version(&submitted, 1).await).await.unwrap();
    let reviewed = Version { state: VersionState::InReview, revision: 3, ..submitted.clone() };
    store.write(async |tx| tx.update_version(&reviewed, 2).await).await.unwrap();
    assert_eq!(held(store, &draft).await, reviewed);

    let other = Version { content: content("other words"), revision: 4, ..reviewed.clone() };
    for refused in [
        store.write(async |tx| tx.update_version(&other, 3).await).await,
        store.write(async |tx| tx.delete_draft(&draft.collection, 1, 3).await).await,
    ] {
        assert!(matches!(refused, Err(Error::Precondition { rule: "VERSION_FROZEN", .. })), "{refused:?}");
    }
    assert_eq!(held(store, &draft).await, reviewed);
}

#[rstest]
#[tokio::test]
async fn a_draft_goes_with_all_that_is_its(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (database, draft) = with_draft(backend).await;
    let store = &database.store;
    store.write(async |tx| tx.insert_statements(&[statement("drafted", "2024-01-01")]).await).await.unwrap();
    store.write(async |tx| tx.delete_draft(&draft.collection, 1, 1).await).await.unwrap();
    assert!(store.version(&draft.collection, 1).await.unwrap().is_none());
    assert!(store.read(async |tx| tx.statements_of(&draft.collection, 1).await).await.unwrap().is_empty());
    // Nothing is left that would be in the way of the same again.
    store.write(async |tx| tx.insert_versions(std::slice::from_ref(&draft)).await).await.unwrap();
    assert_eq!(held(store, &draft).await, draft);
    store.write(async |tx| tx.delete_collection(&draft.collection, 1).await).await.unwrap();
    assert!(store.collection_with_versions(&draft.collection).await.unwrap().is_none());
    assert_eq!(store.snapshot().await.unwrap(), registry());
}

#[rstest]
#[tokio::test]
async fn keys_and_references_are_taken_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (database, draft) = with_draft(backend).await;
    let store = &database.store;
    let named = |id: &str, number| Collection {
        reference: Some(Reference::from_number(number)),
        ..collection(id, "X24")
    };
    let insert =
        async |list: &[Collection]| match store.write(async |tx| tx.insert_collections(list).await).await {
            Err(Error::AlreadyExists { name, .. }) => name,
            other => panic!("{other:?}"),
        };
    assert_eq!(
        insert(&[collection("new", "X24"), collection("drafted", "X24")]).await,
        "collections/drafted"
    );
    assert_eq!(insert(&[collection("new", "X24"), collection("new", "X24")]).await, "collections/new");
    let seven = Reference::from_number(7);
    assert_eq!(insert(&[named("new", 7)]).await, seven.to_string());
    assert_eq!(insert(&[named("new", 1), named("newer", 1)]).await, Reference::from_number(1).to_string());
    assert!(store.collection(&collection_id("new")).await.unwrap().is_none());

    let outcome = store
        .write(async |tx| tx.update_collection(&Collection { revision: 2, ..named("drafted", 7) }, 1).await)
        .await;
    assert!(matches!(outcome, Err(Error::AlreadyExists { kind: "reference", .. })), "{outcome:?}");
    store
        .write(async |tx| tx.update_collection(&Collection { revision: 2, ..named("drafted", 70) }, 1).await)
        .await
        .unwrap();
    let references: Vec<_> = store.references().await.unwrap().into_iter().collect();
    assert_eq!(references, [7, 8, 9, 70].map(Reference::from_number));

    let outcome = store.write(async |tx| tx.insert_versions(std::slice::from_ref(&draft)).await).await;
    assert!(matches!(outcome, Err(Error::AlreadyExists { kind: "version", .. })), "{outcome:?}");
    let twice = [Version { number: 2, ..draft.clone() }, Version { number: 2, ..draft.clone() }];
    let outcome = store.write(async |tx| tx.insert_versions(&twice).await).await;
    assert!(matches!(outcome, Err(Error::AlreadyExists { kind: "version", .. })), "{outcome:?}");
}
