//! Who was just identified by which secret: kept so briefly that what is revoked anywhere is refused at once.

use onus_domain::role::Actor;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long.
const KEPT: Duration = Duration::from_secs(1);
/// How many at most: when there are more, all are forgotten.
const MOST: usize = 10_000;

/// Who was just identified, by the digest of what they showed.
#[derive(Default)]
pub(crate) struct Recent(Mutex<HashMap<String, (Instant, Actor)>>);

impl Recent {
    pub fn get(&self, digest: &str) -> Option<Actor> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(digest).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, actor)| actor.clone())
    }

    pub fn put(&self, digest: String, actor: Actor) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.clear();
        }
        held.insert(digest, (Instant::now(), actor));
    }

    /// Forgets all: something about accounts changed here.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
