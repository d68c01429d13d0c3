//! E-mail: nothing before the address is confirmed, nothing after it is ended, nothing lost while the mail server is away.

use crate::{Receivers, day, happen, wanted};
use chrono::TimeDelta;
use onus_domain::{
    Error,
    audit::Audience,
    event::EventFilter,
    role::Actor,
    subscription::{Cadence, Channel, DeliveryState, Subscription, SubscriptionState},
    version::VersionState,
};
use onus_testkit::{Backend, Mailed, TestApp};
use rstest::rstest;

const ADDRESS: &str = "data.team@example.nhs.uk";

async fn subscribe(test: &TestApp, address: &str, cadence: Cadence) -> Subscription {
    let wanted = wanted(Channel::Email, address, cadence, EventFilter::default());
    test.app.create_subscription(&test.demo("registrar").unwrap(), wanted, false).await.unwrap()
}

/// What the link of an e-mail carries.
fn token(mail: &Mailed, path: &str) -> String {
    let body = mail.body();
    let link = format!("https://onus.example.nhs.uk/subscriptions/{path}?token=");
    let at = body.find(&link).unwrap_or_else(|| panic!("no link in {body}")) + link.len();
    body[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

async fn confirm(receivers: &Receivers, test: &TestApp) {
    test.app.run_due_jobs().await.unwrap();
    let asked = receivers.mail.mails().pop().unwrap();
    let public = test.app.context(Actor::public());
    test.app.confirm_subscription(&public, &token(&asked, "confirm"), false).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn an_address_is_asked_first_and_ends_it_with_one_request(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let made = subscribe(&test, ADDRESS, Cadence::Each).await;
    assert_eq!(made.state, SubscriptionState::Unconfirmed);
    happen(&test, "version.approve", "before", "X24", Audience::Public).await;
    test.app.run_due_jobs().await.unwrap();
    let mails = receivers.mail.mails();
    assert_eq!(mails.len(), 1, "only the question");
    assert_eq!(
        (mails[0].to.as_str(), mails[0].header("Subject").as_deref()),
        (ADDRESS, Some("May Onus write to you?"))
    );
    assert_eq!(mails[0].header("List-Unsubscribe"), None);

    let public = test.app.context(Actor::public());
    let asked = token(&mails[0], "confirm");
    let wrong = test.app.confirm_subscription(&public, &format!("{asked}x"), false).await;
    assert!(matches!(wrong, Err(Error::NotFound { .. })), "{wrong:?}");
    test.app.confirm_subscription(&public, &asked, false).await.unwrap();
    let again = test.app.confirm_subscription(&public, &asked, false).await;
    assert!(matches!(again, Err(Error::NotFound { .. })), "a token works once: {again:?}");

    happen(&test, "version.update", "edit", "X24", Audience::Insiders).await;
    happen(&test, "version.approve", "a", "X24", Audience::Public).await;
    test.turn_by(TimeDelta::minutes(1));
    test.app.run_due_jobs().await.unwrap();
    let mails = receivers.mail.mails();
    assert_eq!(mails.len(), 2, "{mails:#?}");
    assert_eq!(mails[1].header("Subject").as_deref(), Some("Approved by the panel: The a return"));
    assert_eq!(mails[1].header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let body = mails[1].body();
    for says in [
        "The a return, of X24",
        "Its approval ends on 30 September 2027.",
        "https://onus.example.nhs.uk/collections/a",
        "because of &lt;this&gt;",
        "because of <this>",
    ] {
        assert!(body.contains(says), "{says}\n{body}");
    }

    let ends = token(&mails[1], "unsubscribe");
    let listed = mails[1].header("List-Unsubscribe").unwrap();
    assert!(listed.contains(&ends), "{listed}");
    for _ in 0..2 {
        test.app.unsubscribe(&public, &ends).await.unwrap();
    }
    for nothing in ["", "x"] {
        let wrong = test.app.unsubscribe(&public, nothing).await;
        assert!(matches!(wrong, Err(Error::NotFound { .. })), "{wrong:?}");
    }
    happen(&test, "version.approve", "b", "X24", Audience::Public).await;
    test.turn_by(TimeDelta::minutes(1));
    test.app.run_due_jobs().await.unwrap();
    assert_eq!(receivers.mail.mails().len(), 2);

    // Its keeper alone does not begin it again: the address is asked.
    let keeper = test.demo("registrar").unwrap();
    let same = |present: onus_app::subscriptions::Wanted| Ok(present);
    let asked = test.app.update_subscription(&keeper, (made.id, ""), same, (false, false)).await.unwrap();
    assert_eq!(asked.state, SubscriptionState::Unconfirmed);
}

#[rstest]
#[tokio::test]
async fn while_the_mail_server_is_away_nothing_is_lost_and_nothing_is_given_up(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let mut receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let made = subscribe(&test, ADDRESS, Cadence::Each).await;
    confirm(&receivers, &test).await;
    receivers.mail.stop().await;
    for collection in ["a", "b", "c"] {
        happen(&test, "version.approve", collection, "X24", Audience::Public).await;
    }
    for _ in 0..5 {
        test.turn_by(TimeDelta::hours(1));
        test.app.run_due_jobs().await.unwrap();
    }
    let keeper = test.demo("registrar").unwrap();
    let waiting = Some(DeliveryState::Waiting);
    let page = test
        .app
        .deliveries(&keeper, made.id, waiting, &onus_app::paging::ListRequest::default())
        .await
        .unwrap();
    assert!(
        page.rows.len() == 3 && page.rows.iter().all(|one| one.tries == 0 && !one.last_error.is_empty()),
        "{page:#?}"
    );
    assert!(!page.rows.iter().any(|one| one.last_error.contains(ADDRESS)), "no address in what is logged");
    receivers.mail.come_back().await;
    test.turn_by(TimeDelta::hours(1));
    test.app.run_due_jobs().await.unwrap();
    assert_eq!(receivers.mail.mails().len(), 4);
}

#[rstest]
#[tokio::test]
async fn a_refused_address_is_given_up_and_one_that_is_put_off_is_tried_again(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    let (gone, later) = (
        subscribe(&test, "nobody@example.org", Cadence::Each).await,
        subscribe(&test, "later@example.org", Cadence::Each).await,
    );
    test.app.run_due_jobs().await.unwrap();
    let keeper = test.demo("registrar").unwrap();
    for (id, state, error) in [
        (gone.id, DeliveryState::Dead, "the mail server answered 550"),
        (later.id, DeliveryState::Waiting, "the mail server answered 451"),
    ] {
        let page =
            test.app.deliveries(&keeper, id, None, &onus_app::paging::ListRequest::default()).await.unwrap();
        assert_eq!((page.rows[0].state, page.rows[0].last_error.as_str()), (state, error));
    }
    // An address that nobody confirms is forgotten.
    test.turn_by(TimeDelta::days(8));
    test.app.run_due_jobs().await.unwrap();
    assert!(test.app.subscriptions(&keeper, false).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_digest_comes_once_in_the_morning(#[values(Backend::Sqlite, Backend::Postgres)] backend: Backend) {
    let receivers = Receivers::start().await;
    let test = receivers.app(backend).await;
    subscribe(&test, ADDRESS, Cadence::DailyDigest).await;
    confirm(&receivers, &test).await;
    for collection in ["a", "b"] {
        happen(&test, "version.approve", collection, "X24", Audience::Public).await;
        test.turn_by(TimeDelta::hours(1));
        test.app.run_due_jobs().await.unwrap();
    }
    assert_eq!(receivers.mail.mails().len(), 1, "not before the morning");
    for _ in 0..3 {
        // From two in the afternoon to ten in the next morning, and on.
        test.turn_by(TimeDelta::hours(20));
        test.app.run_due_jobs().await.unwrap();
    }
    let mails = receivers.mail.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[1].header("Subject").as_deref(), Some("2 events in Onus since yesterday"));
    assert!(mails[1].body().contains("The a return") && mails[1].body().contains("The b return"));
}

#[rstest]
#[tokio::test]
async fn ends_of_approvals_are_told_30_and_7_days_before_each_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let receivers = Receivers::start().await;
    let outward = receivers.outward(&["127.0.0.0/8", "::1/128"]);
    let test = TestApp::made(backend, |app| app.with_outward(outward)).await;
    // Whatever the sample adopted ends on one day.
    let import = onus_exchange::sample::read(
        &onus_exchange::sample::Files::Embedded,
        onus_exchange::sample::Grouping::Families,
    )
    .unwrap();
    test.app.import(&test.system(), &import).await.unwrap();
    let view = test.app.view().await.unwrap();
    let live = view.snapshot.versions.iter().filter(|version| version.state == VersionState::Live);
    let ends: Vec<_> = live.filter_map(|version| version.expires_on).collect();
    let (end, live) = (ends[0], ends.len() as u64);
    assert!(ends.iter().all(|other| *other == end), "{ends:?}");
    let told = async || {
        let mut told = 0;
        for version in &view.snapshot.versions {
            let entries = test.app.store().audit_of(&version.name(), None, 1_000).await.unwrap();
            told += entries.iter().filter(|entry| entry.action == "version.expiring").count() as u64;
        }
        told
    };
    for (days, times) in [(31, 0), (30, 1), (29, 1), (8, 1), (7, 2), (1, 2)] {
        test.turn_to(end - TimeDelta::days(days));
        test.app.run_due_jobs().await.unwrap();
        assert_eq!(told().await, live * times, "{days} days before {end}");
    }
    assert!(end > day("2026-11-23"));
}
