//! Where the links of e-mails lead: a link alone changes nothing, and one request without any other identity does.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use onus_domain::subscription::SubscriptionState;
use onus_testkit::{Backend, TestApp};
use std::sync::Arc;
use tower::ServiceExt as _;

async fn ask(test: &TestApp, method: &str, path: &str, body: &'static str) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    let answer = onus_web::router(Arc::clone(&test.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn links_show_a_button_and_the_button_does_it() {
    let test = TestApp::empty(Backend::Sqlite).await;
    let (status, page) = ask(&test, "GET", "/subscriptions/confirm?token=abc", "").await;
    assert!(status == StatusCode::OK && page.contains("value=\"abc\"") && page.contains("method=\"post\""));
    let (status, page) = ask(&test, "POST", "/subscriptions/confirm", "token=abc").await;
    assert!(status == StatusCode::NOT_FOUND && !page.contains("abc"), "{page}");
    for path in ["/subscriptions/confirm", "/subscriptions/unsubscribe"] {
        assert_eq!(ask(&test, "GET", path, "").await.0, StatusCode::NOT_FOUND);
    }
    // A mail program's one request (RFC 8058).
    let subscription = onus_domain::subscription::Subscription {
        id: uuid::Uuid::nil(),
        account: "a".into(),
        display_name: String::new(),
        channel: onus_domain::subscription::Channel::Email,
        address: "a@example.org".into(),
        filter: onus_domain::event::EventFilter::default(),
        cadence: onus_domain::subscription::Cadence::Each,
        state: SubscriptionState::Active,
        secret: String::new(),
        unsubscribe: "endme".into(),
        confirmation: None,
        created_at: test.system().now,
        revision: 1,
    };
    let subscription = &subscription;
    test.app.store().write(async |tx| tx.insert_subscription(subscription).await).await.unwrap();
    let path = "/subscriptions/unsubscribe?token=endme";
    assert!(ask(&test, "GET", path, "").await.1.contains("Stop these messages"));
    let held = test.app.store().subscription(subscription.id).await.unwrap().unwrap();
    assert_eq!(held.state, SubscriptionState::Active, "looking changes nothing");
    assert_eq!(ask(&test, "POST", path, "List-Unsubscribe=One-Click").await.0, StatusCode::OK);
    let held = test.app.store().subscription(subscription.id).await.unwrap().unwrap();
    assert_eq!(held.state, SubscriptionState::Unsubscribed);
}
