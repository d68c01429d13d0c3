//! How often a caller may call: so many requests a second, and ten seconds' worth of them at once. An account is a caller wherever it
//! calls from; who names no account is told by the address. Each process counts for itself.

use std::{
    borrow::Borrow,
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What a caller may use at once, in seconds of the rate.
const BURST: Duration = Duration::from_secs(10);
/// Callers told apart at a time. Beyond that, new ones share one count until others have been quiet for [`BURST`].
const MOST_CALLERS: usize = 100_000;

/// Requests a second that one caller may make; 0 is without limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rates {
    /// Of an account, wherever it calls from.
    pub account: u32,
    /// Of an address, for those who name no account.
    pub address: u32,
    /// Of an address, with credentials that turn out to be nobody's.
    pub refused: u32,
}

/// Counts what callers use.
#[derive(Debug)]
pub struct Limiter {
    accounts: Bucket<String>,
    addresses: Bucket<IpAddr>,
    refused: Bucket<IpAddr>,
}

impl Limiter {
    /// Nobody has called yet.
    pub fn new(rates: Rates) -> Self {
        Self {
            accounts: Bucket::new(rates.account),
            addresses: Bucket::new(rates.address),
            refused: Bucket::new(rates.refused),
        }
    }
}

/// A request's place in the count. Whoever takes requests from the network puts it among their extensions.
#[derive(Debug, Clone)]
pub struct Throttle {
    limiter: Arc<Limiter>,
    address: IpAddr,
}

/// The caller used up what it may use: it may call again after this long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften(pub Duration);

impl TooOften {
    /// Whole seconds to wait, at least one: what `Retry-After` says.
    pub fn seconds(self) -> u64 {
        self.0.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX).max(1)
    }
}

impl Throttle {
    /// Of a request from `address`.
    pub fn new(limiter: Arc<Limiter>, address: IpAddr) -> Self {
        Self { limiter, address: group(address) }
    }

    /// Before it is known who calls: counts a request that names no account; one with credentials is refused if too many from its
    /// address were nobody's.
    pub fn arrive(&self, has_credentials: bool) -> Result<(), TooOften> {
        if has_credentials {
            self.limiter.refused.peek(&self.address, Instant::now())
        } else {
            self.limiter.addresses.take(&self.address, Instant::now())
        }
    }

    /// Once it is known who calls: counts a request that had credentials, for its account, or for the address if they name none.
    pub fn identified(&self, account: Option<&str>) -> Result<(), TooOften> {
        match account {
            Some(account) => self.limiter.accounts.take(account, Instant::now()),
            None => self.limiter.addresses.take(&self.address, Instant::now()),
        }
    }

    /// Notes credentials that are nobody's.
    pub fn nobody(&self) {
        // Over the limit already: what comes next is refused at its arrival.
        let _ = self.limiter.refused.take(&self.address, Instant::now());
    }
}

/// One IPv6 subscriber has a whole /64, and a mapped IPv4 address is one.
fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The generic cell rate algorithm: of each caller only the moment is kept at which all it used is earned again.
#[derive(Debug)]
struct Bucket<K> {
    /// Time that earns one request; zero is without limit.
    each: Duration,
    earned: Mutex<Earned<K>>,
}

#[derive(Debug)]
struct Earned<K> {
    of: HashMap<K, Instant>,
    of_the_rest: Option<Instant>,
}

impl<K: Hash + Eq> Bucket<K> {
    fn new(a_second: u32) -> Self {
        let each = Duration::from_secs(1).checked_div(a_second).unwrap_or_default();
        Self { each, earned: Mutex::new(Earned { of: HashMap::new(), of_the_rest: None }) }
    }

    fn take<Q>(&self, caller: &Q, now: Instant) -> Result<(), TooOften>
    where
        K: Borrow<Q>,
        Q: ToOwned<Owned = K> + Hash + Eq + ?Sized,
    {
        if self.each.is_zero() {
            return Ok(());
        }
        let mut earned = self.lock();
        if let Some(at) = earned.of.get_mut(caller) {
            return step(at, self.each, now);
        }
        if earned.of.len() >= MOST_CALLERS {
            earned.of.retain(|_, at| *at > now);
        }
        if earned.of.len() >= MOST_CALLERS {
            return step(earned.of_the_rest.get_or_insert(now), self.each, now);
        }
        earned.of.insert(caller.to_owned(), now + self.each);
        Ok(())
    }

