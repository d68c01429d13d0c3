//! Fuzzing the matcher with libFuzzer, on the stable compiler: what `cargo fuzz --sanitizer none` does. The targets are a workspace of
//! their own (`crates/matching/fuzz`).

use crate::run::{self, Failed};
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// How LLVM counts what is reached, for libFuzzer to read.
const COUNTED: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];
/// Fields of a definition, in the order in which the targets read them.
const FIELDS: [&str; 11] = [
    "name",
    "definition",
    "numerator",
    "denominator",
    "population",
    "exclusions",
    "unit",
    "grain",
    "frequency",
    "format",
    "breakdowns",
];

/// `cargo xtask fuzz NAME`.
#[derive(Debug, Args)]
pub struct Fuzz {
    /// What is fuzzed.
    #[arg(value_enum)]
    name: Name,
    /// For how long.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
}

/// The targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Texts to tokens.
    Normalise,
    /// Definitions to facets.
    Facets,
    /// Two definitions to a relation.
    Compare,
}

impl Name {
    fn target(self) -> &'static str {
        match self {
            Self::Normalise => "normalise",
            Self::Facets => "facets",
            Self::Compare => "compare",
        }
    }
}

/// Builds the target and runs it; fails if it finds anything. What it reached is kept for the next run.
pub fn run(fuzz: &Fuzz) -> Result<ExitCode, Failed> {
    let (folder, name) = (run::target().join("fuzz"), fuzz.name.target());
    let host = host()?;
    // With a target named, build scripts and macros are built without counters, which nothing of theirs could link.
    let mut build = run::cargo();
    build.args([
        "build",
        "--release",
        "--manifest-path",
        "crates/matching/fuzz/Cargo.toml",
        "--target",
        &host,
    ]);
    build.args(["--bin", name]).env("CARGO_TARGET_DIR", &folder);
    build.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", COUNTED.join("\u{1f}"));
    run::check(&mut build)?;
    let (corpus, found) = (folder.join("corpus").join(name), folder.join("found").join(name));
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    }
    let (seeds, words) = (seeds(&folder)?, dictionary(&folder)?);
    let mut target = run::program(folder.join(host).join("release").join(name));
    target.arg(&corpus).arg(seeds).arg(format!("-dict={}", words.display()));
    target.arg(format!("-artifact_prefix={}/", found.display()));
    target.arg(format!("-max_total_time={}", fuzz.seconds));
    target.args(["-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]);
    let ended = run::status(&mut target)?;
    if ended.success() {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failed::new(format!("{name} found something: the text is in {}", found.display())))
}

/// The triple of this machine, as rustc names it.
fn host() -> Result<String, Failed> {
    let said = run::output(run::program("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failed::new("rustc -vV names no host"))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failed {
    Failed::new(format!("{} cannot be written: {error}", path.display()))
}

fn data(name: &str) -> Result<String, Failed> {
    let path = run::root().join("crates/matching/data").join(name);
    fs::read_to_string(&path).map_err(|error| Failed::new(format!("{}: {error}", path.display())))
}

/// A folder with what fuzzing begins from: the written pairs, as the targets read them.
fn seeds(folder: &Path) -> Result<PathBuf, Failed> {
    let seeds = folder.join("seeds");
    fs::create_dir_all(&seeds).map_err(|error| unwritable(&seeds, &error))?;
    for name in ["relations_sample", "relations_written", "relations_held_out"] {
        for (at, line) in data(&format!("labelled/{name}.jsonl"))?.lines().enumerate() {
            let pair: Value =
                serde_json::from_str(line).map_err(|error| Failed::new(format!("{name}: {error}")))?;
            let path = seeds.join(format!("{name}-{at}"));
            fs::write(&path, seed(&pair)).map_err(|error| unwritable(&path, &error))?;
        }
    }
    Ok(seeds)
}

fn seed(pair: &Value) -> String {
    let side = |side: &str| {
        let field = |name: &&str| match &pair[side][*name] {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
            one => one.as_str().unwrap_or_default().to_owned(),
        };
        FIELDS.iter().map(field).collect::<Vec<_>>().join("\u{1e}")
    };
    format!("{}\u{1f}{}", side("left"), side("right"))
}

/// A dictionary of libFuzzer's: the words and phrases that the matcher knows.
fn dictionary(folder: &Path) -> Result<PathBuf, Failed> {
    let mut out = String::from("\"\\x1e\"\n\"\\x1f\"\n");
    for (file, column) in [("vocabulary.csv", 0), ("facets.csv", 2), ("contrasts.csv", 4)] {
        for line in data(file)?.lines().skip(1).filter(|line| !line.contains(['"', '\\'])) {
            let term = line.split(',').nth(column).unwrap_or_default();
            if term.is_ascii() && !term.is_empty() {
                let _ = writeln!(out, "\"{term}\"");
            }
        }
    }
    let path = folder.join("words");
    fs::write(&path, out).map_err(|error| unwritable(&path, &error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_becomes_what_the_targets_read() {
        let pair = serde_json::json!({
            "left": {"name": "a", "definition": "b", "breakdowns": ["sex", "age"]},
            "right": {"name": "c"}
        });
        let written = seed(&pair);
        let (left, right) = written.split_once('\u{1f}').unwrap();
        let fields: Vec<_> = left.split('\u{1e}').collect();
        assert_eq!((fields.len(), fields[0], fields[1], fields[10]), (11, "a", "b", "sex; age"));
        assert!(right.starts_with("c\u{1e}"));
    }
}
