//! Accounts, tokens and sessions: who is known, and who no longer is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::TimeDelta;
use onus_app::{
    Context,
    identity::{AccountChange, NewMachine, NewToken},
    paging::ListRequest,
};
use onus_domain::{
    AccountId, Error, OdsCode,
    account::{Account, Grant, Session},
    organisation::{Organisation, OrganisationKind},
    role::{Actor, Role},
};
use onus_testkit::{Backend, TestApp};
use rstest::rstest;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

fn id(key: &str) -> AccountId {
    AccountId::new(key).unwrap()
}

fn grant(roles: &[Role], organisation: Option<&str>) -> Grant {
    let organisation = organisation.map(|code| OdsCode::new(code).unwrap());
    Grant { organisation, roles: roles.iter().copied().collect() }
}

/// A registry with one body, X24, and the machine account `importer` of it.
async fn registry(backend: Backend) -> (TestApp, Account) {
    let test = TestApp::empty(backend).await;
    let body = Organisation {
        code: OdsCode::new("X24").unwrap(),
        name: "NHS England".into(),
        kind: OrganisationKind::NationalBody,
        provider_type: None,
        provider_type_basis: onus_domain::Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    };
    let system = test.system();
    test.app.create_organisation(&system, body, false).await.unwrap();
    let new = NewMachine {
        id: id("importer"),
        display_name: "Nightly importer".into(),
        granted: grant(&[Role::Registrar], Some("X24")),
        certificate: Some("a".repeat(64)),
    };
    let account = test.app.create_machine(&system, new, false).await.unwrap();
    (test, account)
}

async fn token(test: &TestApp, days: i64) -> (onus_domain::account::ServiceToken, String) {
    let system = test.system();
    let new = NewToken { label: "at night".into(), expires_at: system.now + TimeDelta::days(days) };
    test.app.create_token(&system, &id("importer"), new, false).await.unwrap()
}

async fn shows(test: &TestApp, secret: &str) -> Result<Actor, Error> {
    test.app.identify(Some(&format!("Bearer {secret}"))).await
}

fn is_refused(outcome: Result<Actor, Error>, says: &str) {
    match outcome {
        Err(Error::Unauthenticated(said)) => assert!(said.contains(says), "{said}"),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test]
async fn a_token_is_its_account_until_it_is_revoked(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, account) = registry(backend).await;
    let (made, secret) = token(&test, 30).await;
    assert!(secret.starts_with("onus_") && secret.len() == 48, "{secret}");
    let actor = shows(&test, &secret).await.unwrap();
    assert_eq!(actor, account.actor());
    assert!(actor.has(Role::Service) && actor.has_for(Role::Registrar, &OdsCode::new("X24").unwrap()));

    let listed = test.app.list_tokens(&test.system(), &account.id).await.unwrap();
    assert_eq!(listed[0].last_used_on, Some(onus_testkit::today()));
    assert!(!format!("{listed:?}").contains(&secret[5..]), "only a digest is kept");

    for wrong in ["onus_", "onus_AAAA", &secret[..47], &secret.to_uppercase(), "x", "a.b.c", ""] {
        is_refused(shows(&test, wrong).await, "not accepted");
    }
    is_refused(test.app.identify(Some(&format!("Basic {secret}"))).await, "Bearer TOKEN");

    let tried = test.app.revoke_token(&test.system(), &account.id, made.id, true).await.unwrap();
    assert!(tried.revoked_at.is_some(), "it is answered as it would be");
    shows(&test, &secret).await.expect("what was only tried stays good");
    test.app.revoke_token(&test.system(), &account.id, made.id, false).await.unwrap();
    is_refused(shows(&test, &secret).await, "revoked");
    let again = test.app.revoke_token(&test.system(), &account.id, made.id, false).await.unwrap();
    assert!(again.revoked_at.is_some());
}

