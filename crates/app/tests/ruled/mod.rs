//! Stewards' rulings: what they ruled to be another question is no duplicate, and needs no reason.

use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use onus_app::decisions::NewDecision;
use onus_domain::relation::{Decision, Relation};
use uuid::Uuid;

/// What the sample's critical care data set asks already.
const ASKED: &str = "critical-care-unit-function";

/// Registers `{ASKED}-again`, which says what [`ASKED`] says, and a draft that asks it.
async fn twin(test: &TestApp) -> (DefinitionId, CollectionId) {
    let view = test.app.view().await.unwrap();
    let mut twin = view.definition(&DefinitionId::new(ASKED).unwrap()).unwrap().clone();
    twin.id = DefinitionId::new(format!("{ASKED}-again")).unwrap();
    twin.external_ids.clear();
    let twin = test.app.create_definition(&test.demo("steward").unwrap(), twin, false).await.unwrap().id;
    let mut asks = new("X24");
    asks.content.items[0].definition = twin.clone();
    let made = test.app.create_collection(&test.demo("registrar").unwrap(), asks, false).await.unwrap();
    (twin, made.0.id)
}

/// Keeps a ruling on how [`ASKED`] stands to its twin, and has the registry matched by it.
async fn rule(test: &TestApp, twin: &DefinitionId, relation: Relation, second: i64) {
    let ruling = Decision {
        id: Uuid::from_u128(u128::try_from(second).unwrap()),
        left: DefinitionId::new(ASKED).unwrap(),
        left_version: 1,
        right: twin.clone(),
        right_version: 1,
        relation: Some(relation),
        reason: "one is of the unit, the other of the stay".into(),
        steward: "steward".into(),
        at: DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(second),
    };
    let store = &test.database.store;
    store.write(async |tx| tx.append_decisions(std::slice::from_ref(&ruling)).await).await.unwrap();
    test.app.match_registry(&test.system(), std::sync::Arc::new(|_, _| {})).await.unwrap();
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_a_steward_ruled_different_needs_no_reason(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let (twin, id) = twin(&test).await;
    let duplicates = async || test.app.duplicate_report(&registrar, &id, 1).await.unwrap().duplicates();
    let trying = MoveRequest { validate_only: true, ..MoveRequest::default() };
    let submits = async || test.app.submit(&registrar, &id, 1, &trying).await;
    assert_eq!(duplicates().await, 1);
    let refused = submits().await;
    let Err(Error::Invalid(found)) = refused else { panic!("{refused:?}") };
    assert_eq!((found[0].field.as_str(), found[0].rule.as_str()), ("items[0]", "COMPLY_OR_EXPLAIN"));

    for (second, relation, counts) in [
        (1, Relation::Different, 0),
        // The latest ruling holds.
        (2, Relation::Same, 1),
        (3, Relation::Related, 0),
        // The twin holds more than what is asked already, and cannot be had from it; the other way round it can.
        (4, Relation::Narrower, 0),
        (5, Relation::Broader, 1),
    ] {
        rule(&test, &twin, relation, second).await;
        assert_eq!(duplicates().await, counts, "{relation}");
        assert_eq!(submits().await.is_ok(), counts == 0, "{relation}");
    }
    let report = test.app.duplicate_report(&registrar, &id, 1).await.unwrap();
    let hit = report.items[0].hits.iter().find(|hit| hit.definition.as_str() == ASKED).unwrap();
    let said = &hit.evidence.last().unwrap().finding;
    assert_eq!(said, "a steward ruled on 1 January 1970: one is of the unit, the other of the stay");

    rule(&test, &twin, Relation::Different, 6).await;
    let submitted = test.app.submit(&registrar, &id, 1, &MoveRequest::default()).await.unwrap();
    assert_eq!((submitted.version.state, submitted.report.duplicates()), (VersionState::Submitted, 0));
    assert!(submitted.report.items[0].explanation.is_none());
    assert!(!submitted.report.items[0].hits.iter().any(|hit| hit.definition.as_str() == ASKED));
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_asks_the_same_as_another_question_is_another_question(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let (first, id) = twin(&test).await;
    // A third definition that says the same, and that nobody ruled on.
    let mut third = test.app.view().await.unwrap().definition(&first).unwrap().clone();
    third.id = DefinitionId::new(format!("{ASKED}-once-more")).unwrap();
    test.app.create_definition(&test.demo("steward").unwrap(), third.clone(), false).await.unwrap();
    rule(&test, &first, Relation::Different, 1).await;
    let view = test.app.view().await.unwrap();
    let report = test.app.duplicate_report(&registrar, &id, 1).await.unwrap();
    let apart = view.concept_of(&first) != view.concept_of(&DefinitionId::new(ASKED).unwrap());
    assert!(apart, "the two are in two concepts");
    let hits: Vec<_> = report.items[0].hits.iter().map(|hit| hit.definition.clone()).collect();
    let with_asked = view.concept_of(&third.id) == view.concept_of(&DefinitionId::new(ASKED).unwrap());
    assert_eq!(hits.contains(&third.id), !with_asked, "as in concepts: {hits:?}");
    assert_eq!(report.duplicates(), 0, "{report:#?}");
}

/// Rules through the application, as a steward.
async fn decide(test: &TestApp, (left, right): (&str, &str), relation: Option<Relation>) -> Result<Decision> {
    let new = NewDecision {
        left: DefinitionId::new(left).unwrap(),
        left_version: None,
        right: DefinitionId::new(right).unwrap(),
        right_version: None,
        relation,
        reason: "as the source says".into(),
    };
    test.app.decide(&test.demo("steward").unwrap(), new, false).await
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn concepts_and_derivations_follow_a_decision_and_its_end(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let (twin, _) = twin(&test).await;
    let pair = (ASKED, twin.as_str());
    let joined = async || {
        let view = test.app.view().await.unwrap();
        view.concept_of(&twin) == view.concept_of(&DefinitionId::new(ASKED).unwrap())
    };
    let derived = async || {
        let snapshot = test.database.store.snapshot().await.unwrap();
        snapshot
            .derivations
            .iter()
            .map(|one| format!("{} of {}", one.to_definition, one.from_definition))
            .collect::<Vec<_>>()
    };
    assert!(joined().await, "it says the same");
    decide(&test, pair, Some(Relation::Different)).await.unwrap();
    assert!(!joined().await);
    decide(&test, pair, None).await.unwrap();
    assert!(joined().await, "what was found stands again");
    decide(&test, pair, Some(Relation::DerivableRightFromLeft)).await.unwrap();
    assert_eq!(derived().await, [format!("{twin} of {ASKED}")]);
    decide(&test, pair, Some(Relation::DerivableLeftFromRight)).await.unwrap();
    assert_eq!(derived().await, [format!("{ASKED} of {twin}")]);
    decide(&test, pair, None).await.unwrap();
    assert!(derived().await.is_empty() && joined().await);
    test.app.sequence_audit().await.unwrap();
    let report = test.app.examine_audit(&test.app.audit_keys(), &[]).await.unwrap();
    assert!(report.problems.is_empty(), "every change is in the log: {report:?}");
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn a_ruling_that_another_keeps_from_joining_is_refused_with_its_name(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let (first, _) = twin(&test).await;
    let mut third = test.app.view().await.unwrap().definition(&first).unwrap().clone();
    third.id = DefinitionId::new(format!("{ASKED}-once-more")).unwrap();
    test.app.create_definition(&test.demo("steward").unwrap(), third.clone(), false).await.unwrap();
    decide(&test, (ASKED, third.id.as_str()), Some(Relation::Same)).await.unwrap();
    let apart = decide(&test, (ASKED, first.as_str()), Some(Relation::Related)).await.unwrap();
    let before = test.database.store.snapshot().await.unwrap();
    let refused = decide(&test, (first.as_str(), third.id.as_str()), Some(Relation::Same)).await;
    let Err(Error::Precondition { rule, message, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(rule, "KEPT_APART");
    assert!(message.contains(&apart.id.to_string()), "{message}");
    let after = test.database.store.snapshot().await.unwrap();
    assert_eq!((after.decisions, after.concepts), (before.decisions, before.concepts), "nothing is stored");
}
