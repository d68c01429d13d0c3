//! Prints how many of the labelled true pairs stand among each other's candidates.
//!
//! `cargo run --release -p onus-matching --example recall -- [FOLDER]`

use onus_matching::{files, tool};
use std::{collections::HashMap, fs, path::PathBuf};

fn main() {
    let folder = std::env::args()
        .nth(1)
        .map_or(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled"), PathBuf::from);
    let read =
        |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let records = files::records("records.jsonl", &read("records.jsonl")).unwrap_or_else(|e| panic!("{e}"));
    let pairs = files::pairs("pairs.jsonl", &read("pairs.jsonl"), &records).unwrap_or_else(|e| panic!("{e}"));
    for k in [20, 50, 100] {
        let found: HashMap<String, Vec<String>> =
            tool::candidates(&records, k).into_iter().map(|one| (one.id, one.candidates)).collect();
        let same: Vec<_> = pairs.iter().filter(|pair| pair.label == "same").collect();
        let hit = |pair: &&files::LabelledPair| {
            found[&pair.left].contains(&pair.right) || found[&pair.right].contains(&pair.left)
        };
        let both = same.iter().filter(|pair| {
            found[&pair.left].contains(&pair.right) && found[&pair.right].contains(&pair.left)
        });
        let missed: Vec<_> = same
            .iter()
            .filter(|pair| !hit(pair))
            .map(|pair| format!("{} {}", pair.left, pair.right))
            .collect();
        println!("k {k}: {} of {} (both ways {})", same.len() - missed.len(), same.len(), both.count());
        if k == 100 {
            println!("missed: {missed:#?}");
        }
    }
}
