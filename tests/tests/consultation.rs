//! A draft is shown to providers, by the pages alone, in a real browser: opened, commented, answered, closed.

use onus_tests::{Database, Demo, Server, call, node, target};
use rstest::rstest;
use serde_json::{Value, json};

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

    let screenshots = target().join("end-to-end/consultation");
    let (seen, _) = node("consultation.mjs", &json!({ "base": server.base(), "screenshots": screenshots }));
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    assert_eq!(seen["violations"], json!([]), "axe");
    let said = |what: &str| seen[what].as_str().unwrap_or_default();
    let says = |what: &str, parts: &[&str]| {
        for part in parts {
            assert!(said(what).contains(part), "{what} does not say {part:?}: {}", said(what));
        }
    };
    says("wrong", &["Providers: ODS codes, and not “<b>”", "Comments until: a real date"]);
    says("kept", &["R0A, <b>", "within ten days?"]);
    says(
        "opened",
        &["Open for comments", "28 February 2027", "Could you answer item 1", "Shown to", "Close it now"],
    );
    says("list", &["Bed watch", "Open for comments", "not by other providers"]);
    says(
        "shown",
        &[
            "A draft of NHS England, not in force",
            "CRITICAL CARE UNIT FUNCTION",
            "Every month",
            "Say something",
        ],
    );
    assert!(!said("shown").contains("Shown to") && !said("shown").contains("Close it"), "{}", said("shown"));
    says("unsaid", &["What you say: what is to be said"]);
    says("said", &["on item 1", "We close the month on day 12 <script>alert(1)</script>."]);
    says("unanswered", &["Your answer"]);
    says("answered", &["The answer:", "Then it is due on day 15."]);
    says("overtaken", &["Somebody else did something with it meanwhile"]);
    says("closed", &["Closed"]);
    assert!(!said("closed").contains("Close it now"), "{}", said("closed"));
    says("heard", &["Then it is due on day 15.", "Closed"]);
    assert!(!said("heard").contains("Say something"), "{}", said("heard"));
    assert_eq!((&seen["strangers"], &seen["others"]), (&json!(401), &json!(404)));
}
