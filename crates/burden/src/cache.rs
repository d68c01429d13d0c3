//! A small memory of what was worked out before. Everything in it is a function of the snapshot, so dropping it changes no figure.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// Values by key, at most so many; when it is full it starts anew.
pub(crate) struct Cache<K, V> {
    most: usize,
    known: Mutex<BTreeMap<K, Arc<OnceLock<Arc<V>>>>>,
}

impl<K: Ord + Copy, V> Cache<K, V> {
    pub fn new(most: usize) -> Self {
        Self { most, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<K, Arc<OnceLock<Arc<V>>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of a key, if it is known.
    pub fn held(&self, key: K) -> Option<Arc<V>> {
        self.known().get(&key)?.get().cloned()
    }

    /// The value of a key. Of those who ask at once one works it out, and the others wait for it.
    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        let place = {
            let mut known = self.known();
            if known.len() >= self.most && !known.contains_key(&key) {
                known.clear();
            }
            Arc::clone(known.entry(key).or_default())
        };
        Arc::clone(place.get_or_init(|| Arc::new(make())))
    }
}
