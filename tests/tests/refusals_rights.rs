//! What is not the caller's: another body's draft, one's own submission to approve, a request that was another one before. Refused to a
//! foreign client over every call, with nothing told and nothing stored, on both databases.

use onus_tests::{Called, Database, Demo, Server, call, call_as, run};
use rstest::rstest;
use serde_json::{Value, json};

/// A served demo with a draft of the registrar's, of NHS England.
struct Scene {
    server: Server,
    demo: Demo,
}

/// What nobody but its owner and the panel may learn.
const SECRET: &str = "Beds that nobody has heard of";
const COLLECTION: &str = "collections/beds-that-nobody-has-heard-of";
const DRAFT: &str = "collections/beds-that-nobody-has-heard-of/versions/1";

fn create(title: &str, request_id: &str) -> Value {
    json!({
        "collection": { "owner": "organisations/X24", "sector_path": "SECTOR_PATH_NATIONAL" },
        "content": { "title": title }, "request_id": request_id,
    })
}

impl Scene {
    fn new(database: Database) -> Self {
        let demo = Demo::copy(database);
        Self { server: Server::start(&demo), demo }
    }

    /// A machine of a body's, with roles; what it shows.
    fn machine(&self, account: &str, roles: &str, body: &str) -> String {
        let day = run(std::process::Command::new("date").args(["+%F", "-d", "+30 days"]));
        let day = String::from_utf8(day.stdout).expect("a day");
        let make = ["token", "create", "--account", account, "--roles", roles, "--organisation", body];
        let made =
            run(&mut self.demo.command(&[&make[..], &["--expires", day.trim(), "-o", "json"]].concat()));
        let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        format!("Bearer {}", made["secret"].as_str().expect("a secret"))
    }

    fn draft(&self) {
        let calls = [call("CollectionService/CreateCollection", "registrar", create(SECRET, ""))];
        assert_eq!(self.server.calls(&calls)[0].response()["name"], COLLECTION);
    }

    /// Makes calls by which nothing may be stored.
    fn stores_nothing(&self, calls: &[Value]) -> Vec<Called> {
        let before = self.demo.stored();
        let answers = self.server.calls(calls);
        assert_eq!(self.demo.stored(), before, "nothing is stored");
        answers
    }
}

/// Every call that names a version, or its collection.
fn all_of_a_version() -> Vec<(&'static str, Value)> {
    let (name, parent) = (json!({ "name": DRAFT }), json!({ "parent": DRAFT }));
    let reason = json!({ "name": DRAFT, "reason": "because" });
    let update = json!({ "version": { "name": DRAFT, "content": { "title": "Mine" } }, "update_mask": "content.title" });
    let estimate = json!({
        "activity": "ACTIVITY_GATHERING", "staff_role": "STAFF_ROLE_DATA_CLERK", "basis": "LINE_BASIS_PER_SUBMISSION",
        "minutes": "1",
    });
    let statement = json!({ "from_date": "2026-11-15", "method": "METHOD_DECLARED", "lines": [estimate] });
    vec![
        ("CollectionService/GetCollection", json!({ "name": COLLECTION })),
        ("CollectionService/ListVersions", json!({ "parent": COLLECTION })),
        ("CollectionService/GetVersion", name.clone()),
        ("CollectionService/CompareVersions", name.clone()),
        ("CollectionService/GetDuplicateReport", name.clone()),
        ("CollectionService/GetRenewal", name.clone()),
        ("CollectionService/ListItemUses", parent.clone()),
        ("CollectionService/CreateDraft", json!({ "parent": COLLECTION })),
        ("CollectionService/UpdateDraft", update.clone()),
        ("CollectionService/BatchUpdateDrafts", json!({ "requests": [update] })),
        (
            "CollectionService/ExplainItems",
            json!({ "name": DRAFT, "explanations": [{ "position": 1, "reason": "because" }] }),
        ),
        ("CollectionService/SubmitVersion", name.clone()),
        ("CollectionService/WithdrawVersion", name.clone()),
        ("CollectionService/RedraftVersion", name.clone()),
        ("CollectionService/PublishVersion", name.clone()),
        ("CollectionService/SuspendVersion", reason.clone()),
        ("CollectionService/ResumeVersion", reason.clone()),
        ("CollectionService/RetireVersion", reason.clone()),
        ("CollectionService/RenewVersion", name.clone()),
        (
            "CollectionService/RecordUse",
            json!({ "name": DRAFT, "positions": [1], "used_on": "2026-11-15", "what": "a plan" }),
        ),
        ("CollectionService/DeleteVersion", name),
        ("ReviewService/ListReviews", parent.clone()),
        ("ReviewService/ListComments", parent),
        ("BurdenService/CreateStatement", json!({ "parent": DRAFT, "statement": statement })),
    ]
}

#[rstest]
fn another_bodys_draft_is_not_there(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let scene = Scene::new(database);
    scene.draft();
    let other = scene.machine("another-body", "REGISTRAR", "UKHSA");
    let all = all_of_a_version();
    let calls: Vec<_> =
        all.iter().map(|(method, request)| call_as(method, &other, request.clone())).collect();
    // Who has just been heard for the first time is noted as heard.
    scene.server.calls(&calls[..1]);
    for (called, (method, _)) in scene.stores_nothing(&calls).iter().zip(&all) {
        called.refusal("NOT_FOUND", "NOT_FOUND");
        assert!(!called.message().contains(SECRET), "{method}: {}", called.message());
    }
    let lists = [
        "CollectionService/ListCollections",
        "AuditService/ListEntries",
        "ConsultationService/ListConsultations",
    ];
    let calls = lists.map(|method| call_as(method, &other, json!({ "page_size": 1000 })));
    for called in scene.stores_nothing(&calls) {
        let told = called.response().to_string();
        assert!(!told.contains(SECRET) && !told.contains(COLLECTION), "{told:.300}");
    }
    assert_eq!(scene.server.get(&format!("/{COLLECTION}")).status, 404);
    let own = call("CollectionService/GetVersion", "registrar", json!({ "name": DRAFT }));
    assert_eq!(scene.server.calls(&[own])[0].response()["content"]["title"], SECRET);
}

#[rstest]
fn a_request_id_is_of_one_request_also_after_the_server_died(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scene = Scene::new(database);
    let key = "0191d3a0-0000-4000-8000-00000000000b";
    let made_by = |title| call("CollectionService/CreateCollection", "registrar", create(title, key));
    let made = scene.server.calls(&[made_by(SECRET)])[0].response().clone();
    let delete = json!({ "name": DRAFT, "request_id": key });
    let calls =
        [made_by(SECRET), made_by("Others"), call("CollectionService/DeleteVersion", "registrar", delete)];
    let refused = |answers: &[Called]| {
        assert_eq!(answers[0].response(), &made, "answered as before");
        for other in &answers[1..] {
            other.refuses_field("request_id", "REUSED", key, "another request was made with this one");
        }
    };
    refused(&scene.stores_nothing(&calls));

    let Scene { server, demo } = scene;
    let scene = Scene { server: Server::start_at(&demo, server.kill(), &[]), demo };
    refused(&scene.stores_nothing(&calls));
    // Of another account's it says nothing.
    let other = scene.machine("another-program", "REGISTRAR", "X24");
    let theirs = call_as("CollectionService/CreateCollection", &other, create("Others", key));
    assert_eq!(scene.server.calls(&[theirs])[0].response()["name"], "collections/others");
}
