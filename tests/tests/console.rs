//! What people do in the console, in a real browser: a steward decides, a provider's data team asks whether it was asked already.

use onus_tests::{Database, Demo, Server, Story};
use rstest::rstest;

#[rstest]
fn people_do_their_work(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = Story::told("console", &server);
    seen.says("queue", &["Matches to decide", "matches wait", "Hours at stake"]);
    seen.says("refused", &["There is a problem", "Say how the two stand to each other", "Say why"]);
    seen.says("decided", &["the same topic", "Take it back"]);
    let path = |what: &str| seen.said(what).split('?').next().unwrap_or_default().to_owned();
    assert!(path("first").starts_with("/matches/") && path("next") != path("first"));
    assert_eq!(path("back"), path("first"), "what was taken back waits again");
    assert_eq!(seen["forged"], 403);
    for (what, expected) in [("key_before", true), ("hints", true), ("typed", true), ("taken_back", true)] {
        assert_eq!(seen[what], expected, "{what}");
    }
    seen.says("by_key", &["they ask different questions", "Take it back"]);
    seen.says("pressed", &["true"]);

    seen.says("nothing_sent", &["what you were asked"]);
    seen.says(
        "answer",
        &["Of 2 items, one is asked already", "Yes, the same definition", "use it as it is", "No"],
    );
    seen.says("crosswalk", &["position,item,standing", "1,Unit,IDENTICAL,critical-care-unit-function"]);
    seen.says("macros", &["letter.xlsm", "without macros"]);
    assert_eq!(seen["kept"], "RJ1");
    seen.says("change", &["Why burden changed", "Year to"]);
    seen.says("calendar", &["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:", "END:VCALENDAR"]);
}
