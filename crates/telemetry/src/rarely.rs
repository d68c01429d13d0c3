//! Keeps the exporter's own complaints rare: a collector that is down for a day must not fill the log.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};
use tracing::{Metadata, Subscriber, subscriber::Interest};
use tracing_subscriber::layer::{Context, Filter};

/// Least time between two lines that the exporter logs about itself.
const PAUSE: Duration = Duration::from_mins(10);

/// Lets every event pass, but of those of the OpenTelemetry crates one in ten minutes.
#[derive(Debug, Default)]
pub(crate) struct Rarely {
    last: Mutex<Option<Instant>>,
}

fn is_complaint(metadata: &Metadata<'_>) -> bool {
    metadata.is_event() && metadata.target().starts_with("opentelemetry")
}

impl Rarely {
    /// Whether a line may be written at `now`; notes that it was.
    fn admits(&self, now: Instant) -> bool {
        // A poisoned lock only means that another thread panicked while it looked at the time.
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let admitted = last.is_none_or(|last| now.saturating_duration_since(last) >= PAUSE);
        if admitted {
            *last = Some(now);
        }
        admitted
    }
}

impl<S: Subscriber> Filter<S> for Rarely {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        !is_complaint(metadata) || self.admits(Instant::now())
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        // Asked each time for complaints, never for the rest.
        if is_complaint(metadata) { Interest::sometimes() } else { Interest::always() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_in_a_pause() {
        let (rarely, start) = (Rarely::default(), Instant::now());
        assert!(rarely.admits(start));
        assert!(!rarely.admits(start + PAUSE / 2));
        assert!(rarely.admits(start + PAUSE));
        assert!(!rarely.admits(start + PAUSE));
    }
}
