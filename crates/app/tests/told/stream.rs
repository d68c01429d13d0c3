//! The stream: each reader gets each event it may read once, in order, wherever it begins again.

use crate::{entry, fill, happen};
use onus_app::{App, Context, changes::Watcher};
use onus_domain::{
    CollectionId, Error,
    audit::Audience,
    event::{EventFilter, EventKind},
};
use onus_store::{Options, Store};
use onus_testkit::{Backend, TestApp};
use proptest::{prelude::*, test_runner::TestRunner};
use rstest::rstest;
use std::{collections::BTreeSet, time::Duration};

async fn watch(app: &App, context: &Context, filter: EventFilter, token: &str) -> Watcher {
    app.watch(context, filter, token, token.is_empty()).await.unwrap()
}

/// Reads until nothing comes for a moment: titles of events, and the last token.
async fn read(app: &App, watcher: &mut Watcher, most: usize) -> (Vec<String>, String) {
    let (mut titles, mut token) = (vec![], String::new());
    while titles.len() < most {
        let Ok(told) = tokio::time::timeout(Duration::from_millis(400), watcher.next(app)).await else {
            break;
        };
        for one in told.unwrap() {
            if titles.len() == most {
                break;
            }
            titles.extend(one.event.as_ref().map(|event| event.title.clone()));
            token = one.token.write();
        }
    }
    (titles, token)
}

#[rstest]
#[tokio::test]
async fn each_reader_gets_what_it_may_read_and_asks_for(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::empty(backend).await;
    fill(&test.app).await;
    for (action, collection, owner, audience) in [
        ("version.create", "a", "X24", Audience::Insiders),
        ("version.update", "a", "X24", Audience::Insiders),
        ("version.submit", "a", "X24", Audience::Insiders),
        ("version.reject", "b", "X25", Audience::Insiders),
        ("version.approve", "c", "X24", Audience::Public),
        ("version.publish", "d", "X25", Audience::Public),
        ("version.retire", "e", "X24", Audience::Admin),
    ] {
        happen(&test, action, collection, owner, audience).await;
    }
    let titles = async |who: &str, filter: EventFilter| {
        let context = if who == "public" {
            test.app.context(onus_domain::role::Actor::public())
        } else {
            test.demo(who).unwrap()
        };
        let mut watcher = watch(&test.app, &context, filter, "").await;
        let (titles, _) = read(&test.app, &mut watcher, 100).await;
        titles.iter().map(|title| title[4..5].to_owned()).collect::<String>()
    };
    let all = EventFilter::default;
    for (who, expected) in [
        ("public", "cd"),
        ("provider", "cd"),
        ("registrar", "acd"),
        ("panel-member", "abcd"),
        ("admin", "abcde"),
    ] {
        assert_eq!(titles(who, all()).await, expected, "{who}");
    }
    let of = |kinds: &[EventKind]| EventFilter { kinds: kinds.iter().copied().collect(), ..all() };
    assert_eq!(titles("admin", of(&[EventKind::VersionSubmitted, EventKind::VersionRetired])).await, "ae");
    let owners = EventFilter { owners: BTreeSet::from([crate::code("X25")]), ..all() };
    assert_eq!(titles("admin", owners).await, "bd");
    let collections = BTreeSet::from([CollectionId::new("c").unwrap()]);
    assert_eq!(titles("admin", EventFilter { collections, ..all() }).await, "c");
    for (provider, expected) in [("R0A", "abcde"), ("R1A", "")] {
        let providers = BTreeSet::from([crate::code(provider)]);
        assert_eq!(titles("admin", EventFilter { providers, ..all() }).await, expected, "{provider}");
    }
    let unknown = EventFilter { owners: BTreeSet::from([crate::code("ZZ9")]), ..all() };
    let refused = test.app.watch(&test.system(), unknown, "broken", false).await.unwrap_err();
    let Error::Invalid(found) = refused else { panic!("{refused:?}") };
    let fields: Vec<_> = found.iter().map(|one| (one.field.as_str(), one.rule.as_str())).collect();
    assert_eq!(fields, [("filter.owners[0]", "KNOWN"), ("resume_token", "RESUME_TOKEN")]);
}

