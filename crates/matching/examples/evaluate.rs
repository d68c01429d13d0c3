//! Prints the table of quality on labelled pairs, cross-validated and leaving one source out.
//!
//! `cargo run --release -p onus-matching --example evaluate -- [FOLDER]`

use onus_matching::{evaluate::evaluate, figures::Figures, files, learn};
use std::{fs, path::PathBuf, time::Instant};

fn main() {
    let folder = std::env::args()
        .nth(1)
        .map_or(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled"), PathBuf::from);
    let read =
        |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let records = files::records("records.jsonl", &read("records.jsonl")).unwrap_or_else(|e| panic!("{e}"));
    let pairs = files::pairs("pairs.jsonl", &read("pairs.jsonl"), &records).unwrap_or_else(|e| panic!("{e}"));
    let show = |figures: &Option<Figures>| match figures {
        None => String::from("-"),
        Some(f) => format!(
            "AP {:.3} [{:.3} {:.3}] F1 {:.3} R95 {:.3} AUC {:.3} ECE {:.3}",
            f.average_precision.value,
            f.average_precision.low,
            f.average_precision.high,
            f.best_f1.value,
            f.recall_at_95.value,
            f.auc.value,
            f.calibration_error.value
        ),
    };
    let start = Instant::now();
    let mut extra = Vec::new();
    for name in ["relations_sample.jsonl", "relations_written.jsonl"] {
        extra.extend(learn::of_relations(
            &files::relations(name, &read(name)).unwrap_or_else(|e| panic!("{e}")),
        ));
    }
    let table = evaluate(&records, &pairs, &extra);
    println!("{} groups, {:.1?}", table.groups, start.elapsed());
    let lines = std::iter::once(("all".to_owned(), &table.all))
        .chain(table.sources.iter().map(|(k, v)| (format!("source {k}"), v)))
        .chain(table.families.iter().map(|(k, v)| (k.clone(), v)));
    for (name, line) in lines {
        println!("{name:<28}{:>5}{:>5}  cv {}", line.pairs, line.same, show(&line.cross_validated));
        println!("{:<38}  lo {}", "", show(&line.leave_one_source_out));
    }
}
