//! PostgreSQL's own programs, and the load on Onus, each run to its end and its figures read.

use crate::run::{self, Failed};
use serde::Deserialize;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Runs a statement; gives its rows.
pub fn psql(url: &str, statement: &str) -> Result<String, Failed> {
    let mut command = Command::new("psql");
    command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url]);
    run::output(&mut command).map(|rows| rows.trim().to_owned())
}

/// The types of a statement's parameters.
pub fn types(url: &str, text: &str) -> Result<Vec<String>, Failed> {
    let mut command = Command::new("psql");
    let prepared = format!("PREPARE noted AS {text}");
    let asked = "SELECT unnest(parameter_types) FROM pg_prepared_statements WHERE name = 'noted'";
    command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", &prepared, "-c", asked, url]);
    Ok(run::output(&mut command)?.lines().map(str::to_owned).collect())
}

/// pgbench with a script.
pub struct Pgbench {
    pub program: PathBuf,
    pub url: String,
    pub clients: u32,
    pub seconds: u32,
}

impl Pgbench {
    /// Transactions a second; `number` tells one run's keys from another's.
    pub fn rate(&self, script: &Path, number: u32) -> Result<f64, Failed> {
        let mut command = Command::new(&self.program);
        command.args(["-n", "-M", "prepared", "-j", "2", "--max-tries", "10"]);
        command.args(["-c", &self.clients.to_string(), "-T", &self.seconds.to_string()]);
        command.args(["-D", "i=0", "-D", &format!("run={number}"), "-f"]).arg(script).arg(&self.url);
        let told = run::output(&mut command)?;
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        let failed = told.lines().find_map(|line| {
            line.strip_prefix("number of failed transactions: ")?.split(' ').next()?.parse::<u64>().ok()
        });
        if failed.is_some_and(|failed| failed > 0) {
            return Err(Failed::new(format!("transactions of pgbench failed:\n{told}")));
        }
        rate.ok_or_else(|| Failed::new(format!("pgbench told no rate:\n{told}")))
    }
}

/// What `onus-bench load` tells.
#[derive(Debug, Deserialize)]
pub struct Told {
    pub rate: f64,
    pub p99_ms: f64,
    failed: u64,
    failure: Option<String>,
}

/// Load of a kind on a server.
#[derive(Clone)]
pub struct Load {
    pub program: PathBuf,
    pub server: String,
    pub call: &'static str,
    pub callers: u32,
    pub seconds: f64,
    pub authorization: Option<&'static str>,
    pub name: String,
}

impl Load {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["load", "--server", &self.server, "--call", self.call, "--name", &self.name]);
        if let Some(authorization) = self.authorization {
            command.args(["--authorization", authorization]);
        }
        command
    }

    /// One call. Gives the bytes of its answer.
    pub fn once(&self) -> Result<usize, Failed> {
        let told = run::output(self.command().arg("--once"))?;
        let told: serde_json::Value =
            serde_json::from_str(&told).map_err(|e| Failed::new(format!("cannot read {told:?}: {e}")))?;
        told["bytes"]
            .as_u64()
            .and_then(|bytes| usize::try_from(bytes).ok())
            .ok_or_else(|| Failed::new("no size"))
    }

    /// Callers that call again when they were answered.
    pub fn without_pause(&self) -> Result<Told, Failed> {
        self.told(&mut self.command())
    }

    /// So many calls a second.
    pub fn at_a_rate(&self, rate: f64) -> Result<Told, Failed> {
        self.told(self.command().args(["--rate", &format!("{rate:.1}")]))
    }

    fn told(&self, command: &mut Command) -> Result<Told, Failed> {
        command.args(["--callers", &self.callers.to_string(), "--seconds", &self.seconds.to_string()]);
        let told = run::output(command)?;
        let told: Told =
            serde_json::from_str(&told).map_err(|e| Failed::new(format!("cannot read {told:?}: {e}")))?;
        match told.failure {
            Some(failure) => {
                Err(Failed::new(format!("{} calls failed, such as with {failure}", told.failed)))
            }
            None => Ok(told),
        }
    }
}
