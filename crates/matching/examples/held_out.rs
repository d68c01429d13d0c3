//! Labelled pairs as a model scores them that saw nothing of either record, with the sides they were held out by, and the time that scoring
//! takes: what `cargo xtask bench matching` sets beside others. One JSON object.
//!
//! `cargo run --release -p onus-matching --example held_out -- FOLDER`

use onus_matching::{evaluate::held_out_pairs, files, learn, score, tool};
use std::{fs, path::PathBuf, time::Instant};

/// How often the pairs are scored; the middle time counts.
const RUNS: usize = 5;

fn main() {
    let folder = std::env::args()
        .nth(1)
        .map_or(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled"), PathBuf::from);
    let read =
        |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let records = files::records("records.jsonl", &read("records.jsonl")).unwrap_or_else(|e| panic!("{e}"));
    let pairs = files::pairs("pairs.jsonl", &read("pairs.jsonl"), &records).unwrap_or_else(|e| panic!("{e}"));
    let mut extra = Vec::new();
    for name in ["relations_sample.jsonl", "relations_written.jsonl"] {
        let relations = files::relations(name, &read(name)).unwrap_or_else(|e| panic!("{e}"));
        extra.extend(learn::of_relations(&relations));
    }
    let start = Instant::now();
    let held_out = held_out_pairs(&records, &pairs, &extra);
    let learned = start.elapsed().as_secs_f64();
    // Once before, for what is loaded once.
    let mut seconds: Vec<f64> = (0..=RUNS)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(tool::score(&score::DEFAULT, &records, &pairs).len(), pairs.len());
            start.elapsed().as_secs_f64()
        })
        .skip(1)
        .collect();
    seconds.sort_by(f64::total_cmp);
    let said =
        serde_json::json!({ "pairs": held_out, "learn_s": learned, "score_s": seconds[seconds.len() / 2] });
    println!("{said}");
}
