//! What a busy server writes of its callers: requests by their identifiers, and nothing about people.

use onus_tests::{Database, Demo, Server, Wire, call};
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;

/// What must never be in a log: names, addresses and tokens that calls and pages below carry.
const PERSONAL: [&str; 7] =
    ["ann.smith", "example.nhs.uk", "Ann Smith", "hunter2", "registrar", "0113 496", "192.0.2.7"];

fn content(title: &str, contact: &str) -> Value {
    json!({ "title": title, "contact": contact, "purpose": "Beds. Ask Ann Smith, 0113 496 0000." })
}

fn create(title: &str, owner: &str) -> Value {
    let collection = json!({ "owner": owner, "sector_path": "SECTOR_PATH_NATIONAL" });
    let content = content(title, "ann.smith@example.nhs.uk");
    call(
        "CollectionService/CreateCollection",
        "registrar",
        json!({ "collection": collection, "content": content }),
    )
}

#[rstest]
fn a_busy_servers_log_names_requests_and_no_people(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[values("human", "json")] format: &str,
) {
    let demo = Demo::copy(database);
    let server = Server::start_with(&demo, &[("TELEMETRY__LOG", "debug"), ("TELEMETRY__FORMAT", format)]);
    let ours = "organisations/X24";
    let answers = server.calls(&[
        create("Beds in use", ours),
        create("Beds in use", ours),
        create("", ours),
        create("Beds of others", "organisations/ZZZ"),
        call(
            "CollectionService/GetCollection",
            "",
            json!({ "name": "collections/ann.smith@example.nhs.uk" }),
        ),
        call("CollectionService/ListCollections", "", json!({ "filter": "purpose : \"Ann Smith\"" })),
        call("CollectionService/ListCollections", "hunter2", json!({})),
    ]);
    answers[0].response();
    answers[1].refusal("ALREADY_EXISTS", "ALREADY_EXISTS");
    let request = "GET /collections?q=Ann+Smith&contact=ann.smith@example.nhs.uk HTTP/1.0\r\nhost: here\r\n\
        authorization: Bearer hunter2\r\ncookie: session=hunter2\r\nx-forwarded-for: 192.0.2.7\r\nx-request-id: the-page-1\r\n\r\n";
    let mut wire = Wire::connect(server.address());
    wire.send(request.as_bytes()).expect("a request is taken");
    let (answer, _) = wire.read_to_end(Duration::from_secs(30));
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(answer.contains("x-request-id: the-page-1"), "{answer}");
    assert_eq!(server.get("/collections/ann.smith@example.nhs.uk").status, 404);

    let log = server.log();
    for personal in PERSONAL {
        let line = log.lines().find(|line| line.contains(personal));
        assert!(line.is_none(), "{personal} is in the log: {line:?}");
    }
    let lines: Vec<_> = log.lines().filter(|line| line.contains("the-page-1")).collect();
    assert!(lines.iter().any(|line| line.contains("answered") && line.contains("/collections")), "{lines:?}");
    let answered = log.lines().filter(|line| line.contains("answered")).collect::<Vec<_>>();
    assert!(answered.len() > 8 && answered.iter().all(|line| line.contains("request.id")), "{answered:?}");
}
