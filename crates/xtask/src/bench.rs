//! Measured figures, each against its limit. Medians of several runs; the build is apart.

mod burden;
mod demo;
mod matching;
mod processes;
mod rpc;
mod web;

pub use demo::measure;

use crate::run::{self, Failed};
use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde::Serialize;
use std::{path::PathBuf, process::ExitCode, time::Instant};

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
    /// Of `rpc`: only these parts.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<rpc::Part>,
    /// Of `rpc` and `web`: a folder with programs built before (of `web`, `onus` and `examples/large_registry`), instead of a release built now.
    #[arg(long)]
    programs: Option<PathBuf>,
    /// Of `matching`: a registry of a million too. Of `burden`: ask SQL about as many providers as it can count in five minutes.
    #[arg(long)]
    large: bool,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Name {
    /// From an empty data folder to the report, and a second start.
    Demo,
    /// Calls against the same statements without Onus, a bare echo, and its own parts left out.
    Rpc,
    /// The matcher beside others on the same labelled pairs, and on registries of growing size.
    Matching,
    /// The figures of a month against a loop that only counts, and against the same question in SQL.
    Burden,
    /// Pages of a registry with 10,000 collections and 100,000 definitions: time and bytes.
    Web,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Table,
    Json,
}

/// Which side of its limit a figure must be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    AtMost,
    AtLeast,
}

/// One measured figure.
#[derive(Debug, Serialize)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// `value` / limit.
    ratio: f64,
    against: String,
    /// Whether it is on the right side of its limit.
    within: bool,
}

impl Figure {
    fn new(name: impl Into<String>, value: f64, unit: &'static str, side: Side, limit: f64) -> Self {
        let ratio = value / limit;
        let (said, within) = match side {
            Side::AtMost => ("at most", ratio <= 1.0),
            Side::AtLeast => ("at least", ratio >= 1.0),
        };
        let against = format!("{said} {limit} {unit}").trim_end().to_owned();
        Self { name: name.into(), value, unit, ratio, against, within }
    }

    fn at_most(name: impl Into<String>, value: f64, unit: &'static str, limit: f64) -> Self {
        Self::new(name, value, unit, Side::AtMost, limit)
    }

    fn at_least(name: impl Into<String>, value: f64, unit: &'static str, limit: f64) -> Self {
        Self::new(name, value, unit, Side::AtLeast, limit)
    }

    /// A figure that explains others and has no limit.
    fn told(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, ratio: f64::NAN, against: String::new(), within: true }
    }

    /// A figure of another program beside our own, without a limit.
    fn beside(name: String, value: f64, unit: &'static str, own: f64, whose: &str) -> Self {
        Self { name, value, unit, ratio: value / own, against: whose.to_owned(), within: true }
    }
}

/// Runs a benchmark and prints its figures. Fails if one is over its limit, after all are printed.
pub fn run(bench: &Bench) -> Result<ExitCode, Failed> {
    let figures = match bench.name {
        Name::Demo => demo::run(bench.runs)?,
        Name::Rpc => rpc::run(bench.runs, &bench.only, bench.programs.as_deref())?,
        Name::Matching => matching::run(bench.large)?,
        Name::Burden => burden::run(bench.runs, bench.large)?,
        Name::Web => web::run(bench.runs, bench.programs.as_deref())?,
    };
    match bench.output {
        Form::Json => println!("{}", serde_json::json!({ "bench": bench.name, "figures": figures })),
        Form::Table => println!("{}", table(&figures)),
    }
    let over: Vec<_> =
        figures.iter().filter(|figure| !figure.within).map(|figure| figure.name.as_str()).collect();
    if over.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("over the limit: {}", over.join(", "));
    Ok(ExitCode::FAILURE)
}

fn table(figures: &[Figure]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["figure", "value", "unit", "ratio", "against", ""]);
    for f in figures {
        let value = format!("{:.3}", f.value);
        let ratio = if f.ratio.is_nan() { String::new() } else { format!("{:.2}", f.ratio) };
        let over = if f.within { "" } else { "OVER" };
        table.add_row([f.name.as_str(), &value, f.unit, &ratio, &f.against, over]);
    }
    for column in [1, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// Builds releases of `packages` and says where they are.
fn release<const N: usize>(packages: [&str; N]) -> Result<[PathBuf; N], Failed> {
    optimised("release", packages)
}

/// Builds `packages` by an optimising profile and says where they are.
fn optimised<const N: usize>(profile: &str, packages: [&str; N]) -> Result<[PathBuf; N], Failed> {
    let start = Instant::now();
    let names = packages.iter().flat_map(|package| ["-p", package]);
    run::check(run::cargo().args(["build", "--quiet", "--profile", profile]).args(names))?;
    eprintln!("build: {:.0} s (not counted)", start.elapsed().as_secs_f64());
    let built = packages.map(|package| run::target().join(profile).join(package));
    match built.iter().find(|program| !program.is_file()) {
        Some(missing) => Err(Failed::new(format!("no {}", missing.display()))),
        None => Ok(built),
    }
}

/// The middle value; of an even number, the mean of the middle two.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
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
        assert!((median([3.0, 1.0, 9.0]) - 3.0).abs() < 1e-9);
        assert!((median([4.0, 1.0, 9.0, 2.0]) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn figures_are_one_object_with_a_ratio_against_the_limit() {
        let figures = [Figure::at_most("second start", 1.0, "s", 2.0)];
        let shown = serde_json::json!({ "bench": Name::Demo, "figures": figures });
        assert_eq!(
            shown.to_string(),
            r#"{"bench":"demo","figures":[{"against":"at most 2 s","name":"second start","ratio":0.5,"unit":"s","value":1.0,"within":true}]}"#
        );
        let figures = [Figure::at_least("reads", 0.5, "", 0.7), Figure::told("reads of pgbench", 9.0, "/s")];
        assert!(!figures[0].within && figures[1].within);
        let table = table(&figures).to_string();
        assert!(table.contains("0.71") && table.contains("OVER") && !table.contains("NaN"), "{table}");
    }
}