/// Servers share a database and write at once; a reader stops anywhere and goes on at any of them.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_begins_again_anywhere_gets_each_event_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    const EVENTS: usize = 40;
    let test = TestApp::empty(backend).await;
    fill(&test.app).await;
    let other = test.another(Store::connect(&Options::new(&test.database.url)).await.unwrap());
    let write = async |app: &App, from: usize| {
        for at in (from..EVENTS).step_by(2) {
            let name = format!("c{at:03}");
            let change = entry(&test.system(), "version.approve", &name, "X24", Audience::Public);
            let change = std::slice::from_ref(&change);
            app.store().write(async |tx| tx.append_audit(change).await).await.unwrap();
            test.app.sequence_audit().await.unwrap();
        }
    };
    let reading = async {
        let (mut got, mut token, mut turn) = (Vec::new(), String::new(), 0);
        while got.len() < EVENTS && turn < 400 {
            let app = if turn % 2 == 0 { &*test.app } else { &other };
            let mut watcher = watch(app, &test.system(), EventFilter::default(), &token).await;
            let (titles, last) = read(app, &mut watcher, 1 + turn % 3).await;
            got.extend(titles);
            token = last;
            turn += 1;
        }
        got
    };
    let ((), (), got) = tokio::join!(write(&test.app, 0), write(&other, 1), reading);
    let unique: BTreeSet<_> = got.iter().collect();
    assert_eq!((got.len(), unique.len()), (EVENTS, EVENTS), "{got:?}");
}

/// The same as a property: however the log grows and wherever the reader stops.
#[test]
fn resumed_at_any_points_the_stream_is_the_log() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let test = runtime.block_on(async {
        let test = TestApp::empty(Backend::Sqlite).await;
        fill(&test.app).await;
        for at in 0..60 {
            let action = if at % 3 == 0 { "version.update" } else { "version.approve" };
            happen(&test, action, &format!("c{at:02}"), "X24", Audience::Public).await;
        }
        test
    });
    let mut runner = TestRunner::new(ProptestConfig { cases: 24, ..ProptestConfig::default() });
    let stops = prop::collection::vec(1_usize..12, 8..20);
    let held = runner.run(&stops, |stops| {
        runtime.block_on(async {
            let (mut got, mut token) = (Vec::new(), String::new());
            for most in stops {
                let mut watcher = watch(&test.app, &test.system(), EventFilter::default(), &token).await;
                let left = 40 - got.len();
                if left == 0 {
                    break;
                }
                let (titles, last) = read(&test.app, &mut watcher, most.min(left)).await;
                got.extend(titles);
                token = last;
            }
            let expected: Vec<_> =
                (0..60).filter(|at| at % 3 != 0).map(|at| format!("The c{at:02} return")).collect();
            prop_assert_eq!(&got[..], &expected[..got.len()]);
            Ok(())
        })
    });
    held.unwrap();
}

#[tokio::test]
async fn a_token_of_another_registry_or_of_after_a_backup_is_refused() {
    let test = TestApp::empty(Backend::Sqlite).await;
    fill(&test.app).await;
    happen(&test, "version.approve", "a", "X24", Audience::Public).await;
    let mut watcher = watch(&test.app, &test.system(), EventFilter::default(), "").await;
    let (_, token) = read(&test.app, &mut watcher, 1).await;
    let other = TestApp::empty(Backend::Sqlite).await;
    fill(&other.app).await;
    for at in 0..2 {
        let refused =
            other.app.watch(&other.system(), EventFilter::default(), &token, false).await.unwrap_err();
        assert!(refused.to_string().contains("another, or from after the backup"), "{at}: {refused}");
        happen(&other, "version.approve", "b", "X24", Audience::Public).await;
    }
}
