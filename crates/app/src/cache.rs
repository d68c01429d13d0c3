//! Keeps the view fresh: brought after the store when its change stamp differs, which is asked for at most once a moment.

use crate::View;
use onus_burden::Settings;
use onus_domain::{Error, Month, Result};
use onus_store::{Stamp, Store};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::RwLock;
use tracing::Instrument as _;

/// Another server's change is seen after at most this long; one's own at once.
const TRUST: Duration = Duration::from_secs(1);

struct Held {
    view: Arc<View>,
    stamp: Stamp,
    checked: Instant,
}

/// The view last made, and whether it still stands. Clones are of one cache.
#[derive(Clone)]
pub struct ViewCache {
    settings: Settings,
    held: Arc<RwLock<Option<Held>>>,
    changed: Arc<AtomicBool>,
}

impl ViewCache {
    /// Holds nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, held: Arc::default(), changed: Arc::default() }
    }

    /// Says that this server changed the store.
    pub fn note_change(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// The view of what the store holds, with the figures of overlaps as of `month`.
    pub async fn view(&self, store: &Store, month: Month) -> Result<Arc<View>> {
        if let Some(held) = &*self.held.read().await
            && held.checked.elapsed() < TRUST
            && held.view.month == month
            && !self.changed.load(Ordering::Acquire)
        {
            return Ok(Arc::clone(&held.view));
        }
        // A task of its own: a view that takes longer to make than its reader waits is there for the next one.
        let renewal = self.clone().renew(store.clone(), month).in_current_span();
        tokio::spawn(renewal).await.map_err(Error::internal)?
    }

    async fn renew(self, store: Store, month: Month) -> Result<Arc<View>> {
        let mut held = self.held.write().await;
        // Taken before the stamp is read: a change noted from here on makes the next caller look again.
        self.changed.store(false, Ordering::Release);
        let stamp = store.stamp().await?;
        if let Some(held) = held.as_mut().filter(|held| held.stamp == stamp && held.view.month == month) {
            held.checked = Instant::now();
            return Ok(Arc::clone(&held.view));
        }
        let snapshot = store.snapshot().await?;
        let (settings, before) = (self.settings, held.as_ref().map(|held| Arc::clone(&held.view)));
        let make = move || match before {
            Some(before) => before.after(snapshot, month),
            None => View::new(snapshot, settings, month),
        };
        let view = Arc::new(tokio::task::spawn_blocking(make).await.map_err(Error::internal)?);
        *held = Some(Held { view: Arc::clone(&view), stamp, checked: Instant::now() });
        Ok(view)
    }
}
