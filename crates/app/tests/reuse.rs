//! Reuse agreements and consultations through the application, on both databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod answered;
mod consultation;

use chrono::NaiveDate;
use onus_app::{
    Context, View,
    drafts::etag,
    paging::ListRequest,
    reuse::{NewReuse, ReuseMoveRequest},
};
use onus_burden::NationalMonth;
use onus_domain::{
    CollectionId, Error, Month, OdsCode, Result,
    collection::Collection,
    item::{Item, ItemRole},
    organisation::OrganisationKind,
    reuse::{ReuseAgreement, ReuseMove, ReuseState, WarningKind},
    role::{Actor, Role},
    schedule::Frequency,
    version::Version,
};
use onus_exchange::sample::Grouping;
use onus_testkit::{Backend, TestApp, today};
use rstest::rstest;
use std::{collections::BTreeSet, path::PathBuf, process::Command};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn october() -> Month {
    "2026-10".parse().unwrap()
}

async fn test_app(backend: Backend) -> TestApp {
    TestApp::sample(backend, Grouping::Families).await.unwrap()
}

/// Somebody with a role who acts for an organisation, now.
fn who(test: &TestApp, role: Role, organisation: &str) -> Context {
    test.app.context(Actor {
        account: format!("{role} of {organisation}").to_lowercase(),
        organisation: Some(organisation.parse().unwrap()),
        roles: BTreeSet::from([role]),
    })
}

/// A collection that asks what another body's asks of the same providers, with the item that does.
struct Twice {
    collection: CollectionId,
    recipient: OdsCode,
    holder: OdsCode,
    position: u32,
}

/// Registers a collection that asks, for another body, two items of one that is asked every month.
async fn ask_again(test: &TestApp) -> Twice {
    let snapshot = test.app.store().snapshot().await.unwrap();
    let counted = |item: &&Item| item.role == ItemRole::Content && item.is_asked();
    let monthly = |version: &&Version| {
        let schedule = version.content.schedule.as_ref();
        version.in_force(today())
            && version.in_force(day("2025-01-01"))
            && schedule.is_some_and(|schedule| schedule.frequency == Frequency::Monthly)
            && version.content.items.iter().filter(counted).count() > 1
            && snapshot.respondents(version).next().is_some()
    };
    let asked = snapshot.versions.iter().find(monthly).expect("the sample asks something every month");
    let holder = snapshot.collection(&asked.collection).unwrap();
    let bodies = snapshot.organisations.iter().filter(|one| one.kind == OrganisationKind::NationalBody);
    let recipient = bodies.map(|one| one.code.clone()).find(|code| *code != holder.owner).unwrap();
    let id: CollectionId = "asked-again".parse().unwrap();
    let mut again = Version { collection: id.clone(), number: 1, ..asked.clone() };
    again.content.items = asked.content.items.iter().filter(counted).take(2).cloned().collect();
    let position = again.content.items[0].position;
    let owner = recipient.clone();
    let collection = Collection { id: id.clone(), owner, reference: None, source_id: None, ..holder.clone() };
    let (versions, collections) = (&[again], &[collection]);
    let written = test.app.store().write(async |tx| {
        tx.insert_collections(collections).await?;
        tx.insert_versions(versions).await
    });
    written.await.unwrap();
    Twice { collection: id, recipient, holder: holder.owner.clone(), position }
}

fn new(twice: &Twice) -> NewReuse {
    NewReuse {
        collection: twice.collection.clone(),
        version: 1,
        positions: vec![twice.position],
        holder: Some(twice.holder.clone()),
        from: None,
        to: None,
        grain: String::new(),
        legal_basis: "Health and Social Care Act 2012, section 274".into(),
        purpose: String::new(),
    }
}

async fn make(
    test: &TestApp,
    who: &Context,
    step: ReuseMove,
    agreement: &ReuseAgreement,
    on: Option<&str>,
) -> Result<ReuseAgreement> {
    let request = ReuseMoveRequest {
        etag: String::new(),
        reason: "because".into(),
        on: on.map(day),
        validate_only: false,
    };
    test.app.move_reuse(who, step, agreement.id, &request).await
}

