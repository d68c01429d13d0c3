//! Tasks by the keyboard alone, in a real browser: every link, button and field is reached by Tab, and where the focus is can be seen.

use onus_tests::{Database, Demo, Server, Story};
use serde_json::json;

#[test]
fn tasks_are_done_by_the_keyboard_alone() {
    let demo = Demo::copy(Database::Sqlite);
    let server = Server::start(&demo);
    let seen = Story::told("keyboard", &server);
    seen.says("challenged", &["Critical Care Minimum Data Set", "With its owner"]);
    seen.says("asked", &["Of 1 item, every one is asked already", "NHS NUMBER"]);
    seen.says("registered", &["Beds by the keyboard"]);
    seen.says("read", &["With its owner"]);
    assert_eq!(seen["skip"], "Skip to main content");
    assert_eq!(seen["lost"], json!([]), "not reached, or reached unseen");
    assert_eq!(seen["paper"], 794, "wider than a sheet");
    seen.says("printed", &["Manchester University", "Burden index"]);
    seen.is_silent("printed", &["Sign in", "Monthly reports"]);
}
