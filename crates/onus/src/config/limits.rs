//! What clients may ask of the server, and how long they may take.

use crate::serve::Patience;
use onus_app::rate::Rates;
use onus_domain::{Violation, Violations};
use serde::Deserialize;
use std::{fmt::Display, ops::RangeInclusive, time::Duration};

/// Limits of connections, requests and waits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Open connections.
    pub connections: usize,
    /// Open connections of one address.
    pub connections_per_address: usize,
    /// Requests at a time on one HTTP/2 connection.
    pub streams_per_connection: u32,
    /// Bytes of a request's head.
    pub header_bytes: usize,
    /// Bytes of a request's message.
    pub message_bytes: usize,
    /// Seconds for a request's head.
    pub header_seconds: u64,
    /// Seconds between two parts of a request's body.
    pub body_seconds: u64,
    /// Seconds for a client to take what it is given.
    pub stalled_seconds: u64,
    /// Seconds that a connection may be without a request.
    pub idle_seconds: u64,
    /// Seconds between two questions to an HTTP/2 client whether it is there, and for its answer.
    pub keep_alive_seconds: u64,
    /// Requests that a client took back before they were looked at.
    pub pending_resets: usize,
    /// Requests that ended for breaking the protocol, on one connection.
    pub error_resets: usize,
}

/// How often a caller may call, in requests a second.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// An account.
    pub account: u32,
    /// An address that names no account.
    pub address: u32,
    /// An address whose credentials are nobody's.
    pub refused: u32,
}

impl From<Rate> for Rates {
    fn from(Rate { account, address, refused }: Rate) -> Self {
        Self { account, address, refused }
    }
}

/// Longest of all waits: a day.
const LONGEST: u64 = 86_400;

impl Limits {
    /// How long clients may take.
    pub fn patience(&self) -> Patience {
        Patience {
            head: Duration::from_secs(self.header_seconds),
            body: Duration::from_secs(self.body_seconds),
            stalled: Duration::from_secs(self.stalled_seconds),
            idle: Duration::from_secs(self.idle_seconds),
        }
    }

    /// Notes what is out of its range.
    pub fn check(&self, found: &mut Violations) {
        let mib = 1 << 20;
        check(found, "connections", &self.connections, &(1..=1_000_000));
        check(found, "connections_per_address", &self.connections_per_address, &(1..=1_000_000));
        check(found, "streams_per_connection", &self.streams_per_connection, &(1..=10_000));
        check(found, "header_bytes", &self.header_bytes, &(8_192..=mib));
        check(found, "message_bytes", &self.message_bytes, &(1_024..=64 * mib));
        check(found, "header_seconds", &self.header_seconds, &(1..=LONGEST));
        check(found, "body_seconds", &self.body_seconds, &(1..=LONGEST));
        check(found, "stalled_seconds", &self.stalled_seconds, &(1..=LONGEST));
        check(found, "idle_seconds", &self.idle_seconds, &(1..=LONGEST));
        check(found, "keep_alive_seconds", &self.keep_alive_seconds, &(1..=LONGEST));
        check(found, "pending_resets", &self.pending_resets, &(1..=10_000));
        check(found, "error_resets", &self.error_resets, &(1..=10_000));
    }
}

fn check<T: PartialOrd + Display>(found: &mut Violations, key: &str, value: &T, range: &RangeInclusive<T>) {
    found.require(range.contains(value), || {
        let expected = format!("{} to {}", range.start(), range.end());
        Violation::new(format!("server.limits.{key}"), "RANGE", value, expected)
    });
}
