//! Stewards' rulings: what they ruled to be another question is no duplicate, and needs no reason.

use super::*;
use chrono::{DateTime, TimeDelta, Utc};
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
        relation,
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
