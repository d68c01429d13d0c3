//! The panel, comply or explain, the light path, renewal, and what the calendar does.

use super::*;
use chrono::NaiveDate;
use onus_app::{
    paging::ListRequest,
    panel::{NewComment, Ticked},
    renewals::NewUse,
};
use onus_domain::{
    organisation::{Organisation, OrganisationKind},
    renewal::Fate,
    review::{CommentAudience, Verdict},
    role::{Actor, Role},
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn somebody(test: &TestApp, account: &str, organisation: Option<&str>, roles: &[Role]) -> Context {
    let actor = Actor {
        account: account.into(),
        organisation: organisation.map(|code| OdsCode::new(code).unwrap()),
        roles: roles.iter().copied().collect(),
    };
    Context { actor, ..test.system() }
}

fn fields<T: std::fmt::Debug>(answer: Result<T>) -> Vec<String> {
    match answer {
        Err(Error::Invalid(all)) => all.into_iter().map(|v| format!("{} {}", v.field, v.rule)).collect(),
        other => panic!("{other:?}"),
    }
}

/// Leads a draft to APPROVED.
async fn approve(test: &TestApp, id: &CollectionId, number: u32) -> Version {
    for (who, act) in [("registrar", Move::Submit), ("panel-member", Move::StartReview)] {
        step(test, who, act, id, number, "").await.unwrap();
    }
    step(test, "panel-chair", Move::Approve, id, number, "").await.unwrap()
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_is_asked_already_is_explained_and_the_report_is_kept(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let id = test.app.create_collection(&registrar, new("X24"), false).await.unwrap().0.id;
    let submit = MoveRequest::default();
    let refused = test.app.submit(&registrar, &id, 1, &submit).await;
    assert_eq!(fields(refused), ["items[0] COMPLY_OR_EXPLAIN"]);
    let round = test.app.make_move(&registrar, Move::Submit, &id, 1, &submit).await;
    assert_eq!(fields(round), ["items[0] COMPLY_OR_EXPLAIN"], "there is no way round");
    let now = test.app.duplicate_report(&registrar, &id, 1).await.unwrap();
    assert_eq!((now.duplicates(), now.number), (1, 0));

    explain_all(&test, &id, 1).await;
    let submitted = test.app.submit(&registrar, &id, 1, &submit).await.unwrap();
    assert_eq!((submitted.version.state, submitted.report.number), (VersionState::Submitted, 1));
    let item = &submitted.report.items[0];
    assert_eq!(item.explanation.as_ref().unwrap().reason, "It is needed weekly.");
    assert!(item.hits[0].asked_by.iter().any(|asker| asker.shared_respondents > 0), "{item:?}");
    assert!(submitted.report.burden.hours > 0.0 && submitted.report.burden.respondents > 0);
    assert_eq!(submitted.report.burden.method, onus_domain::statement::Method::Assumed);
    let panel = test.demo("panel-member").unwrap();
    assert_eq!(test.app.duplicate_report(&panel, &id, 1).await.unwrap(), submitted.report, "as it was made");
    let stranger = test.app.duplicate_report(&test.demo("provider").unwrap(), &id, 1).await;
    assert!(matches!(stranger, Err(Error::NotFound { .. })), "{stranger:?}");

    // Sent back and submitted again it has another report, and who submitted it first may not approve it either.
    let (x, y) = (
        somebody(&test, "x", Some("X24"), &[Role::Registrar, Role::PanelChair]),
        somebody(&test, "y", Some("X24"), &[Role::Registrar]),
    );
    let request = MoveRequest { reason: "say more".into(), ..MoveRequest::default() };
    for (who, act) in [(&panel, Move::StartReview), (&panel, Move::Return), (&x, Move::Redraft)] {
        test.app.make_move(who, act, &id, 1, &request).await.unwrap();
    }
    assert_eq!(test.app.submit(&x, &id, 1, &submit).await.unwrap().report.number, 2);
    for (who, act) in [(&panel, Move::StartReview), (&panel, Move::Return), (&y, Move::Redraft)] {
        test.app.make_move(who, act, &id, 1, &request).await.unwrap();
    }
    test.app.submit(&y, &id, 1, &submit).await.unwrap();
    test.app.make_move(&panel, Move::StartReview, &id, 1, &request).await.unwrap();
    for step in [Move::Approve, Move::ApproveEmergency] {
        let own = test.app.make_move(&x, step, &id, 1, &request).await;
        assert!(matches!(&own, Err(Error::PermissionDenied(said)) if said.contains("four eyes")), "{own:?}");
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn the_panel_has_a_queue_rulings_conditions_and_comments(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let (member, chair) = (test.demo("panel-member").unwrap(), test.demo("panel-chair").unwrap());
    let mut ids = vec![];
    for (at, title) in ["Falls with harm", "Falls without harm"].into_iter().enumerate() {
        test.turn_to(day(&format!("2026-11-{}", 10 + at)));
        let mut one = new("X24");
        one.content.title = title.into();
        let registrar = test.demo("registrar").unwrap();
        let id = test.app.create_collection(&registrar, one, false).await.unwrap().0.id;
        step(&test, "registrar", Move::Submit, &id, 1, "").await.unwrap();
        ids.push(id);
    }
    test.turn_to(today());
    let queue = async |order_by: &str, filter: &str| {
        let request =
            ListRequest { order_by: order_by.into(), filter: filter.into(), ..ListRequest::default() };
        let page = test.app.list_queue(&member, &request).await.unwrap();
        page.rows.iter().map(|row| row.title.clone()).collect::<Vec<_>>()
    };
    assert_eq!(queue("", "").await, ["Falls with harm", "Falls without harm"], "longest waiting first");
    assert_eq!(queue("age desc", "").await, ["Falls without harm", "Falls with harm"]);
    assert_eq!(queue("hours", "title : without").await, ["Falls without harm"]);
    assert_eq!(queue("pounds", "state = IN_REVIEW").await, Vec::<String>::new());
    let denied = test.app.list_queue(&registrar, &ListRequest::default()).await;
    assert!(matches!(denied, Err(Error::PermissionDenied(_))));

    let id = &ids[0];
    let say = async |who: &Context, audience, text: &str| {
        let new = NewComment { position: Some(1), audience, text: text.into() };
        test.app.add_comment(who, (id, 1), new, false).await
    };
    say(&member, CommentAudience::OwnerAndPanel, "Why weekly?").await.unwrap();
    say(&chair, CommentAudience::Panel, "Let us ask the providers.").await.unwrap();
    say(&registrar, CommentAudience::OwnerAndPanel, "Because winter is.").await.unwrap();
    assert!(matches!(say(&registrar, CommentAudience::Panel, "?").await, Err(Error::PermissionDenied(_))));
    let read = async |who: &Context| {
        let page = test.app.list_comments(who, id, 1, &ListRequest::default()).await.unwrap();
        page.rows.len()
    };
    assert_eq!((read(&member).await, read(&registrar).await), (3, 2), "the panel's own words stay its own");

    test.app.make_move(&member, Move::StartReview, id, 1, &MoveRequest::default()).await.unwrap();
    let with = MoveRequest {
        reason: "Useful.".into(),
        conditions: vec!["The specification is published first.".into()],
        ..MoveRequest::default()
    };
    let (collection, approved) = test.app.make_move(&chair, Move::Approve, id, 1, &with).await.unwrap();
    assert!(collection.reference.is_some());
    assert_eq!(approved.conditions, with.conditions);
    let rulings = test.app.list_reviews(&registrar, id, 1, &ListRequest::default()).await.unwrap().rows;
    assert_eq!(rulings.len(), 1);
    let ruling = &rulings[0];
    assert_eq!((ruling.verdict, ruling.reviewer.as_str()), (Verdict::Approve, "demo-panel-chair"));
    assert_eq!((&ruling.conditions, ruling.expires_on), (&with.conditions, approved.expires_on));
    let published = test.app.view().await.unwrap();
    assert_eq!(published.snapshot.versions_of(id)[0].conditions, with.conditions, "everybody reads them");
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn a_local_commissioners_request_is_checked_at_once(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let commissioner = Organisation {
        code: OdsCode::new("QZ9").unwrap(),
        name: "NHS Testshire ICB".into(),
        kind: OrganisationKind::Commissioner,
        provider_type: None,
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    };
    test.app.create_organisation(&test.demo("admin").unwrap(), commissioner, false).await.unwrap();
    let local = somebody(&test, "icb", Some("QZ9"), &[Role::Registrar]);
    let register = async |title: &str, definitions: &[&str]| {
        let mut one = new("QZ9");
        one.sector_path = SectorPath::Local;
        one.content.title = title.into();
        let item = one.content.items[0].clone();
        one.content.items = (1..)
            .zip(definitions)
            .map(|(position, definition)| Item {
                position,
                definition: DefinitionId::new(*definition).unwrap(),
                ..item.clone()
            })
            .collect();
        let id = test.app.create_collection(&local, one, false).await.unwrap().0.id;
        let said = (1..).zip(definitions).map(|(position, _)| Explanation {
            position,
            reason: "Ours is weekly.".into(),
            ..Explanation::default()
        });
        test.app.explain_items(&local, (&id, 1), "", said.collect(), false).await.unwrap();
        test.app.submit(&local, &id, 1, &MoveRequest::default()).await.unwrap()
    };
    let referred = register("Unit functions", &["critical-care-unit-function"]).await;
    assert_eq!(referred.version.state, VersionState::Submitted);
    assert!(referred.report.referred.contains("1 of 1"), "{}", referred.report.referred);
    let rulings = async |id: &CollectionId| {
        let page = test.app.list_reviews(&local, id, 1, &ListRequest::default()).await.unwrap();
        page.rows.into_iter().map(|row| (row.verdict, row.reviewer)).collect::<Vec<_>>()
    };
    assert_eq!(rulings(&referred.collection.id).await, [(Verdict::Refer, "system".to_owned())]);

    let view = test.app.view().await.unwrap();
    let unasked = view.snapshot.definitions.iter().find(|definition| {
        let concept = view.concept_of(&definition.id);
        let asked = view.members_of(&concept).any(|member| view.asked_in(&member.id).next().is_some());
        !asked && view.matches_of(&definition.id).is_empty()
    });
    let unasked = unasked.unwrap().id.to_string();
    let passed = register("Nobody asks this", &[&unasked]).await;
    assert_eq!(
        (passed.version.state, passed.version.admission),
        (VersionState::Approved, Admission::LightPath),
        "{:?}",
        passed.report
    );
    let id = &passed.collection.id;
    assert!(passed.collection.reference.is_some());
    assert_eq!(rulings(id).await, [(Verdict::ApproveLight, "system".to_owned())]);
    let entries =
        test.database.store.audit_of(&format!("collections/{id}/versions/1"), None, 100).await.unwrap();
    let acts: Vec<_> = entries.iter().map(|one| (one.action.as_str(), one.actor.as_str())).collect();
    assert!(acts.contains(&("version.submit", "icb")), "{acts:?}");
    assert!(acts.contains(&("version.approve_light", "system")), "{acts:?}");
    test.app.make_move(&local, Move::Publish, id, 1, &MoveRequest::default()).await.unwrap();
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_is_not_used_lapses_unless_it_is_kept(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let mut three = new("X24");
    let item = three.content.items[0].clone();
    let definitions = ["critical-care-unit-function", "critical-care-start-date", "critical-care-start-time"];
    three.content.items = (1..)
        .zip(definitions)
        .map(|(position, id)| Item { position, definition: DefinitionId::new(id).unwrap(), ..item.clone() })
        .collect();
    let id = test.app.create_collection(&registrar, three, false).await.unwrap().0.id;
    approve(&test, &id, 1).await;
    step(&test, "registrar", Move::Publish, &id, 1, "").await.unwrap();
    let new = NewUse { positions: vec![1], used_on: today(), what: "Winter plan 2026".into() };
    test.app.record_use(&registrar, (&id, 1), new, false).await.unwrap();
    let bad = NewUse { positions: vec![9, 9], used_on: day("2030-01-01"), what: String::new() };
    assert_eq!(
        fields(test.app.record_use(&registrar, (&id, 1), bad, false).await),
        ["positions[0] KNOWN", "positions[1] UNIQUE", "positions[1] KNOWN"]
    );

    let keep = [(3, "The coroner asks for it.".to_owned())];
    let (renewal, lines) = test.app.renew_version(&registrar, (&id, 1), "", &keep, false).await.unwrap();
    assert_eq!((renewal.number, renewal.renews), (2, Some(1)));
    let fates: Vec<_> = lines.iter().map(|line| line.fate).collect();
    assert_eq!(fates, [Fate::Stays, Fate::Lapses, Fate::Kept]);
    let positions: Vec<_> = renewal.content.items.iter().map(|item| item.position).collect();
    assert_eq!(positions, [1, 3]);

    // What lapsed and is taken back in needs a reason before the renewal can be submitted.
    let back = item_of(&test, &id, 2).await;
    let edit = |mut content: Content| {
        content.items.push(back.clone());
        Ok(content)
    };
    test.app.update_draft(&registrar, (&id, 2), "", edit, false).await.unwrap();
    explain_some(&test, &id, 2, &[1, 2]).await;
    let refused = test.app.submit(&registrar, &id, 2, &MoveRequest::default()).await;
    assert_eq!(fields(refused), ["items[1] USE_IT_OR_LOSE_IT"], "its place among the items is the second");
    let drop = |mut content: Content| {
        content.items.retain(|item| item.position != 2);
        Ok(content)
    };
    test.app.update_draft(&registrar, (&id, 2), "", drop, false).await.unwrap();
    test.app.submit(&registrar, &id, 2, &MoveRequest::default()).await.unwrap();
    let (_, seen) = test.app.renewal(&test.demo("panel-member").unwrap(), &id, 2).await.unwrap();
    assert_eq!(seen[0].uses[0].what, "Winter plan 2026", "the panel sees each item's recorded use");
    assert_eq!(seen[2].keep_reason, "The coroner asks for it.");

    let (_, _, diff) = test.app.compare_versions(&registrar, &id, None, 2).await.unwrap();
    let gone: Vec<_> = diff.removed.iter().map(|item| item.position).collect();
    assert_eq!((gone, diff.added.len(), diff.changed.len(), diff.fields.len()), (vec![2], 0, 0, 0));
    decide_on_those_ticked(&test, &id).await;
    assert_sound(&test).await;
}

/// Of a collection whose version 2 is a submitted renewal that asks nothing new.
async fn decide_on_those_ticked(test: &TestApp, renewal: &CollectionId) {
    let (registrar, member) = (test.demo("registrar").unwrap(), test.demo("panel-member").unwrap());
    let mut other = new("X24");
    other.content.title = "No renewal".into();
    let other = test.app.create_collection(&registrar, other, false).await.unwrap().0.id;
    step(test, "registrar", Move::Submit, &other, 1, "").await.unwrap();
    let queue = test.app.list_queue(&member, &ListRequest::default()).await.unwrap().rows;
    let ticked = |id: &CollectionId| {
        let row = queue.iter().find(|row| row.collection.id == *id).unwrap();
        let filed_at = row.filed.as_ref().map(|filed| filed.at);
        Ticked { collection: id.clone(), number: row.number, filed_at }
    };
    let (renewal, other) = (ticked(renewal), ticked(&other));
    let rule = async |step, ticked: &Ticked| match test.app.move_ticked(&member, step, ticked).await {
        Err(Error::Precondition { rule, .. }) => rule,
        made => panic!("{made:?}"),
    };
    let unseen = Ticked { filed_at: None, ..renewal.clone() };
    assert_eq!(rule(Move::StartReview, &unseen).await, "AS_SHOWN");
    assert_eq!(
        rule(Move::Approve, &renewal).await,
        "VERSION_STATE",
        "nothing is approved before it is taken up"
    );
    let denied = test.app.move_ticked(&registrar, Move::StartReview, &renewal).await;
    assert!(matches!(denied, Err(Error::PermissionDenied(_))), "{denied:?}");
    for one in [&renewal, &other] {
        test.app.move_ticked(&member, Move::StartReview, one).await.unwrap();
    }
    assert_eq!(rule(Move::Approve, &other).await, "ROUTINE_RENEWAL");
    let approved = test.app.move_ticked(&member, Move::Approve, &renewal).await.unwrap();
    assert_eq!(approved.state, VersionState::Approved);
    assert_eq!(rule(Move::Approve, &renewal).await, "AS_SHOWN", "it waits no more");
}

async fn item_of(test: &TestApp, id: &CollectionId, position: u32) -> Item {
    let registrar = test.demo("registrar").unwrap();
    let version = test.app.version(&registrar, id, 1).await.unwrap().1;
    version.content.items.into_iter().find(|item| item.position == position).unwrap()
}

async fn explain_some(test: &TestApp, id: &CollectionId, number: u32, positions: &[u32]) {
    let registrar = test.demo("registrar").unwrap();
    let said = positions.iter().map(|position| Explanation {
        position: *position,
        reason: "It is needed weekly.".into(),
        ..Explanation::default()
    });
    test.app.explain_items(&registrar, (id, number), "", said.collect(), false).await.unwrap();
}

#[tokio::test]
async fn a_mistyped_reference_is_told_what_it_may_have_been_meant_for() {
    let test = test_app(Backend::Sqlite).await;
    let view = test.app.view().await.unwrap();
    let reference = view.collection_rows().find_map(|row| row.collection.reference).unwrap().to_string();
    let mistyped = format!("{}{}", &reference[..9], if reference.ends_with('Z') { 'Y' } else { 'Z' });
    let Err(Error::Invalid(refused)) = view.look_up_reference(&mistyped, today()).map(drop) else {
        panic!("found")
    };
    assert!(refused[0].expected.contains(&reference), "{refused:?}");
    assert!(view.near_references(&mistyped).iter().any(|near| near.to_string() == reference));
}
