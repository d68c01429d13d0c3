//! Makes `data/common_words.csv`: the words that stand in at least 5 of 1,000 definitions, with their share.
//!
//! `cargo run -p onus-matching --example common_words -- FILE.jsonl… > crates/matching/data/common_words.csv`

use onus_matching::normalise;
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut total = 0;
    for path in std::env::args().skip(1) {
        for line in fs::read_to_string(path)?.lines() {
            let record: serde_json::Value = serde_json::from_str(line)?;
            let field = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
            let mut words: BTreeSet<String> = normalise::name_tokens(&field("name")).into_iter().collect();
            for key in ["definition", "description", "numerator", "denominator"] {
                words.extend(normalise::tokens(&field(key)));
            }
            total += 1;
            for word in words
                .into_iter()
                .filter(|word| !word.contains(',') && !word.bytes().any(|b| b.is_ascii_digit()))
            {
                *counts.entry(word).or_default() += 1;
            }
        }
    }
    println!("word,per_mille,provenance");
    let mut rows: Vec<(u32, String)> =
        counts.into_iter().map(|(word, n)| (1_000 * n / total, word)).collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (share, word) in rows.into_iter().filter(|(share, _)| *share >= 5) {
        println!("{word},{share},labelled and sample definitions");
    }
    Ok(())
}
