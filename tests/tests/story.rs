//! The life of a request as its people live it, on a running server with a real issuer of identities and a foreign client: registered, told of
//! duplicates, explained, returned, resubmitted, approved by another, looked up by a provider, expired. `docs/story.md` is what it prints.

use onus_tests::{Called, Database, Demo, Issuer, Server, call_as, root, run};
use rstest::rstest;
use serde_json::{Value, json};
use std::{env, fmt::Write as _, fs};

/// Set to write `docs/story.md` anew instead of comparing with it.
const RENEW: &str = "ONUS_TEST_RENEW";

const INTRODUCTION: &str = "\
# A request's life, call by call

What follows was made by a test, `tests/tests/story.rs`: a server with the sample registry, a real OpenID Connect issuer, and a client of another
stack (grpcio, by reflection). The test fails when the server does anything else; `ONUS_TEST_RENEW=1` writes this page anew.
";

fn people() -> Value {
    json!({
        "rita": { "name": "Rita Registrar", "groups": ["onus-registrars"], "org": "UKHSA" },
        "adam": { "name": "Adam Admin", "groups": ["onus-admins"] },
        "mona": { "name": "Mona Member", "groups": [] },
        "paul": { "name": "Paul Provider", "groups": [], "org": "R0A" },
    })
}

/// The story as it is told.
struct Story {
    server: Server,
    issuer: Issuer,
    told: String,
}

impl Story {
    fn say(&mut self, heading: &str, text: &str) {
        writeln!(self.told, "\n## {heading}\n\n{text}").expect("text");
    }

    /// Makes a call as somebody and tells it with those parts of the answer that `shown` names.
    fn call(&mut self, who: &str, method: &str, request: &Value, shown: &[&str]) -> Value {
        let answer = self.make(who, method, request);
        let answer = answer.response();
        let mut parts = serde_json::Map::new();
        for path in shown {
            let value = answer.pointer(path).cloned().unwrap_or_default();
            parts.insert(path.trim_start_matches('/').replace('/', "."), value);
        }
        self.tell(who, method, request, &format!("Answered: `{}`", Value::from(parts)));
        answer.clone()
    }

    /// Makes a call that must be refused, and tells why it was.
    fn refused(&mut self, who: &str, method: &str, request: &Value, status: &str, reason: &str) -> String {
        let called = self.make(who, method, request);
        called.refusal(status, reason);
        let message = called.message().to_owned();
        self.tell(who, method, request, &format!("Refused, `{status}`: {message}"));
        message
    }

    fn make(&self, who: &str, method: &str, request: &Value) -> Called {
        let authorization =
            if who == "the public" { String::new() } else { format!("Bearer {}", self.issuer.token(who)) };
        let called = self.server.calls(&[call_as(method, &authorization, request.clone())]);
        called.into_iter().next().expect("one answer")
    }

    fn tell(&mut self, who: &str, method: &str, request: &Value, answer: &str) {
        let request = serde_json::to_string_pretty(request).expect("JSON");
        writeln!(self.told, "\n**{who}** calls `{method}`\n\n```json\n{request}\n```\n\n{answer}")
            .expect("text");
    }
}

/// Gives a person a role, as the ADMIN does who has seen them sign in.
fn grant(story: &mut Story, who: &str, role: &str) {
    let account = story.make(who, "AccountService/GetMe", &json!({})).response()["account"]
        .as_str()
        .expect("a key")
        .to_owned();
    let change = json!({ "account": { "name": format!("accounts/{account}"), "roles": [role] }, "update_mask": "roles" });
    story.make("adam", "AccountService/UpdateAccount", &change).response();
}

const VERSION: &str = "collections/critical-care-capacity-survey/versions/1";

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

