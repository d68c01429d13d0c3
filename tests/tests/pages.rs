//! Every kind of page in a real browser: with and without JavaScript, on a phone and on a desk, with axe.

use onus_tests::{Database, Demo, Server, crawl, node, target};
use serde_json::{Value, json};

/// Pages that the first issue promises; `crawl` must have come by each.
const PROMISED: &[&str] =
    &["/", "/collections", "/collections/", "/definitions", "/providers", "/providers/", "/overlap"];

#[test]
fn every_kind_of_page_is_without_fault() {
    let demo = Demo::copy(Database::Sqlite);
    let server = Server::start(&demo);
    let mut paths: Vec<Value> = crawl(&server).into_iter().map(Value::from).collect();
    for promised in PROMISED {
        let reached = paths
            .iter()
            .filter_map(Value::as_str)
            .any(|path| path == *promised || (promised.len() > 1 && path.starts_with(promised)));
        assert!(reached, "no link leads to {promised}…: {paths:?}");
    }
    for missing in ["/nowhere", "/collections/nowhere", "/providers/NOWHERE"] {
        paths.push(json!({ "path": missing, "status": 404 }));
    }
    // Kept to be looked at.
    let screenshots = target().join("end-to-end/screenshots");
    let _ = std::fs::remove_dir_all(&screenshots);
    let (looked, passed) =
        node("pages.mjs", &json!({ "base": server.base(), "paths": paths, "screenshots": screenshots }));
    let faults: Vec<String> = looked["pages"]
        .as_array()
        .expect("a list of pages")
        .iter()
        .filter(|page| page["problems"].as_array().is_none_or(|problems| !problems.is_empty()))
        .map(|page| {
            format!(
                "{} (JavaScript {}, {} px): {}",
                page["path"], page["javascript"], page["width"], page["problems"]
            )
        })
        .collect();
    assert!(passed && faults.is_empty(), "{} pages with faults:\n{}", faults.len(), faults.join("\n"));
    assert_eq!(looked["pages"].as_array().map(Vec::len), Some(paths.len() * 4));
}
