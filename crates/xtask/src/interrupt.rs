//! Ctrl-C and SIGTERM: the command that runs is ended, and what xtask started is cleared away on the ordinary path.

use crate::run::Failed;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Option<Pid>> = Mutex::new(None);

/// From now on, interruptions are noted and passed on instead of ending xtask on the spot.
pub fn install() -> Result<(), Failed> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        let running = *RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pid) = running {
            // At Ctrl-C the terminal has told it already; at SIGTERM nobody has. It may have ended meanwhile.
            let _ = kill(pid, Signal::SIGTERM);
        }
    })
    .map_err(|e| Failed::new(format!("cannot handle interruptions: {e}")))
}

/// Whether somebody asked to stop.
pub fn requested() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Notes which process to end when interrupted.
pub fn watch(process: Option<u32>) {
    let pid = process.and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = pid;
}
