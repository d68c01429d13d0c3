//! A small memory of what was worked out before. Everything in it is a function of the snapshot, so dropping it changes no figure.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Values by key, at most so many; when it is full it starts anew.
pub(crate) struct Cache<K, V> {
    most: usize,
    known: Mutex<BTreeMap<K, Arc<V>>>,
}

impl<K: Ord + Copy, V> Cache<K, V> {
    pub fn new(most: usize) -> Self {
        Self { most, known: Mutex::default() }
    }

    /// The value of a key, if it is known.
    pub fn held(&self, key: K) -> Option<Arc<V>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    /// The value of a key. Worked out without holding the lock: two who ask at once may both do so, with the same result.
    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = lock().get(&key) {
            return Arc::clone(value);
        }
        let value = Arc::new(make());
        let mut known = lock();
        if known.len() >= self.most {
            known.clear();
        }
        known.insert(key, Arc::clone(&value));
        value
    }
}
