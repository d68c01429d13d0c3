//! What the figures of a month cost: of the sample, and of a large made-up registry, against a loop that only counts and against the same
//! question in SQL. All three must count the same asks and facts.
//!
//! Limits: issue 3, "Speed".

use super::{Figure, median};
use crate::{
    needs,
    run::{self, Failed},
};
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// Providers, collections, items of each, collections that a provider answers.
const LARGE: [usize; 4] = [100_000, 10_000, 100, 300];
/// Providers of the same registry that SQL is asked about.
const IN_SQL: usize = 250;
/// With `--large`, twice as many are tried until SQL took so many seconds: those after would take more than five minutes.
const LONG: f64 = 150.0;

/// What the example `large` tells.
#[derive(Debug, Deserialize)]
struct Told {
    asks: u64,
    facts: u64,
    prepare_s: f64,
    full_s: f64,
    bare_s: f64,
    fresh_ms: f64,
    peak_mb: f64,
}

/// What the example `sample` tells.
#[derive(Debug, Deserialize)]
struct Sample {
    full_s: f64,
}

/// What SQL counts.
#[derive(Debug, Deserialize)]
struct Counted {
    asks: u64,
    facts: u64,
    seconds: f64,
}

/// The question as it is put, and with periods told apart by their beat alone.
#[derive(Debug, Deserialize)]
struct InSql {
    put: Counted,
    by_beat: Counted,
}

/// Measures; `large` asks SQL about as many providers as it can count in five minutes.
pub fn run(runs: u32, large: bool) -> Result<Vec<Figure>, Failed> {
    let [example, sample] = examples()?;
    let python =
        needs::python_of(&run::root().join("crates/xtask/src/bench/burden/requirements.txt"), "bench-venv")?;
    let mut seconds = vec![];
    for _ in 0..runs {
        let told: Sample = last_line(&mut Command::new(&sample))?;
        seconds.push(told.full_s);
    }
    let all = measured(&example, LARGE[0], None)?;
    let mut figures = vec![
        Figure::at_most("the sample's month in full", median(seconds), "s", 0.2),
        Figure::at_most("a large month in full", all.full_s, "s", 8.0),
        Figure::at_most("a large month's memory", all.peak_mb, "MB", 1000.0),
        Figure::at_least("a large month, of bare counting", all.bare_s / all.full_s, "", 0.25),
        Figure::at_most("a large month after a change", all.fresh_ms, "ms", 100.0),
        Figure::told("preparing the large registry", all.prepare_s, "s"),
        Figure::told("bare counting", all.bare_s, "s"),
    ];
    let mut providers = IN_SQL;
    let mut found = compared(&example, &python, providers)?;
    while large && found.1.put.seconds < LONG {
        providers *= 2;
        found = compared(&example, &python, providers)?;
    }
    figures.extend(against_sql(providers, &found));
    Ok(figures)
}

fn against_sql(providers: usize, (told, sql): &(Told, InSql)) -> [Figure; 5] {
    let providers = u32::try_from(providers).map_or(f64::NAN, f64::from);
    [
        Figure::at_least("a smaller month, times as quick as SQL", sql.put.seconds / told.full_s, "", 100.0),
        Figure::told("the same, as SQL by beats", sql.by_beat.seconds / told.full_s, ""),
        Figure::told("its providers", providers, ""),
        Figure::told("the smaller month in full", told.full_s, "s"),
        Figure::told("its asks and facts in SQL", sql.put.seconds, "s"),
    ]
}

/// The smaller registry, counted by Onus and in SQL. Refused if they do not agree.
fn compared(example: &Path, python: &Path, providers: usize) -> Result<(Told, InSql), Failed> {
    let folder = tempfile::tempdir().map_err(|e| Failed::new(format!("cannot make a folder: {e}")))?;
    let told = measured(example, providers, Some(folder.path()))?;
    let mut command = Command::new(python);
    command.arg(run::root().join("crates/xtask/src/bench/burden/count.py")).arg(folder.path());
    let sql: InSql = last_line(&mut command)?;
    eprintln!("{providers} providers: {:.1} s, in SQL {:.1} s", told.full_s, sql.put.seconds);
    for counted in [&sql.put, &sql.by_beat] {
        if (counted.asks, counted.facts) != (told.asks, told.facts) {
            return Err(Failed::new(format!(
                "of {providers} providers SQL counts {} asks and {} facts, Onus {} and {}",
                counted.asks, counted.facts, told.asks, told.facts
            )));
        }
    }
    Ok((told, sql))
}

/// The made-up registry with so many providers, written to a folder if one is named. The example itself compares what it counts with bare
/// counting, and what a change made with a full computation.
fn measured(example: &Path, providers: usize, folder: Option<&Path>) -> Result<Told, Failed> {
    let mut command = Command::new(example);
    command.args([providers, LARGE[1], LARGE[2], LARGE[3]].map(|number| number.to_string())).args(folder);
    last_line(&mut command)
}

/// Builds the examples that measure.
fn examples() -> Result<[PathBuf; 2], Failed> {
    let start = Instant::now();
    let names = ["large", "sample"];
    let packages = ["-p", "onus-burden", "--example", names[0], "-p", "onus-report", "--example", names[1]];
    run::check(run::cargo().args(["build", "--quiet", "--release"]).args(packages))?;
    eprintln!("build: {:.0} s (not counted)", start.elapsed().as_secs_f64());
    Ok(names.map(|example| run::target().join("release/examples").join(example)))
}

/// The JSON object that a program prints last.
fn last_line<T: for<'t> Deserialize<'t>>(command: &mut Command) -> Result<T, Failed> {
    let answer = run::output(command)?;
    let line = answer.lines().last().unwrap_or_default();
    serde_json::from_str(line).map_err(|e| Failed::new(format!("cannot read {line:?}: {e}")))
}
