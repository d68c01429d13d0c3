//! The life of a request as its people live it, on a running server with a real issuer of identities and a foreign client: registered, told of
//! duplicates, explained, returned, resubmitted, approved by another, looked up by a provider, expired. `docs/story.md` is what it prints.

use onus_tests::{Called, Database, Demo, Issuer, Server, call, call_as, root, run};
use rstest::rstest;
use serde_json::{Value, json};
use std::{
    env,
    fmt::Write as _,
    fs, thread,
    time::{Duration, Instant},
};

/// Set to write `docs/story.md` anew instead of comparing with it.
const RENEW: &str = "ONUS_TEST_RENEW";

const INTRODUCTION: &str = "\
# A request's life, call by call

A national body wants to ask acute trusts one more question about critical care. This page follows that request from its first draft to the
day its approval runs out: what is done, by whom, and what Onus answers.

| | |
|---|---|
| **Rita** | works for the UK Health Security Agency, which wants to ask |
| **Mona** | is a member of the panel that approves requests |
| **Paul** | answers requests at Airedale NHS Foundation Trust's data team |
| **anybody** | has not signed in |

A test makes this page (`tests/tests/story.rs`): a server with the sample registry, real sign-in by OpenID Connect, a client that knows Onus by
its published contract alone, on SQLite and on PostgreSQL. It fails when the server answers anything else. `ONUS_TEST_RENEW=1` writes the page
anew. Where a call does not say which version it is about, it is `collections/critical-care-capacity-survey/versions/1`.
";

const COLLECTION: &str = "collections/critical-care-capacity-survey";
const VERSION: &str = "collections/critical-care-capacity-survey/versions/1";
/// Who has not signed in.
const ANYBODY: &str = "anybody";
/// Longest wait for what the server does by itself.
const PATIENCE: Duration = Duration::from_mins(1);

