//! Challenges and feedback.

use crate::sample::{code, collection_id, day, definition_id, put, registry};
use onus_domain::{
    Error,
    challenge::{Challenge, ChallengeOutcome, ChallengeReason, ChallengeState, Ruling},
    feedback::{Feedback, FeedbackAnswer, FeedbackTheme, ThemeGiven},
};
use onus_store::{Backend, testing::create_database};
use rstest::rstest;
use std::collections::BTreeSet;
use uuid::Uuid;

fn ruling(text: &str) -> Ruling {
    Ruling { outcome: ChallengeOutcome::Upheld, text: text.into(), by: "ann".into(), on: day("2024-01-09") }
}

fn full() -> Challenge {
    Challenge {
        id: Uuid::from_u128(1),
        provider: code("R0A"),
        owner: code("X24"),
        collection: Some(collection_id("a-set")),
        version: Some(1),
        reference: " dr-1 ".into(),
        request_text: "Dear “colleague”".into(),
        reason: ChallengeReason::Duplicate,
        text: "We send it\nalready.".into(),
        items: BTreeSet::from([1, 2]),
        duplicate_of: Some(collection_id("a1")),
        duplicate_definitions: BTreeSet::from([definition_id("d")]),
        state: ChallengeState::Decided,
        raised_on: day("2024-01-02"),
        raised_by: "jo".into(),
        answer_due: day("2024-01-16"),
        answer: Some(ruling("It will go.")),
        escalated_on: Some(day("2024-01-10")),
        escalation: "When?".into(),
        decision: Some(ruling("By March.")),
        withdrawn_on: Some(day("2024-02-01")),
        revision: 4,
    }
}

fn open() -> Challenge {
    Challenge {
        id: Uuid::from_u128(2),
        provider: code("A81001"),
        collection: None,
        version: None,
        items: BTreeSet::new(),
        duplicate_of: None,
        duplicate_definitions: BTreeSet::new(),
        state: ChallengeState::Open,
        answer: None,
        escalated_on: None,
        decision: None,
        withdrawn_on: None,
        ..full()
    }
}

#[rstest]
#[tokio::test]
async fn a_challenge_is_kept_as_it_is_and_changes_under_its_revision(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let (full, open) = (full(), open());
    store
        .write(async |tx| {
            tx.insert_challenge(&open).await?;
            tx.insert_challenge(&full).await
        })
        .await
        .unwrap();
    assert_eq!(store.challenges().await.unwrap(), [full.clone(), open.clone()]);
    assert_eq!(store.challenge(open.id).await.unwrap(), Some(open.clone()));
    assert_eq!(store.challenge(Uuid::from_u128(9)).await.unwrap(), None);
    let told = async |of: Option<&str>| {
        let told = store.challenges_told(of.map(code).as_ref()).await.unwrap();
        told.into_iter().map(|one| one.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!([told(None).await, told(Some("R0A")).await], [[1], [1]]);
    assert_eq!([told(Some("X24")).await, told(Some("A81001")).await], [[1, 2], [1, 2]]);
    let overdue = async |on: &str| store.challenges_overdue(day(on)).await.unwrap().len();
    assert_eq!([overdue("2024-01-16").await, overdue("2024-01-17").await], [0, 1]);

    let answered = Challenge {
        state: ChallengeState::Answered,
        answer: Some(ruling("It will go.")),
        revision: 5,
        ..open.clone()
    };
    store.write(async |tx| tx.update_challenge(&answered, 4).await).await.unwrap();
    assert_eq!(store.challenge(open.id).await.unwrap(), Some(answered.clone()));
    let stale = store.write(async |tx| tx.update_challenge(&answered, 4).await).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    let unknown = Challenge { id: Uuid::from_u128(9), ..answered };
    let unknown = store.write(async |tx| tx.update_challenge(&unknown, 5).await).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })), "{unknown:?}");
}

#[rstest]
#[tokio::test]
async fn feedback_is_kept_as_it_is_and_counted_once_it_is_answered(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let database = create_database(backend).await;
    let store = &database.store;
    put(store, &registry()).await.unwrap();
    let given = Feedback {
        id: Uuid::from_u128(1),
        provider: code("R0A"),
        body: code("X24"),
        theme: FeedbackTheme::Other,
        text: "Three days’ notice.".into(),
        rating: None,
        given_on: day("2024-01-02"),
        author: "jo".into(),
        answer: None,
        revision: 1,
    };
    let other =
        Feedback { id: Uuid::from_u128(2), provider: code("A81001"), rating: Some(5), ..given.clone() };
    store
        .write(async |tx| {
            tx.insert_feedback(&given).await?;
            tx.insert_feedback(&other).await
        })
        .await
        .unwrap();
    assert_eq!(store.feedback_of(None).await.unwrap(), [given.clone(), other.clone()]);
    assert_eq!(store.feedback_of(Some(&other.provider)).await.unwrap(), [other]);
    assert_eq!(store.feedback_themes().await.unwrap(), []);
    let answer = FeedbackAnswer {
        theme: FeedbackTheme::Timing,
        text: "They were told.".into(),
        author: "pat".into(),
        on: day("2024-01-05"),
    };
    let answered = Feedback { answer: Some(answer), revision: 2, ..given };
    store.write(async |tx| tx.update_feedback(&answered, 1).await).await.unwrap();
    assert_eq!(store.feedback(answered.id).await.unwrap(), Some(answered.clone()));
    let theme = ThemeGiven {
        provider: code("R0A"),
        body: code("X24"),
        theme: FeedbackTheme::Timing,
        given_on: day("2024-01-02"),
    };
    assert_eq!(store.feedback_themes().await.unwrap(), [theme]);
    let stale = store.write(async |tx| tx.update_feedback(&answered, 1).await).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
}
