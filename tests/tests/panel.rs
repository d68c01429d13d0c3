//! What the panel and an administrator do in the console, in a real browser: a request is taken up, returned with a reason, submitted again
//! and approved on a condition; renewals are approved together; a program gets an account and a token; a change is found in the audit log.

use onus_tests::{Database, Demo, Server, call, node, target};
use rstest::rstest;
use serde_json::{Value, json};

const VERSION: &str = "collections/critical-care-capacity-survey/versions/1";
const RENEWAL: &str = "collections/critical-care-capacity-survey/versions/2";

fn content() -> Value {
    json!({
        "title": "Critical care capacity survey",
        "purpose": "To see where critical care is short of beds before winter.",
        "legal_basis": "Health and Social Care Act 2012, section 259",
        "uses": "The weekly winter operations meeting",
        "feedback": "A dashboard of one's own and one's neighbours' figures",
        "contact": "capacity@example.nhs.uk",
        "respondents": { "provider_types": ["PROVIDER_TYPE_ACUTE"], "basis": "BASIS_STATED", "evidence": "letter to trusts" },
        "schedule": {
            "frequency": "FREQUENCY_MONTHLY", "first_period": "2027-01-01", "due_lag_days": 10, "basis": "BASIS_STATED",
            "evidence": "letter to trusts"
        },
        "items": [{
            "position": 1, "section": "Unit", "mandation": "MANDATION_MANDATORY", "role": "ITEM_ROLE_CONTENT",
            "subject": "subjects/CRITICAL_CARE_ADULT", "definition": "definitions/critical-care-unit-function",
            "purpose_kind": "PURPOSE_KIND_IMPROVEMENT", "use": "Beds by kind of unit"
        }],
    })
}

/// What the registrar does meanwhile, by calls.
struct Registrar<'s>(&'s Server);

impl Registrar<'_> {
    fn calls(&self, calls: &[(&str, Value)]) {
        let calls: Vec<_> = calls
            .iter()
            .map(|(method, request)| {
                call(&format!("CollectionService/{method}"), "registrar", request.clone())
            })
            .collect();
        for called in self.0.calls(&calls) {
            called.response();
        }
    }

    fn registers_and_submits(&self) {
        let create = json!({
            "collection": { "owner": "organisations/X24", "sector_path": "SECTOR_PATH_NATIONAL" }, "content": content(),
        });
        let reason = "Needed ten days after each month's end; what is held comes later.";
        let explain = json!({ "name": VERSION, "explanations": [{ "position": 1, "reason": reason }] });
        self.calls(&[
            ("CreateCollection", create),
            ("ExplainItems", explain),
            ("SubmitVersion", json!({ "name": VERSION })),
        ]);
    }

    fn submits_again(&self) {
        let version = json!({ "name": VERSION });
        let uses = "The winter operations meeting of 1 December decides on surge beds";
        let change = json!({ "version": { "name": VERSION, "content": { "uses": uses } }, "update_mask": "content.uses" });
        self.calls(&[
            ("RedraftVersion", version.clone()),
            ("UpdateDraft", change),
            ("SubmitVersion", version),
        ]);
    }

    fn renews(&self) {
        let keep = json!([{ "position": 1, "reason": "The winter plan needs it." }]);
        self.calls(&[
            ("PublishVersion", json!({ "name": VERSION })),
            ("RenewVersion", json!({ "name": VERSION, "keep": keep })),
            ("SubmitVersion", json!({ "name": RENEWAL })),
        ]);
    }
}

/// Runs a part of the script, in which axe must find nothing.
fn part(server: &Server, name: &str) -> Value {
    let screenshots = target().join("end-to-end/panel");
    let (seen, _) =
        node("panel.mjs", &json!({ "base": server.base(), "part": name, "screenshots": screenshots }));
    assert_eq!(seen["broken"], Value::Null, "{seen:#}");
    assert_eq!(seen["violations"], json!([]), "axe");
    seen
}

#[track_caller]
fn says(seen: &Value, what: &str, parts: &[&str]) {
    let said = seen[what].as_str().unwrap_or_default();
    for part in parts {
        assert!(said.contains(part), "{what} does not say {part:?}: {said}");
    }
}

