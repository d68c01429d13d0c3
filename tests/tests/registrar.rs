//! A registrar's whole way by the pages alone, in a real browser: from a title to the panel, with the mistakes that people make.

use onus_tests::{Database, Demo, Server, node, target};
use rstest::rstest;
use serde_json::{Value, json};

#[rstest]
fn a_registrar_registers_a_collection(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let screenshots = target().join("end-to-end/registrar");
    let (seen, _) = node("registrar.mjs", &json!({ "base": server.base(), "screenshots": screenshots }));
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    assert_eq!(seen["violations"], json!([]), "axe");
    let said = |what: &str| seen[what].as_str().unwrap_or_default();
    let says = |what: &str, parts: &[&str]| {
        for part in parts {
            assert!(said(what).contains(part), "{what} does not say {part:?}: {}", said(what));
        }
    };
    says("work", &["Register a collection", "In the making", "In force"]);
    says("untitled", &["There is a problem", "a title that respondents will recognise"]);
    assert_eq!(seen["draft"], "/drafts/winter-pressures-return/1");
    says("tasks", &["What it is", "Who must answer", "What you ask", "Incomplete", "What is asked already"]);
    says("no_title", &["Title: a title that respondents will recognise"]);
    assert_eq!(seen["purpose_kept"], "To see where beds are short before patients wait.");
    says("nobody", &["<B>", "is no code", "At least: enter a number"]);
    says("never", &["Choose how often", "enter a real day", "Days to answer"]);

    says("none_picked", &["Choose the definitions"]);
    says("picked", &["1 item added", "1 item"]);
    says("no_file", &["Choose a file, or paste the items"]);
    says("columns", &["Say what each column is", "Operations called off for want of a bed"]);
    says("no_names", &["Say which column has the items’ names"]);
    says("preview", &["2 items: 0 registered already", "Register it as a new definition"]);
    // What is not likely the same is not said to be, nor near what has no word in common with it.
    let claimed = ["Registered in other words", "CLUSTERING TOOL"];
    assert!(!claimed.iter().any(|one| said("preview").contains(one)), "{}", said("preview"));
    says("no_subject", &["What the answers are about"]);
    says("uploaded", &["1 item added", "2 items", "Operations called off for want of a bed"]);
    says("changed", &["The weekly operational meeting", "Improvement"]);

    says("default", &["published default", "hours in the first year"]);
    says("minutes", &["Line 1: enter minutes as a number"]);
    // What stands there while one types is what the button gives.
    assert_eq!(seen["as_typed"], seen["worked_out_figures"]);
    assert_eq!((&seen["worked_out"], &seen["restated"]), (&json!("90"), &json!("95")));

    says("unanswered", &["is asked already"]);
    says(
        "duplicates",
        &["asked already of the same providers", "The same definition", "of your respondents"],
    );
    says("answered", &["1 item is asked already, each answered"]);
    says("overtaken", &["Somebody else saved this draft while you wrote", "beds@example.org"]);
    assert_eq!(
        (&seen["mine_kept"], &seen["mine_stays"]),
        (&json!("cold@example.org"), &json!("cold@example.org"))
    );
    says("lost", &["You were signed out", "Send what I typed"]);
    assert_eq!(seen["found"], "kept@example.org");

    says("check", &["Check your answers", "kept@example.org", "Every month, from 1 April 2027"]);
    says("submitted", &["Waits for: The panel, to take it up", "Withdraw it"]);
    says("waiting", &["Winter pressures return", "The panel, to take it up"]);
    says("in_force", &["The page that everybody sees", "Begin the next version"]);
    says("differs", &["To see the same, in fewer words."]);
    assert_eq!(seen["deleted"], "/work");
}