#[rstest]
#[tokio::test]
async fn a_token_ends_with_its_time_and_with_its_account(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, account) = registry(backend).await;
    let (_, secret) = token(&test, 30).await;
    shows(&test, &secret).await.unwrap();
    let disable = |disabled| AccountChange { disabled: Some(disabled), ..AccountChange::default() };
    test.app.update_account(&test.system(), &account.id, disable(true), "", false).await.unwrap();
    is_refused(shows(&test, &secret).await, "disabled");
    is_refused(test.app.identify_certificate(&"a".repeat(64)).await, "disabled");
    let new = NewToken { label: String::new(), expires_at: test.system().now + TimeDelta::days(1) };
    let refused = test.app.create_token(&test.system(), &account.id, new, false).await.unwrap_err();
    assert!(matches!(refused, Error::Precondition { rule: "ENABLED_ACCOUNT", .. }), "{refused}");

    test.app.update_account(&test.system(), &account.id, disable(false), "", false).await.unwrap();
    assert_eq!(shows(&test, &secret).await.unwrap(), account.actor());
    assert_eq!(test.app.identify_certificate(&"a".repeat(64)).await.unwrap(), account.actor());
    is_refused(test.app.identify_certificate(&"b".repeat(64)).await, "belongs to no account");

    test.turn_to(onus_testkit::today() + TimeDelta::days(31));
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    is_refused(shows(&test, &secret).await, "expired");
}

/// Two servers on one database: what one revokes, the other refuses within a second.
#[rstest]
#[tokio::test]
async fn another_server_refuses_what_was_revoked_here(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, account) = registry(backend).await;
    let (made, secret) = token(&test, 30).await;
    let store = onus_store::Store::connect(&onus_store::Options::new(&test.database.url)).await.unwrap();
    let clock = std::sync::Arc::new(onus_domain::clock::FixedClock(test.system().now));
    let other = onus_app::App::new(store, clock, test.app.settings().clone());
    let bearer = format!("Bearer {secret}");
    other.identify(Some(&bearer)).await.unwrap();
    test.app.revoke_token(&test.system(), &account.id, made.id, false).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    is_refused(other.identify(Some(&bearer)).await, "revoked");
}

#[tokio::test]
async fn only_an_admin_keeps_accounts_and_nobody_their_own() {
    let (test, account) = registry(Backend::Sqlite).await;
    let app = &test.app;
    let change = || AccountChange { roles: Some(BTreeSet::from([Role::Admin])), ..AccountChange::default() };
    for name in ["provider", "registrar", "panel-member", "panel-chair", "steward", "publisher"] {
        let context = test.demo(name).unwrap();
        let new = NewToken { label: String::new(), expires_at: context.now + TimeDelta::days(1) };
        let machine = NewMachine {
            id: id("mine"),
            display_name: "Mine".into(),
            granted: grant(&[Role::Admin], None),
            certificate: None,
        };
        let refusals = [
            app.account(&context, &account.id).await.err(),
            app.list_accounts(&context, &ListRequest::default()).await.err(),
            app.create_machine(&context, machine, false).await.err(),
            app.update_account(&context, &account.id, change(), "", false).await.err(),
            app.create_token(&context, &account.id, new, false).await.err(),
            app.list_tokens(&context, &account.id).await.err(),
            app.revoke_token(&context, &account.id, context.new_id(), false).await.err(),
        ];
        for refused in refusals {
            assert!(matches!(refused, Some(Error::PermissionDenied(_))), "{name}: {refused:?}");
        }
    }
    let public = app.context(Actor::public());
    let refused = app.list_accounts(&public, &ListRequest::default()).await.err();
    assert!(matches!(refused, Some(Error::Unauthenticated(_))));

    let admin = Context { actor: Actor { account: "importer".into(), ..Actor::system() }, ..test.system() };
    let refused = app.update_account(&admin, &account.id, change(), "", false).await.unwrap_err();
    assert!(matches!(refused, Error::Precondition { rule: "OTHERS_ACCOUNT", .. }), "{refused}");
}

