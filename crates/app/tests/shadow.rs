//! What another model or vocabulary found is found anew, and what one would change is told without changing anything.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use onus_app::{App, decisions::NewDecision};
use onus_domain::relation::{Match, Relation};
use onus_exchange::sample::Grouping;
use onus_matching::MODEL;
use onus_testkit::{Backend, TestApp};
use rstest::rstest;
use std::sync::Arc;

/// The registry with other matches held, as a server that starts sees it.
async fn holding(test: &TestApp, change: impl FnOnce(&mut Vec<Match>)) -> App {
    let store = &test.database.store;
    let mut matches = test.app.view().await.unwrap().snapshot.matches.clone();
    change(&mut matches);
    store.write(async |tx| tx.replace_matches(&matches).await).await.unwrap();
    test.another(store.clone())
}

async fn finding(app: &App) -> (bool, String) {
    let found = app.examine().await.into_iter().find(|found| found.check == "matching").unwrap();
    (found.well, found.detail)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_another_model_found_is_found_anew(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::sample(backend, Grouping::Families).await.unwrap();
    let before = test.app.view().await.unwrap().snapshot.matches.clone();
    assert_eq!(finding(&test.app).await, (true, MODEL.to_owned()));
    let anew = async |app: &App| app.match_if_changed(&test.system(), Arc::new(|_, _| {})).await.unwrap();
    assert_eq!(anew(&test.app).await, None, "nothing changed");

    let app = holding(&test, |matches| matches[3].model = "facets-1".into()).await;
    let (well, detail) = finding(&app).await;
    assert!(!well && detail.contains("1 matches were found by another model"), "{detail}");
    assert_eq!(anew(&app).await, Some(before.len()));
    assert!(finding(&app).await.0);
    assert_eq!(app.view().await.unwrap().snapshot.matches, before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_would_change_is_told_and_measured_by_rulings(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let test = TestApp::sample(backend, Grouping::Families).await.unwrap();
    let shadow = async |app: &App| app.shadow(Arc::new(|_, _| {})).await.unwrap();
    let none = shadow(&test.app).await;
    assert!(none.changed.is_empty() && none.counts.iter().all(|count| count.before == count.after));
    assert!(none.counts.iter().any(|count| count.relation == Relation::Same) && none.before.ruled == 0);

    let view = test.app.view().await.unwrap();
    let same = view.snapshot.matches.iter().find(|one| one.relation == Relation::Same).unwrap().clone();
    let new = NewDecision {
        left: same.left.clone(),
        left_version: None,
        right: same.right.clone(),
        right_version: None,
        relation: Some(Relation::Same),
        reason: "as the source says".into(),
    };
    test.app.decide(&test.demo("steward").unwrap(), new, false).await.unwrap();
    let ruled = test.app.rulings().await.unwrap();
    assert_eq!((ruled.pairs.len(), ruled.outdated), (1, 0));
    assert_eq!((&ruled.pairs[0].left.id, ruled.pairs[0].relation.as_str()), (&same.left, "SAME"));

    // Held otherwise than the engine finds: as if another model had found it.
    let pair = |one: &Match| (one.left.clone(), one.right.clone());
    let app = holding(&test, |matches| {
        let at = matches.iter().position(|one| pair(one) == pair(&same)).unwrap();
        matches[at].relation = Relation::Related;
    })
    .await;
    let told = shadow(&app).await;
    let [changed] = told.changed.as_slice() else { panic!("{:?}", told.changed) };
    assert!(changed.begins() && !changed.ends() && changed.left == same.left);
    let recalled = [told.before, told.after].map(|agreement| agreement.recall.unwrap().value > 0.5);
    assert_eq!(recalled, [false, true]);
    let held = app
        .view()
        .await
        .unwrap()
        .snapshot
        .matches
        .iter()
        .find(|one| pair(one) == pair(&same))
        .unwrap()
        .relation;
    assert_eq!(held, Relation::Related, "nothing was changed");
}
