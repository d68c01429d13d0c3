//! Callers that call too often are told when to come back; others are not touched.

use onus_tests::{Database, Demo, Server, Wire, call};
use serde_json::json;
use std::time::Duration;

const SETTINGS: &[(&str, &str)] = &[
    ("SERVER__RATE__ADDRESS", "3"),
    ("SERVER__RATE__REFUSED", "1"),
    ("SERVER__TRUSTED_PROXIES", "127.0.0.1"),
];

/// The head of a page that a proxy fetches for a client.
fn head(server: &Server, path: &str, client: &str) -> String {
    let mut wire = Wire::connect(server.address());
    let request = format!("GET {path} HTTP/1.0\r\nhost: here\r\nx-forwarded-for: {client}\r\n\r\n");
    wire.send(request.as_bytes()).expect("a request is taken");
    let (answer, _) = wire.read_to_end(Duration::from_secs(30));
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    answer.split("\r\n\r\n").next().unwrap_or_default().to_owned()
}

#[test]
fn who_calls_too_often_waits_and_others_do_not() {
    let demo = Demo::copy(Database::Sqlite);
    let server = Server::start_with(&demo, SETTINGS);
    let heads: Vec<_> = (0..60).map(|_| head(&server, "/about", "192.0.2.1")).collect();
    let refused: Vec<_> = heads.iter().filter(|head| head.starts_with("http/1.0 429")).collect();
    assert!(heads[..20].iter().all(|head| head.starts_with("http/1.0 200")), "ten seconds' worth at once");
    assert!(!refused.is_empty() && refused.iter().all(|head| head.contains("retry-after: 1")), "{heads:?}");
    assert!(head(&server, "/about", "192.0.2.2").starts_with("http/1.0 200"));
    assert!(head(&server, "/about", "192.0.2.1, 192.0.2.3").starts_with("http/1.0 200"));
    assert!(head(&server, "/healthz", "192.0.2.1").starts_with("http/1.0 200"));

    // The same by gRPC, from the proxy's own address; known callers are counted by their account.
    let list = |identity| call("CollectionService/ListCollections", identity, json!({ "page_size": 1 }));
    let calls = [vec![list(""); 60], vec![list("registrar")], vec![list("nobody"); 30]].concat();
    let answers = server.calls(&calls);
    let details = answers[59].refusal("RESOURCE_EXHAUSTED", "RATE");
    assert!(
        details["RetryInfo"]["retry_delay"].as_str().is_some_and(|delay| delay.ends_with('s')),
        "{details:#}"
    );
    answers[60].response();
    answers[61].refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    answers[90].refusal("RESOURCE_EXHAUSTED", "RATE");
}