fn people() -> Value {
    json!({
        "Rita": { "name": "Rita Registrar", "groups": ["onus-registrars"], "org": "UKHSA" },
        "Adam": { "name": "Adam Admin", "groups": ["onus-admins"] },
        "Mona": { "name": "Mona Member", "groups": [] },
        "Paul": { "name": "Paul Provider", "groups": [], "org": "RCF" },
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
    fn call(&mut self, who: &str, method: &str, request: &Value, shown: &[(&str, &str)]) -> Value {
        let answer = self.make(who, method, request).response().clone();
        let part = |path| answer.pointer(path).unwrap_or_else(|| panic!("no {path} in {answer:#}"));
        let parts: Vec<_> =
            shown.iter().map(|(name, path)| format!("{name} `{}`", plain(part(path)))).collect();
        self.tell(who, method, request, &format!("Onus answers: {}.", parts.join(", ")));
        answer
    }

    /// Makes a call that must be refused, and tells why it was.
    fn refused(&mut self, who: &str, method: &str, request: &Value, status: &str, says: &str) {
        let called = self.make(who, method, request);
        called.refusal(status, if status == "INVALID_ARGUMENT" { "INVALID" } else { status });
        assert!(called.message().contains(says), "{}", called.message());
        // Keys of people's accounts are made at random.
        let known = |word: &str| if word.starts_with("p-") { who.to_owned() } else { word.to_owned() };
        let said: Vec<_> = called.message().split(' ').map(known).collect();
        let said = said.join(" ");
        self.tell(who, method, request, &format!("Onus refuses (`{status}`):\n\n> {said}"));
    }

    fn make(&self, who: &str, method: &str, request: &Value) -> Called {
        let made = if who == ANYBODY {
            call(method, "", request.clone())
        } else {
            call_as(method, &format!("Bearer {}", self.issuer.token(who)), request.clone())
        };
        self.server.calls(&[made]).remove(0)
    }

    fn tell(&mut self, who: &str, method: &str, request: &Value, answer: &str) {
        let mut shown = request.clone();
        if let Some(fields) = shown.as_object_mut() {
            fields.retain(|name, value| name != "name" || value.as_str() != Some(VERSION));
        }
        let shown = match shown {
            empty if empty == json!({}) => String::new(),
            short if short.to_string().len() <= 120 => format!(" with `{short}`"),
            long => format!(" with\n\n```json\n{}\n```", serde_json::to_string_pretty(&long).expect("JSON")),
        };
        writeln!(self.told, "\n**{who}** calls `{method}`{shown}\n\n{answer}").expect("text");
    }

    /// Gives a person a role, as the ADMIN does who has seen them sign in.
    fn grant(&self, who: &str, role: &str) {
        let me = self.make(who, "AccountService/GetMe", &json!({}));
        let account = me.response()["account"].as_str().expect("a key");
        let account = json!({ "name": format!("accounts/{account}"), "roles": [role] });
        let change = json!({ "account": account, "update_mask": "roles" });
        self.make("Adam", "AccountService/UpdateAccount", &change).response();
    }
}

/// A value as people read it: texts without their quotation marks.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

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

const STATE: (&str, &str) = ("state", "/state");

/// From the first draft to the panel.
fn tell_of_asking(story: &mut Story) {
    story.say(
        "Registered",
        "Rita registers the request for her agency. It is a draft, which only her agency and the panel see.",
    );
    let create = json!({
        "collection": { "owner": "organisations/UKHSA", "sector_path": "SECTOR_PATH_NATIONAL" }, "content": content(),
        "request_id": "0191d3a0-0000-4000-8000-000000000001",
    });
    let shown = [("version", "/current_version"), ("state", "/current_state")];
    let made = story.call("Rita", "CollectionService/CreateCollection", &create, &shown);
    assert_eq!(made["current_version"], VERSION);
    let again = story.make("Rita", "CollectionService/CreateCollection", &create);
    assert_eq!(again.response(), &made, "made again, done once");
    story
        .make(ANYBODY, "CollectionService/GetVersion", &json!({ "name": VERSION }))
        .refusal("NOT_FOUND", "NOT_FOUND");

    story.say(
        "Told of duplicates",
        "She submits it, and learns that trusts give this answer already. She may drop the question, ask the body that holds the answers for \
         them, or say why trusts must be asked again.",
    );
    let version = json!({ "name": VERSION });
    story.refused(
        "Rita",
        "CollectionService/SubmitVersion",
        &version,
        "INVALID_ARGUMENT",
        "of its respondents in",
    );
    let shown = [
        ("what she asks is", "/items/0/standing"),
        ("asked by", "/items/0/hits/0/asked_by/1/title"),
        ("and by", "/items/0/hits/0/asked_by/0/title"),
    ];
    story.call("Rita", "CollectionService/GetDuplicateReport", &version, &shown);

    story.say("Explained", "She says why, and submits it again. From now on what it asks cannot change, and what was found is kept with it.");
    let reason = "Needed ten days after each month's end; what is held comes later.";
    let explain = json!({ "name": VERSION, "explanations": [{ "position": 1, "reason": reason }] });
    story.call(
        "Rita",
        "CollectionService/ExplainItems",
        &explain,
        &[("reason kept", "/explanations/0/reason")],
    );
    let shown = [("state", "/version/state"), ("duplicates explained", "/duplicate_report/duplicate_count")];
    story.call("Rita", "CollectionService/SubmitVersion", &version, &shown);
}

/// What the panel makes of it.
fn tell_of_the_panel(story: &mut Story) {
    let version = json!({ "name": VERSION });
    story.say("Returned", "Mona, of the panel, takes it up and sends it back with a reason.");
    story.call("Mona", "ReviewService/StartReview", &version, &[STATE]);
    let back = json!({ "name": VERSION, "reason": "Say which meeting decides on it." });
    story.call("Mona", "ReviewService/ReturnVersion", &back, &[STATE]);

    story.say("Resubmitted", "Rita makes it a draft again, puts it right and submits it once more.");
    story.call("Rita", "CollectionService/RedraftVersion", &version, &[STATE]);
    let uses = "The winter operations meeting of 1 December decides on surge beds";
    let change =
        json!({ "version": { "name": VERSION, "content": { "uses": uses } }, "update_mask": "content.uses" });
    story.call("Rita", "CollectionService/UpdateDraft", &change, &[("uses", "/content/uses")]);
    let shown = [("state", "/version/state"), ("submissions so far", "/duplicate_report/number")];
    story.call("Rita", "CollectionService/SubmitVersion", &version, &shown);

    story.say(
        "Approved by another",
        "Rita happens to chair the panel, but nobody approves what they submitted. Mona approves it, on a condition. Then it may begin.",
    );
    story.call("Mona", "ReviewService/StartReview", &version, &[STATE]);
    story.refused("Rita", "ReviewService/ApproveVersion", &version, "PERMISSION_DENIED", "four eyes");
    let approve = json!({ "name": VERSION, "conditions": ["Ends when the minimum data set comes as soon."] });
    story.call("Mona", "ReviewService/ApproveVersion", &approve, &[STATE, ("condition", "/conditions/0")]);
    story.call("Rita", "CollectionService/PublishVersion", &version, &[STATE]);
}

/// What a provider learns of it; its reference.
fn tell_of_looking_up(story: &mut Story) -> String {
    story.say(
        "Looked up by a provider",
        "Everybody may read it now, and it has a reference that every letter about it shows. Paul has such a letter. He mistypes the reference \
         first: its last character is a check on the others, so Onus can tell, and names the one he may have meant.",
    );
    let collection = json!({ "name": COLLECTION });
    let shown = [("state", "/current_state"), ("reference", "/reference")];
    let read = story.call(ANYBODY, "CollectionService/GetCollection", &collection, &shown);
    let reference = read["reference"].as_str().expect("a reference").to_owned();
    let (head, tail) = reference.split_at(7);
    let mut swapped: Vec<char> = tail.chars().collect();
    swapped.swap(0, 1);
    let mistyped = json!({ "reference": format!("{head}{}", swapped.iter().collect::<String>()) });
    let meant = format!("near it is {reference}");
    story.refused("Paul", "CollectionService/LookupReference", &mistyped, "INVALID_ARGUMENT", &meant);
    let look = json!({ "reference": reference });
    let shown = [("standing", "/standing"), ("title", "/collection/title")];
    let found = story.call("Paul", "CollectionService/LookupReference", &look, &shown);
    assert_eq!(found["standing"], "REFERENCE_STANDING_VALID");
    story.told.push_str(
        "\nAnother letter shows a reference that was never given. Such a request need not be answered.\n",
    );
    let made_up = json!({ "reference": "DR-000002Y" });
    let found =
        story.call("Paul", "CollectionService/LookupReference", &made_up, &[("standing", "/standing")]);
    assert_eq!(found["standing"], "REFERENCE_STANDING_UNKNOWN");
    reference
}

/// Three years on: it ended by itself, though the server was down on the day.
fn tell_of_its_end(story: &mut Story, reference: &str) {
    story.say(
        "Expired",
        "The server is stopped, and started again three years later. Nobody has had the request approved anew, so its approval has run out: Onus \
         ends it by itself, on the day or as soon as it runs again. Trusts need not answer it any more.",
    );
    let version = json!({ "name": VERSION });
    let start = Instant::now();
    while story.make(ANYBODY, "CollectionService/GetVersion", &version).response()["state"]
        != "VERSION_STATE_EXPIRED"
    {
        assert!(start.elapsed() < PATIENCE, "it did not end by itself\n{}", story.server.log());
        thread::sleep(Duration::from_millis(200));
    }
    story.call(ANYBODY, "CollectionService/GetVersion", &version, &[STATE]);
    let look = json!({ "reference": reference });
    let found = story.call(ANYBODY, "CollectionService/LookupReference", &look, &[("standing", "/standing")]);
    assert_eq!(found["standing"], "REFERENCE_STANDING_EXPIRED");
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
    story.grant("Mona", "ROLE_PANEL_MEMBER");
    story.grant("Rita", "ROLE_PANEL_CHAIR");
    tell_of_asking(&mut story);
    tell_of_the_panel(&mut story);
    let reference = tell_of_looking_up(&mut story);

    let Story { server, issuer, told } = story;
    assert!(server.stop().success());
    let server = Server::serve_later(&registry, issuer.onus, 3 * 366);
    let mut story = Story { server, issuer, told };
    tell_of_its_end(&mut story, &reference);
    let Story { server, told, .. } = story;
    assert!(server.stop().success());
    let page = root().join("docs/story.md");
    if env::var_os(RENEW).is_some() {
        fs::write(&page, &told).expect("the page can be written");
    }
    let committed = fs::read_to_string(&page).unwrap_or_default();
    assert!(committed == told, "docs/story.md is out of date: set {RENEW}=1 and run this test again\n{told}");

    let verified = registry.command(&["audit", "verify", "-o", "json"]).output().expect("it runs");
    let verified: Value = serde_json::from_slice(&verified.stdout).expect("one JSON object");
    assert_eq!(verified["sound"], true, "every change is proved: {verified:#}");
}
