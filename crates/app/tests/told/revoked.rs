//! Whoever subscribed or watches is told what their account may read at the time, not what it might read when they began.

use crate::{Receivers, happen, wanted};
use chrono::TimeDelta;
use onus_app::identity::{AccountChange, NewMachine};
use onus_domain::{
    AccountId, Error,
    account::Grant,
    audit::Audience,
    event::EventFilter,
    role::Role,
    subscription::{Cadence, Channel, DeliveryState},
};
use onus_testkit::{Backend, TestApp};
use rstest::rstest;
use std::collections::BTreeSet;

/// The account `reader`, with the roles of the panel.
async fn reader(test: &TestApp) -> AccountId {
    let id = AccountId::new("reader").unwrap();
    let granted = Grant { organisation: None, roles: BTreeSet::from([Role::PanelMember]) };
    let new = NewMachine { id: id.clone(), display_name: "Reader".into(), granted, certificate: None };
    test.app.create_machine(&test.system(), new, false).await.unwrap();
    id
}

async fn change(test: &TestApp, id: &AccountId, change: AccountChange) {
    test.app.update_account(&test.system(), id, change, "", false).await.unwrap();
}

fn other_roles() -> AccountChange {
    AccountChange { roles: Some(BTreeSet::from([Role::Publisher])), ..AccountChange::default() }
}

fn disabled() -> AccountChange {
    AccountChange { disabled: Some(true), ..AccountChange::default() }
}

#[rstest]
#[tokio::test]
async fn a_subscriber_who_may_read_less_is_told_less(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let id = reader(&test).await;
    let context = test.app.context(test.app.account(&test.system(), &id).await.unwrap().actor());
    let wanted = wanted(Channel::Webhook, &receivers.hook.url, Cadence::Each, EventFilter::default());
    let made = test.app.create_subscription(&context, wanted, false).await.unwrap();
    let told = async |name: &str| {
        happen(&test, "version.reject", &format!("{name}-inside"), "X24", Audience::Insiders).await;
        happen(&test, "version.approve", &format!("{name}-open"), "X24", Audience::Public).await;
        test.turn_by(TimeDelta::minutes(1));
        test.app.run_due_jobs().await.unwrap();
        receivers.hook.calls().len()
    };
    assert_eq!(told("all").await, 2);
    change(&test, &id, other_roles()).await;
    assert_eq!(told("open").await, 3, "the panel's events are not theirs any more");

    // What waits when the account is disabled does not leave either.
    happen(&test, "version.approve", "waiting", "X24", Audience::Public).await;
    let trial = test.app.test_subscription(&context, made.id, false).await.unwrap();
    change(&test, &id, disabled()).await;
    assert_eq!(told("nothing").await, 3);
    let held = test.app.store().delivery(&trial.id).await.unwrap().unwrap();
    assert_eq!(held.state, DeliveryState::Dead);
    assert!(held.last_error.contains("disabled"), "{}", held.last_error);
}

#[rstest]
#[tokio::test]
async fn a_stream_ends_when_its_reader_s_account_changes(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
    #[values(other_roles(), disabled())] by: AccountChange,
) {
    let test = Receivers::start().await.app(backend).await;
    let id = reader(&test).await;
    let context = test.app.context(test.app.account(&test.system(), &id).await.unwrap().actor());
    let mut watcher = test.app.watch(&context, EventFilter::default(), "", false).await.unwrap();
    watcher.next(&test.app).await.unwrap();
    happen(&test, "version.reject", "before", "X24", Audience::Insiders).await;
    let told = watcher.next(&test.app).await.unwrap();
    assert!(told.iter().any(|one| one.event.is_some()), "{told:?}");
    change(&test, &id, by).await;
    happen(&test, "version.reject", "after", "X24", Audience::Insiders).await;
    let ended = loop {
        match watcher.next(&test.app).await {
            Ok(told) => assert!(told.iter().all(|one| one.event.is_none()), "{told:?}"),
            Err(error) => break error,
        }
    };
    assert!(matches!(ended, Error::Unauthenticated(_)), "{ended:?}");
}
