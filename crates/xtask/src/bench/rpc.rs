//! What calls cost: against the same statements run by pgbench, against a bare echo, and with parts of Onus left out. Everything runs
//! on the same machine at the same time of day, one after the other in turns: ratios count, not the machine.
//!
//! Limits: issue 3, "Speed".

mod pgbench;
mod statements;

use super::{Figure, median, optimised, processes::Served};
use crate::{
    postgres::{self, Postgres},
    run::{self, Failed},
};
use clap::ValueEnum;
use pgbench::{Load, Pgbench, Told, psql, types};
use statements::TOKENS;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// Callers at a time, and as many connections to the database and of pgbench.
const CALLERS: u32 = 16;
/// Callers that wait for an embedded database.
const WAITING: u32 = 64;
/// Seconds of each measurement.
const SECONDS: u32 = 3;
/// Who registers collections.
const REGISTRAR: &str = "Demo registrar";
/// A collection of the sample.
const PUBLISHED: &str = "collections/critical-care-minimum-data-set";
/// Rows of the long list before the page that is far behind.
const FAR: usize = 10_000;

/// What can be measured apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Registering a collection, against pgbench.
    Write,
    /// Registering in the embedded database with many callers waiting, against a commit for each.
    Sqlite,
    /// Getting a collection from the database, against pgbench.
    Read,
    /// Getting a published collection, against an echo.
    Cached,
    /// What authorisation, audit and OpenTelemetry cost.
    Cost,
    /// The slowest answers at half of the most calls.
    Latency,
    /// A page far behind, against the first.
    Page,
}

const ALL: [Part; 7] =
    [Part::Write, Part::Sqlite, Part::Read, Part::Cached, Part::Cost, Part::Latency, Part::Page];

/// Measures `only` these parts, or all.
pub fn run(runs: u32, only: &[Part], programs: Option<&Path>) -> Result<Vec<Figure>, Failed> {
    let scene = Scene::new(runs, programs)?;
    let mut figures = vec![];
    for part in ALL.into_iter().filter(|part| only.is_empty() || only.contains(part)) {
        eprintln!("{part:?}");
        figures.extend(match part {
            Part::Write => scene.write()?,
            Part::Sqlite => scene.sqlite()?,
            Part::Read => scene.read()?,
            Part::Cached => scene.cached()?,
            Part::Cost => scene.cost()?,
            Part::Latency => scene.latency()?,
            Part::Page => scene.page()?,
        });
    }
    Ok(figures)
}

/// Programs, a database and a served registry in it.
struct Scene {
    runs: u32,
    onus: PathBuf,
    bench: PathBuf,
    pgbench: PathBuf,
    // Dropped before what it stands on.
    served: Served,
    postgres: Postgres,
    folder: TempDir,
}

impl Scene {
    fn new(runs: u32, programs: Option<&Path>) -> Result<Self, Failed> {
        let names = ["onus", "onus-bench"];
        let [onus, bench] = match programs {
            // Programs are started in other folders.
            Some(folder) => names.map(|name| run::root().join(folder).join(name)),
            // What is deployed.
            None => optimised("dist", names)?,
        };
        let bin = postgres::programs()
            .ok_or_else(|| Failed::new("PostgreSQL's server programs missing; run: cargo xtask needs"))?;
        let pgbench = bin.join("pgbench");
        let folder = TempDir::new().map_err(|e| Failed::new(format!("cannot make a folder: {e}")))?;
        let postgres = Postgres::durable(&bin)?;
        let served = start(&onus, folder.path(), "served", Some(postgres.url()), &[])?;
        Ok(Self { runs, onus, bench, pgbench, served, postgres, folder })
    }

    fn load(&self, call: &'static str, name: &str, authorization: Option<&'static str>) -> Load {
        Load {
            program: self.bench.clone(),
            server: self.served.url(),
            call,
            callers: CALLERS,
            seconds: f64::from(SECONDS),
            authorization,
            name: name.to_owned(),
        }
    }

    /// Registering collections whose keys begin with `name`.
    fn creating(&self, name: &str) -> Load {
        self.load("create", name, Some(REGISTRAR))
    }

    /// pgbench's script of a call, by the name that it is given.
    fn script(&self, file: &str, call: impl Fn(&str) -> Load) -> Result<PathBuf, Failed> {
        // What is done once only, such as preparing statements and reading what is published, is done.
        call("333333333333").once()?;
        let note = |token| {
            let log = self.postgres.statements();
            statements::note(self.postgres.url(), &log, || call(token).once().map(drop))
        };
        let noted = [note(TOKENS[0])?, note(TOKENS[1])?];
        let script = statements::script(&noted, |text| types(self.postgres.url(), text))?;
        let path = self.folder.path().join(file);
        fs::write(&path, script).map_err(|e| Failed::new(format!("cannot write {}: {e}", path.display())))?;
        Ok(path)
    }

