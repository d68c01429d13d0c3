//! The checkers are checked: each fault is found, and what is sound passes.

use onus_tests::{Folder, node, python, root, run, serve_once};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn kinds(page: &Value) -> BTreeSet<&str> {
    let problems = page["problems"].as_array().expect("a list of problems");
    problems.iter().map(|problem| problem["kind"].as_str().expect("a kind")).collect()
}

#[test]
fn the_page_checker_finds_each_kind_of_fault_and_passes_a_sound_page() {
    let folder = Folder::serve(root().join("tests/browser/fixtures"));
    let base = format!("http://{}", folder.address);

    let (sound, passed) = node("pages.mjs", &json!({ "base": base, "paths": ["/good.html"] }));
    assert!(passed && sound["problems"] == 0, "{sound}");
    assert_eq!(
        sound["pages"].as_array().map(Vec::len),
        Some(4),
        "with and without JavaScript, narrow and wide"
    );

    let (faulty, passed) = node("pages.mjs", &json!({ "base": base, "paths": ["/bad.html"] }));
    assert!(!passed);
    for page in faulty["pages"].as_array().expect("a list of pages") {
        let mut expected = BTreeSet::from(["axe", "console", "foreign", "request"]);
        if page["javascript"] == true {
            expected.insert("script");
        }
        if page["width"] == 320 {
            expected.insert("scroll");
        }
        assert_eq!(kinds(page), expected, "{page}");
    }

    let (missing, passed) = node("pages.mjs", &json!({ "base": base, "paths": ["/nowhere.html"] }));
    assert!(!passed && missing["pages"][0]["status"] == 404, "{missing}");
    assert!(kinds(&missing["pages"][0]).contains("status"), "{missing}");
}

#[test]
fn the_grpc_web_reader_frames_its_request_and_decodes_the_answer() {
    let name = "collections/critical-care";
    let field = |number: u8, text: &str| {
        let length = u8::try_from(text.len()).expect("short");
        [&[number << 3 | 2, length], text.as_bytes()].concat()
    };
    let frame = |flag: u8, payload: &[u8]| {
        let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
        [&[flag], length.as_slice(), payload].concat()
    };
    // Name, a number to step over (field 10 = 300), title.
    let message = [field(1, name), vec![0x50, 0xac, 0x02], field(7, "Critical Care – é")].concat();
    let answer = [frame(0, &message), frame(0x80, b"grpc-status: 0\r\ngrpc-message: \r\n")].concat();
    let address = serve_once("application/grpc-web+proto", frame(0, &field(1, name)), answer);

    let (read, passed) = node("grpcweb.mjs", &json!({ "base": format!("http://{address}"), "name": name }));
    assert!(passed, "{read}");
    assert_eq!(
        read,
        json!({
            "http": 200, "status": "0", "message": "",
            "collection": { "name": name, "title": "Critical Care – é" },
        })
    );
}

#[test]
fn the_recomputation_gets_figures_right_that_are_known_by_hand() {
    run(python("-m").args(["unittest", "discover", "--quiet"]));
}
