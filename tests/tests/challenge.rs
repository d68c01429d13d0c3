//! `onus challenge`: a provider's yellow card from the command line to a served registry.

use onus_tests::{Database, Demo, Refusal, Server, call, run};
use serde_json::{Value, json};
use std::{
    fs,
    process::{Command, Output},
};

/// An acute trust of the sample.
const PROVIDER: &str = "RJ1";

struct Scene {
    demo: Demo,
    server: Server,
    token: String,
}

impl Scene {
    fn new() -> Self {
        let demo = Demo::copy(Database::Sqlite);
        let day = run(Command::new("date").args(["+%F", "-d", "+30 days"]));
        let day = String::from_utf8(day.stdout).expect("a day");
        let make = ["token", "create", "--account", "letters", "--roles", "PROVIDER_USER"];
        let of = ["--organisation", PROVIDER, "--expires", day.trim(), "-o", "json"];
        let made = run(&mut demo.command(&[&make[..], &of].concat()));
        let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
        let token = made["secret"].as_str().expect("a secret").to_owned();
        let server = Server::start(&demo);
        Self { demo, server, token }
    }

    fn command(&self, arguments: &[&str], known: bool) -> Command {
        let base = self.server.base();
        let mut command =
            self.demo.command(&[&["challenge"], arguments, &["--server", &base, "-o", "json"]].concat());
        if known {
            command.env("ONUS_TOKEN", &self.token);
        }
        command
    }

    /// What it prints to somebody of the provider's, or to anybody.
    fn json(&self, arguments: &[&str], known: bool) -> Value {
        let Output { stdout, .. } = run(&mut self.command(arguments, known));
        serde_json::from_slice(&stdout).expect("JSON")
    }
}

#[test]
fn a_yellow_card_is_made_listed_and_shown_to_those_whom_it_concerns() {
    let scene = Scene::new();
    let some = call("CollectionService/ListCollections", "registrar", json!({ "page_size": 1 }));
    let called = scene.server.calls(&[some]);
    let found = &called[0].response()["collections"][0];
    let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
    let (name, owner, reference) = (text("name"), text("owner"), text("reference"));
    let create = ["create", "--provider", PROVIDER, "--reference", &reference, "--reason", "UNCLEAR"];
    let create = [&create[..], &["--text", "Nobody here knows what it means."]].concat();
    scene.json(&[&create[..], &["--dry-run"]].concat(), true);
    assert_eq!(scene.json(&["list"], true), json!([]), "trying stores nothing");
    let card = scene.json(&create, true);
    assert_eq!((card["collection"].as_str(), card["owner"].as_str()), (Some(&*name), Some(&*owner)));
    // 10 working days after Sunday 15 November 2026.
    assert_eq!((card["state"].as_str(), card["answer_due"].as_str()), (Some("OPEN"), Some("2026-11-27")));
    assert_eq!(scene.json(&["list", "--filter", "reason = UNCLEAR"], true), json!([card]));
    let key = card["name"].as_str().expect("a name");
    assert_eq!(scene.json(&["show", key], true), card);
    assert_eq!(scene.json(&["list"], false), json!([]), "it has no outcome yet");
    Refusal::of(&mut scene.command(&["show", key], false), 1).says(&["there is no challenge"]);

    let letter = scene.demo.folder().join("letter.txt");
    fs::write(&letter, "Please send us your beds by Friday.").expect("written");
    let letter = letter.to_str().expect("UTF-8");
    let unknown = ["create", "--provider", PROVIDER, "--reason", "UNREGISTERED", "--request", letter];
    let unknown = [&unknown[..], &["--text", "It has no reference."]].concat();
    Refusal::of(&mut scene.command(&unknown, true), 2).says(&["challenge.owner", "REQUIRED"]);
    let body = owner.rsplit('/').next().expect("a code");
    let card = scene.json(&[&unknown[..], &["--owner", body]].concat(), true);
    assert_eq!(card["request_text"], "Please send us your beds by Friday.");
    Refusal::of(&mut scene.command(&create, false), 4).says(&["no identity"]);
    let other = create.iter().map(|word| if *word == PROVIDER { "R0A" } else { word }).collect::<Vec<_>>();
    Refusal::of(&mut scene.command(&other, true), 4).says(&["a provider user of R0A"]);
    let wrong = create.iter().map(|word| if *word == "UNCLEAR" { "BAD" } else { word }).collect::<Vec<_>>();
    Refusal::of(&mut scene.command(&wrong, true), 2).says(&["one of DUPLICATE, UNREGISTERED"]);
}
