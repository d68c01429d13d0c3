//! Editions, and the plans that stand in them: made again from what was known, corrected, signed; on both databases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::NaiveDate;
use onus_app::{
    editions::MadeEdition,
    paging::ListRequest,
    plans::{NewPlan, NewTarget},
};
use onus_domain::{
    Basis, Error, Month, OdsCode,
    edition::Edition,
    organisation::{Organisation, OrganisationKind, ProviderType},
    plan::{TargetMeasure, TargetStatus},
};
use onus_exchange::sample::{self, Files, Grouping};
use onus_testkit::{Backend, TestApp};
use ring::signature::{ED25519, UnparsedPublicKey};
use rstest::rstest;
use std::{collections::BTreeSet, sync::Arc};

fn code(text: &str) -> OdsCode {
    OdsCode::new(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Three collections of the sample, and one provider in thirty.
async fn sample(backend: Backend) -> TestApp {
    let mut import = sample::read(&Files::Embedded, Grouping::Families).unwrap();
    import.collections.truncate(3);
    let versions = || import.collections.iter().flat_map(|one| &one.versions);
    let asked: BTreeSet<_> =
        versions().flat_map(|one| &one.content.items).map(|item| item.definition.clone()).collect();
    import.definitions.retain(|one| asked.contains(&one.id));
    let (mut at, named) = (0, ["RR8"]);
    import.organisations.retain(|one| {
        at += 1;
        !one.is_provider() || at % 30 == 0 || named.contains(&one.code.as_str())
    });
    let kept: BTreeSet<_> = import.organisations.iter().map(|one| one.code.clone()).collect();
    import.sizes.retain(|one| kept.contains(&one.organisation));
    let test = TestApp::made(backend, |app| app.with_closing_day(5)).await;
    test.app.import(&test.system(), &import).await.unwrap();
    test.app.match_registry(&test.system(), Arc::new(|_, _| {})).await.unwrap();
    test
}

async fn publish(test: &TestApp, of: &str) -> MadeEdition {
    let publisher = test.demo("publisher").unwrap();
    test.app.make_edition(&publisher, month(of)).await.unwrap()
}

/// A new trust: nobody asked it anything before, and its type has one more from now on.
async fn found_a_trust(test: &TestApp, of: &str) {
    let trust = Organisation {
        code: code(of),
        name: format!("TRUST {of}"),
        kind: OrganisationKind::Provider,
        provider_type: Some(ProviderType::Acute),
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    };
    test.app.create_organisation(&test.demo("admin").unwrap(), trust, false).await.unwrap();
}

fn target(measure: TargetMeasure, value: &str) -> NewTarget {
    NewTarget {
        measure,
        baseline: None,
        baseline_month: month("2025-10"),
        value: value.parse().unwrap(),
        date: day("2027-03-31"),
    }
}

fn plan(targets: Vec<NewTarget>) -> NewPlan {
    NewPlan { owner: code("X24"), title: "Ask once".into(), text: String::new(), targets }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_edition_is_made_again_byte_for_byte_from_what_was_known(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = sample(backend).await;
    let now = test.system().now;
    let known = test.app.view_as_known(now, month("2026-10")).await.unwrap();
    assert!(*known.snapshot == *test.app.view().await.unwrap().snapshot, "known otherwise than it is");

    let first = publish(&test, "2026-10").await;
    assert!(first.new && !publish(&test, "2026-10").await.new);
    test.turn_to(day("2026-11-24"));
    found_a_trust(&test, "R0Z").await;
    assert_eq!(test.app.check_edition(&first.edition).await.unwrap(), [""; 0]);

    let publisher = test.demo("publisher").unwrap();
    let revised = test
        .app
        .revise_edition(&publisher, month("2026-10"), " A trust was left out. ", false)
        .await
        .unwrap();
    assert_eq!((revised.revision, revised.reason.as_str()), (2, "A trust was left out."));
    assert_eq!(test.app.check_edition(&revised).await.unwrap(), [""; 0]);
    assert_ne!(page(&test.app, &first.edition).await, page(&test.app, &revised).await);
    assert_eq!(test.app.edition(month("2026-10"), None).await.unwrap(), revised);
    assert_eq!(test.app.edition(month("2026-10"), Some(1)).await.unwrap(), first.edition);

    let again = test.app.revise_edition(&publisher, month("2026-10"), "Once more", false).await;
    assert!(matches!(again, Err(Error::Precondition { rule: "SOMETHING_DIFFERS", .. })), "{again:?}");
    let silent = test.app.revise_edition(&publisher, month("2026-10"), "  ", false).await;
    assert!(matches!(&silent, Err(Error::Invalid(found)) if found[0].field == "reason"), "{silent:?}");
    let stranger = test.demo("registrar").unwrap();
    let refused = test.app.revise_edition(&stranger, month("2026-10"), "Why not", false).await;
    assert!(matches!(refused, Err(Error::PermissionDenied(_))), "{refused:?}");
}

async fn page(app: &onus_app::App, edition: &Edition) -> Vec<u8> {
    app.edition_file(edition, "index.html").await.unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_stores_nothing_and_what_is_published_is_signed_and_packed() {
    let test = sample(Backend::Sqlite).await;
    let publisher = test.demo("publisher").unwrap();
    let before = test.app.store().stamp().await.unwrap();
    let preview = test.app.preview_report(&publisher, month("2026-10")).await.unwrap();
    assert!(preview.contains("revision 1"));
    assert!(matches!(
        test.app.preview_report(&test.demo("registrar").unwrap(), month("2026-10")).await,
        Err(Error::PermissionDenied(_))
    ));
    let early = test.app.preview_report(&publisher, month("2026-11")).await;
    assert!(matches!(&early, Err(Error::Invalid(found)) if found[0].rule == "MONTH_OVER"), "{early:?}");
    assert_eq!(test.app.store().stamp().await.unwrap(), before);

    let edition = publish(&test, "2026-10").await.edition;
    let file = async |path: &str| test.app.edition_file(&edition, path).await.map(|(_, bytes)| bytes);
    let (sums, signature) = (file("SHA256SUMS").await.unwrap(), file("SHA256SUMS.sig").await.unwrap());
    let public = test.app.audit_key().unwrap().public();
    let key = base64_of(public.splitn(3, '+').nth(2).unwrap());
    let key = UnparsedPublicKey::new(&ED25519, &key[1..]);
    key.verify(&sums, &signature).unwrap();
    assert!(key.verify(&sums[1..], &signature).is_err());
    let pem = String::from_utf8(file("SHA256SUMS.pem").await.unwrap()).unwrap();
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"), "{pem}");

    let provider = String::from_utf8(file("providers/RR8.html").await.unwrap()).unwrap();
    assert!(provider.contains("What Leeds Teaching Hospitals NHS Trust is asked"), "{provider:.600}");
    let body = String::from_utf8(file("bodies/X24.html").await.unwrap()).unwrap();
    assert!(body.contains("This body has not published a plan.") && body.contains("../index.html"));
    for path in ["providers/X24.html", "providers/../index.html", "bodies/", "elsewhere/RR8.html"] {
        assert!(matches!(file(path).await, Err(Error::NotFound { .. })), "{path}");
    }
}

fn base64_of(text: &str) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.decode(text).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_month_that_closes_late_is_as_it_was_known_when_it_closed(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = sample(backend).await;
    test.turn_to(day("2026-12-06"));
    found_a_trust(&test, "R0Z").await;
    // The month before was published by hand, so that November is next; its day was the fifth.
    publish(&test, "2026-10").await;
    test.turn_to(day("2026-12-20"));
    test.app.run_due_jobs().await.unwrap();
    let failed: Vec<_> =
        test.app.store().jobs().await.unwrap().into_iter().map(|job| job.last_error).collect();
    let edition = test.app.edition(month("2026-11"), None).await;
    let edition = edition.unwrap_or_else(|_| unreachable!("nothing closed: {failed:?}"));
    assert_eq!(edition.known_at.to_rfc3339(), "2026-12-05T00:00:00+00:00");
    let (_, organisations) = test.app.edition_file(&edition, "organisations.csv").await.unwrap();
    assert!(!String::from_utf8(organisations).unwrap().contains("R0Z,"), "it was not known on the fifth");
    assert_eq!(test.app.check_edition(&edition).await.unwrap(), [""; 0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_published_changed_with_a_reason_and_withdrawn(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = sample(backend).await;
    let publisher = test.demo("publisher").unwrap();
    let new = || plan(vec![target(TargetMeasure::Hours, "100"), target(TargetMeasure::Collections, "1")]);
    let would = test.app.create_plan(&publisher, new(), true).await.unwrap();
    assert!(matches!(test.app.plan(&code("X24")).await, Err(Error::NotFound { .. })));
    let made = test.app.create_plan(&publisher, new(), false).await.unwrap();
    assert_eq!(made, would);
    let view = test.app.view().await.unwrap();
    let counted = view.burden.target_value(&code("X24"), TargetMeasure::Hours, month("2025-10")).unwrap();
    assert_eq!(made.targets[0].baseline, counted.rounded(4).parse().unwrap());

    let list = view.list_targets(month("2026-10"), &ListRequest::default()).unwrap();
    assert_eq!(list.total_size, 2);
    let hours = list.rows.iter().find(|row| row.measure == TargetMeasure::Hours).unwrap();
    assert_eq!(hours.status, Some(TargetStatus::OffTrack), "nothing was done yet");
    assert_eq!(view.cross_sector(month("2026-10")).len(), 2);

    let twice = test.app.create_plan(&publisher, new(), false).await;
    assert!(matches!(twice, Err(Error::AlreadyExists { kind: "plan", .. })), "{twice:?}");
    let bad = NewPlan {
        owner: code("RR8"),
        title: " ".into(),
        text: String::new(),
        targets: vec![
            NewTarget { baseline_month: month("2027-03"), ..target(TargetMeasure::Collections, "1.5") },
            NewTarget {
                baseline: Some("0.5".parse().unwrap()),
                ..target(TargetMeasure::AutomatedShare, "2")
            },
        ],
    };
    let Err(Error::Invalid(found)) = test.app.create_plan(&publisher, bad, false).await else {
        unreachable!("a bad plan was taken")
    };
    let rules: Vec<_> = found.iter().map(|one| format!("{} {}", one.field, one.rule)).collect();
    for expected in
        ["owner KNOWN", "title REQUIRED", "targets[0].baseline_month MONTH_OVER", "targets[1].value RANGE"]
    {
        assert!(rules.iter().any(|rule| rule == expected), "{expected} is not in {rules:?}");
    }
    let registrar = test.demo("registrar").unwrap();
    assert!(matches!(test.app.create_plan(&registrar, new(), false).await, Err(Error::PermissionDenied(_))));

    let less = || plan(vec![target(TargetMeasure::Hours, "90")]);
    let silent = test.app.update_plan(&publisher, less(), ("", " "), false).await;
    assert!(matches!(&silent, Err(Error::Invalid(found)) if found[0].field == "reason"), "{silent:?}");
    let changed =
        test.app.update_plan(&publisher, less(), ("\"1\"", "More is possible"), false).await.unwrap();
    assert_eq!((changed.revision, changed.targets.len()), (2, 1));
    let stale = test.app.withdraw_plan(&publisher, &code("X24"), ("\"1\"", "Over"), false).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    test.app.withdraw_plan(&publisher, &code("X24"), ("\"2\"", "Over"), false).await.unwrap();
    assert_eq!(test.app.list_plans(&ListRequest::default()).await.unwrap().total_size, 0);
    assert!(test.app.view().await.unwrap().cross_sector(month("2026-10")).is_empty());
}
