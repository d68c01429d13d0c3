//! What bad calls get, as a foreign client reads it: status, reason, and the field, the rule, the value and what would be right, or the
//! rule that forbids it now; and nothing stored, on both databases.

use onus_tests::{Called, Database, Demo, Server, call};
use rstest::rstest;
use serde_json::{Value, json};

/// A collection of the sample and its version in force.
const LIVE: &str = "collections/critical-care-minimum-data-set";

/// A served demo.
struct Scene {
    server: Server,
    demo: Demo,
}

impl Scene {
    fn new(database: Database) -> Self {
        let demo = Demo::copy(database);
        Self { server: Server::start(&demo), demo }
    }

    /// Makes one call, which must succeed, and gives its response.
    fn call(&self, method: &str, identity: &str, request: Value) -> Value {
        self.server.calls(&[call(method, identity, request)])[0].response().clone()
    }

    /// Makes calls that must all be refused: nothing is stored, and the server answers as before.
    fn refused<const N: usize>(&self, calls: &[Value; N]) -> [Called; N] {
        let before = self.demo.stored();
        let answers = self.server.calls(calls);
        assert_eq!(self.demo.stored(), before, "nothing is stored");
        assert_eq!(self.server.get("/healthz").status, 200);
        answers.try_into().expect("an answer a call")
    }

    /// A draft of the registrar's, by its name and etag.
    fn draft(&self) -> (String, String) {
        let collection = json!({ "owner": "organisations/X24", "sector_path": "SECTOR_PATH_NATIONAL" });
        let request = json!({ "collection": collection, "content": { "title": "Beds in use" } });
        let made = self.call("CollectionService/CreateCollection", "registrar", request);
        let name = made["current_version"].as_str().expect("a name").to_owned();
        let version = self.call("CollectionService/GetVersion", "registrar", json!({ "name": name }));
        (name, version["etag"].as_str().expect("an etag").to_owned())
    }
}

fn change(name: &str, etag: &str, mask: &str, title: &str) -> Value {
    let version = json!({ "name": name, "etag": etag, "content": { "title": title } });
    call("CollectionService/UpdateDraft", "registrar", json!({ "version": version, "update_mask": mask }))
}

#[rstest]
fn what_is_not_registered_is_said_to_be_unknown(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scene = Scene::new(database);
    let names = [
        ("OrganisationService/GetOrganisation", "organisation", "organisations/ZZZ"),
        ("CollectionService/GetCollection", "collection", "collections/nowhere"),
        ("CollectionService/GetVersion", "version", "collections/critical-care-minimum-data-set/versions/9"),
        ("DefinitionService/GetDefinition", "definition", "definitions/nothing"),
        ("DefinitionService/GetConcept", "concept", "concepts/nothing"),
        ("EditionService/GetEdition", "edition", "editions/1999-01"),
    ];
    let calls = names.map(|(method, _, name)| call(method, "", json!({ "name": name })));
    for (answer, (_, kind, name)) in scene.refused(&calls).iter().zip(names) {
        answer.refuses_unknown(kind, name);
    }

    let month = json!({ "name": "organisations/ZZZ/burdens/2026-10" });
    let obligations = json!({ "parent": "organisations/ZZZ" });
    let [burden, owed, misspelt] = scene.refused(&[
        call("BurdenService/GetBurden", "", month),
        call("BurdenService/ListObligations", "", obligations),
        call("CollectionService/GetCollection", "", json!({ "name": "collection/x" })),
    ]);
    burden.refuses_unknown("organisation", "organisations/ZZZ");
    owed.refuses_unknown("organisation", "organisations/ZZZ");
    misspelt.refuses_field("name", "RESOURCE_NAME", "collection/x", "collections/{id}");
}

