//! Webhooks: signed, once, tried again, given up and sent again; never to an address that is not allowed.

use crate::{Receivers, happen, wanted};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use onus_app::jobs::Worker;
use onus_domain::{
    Error,
    audit::Audience,
    event::{EventFilter, EventKind},
    role::Actor,
    subscription::{Cadence, Channel, DeliveryState, Subscription, SubscriptionState},
};
use onus_store::{Options, Store};
use onus_testkit::{Backend, Called, TestApp};
use rstest::rstest;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

async fn subscribe(test: &TestApp, who: &str, url: &str, filter: EventFilter) -> Subscription {
    let context = test.demo(who).unwrap();
    let wanted = wanted(Channel::Webhook, url, Cadence::Each, filter);
    test.app.create_subscription(&context, wanted, false).await.unwrap()
}

/// HMAC (RFC 2104) written out, so that a receiver's check is not the sender's own code.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

fn is_signed(call: &Called, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed =
        format!("{}.{}.{}", call.headers["webhook-id"], call.headers["webhook-timestamp"], call.body);
    call.headers["webhook-signature"] == format!("v1,{}", STANDARD.encode(hmac(&key, signed.as_bytes())))
}

#[rstest]
#[tokio::test]
async fn each_event_is_told_once_signed_and_edits_are_not(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let made = subscribe(&test, "registrar", &receivers.hook.url, EventFilter::default()).await;
    assert_eq!(made.state, SubscriptionState::Active);
    for (action, collection, owner, audience) in [
        ("version.create", "a", "X24", Audience::Insiders),
        ("version.update", "a", "X24", Audience::Insiders),
        ("version.return", "a", "X24", Audience::Insiders),
        ("version.return", "b", "X25", Audience::Insiders),
        ("version.approve", "c", "X25", Audience::Public),
    ] {
        happen(&test, action, collection, owner, audience).await;
    }
    for _ in 0..3 {
        test.app.run_due_jobs().await.unwrap();
        test.turn_by(TimeDelta::minutes(1));
    }
    let calls = receivers.hook.calls();
    let bodies: Vec<serde_json::Value> =
        calls.iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect();
    let mut told: Vec<_> = bodies
        .iter()
        .map(|body| {
            (body["events"][0]["type"].as_str().unwrap(), body["events"][0]["reason"].as_str().unwrap())
        })
        .collect();
    told.sort_unstable();
    // Why another body's version was approved is not for everybody.
    assert_eq!(told, [("VERSION_APPROVED", ""), ("VERSION_RETURNED", "because of <this>")]);
    assert!(calls.iter().all(|call| is_signed(call, &made.secret)), "{calls:#?}");
    assert!(!calls.iter().any(|call| is_signed(call, &onus_notify::new_secret().unwrap())));
    let event =
        &bodies.iter().find(|body| body["events"][0]["type"] == "VERSION_APPROVED").unwrap()["events"][0];
    assert_eq!(event["url"], "https://onus.example.nhs.uk/collections/c");
    assert_eq!(event["title"], "The c return");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_servers_tell_each_event_once(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    subscribe(&test, "registrar", &receivers.hook.url, EventFilter::default()).await;
    let other = Store::connect(&Options::new(&test.database.url)).await.unwrap();
    let other = Arc::new(test.another(other).with_outward(receivers.outward(&["127.0.0.0/8", "::1/128"])));
    let mut ends = vec![];
    let mut working = vec![];
    for app in [Arc::clone(&test.app), other] {
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let worker = Worker::new(app).run(async { ended.await.unwrap() }, Duration::from_secs(10));
        working.push(tokio::spawn(worker));
        ends.push(end);
    }
    for at in 0..25 {
        happen(&test, "version.approve", &format!("c{at}"), "X24", Audience::Public).await;
        test.app.want_job("events.fan_out");
        // Time passes, so that what recurs comes due for both.
        test.turn_by(TimeDelta::seconds(6));
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    for _ in 0..300 {
        if receivers.hook.calls().len() >= 25 {
            break;
        }
        test.turn_by(TimeDelta::seconds(1));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for end in ends {
        end.send(()).unwrap();
    }
    for worker in working {
        worker.await.unwrap();
    }
    let keys: Vec<_> = receivers.hook.calls().iter().map(|call| call.headers["webhook-id"].clone()).collect();
    let unique: BTreeSet<_> = keys.iter().collect();
    assert_eq!((keys.len(), unique.len()), (25, 25));
}

#[rstest]
#[tokio::test]
async fn what_fails_is_tried_again_then_given_up_seen_and_sent_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let made = subscribe(&test, "registrar", &receivers.hook.url, EventFilter::default()).await;
    let context = test.demo("registrar").unwrap();
    let page = onus_app::paging::ListRequest::default();
    let only = async |state| {
        let page = test.app.deliveries(&context, made.id, state, &page).await.unwrap();
        assert_eq!(page.total_size, 1);
        page.rows[0].clone()
    };
    receivers.hook.answer_next(&["500", "302 https://localhost/elsewhere", "200"]);
    happen(&test, "version.approve", "a", "X24", Audience::Public).await;
    test.app.run_due_jobs().await.unwrap();
    let waiting = only(Some(DeliveryState::Waiting)).await;
    assert_eq!((waiting.tries, waiting.last_error.as_str()), (1, "it answered 500"));
    for (calls, error) in [(2, "it answered 302: redirects are not followed"), (3, "")] {
        test.turn_by(TimeDelta::minutes(1));
        test.app.run_due_jobs().await.unwrap();
        assert_eq!((receivers.hook.calls().len(), only(None).await.last_error.as_str()), (calls, error));
    }
    assert_eq!(only(None).await.state, DeliveryState::Delivered);
    let keys: BTreeSet<_> =
        receivers.hook.calls().iter().map(|call| call.headers["webhook-id"].clone()).collect();
    assert_eq!(keys.len(), 1, "a message that is sent again has the same key");

    receivers.hook.answer_next(&["410"]);
    happen(&test, "version.approve", "b", "X24", Audience::Public).await;
    test.turn_by(TimeDelta::minutes(1));
    test.app.run_due_jobs().await.unwrap();
    let dead = only(Some(DeliveryState::Dead)).await;
    let found = test.app.examine().await;
    assert!(found.iter().any(|found| found.check == "messages" && !found.well), "{found:?}");
    let hidden = test.app.redeliver(&test.demo("steward").unwrap(), made.id, &dead.id, false).await;
    assert!(matches!(hidden, Err(Error::NotFound { .. })), "{hidden:?}");
    test.app.redeliver(&context, made.id, &dead.id, false).await.unwrap();
    let again = test.app.redeliver(&context, made.id, &dead.id, false).await;
    assert!(matches!(again, Err(Error::Precondition { rule: "DELIVERY_STATE", .. })), "{again:?}");
    test.turn_by(TimeDelta::minutes(1));
    test.app.run_due_jobs().await.unwrap();
    assert_eq!(receivers.hook.calls().len(), 5);
    assert!(test.app.examine().await.iter().all(|found| found.check != "messages" || found.well));
}

/// A server that died between sending and keeping that it sent: its lease ends, and the message comes once more under the same key.
#[rstest]
#[tokio::test]
async fn after_a_crash_nothing_is_lost(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    subscribe(&test, "registrar", &receivers.hook.url, EventFilter::default()).await;
    happen(&test, "version.approve", "a", "X24", Audience::Public).await;
    receivers.hook.answer_next(&["slow"]);
    let cut_off = tokio::time::timeout(Duration::from_secs(2), test.app.run_due_jobs()).await;
    assert!(cut_off.is_err(), "the run was under way");
    assert_eq!(receivers.hook.calls().len(), 1);
    test.app.run_due_jobs().await.unwrap();
    assert_eq!(receivers.hook.calls().len(), 1, "its lease holds");
    test.turn_by(onus_app::jobs::LEASE);
    test.app.run_due_jobs().await.unwrap();
    let keys: Vec<_> = receivers.hook.calls().iter().map(|call| call.headers["webhook-id"].clone()).collect();
    assert!(keys.len() == 2 && keys[0] == keys[1], "{keys:?}");
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_with_a_subscription_is_all_said_and_nothing_is_stored(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    // The receiver's address is not allowed here.
    let outward = receivers.outward(&[]);
    let test = TestApp::made(backend, |app| app.with_outward(outward)).await;
    crate::fill(&test.app).await;
    let registrar = test.demo("registrar").unwrap();
    let unknown = EventFilter { owners: BTreeSet::from([crate::code("ZZ9")]), ..EventFilter::default() };
    for (channel, address, fields) in [
        (Channel::Webhook, receivers.hook.url.as_str(), ["filter.owners[0] KNOWN", "address PUBLIC_ADDRESS"]),
        (
            Channel::Webhook,
            "https://169.254.169.254/latest",
            ["filter.owners[0] KNOWN", "address PUBLIC_ADDRESS"],
        ),
        (Channel::Webhook, "http://example.org/", ["filter.owners[0] KNOWN", "address WEBHOOK"]),
        (Channel::Email, "nobody", ["filter.owners[0] KNOWN", "address EMAIL"]),
    ] {
        let wanted = wanted(channel, address, Cadence::Each, unknown.clone());
        let refused = test.app.create_subscription(&registrar, wanted, false).await.unwrap_err();
        let Error::Invalid(found) = refused else { panic!("{refused:?}") };
        let found: Vec<_> = found.iter().map(|one| format!("{} {}", one.field, one.rule)).collect();
        assert_eq!(found, fields, "{address}");
    }
    let wanted = wanted(Channel::Email, "a@example.org", Cadence::Each, EventFilter::default());
    let public = test.app.context(Actor::public());
    let refused = test.app.create_subscription(&public, wanted, false).await;
    assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{refused:?}");
    assert!(test.app.subscriptions(&registrar, false).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_subscription_is_its_keepers_alone_and_is_paused_and_ended(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let kinds = BTreeSet::from([EventKind::VersionApproved]);
    let filter = EventFilter { kinds, ..EventFilter::default() };
    let made = subscribe(&test, "registrar", &receivers.hook.url, filter).await;
    let (keeper, admin, other) =
        (test.demo("registrar").unwrap(), test.demo("admin").unwrap(), test.demo("steward").unwrap());
    assert!(matches!(test.app.subscription(&other, made.id).await, Err(Error::NotFound { .. })));
    assert!(matches!(test.app.subscriptions(&other, true).await, Err(Error::PermissionDenied(_))));
    assert_eq!(test.app.subscriptions(&admin, true).await.unwrap().len(), 1);
    let pause = |paused| move |present| Ok(onus_app::subscriptions::Wanted { paused, ..present });
    let stale = test.app.update_subscription(&keeper, (made.id, "\"9\""), pause(true), (false, false)).await;
    assert!(matches!(stale, Err(Error::StaleEtag { .. })), "{stale:?}");
    let paused =
        test.app.update_subscription(&keeper, (made.id, "\"1\""), pause(true), (false, false)).await.unwrap();
    assert_eq!((paused.state, paused.secret.as_str()), (SubscriptionState::Paused, ""));
    happen(&test, "version.approve", "a", "X24", Audience::Public).await;
    test.app.run_due_jobs().await.unwrap();
    assert!(receivers.hook.calls().is_empty());
    let changed =
        test.app.update_subscription(&keeper, (made.id, ""), pause(false), (true, false)).await.unwrap();
    assert!(changed.state == SubscriptionState::Active && changed.secret != made.secret);
    let trial = test.app.test_subscription(&keeper, made.id, false).await.unwrap();
    happen(&test, "version.reject", "b", "X24", Audience::Insiders).await;
    happen(&test, "version.approve", "c", "X24", Audience::Public).await;
    test.turn_by(TimeDelta::minutes(1));
    test.app.run_due_jobs().await.unwrap();
    let calls = receivers.hook.calls();
    assert!(calls.len() == 2 && calls.iter().all(|call| is_signed(call, &changed.secret)), "{calls:#?}");
    assert!(
        calls.iter().any(|call| call.headers["webhook-id"] == trial.id && call.body.contains("\"TEST\""))
    );
    test.app.delete_subscription(&keeper, (made.id, ""), false).await.unwrap();
    happen(&test, "version.approve", "d", "X24", Audience::Public).await;
    test.turn_by(TimeDelta::minutes(1));
    test.app.run_due_jobs().await.unwrap();
    assert_eq!(receivers.hook.calls().len(), 2);
    // Neither addresses nor secrets stand in the log.
    let log = test.app.store().audit_of(&made.name(), None, 10).await.unwrap();
    assert_eq!(log.len(), 5);
}
