//! Reuse agreements and consultations.

use crate::sample::{code, collection_id, day, moment, put, registry, reuse};
use onus_domain::{
    Error,
    consultation::{Answer, Comment, Consultation},
    reuse::{ReuseAgreement, ReuseState},
};
use onus_store::{Backend, testing::create_database};
use rstest::rstest;
use std::collections::BTreeSet;
use uuid::Uuid;

#[rstest]
#[tokio::test]
async fn an_agreement_changes_under_its_revision(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let asked = ReuseAgreement {
        state: ReuseState::Requested,
        answered_on: None,
        first_delivery: None,
        ends_on: None,
        ..reuse(3, "a1")
    };
    store.write(async |tx| tx.insert_reuse(&asked).await).await.unwrap();
    let again = store.write(async |tx| tx.insert_reuse(&asked).await).await;
    assert!(matches!(again, Err(Error::AlreadyExists { .. })), "{again:?}");
    // What has not come yet is nobody's to know.
    assert_eq!(store.snapshot().await.unwrap().reuse, registry().reuse);
    assert_eq!(store.reuse_of(&asked.collection).await.unwrap(), std::slice::from_ref(&asked));
    assert_eq!(store.reuse_agreements().await.unwrap().len(), 3);

    let agreed = ReuseAgreement { state: ReuseState::Agreed, revision: 5, ..asked.clone() };
    store.write(async |tx| tx.update_reuse(&agreed, 4).await).await.unwrap();
    assert_eq!(store.reuse_agreement(asked.id).await.unwrap(), Some(agreed.clone()));
    let stale = store.write(async |tx| tx.update_reuse(&agreed, 4).await).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    let unknown = reuse(9, "a1");
    let unknown = store.write(async |tx| tx.update_reuse(&unknown, 4).await).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
    assert_eq!(store.reuse_agreement(Uuid::from_u128(9)).await.unwrap(), None);
}

#[rstest]
#[tokio::test]
async fn what_is_said_in_a_consultation_stays(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let open = Consultation {
        id: Uuid::from_u128(1),
        collection: collection_id("a-set"),
        version: 2,
        owner: code("X24"),
        providers: BTreeSet::from([code("A81001"), code("R0A")]),
        question: "Can you?".into(),
        opened_on: day("2024-01-02"),
        closes_on: day("2024-02-02"),
        closed_on: None,
        revision: 1,
    };
    let other = Consultation {
        id: Uuid::from_u128(2),
        collection: collection_id("a1"),
        version: 1,
        providers: BTreeSet::from([code("R0A")]),
        ..open.clone()
    };
    let said = Comment {
        id: Uuid::from_u128(7),
        consultation: open.id,
        provider: code("R0A"),
        position: Some(2),
        text: "We count it “otherwise”.".into(),
        author: "ann".into(),
        at: moment("2024-01-05T09:00:00.000001Z"),
        answer: None,
        revision: 1,
    };
    store
        .write(async |tx| {
            tx.insert_consultation(&open).await?;
            tx.insert_consultation(&other).await?;
            tx.insert_comment(&said).await
        })
        .await
        .unwrap();
    assert_eq!(store.consultations().await.unwrap(), [open.clone(), other.clone()]);
    assert_eq!(store.consultations_of(&open.collection).await.unwrap(), std::slice::from_ref(&open));
    assert_eq!(store.consultation(open.id).await.unwrap(), Some((open.clone(), vec![said.clone()])));
    assert_eq!(store.consultation(other.id).await.unwrap(), Some((other, vec![])));
    assert_eq!(store.consultation(Uuid::from_u128(9)).await.unwrap(), None);

    let answer = Answer { text: "So do we.".into(), author: "bob".into(), at: said.at };
    let answered = Comment { answer: Some(answer), revision: 2, ..said };
    let closed = Consultation { closed_on: Some(day("2024-01-06")), revision: 2, ..open };
    store
        .write(async |tx| {
            tx.update_comment(&answered, 1).await?;
            tx.update_consultation(&closed, 1).await
        })
        .await
        .unwrap();
    assert_eq!(store.consultation(closed.id).await.unwrap(), Some((closed.clone(), vec![answered.clone()])));
    for stale in [
        store.write(async |tx| tx.update_comment(&answered, 1).await).await,
        store.write(async |tx| tx.update_consultation(&closed, 1).await).await,
    ] {
        assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    }
}
