//! The feed: the latest events of the log, read once for all who watch in this process.

use super::{LogEntry, event_of};
use crate::App;
use onus_domain::{Result, event::Event};
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::Mutex;
use uuid::Uuid;

/// Entries kept. Whoever is further behind reads the database.
const KEPT: usize = 2_000;
/// Entries read at a time.
const BATCH: u64 = 500;
/// How often the log is looked at for entries, whoever made them.
pub(super) const LOOK: Duration = Duration::from_millis(250);

/// An entry as watchers need it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Its key.
    pub id: Uuid,
    /// The event it is, if it is one.
    pub event: Option<Arc<Event>>,
}

impl From<&LogEntry> for Seen {
    fn from(logged: &LogEntry) -> Self {
        Self { id: logged.entry.id, event: event_of(logged).map(Arc::new) }
    }
}

#[derive(Debug, Default)]
struct Held {
    /// Entries in the order of the log, without gaps.
    entries: VecDeque<Seen>,
    /// Place of the first of them.
    first: u64,
    /// When the log was looked at last.
    looked: Option<Instant>,
}

impl Held {
    fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }
}

/// The latest events.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    held: Mutex<Held>,
    watchers: Arc<AtomicUsize>,
}

/// A place among watchers, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Feed {
    /// A place among at most `most` watchers.
    pub(super) fn enter(&self, most: usize) -> Option<Place> {
        let place = Place(Arc::clone(&self.watchers));
        let before = self.watchers.fetch_add(1, Ordering::AcqRel);
        (before < most).then_some(place)
    }
}

impl App {
    /// Entries from place `from` on, at most a batch; an empty list if there is none yet. Looks at the log at most every [`LOOK`].
    pub(super) async fn seen_from(&self, from: u64) -> Result<Vec<Seen>> {
        {
            let mut held = self.feed.held.lock().await;
            if from > held.end() {
                // Nobody was there for a while: what is kept begins anew.
                *held = Held { first: from, ..Held::default() };
            }
            if from == held.end() && held.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
                self.look(&mut held).await?;
            }
            if from >= held.first {
                let skip = usize::try_from(from - held.first).unwrap_or(usize::MAX);
                let most = usize::try_from(BATCH).unwrap_or(usize::MAX);
                return Ok(held.entries.iter().skip(skip).take(most).cloned().collect());
            }
        }
        // Further behind than what is kept.
        Ok(self.log_from(from, BATCH).await?.iter().map(Seen::from).collect())
    }

    async fn look(&self, held: &mut Held) -> Result<()> {
        let new = self.log_from(held.end(), BATCH).await?;
        // A full batch means that there is more: looked at again at once.
        held.looked = (new.len() as u64 != BATCH).then(Instant::now);
        held.entries.extend(new.iter().map(Seen::from));
        while held.entries.len() > KEPT {
            held.entries.pop_front();
            held.first += 1;
        }
        Ok(())
    }
}