    fn creating_script(&self) -> Result<PathBuf, Failed> {
        self.script("create.sql", |token| self.creating(&format!("noted-{token}")))
    }

    fn pgbench(&self) -> Pgbench {
        Pgbench {
            program: self.pgbench.clone(),
            url: self.postgres.url().to_owned(),
            clients: CALLERS,
            seconds: SECONDS,
        }
    }

    /// Runs one and the other in turns; gives the ratio of each pair's rates, and both rates.
    fn turns(
        &self,
        mut one: impl FnMut(u32) -> Result<f64, Failed>,
        mut other: impl FnMut(u32) -> Result<f64, Failed>,
    ) -> Result<Turns, Failed> {
        let (mut ratios, mut ones, mut others) = (vec![], vec![], vec![]);
        for number in 0..self.runs {
            let (a, b) = (one(number)?, other(number)?);
            ratios.push(a / b);
            ones.push(a);
            others.push(b);
        }
        Ok(Turns { ratio: median(ratios), one: median(ones), other: median(others) })
    }

    fn write(&self) -> Result<Vec<Figure>, Failed> {
        let script = self.creating_script()?;
        let turns = self.turns(
            |run| rate(self.creating(&format!("write-{run}")).without_pause()),
            |run| self.pgbench().rate(&script, run),
        )?;
        Ok(vec![
            Figure::at_least("register, of pgbench", turns.ratio, "", 0.8),
            Figure::told("register", turns.one, "/s"),
            Figure::told("register's statements by pgbench", turns.other, "/s"),
        ])
    }

    fn sqlite(&self) -> Result<Vec<Figure>, Failed> {
        let embedded = |name: &str, group: &str| {
            start(&self.onus, self.folder.path(), name, None, &[("DATABASE__GROUP_COMMIT", group)])
        };
        let (together, alone) = (embedded("together", "true")?, embedded("alone", "false")?);
        let on = |server: &Served, run| {
            let load = self.creating(&format!("sqlite-{run}"));
            rate(Load { server: server.url(), callers: WAITING, ..load }.without_pause())
        };
        let turns = self.turns(|run| on(&together, run), |run| on(&alone, run))?;
        Ok(vec![
            Figure::at_least("register on SQLite, of one commit each", turns.ratio, "", 6.0),
            Figure::told("register on SQLite", turns.one, "/s"),
            Figure::told("the same, one commit each", turns.other, "/s"),
        ])
    }

    fn read(&self) -> Result<Vec<Figure>, Failed> {
        let script = self.script("get.sql", |_| self.load("get", PUBLISHED, Some(REGISTRAR)))?;
        let turns = self.turns(
            |_| rate(self.load("get", PUBLISHED, Some(REGISTRAR)).without_pause()),
            |run| self.pgbench().rate(&script, run),
        )?;
        Ok(vec![
            Figure::at_least("get from PostgreSQL, of pgbench", turns.ratio, "", 0.35),
            Figure::told("get from PostgreSQL", turns.one, "/s"),
            Figure::told("get's statements by pgbench", turns.other, "/s"),
        ])
    }

    fn cached(&self) -> Result<Vec<Figure>, Failed> {
        let get = self.load("get", PUBLISHED, None);
        let bytes = get.once()?.to_string();
        let mut command = Command::new(&self.bench);
        command.args(["echo", "--bytes", &bytes]);
        let echo = Served::start(command, &self.folder.path().join("echo.log"))?;
        let turns = self.turns(
            |_| rate(get.without_pause()),
            |_| rate(Load { server: echo.url(), call: "echo", ..get.clone() }.without_pause()),
        )?;
        Ok(vec![
            Figure::at_least("get what is published, of an echo", turns.ratio, "", 0.7),
            Figure::told("get what is published", turns.one, "/s"),
            Figure::told("echo", turns.other, "/s"),
        ])
    }

