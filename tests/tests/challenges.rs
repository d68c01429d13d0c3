//! The yellow card by the pages alone, in a real browser: challenged, answered, taken to the panel, decided, published; and feedback.

use onus_tests::{Database, Demo, Server, Story};
use rstest::rstest;

#[rstest]
fn a_provider_challenges_a_request(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = Story::told("challenges", &server);
    seen.says("work", &["Challenge a request", "Give feedback"]);
    assert!(seen.said("reference").starts_with("DR-"));
    seen.says("unsaid", &["There is a problem", "Choose what is wrong with it", "In your own words"]);
    seen.says("unknown", &["The collection that asks it already", "Which items: enter their numbers"]);
    seen.says("slip", &["no registered request has it. Did you mean", "In your own words"]);
    seen.says("slip", &[seen.said("reference"), "Critical Care Minimum Data Set"]);
    seen.says("no_item", &["Which items: the position of an item"]);
    seen.says("meant", &["The request: Critical Care Minimum Data Set"]);
    seen.says("waiting", &["Waiting for you", "Critical Care Minimum Data Set", "Answer by"]);
    seen.says("kept", &["<script>alert(1)</script>"]);
    seen.says(
        "raised",
        &["With its owner", "Its owner answers by", "<script>alert(1)</script>", "Take it back"],
    );
    seen.says("no_answer", &["What do you say", "In words"]);
    seen.says("answered", &["Not upheld", "lacks the hourly fields"]);
    seen.says("escalated", &["With the panel", "It has them since April."]);
    seen.says("decided", &["Upheld: the request changes", "It is asked twice since April."]);
    seen.says("list", &["Decided", "Duplicate", "Upheld"]);
    seen.says("published", &["The panel decided", "It is asked twice since April."]);
    assert!(
        !seen.said("published").contains("We send the same each month"),
        "a provider's words are its own"
    );
    assert_eq!(seen["stranger"], 401);

    seen.says("nothing", &["Choose which body", "Choose what it is about", "Say what happened"]);
    seen.says("given", &["Three returns due on one day", "2 of 5"]);
    seen.says("unanswered", &["Your answer"]);
    seen.says("replied", &["Their dates are spread"]);
    seen.says("heard", &["The panel:", "Their dates are spread"]);
}
