//! From an empty folder to a report: time and memory.

use super::{Figure, median, release};
use crate::run::{self, Failed};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};
use std::{
    ffi::{OsStr, OsString},
    path::Path,
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

/// What one run of a program took.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    seconds: f64,
    /// Most memory it held at once, in MB (10^6 bytes).
    peak_mb: f64,
}

/// Limits: issue 2, "What it must show", 1.
pub fn run(runs: u32) -> Result<Vec<Figure>, Failed> {
    let [onus] = release(["onus"])?;
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
        Figure::at_most("time to report", median(first.iter().map(|run| run.seconds)), "s", 15.0),
        Figure::at_most("second start", median(second.iter().map(|run| run.seconds)), "s", 2.0),
        Figure::at_most("peak resident memory", peak, "MB", 300.0),
    ])
}

fn run_demo(onus: &Path, data: &Path) -> Result<Measured, Failed> {
    let arguments = ["demo", "--no-serve", "-o", "json", "--data-dir"].map(OsStr::new);
    measured(onus, arguments.into_iter().chain([data.as_os_str()]))
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
