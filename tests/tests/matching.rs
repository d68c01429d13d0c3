//! `onus match` on files alone: what it writes, and what it refuses.

use onus_tests::{Database, Demo, Refusal, exit, root, run};
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

/// A folder with one file of vocabulary.
fn vocabulary(demo: &Demo, name: &str, text: &str) -> PathBuf {
    let folder = demo.folder().join("words");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), text).expect("written");
    folder
}

#[test]
fn a_vocabulary_is_read_without_a_rebuild_and_refused_with_all_that_is_wrong() {
    let demo = Demo::empty(Database::Sqlite);
    let (pairs, out) = (demo.folder().join("pairs.jsonl"), demo.folder().join("out.jsonl"));
    let side = |what: &str| json!({"name": format!("{what} attendances"), "definition": format!("Patients seen in {what} each month.")});
    let pair = json!({"left": side("SDEC"), "right": side("same day emergency care")});
    fs::write(&pairs, pair.to_string()).expect("written");
    let rows = "term,canonical,kind,provenance\nSDEC,same day emergency care,SYNONYM,Trust glossary\n";
    let folder = vocabulary(&demo, "vocabulary.csv", rows);
    let relate = ["match", "relate", "--pairs", path(&pairs), "--out", path(&out)];
    let p_same = || lines(&out)[0]["p_same"].as_f64().expect("a probability");
    run(&mut demo.command(&relate));
    let without = p_same();
    run(demo.command(&relate).args(["--vocabulary", path(&folder)]));
    assert!(without < 0.5 && p_same() > 0.9, "{without} without, {} with it", p_same());

    vocabulary(
        &demo,
        "vocabulary.csv",
        "term,canonical,kind,provenance\nSDEC,A&E,SYNONYM,Trust\nx,y,COLOUR,Trust\n",
    );
    vocabulary(&demo, "notes.txt", "");
    let arguments = [&relate[..], &["--vocabulary", path(&folder)]].concat();
    let at = |place: &str| format!("{}/{place}", folder.display());
    demo.refuses(&arguments, exit::USAGE)
        .names(&at("vocabulary.csv:2 canonical"), "CANONICAL", "A&E", "`emergency department`")
        .names(&at("vocabulary.csv:3 kind"), "ONE_OF", "COLOUR", "one of SYNONYM")
        .names(&at("notes.txt"), "KNOWN_FILE", "notes.txt", "one of boilerplate.csv");
    // So does whatever opens the registry, before anything is done.
    for (key, value, says) in [
        ("ONUS_MATCHING__VOCABULARY", path(&folder), "words/vocabulary.csv:3 kind"),
        ("ONUS_MATCHING__VOCABULARY", "nowhere", "READABLE"),
        ("ONUS_MATCHING__MODEL", path(&pairs), "pairs.jsonl:1"),
    ] {
        let mut command = demo.command(&["demo", "--no-serve"]);
        Refusal::of(command.env(key, value), exit::USAGE).says(&[says]);
        assert!(!demo.data().exists(), "nothing is made");
    }
}

/// From rulings to a model that is looked at in shadow, goes live by configuration, and matches anew: all on one registry.
#[test]
fn a_model_is_learned_of_rulings_looked_at_and_taken_up() {
    let demo = Demo::copy(Database::Sqlite);
    let file = |name: &str| demo.folder().join(name);
    let (ruled, model, changes) = (file("ruled.jsonl"), file("ours.txt"), file("changes.jsonl"));
    run(&mut demo.command(&["match", "decisions", "--out", path(&ruled)]));
    assert!(lines(&ruled).is_empty(), "nobody ruled on the sample");
    // One ruling, as the command writes them.
    let known = lines(&labelled("relations_sample.jsonl"));
    fs::write(&ruled, known[0].to_string()).expect("written");
    let (records, pairs) = (some(&demo, "records.jsonl", usize::MAX), some(&demo, "pairs.jsonl", 300));
    let train = ["match", "train", "--records", path(&records), "--pairs", path(&pairs), "--name", "ours"];
    run(demo.command(&train).args(["--decisions", path(&ruled), "--out", path(&model)]));

    let shadow = ["match", "shadow", "--model", path(&model), "--out", path(&changes), "-o", "json"];
    let said = run(&mut demo.command(&shadow));
    let told: Value = serde_json::from_slice(&said.stdout).expect("one JSON object");
    assert!(told["candidate"].as_str().expect("a name").starts_with("ours@"), "{told}");
    assert_eq!(told["changed"].as_u64().expect("a number"), lines(&changes).len() as u64);
    assert!(!lines(&changes).is_empty(), "another model finds otherwise");
    let models = |demo: &Demo| {
        let doctor = demo.command(&["doctor", "-o", "json"]).output().expect("it runs").stdout;
        let found: Vec<Value> = serde_json::from_slice(&doctor).expect("a list");
        found.into_iter().find(|one| one["check"] == "matching").expect("a finding")
    };
    assert_eq!(models(&demo)["detail"], "facets-2", "nothing was changed");

    run(demo.command(&["demo", "--no-serve", "-o", "json"]).env("ONUS_MATCHING__MODEL", path(&model)));
    let now = models(&demo);
    assert!(
        now["well"] == false && now["detail"].as_str().expect("words").contains("another model"),
        "{now}"
    );
    // Back to the model of the program, and all is as it was.
    run(&mut demo.command(&["demo", "--no-serve", "-o", "json"]));
    assert_eq!(models(&demo)["well"], true);
}
