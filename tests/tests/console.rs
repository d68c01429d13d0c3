//! What people do in the console, in a real browser: a steward decides, a provider's data team asks whether it was asked already.

use onus_tests::{Database, Demo, Server, node, target};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
fn people_do_their_work(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let screenshots = target().join("end-to-end/console");
    let (seen, _) = node("console.mjs", &json!({ "base": server.base(), "screenshots": screenshots }));
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    assert_eq!(seen["violations"], json!([]), "axe");
    let said = |what: &str| seen[what].as_str().unwrap_or_default();
    let says = |what: &str, parts: &[&str]| {
        for part in parts {
            assert!(said(what).contains(part), "{what} does not say {part:?}: {}", said(what));
        }
    };
    says("queue", &["Matches to decide", "matches wait", "Hours at stake"]);
    says("refused", &["There is a problem", "Say how the two stand to each other", "Say why"]);
    says("decided", &["the same topic", "Take it back"]);
    let path = |what: &str| said(what).split('?').next().unwrap_or_default().to_owned();
    assert!(path("first").starts_with("/matches/") && path("next") != path("first"), "{seen:#}");
    assert_eq!(path("back"), path("first"), "what was taken back waits again");
    assert_eq!(seen["forged"], 403);
    for (what, expected) in [("key_before", true), ("hints", true), ("typed", true), ("taken_back", true)] {
        assert_eq!(seen[what], expected, "{what}: {seen:#}");
    }
    says("by_key", &["they ask different questions", "Take it back"]);
    says("pressed", &["true"]);

    says("nothing_sent", &["what you were asked"]);
    says(
        "answer",
        &["Of 2 items, one is asked already", "Yes, the same definition", "use it as it is", "No"],
    );
    says("crosswalk", &["position,item,standing", "1,Unit,IDENTICAL,critical-care-unit-function"]);
    says("macros", &["letter.xlsm", "without macros"]);
    assert_eq!(seen["kept"], "RJ1");
    says("change", &["Why burden changed", "Year to"]);
    says("calendar", &["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:", "END:VCALENDAR"]);
}
