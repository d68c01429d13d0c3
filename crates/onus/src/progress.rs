//! What a long command tells while it works: bars on a terminal, plain lines otherwise, all on standard error.

use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Tells the steps of a command.
#[derive(Clone)]
pub struct Progress {
    terminal: bool,
    bar: Arc<Mutex<Option<ProgressBar>>>,
}

/// A step under way.
pub struct Step {
    progress: Progress,
    what: String,
    began: Instant,
}

impl Progress {
    /// For standard error as it is.
    pub fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), bar: Arc::default() }
    }

    /// Begins a step, such as "Matching definitions".
    pub fn step(&self, what: &str) -> Step {
        if self.terminal {
            let bar = ProgressBar::new_spinner().with_message(what.to_owned());
            bar.enable_steady_tick(Duration::from_millis(100));
            *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
        }
        Step { progress: self.clone(), what: what.to_owned(), began: Instant::now() }
    }
}

impl Step {
    /// A function that hears how far the step is, from any thread.
    pub fn counter(&self) -> Arc<dyn Fn(usize, usize) + Send + Sync> {
        let bar = self.progress.bar.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Arc::new(move |done, of| {
            let Some(bar) = &bar else { return };
            if bar.length() != Some(of as u64) {
                bar.set_length(of as u64);
                if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {wide_bar} {pos}/{len}") {
                    bar.set_style(style);
                }
            }
            bar.set_position(done as u64);
        })
    }

    /// Ends the step and says what came of it.
    pub fn done(self, outcome: &str) {
        if let Some(bar) = self.progress.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
        eprintln!("{}: {outcome} ({:.1} s)", self.what, self.began.elapsed().as_secs_f64());
    }
}