#[rstest]
#[tokio::test]
async fn accounts_are_checked_kept_and_audited(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let (test, account) = registry(backend).await;
    let (app, system) = (&test.app, test.system());
    let new = |key: &str, granted: Grant, certificate: Option<String>| NewMachine {
        id: id(key),
        display_name: "Another".into(),
        granted,
        certificate,
    };
    let taken = app.create_machine(&system, new("importer", grant(&[Role::Admin], None), None), false).await;
    assert!(matches!(taken, Err(Error::AlreadyExists { kind: "account", .. })));
    let stolen = new("other", grant(&[Role::Admin], None), Some("a".repeat(64)));
    assert!(matches!(app.create_machine(&system, stolen, false).await, Err(Error::AlreadyExists { .. })));
    let wrong = new("demo-admin", grant(&[Role::Registrar, Role::Service], Some("ZZ9")), Some("x".into()));
    let said = app.create_machine(&system, wrong, false).await.unwrap_err().to_string();
    for part in ["account_id", "GRANTED_ROLE", "ZZ9", "FINGERPRINT"] {
        assert!(said.contains(part), "{part}: {said}");
    }

    let change = AccountChange {
        roles: Some(BTreeSet::from([Role::Steward])),
        organisation: Some(None),
        certificate: Some(None),
        ..AccountChange::default()
    };
    let stale = app.update_account(&system, &account.id, change.clone(), "\"7\"", false).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })));
    let tried = app.update_account(&system, &account.id, change.clone(), "\"1\"", true).await.unwrap();
    assert_eq!(app.account(&system, &account.id).await.unwrap(), account, "a trial stores nothing");
    let done = app.update_account(&system, &account.id, change, "\"1\"", false).await.unwrap();
    assert_eq!((&done, done.revision), (&tried, 2));
    assert_eq!(app.account(&system, &account.id).await.unwrap(), done);

    let (token, secret) = token(&test, 1).await;
    let entries = app.store().audit_of("accounts/importer", None, 10).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["account.create", "account.update"]);
    assert_eq!(entries[0].after_digest, entries[1].before_digest);
    let entries = app.store().audit_of(&token.name(), None, 10).await.unwrap();
    assert!(!format!("{entries:?}").contains(&secret));

    let stewards = ListRequest { filter: "role = STEWARD".into(), ..ListRequest::default() };
    assert_eq!(app.list_accounts(&system, &stewards).await.unwrap().rows, [done]);
}

#[rstest]
#[tokio::test]
async fn a_session_lasts_as_long_as_it_may(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let test = TestApp::empty(backend).await;
    let app = &test.app;
    let first = app.sign_in_demo("registrar", None).await.unwrap();
    let visitor = app.visitor(&first).await.unwrap().unwrap();
    assert_eq!(visitor.actor, onus_app::demo_actor("registrar").unwrap());
    assert!(visitor.name.contains("demo") && !visitor.form_token.contains(&first));
    assert_eq!(app.visitor("another").await.unwrap(), None);

    // Who signs in again gets another key, and the old one is worth nothing.
    let second = app.sign_in_demo("steward", Some(&first)).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(app.visitor(&first).await.unwrap(), None);
    assert_eq!(app.sign_out(&second).await.unwrap(), None);
    assert_eq!(app.visitor(&second).await.unwrap(), None);

    let third = app.sign_in_demo("steward", None).await.unwrap();
    test.turn_to(onus_testkit::today() + TimeDelta::days(1));
    assert_eq!(app.visitor(&third).await.unwrap(), None, "idle too long");
    let entries = app.store().audit_of("accounts/demo-steward", None, 10).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["session.begin", "session.end", "session.begin"]);
    assert!(!format!("{entries:?}").contains(&third));
    assert!(app.sign_in_demo("nobody", None).await.is_err());
}

/// Whoever signed in before their account was disabled is nobody from then on, and their session does not come back with them.
#[rstest]
#[tokio::test]
async fn a_session_ends_with_its_account(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let (test, account) = registry(backend).await;
    let (app, now) = (&test.app, test.system().now);
    let session = Session {
        digest: format!("{:x}", Sha256::digest("a key")),
        account: account.id.to_string(),
        created_at: now,
        seen_at: now,
        id_token: None,
    };
    app.store().write(async |tx| tx.insert_session(&session).await).await.unwrap();
    assert_eq!(app.visitor("a key").await.unwrap().unwrap().actor, account.actor());
    let disable = |disabled| AccountChange { disabled: Some(disabled), ..AccountChange::default() };
    for disabled in [true, false] {
        app.update_account(&test.system(), &account.id, disable(disabled), "", false).await.unwrap();
        assert_eq!(app.visitor("a key").await.unwrap(), None, "disabled: {disabled}");
    }
}

#[tokio::test]
async fn a_sign_in_that_this_browser_did_not_begin_is_refused() {
    let test = TestApp::empty(Backend::Sqlite).await;
    for kept in [None, Some(""), Some("e30"), Some("???")] {
        let refused = test.app.check_login(kept, "state");
        assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{kept:?}");
    }
}
