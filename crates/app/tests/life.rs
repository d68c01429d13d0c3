//! The life of a version through the application, on both databases: draft, submit, review, approve, publish, and what is refused.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod calendar;
mod explained;
mod panel;
mod ruled;
mod rules;
mod table;

use onus_app::{Context, drafts::NewCollection, moves::MoveRequest};
use onus_domain::{
    Basis, CollectionId, DefinitionId, Error, OdsCode, Result, SubjectId,
    collection::SectorPath,
    duplicates::Explanation,
    item::{Item, ItemRole, Mandation, PurposeKind},
    lifecycle::Move,
    organisation::ProviderType,
    respondents::RespondentsRule,
    schedule::{Frequency, Schedule},
    version::{Admission, Content, Version, VersionState},
};
use onus_exchange::sample::Grouping;
use onus_testkit::{Backend, TestApp, today};
use rstest::rstest;
use std::collections::BTreeSet;

fn content() -> Content {
    Content {
        title: "Falls with harm".into(),
        purpose: "To see where falls harm patients.".into(),
        legal_basis: "Health and Social Care Act 2012, section 259".into(),
        method: String::new(),
        uses: "Quarterly safety report".into(),
        feedback: "A dashboard".into(),
        contact: "falls@example.nhs.uk".into(),
        respondents: Some(RespondentsRule {
            provider_types: BTreeSet::from([ProviderType::Acute]),
            regions: BTreeSet::new(),
            commissioners: BTreeSet::new(),
            size_bounds: None,
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
            basis: Basis::Stated,
            evidence: "letter".into(),
        }),
        schedule: Some(Schedule {
            frequency: Frequency::Monthly,
            first_period: today(),
            due_lag_days: 20,
            last_period: None,
            basis: Basis::Stated,
            evidence: "letter".into(),
        }),
        items: vec![Item {
            position: 1,
            section: "Patients".into(),
            mandation: Some(Mandation::Mandatory),
            role: ItemRole::Content,
            subject: SubjectId::new("ADMITTED_CARE").unwrap(),
            definition: DefinitionId::new("critical-care-unit-function").unwrap(),
            purpose_kind: PurposeKind::Improvement,
            r#use: "Safety report".into(),
        }],
    }
}

fn new(owner: &str) -> NewCollection {
    NewCollection {
        id: None,
        owner: OdsCode::new(owner).unwrap(),
        sector_path: SectorPath::National,
        content: content(),
    }
}

async fn step(
    test: &TestApp,
    who: &str,
    step: Move,
    id: &CollectionId,
    number: u32,
    reason: &str,
) -> Result<Version> {
    if step == Move::Submit {
        explain_all(test, id, number).await;
    }
    let request = MoveRequest { reason: reason.into(), ..MoveRequest::default() };
    Ok(test.app.make_move(&test.demo(who)?, step, id, number, &request).await?.1)
}

/// Says of every item of a draft of the registrar's why it is asked.
async fn explain_all(test: &TestApp, id: &CollectionId, number: u32) {
    let registrar = test.demo("registrar").unwrap();
    let Ok((_, version)) = test.app.version(&registrar, id, number).await else { return };
    let items = version.content.items.iter();
    let said = items.map(|item| Explanation {
        position: item.position,
        reason: "It is needed weekly.".into(),
        ..Explanation::default()
    });
    // What is no draft is refused, and the move says so better.
    let _ = test.app.explain_items(&registrar, (id, number), "", said.collect(), false).await;
}

/// The audit log proves every change.
async fn assert_sound(test: &TestApp) {
    test.app.sequence_audit().await.unwrap();
    let report = test.app.examine_audit(&test.app.audit_keys(), &[]).await.unwrap();
    assert_eq!(report.problems, []);
}