    /// Whether a request would be refused; counts nothing.
    fn peek(&self, caller: &K, now: Instant) -> Result<(), TooOften> {
        if self.each.is_zero() {
            return Ok(());
        }
        let at = self.lock().of.get(caller).copied();
        at.map_or(Ok(()), |mut at| step(&mut at, self.each, now))
    }

    fn lock(&self) -> MutexGuard<'_, Earned<K>> {
        // A count is never left half done.
        self.earned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Uses one request, if that leaves no more to earn than [`BURST`].
fn step(at: &mut Instant, each: Duration, now: Instant) -> Result<(), TooOften> {
    let next = (*at).max(now) + each;
    let over = next.saturating_duration_since(now + BURST);
    if over.is_zero() {
        *at = next;
        Ok(())
    } else {
        Err(TooOften(over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(bucket: &Bucket<String>, caller: &str, now: Instant) -> usize {
        (0..1_000).take_while(|_| bucket.take(caller, now).is_ok()).count()
    }

    #[test]
    fn ten_seconds_worth_at_once_and_then_the_rate() {
        let (bucket, start) = (Bucket::new(5), Instant::now());
        assert_eq!(uses(&bucket, "a", start), 50);
        assert_eq!(bucket.take("a", start), Err(TooOften(Duration::from_millis(200))));
        assert_eq!(bucket.peek(&"a".to_owned(), start), Err(TooOften(Duration::from_millis(200))));
        assert_eq!(uses(&bucket, "b", start), 50, "another caller has its own");
        assert_eq!(uses(&bucket, "a", start + Duration::from_secs(2)), 10);
        assert_eq!(uses(&bucket, "a", start + Duration::from_hours(1)), 50);
        assert_eq!(uses(&Bucket::new(0), "a", start), 1_000, "0 is without limit");
    }

    #[test]
    fn callers_without_number_share_one_count() {
        let (bucket, start) = (Bucket::new(1), Instant::now());
        let others = (0..MOST_CALLERS).all(|at| bucket.take(at.to_string().as_str(), start).is_ok());
        assert!(others);
        assert_eq!(uses(&bucket, "one more", start), 10);
        assert_eq!(uses(&bucket, "and another", start), 0);
        assert_eq!(uses(&bucket, "and another", start + BURST * 2), 10, "those who are quiet are forgotten");
        assert!(bucket.lock().of.len() < 10);
    }

    #[test]
    fn who_is_nobody_is_told_by_the_address() {
        let limiter = Arc::new(Limiter::new(Rates { account: 1, address: 1, refused: 1 }));
        let of = |address: &str| Throttle::new(Arc::clone(&limiter), address.parse().unwrap());
        let (one, same, other) = (of("2001:db8::1"), of("2001:db8::2"), of("::ffff:10.0.0.1"));
        assert_eq!((0..20).filter(|_| one.arrive(false).is_ok()).count(), 10);
        assert!(same.arrive(false).is_err() && of("2001:db8:0:1::1").arrive(false).is_ok());
        assert!(other.arrive(false).is_ok() && of("10.0.0.1").arrive(true).is_ok());
        // With credentials, only those that were nobody's count.
        assert_eq!((0..20).filter(|_| other.arrive(true).is_ok()).count(), 20);
        (0..20).for_each(|_| other.nobody());
        assert!(other.arrive(true).is_err() && one.arrive(true).is_ok());
        assert_eq!((0..20).filter(|_| one.identified(Some("ann")).is_ok()).count(), 10);
        assert!(other.identified(Some("ann")).is_err(), "wherever it calls from");
        assert!(one.identified(None).is_err(), "what is no account's counts for the address");
        assert_eq!(TooOften(Duration::from_millis(1_001)).seconds(), 2);
    }
}
