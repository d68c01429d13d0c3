//! Measures speed and memory on a made registry of any size; one JSON object a size.
//!
//! `cargo run --release -p onus-matching --example scale -- [hard] [take-in] [check] [whole] 10000 100000 1000000`
//!
//! Of the three parts all are measured unless some are named. The registry is one whose concepts are each asked by a few, or with `hard`
//! one where every definition is like hundreds of others: see `made_registry`.

#![expect(clippy::cast_precision_loss, reason = "figures for people")]

#[path = "support/made_registry.rs"]
mod made_registry;
#[path = "../tests/support/mod.rs"]
mod support;

use made_registry::{Kind, Maker};
use onus_domain::{DefinitionId, definition::Definition, relation::Match};
use onus_matching::{Matcher, files};
use std::{
    fs,
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Drafts that are checked against a registry of each size.
const CHECKS: usize = 1_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let said = |word: &str| arguments.iter().any(|given| given == word);
    let wanted = |part: &str| said(part) || !["take-in", "check", "whole"].into_iter().any(said);
    let maker = Maker::new(if said("hard") { Kind::Hard } else { Kind::Real }, real());
    for size in arguments.iter().filter_map(|given| given.parse().ok()) {
        let mut figures = serde_json::Map::from_iter([
            ("size".to_owned(), serde_json::json!(size)),
            ("registry".to_owned(), serde_json::json!(if said("hard") { "hard" } else { "real" })),
        ]);
        let made: Vec<Definition> = (0..size).map(|at| maker.definition(at)).collect();
        if wanted("take-in") || wanted("check") {
            let matcher = take_in(&made, &mut figures);
            if wanted("check") {
                check(&maker, &matcher, &mut figures);
            }
        }
        if wanted("whole") {
            whole(&made, &mut figures);
        }
        println!("{}", serde_json::Value::Object(figures));
    }
}

type Figures = serde_json::Map<String, serde_json::Value>;

fn tell(figures: &mut Figures, name: &str, value: impl Into<serde_json::Value>) {
    figures.insert(name.to_owned(), value.into());
}

fn take_in(made: &[Definition], figures: &mut Figures) -> Matcher {
    // What is loaded once, whatever the size, is no definition's.
    black_box(Matcher::compare(&made[0], &made[1]));
    let (before, start) = (memory("VmRSS"), Instant::now());
    let mut matcher = Matcher::new();
    matcher.extend(made);
    tell(figures, "take_in_s", start.elapsed().as_secs_f64());
    tell(figures, "kb_each", memory("VmRSS").saturating_sub(before) as f64 * 1.024 / made.len() as f64);
    matcher
}

/// Drafts that nobody registered, of the same making: some are like what is there.
/// The sample's definitions and the labelled ones.
fn real() -> Vec<Definition> {
    let text = support::labelled_data("records.jsonl");
    let records = files::records("records.jsonl", &text).unwrap_or_else(|error| panic!("{error}"));
    support::registry().into_iter().chain(records.into_iter().map(|record| record.definition)).collect()
}

fn check(maker: &Maker, matcher: &Matcher, figures: &mut Figures) {
    let drafts: Vec<Definition> = (0..CHECKS)
        .map(|at| Definition {
            id: DefinitionId::proposed(),
            ..maker.definition(matcher.len() - matcher.len() / 7 + at * 37)
        })
        .collect();
    let mut took: Vec<Duration> = drafts
        .iter()
        .map(|draft| {
            let start = Instant::now();
            black_box(matcher.check(draft, 10));
            start.elapsed()
        })
        .collect();
    took.sort();
    tell(figures, "check_p50_ms", took[CHECKS / 2].as_secs_f64() * 1e3);
    tell(figures, "check_p99_ms", took[CHECKS * 99 / 100].as_secs_f64() * 1e3);
}

fn whole(made: &[Definition], figures: &mut Figures) {
    let (start, busy) = (Instant::now(), processor());
    let (count, digest) = (AtomicU64::new(0), AtomicU64::new(0));
    // Matches are counted, not kept: at a million definitions they would not fit.
    Matcher::match_each(made, &|found| {
        count.fetch_add(1, Ordering::Relaxed);
        digest.fetch_add(fingerprint(&found), Ordering::Relaxed);
    });
    tell(figures, "whole_s", start.elapsed().as_secs_f64());
    tell(figures, "whole_cpu_s", processor() - busy);
    tell(figures, "matches", count.into_inner());
    tell(figures, "peak_mb", memory("VmHWM") as f64 * 1.024 / 1e3);
    tell(figures, "digest", format!("{:x}", digest.into_inner()));
}

/// Of all that a match says, to the last bit: whether two versions find the same. Added up, their order does not matter.
fn fingerprint(found: &Match) -> u64 {
    let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{found:?}").bytes().fold(0xcbf2_9ce4_8422_2325, fnv)
}

/// Memory of this process in KiB.
fn memory(which: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(which));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// Processor time of this process in seconds: what others do on the machine does not count.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    // Linux counts hundredths: user time, then the system's.
    after.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / 100.0
}
