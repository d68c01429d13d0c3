//! What a connection is doing: requests under way, a head that is not complete, answers that nobody takes.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// How a client begins that speaks HTTP/2 (RFC 9113, 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How long a client may take for what.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the first byte of a request's head to its last.
    pub head: Duration,
    /// Between two parts of a request's body.
    pub body: Duration,
    /// To take what it was given.
    pub stalled: Duration,
    /// Between two requests.
    pub idle: Duration,
}

/// Why a connection is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The head of a request does not come to its end.
    SlowHead,
    /// An answer waits for the client to take it.
    Stalled,
    /// No request for long: no fault of anybody's.
    Idle,
}

/// What one connection is doing. Moments are milliseconds since it was opened; 0 stands for none.
#[derive(Debug)]
pub struct Watched {
    opened: Instant,
    read: AtomicUsize,
    /// Whether it began with anything but [`PREFACE`].
    is_http1: AtomicBool,
    head_began: AtomicU64,
    requests: AtomicU64,
    active: AtomicUsize,
    last_end: AtomicU64,
    /// Answers of which a part was given and not yet taken, with the moment.
    given: Mutex<HashMap<u64, u64>>,
    /// Says that a request began.
    began: Notify,
    /// Says that others need the place.
    evicted: Notify,
}

impl Watched {
    /// Just opened.
    pub fn new() -> Self {
        Self {
            opened: Instant::now(),
            read: AtomicUsize::new(0),
            is_http1: AtomicBool::new(false),
            head_began: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            active: AtomicUsize::new(0),
            last_end: AtomicU64::new(0),
            given: Mutex::default(),
            began: Notify::new(),
            evicted: Notify::new(),
        }
    }

    fn now(&self) -> u64 {
        // Never 0, which stands for none.
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    /// Bytes came from the client.
    pub fn note_read(&self, bytes: &[u8]) {
        let before = self.read.fetch_add(bytes.len(), Relaxed);
        if let Some(rest) = PREFACE.get(before..)
            && !bytes.starts_with(&rest[..rest.len().min(bytes.len())])
        {
            self.is_http1.store(true, Relaxed);
        }
        if self.active.load(Relaxed) == 0 && self.head_began.load(Relaxed) == 0 {
            self.head_began.store(self.now(), Relaxed);
        }
    }

    /// A request's head is complete. Gives the request's number.
    pub fn begin(&self) -> u64 {
        self.active.fetch_add(1, Relaxed);
        self.head_began.store(0, Relaxed);
        let number = self.requests.fetch_add(1, Relaxed);
        self.began.notify_one();
        number
    }

    /// A part of an answer waits to be taken.
    pub fn give(&self, request: u64) {
        let now = self.now();
        self.given.lock().unwrap_or_else(PoisonError::into_inner).insert(request, now);
    }

    /// All parts of an answer so far were taken.
    pub fn take(&self, request: u64) {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).remove(&request);
    }

    /// An answer ended, or was given up.
    pub fn end(&self, request: u64) {
        self.take(request);
        self.last_end.store(self.now(), Relaxed);
        self.active.fetch_sub(1, Relaxed);
    }

    /// Whether requests are under way.
    pub fn is_active(&self) -> bool {
        self.active.load(Relaxed) > 0
    }

    /// Whether the client is known to speak HTTP/2.
    pub fn is_http2(&self) -> bool {
        self.read.load(Relaxed) >= PREFACE.len() && !self.is_http1.load(Relaxed)
    }

    /// Whether any request came yet.
    pub fn is_new(&self) -> bool {
        self.requests.load(Relaxed) == 0
    }

    /// For how long it has had nothing to do; `None` while it has.
    pub fn quiet(&self) -> Option<Duration> {
        (!self.is_active()).then(|| self.since(self.last_end.load(Relaxed)))
    }

    fn since(&self, moment: u64) -> Duration {
        Duration::from_millis(self.now().saturating_sub(moment))
    }

    /// What is wrong with it now, if anything.
    pub fn fault(&self, patience: &Patience) -> Option<Fault> {
        let head = self.head_began.load(Relaxed);
        // What comes between two requests on HTTP/2 may be as little as an answer to a ping.
        let reads_head = !self.is_http2() && (head > 0 || self.is_new());
        if !self.is_active() && reads_head && self.since(head) > patience.head {
            return Some(Fault::SlowHead);
        }
        if self.quiet().is_some_and(|quiet| quiet > patience.idle) {
            return Some(Fault::Idle);
        }
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = given.values().min().copied();
        oldest.filter(|moment| self.since(*moment) > patience.stalled).map(|_| Fault::Stalled)
    }

    /// Waits until a request begins.
    pub async fn request_began(&self) {
        self.began.notified().await;
    }

    /// Asks the connection to make room for others.
    pub fn evict(&self) {
        self.evicted.notify_one();
    }

    /// Waits until others need the place.
    pub async fn evicted(&self) {
        self.evicted.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience {
        head: Duration::from_secs(10),
        body: Duration::from_secs(10),
        stalled: Duration::from_secs(30),
        idle: Duration::from_mins(5),
    };

    fn after(watched: &mut Watched, seconds: u64) -> Option<Fault> {
        watched.opened -= Duration::from_secs(seconds);
        watched.fault(&PATIENCE)
    }

    #[test]
    fn a_head_must_come_to_its_end() {
        for begin in [
            &b""[..],
            b"G",
            b"GET / HTTP/1.1\r\nhost: here\r\n",
            b"PRI * ",
            b"P",
            b"PROPFIND / HTTP/1.1\r\na: b\r\n",
        ] {
            let mut watched = Watched::new();
            if !begin.is_empty() {
                watched.note_read(begin);
            }
            assert_eq!(after(&mut watched, 9), None, "{begin:?}");
            assert_eq!(after(&mut watched, 2), Some(Fault::SlowHead), "{begin:?}");
        }
    }

    #[test]
    fn between_requests_a_client_may_be_quiet_for_longer() {
        for begin in [&b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            let mut watched = Watched::new();
            watched.note_read(begin);
            let request = watched.begin();
            assert_eq!(after(&mut watched, 1_000), None, "a request may take its own time");
            watched.end(request);
            assert_eq!(after(&mut watched, 200), None);
            // What comes now begins a head on HTTP/1.1, and may be a ping on HTTP/2.
            watched.note_read(b"GET /");
            let http2 = watched.is_http2();
            assert_eq!(after(&mut watched, 15), (!http2).then_some(Fault::SlowHead), "{http2}");
        }
        let mut watched = Watched::new();
        let request = watched.begin();
        watched.note_read(&[0; 30]);
        watched.end(request);
        assert_eq!(after(&mut watched, 301), Some(Fault::Idle));
    }

    #[test]
    fn an_answer_must_be_taken() {
        let mut watched = Watched::new();
        watched.note_read(&[0; 30]);
        let (slow, waiting) = (watched.begin(), watched.begin());
        watched.give(slow);
        watched.give(waiting);
        watched.take(waiting);
        assert_eq!(after(&mut watched, 29), None);
        assert_eq!(after(&mut watched, 2), Some(Fault::Stalled));
        watched.end(slow);
        assert_eq!(watched.fault(&PATIENCE), None, "one that waits for the server is no fault of the client");
    }
}