#[rstest]
fn a_draft_that_names_what_is_not_registered_is_refused_whole(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scene = Scene::new(database);
    let collection = json!({ "owner": "organisations/X24", "sector_path": "SECTOR_PATH_NATIONAL" });
    let item = |position, subject: &str, definition: &str| {
        json!({
            "position": position, "role": "ITEM_ROLE_CONTENT", "mandation": "MANDATION_MANDATORY",
            "purpose_kind": "PURPOSE_KIND_BOTH", "subject": subject, "definition": definition,
        })
    };
    let content = json!({
        "title": "",
        "respondents": { "include": ["organisations/ZZZ"], "basis": "BASIS_STATED" },
        "items": [item(1, "subjects/NOBODY", "definitions/person-birth-date"), item(2, "subjects/STAFF_POSTS", "definitions/nothing")],
    });
    let [made, misspelt, foreign] = scene.refused(&[
        call(
            "CollectionService/CreateCollection",
            "registrar",
            json!({ "collection": collection, "content": content }),
        ),
        call(
            "CollectionService/CreateCollection",
            "registrar",
            json!({ "collection": { "owner": "organisations/" } }),
        ),
        call(
            "CollectionService/CreateCollection",
            "registrar",
            json!({
                "collection": { "owner": "organisations/ZZZ", "sector_path": "SECTOR_PATH_NATIONAL" },
                "content": { "title": "Beds" },
            }),
        ),
    ]);
    made.refuses_field("content.title", "REQUIRED", "", "a title that respondents will recognise");
    made.refuses_field("content.respondents", "KNOWN", "ZZZ", "a registered provider");
    made.refuses_field("content.items[0].subject", "KNOWN", "NOBODY", "a registered subject");
    made.refuses_field("content.items[1].definition", "KNOWN", "nothing", "register it first");
    misspelt.refuses_field("collection.owner", "RESOURCE_NAME", "organisations/", "organisations/{code}");
    foreign.refusal("PERMISSION_DENIED", "PERMISSION_DENIED");
}

#[rstest]
fn filters_orders_sizes_and_fields_that_a_list_does_not_have_are_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scene = Scene::new(database);
    for (service, method) in [
        ("OrganisationService", "ListOrganisations"),
        ("CollectionService", "ListCollections"),
        ("DefinitionService", "ListDefinitions"),
        ("DefinitionService", "ListConcepts"),
        ("MatchingService", "ListMatches"),
        ("MatchingService", "ListDecisions"),
    ] {
        let list = |request| call(&format!("{service}/{method}"), "", request);
        let everything =
            json!({ "filter": "colour = red", "order_by": "size", "page_size": -1, "page_token": "?" });
        let [unknown, unread, ordered, sized, token, all] = scene.refused(&[
            list(json!({ "filter": "colour = red" })),
            list(json!({ "filter": "id = \"care" })),
            list(json!({ "order_by": "colour" })),
            list(json!({ "page_size": -1 })),
            list(json!({ "page_token": "the next one" })),
            list(everything),
        ]);
        unknown.refuses_field("filter", "KNOWN_FIELD", "colour", "one of the fields ");
        unread.refuses_field("filter", "FILTER", "\"care", "a closing quotation mark");
        ordered.refuses_field("order_by", "KNOWN_FIELD", "colour", "one of ");
        sized.refuses_field("page_size", "RANGE", "-1", "0 (for 50) to 1000");
        token.refuses_field(
            "page_token",
            "PAGE_TOKEN",
            "the next one",
            "the next_page_token of the page before",
        );
        for (field, rule, value) in [
            ("filter", "KNOWN_FIELD", "colour"),
            ("order_by", "KNOWN_FIELD", "size"),
            ("page_size", "RANGE", "-1"),
            ("page_token", "PAGE_TOKEN", "?"),
        ] {
            all.refuses_field(field, rule, value, "");
        }
    }
}

#[rstest]
fn a_page_token_of_another_list_is_refused(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scene = Scene::new(database);
    let first = scene.call("CollectionService/ListCollections", "", json!({ "page_size": 1 }));
    let token = first["next_page_token"].as_str().expect("there are more");
    let list = |request| call("CollectionService/ListCollections", "", request);
    let next = json!({ "page_size": 1, "page_token": token });
    assert_eq!(
        scene.server.calls(&[list(next)])[0].response()["collections"].as_array().map(Vec::len),
        Some(1)
    );
    let cut: String = token.chars().take(60).collect();
    let [filtered, ordered, changed] = scene.refused(&[
        list(json!({ "page_token": token, "filter": "owner = X24" })),
        list(json!({ "page_token": token, "order_by": "id" })),
        list(json!({ "page_token": cut })),
    ]);
    let shown = if token.chars().count() > 80 { format!("{}…", &token[..80]) } else { token.to_owned() };
    filtered.refuses_field("page_token", "PAGE_TOKEN", &shown, "keep filter and order_by as they were");
    ordered.refuses_field("page_token", "PAGE_TOKEN", &shown, "keep filter and order_by as they were");
    changed.refuses_field("page_token", "PAGE_TOKEN", &cut, "unchanged, or nothing for the first page");
}

