//! The program as a server: started on a free port, waited for, told to stop.

use crate::{Answer, Demo, TODAY, get};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longest time to come up or to stop; a debug build on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_mins(2);

/// A served registry. Stopped when dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Serves a demo on a free port, and waits until it says that it is well.
    pub fn start(demo: &Demo) -> Self {
        Self::start_with(demo, &[])
    }

    /// The same with settings of its own: names of variables, without `ONUS_`, and their values.
    pub fn start_with(demo: &Demo, settings: &[(&str, &str)]) -> Self {
        Self::start_at(demo, free_address(), settings)
    }

    /// The same on an address that others know already.
    pub fn start_at(demo: &Demo, address: SocketAddr, settings: &[(&str, &str)]) -> Self {
        Self::run(demo, &["demo", "--today", TODAY], address, settings)
    }

    /// Serves a registry that is no demo in the same way.
    pub fn serve(registry: &Demo) -> Self {
        Self::serve_at(registry, free_address())
    }

    /// Serves a registry that is no demo on an address that others know already.
    pub fn serve_at(registry: &Demo, address: SocketAddr) -> Self {
        Self::run(registry, &["serve"], address, &[])
    }

    /// The same some days later: for the server, whose clock is set forward, not for the machine.
    pub fn serve_later(registry: &Demo, address: SocketAddr, days: u32) -> Self {
        let library = faketime().expect("libfaketime is missing; run: cargo xtask needs");
        let mut command = registry.command(&["serve"]);
        command
            .env("LD_PRELOAD", library)
            .env("FAKETIME", format!("+{days}d"))
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Self::spawn(registry, command, address)
    }

    fn run(registry: &Demo, arguments: &[&str], address: SocketAddr, settings: &[(&str, &str)]) -> Self {
        let mut command = registry.command(arguments);
        command.envs(settings.iter().map(|(name, value)| (format!("ONUS_{name}"), value)));
        Self::spawn(registry, command, address)
    }

    fn spawn(registry: &Demo, mut command: Command, address: SocketAddr) -> Self {
        let log = registry.folder().join("server.log");
        let file = File::create(&log).expect("a log in the registry's folder");
        let process = command
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a log in the registry's folder"))
            .stderr(file)
            .spawn()
            .expect("the program starts");
        let mut server = Self { process, address, log };
        server.wait();
        server
    }

    fn wait(&mut self) {
        let start = Instant::now();
        while get(self.address, "/healthz").status != 200 {
            let ended = self.process.try_wait().expect("a child can be asked");
            let log = || fs::read_to_string(&self.log).unwrap_or_default();
            assert!(ended.is_none(), "the server ended with {ended:?}\n{}", log());
            assert!(start.elapsed() < PATIENCE, "the server did not come up\n{}", log());
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its number among the machine's processes.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// What it wrote to standard output and standard error so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The address as a browser has it.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Fetches a page.
    pub fn get(&self, path: &str) -> Answer {
        get(self.address, path)
    }

    /// Tells it to stop, as a service manager does, and waits for its end.
    pub fn stop(mut self) -> ExitStatus {
        self.end()
    }

    /// Ends it as a lost machine does, without a word; gives where it listened.
    pub fn kill(mut self) -> SocketAddr {
        self.process.kill().expect("a child can be killed");
        self.process.wait().expect("a child ends");
        self.address
    }

    /// Tells it to stop, and does not wait.
    pub fn terminate(&self) {
        let pid = i32::try_from(self.process.id()).expect("a process id");
        kill(Pid::from_raw(pid), Signal::SIGTERM).expect("a child can be told to stop");
    }

    fn end(&mut self) -> ExitStatus {
        if let Ok(Some(ended)) = self.process.try_wait() {
            return ended;
        }
        self.terminate();
        let start = Instant::now();
        loop {
            if let Some(ended) = self.process.try_wait().expect("a child can be asked") {
                return ended;
            }
            if start.elapsed() > PATIENCE {
                let _ = self.process.kill();
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The library that sets a program's clock forward, where Debian has it.
fn faketime() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.filter_map(Result::ok);
    folders.map(|entry| entry.path().join("faketime/libfaketimeMT.so.1")).find(|path| path.is_file())
}

/// An address on which nobody listens.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound listener has an address")
}