/// A list of what `who` sees that passes the filter.
async fn listed(test: &TestApp, who: &Context, filter: &str) -> Vec<ReuseAgreement> {
    let request = ListRequest { filter: filter.into(), ..ListRequest::default() };
    let page = test.app.list_reuse(who, &request).await.unwrap();
    page.rows.into_iter().map(|row| row.agreement).collect()
}

async fn figures(test: &TestApp, month: Month) -> (NationalMonth, u64) {
    let view = test.app.view().await.unwrap();
    let bodies = view.burden.body_months(month);
    (view.burden.national_month(month), bodies.iter().map(|body| body.reuse_facts).sum())
}

/// What an outsider computes from the export: asks, plain and strict facts, facts met by reuse.
async fn recomputed(test: &TestApp, month: Month) -> [u64; 4] {
    let folder = tempfile::tempdir().unwrap();
    test.app.export_registry(folder.path()).await.unwrap();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let python = std::env::var_os("ONUS_TEST_PYTHON").map(PathBuf::from);
    let python = python.unwrap_or_else(|| root.join("target/venv/bin/python"));
    assert!(python.is_file(), "{} is missing; run: cargo xtask needs", python.display());
    let mut command = Command::new(python);
    command.arg(root.join("tests/client/recompute.py")).arg(folder.path()).arg(month.to_string());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let reuse = found["reuse_facts"].as_object().unwrap().values().map(|facts| facts.as_u64().unwrap());
    let figure = |name: &str| found[name].as_u64().unwrap();
    [figure("asks"), figure("facts_plain"), figure("facts_strict"), reuse.sum()]
}

fn counts((national, reuse): &(NationalMonth, u64)) -> [u64; 4] {
    let content = national.content();
    [content.asks, content.facts_plain, content.facts_strict, *reuse]
}

