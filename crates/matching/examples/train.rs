//! Makes the model that the engine comes with: `data/model.txt`, of the labelled pairs and relations in `data/labelled`.
//!
//! `cargo run --release -p onus-matching --example train -- [NAME] [OUT]`; the same data give the same bytes.

use onus_matching::{files, tool};
use std::{fs, path::PathBuf, time::Instant};

fn main() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| onus_matching::MODEL.to_owned());
    let out = arguments.next().map_or(data.join("model.txt"), PathBuf::from);
    let read = |name: &str| {
        fs::read_to_string(data.join("labelled").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let records = files::records("records.jsonl", &read("records.jsonl")).unwrap_or_else(|e| panic!("{e}"));
    let pairs = files::pairs("pairs.jsonl", &read("pairs.jsonl"), &records).unwrap_or_else(|e| panic!("{e}"));
    let mut relations = Vec::new();
    for name in ["relations_sample.jsonl", "relations_written.jsonl"] {
        relations.extend(files::relations(name, &read(name)).unwrap_or_else(|e| panic!("{e}")));
    }
    let start = Instant::now();
    let model = tool::train(&name, &records, &pairs, &relations, &[]);
    println!("{} pairs and {} relations in {:.1?}", pairs.len(), relations.len(), start.elapsed());
    fs::write(&out, model.to_text()).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
}
