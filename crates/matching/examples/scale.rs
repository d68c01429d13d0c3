//! Measures speed and memory on a registry of any size, made of the sample's and the labelled definitions by seeded rewording.
//!
//! `cargo run --release -p onus-matching --example scale -- 10000 100000 1000000`

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

#[path = "../tests/support/mod.rs"]
mod support;

use onus_domain::{DefinitionId, definition::Definition, relation::Match};
use onus_matching::{Matcher, files};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

fn main() {
    let base = base();
    println!(
        "{:>9}{:>12}{:>12}{:>12}{:>12}{:>12}{:>11}{:>18}",
        "size", "take in", "kB each", "check p50", "check p99", "whole run", "matches", "digest"
    );
    for size in std::env::args().skip(1).filter_map(|size| size.parse().ok()) {
        measure(&base, size);
    }
}

/// Real definitions: the sample registry and the labelled records.
fn base() -> Vec<Definition> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled");
    let text = fs::read_to_string(folder.join("records.jsonl")).unwrap_or_else(|error| panic!("{error}"));
    let records = files::records("records.jsonl", &text).unwrap_or_else(|error| panic!("{error}"));
    support::registry().into_iter().chain(records.into_iter().map(|record| record.definition)).collect()
}

fn measure(base: &[Definition], size: usize) {
    let made: Vec<Definition> = (0..size).map(|at| made(base, at)).collect();
    let before = memory();
    let start = Instant::now();
    let mut registry = Matcher::new();
    registry.extend(&made);
    let took = start.elapsed();
    let each = memory().saturating_sub(before) as f64 / size as f64;
    let mut checks: Vec<Duration> = (0..500)
        .map(|at| {
            let draft = Definition { id: DefinitionId::proposed(), ..self::made(base, size + at * 37) };
            let start = Instant::now();
            registry.check(&draft, 10);
            start.elapsed()
        })
        .collect();
    checks.sort();
    let whole = if std::env::var("CHECK_ONLY").is_ok() {
        (Duration::ZERO, 0, 0)
    } else {
        drop(registry);
        let start = Instant::now();
        let matches = Matcher::match_all(&made, &|_, _| ());
        (start.elapsed(), matches.len(), digest(&matches))
    };
    println!(
        "{size:>9}{:>12.1?}{each:>12.2}{:>12.1?}{:>12.1?}{:>12.1?}{:>11}{:>18x}",
        took, checks[250], checks[495], whole.0, whole.1, whole.2
    );
}

/// Of all that the matches say, to the last bit: whether two versions find the same.
fn digest(matches: &[Match]) -> u64 {
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let line = |found: &Match| format!("{found:?}\n");
    matches.iter().fold(0xcbf2_9ce4_8422_2325, |hash, found| line(found).bytes().fold(hash, fnv))
}

/// Resident memory in kB.
fn memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

fn draw(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The definition of a place: a real one under another subject, with some words changed; every tenth as it is but for its name's order.
fn made(base: &[Definition], at: usize) -> Definition {
    let seed = draw(at as u64);
    let of = |seed: u64| &base[usize::try_from(draw(seed) % base.len() as u64).unwrap_or(0)];
    let (main, lender) = (of(seed), of(seed ^ 0x5555));
    let lent: Vec<&str> =
        lender.name.split([' ', '_']).chain(lender.text.split(' ')).filter(|word| word.len() > 4).collect();
    let word = |n: u64| {
        lent.get(usize::try_from(draw(seed ^ n) % lent.len().max(1) as u64).unwrap_or(0))
            .copied()
            .unwrap_or("")
    };
    let reword = |text: &str, salt: u64| {
        let words =
            text.split(' ').enumerate().map(|(i, given)| match draw(seed ^ salt ^ (i as u64) << 8) % 6 {
                0 if given.len() > 4 => word(i as u64 + salt),
                _ => given,
            });
        words.collect::<Vec<_>>().join(" ")
    };
    let own = if seed.is_multiple_of(10) { main.text.clone() } else { reword(&main.text, 3) };
    Definition {
        id: DefinitionId::from_name(&format!("made-{at}")).unwrap_or_else(|_| DefinitionId::proposed()),
        name: format!("{} {}", reword(&main.name, 7), word(1)),
        text: own,
        external_ids: BTreeMap::default(),
        aliases: vec![],
        ..main.clone()
    }
}
