//! What somebody who is not signed in, and a form that is not of this site, get at every address: a new one belongs in the table below.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use onus_testkit::{Backend, TestApp};
use std::collections::BTreeMap;
use tower::ServiceExt;

/// What a stranger gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// What everybody may read.
    ToAll,
    /// To whoever shows what was sent to them: a stranger is told that it is unknown.
    ByLink,
    /// Of the visitor's own: a stranger is asked to sign in, and sees nothing of anybody's.
    Own,
    /// Part of signing in and out: without a sign-in under way nothing is done.
    Identity,
}

/// Every address of `onus_web::router`.
const ADDRESSES: &[(&str, Open)] = &[
    ("/", Open::ToAll),
    ("/search", Open::ToAll),
    ("/collections", Open::ToAll),
    ("/collections/{id}", Open::ToAll),
    ("/collections/{id}/versions/{number}", Open::ToAll),
    ("/overlaps", Open::ToAll),
    ("/overlaps/{left}/{right}", Open::ToAll),
    ("/definitions", Open::ToAll),
    ("/definitions/{id}", Open::ToAll),
    ("/matches/{left}/{right}", Open::ToAll),
    ("/steward/matches", Open::Own),
    ("/challenges", Open::ToAll),
    ("/challenges/new", Open::Own),
    ("/challenges/{id}", Open::ToAll),
    ("/feedback", Open::Own),
    ("/work", Open::Own),
    ("/register", Open::Own),
    ("/drafts/{id}/{number}", Open::Own),
    ("/drafts/{id}/{number}/steps", Open::Own),
    ("/drafts/{id}/{number}/changes", Open::Own),
    ("/drafts/{id}/{number}/texts/{page}", Open::Own),
    ("/drafts/{id}/{number}/respondents", Open::Own),
    ("/drafts/{id}/{number}/schedule", Open::Own),
    ("/drafts/{id}/{number}/items", Open::Own),
    ("/drafts/{id}/{number}/items/add", Open::Own),
    ("/drafts/{id}/{number}/items/file", Open::Own),
    ("/drafts/{id}/{number}/items/columns", Open::Own),
    ("/drafts/{id}/{number}/items/take", Open::Own),
    ("/drafts/{id}/{number}/items/template.csv", Open::Own),
    ("/drafts/{id}/{number}/items/{position}", Open::Own),
    ("/drafts/{id}/{number}/burden", Open::Own),
    ("/drafts/{id}/{number}/duplicates", Open::Own),
    ("/drafts/{id}/{number}/check", Open::Own),
    ("/admin", Open::Own),
    ("/admin/accounts", Open::Own),
    ("/admin/accounts/{id}", Open::Own),
    ("/admin/new-account", Open::Own),
    ("/admin/organisations", Open::Own),
    ("/admin/organisations/{code}", Open::Own),
    ("/admin/new-organisation", Open::Own),
    ("/admin/audit", Open::ToAll),
    ("/admin/audit/{id}", Open::ToAll),
    ("/panel", Open::Own),
    ("/panel/{id}/{number}", Open::Own),
    ("/providers", Open::ToAll),
    ("/providers/{code}", Open::ToAll),
    ("/providers/{code}/change", Open::ToAll),
    ("/providers/{code}/change.csv", Open::ToAll),
    ("/providers/{code}/due.ics", Open::ToAll),
    ("/providers/{code}/submissions", Open::Own),
    ("/providers/{code}/submissions/file", Open::Own),
    ("/providers/{code}/submissions/take", Open::Own),
    ("/providers/{code}/submissions/template.csv", Open::Own),
    ("/providers/{code}/submissions/{collection}/{version}/{start}", Open::Own),
    ("/tariffs", Open::ToAll),
    ("/defaults", Open::ToAll),
    ("/change", Open::ToAll),
    ("/change.csv", Open::ToAll),
    ("/asked", Open::ToAll),
    ("/asked/crosswalk.csv", Open::ToAll),
    ("/consultations", Open::Own),
    ("/consultations/{id}", Open::Own),
    ("/drafts/{id}/{number}/consult", Open::Own),
    ("/reuse", Open::ToAll),
    ("/reuse/{id}", Open::ToAll),
    ("/plans", Open::ToAll),
    ("/plans/new", Open::Own),
    ("/plans/{code}", Open::ToAll),
    ("/plans/{code}/change", Open::Own),
    ("/bodies", Open::ToAll),
    ("/bodies/{code}", Open::ToAll),
    ("/editions", Open::ToAll),
    ("/editions/{month}/preview", Open::Own),
    ("/editions/{month}/reports", Open::ToAll),
    ("/editions/{month}/revisions/{number}", Open::ToAll),
    ("/editions/{month}/revisions/{number}/{*path}", Open::ToAll),
    ("/editions/{month}", Open::ToAll),
    ("/editions/{month}/{*path}", Open::ToAll),
    ("/look-up", Open::ToAll),
    ("/subscriptions", Open::Own),
    ("/subscriptions/{id}", Open::Own),
    ("/subscriptions/confirm", Open::ByLink),
    ("/subscriptions/unsubscribe", Open::ByLink),
    ("/about", Open::ToAll),
    ("/accessibility", Open::ToAll),
    ("/assets/{version}/{file}", Open::ToAll),
    ("/sign-in", Open::Identity),
    ("/sign-in/callback", Open::Identity),
    ("/sign-out", Open::Identity),
    ("/signed-out", Open::Identity),
    ("/account", Open::Own),
    ("/healthz", Open::ToAll),
];

