//! `onus match` on files alone: what it writes, and what it refuses.

use onus_tests::{Database, Demo, exit, root, run};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn labelled(name: &str) -> PathBuf {
    root().join("crates/matching/data/labelled").join(name)
}

/// The first lines of a labelled file, in the folder of a test.
fn some(demo: &Demo, name: &str, most: usize) -> PathBuf {
    let text = fs::read_to_string(labelled(name)).expect("a file of the project");
    let file = demo.folder().join(name);
    fs::write(&file, text.lines().take(most).collect::<Vec<_>>().join("\n")).expect("written");
    file
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("it was written");
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
}

fn path(file: &Path) -> &str {
    file.to_str().expect("UTF-8")
}

#[test]
fn pairs_are_related_scored_and_found() {
    // Nothing is there: neither folder nor database.
    let demo = Demo::empty(Database::Sqlite);
    let out = demo.folder().join("out.jsonl");
    let (records, sample) = (labelled("records.jsonl"), labelled("relations_sample.jsonl"));
    run(&mut demo.command(&["match", "relate", "--pairs", path(&sample), "--out", path(&out)]));
    let related = lines(&out);
    let known = lines(&sample);
    assert_eq!(related.len(), known.len());
    for (one, known) in related.iter().zip(&known) {
        assert_eq!(one["id"], known["id"]);
        let sum: f64 =
            one["probabilities"].as_object().expect("by relation").values().filter_map(Value::as_f64).sum();
        assert!(
            (sum - 1.0).abs() < 1e-6
                && one["probabilities"][one["relation"].as_str().expect("a code")].is_number(),
            "{one}"
        );
        let weights: f64 =
            one["evidence"].as_array().expect("a list").iter().filter_map(|e| e["weight"].as_f64()).sum();
        let p_same = one["p_same"].as_f64().expect("a probability");
        assert!((1.0 / (1.0 + (-weights).exp()) - p_same).abs() < 1e-9, "the waterfall adds up: {one}");
    }
    let right =
        related.iter().zip(&known).filter(|(one, known)| one["relation"] == known["relation"]).count();
    assert!(right * 10 >= known.len() * 8, "{right} of {}", known.len());

    let pairs = some(&demo, "pairs.jsonl", 200);
    run(&mut demo.command(&[
        "match",
        "score",
        "--records",
        path(&records),
        "--pairs",
        path(&pairs),
        "--out",
        path(&out),
    ]));
    let scored = lines(&out);
    let sides =
        |rows: &[Value]| rows.iter().map(|row| json!([row["left"], row["right"]])).collect::<Vec<_>>();
    assert_eq!(sides(&scored), sides(&lines(&pairs)));

    let few = some(&demo, "records.jsonl", 300);
    run(&mut demo.command(&["match", "candidates", "--records", path(&few), "-k", "7", "--out", path(&out)]));
    let found = lines(&out);
    assert_eq!(found.len(), 300);
    for one in &found {
        let candidates = one["candidates"].as_array().expect("a list");
        assert!(candidates.len() <= 7 && !candidates.contains(&one["id"]), "{one}");
    }
}

#[test]
fn broken_lines_and_unknown_records_are_named_all_at_once() {
    let demo = Demo::empty(Database::Sqlite);
    let records = some(&demo, "records.jsonl", 3);
    let (pairs, out) = (demo.folder().join("pairs.jsonl"), demo.folder().join("out.jsonl"));
    fs::write(&pairs, "{\"left\": \"nowhere\", \"right\": \"nobody\"}\n{broken\n").expect("written");
    let refused = demo.refuses(
        &["match", "score", "--records", path(&records), "--pairs", path(&pairs), "--out", path(&out)],
        exit::USAGE,
    );
    refused.says(&["nowhere", "nobody", "2"]);
    assert!(!out.exists(), "nothing is written");
    demo.refuses(&["match", "relate", "--pairs", "nowhere.jsonl", "--out", path(&out)], exit::USAGE)
        .says(&["nowhere.jsonl", "READABLE"]);
}
