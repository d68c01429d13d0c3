//! The yellow card by the pages alone, in a real browser: challenged, answered, taken to the panel, decided, published; and feedback.

use onus_tests::{Database, Demo, Server, node, target};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
fn a_provider_challenges_a_request(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let screenshots = target().join("end-to-end/challenges");
    let (seen, _) = node("challenges.mjs", &json!({ "base": server.base(), "screenshots": screenshots }));
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    assert_eq!(seen["violations"], json!([]), "axe");
    let said = |what: &str| seen[what].as_str().unwrap_or_default();
    let says = |what: &str, parts: &[&str]| {
        for part in parts {
            assert!(said(what).contains(part), "{what} does not say {part:?}: {}", said(what));
        }
    };
    says("work", &["Challenge a request", "Give feedback"]);
    assert!(said("reference").starts_with("DR-"), "{seen:#}");
    says("unsaid", &["There is a problem", "Choose what is wrong with it"]);
    says("unknown", &["Asked already in"]);
    says("kept", &["<script>alert(1)</script>"]);
    says("raised", &["With its owner", "Its owner answers by", "<script>alert(1)</script>", "Take it back"]);
    says("no_answer", &["What do you say", "In words"]);
    says("answered", &["Not upheld", "lacks the hourly fields"]);
    says("escalated", &["With the panel", "It has them since April."]);
    says("decided", &["Upheld: the request changes", "It is asked twice since April."]);
    says("list", &["Decided", "Duplicate", "Upheld"]);
    says("published", &["The panel decided", "It is asked twice since April."]);
    assert!(!said("published").contains("We send the same each month"), "a provider's words are its own");
    assert_eq!(seen["stranger"], 401);

    says("nothing", &["Choose which body", "Choose what it is about", "Say what happened"]);
    says("given", &["Three returns due on one day", "2 of 5"]);
    says("unanswered", &["Your answer"]);
    says("replied", &["Their dates are spread"]);
    says("heard", &["The panel:", "Their dates are spread"]);
}
