//! Every kind of page in a real browser: with and without JavaScript, on a phone and on a desk, with axe.

use onus_tests::{Database, Demo, Server, crawl, node, target};
use serde_json::{Value, json};

/// Pages that are promised, with a `*` for a name; `crawl` must have come by each.
const PROMISED: &[&str] = &[
    "/",
    "/collections",
    "/collections/*",
    "/definitions",
    "/definitions/*",
    "/matches/*/*",
    "/overlaps",
    "/overlaps/*/*",
    "/providers",
    "/providers/*",
    "/providers/*/change",
    "/tariffs",
    "/defaults",
    "/change",
    "/asked",
    "/bodies",
    "/bodies/*",
    "/editions",
    "/editions/*",
    "/editions/*/index.html",
    "/editions/*/providers/*",
    "/reuse",
    "/plans",
    "/challenges",
    "/look-up",
    "/sign-in",
    "/about",
    "/accessibility",
];

/// Whether a path, whatever it asks for, is of a promised form.
fn is_of(path: &str, form: &str) -> bool {
    let words = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (path, form) = (words(path.split('?').next().unwrap_or_default()), words(form));
    path.len() == form.len()
        && path.iter().zip(&form).all(|(word, wanted)| word == wanted || (wanted == "*" && !word.is_empty()))
}

#[test]
fn every_kind_of_page_is_without_fault() {
    let demo = Demo::copy(Database::Sqlite);
    let server = Server::start(&demo);
    let mut paths: Vec<Value> = crawl(&server).into_iter().map(Value::from).collect();
    for promised in PROMISED {
        let reached = paths.iter().filter_map(Value::as_str).any(|path| is_of(path, promised));
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

fn without_audit_head(page: &str) -> String {
    page.lines().filter(|line| !line.contains("id=\"audit-head\"")).collect::<Vec<_>>().join("\n")
}

#[test]
fn pages_say_the_same_from_both_databases() {
    let demos = [Demo::copy(Database::Sqlite), Demo::copy(Database::Postgres)];
    let servers = demos.each_ref().map(Server::start);
    // The forms of signing in carry what each browser alone knows; the page of an edition names the digest of its own log's head.
    let own = ["/sign-in", "/editions/"];
    for path in crawl(&servers[0]).into_iter().filter(|path| !own.iter().any(|own| path.starts_with(own))) {
        let [sqlite, postgres] = servers.each_ref().map(|server| server.get(&path));
        // Two logs are never alike: their entries have keys and salts of their own.
        let [sqlite, postgres] = [sqlite, postgres].map(|page| without_audit_head(&page.body));
        assert!(sqlite == postgres, "{path} differs");
    }
}
