//! The programs that take part in a measurement, each ended when it is dropped.

use crate::run::Failed;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs::File,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Longest time to come up: a demo imports its sample first.
const PATIENCE: Duration = Duration::from_mins(3);

/// A server in a process of its own.
pub struct Served {
    process: Child,
    address: SocketAddr,
}

impl Served {
    /// Starts `command`, which is told where to listen, and waits until it does. What it says goes to `log`.
    pub fn start(mut command: Command, log: &Path) -> Result<Self, Failed> {
        let address = free_address()?;
        let file =
            File::create(log).map_err(|e| Failed::new(format!("cannot write {}: {e}", log.display())))?;
        let errors = file.try_clone().map_err(|e| Failed::new(e.to_string()))?;
        command.args(["--listen", &address.to_string()]).stdin(Stdio::null()).stdout(file).stderr(errors);
        let process = command.spawn().map_err(|e| Failed::new(format!("cannot start {command:?}: {e}")))?;
        let mut served = Self { process, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = served.process.try_wait().is_ok_and(|status| status.is_some());
            if ended || crate::interrupt::requested() || start.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(Failed::new(format!("{command:?} did not come up:\n{said}")));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(served)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// As clients name it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Ok(pid) = i32::try_from(self.process.id()) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        }
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(5) {
                let _ = self.process.kill();
                let _ = self.process.wait();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn free_address() -> Result<SocketAddr, Failed> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map_err(|e| Failed::new(format!("cannot find a free port: {e}")))
}
