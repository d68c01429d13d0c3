//! `onus submissions` and `onus tariffs`: files from the command line to a served registry, all rows or none.

use onus_tests::{Database, Demo, Refusal, Server, call, run};
use serde_json::{Value, json};
use std::{fs, process::Command};

/// An acute trust of the sample.
const PROVIDER: &str = "RJ1";
const HEAD: &str = "collection,version,provider,period_start,submitted_at,minutes,people";

struct Scene {
    demo: Demo,
    server: Server,
    provider: String,
    publisher: String,
}

impl Scene {
    fn new() -> Self {
        let demo = Demo::copy(Database::Sqlite);
        let day = run(Command::new("date").args(["+%F", "-d", "+30 days"]));
        let day = String::from_utf8(day.stdout).expect("a day");
        let token = |account: &str, role: &str, of: &[&str]| {
            let make = ["token", "create", "--account", account, "--roles", role, "--expires", day.trim()];
            let made = run(&mut demo.command(&[&make[..], of, &["-o", "json"]].concat()));
            let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
            made["secret"].as_str().expect("a secret").to_owned()
        };
        let provider = token("data-team", "PROVIDER_USER", &["--organisation", PROVIDER]);
        let publisher = token("publishing", "PUBLISHER", &[]);
        let server = Server::start(&demo);
        Self { demo, server, provider, publisher }
    }

    /// A command on a file of these rows.
    fn on(&self, token: &str, words: &[&str], rows: &str, more: &[&str]) -> Command {
        let file = self.demo.folder().join("rows.csv");
        fs::write(&file, rows).expect("written");
        let (file, base) = (file.to_str().expect("UTF-8").to_owned(), self.server.base());
        let rest = [&file, "--server", &base, "-o", "json"];
        let mut command = self.demo.command(&[words, &rest, more].concat());
        command.env("ONUS_TOKEN", token);
        command
    }

    fn submissions(&self, rows: &str, more: &[&str]) -> Command {
        self.on(&self.provider, &["submissions"], &format!("{HEAD}\n{rows}"), more)
    }

    /// What the provider owed in the month before.
    fn owed(&self) -> Vec<Value> {
        let owed = json!({ "parent": format!("organisations/{PROVIDER}"), "page_size": 1000 });
        let called = self.server.calls(&[call("BurdenService/ListObligations", "provider", owed)]);
        called[0].response()["obligations"].as_array().expect("what is owed").clone()
    }
}

fn json_of(command: &mut Command) -> Value {
    serde_json::from_slice(&run(command).stdout).expect("JSON")
}

fn row(owed: &Value, said: &str) -> String {
    let text = |field: &str| owed[field].as_str().unwrap_or_default();
    let version: Vec<_> = text("version").split('/').collect();
    format!("{},{},{PROVIDER},{},{said}\n", version[1], version[3], text("period_start"))
}

#[test]
fn a_file_of_receipts_is_recorded_whole_or_not_at_all() {
    let scene = Scene::new();
    let owed = scene.owed();
    let (first, second) = (&owed[0], &owed[1]);
    let sent = format!("{},45,2", first["period_end"].as_str().expect("a day"));
    let good = row(first, &sent) + &row(second, ",,");
    let wrong = good.clone()
        + &row(second, "1999-01-01,1,1")
        + &format!("nothing,1,{PROVIDER},2026-01-01,2026-02-01,,\n");
    Refusal::of(&mut scene.submissions(&wrong, &[]), 2).says(&[
        "rows.csv:4:submitted_at",
        "rows.csv:5:version",
        "rows.csv:5:period_start",
        "OWED",
    ]);
    assert!(scene.owed().iter().all(|owed| owed["met"] != json!(true)), "nothing is half loaded");
    let tried = json_of(&mut scene.submissions(&good, &["--dry-run"]));
    assert_eq!((tried["dry_run"].as_bool(), tried["blank_rows"].as_u64()), (Some(true), Some(1)));
    assert!(scene.owed().iter().all(|owed| owed["met"] != json!(true)), "trying stores nothing");
    let made = json_of(&mut scene.submissions(&good, &[]));
    assert_eq!(made["submissions"].as_array().map(Vec::len), Some(1));
    assert_eq!(made["submissions"][0]["minutes"], 45);
    let met = scene.owed().iter().filter(|owed| owed["met"] == json!(true)).count();
    assert_eq!(met, 1);
    assert_eq!(json_of(&mut scene.submissions(&good, &[])), made, "the same file may come again");
    let other = good.replace(PROVIDER, "R0A");
    Refusal::of(&mut scene.submissions(&other, &[]), 4).says(&["R0A"]);
    Refusal::of(&mut scene.submissions("", &[]), 2).says(&["COUNT"]);
}

#[test]
fn a_file_of_tariffs_is_loaded_by_the_publisher() {
    let scene = Scene::new();
    let rows = |pence: &str| {
        let roles = ["DATA_CLERK", "INFORMATION_ANALYST", "SYSTEMS_DEVELOPER", "CLINICIAN", "MANAGER"];
        let rows: Vec<_> = roles.iter().map(|role| format!("{role},2026-04-01,{pence},25\n")).collect();
        format!("staff_role,from_date,pence_per_hour,overhead_percent\n{}", rows.concat())
    };
    let load = ["tariffs", "load"];
    Refusal::of(&mut scene.on(&scene.publisher, &load, &rows("2000"), &[]), 2).says(&["reason"]);
    let lacking: String = rows("0").lines().take(5).fold(String::new(), |all, line| all + line + "\n");
    Refusal::of(&mut scene.on(&scene.publisher, &load, &lacking, &["--reason", "why"]), 2).says(&[
        "rows.csv:2:rates",
        "MANAGER",
        "1 to 100000 pence",
    ]);
    let because = ["--reason", "Agenda for Change 2026/27"];
    Refusal::of(&mut scene.on(&scene.provider, &load, &rows("2000"), &because), 4)
        .says(&["needs the role PUBLISHER"]);
    let loaded = json_of(&mut scene.on(&scene.publisher, &load, &rows("2000"), &because));
    assert_eq!(loaded.as_array().map(Vec::len), Some(5));
    let base = scene.server.base();
    let listed = json_of(&mut scene.demo.command(&["tariffs", "list", "--server", &base, "-o", "json"]));
    assert_eq!(listed, loaded);
}
