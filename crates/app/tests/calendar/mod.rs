//! What the calendar does by itself: once, as of its day, however late.

use super::*;
use chrono::NaiveDate;
use std::future::Future;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A collection in force from 1 December whose successor begins on 1 January and whose approval ends on 1 March; and what is owed.
async fn scheduled(test: &TestApp) -> CollectionId {
    test.turn_to(day("2026-11-23"));
    let registrar = test.demo("registrar").unwrap();
    let id = test.app.create_collection(&registrar, new("X24"), false).await.unwrap().0.id;
    for (who, act) in
        [("registrar", Move::Submit), ("panel-member", Move::StartReview), ("panel-chair", Move::Approve)]
    {
        step(test, who, act, &id, 1, "").await.unwrap();
    }
    let on = |live_from: &str| MoveRequest { live_from: Some(day(live_from)), ..MoveRequest::default() };
    let set = test.app.make_move(&registrar, Move::Publish, &id, 1, &on("2026-12-01")).await.unwrap().1;
    assert_eq!((set.state, set.live_from), (VersionState::Approved, Some(day("2026-12-01"))));
    test.app.create_draft(&registrar, &id, false).await.unwrap();
    for (who, act) in [("registrar", Move::Submit), ("panel-member", Move::StartReview)] {
        step(test, who, act, &id, 2, "").await.unwrap();
    }
    let until = MoveRequest { expires_on: Some(day("2027-03-01")), ..MoveRequest::default() };
    test.app.make_move(&test.demo("panel-chair").unwrap(), Move::Approve, &id, 2, &until).await.unwrap();
    test.app.make_move(&registrar, Move::Publish, &id, 2, &on("2027-01-01")).await.unwrap();
    id
}

async fn owed(test: &TestApp, id: &CollectionId) -> Vec<(u32, NaiveDate)> {
    let view = test.app.view().await.unwrap();
    let owed = view.obligations(&OdsCode::new("R0A").unwrap(), day("2026-11-01"), day("2027-12-31")).unwrap();
    owed.into_iter()
        .filter(|owed| owed.obligation.collection == *id)
        .map(|owed| (owed.obligation.version, owed.obligation.period_end))
        .collect()
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn what_is_due_happens_by_itself_once_and_as_of_its_day(#[case] backend: Backend) {
    // One server runs every day, the other is down from the first day to the last.
    let (daily, late) = (test_app(backend).await, test_app(backend).await);
    let (id, other) = (scheduled(&daily).await, scheduled(&late).await);
    let before = owed(&daily, &id).await;
    let mut made = 0;
    for on in
        ["2026-11-30", "2026-12-01", "2026-12-01", "2026-12-31", "2027-01-01", "2027-02-28", "2027-03-01"]
    {
        daily.turn_to(day(on));
        made += daily.app.make_due_moves(&daily.system()).await.unwrap();
    }
    late.turn_to(day("2027-03-10"));
    let early = owed(&late, &other).await;
    assert_eq!(late.app.make_due_moves(&late.system()).await.unwrap(), made);
    assert_eq!(made, 3, "two begin, one ends: each once");
    assert_eq!(late.app.make_due_moves(&late.system()).await.unwrap(), 0);
    daily.turn_to(day("2027-03-10"));

    let versions = async |test: &TestApp, id: &CollectionId| {
        let all = test.app.collection(&test.demo("registrar").unwrap(), id).await.unwrap().1;
        all.into_iter().map(|v| (v.state, v.live_from, v.live_to, v.expires_on)).collect::<Vec<_>>()
    };
    let kept = versions(&daily, &id).await;
    assert_eq!(kept, versions(&late, &other).await);
    assert_eq!(
        (kept[0].0, kept[0].2, kept[1].0, kept[1].2),
        (VersionState::Superseded, Some(day("2027-01-01")), VersionState::Expired, Some(day("2027-03-01")))
    );
    let after = owed(&daily, &id).await;
    assert_eq!(after, owed(&late, &other).await, "figures are the same whether the server was down or not");
    // Until the moves are made, what is set to begin counts from its day on, and what ends counts until its own.
    let begun = |owed: Vec<(u32, NaiveDate)>| -> Vec<_> {
        owed.into_iter().filter(|(_, end)| *end < day("2027-03-01")).collect()
    };
    assert_eq!(begun(early), after);
    assert_eq!(begun(before), after);
    let periods: Vec<_> = after.iter().map(|(version, end)| format!("{version} {end}")).collect();
    assert_eq!(periods, ["1 2026-12-22", "2 2027-01-22", "2 2027-02-22"]);

    // Each move is an act of Onus itself, with its own entry.
    let entries =
        late.database.store.audit_of(&format!("collections/{other}/versions/2"), None, 100).await.unwrap();
    let mut acts: Vec<_> =
        entries.iter().filter(|one| one.actor == "system").map(|one| one.action.as_str()).collect();
    // Entries of one moment stand in no order of their own.
    acts.sort_unstable();
    assert_eq!(acts, ["version.expire", "version.publish"]);
}

#[rstest]
#[case(Backend::Sqlite)]
#[case(Backend::Postgres)]
#[tokio::test]
async fn several_servers_make_each_due_move_once(#[case] backend: Backend) {
    let test = test_app(backend).await;
    scheduled(&test).await;
    test.turn_to(day("2027-03-10"));
    let others: Vec<_> = (0..3).map(|_| test.another(test.database.store.clone())).collect();
    let context = test.system();
    let runs = others.iter().map(|server| server.make_due_moves(&context));
    let made: Result<Vec<_>> = futures_join(runs.collect()).await.into_iter().collect();
    assert_eq!(made.unwrap().into_iter().sum::<usize>(), 3);
}

/// Waits for all, all at once.
async fn futures_join<T, F: Future<Output = T>>(all: Vec<F>) -> Vec<T> {
    let mut all: Vec<_> = all.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        for (work, done) in all.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = work.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) {
            return std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect());
        }
        std::task::Poll::Pending
    })
    .await
}

#[tokio::test]
async fn whoever_acts_late_acts_on_what_is_due() {
    let test = test_app(Backend::Sqlite).await;
    let id = scheduled(&test).await;
    test.turn_to(day("2026-12-15"));
    let registrar = test.demo("registrar").unwrap();
    // Nobody made the move of 1 December; suspending finds the version in force all the same.
    let request = MoveRequest { reason: "a pause".into(), ..MoveRequest::default() };
    let suspended = test.app.make_move(&registrar, Move::Suspend, &id, 1, &request).await.unwrap().1;
    assert_eq!((suspended.state, suspended.live_from), (VersionState::Suspended, Some(day("2026-12-01"))));
}
