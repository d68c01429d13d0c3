//! Prints how the engine relates pairs whose relation is known: a table, macro-F1, precision of DERIVABLE, and what it gets wrong.
//!
//! `cargo run --release -p onus-matching --example relations -- FILE.jsonl [--wrong]`

use onus_matching::{figures, files, score, tool};
use std::collections::BTreeMap;

fn main() {
    let file = std::env::args().nth(1).unwrap_or_else(|| panic!("a file of relations"));
    let wrong = std::env::args().any(|argument| argument == "--wrong");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let pairs = files::relations(&file, &text).unwrap_or_else(|error| panic!("{error}"));
    let found = tool::relate(&score::DEFAULT, &pairs);
    let mut table: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut scored = Vec::new();
    for (at, (pair, found)) in pairs.iter().zip(&found).enumerate() {
        *table.entry((pair.relation.clone(), found.relation.to_string())).or_default() += 1;
        scored.push(figures::Scored { p: found.p_same, same: pair.relation == "SAME", group: at });
        if wrong && pair.relation != found.relation.to_string() {
            println!(
                "{} {} ({}) said {} {:.2}",
                pair.id, pair.relation, pair.facet, found.relation, found.p_same
            );
            println!(
                "    {} | {}\n    {} | {}",
                pair.left.name, pair.left.text, pair.right.name, pair.right.text
            );
            println!("    {}", found.evidence.last().map_or("", |reason| reason.finding.as_str()));
        }
    }
    for ((known, said), count) in &table {
        println!("{known:<28}{said:<28}{count:>4}");
    }
    let labels: Vec<(String, String)> = pairs
        .iter()
        .zip(&found)
        .map(|(pair, found)| (pair.relation.clone(), found.relation.to_string()))
        .collect();
    println!("{:?}", figures::relation_figures(&labels));
    if let Some(figures) = figures::figures(&scored) {
        println!(
            "SAME against the rest: AUC {:.3}, AP {:.3}",
            figures.auc.value, figures.average_precision.value
        );
    }
}
