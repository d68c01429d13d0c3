//! The steps of the checks, in order, each with its heading and its time.

use crate::{
    needs::{self, Tools},
    postgres::Postgres,
    run::{self, Failed},
};
use std::{
    ffi::OsString,
    path::Path,
    process::{Command, ExitCode},
    time::Instant,
};

/// Runs steps, and remembers which failed.
struct Steps {
    keep_going: bool,
    failed: Vec<&'static str>,
}

impl Steps {
    fn new(keep_going: bool) -> Self {
        Self { keep_going, failed: Vec::new() }
    }

    /// One step. `Ok(None)` if it failed and the run goes on.
    fn step<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T, Failed>,
    ) -> Result<Option<T>, Failed> {
        heading(name);
        let start = Instant::now();
        match work() {
            Ok(value) => {
                println!("   {:.1} s", start.elapsed().as_secs_f64());
                Ok(Some(value))
            }
            Err(failed) if self.keep_going && !crate::interrupt::requested() => {
                eprintln!("error: {name}: {failed}");
                self.failed.push(name);
                Ok(None)
            }
            Err(failed) => Err(Failed::new(format!("{name}: {failed}"))),
        }
    }

    /// Names what failed on the way.
    fn report(&self) {
        if !self.failed.is_empty() {
            eprintln!("error: failed before: {}", self.failed.join(", "));
        }
    }

    fn lints(&mut self, buf: Option<&Path>) -> Result<(), Failed> {
        self.step("formats", || run::check(run::cargo().args(["fmt", "--all", "--check"])))?;
        self.step("lints", || {
            run::check(run::cargo().args([
                "clippy",
                "--quiet",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]))
        })?;
        if let Some(buf) = buf {
            self.step("contract", || contract(buf))?;
        }
        // The test `house` holds the same lists with cargo metadata; this adds what only cargo-deny knows.
        if run::succeeds(run::cargo().args(["deny", "--version"])) {
            self.step("licences and sources", || {
                run::check(run::cargo().args(["deny", "check", "licenses", "bans", "sources"]))
            })?;
        }
        Ok(())
    }
}

fn heading(name: &str) {
    println!("== {name}");
}

fn contract(buf: &Path) -> Result<(), Failed> {
    run::check(run::program(buf).args(["lint", "proto"]))?;
    run::check(run::program(buf).args(["breaking", "proto", "--against", "proto/released/onus-v1.binpb"]))
}

/// `cargo xtask lint`.
pub fn lint(keep_going: bool) -> Result<ExitCode, Failed> {
    let mut steps = Steps::new(keep_going);
    let buf = steps.step("needs", needs::lints)?;
    steps.lints(buf.as_deref())?;
    steps.report();
    Ok(exit(steps.failed.is_empty()))
}

/// `cargo xtask test`. The test runner comes last, so that its summary closes the output.
pub fn test(keep_going: bool, filter: &[String]) -> Result<ExitCode, Failed> {
    let mut steps = Steps::new(keep_going);
    // Without its tools no step says anything: this one is never passed over.
    let tools = Steps::new(false).step("needs", needs::all)?.ok_or_else(|| Failed::new("needs"))?;
    steps.lints(Some(&tools.buf))?;
    steps.step("build", || {
        run::check(run::cargo().args(["build", "--quiet", "--workspace", "--all-targets"]))
    })?;
    let postgres = Steps::new(false).step("PostgreSQL", || Postgres::start(&tools.postgres))?;
    let postgres = postgres.ok_or_else(|| Failed::new("PostgreSQL"))?;
    heading("tests");
    let passed = run::status(&mut tests(keep_going, filter, &tools, &postgres))?;
    drop(postgres);
    steps.report();
    Ok(exit(passed.success() && steps.failed.is_empty()))
}

fn tests(keep_going: bool, filter: &[String], tools: &Tools, postgres: &Postgres) -> Command {
    let mut nextest = run::cargo();
    nextest.args(["nextest", "run", "--workspace"]);
    if keep_going {
        nextest.arg("--no-fail-fast");
    }
    for word in filter {
        // A filter expression has a call in it; anything else is part of a test's name.
        if word.contains('(') {
            nextest.arg("-E");
        }
        nextest.arg(word);
    }
    nextest
        .env("ONUS_TEST_POSTGRES_URL", postgres.url())
        .env("ONUS_TEST_PYTHON", &tools.python)
        .env("ONUS_TEST_CHROMIUM", &tools.chromium)
        .env("ONUS_TEST_BINARY", run::target().join("debug/onus"));
    nextest
}

/// `cargo xtask crash`.
pub fn crash(kills: u32) -> Result<ExitCode, Failed> {
    let tools = needs::all()?;
    run::check(run::cargo().args(["build", "--quiet", "--release", "-p", "onus"]))?;
    let postgres = Postgres::durable(&tools.postgres)?;
    let mut nextest = tests(true, &["binary(crash)".to_owned()], &tools, &postgres);
    nextest.args(["--success-output", "final"]);
    nextest
        .env("ONUS_TEST_BINARY", run::target().join("release/onus"))
        .env("ONUS_TEST_KILLS", kills.to_string());
    let passed = run::status(&mut nextest)?;
    Ok(exit(passed.success()))
}

/// `cargo xtask pg -- …`.
pub fn with_postgres(command: &[OsString]) -> Result<ExitCode, Failed> {
    let bin = crate::postgres::programs()
        .ok_or_else(|| Failed::new("PostgreSQL's server programs missing; run: cargo xtask needs"))?;
    let postgres = Postgres::start(&bin)?;
    let (program, arguments) =
        command.split_first().ok_or_else(|| Failed::new("no command: cargo xtask pg -- COMMAND"))?;
    let ended =
        run::status(Command::new(program).args(arguments).env("ONUS_TEST_POSTGRES_URL", postgres.url()))?;
    drop(postgres);
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

fn exit(success: bool) -> ExitCode {
    if success { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_ends_the_run_unless_it_is_to_go_on() {
        let mut steps = Steps::new(false);
        assert!(steps.step("a", || Err::<(), _>(Failed::new("broken"))).is_err());
        let mut steps = Steps::new(true);
        assert!(steps.step("a", || Err::<(), _>(Failed::new("broken"))).unwrap().is_none());
        assert_eq!(steps.step("b", || Ok(1)).unwrap(), Some(1));
        assert_eq!(steps.failed, ["a"]);
    }
}
