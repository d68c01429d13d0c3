//! Measured figures, each against its limit. Medians of several runs; the build is apart.

use crate::run::{self, Failed};
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};
use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

/// `cargo xtask bench NAME`.
#[derive(Debug, Args)]
pub struct Bench {
    /// What to measure.
    #[arg(value_enum)]
    name: Name,
    /// Form of the answer.
    #[arg(short, long, value_enum, default_value_t = Form::Table)]
    output: Form,
    /// How many runs; the middle one counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Name {
    /// From an empty data folder to the report, and a second start.
    Demo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
}

/// One measured figure.
#[derive(Debug, Serialize)]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// `value` / limit: below 1 is within it.
    ratio: f64,
    against: String,
}

impl Figure {
    fn new(name: &'static str, value: f64, unit: &'static str, limit: f64) -> Self {
        Self { name, value, unit, ratio: value / limit, against: format!("limit {limit} {unit}") }
    }
}

/// What one run of a program took.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    seconds: f64,
    /// Most memory it held at once, in MB (10^6 bytes).
    peak_mb: f64,
}

/// Runs a benchmark and prints its figures. Fails if one is over its limit, after all are printed.
pub fn run(bench: &Bench) -> Result<ExitCode, Failed> {
    let figures = match bench.name {
        Name::Demo => demo(bench.runs)?,
    };
    match bench.output {
        Form::Json => println!("{}", serde_json::json!({ "bench": bench.name, "figures": figures })),
        Form::Table => println!("{}", table(&figures)),
    }
    let over: Vec<_> = figures.iter().filter(|figure| figure.ratio > 1.0).map(|figure| figure.name).collect();
    if over.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("over the limit: {}", over.join(", "));
    Ok(ExitCode::FAILURE)
}

fn table(figures: &[Figure]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["figure", "value", "unit", "ratio", "against"]);
    for f in figures {
        let value = format!("{:.3}", f.value);
        table.add_row([f.name, &value, f.unit, &format!("{:.2}", f.ratio), &f.against]);
    }
    for column in [1, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Limits: issue 2, "What it must show", 1.
fn demo(runs: u32) -> Result<Vec<Figure>, Failed> {
    let onus = release()?;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for number in 1..=runs {
        let folder =
            tempfile::tempdir().map_err(|e| Failed::new(format!("cannot make a data folder: {e}")))?;
        let data = folder.path().join("data");
        first.push(run_demo(&onus, &data)?);
        second.push(run_demo(&onus, &data)?);
        eprintln!("run {number} of {runs}");
    }
    let peak = first.iter().chain(&second).map(|run| run.peak_mb).fold(0.0, f64::max);
    Ok(vec![
        Figure::new("time to report", median(first.iter().map(|run| run.seconds)), "s", 15.0),
        Figure::new("second start", median(second.iter().map(|run| run.seconds)), "s", 2.0),
        Figure::new("peak resident memory", peak, "MB", 300.0),
    ])
}

fn run_demo(onus: &Path, data: &Path) -> Result<Measured, Failed> {
    let arguments = ["demo", "--no-serve", "-o", "json", "--data-dir"].map(OsStr::new);
    measured(onus, arguments.into_iter().chain([data.as_os_str()]))
}

/// Builds the release and says where it is.
fn release() -> Result<std::path::PathBuf, Failed> {
    let start = Instant::now();
    run::check(run::cargo().args(["build", "--quiet", "--release", "-p", "onus"]))?;
    eprintln!("build: {:.0} s (not counted)", start.elapsed().as_secs_f64());
    let onus = run::target().join("release/onus");
    if onus.is_file() { Ok(onus) } else { Err(Failed::new(format!("no {}", onus.display()))) }
}

/// Measures a program in a process that runs nothing else, so that its peak is that program's.
fn measured<'a>(program: &Path, arguments: impl Iterator<Item = &'a OsStr>) -> Result<Measured, Failed> {
    let own = std::env::current_exe().map_err(|e| Failed::new(format!("cannot find xtask: {e}")))?;
    let answer = run::output(Command::new(own).arg("measure").arg("--").arg(program).args(arguments))?;
    serde_json::from_str(&answer).map_err(|e| Failed::new(format!("cannot read {answer:?}: {e}")))
}

/// `cargo xtask measure`: runs a program, prints what it took. What it prints itself is thrown away.
pub fn measure(command: &[OsString]) -> Result<ExitCode, Failed> {
    let (program, arguments) = command.split_first().ok_or_else(|| Failed::new("no command"))?;
    let start = Instant::now();
    run::check(Command::new(program).args(arguments).stdout(Stdio::null()))?;
    let seconds = start.elapsed().as_secs_f64();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|e| Failed::new(e.to_string()))?;
    // Linux counts in KiB.
    let kib = u32::try_from(usage.max_rss()).map_err(|e| Failed::new(e.to_string()))?;
    let measured = Measured { seconds, peak_mb: f64::from(kib) * 1024.0 / 1e6 };
    println!("{}", serde_json::json!(measured));
    Ok(ExitCode::SUCCESS)
}

/// The middle value; of an even number, the mean of the middle two.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_run_counts() {
        assert!((median([3.0, 1.0, 9.0].into_iter()) - 3.0).abs() < 1e-9);
        assert!((median([4.0, 1.0, 9.0, 2.0].into_iter()) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn figures_are_one_object_with_a_ratio_against_the_limit() {
        let figures = [Figure::new("second start", 1.0, "s", 2.0)];
        let shown = serde_json::json!({ "bench": Name::Demo, "figures": figures });
        assert_eq!(
            shown.to_string(),
            r#"{"bench":"demo","figures":[{"against":"limit 2 s","name":"second start","ratio":0.5,"unit":"s","value":1.0}]}"#
        );
        assert!(table(&figures).to_string().contains("0.50"));
    }
}
