//! The publisher by the pages alone, in a real browser: plans and their targets, and a month's report with its correction.

use onus_tests::{Database, Demo, Server, Story};
use rstest::rstest;

#[rstest]
fn a_publisher_publishes_plans_and_corrects_a_month(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = Story::told("publisher", &server);
    seen.says("nobody", &["No body has published a plan yet.", "How a status is found"]);
    seen.says("nothing", &["There is a problem", "Body: choose whose plan it is"]);
    seen.says("unread", &["Target 1, what you promise"]);
    seen.says("kept", &["Ask once <b>"]);
    seen.says(
        "published",
        &["Ask once <b>", "Hours a year", "Off track", "Submit-once rate", "Items without use lapse."],
    );
    seen.says("silent", &["Why", "a promise is not changed in silence"]);
    seen.says("changed", &["90,000"]);
    seen.says("everybody", &["All plans together", "Off track", "31 March 2028"]);
    assert!(
        !seen.said("everybody").contains("Publish a plan"),
        "a stranger is offered what only a publisher may"
    );
    seen.says("no_reason", &["There is a problem", "a reason for readers"]);
    seen.says("preview", &["revision 2", "Plans and targets"]);
    seen.says(
        "corrected",
        &["Revision 2", "This is a correction: The plan of X24 was left out.", "Revision 1"],
    );
    seen.says("report", &["All plans together", "Why it changed", "NHS England"]);
    seen.says("body", &["Ask once <b>", "Its collections, by the hours"]);
    seen.says("provider", &["Who asks it, in 12 months"]);
    seen.says("first", &["Revision 1", "Revision 2"]);
    seen.says("withdrawn", &["No body has published a plan yet."]);
    assert_eq!(seen["stranger"], 401);
}