#[rstest]
fn the_panel_decides(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let registrar = Registrar(&server);
    registrar.registers_and_submits();

    let seen = part(&server, "return");
    says(
        &seen,
        "queue",
        &["The panel’s queue", "1 request waits", "Critical care capacity survey", "NHS England", "1 of 1"],
    );
    says(
        &seen,
        "version",
        &[
            "Version 1 of 1",
            "Submitted",
            "Take up for review",
            "in its first year",
            "Needed ten days after each month's end",
        ],
    );
    says(&seen, "taken_up", &["You are reviewing this request"]);
    says(&seen, "refused", &["There is a problem", "Say why", "The approval must end on a real date"]);
    assert_eq!(seen["kept"], json!(["RETURN", "31", "It ends with the pilot."]), "what was typed stays");
    says(&seen, "comment_refused", &["Write what you want to say", "Give the number of an item"]);
    says(&seen, "commented", &["Your comment is kept", "Which meeting decides?", "Panel alone"]);
    says(&seen, "stale", &["Somebody changed this version"]);
    says(&seen, "returned", &["Returned to its owner", "Say which meeting decides on it."]);
    assert_eq!(seen["forged"], 403);
    assert_eq!(seen["chair_only"], json!(false), "a member may not approve in an emergency");

    registrar.submits_again();
    let seen = part(&server, "approve");
    says(
        &seen,
        "version",
        &["for the 2nd time", "Approve it in an emergency", "Say which meeting decides on it."],
    );
    says(&seen, "refused", &["Say what you decide"]);
    says(
        &seen,
        "approved",
        &["Approved. Its owner can put it in force", "Ends when the minimum data set comes as soon."],
    );
    says(&seen, "stranger", &["not possible"]);

    registrar.renews();
    let seen = part(&server, "renew");
    says(&seen, "queue", &["Renewal", "1 request waits"]);
    says(&seen, "too_early", &["0 of 1 approved", "taken up first"]);
    says(&seen, "taken_up", &["1 of 1 taken up"]);
    says(&seen, "version", &["Was it used?", "The winter plan needs it.", "Kept", "nothing differs"]);
    says(&seen, "approved", &["1 of 1 approved", "Approved"]);
    says(&seen, "suspended", &["Suspended: it need not be answered"]);
    says(&seen, "resumed", &["In force again"]);
}

#[rstest]
fn an_administrator_keeps_accounts_and_reads_the_log(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let server = Server::start(&demo);
    let seen = part(&server, "admin");
    says(&seen, "overview", &["What runs", "Queued", "Audit log", "Root"]);
    says(&seen, "wrong", &["The key must be", "Give it a name in words", "The organisation must be"]);
    says(&seen, "made", &["The account is made", "nightly-importer", "Program"]);
    let secret = seen["secret"].as_str().unwrap_or_default();
    assert!(secret.len() > 30, "{seen:#}");
    assert_eq!(seen["secret_in_address"], json!(false));
    says(&seen, "again", &["made already"]);
    assert_eq!((&seen["tokens"], &seen["secret_again"]), (&json!(1), &json!(false)), "{seen:#}");
    let authorization = format!("Bearer {secret}");
    let me = || onus_tests::call_as("AccountService/GetMe", &authorization, json!({}));
    says(&seen, "revoked", &["The token is revoked", "Revoked"]);
    server.calls(&[me()])[0].refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
    says(&seen, "disabled", &["The change is saved", "Disabled"]);
    says(&seen, "accounts", &["1 account", "nightly-importer", "Steward"]);
    says(&seen, "log", &["account.create", "account.disable", "token.revoke", "demo-admin"]);
    says(&seen, "entry", &["accounts/nightly-importer", "Hashes on the way", "onus audit verify", "Root"]);
    assert_eq!(seen["leaf"], seen["leaf_computed"], "the hash is that of the text shown");
    says(&seen, "stranger", &["not possible"]);
    let log = server.log();
    assert!(!log.contains(secret), "the token is in the server's log");
}