#[tokio::test]
async fn a_view_after_a_change_is_the_view_made_anew() {
    let test = test_app(Backend::Sqlite).await;
    let (before, month) = (test.app.view().await.unwrap(), october());
    let figures = |view: &View| {
        let burden = &view.burden;
        let sums = (burden.national_month(month), burden.body_months(month), burden.pair_months(month));
        (sums, burden.collection_months(month), burden.provider_months(month))
    };
    // What was asked for before a change is brought after it.
    let known = figures(&before);
    ask_again(&test).await;
    let snapshot = async || test.app.store().snapshot().await.unwrap();
    let after = before.after(snapshot().await, month);
    let anew = View::new(snapshot().await, before.burden.settings(), month);
    assert!(figures(&after) == figures(&anew) && figures(&after) != known);
    let id = "asked-again".parse().unwrap();
    let definitions = after.collection_row(&id).unwrap().version.content.items.iter().map(|i| &i.definition);
    for definition in definitions {
        assert!(after.asked_in(definition).any(|row| row.collection.id == id), "{definition}");
    }
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn from_a_finding_to_the_end_and_what_it_does_to_the_figures(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let twice = ask_again(&test).await;
    let (recipient, holder) = (twice.recipient.as_str(), twice.holder.as_str());
    let before = figures(&test, october()).await;
    assert_eq!(counts(&before)[3], 0);

    test.turn_to(day("2025-12-05"));
    let asks = who(&test, Role::Registrar, recipient);
    let tried = test.app.request_reuse(&asks, new(&twice), true).await.unwrap();
    assert!(listed(&test, &asks, "").await.is_empty(), "trying stores nothing");
    let agreement = test.app.request_reuse(&asks, new(&twice), false).await.unwrap();
    assert_eq!((&agreement.holder, agreement.needs.len()), (&twice.holder, 1));
    let need = &agreement.needs[0];
    assert!(need.position == twice.position && !need.held.is_empty() && need.held == tried.needs[0].held);
    assert!(!agreement.grain.is_empty(), "as the holder asks it");
    // Christmas, Boxing Day and New Year's Day are not counted.
    assert_eq!(agreement.answer_due, day("2026-01-07"));

    let gives = || who(&test, Role::Registrar, holder);
    let queue = format!("holder = {holder} AND state = REQUESTED");
    assert_eq!(listed(&test, &gives(), &queue).await, std::slice::from_ref(&agreement));
    assert!(listed(&test, &who(&test, Role::Registrar, "ZZ9"), "").await.is_empty());
    let stranger = test.app.reuse_agreement(&who(&test, Role::Registrar, "ZZ9"), agreement.id).await;
    assert!(matches!(stranger, Err(Error::NotFound { .. })), "{stranger:?}");
    let twice_asked = test.app.request_reuse(&asks, new(&twice), false).await;
    let Err(Error::Invalid(why)) = twice_asked else { panic!("{twice_asked:?}") };
    assert_eq!((why[0].field.as_str(), why[0].rule.as_str()), ("positions[0]", "UNIQUE"));

    let too_early = make(&test, &gives(), ReuseMove::Deliver, &agreement, None).await;
    assert!(matches!(too_early, Err(Error::Precondition { rule: "REUSE_STATE", .. })), "{too_early:?}");
    test.turn_to(day("2026-01-05"));
    make(&test, &gives(), ReuseMove::Agree, &agreement, None).await.unwrap();
    test.turn_to(today());
    assert_eq!(counts(&figures(&test, october()).await), counts(&before), "nothing came yet");
    test.turn_to(day("2026-02-02"));
    let active = make(&test, &gives(), ReuseMove::Deliver, &agreement, Some("2026-01-30")).await.unwrap();
    assert_eq!((active.state, active.first_delivery), (ReuseState::Active, Some(day("2026-01-30"))));

    test.turn_to(today());
    let public = test.app.context(Actor::public());
    assert_eq!(listed(&test, &public, "state = ACTIVE").await, std::slice::from_ref(&active));
    let during = figures(&test, october()).await;
    let [asks_left, plain, strict, met] = counts(&during);
    assert!(met > 0 && met == counts(&before)[0] - asks_left, "{met} of {asks_left}");
    // What the holder asks of the same providers is still asked once.
    assert_eq!([plain, strict], counts(&before)[1..3]);
    assert!(during.0.hours_12m < before.0.hours_12m && during.0.avoidable_hours < before.0.avoidable_hours);
    assert_eq!(recomputed(&test, october()).await, counts(&during));
    let earlier: Month = "2026-06".parse().unwrap();
    let known = figures(&test, earlier).await;

    test.turn_to(day("2026-08-03"));
    let ended = make(&test, &gives(), ReuseMove::End, &active, None).await.unwrap();
    assert_eq!((ended.state, ended.ends_on), (ReuseState::Ended, Some(day("2026-08-03"))));
    let warnings = test.app.reuse_warnings(&public, &twice.collection, 1).await.unwrap();
    assert_eq!((warnings.len(), warnings[0].kind), (1, WarningKind::Ends));
    assert_eq!((warnings[0].from, &warnings[0].positions[..]), (day("2026-08-03"), &[twice.position][..]));
    test.turn_to(today());
    let after = figures(&test, october()).await;
    assert!(met > after.1 && after.1 > 0, "{} of {met}", after.1);
    assert_eq!(counts(&before)[0] - counts(&after)[0], after.1);
    assert_eq!(
        counts(&figures(&test, earlier).await),
        counts(&known),
        "what was not asked then was not asked"
    );
    assert_eq!(recomputed(&test, october()).await, counts(&after));
    let entries = test.database.store.audit_of(&agreement.name(), None, 10).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["reuse.request", "reuse.agree", "reuse.deliver", "reuse.end"]);
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn silence_is_escalated_once_and_the_panel_rules(#[case] backend: Backend) {
    let test = test_app(backend).await;
    let twice = ask_again(&test).await;
    test.turn_to(day("2026-12-04"));
    // A context keeps its moment: each call has one of its own.
    let asks = || who(&test, Role::Registrar, twice.recipient.as_str());
    let agreement = test.app.request_reuse(&asks(), new(&twice), false).await.unwrap();
    assert_eq!(agreement.answer_due, day("2027-01-06"));
    let panel = || who(&test, Role::PanelMember, "X99");
    let escalate = async |on: &str| {
        test.turn_to(day(on));
        test.app.escalate_overdue_reuse(&test.system()).await.unwrap()
    };
    assert_eq!(escalate("2027-01-06").await, 0);
    let early = make(&test, &panel(), ReuseMove::Refuse, &agreement, None).await;
    assert!(matches!(early, Err(Error::PermissionDenied(_))), "{early:?}");
    assert_eq!([escalate("2027-01-07").await, escalate("2027-01-08").await], [1, 0]);
    let late = listed(&test, &panel(), "escalated = true AND overdue = true").await;
    assert_eq!((late.len(), late[0].escalated_on), (1, Some(day("2027-01-07"))));
    let warned = async || {
        let all = test.app.reuse_warnings(&asks(), &twice.collection, 1).await.unwrap();
        all.into_iter().map(|one| one.kind).collect::<Vec<_>>()
    };
    assert_eq!(warned().await, [WarningKind::Overdue]);

    let stale = ReuseMoveRequest { etag: etag(1), reason: "silence".into(), ..Default::default() };
    let refused = test.app.move_reuse(&panel(), ReuseMove::Refuse, agreement.id, &stale).await;
    assert!(matches!(refused, Err(Error::StaleEtag { .. })), "{refused:?}");
    let said = ReuseMoveRequest { etag: etag(2), ..stale };
    let refused = test.app.move_reuse(&panel(), ReuseMove::Refuse, agreement.id, &said).await.unwrap();
    assert_eq!((refused.state, refused.reason.as_str()), (ReuseState::Refused, "silence"));
    assert_eq!(warned().await, [WarningKind::Refused]);
    // What was refused may be asked for again.
    let again = test.app.request_reuse(&asks(), new(&twice), false).await.unwrap();
    assert!(warned().await.is_empty(), "another agreement stands");
    assert_eq!(listed(&test, &asks(), "state = REQUESTED").await, [again]);
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_said_item_by_item() {
    let test = test_app(Backend::Sqlite).await;
    let twice = ask_again(&test).await;
    let asks = who(&test, Role::Registrar, twice.recipient.as_str());
    let rules = async |change: NewReuse| match test.app.request_reuse(&asks, change, false).await {
        Err(Error::Invalid(all)) => {
            all.into_iter().map(|one| format!("{} {}", one.field, one.rule)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let wrong = NewReuse { positions: vec![twice.position, 0, 90_000], ..new(&twice) };
    assert_eq!(rules(wrong).await, ["positions[1] KNOWN", "positions[2] KNOWN"]);
    assert_eq!(rules(NewReuse { positions: vec![], ..new(&twice) }).await, ["positions REQUIRED"]);
    let other = NewReuse { holder: Some("ZZ9".parse().unwrap()), ..new(&twice) };
    assert_eq!(rules(other).await, ["positions[0] HELD"]);
    let late = NewReuse {
        from: Some("2026-10".parse().unwrap()),
        to: Some("2026-09".parse().unwrap()),
        ..new(&twice)
    };
    assert_eq!(rules(late).await, ["to_month ORDER"]);
    for (role, organisation) in
        [(Role::Registrar, twice.holder.as_str()), (Role::PanelChair, "X99"), (Role::ProviderUser, "R0A")]
    {
        let denied = test.app.request_reuse(&who(&test, role, organisation), new(&twice), false).await;
        assert!(matches!(denied, Err(Error::PermissionDenied(_))), "{role}: {denied:?}");
    }
    let public = test.app.context(Actor::public());
    let unknown = test.app.request_reuse(&public, new(&twice), false).await;
    assert!(matches!(unknown, Err(Error::Unauthenticated(_))), "{unknown:?}");
}
