//! `onus check`: what a served registry says of a file's items, and where a provider was asked for them before.

use onus_tests::{Database, Demo, Refusal, Server, free_address, run};
use serde_json::Value;
use std::{fs, path::PathBuf, process::Output};

/// An acute trust of the sample.
const PROVIDER: &str = "RJ1";

const ITEMS: &str = "\
Return for the new regional dashboard

Data item,Description,Definition
,,critical-care-unit-function
NHS NUMBER,The number used to identify a patient uniquely within the NHS in England and Wales.,
Parking spaces for staff bicycles,Number of spaces under a roof on the last day of the month,
";

struct Scene {
    demo: Demo,
    server: Server,
}

impl Scene {
    fn new() -> Self {
        let demo = Demo::copy(Database::Sqlite);
        let server = Server::start(&demo);
        Self { demo, server }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let file = self.demo.folder().join(name);
        fs::write(&file, bytes).expect("written");
        file.to_str().expect("UTF-8").to_owned()
    }

    fn check(&self, file: &str, more: &[&str]) -> Output {
        let base = self.server.base();
        let arguments = [&["check", file, "--server", &base], more].concat();
        self.demo.command(&arguments).output().expect("onus runs")
    }

    fn json(&self, file: &str, more: &[&str]) -> (Option<i32>, Value) {
        let output = self.check(file, &[more, &["-o", "json"]].concat());
        let found = serde_json::from_slice(&output.stdout);
        (output.status.code(), found.unwrap_or_else(|_| panic!("{output:?}")))
    }
}

#[test]
fn a_file_is_checked_and_its_crosswalk_written() {
    let scene = Scene::new();
    let file = scene.file("items.csv", ITEMS.as_bytes());
    let (code, found) = scene.json(&file, &[]);
    assert_eq!(code, Some(3), "some of it is asked already: {found}");
    let lines = found["lines"].as_array().expect("a line an item");
    let standing = |at: usize| lines[at]["standing"].as_str().unwrap_or_default();
    assert_eq!((lines.len(), lines[0]["row"].as_u64(), standing(0)), (3, Some(4), "IDENTICAL"));
    assert!(!lines[0]["asked_by"].as_array().expect("a list").is_empty(), "{found}");
    assert!(["NEW", "RELATED"].contains(&standing(2)), "{found}");
    assert_eq!(found["items"], 3);
    assert!(found["asked"].as_u64() >= Some(1) && found["held"].as_u64() < Some(3), "{found}");

    let out: PathBuf = scene.demo.folder().join("crosswalk.csv");
    let crosswalk = ["--provider", PROVIDER, "--crosswalk", out.to_str().expect("UTF-8")];
    assert_eq!(scene.json(&file, &crosswalk).0, Some(3));
    let csv = fs::read_to_string(&out).expect("written");
    assert!(csv.starts_with("position,item,standing,definition,"), "{csv}");
    let json = fs::read(out.with_extension("json")).expect("written beside it");
    let lines: Vec<Value> = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(csv.trim_end().lines().count(), lines.len() + 1, "the same lines in both");
    let first = &lines[0];
    assert_eq!((first["position"].as_u64(), first["recipe"].as_str()), (Some(1), Some("use it as it is")));
    let period = |name: &str| first[name].as_str().unwrap_or_default().to_owned();
    assert!(period("period_start") < period("period_end") && !period("due_date").is_empty(), "{first}");
    assert!(!period("collection").is_empty() && !period("asked_as").is_empty(), "{first}");
    let last = lines.last().expect("every item has a line");
    assert_eq!(
        (last["position"].as_u64(), last["collection"].as_str()),
        (Some(3), Some("")),
        "nobody asks it"
    );
}

#[test]
fn what_nobody_asks_ends_well_and_ten_thousand_items_are_streamed() {
    let scene = Scene::new();
    let file = scene.file("new.csv", b"Parking spaces for staff bicycles under a roof\n");
    assert_eq!(scene.check(&file, &[]).status.code(), Some(0));
    let many = (0..2_000).map(|at| format!("Lockers in corridor {at}\n")).collect::<Vec<_>>().concat();
    let (_, found) = scene.json(&scene.file("many.csv", many.as_bytes()), &[]);
    let lines = found["lines"].as_array().expect("a line an item");
    assert_eq!(lines.last().map(|line| line["position"].as_u64()), Some(Some(2_000)), "positions go on");
    let template = run(&mut scene.demo.command(&["check", "--template"]));
    let filled = [template.stdout, b"Beds,,critical-care-unit-function\n".to_vec()].concat();
    assert_eq!(scene.check(&scene.file("template.csv", &filled), &[]).status.code(), Some(3));
}

#[test]
fn bad_files_and_addresses_are_refused_by_name() {
    let scene = Scene::new();
    let base = scene.server.base();
    let refused = |name: &str, bytes: &[u8], more: &[&str], code: i32| {
        let file = scene.file(name, bytes);
        let server = if more.contains(&"--server") { vec![] } else { vec!["--server", &base] };
        let arguments = [&["check", &file], server.as_slice(), more].concat();
        Refusal::of(&mut scene.demo.command(&arguments), code)
    };
    refused("a.csv", b"one,two\n1,2\n", &[], 2).says(&["a.csv:1", "HEADINGS", "name"]);
    refused("b.csv", b"name,definition\n,Not one!\nBeds,\n", &[], 2).says(&["b.csv:2:definition"]);
    refused("c.xlsm", b"PK", &[], 2).says(&["c.xlsm", "FORMAT", "without macros"]);
    refused("d.csv", b"definition\nnothing-of-the-kind\n", &[], 2).says(&["a registered definition"]);
    refused("e.csv", b"name\nBeds\n", &["--provider", "ZZZ"], 2).says(&["ZZZ"]);
    scene.demo.refuses(&["check", "no-such-file.csv"], 2).says(&["no-such-file.csv", "READABLE"]);
    let nobody = format!("http://{}", free_address());
    refused("f.csv", b"name\nBeds\n", &["--server", &nobody], 1).says(&["does not answer"]);
}
