//! Measures the matcher on labelled pairs and on the sample registry, and lists every SAME it confirms there.
//!
//! `cargo run --release -p onus-matching --example measure -- [FOLDER OF LABELLED DATA]`
//! (records.jsonl, pairs.jsonl, relations_sample.jsonl; by default this crate's own test data)

#[path = "../tests/support/mod.rs"]
mod support;

use onus_domain::{
    concept::Strength,
    definition::Definition,
    relation::{Match, Relation},
};
use onus_matching::Matcher;
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

fn main() {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled");
    let folder = std::env::args().nth(1).map_or(own, PathBuf::from);
    pairs(&folder);
    relations(&folder);
    registry();
}

fn read(folder: &Path, name: &str) -> Vec<serde_json::Value> {
    support::lines(&fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn text<'a>(value: &'a serde_json::Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[derive(Default)]
struct Tally {
    pairs: usize,
    confirmed: usize,
    same: usize,
}

fn pairs(folder: &Path) {
    let records: HashMap<String, Definition> = read(folder, "records.jsonl")
        .iter()
        .map(|record| (text(record, "id").to_owned(), support::labelled(text(record, "id"), record)))
        .collect();
    let mut tallies: BTreeMap<(String, String), Tally> = BTreeMap::new();
    let mut scores: Vec<(f64, bool)> = Vec::new();
    for pair in read(folder, "pairs.jsonl") {
        let found = Matcher::compare(&records[text(&pair, "left")], &records[text(&pair, "right")]);
        let label = text(&pair, "label");
        let tally = tallies.entry((text(&pair, "family").to_owned(), label.to_owned())).or_default();
        tally.pairs += 1;
        tally.confirmed += usize::from(found.strength == Strength::Confirmed);
        tally.same += usize::from(found.relation == Relation::Same);
        scores.push((found.score, label == "same"));
        if (found.strength == Strength::Confirmed) != (label == "same")
            && std::env::var("SHOW").is_ok_and(|s| text(&pair, "family").contains(&s))
        {
            show(label, &found, &records[text(&pair, "left")], &records[text(&pair, "right")]);
        }
    }
    println!("{:<24}{:<11}{:>6}{:>11}{:>6}", "family", "label", "pairs", "confirmed", "same");
    for ((family, label), tally) in &tallies {
        println!("{family:<24}{label:<11}{:>6}{:>11}{:>6}", tally.pairs, tally.confirmed, tally.same);
    }
    let sum = |same: bool, of: fn(&Tally) -> usize| -> usize {
        tallies.iter().filter(|((_, label), _)| (label == "same") == same).map(|(_, tally)| of(tally)).sum()
    };
    for (what, of) in [("CONFIRMED", (|t| t.confirmed) as fn(&Tally) -> usize), ("SAME", |t| t.same)] {
        let (right, wrong, all) = (sum(true, of), sum(false, of), sum(true, |t| t.pairs));
        println!("{what}: {right} right, {wrong} wrong of {all} labelled same");
    }
    println!("average precision, same against the rest: {:.3}", average_precision(scores));
}

#[expect(clippy::cast_precision_loss, reason = "thousands of pairs")]
fn average_precision(mut scores: Vec<(f64, bool)>) -> f64 {
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut hits, mut sum) = (0_usize, 0.0);
    for (rank, (_, same)) in scores.iter().enumerate() {
        if *same {
            hits += 1;
            sum += hits as f64 / (rank + 1) as f64;
        }
    }
    sum / hits.max(1) as f64
}

fn relations(folder: &Path) {
    let mut table: BTreeMap<(String, String), usize> = BTreeMap::new();
    for case in read(folder, "relations_sample.jsonl") {
        let [left, right] = ["left", "right"].map(|side| support::labelled(side, &case[side]));
        let left = Definition { kind: right.kind, ..left };
        let found = Matcher::compare(&left, &right);
        let said = format!("{} {}", found.relation, found.strength);
        if found.strength == Strength::Confirmed || std::env::var("SHOW").is_ok_and(|s| s == "relations") {
            show(&format!("{} {}", text(&case, "id"), text(&case, "relation")), &found, &left, &right);
        }
        *table.entry((text(&case, "relation").to_owned(), said)).or_default() += 1;
    }
    for ((relation, said), count) in table {
        println!("{relation:<28}{said:<22}{count:>3}");
    }
}

fn registry() {
    let definitions = support::registry();
    let start = Instant::now();
    let matches = Matcher::match_all(&definitions, &|_, _| ());
    let took = start.elapsed();
    let by_id: HashMap<&str, &Definition> = definitions.iter().map(|d| (d.id.as_str(), d)).collect();
    let count = |relation| matches.iter().filter(|m| m.relation == relation).count();
    println!(
        "{} definitions in {took:.1?}: {} SAME, {} RELATED",
        definitions.len(),
        count(Relation::Same),
        count(Relation::Related)
    );
    let mut registry = Matcher::new();
    registry.extend(&definitions);
    let mut checks: Vec<_> = definitions
        .iter()
        .map(|definition| {
            let start = Instant::now();
            registry.check(definition, 10);
            start.elapsed()
        })
        .collect();
    checks.sort();
    println!(
        "check of one: median {:.1?}, p99 {:.1?}",
        checks[checks.len() / 2],
        checks[checks.len() * 99 / 100]
    );
    for found in matches.iter().filter(|m| m.relation == Relation::Same) {
        let (l, r) = (by_id[found.left.as_str()], by_id[found.right.as_str()]);
        println!("{} {:.4} {} | {} || {} | {}", found.strength, found.score, l.id, l.name, r.id, r.name);
    }
    if let Some(memory) = fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| status.lines().find(|line| line.starts_with("VmHWM")).map(str::to_owned))
    {
        println!("{memory}");
    }
}

fn show(label: &str, found: &Match, left: &Definition, right: &Definition) {
    println!("--- {label}: {} {} {:.3}", found.relation, found.strength, found.score);
    for side in [left, right] {
        println!(
            "    {} | {} | {} | {} | {}",
            side.name, side.text, side.numerator, side.denominator, side.format
        );
    }
    for reason in &found.evidence {
        println!("    {:>6.2} {}: {}", reason.weight, reason.facet, reason.finding);
    }
}
