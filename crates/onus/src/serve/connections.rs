//! The connections that are open: how many, from where, and which is to go when there is no room.

use super::{clients::Proxies, watched::Watched};
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// All open connections of a server.
#[derive(Debug)]
pub struct Connections {
    most: usize,
    most_of_an_address: usize,
    /// Proxies have as many as they like.
    proxies: Proxies,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, (IpAddr, Arc<Watched>)>,
    of_an_address: HashMap<IpAddr, usize>,
}

/// A place among them, given back when dropped.
#[derive(Debug)]
pub struct Place {
    connections: Arc<Connections>,
    number: u64,
    /// What the connection is doing.
    pub watched: Arc<Watched>,
}

impl Connections {
    /// None is open.
    pub fn new(most: usize, most_of_an_address: usize, proxies: Proxies) -> Self {
        Self { most, most_of_an_address, proxies, open: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // A place is never left half taken.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection from `address`. Without room the one that has had nothing to do for longest goes, of those of the same
    /// address if that has too many; if all are at work, there is no place.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let mut open = self.lock();
        let of_address = open.of_an_address.get(&address).copied().unwrap_or_default();
        if of_address >= self.most_of_an_address && !self.proxies.trusts(address) {
            open.quietest(|from| from == address)?.evict();
        } else if open.connections.len() >= self.most {
            open.quietest(|_| true)?.evict();
        }
        let watched = Arc::new(Watched::new());
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, (address, Arc::clone(&watched)));
        *open.of_an_address.entry(address).or_default() += 1;
        Some(Place { connections: Arc::clone(self), number, watched })
    }
}

impl Open {
    /// The connection that has had nothing to do for longest, of those that count; it is taken out, as it will soon be gone.
    fn quietest(&mut self, counts: impl Fn(IpAddr) -> bool) -> Option<Arc<Watched>> {
        let quiet = self.connections.iter().filter(|(_, (address, _))| counts(*address));
        let quiet = quiet.filter_map(|(number, (_, watched))| Some((watched.quiet()?, *number)));
        let (_, number) = quiet.max()?;
        self.leave(number)
    }

    fn leave(&mut self, number: u64) -> Option<Arc<Watched>> {
        let (address, watched) = self.connections.remove(&number)?;
        if let Some(count) = self.of_an_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.of_an_address.remove(&address);
            }
        }
        Some(watched)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().leave(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(most: usize, of_an_address: usize) -> Arc<Connections> {
        let proxies = "10.0.0.1".parse().unwrap();
        Arc::new(Connections::new(most, of_an_address, proxies))
    }

    async fn is_evicted(place: &Place) -> bool {
        let wait = std::time::Duration::from_millis(1);
        tokio::time::timeout(wait, place.watched.evicted()).await.is_ok()
    }

    #[tokio::test]
    async fn the_quietest_makes_room_and_work_is_never_cut() {
        let connections = connections(2, 2);
        let enter = |last: u8| connections.enter([127, 0, 0, last].into());
        let (busy, quiet) = (enter(1).unwrap(), enter(2).unwrap());
        let request = busy.watched.begin();
        let third = enter(3).unwrap();
        assert!(is_evicted(&quiet).await && !is_evicted(&busy).await);
        third.watched.begin();
        assert!(enter(4).is_none(), "all are at work");
        busy.watched.end(request);
        assert!(enter(4).is_some() && is_evicted(&busy).await);
        drop((busy, quiet, third));
        assert!(connections.lock().connections.is_empty() && connections.lock().of_an_address.is_empty());
    }

    #[tokio::test]
    async fn one_address_takes_its_share_and_proxies_what_they_need() {
        let connections = connections(100, 2);
        let (one, other): (IpAddr, IpAddr) = ([127, 0, 0, 1].into(), [127, 0, 0, 2].into());
        let first = connections.enter(one).unwrap();
        let elsewhere = connections.enter(other).unwrap();
        let second = connections.enter(one).unwrap();
        second.watched.begin();
        let third = connections.enter(one).unwrap();
        assert!(is_evicted(&first).await && !is_evicted(&elsewhere).await && !is_evicted(&second).await);
        third.watched.begin();
        assert!(connections.enter(one).is_none() && connections.enter(other).is_some());
        let proxied: Vec<_> = (0..9).filter_map(|_| connections.enter([10, 0, 0, 1].into())).collect();
        assert_eq!(proxied.len(), 9);
    }
}
