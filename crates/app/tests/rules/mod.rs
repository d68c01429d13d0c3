//! Rules that hold on every way of writing: what may be deleted, suspended, imported and stated.

use super::*;
use chrono::NaiveDate;
use onus_burden::{
    Hours, Pence, Ratio,
    scm::{Estimate, with_overhead_percent},
    validate::DeclaredEstimate,
};
use onus_domain::{
    Decimal, Violation,
    definition::DefinitionKind,
    role::{Actor, Role},
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
    version::Spell,
};
use onus_exchange::sample::{Files, Import};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn violations<T: std::fmt::Debug>(answer: Result<T>) -> Vec<Violation> {
    match answer {
        Err(Error::Invalid(violations)) => violations,
        other => panic!("{other:?}"),
    }
}

fn fields<T: std::fmt::Debug>(answer: Result<T>) -> Vec<String> {
    let said = |violation: Violation| format!("{} {}", violation.field, violation.rule);
    violations(answer).into_iter().map(said).collect()
}

/// Leads a draft through the panel into force.
async fn publish(test: &TestApp, id: &CollectionId, number: u32) {
    for (who, act) in [
        ("registrar", Move::Submit),
        ("panel-member", Move::StartReview),
        ("panel-chair", Move::Approve),
        ("registrar", Move::Publish),
    ] {
        step(test, who, act, id, number, "because").await.unwrap();
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn a_draft_is_deleted_and_a_collection_with_its_only_one(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let (collection, draft) = test.app.create_collection(&registrar, new("X24"), false).await.unwrap();
    let id = collection.id;
    let etag = onus_app::drafts::etag(draft.revision);
    let delete = async |who: &Context, number, etag: &str, validate_only| {
        test.app.delete_draft(who, (&id, number), etag, validate_only).await
    };
    let stale = delete(&registrar, 1, "\"9\"", false).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    let denied = delete(&test.demo("panel-chair").unwrap(), 1, "", false).await;
    assert!(matches!(denied, Err(Error::PermissionDenied(_))), "{denied:?}");
    let hidden = delete(&test.demo("provider").unwrap(), 1, "", false).await;
    assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
    delete(&registrar, 1, &etag, true).await.unwrap();
    assert_eq!(test.app.version(&registrar, &id, 1).await.unwrap().1, draft, "trying deletes nothing");

    delete(&registrar, 1, &etag, false).await.unwrap();
    assert!(matches!(test.app.collection(&registrar, &id).await, Err(Error::NotFound { .. })));
    for (resource, action) in [
        (format!("collections/{id}"), "collection.delete"),
        (format!("collections/{id}/versions/1"), "version.delete"),
    ] {
        let entries = test.database.store.audit_of(&resource, None, 10).await.unwrap();
        let deleted = entries.iter().find(|entry| entry.action == action).unwrap();
        assert!(deleted.before_digest.is_some() && deleted.after_digest.is_none(), "{deleted:?}");
    }

    // Its name is free again; beside a version in force, only the draft goes.
    test.app.create_collection(&registrar, new("X24"), false).await.unwrap();
    publish(&test, &id, 1).await;
    let frozen = delete(&registrar, 1, "", false).await;
    assert!(matches!(frozen, Err(Error::Precondition { rule: "VERSION_STATE", .. })), "{frozen:?}");
    test.app.create_draft(&registrar, &id, false).await.unwrap();
    delete(&registrar, 2, "", false).await.unwrap();
    let (_, left) = test.app.collection(&registrar, &id).await.unwrap();
    assert_eq!(left.iter().map(|version| version.number).collect::<Vec<_>>(), [1]);
    assert_eq!(test.app.create_draft(&registrar, &id, false).await.unwrap().number, 2);
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_was_not_asked_while_suspended_stays_unasked(#[case] backend: Backend) {
    let test = test_app(backend).await;
    test.turn_to(day("2026-03-01"));
    let registrar = test.demo("registrar").unwrap();
    let mut first = new("X24");
    first.content.schedule.as_mut().unwrap().first_period = day("2026-03-01");
    let id = test.app.create_collection(&registrar, first, false).await.unwrap().0.id;
    publish(&test, &id, 1).await;
    for (on, act) in [("2026-05-10", Move::Suspend), ("2026-07-10", Move::Resume)] {
        test.turn_to(day(on));
        step(&test, "registrar", act, &id, 1, "a pause").await.unwrap();
    }
    test.turn_to(today());
    let view = test.app.view().await.unwrap();
    let version = view.collection_row(&id).unwrap().version;
    assert_eq!((version.state, version.live_to), (VersionState::Live, None));
    assert_eq!(
        version.suspensions,
        [Spell { from: day("2026-05-10"), to: Some(day("2026-07-10")) }],
        "as the database keeps it"
    );
    let r0a =
        view.snapshot.organisations.iter().find(|o| o.provider_type == Some(ProviderType::Acute)).unwrap();
    let owed = view.obligations(&r0a.code, day("2026-03-01"), day("2026-10-31")).unwrap();
    let periods: Vec<_> = owed
        .iter()
        .filter(|owed| owed.obligation.collection == id)
        .map(|owed| owed.obligation.period_end.to_string())
        .collect();
    assert_eq!(periods, ["2026-03-31", "2026-04-30", "2026-07-31", "2026-08-31", "2026-09-30"]);

    let files = onus_exchange::registry::export(&view.snapshot, &[], &[]).unwrap();
    let file = |name: &str| {
        let (_, bytes) = files.iter().find(|(file, _)| file == name).unwrap();
        String::from_utf8(bytes.clone()).unwrap()
    };
    let exported = file("versions.csv");
    let row = exported.lines().find(|line| line.starts_with(id.as_str())).unwrap();
    assert!(row.ends_with(",2026-05-10/2026-07-10"), "{row}");
    let span = |row: &&str| row.starts_with(id.as_str()) && row.contains(r0a.code.as_str());
    let respondents = file("respondents.csv");
    let spans: Vec<_> = respondents.lines().filter(span).collect();
    assert_eq!(spans.len(), 2, "{spans:?}");
}

#[tokio::test]
async fn a_successor_takes_the_place_of_what_it_follows_and_of_nothing_else() {
    let test = test_app(Backend::Sqlite).await;
    let registrar = test.demo("registrar").unwrap();
    let id = test.app.create_collection(&registrar, new("X24"), false).await.unwrap().0.id;
    publish(&test, &id, 1).await;
    for number in [2, 3] {
        test.app.create_draft(&registrar, &id, false).await.unwrap();
        for (who, act) in
            [("registrar", Move::Submit), ("panel-member", Move::StartReview), ("panel-chair", Move::Approve)]
        {
            step(&test, who, act, &id, number, "because").await.unwrap();
        }
    }
    let publish_on = async |number, live_from: &str, validate_only| {
        let live_from = Some(day(live_from));
        let request = MoveRequest { live_from, validate_only, ..MoveRequest::default() };
        test.app.make_move(&registrar, Move::Publish, &id, number, &request).await
    };
    let yesterday = fields(publish_on(3, "2026-11-22", true).await);
    assert_eq!(yesterday, ["live_from RANGE"; 2], "before today, and before what it follows began");
    publish_on(3, "2026-11-23", false).await.unwrap();
    let (_, versions) = test.app.collection(&registrar, &id).await.unwrap();
    assert_eq!(versions[0].live_to, Some(day("2026-11-23")));
    // What was approved before it and has not begun no longer can.
    assert_eq!((versions[1].state, versions[1].live_from), (VersionState::Superseded, None));
    let older = publish_on(2, "2026-12-01", false).await;
    assert!(matches!(older, Err(Error::Precondition { rule: "VERSION_STATE", .. })), "{older:?}");
}

fn sample() -> Import {
    onus_exchange::sample::read(&Files::Embedded, Grouping::Families).unwrap()
}

#[tokio::test]
async fn an_admin_alone_imports_what_has_ended_too() {
    let test = TestApp::empty(Backend::Sqlite).await;
    let roles = BTreeSet::from([Role::Admin]);
    let admin = test.app.context(Actor { account: "admin".into(), organisation: None, roles });
    test.app.import(&admin, &sample()).await.unwrap();
    let versions = test.database.store.snapshot().await.unwrap().versions;
    let ended = versions.iter().filter(|version| version.state == VersionState::Superseded);
    assert!(ended.clone().count() > 0 && ended.clone().all(|version| version.live_to.is_some()));
}

#[tokio::test]
async fn an_import_keeps_the_rules_of_every_other_way_of_writing() {
    let test = TestApp::empty(Backend::Sqlite).await;
    let mut import = sample();
    let organisation = import.organisations[0].code.clone();
    import.organisations[0].name = "x".repeat(201);
    import.subjects[0].name = " ".into();
    let subject = import.subjects[0].id.clone();
    let metric = import.definitions.iter_mut().find(|one| one.kind == DefinitionKind::Metric).unwrap();
    metric.unit = "u".repeat(401);
    let definition = metric.id.clone();
    let collection = &mut import.collections[0];
    let content = &mut collection.versions[0].content;
    content.title = "a\u{0}".into();
    content.items[1].r#use = "x".repeat(4_001);
    content.items[2].position = content.items[0].position;
    content.respondents.as_mut().unwrap().evidence = "x".repeat(4_001);
    content.schedule.as_mut().unwrap().due_lag_days = 10_000;
    let version = format!("collections/{}/versions/1", collection.id);
    let refused = fields(test.app.import(&test.system(), &import).await);
    assert_eq!(
        refused,
        [
            format!("organisations/{organisation}.name LENGTH"),
            format!("subjects/{subject}.name REQUIRED"),
            format!("definitions/{definition}.unit LENGTH"),
            format!("{version}.title CONTROL_CHARACTER"),
            format!("{version}.items[1].use LENGTH"),
            format!("{version}.items[2].position UNIQUE"),
            format!("{version}.respondents.evidence LENGTH"),
            format!("{version}.schedule.due_lag_days RANGE"),
        ]
    );
    assert!(test.database.store.organisations().await.unwrap().is_empty(), "nothing is stored");
}

fn statement(id: &CollectionId) -> BurdenStatement {
    BurdenStatement {
        collection: id.clone(),
        version: 1,
        from_date: today(),
        method: Method::Declared,
        lines: vec![CostLine {
            activity: Activity::Extraction,
            staff_role: StaffRole::DataClerk,
            basis: LineBasis::PerSubmission,
            minutes: Decimal::from_whole(90),
            unit_measure: None,
            unit_size: None,
            life_months: None,
            external_pence: 0,
        }],
    }
}

/// 3,546 respondents once half an hour, at 63.45 pounds and overheads of 110 per cent, declared at so many pence.
fn estimate(cost: u64) -> DeclaredEstimate {
    DeclaredEstimate {
        line: Estimate {
            respondents: 3_546,
            responses_each: Ratio::whole(1),
            hours_each: Hours::from_decimal("0.5".parse().unwrap()),
        },
        returning: 0,
        credit_each: Hours::zero(),
        pay_per_hour: Pence::whole(6_345),
        overheads: with_overhead_percent(&Ratio::whole(110)),
        hours: Some(Hours::whole(1_773)),
        cost: Some(Pence::whole(cost)),
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_is_stated_is_recomputed_and_of_a_version_that_goes_on(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let registrar = test.demo("registrar").unwrap();
    let id = test.app.create_collection(&registrar, new("X24"), false).await.unwrap().0.id;
    let state = async |stated: BurdenStatement, estimates: &[DeclaredEstimate]| {
        test.app.state_burden(&registrar, stated, estimates, false).await
    };
    let returning = DeclaredEstimate { returning: 3_547, ..estimate(23_624_339) };
    let mut daily = statement(&id);
    daily.from_date = day("1926-11-23");
    daily.lines.push(CostLine { minutes: Decimal::from_whole(44_640), ..daily.lines[0].clone() });
    let wrong = fields(state(daily, &[estimate(23_624_339), estimate(23_801_639), returning]).await);
    assert_eq!(
        wrong,
        [
            "from_date RANGE",
            "lines HOURS_OF_A_MONTH",
            "estimates[1].cost_pence HOURS_ADDED_TO_MONEY",
            "estimates[2].returning RETURNING",
        ]
    );
    assert!(test.database.store.read(async |tx| tx.statements_of(&id, 1).await).await.unwrap().is_empty());

    state(statement(&id), &[estimate(23_624_339)]).await.unwrap();
    publish(&test, &id, 1).await;
    let later = BurdenStatement { from_date: day("2026-11-24"), ..statement(&id) };
    state(later, &[]).await.unwrap();
    step(&test, "registrar", Move::Retire, &id, 1, "done").await.unwrap();
    let over = BurdenStatement { from_date: day("2026-11-25"), ..statement(&id) };
    let over = state(over, &[]).await;
    assert!(matches!(over, Err(Error::Precondition { rule: "VERSION_STATE", .. })), "{over:?}");
}

#[tokio::test]
async fn drafts_keep_their_bounds_and_what_names_nobody_is_not_submitted() {
    let test = test_app(Backend::Sqlite).await;
    let registrar = test.demo("registrar").unwrap();
    let mut wrong = new("X24");
    wrong.content.items[0].section = "x".repeat(401);
    wrong.content.schedule.as_mut().unwrap().last_period = today().pred_opt();
    let wrong = fields(test.app.create_collection(&registrar, wrong, false).await);
    assert_eq!(wrong, ["items[0].section LENGTH", "schedule.last_period ORDER"]);

    let mut nobody = new("X24");
    nobody.content.respondents.as_mut().unwrap().provider_types.clear();
    let id = test.app.create_collection(&registrar, nobody, false).await.unwrap().0.id;
    assert_eq!(fields(step(&test, "registrar", Move::Submit, &id, 1, "").await), ["respondents REQUIRED"]);
}