fn tell(story: &mut Story) -> String {
    story.say("Registered", "Rita registers a collection for the UK Health Security Agency. A title is enough to begin; she gives it whole.");
    let create = json!({
        "collection": { "owner": "organisations/UKHSA", "sector_path": "SECTOR_PATH_NATIONAL" }, "content": content(),
        "request_id": "0191d3a0-0000-4000-8000-000000000001",
    });
    let made = story.call(
        "rita",
        "CollectionService/CreateCollection",
        &create,
        &["/name", "/current_version", "/current_state"],
    );
    assert_eq!(made["current_version"], VERSION);
    assert_eq!(
        story.make("rita", "CollectionService/CreateCollection", &create).response(),
        &made,
        "made again, done once"
    );

    story.say("Told of duplicates", "She asks to submit it. What it asks is asked already, so she must drop it, rest it on a reuse agreement, or say why.");
    let submit = json!({ "name": VERSION });
    story.refused("rita", "CollectionService/SubmitVersion", &submit, "INVALID_ARGUMENT", "INVALID");
    let report = story.call(
        "rita",
        "CollectionService/GetDuplicateReport",
        &submit,
        &["/items/0/standing", "/items/0/hits/0/asked_by/0/title", "/asked_count"],
    );
    assert_eq!(report["items"][0]["standing"], "STANDING_IDENTICAL");

    story.say(
        "Explained",
        "She says why it is asked all the same, and submits it. That freezes what it asks.",
    );
    let explain = json!({ "name": VERSION, "explanations": [{ "position": 1, "reason": "Needed each month; the minimum data set comes yearly." }] });
    story.call("rita", "CollectionService/ExplainItems", &explain, &["/explanations"]);
    story.call("rita", "CollectionService/SubmitVersion", &submit, &["/version/state"]);

    story.say("Returned", "Mona, of the panel, takes it up and sends it back with a reason.");
    story.call("mona", "ReviewService/StartReview", &submit, &["/state"]);
    let back = json!({ "name": VERSION, "reason": "Say which meeting decides on it." });
    story.call("mona", "ReviewService/ReturnVersion", &back, &["/state"]);

    story.say("Resubmitted", "Rita makes it a draft again, puts it right and submits it once more.");
    story.call("rita", "CollectionService/RedraftVersion", &submit, &["/state"]);
    let change = json!({
        "version": { "name": VERSION, "content": { "uses": "The winter operations meeting of 1 December decides on surge beds" } },
        "update_mask": "content.uses",
    });
    story.call("rita", "CollectionService/UpdateDraft", &change, &["/state", "/content/uses"]);
    story.call("rita", "CollectionService/SubmitVersion", &submit, &["/version/state"]);

    story.say(
        "Approved by another",
        "Rita may not approve what she submitted, whatever roles she has. Mona approves it, on a condition.",
    );
    story.refused("rita", "ReviewService/ApproveVersion", &submit, "PERMISSION_DENIED", "PERMISSION_DENIED");
    story.call("mona", "ReviewService/StartReview", &submit, &["/state"]);
    let approve = json!({ "name": VERSION, "conditions": ["Ends when the minimum data set comes monthly."] });
    story.call("mona", "ReviewService/ApproveVersion", &approve, &["/state", "/conditions"]);
    story.call("rita", "CollectionService/PublishVersion", &submit, &["/state"]);

    story.say("Looked up by a provider", "Paul, at a trust, has a letter that asks for it and shows a reference. He looks it up, and mistypes it first.");
    let reference = story
        .make("the public", "CollectionService/GetCollection", &json!({ "name": made["name"] }))
        .response()["reference"]
        .as_str()
        .expect("a reference")
        .to_owned();
    let mut mistyped: Vec<char> = reference.chars().collect();
    mistyped.swap(7, 8);
    let mistyped: String = mistyped.into_iter().collect();
    story.refused(
        "paul",
        "CollectionService/LookupReference",
        &json!({ "reference": mistyped }),
        "INVALID_ARGUMENT",
        "INVALID",
    );
    let look = json!({ "reference": reference });
    let found =
        story.call("paul", "CollectionService/LookupReference", &look, &["/standing", "/collection/title"]);
    assert_eq!(found["standing"], "REFERENCE_STANDING_VALID");
    reference
}

#[rstest]
fn a_request_lives_from_its_registration_to_its_end(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let (registry, issuer) = (Demo::empty(database), Issuer::start(&people()));
    run(&mut registry.command(&["import", "sample"]));
    issuer.configure(&registry, "");
    let server = Server::serve_at(&registry, issuer.onus);
    let mut story = Story { server, issuer, told: INTRODUCTION.to_owned() };
    grant(&mut story, "mona", "ROLE_PANEL_MEMBER");
    let reference = tell(&mut story);

    let Story { server, issuer, mut told } = story;
    assert!(server.stop().success());
    let server = Server::serve_later(&registry, issuer.onus, 1_097);
    writeln!(told, "\n## Expired\n\nThree years on, nobody has had it approved again. The server sees to that by itself, also if it was down on the day.").expect("text");
    let look = json!({ "reference": reference });
    let standing = |server: &Server| {
        let called = server.calls(&[call_as("CollectionService/LookupReference", "", look.clone())]);
        called[0].response()["standing"].clone()
    };
    let found = standing(&server);
    assert_eq!(found, "REFERENCE_STANDING_EXPIRED");
    writeln!(
        told,
        "\n**the public** calls `CollectionService/LookupReference`\n\nAnswered: `{{\"standing\":{found}}}`"
    )
    .expect("text");
    let state = server.calls(&[call_as("CollectionService/GetVersion", "", json!({ "name": VERSION }))]);
    assert_eq!(state[0].response()["state"], "VERSION_STATE_EXPIRED");

    let page = root().join("docs/story.md");
    if env::var_os(RENEW).is_some() {
        fs::write(&page, &told).expect("the page can be written");
    }
    let committed = fs::read_to_string(&page).unwrap_or_default();
    assert!(committed == told, "docs/story.md is out of date: set {RENEW}=1 and run this test again\n{told}");
}
