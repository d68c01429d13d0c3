//! Reuse instead of asking, by the pages alone, in a real browser: asked for from what a draft duplicates, answered, delivered, ended.

use onus_tests::{Database, Demo, Server, Story, call, call_as, run};
use rstest::rstest;
use serde_json::{Value, json};
use std::process::Command;

/// What is asked already, and who asks it: vaccinations the UK Health Security Agency, units NHS England.
const VACCINATIONS: &str = "collections/cover-of-vaccination-data-set/versions/1";
const UNITS: &str = "collections/critical-care-minimum-data-set/versions/1";

/// A registrar's token of another body than the demo's.
fn token(demo: &Demo) -> String {
    let day = run(Command::new("date").args(["+%F", "-d", "+30 days"]));
    let day = String::from_utf8(day.stdout).expect("a day");
    let make = ["token", "create", "--account", "vaccines", "--roles", "REGISTRAR"];
    let of = ["--organisation", "UKHSA", "--expires", day.trim(), "-o", "json"];
    let made = run(&mut demo.command(&[&make[..], &of].concat()));
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    format!("Bearer {}", made["secret"].as_str().expect("a secret"))
}

/// A draft that asks of the same providers, for the same periods, one thing that a registered version asks.
fn draft(server: &Server, owner: &str, title: &str, (held, definition): (&str, &str)) -> Value {
    let get = call("CollectionService/GetVersion", "registrar", json!({ "name": held }));
    let content = server.calls(&[get])[0].response()["content"].clone();
    let items = content["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["definition"] == definition).expect("the item");
    json!({
        "collection": { "owner": owner, "sector_path": "SECTOR_PATH_NATIONAL" },
        "content": {
            "title": title, "purpose": "To see it sooner.", "legal_basis": "Health and Social Care Act 2012, section 259",
            "respondents": content["respondents"], "schedule": content["schedule"],
            "items": [{
                "position": 1, "mandation": "MANDATION_MANDATORY", "role": "ITEM_ROLE_CONTENT", "subject": item["subject"],
                "definition": definition, "purpose_kind": "PURPOSE_KIND_IMPROVEMENT", "use": "The weekly meeting",
            }],
        },
    })
}

#[rstest]
fn data_is_asked_for_and_given(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let token = token(&demo);
    let server = Server::start(&demo);
    let watch = (VACCINATIONS, "definitions/eligible-population-total-cover");
    let needed = draft(&server, "organisations/X24", "Immunisation watch", watch);
    let units = (UNITS, "definitions/critical-care-unit-function");
    let held = draft(&server, "organisations/UKHSA", "Unit watch", units);
    let asked = json!({ "parent": "collections/unit-watch/versions/1", "positions": [1] });
    for called in server.calls(&[
        call("CollectionService/CreateCollection", "registrar", needed),
        call_as("CollectionService/CreateCollection", &token, held),
        call_as("ReuseService/RequestReuse", &token, asked),
    ]) {
        called.response();
    }

    let seen = Story::told("reuse", &server);
    seen.says("found", &["Ask UK Health Security Agency to give it to you", "Take it out"]);
    seen.says("rests", &["It rests on what its holder gives"]);
    seen.is_silent("rests", &["Ask UK Health Security Agency"]);
    seen.says("asked", &["Asked for", "UK Health Security Agency to answer by", "End it"]);
    // Only who holds it can.
    seen.is_silent("asked", &["Agree to give it"]);
    seen.says("unsaid", &["There is a problem", "Why: the reason, in words"]);

    seen.says("queue", &["Unit watch", "Immunisation watch", "NHS England to answer by", "Asked for"]);
    seen.says("requested", &["Agree to give it", "Refuse"]);
    // What is not answered it refuses.
    seen.is_silent("requested", &["End it"]);
    seen.says("agreed", &["Agreed", "to deliver: until then the items are asked"]);
    seen.says("overtaken", &["Somebody else did something with it meanwhile"]);
    seen.says("early", &["From when", "a day from"]);
    seen.says("kept", &["2031"]);
    seen.says("delivered", &["Active", "First delivery"]);
    seen.says("ended", &["Ended", "The unit register takes its place."]);
    assert_eq!(seen["stranger"], 404, "what a draft needs is its owner's business");
    seen.is_silent("list", &["Immunisation watch"]);
    seen.says("panel", &["Immunisation watch", "Unit watch"]);
}
