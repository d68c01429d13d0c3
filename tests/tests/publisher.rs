//! The publisher by the pages alone, in a real browser: plans and their targets, and a month's report with its correction.

use onus_tests::{Database, Demo, Server, node, target};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
fn a_publisher_publishes_plans_and_corrects_a_month(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let screenshots = target().join("end-to-end/publisher");
    let (seen, _) = node("publisher.mjs", &json!({ "base": server.base(), "screenshots": screenshots }));
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    assert_eq!(seen["violations"], json!([]), "axe");
    let said = |what: &str| seen[what].as_str().unwrap_or_default();
    let says = |what: &str, parts: &[&str]| {
        for part in parts {
            assert!(said(what).contains(part), "{what} does not say {part:?}: {}", said(what));
        }
    };
    says("nobody", &["No body has published a plan yet.", "How a status is found"]);
    says("nothing", &["There is a problem", "Body: choose whose plan it is"]);
    says("unread", &["Target 1, what you promise"]);
    says("kept", &["Ask once <b>"]);
    says(
        "published",
        &["Ask once <b>", "Hours a year", "Off track", "Submit-once rate", "Items without use lapse."],
    );
    says("silent", &["Why", "a promise is not changed in silence"]);
    says("changed", &["90,000"]);
    says("everybody", &["All plans together", "Off track", "31 March 2028"]);
    assert!(!said("everybody").contains("Publish a plan"), "a stranger is offered what only a publisher may");
    says("no_reason", &["There is a problem", "a reason for readers"]);
    says("preview", &["revision 2", "Plans and targets"]);
    says("corrected", &["Revision 2", "This is a correction: The plan of X24 was left out.", "Revision 1"]);
    says("report", &["All plans together", "Why it changed", "NHS England"]);
    says("body", &["Ask once <b>", "Its collections, by the hours"]);
    says("provider", &["Who asks it, in 12 months"]);
    says("first", &["Revision 1", "Revision 2"]);
    says("withdrawn", &["No body has published a plan yet."]);
    assert_eq!(seen["stranger"], 401);
}
