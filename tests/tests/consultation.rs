//! A draft is shown to providers, by the pages alone, in a real browser: opened, commented, answered, closed.

use onus_tests::{Database, Demo, Server, Story, call};
use rstest::rstest;
use serde_json::json;

#[rstest]
fn a_draft_is_shown_to_providers(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let create = json!({
        "collection": { "owner": "organisations/X24", "sector_path": "SECTOR_PATH_NATIONAL" },
        "content": {
            "title": "Bed watch", "purpose": "To see where beds are short.",
            "respondents": { "provider_types": ["PROVIDER_TYPE_ACUTE"], "basis": "BASIS_STATED", "evidence": "letter to trusts" },
            "schedule": {
                "frequency": "FREQUENCY_MONTHLY", "first_period": "2027-04-01", "due_lag_days": 10, "basis": "BASIS_STATED",
                "evidence": "letter to trusts"
            },
            "items": [{
                "position": 1, "section": "Unit", "mandation": "MANDATION_MANDATORY", "role": "ITEM_ROLE_CONTENT",
                "subject": "subjects/CRITICAL_CARE_ADULT", "definition": "definitions/critical-care-unit-function",
            }],
        },
    });
    server.calls(&[call("CollectionService/CreateCollection", "registrar", create)])[0].response();

    let seen = Story::told("consultation", &server);
    seen.says("wrong", &["Providers: ODS codes, and not “<b>”", "Comments until: a real date"]);
    seen.says("kept", &["R0A, <b>", "within ten days?"]);
    seen.says(
        "opened",
        &["Open for comments", "28 February 2027", "Could you answer item 1", "Shown to", "Close it now"],
    );
    seen.says("list", &["Bed watch", "Open for comments", "not by other providers"]);
    seen.says(
        "shown",
        &[
            "A draft of NHS England, not in force",
            "CRITICAL CARE UNIT FUNCTION",
            "Every month",
            "Say something",
        ],
    );
    seen.is_silent("shown", &["Shown to", "Close it"]);
    seen.says("unsaid", &["What you say: what is to be said"]);
    seen.says("said", &["on item 1", "We close the month on day 12 <script>alert(1)</script>."]);
    seen.says("unanswered", &["Your answer"]);
    seen.says("answered", &["The answer:", "Then it is due on day 15."]);
    seen.says("overtaken", &["Somebody else did something with it meanwhile"]);
    seen.says("closed", &["Closed"]);
    seen.is_silent("closed", &["Close it now"]);
    seen.says("heard", &["Then it is due on day 15.", "Closed"]);
    seen.is_silent("heard", &["Say something"]);
    assert_eq!((&seen["strangers"], &seen["others"]), (&json!(401), &json!(404)));
}