#[rstest]
fn moves_that_lead_nowhere_are_refused(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let scene = Scene::new(database);
    let live = format!("{LIVE}/versions/1");
    let (draft, _) = scene.draft();
    let name = |name: &str| json!({ "name": name });
    let reason = |name: &str| json!({ "name": name, "reason": "not needed" });
    let answers = scene.refused(&[
        call("CollectionService/SubmitVersion", "registrar", name(&live)),
        call("CollectionService/WithdrawVersion", "registrar", reason(&live)),
        call("CollectionService/RedraftVersion", "registrar", name(&live)),
        call(
            "CollectionService/PublishVersion",
            "registrar",
            json!({ "name": live, "live_from": "2026-12-01" }),
        ),
        call("ReviewService/StartReview", "panel-member", name(&live)),
        call("ReviewService/ApproveVersion", "panel-chair", name(&live)),
        change(&live, "", "content.title", "Another title"),
    ]);
    for answer in &answers {
        answer.refuses_now("VERSION_STATE", &live, "LIVE");
    }
    let answers = scene.refused(&[
        call(
            "CollectionService/PublishVersion",
            "registrar",
            json!({ "name": draft, "live_from": "2026-12-01" }),
        ),
        call("ReviewService/StartReview", "panel-member", name(&draft)),
        call("ReviewService/ApproveVersion", "panel-chair", name(&draft)),
        call("ReviewService/ReturnVersion", "panel-member", reason(&draft)),
        call("ReviewService/RejectVersion", "panel-member", reason(&draft)),
    ]);
    for answer in &answers {
        answer.refuses_now("VERSION_STATE", &draft, "DRAFT");
    }
    let parent = draft.rsplit_once("/versions/").expect("a version's name").0;
    let [second, unfinished, stranger, nobody] = scene.refused(&[
        call("CollectionService/CreateDraft", "registrar", json!({ "parent": parent })),
        call("CollectionService/SubmitVersion", "registrar", name(&draft)),
        call("CollectionService/SubmitVersion", "steward", name(&live)),
        call("CollectionService/SubmitVersion", "", name(&live)),
    ]);
    second.refuses_now("ONE_OPEN_VERSION", parent, "finish or withdraw it before you begin another");
    unfinished.refuses_field("content.purpose", "REQUIRED", "", "");
    unfinished.refuses_field("content.items", "REQUIRED", "", "");
    stranger.refusal("PERMISSION_DENIED", "PERMISSION_DENIED");
    nobody.refusal("UNAUTHENTICATED", "UNAUTHENTICATED");
}

#[rstest]
fn a_stale_etag_overwrites_nothing(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let scene = Scene::new(database);
    let (draft, stale) = scene.draft();
    let changed = scene.server.calls(&[change(&draft, &stale, "content.title", "Beds in use today")]);
    let current = changed[0].response()["etag"].as_str().expect("an etag").to_owned();
    assert_ne!(current, stale);
    let submit = json!({ "name": draft, "etag": stale });
    let [update, submit, field] = scene.refused(&[
        change(&draft, &stale, "content.title", "Beds in use tomorrow"),
        call("CollectionService/SubmitVersion", "registrar", submit),
        change(&draft, &current, "content.colour", "Beds in use tomorrow"),
    ]);
    for answer in [update, submit] {
        let details = answer.refusal("ABORTED", "STALE_ETAG");
        assert_eq!(details["ErrorInfo"]["metadata"]["given_etag"], stale.as_str());
        assert_eq!(details["ErrorInfo"]["metadata"]["etag"], current.as_str());
        assert_eq!(details["ResourceInfo"]["resource_name"], draft.as_str());
    }
    field.refuses_field("update_mask", "KNOWN_FIELD", "content.colour", "content. and one of title, purpose");
    let kept = scene.call("CollectionService/GetVersion", "registrar", json!({ "name": draft }));
    assert_eq!(kept["content"]["title"], "Beds in use today");
}

#[rstest]
fn an_oversized_message_is_refused_and_the_next_one_answered(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let scene = Scene::new(database);
    let definition = |text: String| json!({ "definition": { "kind": "DEFINITION_KIND_ELEMENT", "display_name": "Bed", "text": text } });
    let [over, long] = scene.refused(&[
        call("DefinitionService/CreateDefinition", "steward", definition("x".repeat(5 * 1024 * 1024))),
        call("DefinitionService/CreateDefinition", "steward", definition("x".repeat(20_001))),
    ]);
    let details = over.refusal("RESOURCE_EXHAUSTED", "MESSAGE_TOO_LARGE");
    assert_eq!(details["ErrorInfo"]["domain"], "onus");
    assert!(over.message().contains("4194304"), "the limit is named: {}", over.message());
    long.refuses_field(
        "definition.text",
        "LENGTH",
        &format!("{}…", "x".repeat(80)),
        "at most 20000 characters",
    );
    scene.call("CollectionService/GetCollection", "", json!({ "name": LIVE }));
}
