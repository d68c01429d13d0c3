//! What was sent and what it took, by the pages alone, in a real browser: recorded, and taken back.

use onus_tests::{Database, Demo, Server, Story};
use rstest::rstest;

#[rstest]
fn a_provider_records_what_it_sent_and_takes_it_back(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = Story::told("submissions", &server);
    seen.says("list", &["What you sent, and what it took", "Not recorded", "Critical Care Minimum Data Set"]);
    seen.says("wrong", &["Minutes: a whole number of minutes"]);
    assert_eq!(seen["kept"], "many");
    seen.says("recorded", &["Sent on 15 November 2026", "It was not sent: take it back"]);
    seen.says("silent", &["Why: the reason, in words"]);
    seen.says("withdrawn", &["When was it sent?"]);
    seen.is_silent("withdrawn", &["Sent on", "take it back"]);
    assert_eq!(seen["stranger"], 403);
}
