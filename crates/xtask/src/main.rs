//! What a developer or CI runs: `cargo xtask test` and its parts. Nothing is skipped in silence: a tool that is missing is
//! installed where that may be done, else the line that installs it is printed and the run fails.

mod bench;
mod fuzz;
mod interrupt;
mod needs;
mod pictures;
mod postgres;
mod run;
mod steps;

use clap::{Args, Parser, Subcommand};
use run::Failed;
use std::{ffi::OsString, process::ExitCode};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Checks and measures Onus")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything CI checks: needs, formats, lints, contract, licences, build, all tests on SQLite and a private PostgreSQL.
    #[command(
        after_help = "Examples:\n  cargo xtask test\n  cargo xtask test --keep-going 'package(onus-store)'"
    )]
    Test(Test),
    /// Formats, lints and the contract, without building or running tests.
    Lint(Lint),
    /// Installs what the checks need and is missing.
    Needs,
    /// Draws the pictures of `docs/` anew: the sample's home page, and every page in its states on one sheet.
    Pictures,
    /// Runs a command with a private PostgreSQL, whose URL is in ONUS_TEST_POSTGRES_URL.
    #[command(after_help = "Example:\n  cargo xtask pg -- cargo nextest run -p onus-store")]
    Pg {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
    /// Kills servers under load, on SQLite and on a durable PostgreSQL that crashes too, and checks that nothing acknowledged is lost or done twice.
    Crash {
        /// How often each server is killed.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
        kills: u32,
    },
    /// Measures; prints a table, or with `-o json` one JSON object.
    Bench(bench::Bench),
    /// Fuzzes the matcher with libFuzzer on the stable compiler; fails if it finds anything. Needs g++.
    #[command(after_help = "Example:\n  cargo xtask fuzz compare --seconds 300")]
    Fuzz(fuzz::Fuzz),
    /// Runs a program and prints the time it took and the memory it held at most; part of `bench`.
    #[command(hide = true)]
    Measure {
        /// The program and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

#[derive(Debug, Args)]
struct Test {
    /// Go on after a step or a test that fails; the exit code still says so.
    #[arg(long)]
    keep_going: bool,
    /// Only tests that match these filters (the names or filter expressions of cargo-nextest).
    filter: Vec<String>,
}

#[derive(Debug, Args)]
struct Lint {
    /// Go on after a step that fails.
    #[arg(long)]
    keep_going: bool,
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let done = match command {
        // Measured alone: the interrupt handler of the parent is enough.
        Command::Measure { command } => bench::measure(&command),
        other => interrupt::install().and_then(|()| perform(other)),
    };
    match done {
        Ok(code) => code,
        Err(failed) => {
            eprintln!("error: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Result<ExitCode, Failed> {
    match command {
        Command::Test(test) => steps::test(test.keep_going, &test.filter),
        Command::Lint(lint) => steps::lint(lint.keep_going),
        Command::Needs => needs::all().map(|_| ExitCode::SUCCESS),
        Command::Pictures => pictures::draw(),
        Command::Crash { kills } => steps::crash(kills),
        Command::Pg { command } => steps::with_postgres(&command),
        Command::Bench(bench) => bench::run(&bench),
        Command::Fuzz(fuzz) => fuzz::run(&fuzz),
        Command::Measure { command } => bench::measure(&command),
    }
}
