//! A registrar's whole way by the pages alone, in a real browser: from a title to the panel, with the mistakes that people make.

use onus_tests::{Database, Demo, Server, Story};
use rstest::rstest;
use serde_json::json;

#[rstest]
fn a_registrar_registers_a_collection(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = Story::told("registrar", &server);
    seen.says("work", &["Register a collection", "In the making", "In force"]);
    seen.says("untitled", &["There is a problem", "a title that respondents will recognise"]);
    assert_eq!(seen["draft"], "/drafts/winter-pressures-return/1");
    seen.says(
        "tasks",
        &["What it is", "Who must answer", "What you ask", "Incomplete", "What is asked already"],
    );
    seen.says("no_title", &["Title: a title that respondents will recognise"]);
    assert_eq!(seen["purpose_kept"], "To see where beds are short before patients wait.");
    seen.says("nobody", &["<B>", "is no code", "At least: enter a number"]);
    seen.says("never", &["Choose how often", "enter a real day", "Days to answer"]);

    seen.says("none_picked", &["Choose the definitions"]);
    seen.says("picked", &["1 item added", "1 item"]);
    seen.says("names", &["The same question is registered", "nothing but a name was given"]);
    assert_eq!(seen["reused"], "critical-care-unit-function");
    seen.says("unsaid", &["Beds lent to neighbours"]);
    seen.says("named", &["1 item added", "2 items", "Beds lent to neighbours"]);
    seen.says("no_file", &["Choose a file, or paste the items"]);
    seen.says("columns", &["Say what each column is", "Operations called off for want of a bed"]);
    seen.says("no_names", &["Say which column has the items’ names"]);
    seen.says("preview", &["2 items: 0 registered already", "Register it as a new definition"]);
    // What is not likely the same is not said to be, nor near what has no word in common with it.
    let claimed = ["The same question is registered", "CLUSTERING TOOL"];
    assert!(!claimed.iter().any(|one| seen.said("preview").contains(one)), "{}", seen.said("preview"));
    seen.says("no_subject", &["What the answers are about"]);
    seen.says("uploaded", &["1 item added", "3 items", "Operations called off for want of a bed"]);
    seen.says("changed", &["The weekly operational meeting", "Improvement"]);

    seen.says("default", &["published default", "hours in the first year"]);
    seen.says("minutes", &["Line 1: enter minutes as a number"]);
    // What stands there while one types is what the button gives.
    assert_eq!(seen["as_typed"], seen["worked_out_figures"]);
    assert_eq!((&seen["worked_out"], &seen["restated"]), (&json!("90"), &json!("95")));

    seen.says("unanswered", &["is asked already"]);
    seen.says(
        "duplicates",
        &["asked already of the same providers", "The same definition", "of your respondents"],
    );
    seen.says("answered", &["1 item is asked already, each answered"]);
    seen.says("overtaken", &["Somebody else saved this draft while you wrote", "beds@example.org"]);
    assert_eq!(
        (&seen["mine_kept"], &seen["mine_stays"]),
        (&json!("cold@example.org"), &json!("cold@example.org"))
    );
    seen.says("lost", &["You were signed out", "Send what I typed"]);
    assert_eq!(seen["found"], "kept@example.org");

    seen.says("check", &["Check your answers", "kept@example.org", "Every month, from 1 April 2027"]);
    seen.says("submitted", &["Waits for: The panel, to take it up", "Withdraw it"]);
    seen.says("waiting", &["Winter pressures return", "The panel, to take it up"]);
    seen.says("in_force", &["The page that everybody sees", "Begin the next version"]);
    seen.says("differs", &["To see the same, in fewer words."]);
    assert_eq!(seen["deleted"], "/work");
}
