//! Filled registries for tests: made once for each build of the program and each database, copied for each test.

use crate::{onus, postgres_url, psql, run, target};
use serde_json::Value;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    time::UNIX_EPOCH,
};
use tempfile::TempDir;

/// The day that demos take for today, so that their figures are always the same.
pub const TODAY: &str = "2026-11-15";

/// Where a registry is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// In a file in the data folder.
    Sqlite,
    /// On a server.
    Postgres,
}

/// A filled registry of the test's own. Gone when dropped.
#[derive(Debug)]
pub struct Demo {
    folder: TempDir,
    url: Option<String>,
    summary: Value,
}

impl Demo {
    /// A copy of the demo as `onus demo --no-serve` leaves it.
    pub fn copy(database: Database) -> Self {
        let made = Made::get(database);
        let folder = TempDir::with_prefix("onus-test-").expect("a temporary folder");
        copy(&made.data, &folder.path().join("data"));
        let url = made.template.map(|template| {
            let name = scratch_name();
            let server = postgres_url();
            psql(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
            with_database(&server, &name)
        });
        Self { folder, url, summary: made.summary }
    }

    /// An empty registry: the program has not run yet.
    pub fn empty(database: Database) -> Self {
        let folder = TempDir::with_prefix("onus-test-").expect("a temporary folder");
        let url = (database == Database::Postgres).then(|| {
            let (name, server) = (scratch_name(), postgres_url());
            psql(&server, &format!("CREATE DATABASE {name}"));
            with_database(&server, &name)
        });
        Self { folder, url, summary: Value::Null }
    }

    /// A folder that goes with it, for whatever a test writes; the data folder is `data` within.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// The database on a server, if it is on one.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// What `onus demo --no-serve -o json` printed when it was filled.
    pub fn summary(&self) -> &Value {
        &self.summary
    }

    /// The program, with this registry.
    pub fn command(&self, arguments: &[&str]) -> Command {
        command(&self.data(), self.url(), arguments)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Some((_, name)) = self.url.as_deref().and_then(|url| url.rsplit_once('/')) {
            psql(&postgres_url(), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn command(data: &Path, url: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = Command::new(onus());
    command.arg("--data-dir").arg(data).args(arguments);
    // Nothing of the tester's own environment or folder counts.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONUS_") {
            command.env_remove(name);
        }
    }
    command.current_dir(data.parent().unwrap_or(data));
    if let Some(url) = url {
        command.env("ONUS_DATABASE__URL", url);
    }
    command
}

/// The demo that tests copy.
struct Made {
    data: PathBuf,
    /// The database to copy, on PostgreSQL.
    template: Option<String>,
    summary: Value,
}

impl Made {
    /// Makes it, unless another test of this build has; one at a time.
    fn get(database: Database) -> Self {
        let key = key();
        let folder = target().join("end-to-end").join(format!("{database:?}-{key}").to_lowercase());
        fs::create_dir_all(&folder).expect("a folder in target");
        let lock = File::create(folder.join("lock")).expect("a lock in target");
        lock.lock().expect("the lock can be taken");
        let (data, note) = (folder.join("data"), folder.join("summary.json"));
        let template = (database == Database::Postgres).then(|| format!("onus_demo_{key}"));
        let there = note.is_file() && template.as_deref().is_none_or(is_database);
        if !there {
            forget_older(&folder, database);
            let _ = fs::remove_dir_all(&data);
            let url = template.as_deref().map(|name| {
                psql(&postgres_url(), &format!("DROP DATABASE IF EXISTS {name}"));
                psql(&postgres_url(), &format!("CREATE DATABASE {name}"));
                with_database(&postgres_url(), name)
            });
            let arguments = ["demo", "--no-serve", "-o", "json", "--today", TODAY];
            let output = run(&mut command(&data, url.as_deref(), &arguments));
            fs::write(&note, output.stdout).expect("the summary is kept");
        }
        let summary = fs::read(&note).expect("the summary was kept");
        let summary = serde_json::from_slice(&summary).expect("the summary is one JSON object");
        Self { data, template, summary }
    }
}

/// Tells one build of the program from another.
fn key() -> String {
    let about = fs::metadata(onus()).expect("the program was built");
    let made =
        about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{:x}_{:x}", about.len(), made.as_nanos())
}

/// Demos of older builds are of no use to anyone.
fn forget_older(folder: &Path, database: Database) {
    let of_kind = format!("{database:?}-").to_lowercase();
    let siblings =
        folder.parent().and_then(|parent| fs::read_dir(parent).ok()).into_iter().flatten().flatten();
    for other in siblings.map(|entry| entry.path()).filter(|path| path != folder) {
        if other.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&of_kind)) {
            let _ = fs::remove_dir_all(other);
        }
    }
}

fn is_database(name: &str) -> bool {
    psql(&postgres_url(), &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'")) == "1"
}

fn scratch_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("onus_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL that ends with a database");
    format!("{server}/{name}")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).expect("the demo's folder").flatten() {
        let (source, made) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &made);
        } else {
            fs::copy(&source, &made).expect("the demo can be copied");
        }
    }
}