async fn test_app(backend: Backend) -> TestApp {
    TestApp::sample(backend, Grouping::Families).await.unwrap()
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn from_draft_to_live_and_its_successor(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let (collection, draft) = test.app.create_collection(&registrar, new("X24"), false).await.unwrap();
    assert_eq!(
        (collection.id.as_str(), draft.state, collection.reference),
        ("falls-with-harm", VersionState::Draft, None)
    );
    let id = collection.id;
    assert!(test.app.view().await.unwrap().collection_row(&id).is_none(), "a draft is not published");
    let public = test
        .app
        .collection(&Context { actor: onus_domain::role::Actor::public(), ..registrar.clone() }, &id)
        .await;
    assert!(matches!(public, Err(Error::NotFound { .. })), "nobody else sees a draft");

    step(&test, "registrar", Move::Submit, &id, 1, "").await.unwrap();
    step(&test, "panel-member", Move::StartReview, &id, 1, "").await.unwrap();
    step(&test, "panel-member", Move::Approve, &id, 1, "").await.unwrap();
    let live = step(&test, "registrar", Move::Publish, &id, 1, "").await.unwrap();
    assert_eq!((live.state, live.admission), (VersionState::Live, Admission::Approved));
    let view = test.app.view().await.unwrap();
    let row = view.collection_row(&id).unwrap();
    let reference = row.collection.reference.unwrap().to_string();
    let found = view.look_up_reference(&reference.to_lowercase(), today()).unwrap().unwrap();
    assert_eq!(found.row.collection.id, id);

    let second = test.app.create_draft(&registrar, &id, false).await.unwrap();
    assert_eq!((second.number, second.content.clone()), (2, content()));
    for (who, act) in [
        ("registrar", Move::Submit),
        ("panel-member", Move::StartReview),
        ("panel-chair", Move::Approve),
        ("registrar", Move::Publish),
    ] {
        let before = test.app.view().await.unwrap().collection_row(&id).unwrap().version.number;
        assert_eq!(before, 1, "the live version stays in force while its successor goes through review");
        step(&test, who, act, &id, 2, "").await.unwrap();
    }
    let view = test.app.view().await.unwrap();
    let states: Vec<_> = view.snapshot.versions_of(&id).iter().map(|version| version.state).collect();
    assert_eq!(states, [VersionState::Superseded, VersionState::Live]);
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_is_refused_stores_nothing(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let stamp = test.database.store.stamp().await.unwrap();

    let mut bad = new("X24");
    bad.content.title = String::new();
    bad.content.items[0].definition = DefinitionId::new("no-such-definition").unwrap();
    bad.content.items[0].subject = SubjectId::new("NOBODY").unwrap();
    let Err(Error::Invalid(violations)) = test.app.create_collection(&registrar, bad, false).await else {
        panic!("refused")
    };
    let fields: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields[..3], ["title", "items[0].definition", "items[0].subject"], "all problems at once");

    let of_another = test.app.create_collection(&registrar, new("X26"), false).await;
    assert!(matches!(of_another, Err(Error::PermissionDenied(_))));
    let public = Context { actor: onus_domain::role::Actor::public(), ..registrar.clone() };
    assert!(matches!(
        test.app.create_collection(&public, new("X24"), false).await,
        Err(Error::Unauthenticated(_))
    ));
    test.app.create_collection(&registrar, new("X24"), true).await.unwrap();
    assert_eq!(test.database.store.stamp().await.unwrap(), stamp, "validate_only and refusals store nothing");

    let (collection, draft) = test.app.create_collection(&registrar, new("X24"), false).await.unwrap();
    let id = collection.id;
    let again = test.app.create_collection(&registrar, new("X24"), false).await;
    assert!(matches!(again, Err(Error::AlreadyExists { .. })));
    let impossible = step(&test, "registrar", Move::Publish, &id, 1, "").await;
    assert!(matches!(impossible, Err(Error::Precondition { rule: "VERSION_STATE", .. })), "{impossible:?}");

    let rename = |title: &'static str| move |content: Content| Ok(Content { title: title.into(), ..content });
    let etag = onus_app::drafts::etag(draft.revision);
    let changed = test.app.update_draft(&registrar, (&id, 1), &etag, rename("Falls"), false).await.unwrap();
    let stale = test.app.update_draft(&registrar, (&id, 1), &etag, rename("Trips"), false).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })));
    assert_eq!(
        test.app.version(&registrar, &id, 1).await.unwrap().1,
        changed,
        "a stale write overwrites nothing"
    );

    step(&test, "registrar", Move::Submit, &id, 1, "").await.unwrap();
    let frozen = test.app.update_draft(&registrar, (&id, 1), "", rename("Slips"), false).await;
    assert!(matches!(frozen, Err(Error::Precondition { .. })));
    let second = test.app.create_draft(&registrar, &id, false).await;
    assert!(matches!(second, Err(Error::Precondition { rule: "ONE_OPEN_VERSION", .. })));
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn importing_twice_changes_nothing(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let before = (test.database.store.stamp().await.unwrap(), test.database.store.snapshot().await.unwrap());
    let import =
        onus_exchange::sample::read(&onus_exchange::sample::Files::Embedded, Grouping::Families).unwrap();
    let done = test.app.import(&test.system(), &import).await.unwrap();
    assert_eq!((done.added, done.changed), (0, 0));
    assert!(done.unchanged > 8_000);
    assert_eq!(
        before,
        (test.database.store.stamp().await.unwrap(), test.database.store.snapshot().await.unwrap())
    );
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn a_registered_definition_is_matched_at_once_as_the_whole_registry_would_be(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let mut twin = test
        .app
        .view()
        .await
        .unwrap()
        .definition(&DefinitionId::new("ncdr-metric-477").unwrap())
        .unwrap()
        .clone();
    twin.id = DefinitionId::new("category-1-mean").unwrap();
    twin.external_ids.clear();
    let steward = test.demo("steward").unwrap();
    test.app.create_definition(&steward, twin.clone(), false).await.unwrap();
    let view = test.app.view().await.unwrap();
    let members: Vec<_> =
        view.members_of(&view.concept_of(&twin.id)).map(|member| member.id.to_string()).collect();
    assert_eq!(members, ["category-1-mean", "ncdr-metric-189", "ncdr-metric-477"]);
    let one_by_one = (view.snapshot.matches.clone(), view.snapshot.concepts.clone());
    test.app.match_registry(&test.system(), std::sync::Arc::new(|_, _| {})).await.unwrap();
    let view = test.app.view().await.unwrap();
    assert_eq!(one_by_one, (view.snapshot.matches.clone(), view.snapshot.concepts.clone()));
}