/// The addresses as the router's source names them, each with whether it takes forms.
fn routes() -> BTreeMap<&'static str, bool> {
    let source = include_str!("../src/lib.rs");
    // A long one stands on lines of its own.
    let routes = source
        .split(".route(")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split_once('"'));
    routes
        .map(|(path, rest)| (path, rest.split(".route(").next().unwrap_or(rest).contains("post(")))
        .collect()
}

async fn ask(test: &TestApp, method: &str, path: &str) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from("name=registrar&token=forged")).expect("a request");
    let answer = onus_web::router(test.app.clone()).oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[test]
fn every_address_is_in_the_table() {
    let known: Vec<_> = ADDRESSES.iter().map(|(path, _)| *path).collect();
    let lacking: Vec<_> = routes().into_keys().filter(|path| !known.contains(path)).collect();
    assert!(lacking.is_empty(), "not in the table: {lacking:?}");
    let gone: Vec<_> = known.iter().filter(|path| !routes().contains_key(*path)).collect();
    assert!(gone.is_empty(), "in the table only: {gone:?}");
}

#[tokio::test]
async fn a_stranger_sees_what_is_published_and_nobody_s_own() {
    let test = TestApp::empty(Backend::Sqlite).await;
    for (path, open) in ADDRESSES {
        let (status, page) = ask(&test, "GET", &path.replace(['{', '}', '*'], "")).await;
        match open {
            // Of what is not there a stranger hears what everybody hears; what only takes forms is not looked at.
            Open::ToAll => assert!(matches!(status.as_u16(), 200 | 400 | 404 | 405), "{path}: {status}"),
            Open::ByLink => assert!(status.is_client_error(), "{path}: {status}"),
            // What only takes forms shows nothing.
            Open::Own if status == StatusCode::METHOD_NOT_ALLOWED => {
                assert!(page.is_empty(), "{path}: {page}");
            }
            Open::Own => assert!(page.contains("/sign-in") && !page.contains("demo-"), "{path}: {page}"),
            Open::Identity => assert!(!status.is_server_error(), "{path}: {status}"),
        }
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let test = TestApp::empty(Backend::Sqlite).await;
    let forms: Vec<_> =
        routes().into_iter().filter(|(_, takes_forms)| *takes_forms).map(|(path, _)| path).collect();
    assert!(forms.contains(&"/sign-in") && forms.contains(&"/sign-out"), "{forms:?}");
    let before = test.app.store().stamp().await.expect("a stamp");
    for path in forms {
        let (status, _) = ask(&test, "POST", path).await;
        assert!(status.is_client_error(), "{path}: {status}");
    }
    assert_eq!(test.app.store().stamp().await.expect("a stamp"), before);
}
