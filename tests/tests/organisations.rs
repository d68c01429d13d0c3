//! An ADMIN keeps organisations by the pages alone, in a real browser: registered, merged, closed, corrected.

use onus_tests::{Database, Demo, Server, Story};
use rstest::rstest;

#[rstest]
fn an_admin_keeps_organisations(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = Story::told("organisations", &server);
    seen.says("list", &["Manchester University", "R0A", "Provider: acute", "Since"]);
    seen.says("nothing", &["ODS code", "What it is: choose what it is"]);
    seen.says("unread", &["First day open: a real date", "Merger or split 1, share: a share above 0"]);
    assert_eq!(seen["kept"], "NORTHERN <b> TRUST");
    seen.says(
        "wrong",
        &["Merger or split 1, who ended or gave: the ODS code of a registered", "share above 0, at most 1"],
    );
    seen.says("registered", &["It is saved", "Organisation R9A", "Mergers and splits"]);
    seen.says(
        "successor",
        &["Took over 40%, on 1 April 2026, of:", "Manchester University", "12,500 square metres"],
    );
    seen.says("predecessor", &["40% went over, on 1 April 2026, to:", "NORTHERN <b> TRUST"]);
    seen.says("silent", &["Where this is from", "everybody reads it"]);
    seen.says("saved", &["It is saved"]);
    seen.says("overtaken", &["Somebody else"]);
    assert_eq!(seen["typed"], "Y62");
    seen.is_silent("undone", &["Took over"]);
    seen.says("log", &["succession.create", "succession.delete", "size.create", "organisation.create"]);
    for path in ["/admin/organisations", "/admin/organisations/R9A", "/admin/new-organisation"] {
        assert_eq!(seen[path], 403, "{path}");
    }
}
