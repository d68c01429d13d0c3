//! A private PostgreSQL: made in a folder of its own, on a free port, gone when dropped, whatever happened.

use crate::{
    interrupt,
    run::{self, Failed},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use std::{
    ffi::OsStr,
    fs::{self, File},
    net::TcpListener,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Longest time to wait for it to come up or to end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Folder of the newest server programs on this machine.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    folders.sort();
    folders.pop().map(|(_, bin)| bin).or_else(|| run::find("initdb")?.parent().map(Path::to_owned))
}

/// A running server.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    url: String,
    /// Holds data, socket and log; removed last.
    folder: TempDir,
}

impl Postgres {
    /// Makes and starts one for tests with the programs in `bin`. Data are not made durable: a test that loses power is run again.
    pub fn start(bin: &Path) -> Result<Self, Failed> {
        Self::start_with(bin, &FOR_TESTS)
    }

    /// One that keeps what it acknowledges, as a registry needs it; it can be asked to log statements, each as JSON.
    pub fn durable(bin: &Path) -> Result<Self, Failed> {
        Self::start_with(bin, &DURABLE)
    }

    fn start_with(bin: &Path, settings: &[&str]) -> Result<Self, Failed> {
        let folder =
            TempDir::with_prefix("onus-postgres-").map_err(cannot("make a folder for PostgreSQL"))?;
        let user = unprivileged(folder.path())?;
        let data = folder.path().join("data");
        let mut initdb = as_user(user.as_deref(), bin.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        initdb.arg("-D").arg(&data).current_dir(folder.path()).stdout(Stdio::null());
        run::check(&mut initdb)?;

        let port = free_port()?;
        let log = File::create(folder.path().join("log")).map_err(cannot("write PostgreSQL's log"))?;
        let errors = log.try_clone().map_err(cannot("write PostgreSQL's log"))?;
        let mut server = as_user(user.as_deref(), bin.join("postgres"));
        server.arg("-D").arg(&data).args(["-p", &port.to_string(), "-k"]).arg(folder.path());
        for setting in settings {
            server.args(["-c", setting]);
        }
        server.current_dir(folder.path()).stdin(Stdio::null()).stdout(log).stderr(errors);
        let server = server.spawn().map_err(cannot("start PostgreSQL"))?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let mut postgres = Self { server, url, folder };
        postgres.wait_until_ready(bin, port)?;
        Ok(postgres)
    }

    /// How to reach it, with the right to make databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it logs statements when it is asked to.
    pub fn statements(&self) -> PathBuf {
        self.folder.path().join("data/log").join(LOG).with_extension("json")
    }

    fn wait_until_ready(&mut self, bin: &Path, port: u16) -> Result<(), Failed> {
        let start = Instant::now();
        let mut ready = Command::new(bin.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-U", "postgres", "-p", &port.to_string()]);
        while !run::succeeds(&mut ready) {
            let ended = self.server.try_wait().is_ok_and(|status| status.is_some());
            if interrupt::requested() || ended || start.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                return Err(Failed::new(format!("PostgreSQL did not come up:\n{log}")));
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// Of what is logged as JSON, for [`Postgres::durable`].
const LOG: &str = "statements";

/// Not durable, many short-lived connections at once.
const FOR_TESTS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=256MB",
];

/// Durable, as PostgreSQL is unless told otherwise, and said here so that it is seen.
const DURABLE: [&str; 10] = [
    "listen_addresses=127.0.0.1",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=100",
    "shared_buffers=512MB",
    "max_wal_size=4GB",
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_filename=statements.log",
];

impl Drop for Postgres {
    fn drop(&mut self) {
        let Ok(pid) = i32::try_from(self.server.id()) else { return };
        // SIGINT is its fast shutdown: clients are cut off.
        let _ = kill(Pid::from_raw(pid), Signal::SIGINT);
        let start = Instant::now();
        while matches!(self.server.try_wait(), Ok(None)) {
            if start.elapsed() > PATIENCE {
                let _ = self.server.kill();
                let _ = self.server.wait();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn cannot(what: &'static str) -> impl Fn(std::io::Error) -> Failed {
    move |e| Failed::new(format!("cannot {what}: {e}"))
}

/// PostgreSQL refuses to run as root: then another user owns `folder`, whose name this gives.
fn unprivileged(folder: &Path) -> Result<Option<String>, Failed> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let known = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
    let user =
        known.ok_or_else(|| Failed::new("PostgreSQL refuses to run as root; make a user called postgres"))?;
    chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
        .map_err(|e| Failed::new(format!("cannot give {} to {}: {e}", folder.display(), user.name)))?;
    Ok(Some(user.name))
}

/// A program run by `user`, interrupted if xtask dies, also by SIGKILL, where the system can do that.
fn as_user(user: Option<&str>, program: impl AsRef<OsStr>) -> Command {
    let setpriv = run::find("setpriv");
    let mut command = match (user, setpriv) {
        (Some(user), Some(setpriv)) => {
            let mut command = Command::new(setpriv);
            command.args(["--reuid", user, "--regid", user_group(user), "--clear-groups"]);
            command.args(["--pdeathsig", "INT", "--"]).arg(program);
            command
        }
        (Some(user), None) => {
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--"]).arg(program);
            command
        }
        (None, Some(setpriv)) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT", "--"]).arg(program);
            command
        }
        (None, None) => Command::new(program),
    };
    command.env("LC_ALL", "C.UTF-8");
    command
}

/// The group of the users that [`unprivileged`] chooses from.
fn user_group(user: &str) -> &str {
    if user == "nobody" { "nogroup" } else { user }
}

fn free_port() -> Result<u16, Failed> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(cannot("find a free port"))?;
    Ok(listener.local_addr().map_err(cannot("find a free port"))?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_answers_and_leaves_nothing_behind() {
        let bin = programs().expect("PostgreSQL's server programs: run `cargo xtask needs`");
        let postgres = Postgres::start(&bin).unwrap();
        let (pid, folder) = (postgres.server.id(), postgres.folder.path().to_owned());
        let mut psql = Command::new(bin.join("psql"));
        psql.args(["-X", "-A", "-t", "-c", "SELECT 6 * 7", postgres.url()]);
        assert_eq!(run::output(&mut psql).unwrap(), "42\n");
        assert!(Path::new(&format!("/proc/{pid}")).exists() && folder.exists());
        drop(postgres);
        assert!(!Path::new(&format!("/proc/{pid}")).exists(), "the server still runs");
        assert!(!folder.exists(), "its folder is still there");
    }
}