    /// Audit cannot be left out of Onus: its share is that of its statements in PostgreSQL, as pgbench runs them with and without.
    fn cost(&self) -> Result<Vec<Figure>, Failed> {
        let script = self.creating_script()?;
        let without = self.folder.path().join("without.sql");
        let text = fs::read_to_string(&script).map_err(|e| Failed::new(e.to_string()))?;
        let kept: Vec<_> = text.lines().filter(|line| !line.contains("\"audit_entry\"")).collect();
        fs::write(&without, kept.join("\n") + "\n").map_err(|e| Failed::new(e.to_string()))?;
        let audit = self.turns(
            |run| self.pgbench().rate(&script, 100 + run),
            |run| self.pgbench().rate(&without, 200 + run),
        )?;

        let mut command = Command::new(&self.bench);
        command.arg("sink");
        let sink = Served::start(command, &self.folder.path().join("sink.log"))?;
        let settings = [("TELEMETRY__OTLP_ENDPOINT", sink.url())];
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        let traced = start(&self.onus, self.folder.path(), "traced", Some(self.postgres.url()), &settings)?;
        let writing = |server: &Served, name: String| {
            rate(Load { server: server.url(), ..self.creating(&name) }.without_pause())
        };
        let traces = self.turns(
            |run| writing(&traced, format!("traced-{run}")),
            |run| writing(&self.served, format!("untraced-{run}")),
        )?;
        let cost = 1.0 - audit.ratio.min(1.0) * traces.ratio.min(1.0);
        Ok(vec![
            Figure::at_most("audit and OpenTelemetry, of throughput", cost * 100.0, "%", 10.0),
            Figure::told("audit's statements", (1.0 - audit.ratio) * 100.0, "%"),
            Figure::told("OpenTelemetry", (1.0 - traces.ratio) * 100.0, "%"),
        ])
    }

    fn latency(&self) -> Result<Vec<Figure>, Failed> {
        let slowest = |name, load: &dyn Fn(&str) -> Load, limit| {
            let mut each = vec![];
            for run in 0..self.runs {
                let most = load(&format!("most-{run}")).without_pause()?.rate;
                each.push(load(&format!("half-{run}")).at_a_rate(most / 2.0)?.p99_ms);
            }
            Ok::<_, Failed>(Figure::at_most(name, median(each), "ms", limit))
        };
        Ok(vec![
            slowest("get from PostgreSQL, p99", &|_| self.load("get", PUBLISHED, Some(REGISTRAR)), 10.0)?,
            slowest("get what is published, p99", &|_| self.load("get", PUBLISHED, None), 10.0)?,
            slowest("register, p99", &|name| self.creating(name), 50.0)?,
        ])
    }

    fn page(&self) -> Result<Vec<Figure>, Failed> {
        let more = format!(
            "INSERT INTO organisation (code, name, kind, provider_type_basis) \
             SELECT 'ZB' || at, 'LOCAL COMMISSIONER ' || at, 'COMMISSIONER', 'STATED' FROM generate_series(1, {FAR}) at \
             ON CONFLICT DO NOTHING"
        );
        psql(self.postgres.url(), &more)?;
        let served = start(&self.onus, self.folder.path(), "listed", Some(self.postgres.url()), &[])?;
        let page = |rows: usize| {
            let load = self.load("list", &rows.to_string(), None);
            rate(Load { server: served.url(), ..load }.without_pause())
        };
        let turns = self.turns(|_| page(0), |_| page(FAR))?;
        Ok(vec![
            Figure::at_most("page 10,000 of a list, of the first", turns.ratio, "", 1.2),
            Figure::told("first page", turns.one, "/s"),
            Figure::told("page 10,000", turns.other, "/s"),
        ])
    }
}

/// Medians of two that ran in turns.
struct Turns {
    ratio: f64,
    one: f64,
    other: f64,
}

fn rate(told: Result<Told, Failed>) -> Result<f64, Failed> {
    told.map(|told| told.rate)
}

/// A served demo, whose identities are known on loopback: in a database, or in a folder of its own.
fn start(
    onus: &Path,
    folder: &Path,
    name: &str,
    url: Option<&str>,
    settings: &[(&str, &str)],
) -> Result<Served, Failed> {
    let mut command = Command::new(onus);
    command.arg("--data-dir").arg(folder.join(name)).arg("demo").current_dir(folder);
    command.env("ONUS_DATABASE__MAX_CONNECTIONS", CALLERS.to_string());
    // One address calls as often as it can.
    command.env("ONUS_SERVER__RATE__ADDRESS", "0").env("ONUS_SERVER__RATE__ACCOUNT", "0");
    if let Some(url) = url {
        command.env("ONUS_DATABASE__URL", url);
    }
    command.envs(settings.iter().map(|(name, value)| (format!("ONUS_{name}"), value)));
    Served::start(command, &folder.join(name).with_extension("log"))
}
