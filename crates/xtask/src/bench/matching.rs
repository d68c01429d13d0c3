//! How well definitions are matched, beside what others make of the same labelled pairs in the same run; and how speed and memory grow with
//! the registry.
//!
//! Limits: the targets of the matcher's design: quality on held-out pairs, time of a check and of a whole run, memory of a definition.

use super::{Figure, Side};
use crate::{
    needs,
    run::{self, Failed},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{fs, time::Instant};

/// Sizes of the registry, and for each the limits: p99 of a check in milliseconds, the whole run in seconds.
const SIZES: [(usize, f64, f64); 3] = [(10_000, 5.0, 5.0), (100_000, 15.0, 60.0), (1_000_000, 50.0, 900.0)];
/// Sizes that are measured unless more are asked for.
const USUAL: usize = 2;
/// Size of the hard registry.
const HARD: usize = 10_000;
/// Memory of a definition in kB.
const KB_EACH: f64 = 4.0;
/// The first of the engines: the others are set beside it.
const OWN: &str = "onus";

/// What an engine makes of the labelled pairs.
#[derive(Debug, Deserialize)]
struct Engine {
    name: String,
    learned: bool,
    seconds: f64,
    average_precision: f64,
    best_f1: f64,
    recall_at_95: f64,
}

/// What a registry of one size takes.
#[derive(Debug, Deserialize)]
struct Scale {
    kb_each: Option<f64>,
    check_p50_ms: Option<f64>,
    check_p99_ms: Option<f64>,
    whole_s: Option<f64>,
    whole_cpu_s: Option<f64>,
    matches: Option<f64>,
    peak_mb: Option<f64>,
}

/// Quality first, then scale.
pub fn run(large: bool) -> Result<Vec<Figure>, Failed> {
    let start = Instant::now();
    let examples = ["held_out", "scale"].into_iter().flat_map(|name| ["--example", name]);
    let build = ["build", "--quiet", "--release", "-p", "onus-matching"];
    run::check(run::cargo().args(build).args(examples))?;
    eprintln!("build: {:.0} s (not counted)", start.elapsed().as_secs_f64());
    let mut figures = quality(&engines()?)?;
    for (size, check, whole) in SIZES.into_iter().take(if large { SIZES.len() } else { USUAL }) {
        figures.extend(scale_figures(&size.to_string(), &scale(&[], size)?, check, whole));
    }
    // Nobody has such a registry, and no limit is set for it.
    figures.extend(told(&format!("{HARD} near copies"), &scale(&["hard", "whole"], HARD)?));
    Ok(figures)
}

/// An example of the matcher, run to its end: its answer.
fn example(name: &str, arguments: &[&str]) -> Result<String, Failed> {
    run::output(run::program(run::target().join("release/examples").join(name)).args(arguments))
}

fn parsed<T: DeserializeOwned>(answer: &str) -> Result<T, Failed> {
    serde_json::from_str(answer).map_err(|e| Failed::new(format!("cannot read {answer:.200?}: {e}")))
}

/// All engines on the labelled pairs.
fn engines() -> Result<Vec<Engine>, Failed> {
    let folder = run::root().join("crates/matching/data/labelled");
    let (bench, own) = (run::root().join("crates/bench/matching"), run::target().join("held-out.json"));
    let python = needs::python_of(&bench.join("requirements.txt"), "venv-matching")?;
    eprintln!("quality: the matcher, then its peers");
    let pairs = run::output(run::program(run::target().join("release/examples/held_out")).arg(&folder))?;
    fs::write(&own, pairs).map_err(|e| Failed::new(format!("cannot write {}: {e}", own.display())))?;
    parsed(&run::output(run::program(python).arg(bench.join("peers.py")).arg(folder).arg(own))?)
}

fn quality(engines: &[Engine]) -> Result<Vec<Figure>, Failed> {
    let own = engines.iter().find(|one| one.name == OWN).ok_or_else(|| Failed::new("no figures of onus"))?;
    let mut out = vec![
        Figure::at_least("onus: average precision", own.average_precision, "", 0.965),
        Figure::at_least("onus: best F1", own.best_f1, "", 0.90),
        Figure::at_least("onus: recall at precision 0.95", own.recall_at_95, "", 0.85),
        Figure::told("onus: time", own.seconds, "s"),
    ];
    for one in engines.iter().filter(|one| one.name != OWN) {
        let learned = if one.learned { "learned" } else { "untrained" };
        let name = |what| format!("{} ({learned}): {what}", one.name);
        out.extend([
            Figure::beside(name("average precision"), one.average_precision, "", own.average_precision, OWN),
            Figure::beside(name("best F1"), one.best_f1, "", own.best_f1, OWN),
            Figure::beside(name("recall at precision 0.95"), one.recall_at_95, "", own.recall_at_95, OWN),
            Figure::beside(name("time"), one.seconds, "s", own.seconds, OWN),
        ]);
    }
    Ok(out)
}

/// A made registry of one size, in a process of its own.
fn scale(parts: &[&str], size: usize) -> Result<Scale, Failed> {
    eprintln!("scale: {size} definitions");
    let size = size.to_string();
    parsed(&example("scale", &[parts, &[&size]].concat())?)
}

fn scale_figures(size: &str, scale: &Scale, check: f64, whole: f64) -> Vec<Figure> {
    let at_most = |what: &str, value: Option<f64>, unit, limit| {
        value.map(|value| Figure::new(format!("{size}: {what}"), value, unit, Side::AtMost, limit))
    };
    let limited = [
        at_most("check of one, p99", scale.check_p99_ms, "ms", check),
        at_most("whole run", scale.whole_s, "s", whole),
        at_most("memory of a definition", scale.kb_each, "kB", KB_EACH),
    ];
    limited.into_iter().flatten().chain(told(size, scale)).collect()
}

/// What explains the figures that have a limit.
fn told(size: &str, scale: &Scale) -> Vec<Figure> {
    let figures = [
        ("check of one, median", scale.check_p50_ms, "ms"),
        ("whole run, processor time", scale.whole_cpu_s, "s"),
        ("matches", scale.matches, ""),
        ("peak resident memory, matches not kept", scale.peak_mb, "MB"),
    ];
    let one = |(what, value, unit): (&str, Option<f64>, _)| {
        Some(Figure::told(format!("{size}: {what}"), value?, unit))
    };
    figures.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_set_beside_the_own() {
        let answer = r#"[{"name":"onus","learned":true,"seconds":2.0,"average_precision":0.8,"best_f1":0.9,"recall_at_95":0.9},
            {"name":"splink","learned":true,"seconds":8.0,"average_precision":0.4,"best_f1":0.3,"recall_at_95":0.0}]"#;
        let figures = quality(&parsed::<Vec<Engine>>(answer).unwrap()).unwrap();
        let of = |name: &str| figures.iter().find(|figure| figure.name == name).unwrap();
        assert!(!of("onus: average precision").within && of("onus: best F1").within);
        assert!((of("splink (learned): average precision").ratio - 0.5).abs() < 1e-9);
        assert!(
            (of("splink (learned): time").ratio - 4.0).abs() < 1e-9 && of("splink (learned): time").within
        );
        assert!(quality(&[]).is_err());
    }

    #[test]
    fn a_size_is_held_to_its_limits_and_parts_left_out_are_not_told() {
        let scale: Scale = parsed(r#"{"size":10000,"check_p99_ms":6.0,"kb_each":3.0}"#).unwrap();
        let figures = scale_figures("10000", &scale, 5.0, 5.0);
        let shown: Vec<(&str, bool)> = figures.iter().map(|f| (f.name.as_str(), f.within)).collect();
        assert_eq!(shown, [("10000: check of one, p99", false), ("10000: memory of a definition", true)]);
    }
}
