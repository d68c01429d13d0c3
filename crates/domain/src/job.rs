//! Jobs: background work that is kept in the database until it is done, and that one server at a time has the lease of.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// First wait after a failure; it doubles with each, up to [`LONGEST_WAIT`].
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
/// Longest wait between two tries.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// One piece of background work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its key: the kind for recurring work, else a UUID.
    pub id: String,
    /// What kind of work, such as `requests.prune`.
    pub kind: String,
    /// What the work is told, as JSON; empty for recurring work.
    pub payload: String,
    /// Not before this moment.
    pub due: DateTime<Utc>,
    /// How often it failed since it last went well.
    pub failures: u32,
    /// What went wrong last; empty if nothing did since it last went well.
    pub last_error: String,
    /// When it last began.
    pub began: Option<DateTime<Utc>>,
    /// When it last went well.
    pub done: Option<DateTime<Utc>>,
    /// Whether it is given up: it failed as often as its kind may, and waits for a person.
    pub given_up: bool,
    /// Until when somebody has its lease.
    pub leased_until: Option<DateTime<Utc>>,
    /// Who has it: a server's name for itself.
    pub leased_by: String,
    /// Goes up with every lease that is taken or given back: who holds an older number holds nothing.
    pub fence: u32,
}

impl Job {
    /// Work that is due at a moment and nobody has begun.
    pub fn new(
        id: impl Into<String>,
        kind: impl Into<String>,
        payload: impl Into<String>,
        due: DateTime<Utc>,
    ) -> Self {
        Self {
            id: id.into(),
            kind: kind.into(),
            payload: payload.into(),
            due,
            failures: 0,
            last_error: String::new(),
            began: None,
            done: None,
            given_up: false,
            leased_until: None,
            leased_by: String::new(),
            fence: 0,
        }
    }

    /// Whether somebody has its lease.
    pub fn is_leased(&self, now: DateTime<Utc>) -> bool {
        self.leased_until.is_some_and(|until| now < until)
    }

    /// Whether it could be begun, were it due.
    pub fn is_free(&self, now: DateTime<Utc>) -> bool {
        !self.given_up && !self.is_leased(now)
    }

    /// Leased by `who` from `now` on.
    #[must_use]
    pub fn leased(&self, who: &str, now: DateTime<Utc>, lease: TimeDelta) -> Self {
        Self {
            leased_until: Some(now + lease),
            leased_by: who.to_owned(),
            began: Some(now),
            fence: self.fence + 1,
            ..self.clone()
        }
    }

    /// The lease given back with nothing done: as if it had not been begun.
    #[must_use]
    pub fn given_back(&self) -> Self {
        Self { leased_until: None, leased_by: String::new(), fence: self.fence + 1, ..self.clone() }
    }

    /// Done well, to be done again at `next`.
    #[must_use]
    pub fn went_well(&self, now: DateTime<Utc>, next: DateTime<Utc>) -> Self {
        Self { due: next, failures: 0, last_error: String::new(), done: Some(now), ..self.given_back() }
    }

    /// Failed; tried again after a growing wait, or given up after `most` failures in a row.
    #[must_use]
    pub fn failed(&self, now: DateTime<Utc>, error: &str, most: Option<u32>) -> Self {
        let failures = self.failures.saturating_add(1);
        Self {
            due: now + wait(&self.id, failures),
            failures,
            last_error: error.to_owned(),
            given_up: most.is_some_and(|most| failures >= most),
            ..self.given_back()
        }
    }
}

/// The wait before the next try after `failures` in a row of what has the key `id`: it doubles from [`FIRST_WAIT`] to [`LONGEST_WAIT`].
/// Up to a fifth of it is taken off, differently for each key and try, so that what failed together is not tried again together.
pub fn wait(id: &str, failures: u32) -> TimeDelta {
    let doubled = FIRST_WAIT * 2_i32.pow(failures.saturating_sub(1).min(16));
    let whole = doubled.min(LONGEST_WAIT);
    // FNV-1a: nothing more than a spread.
    let seed = id.bytes().chain(failures.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let thousandths = i32::try_from((seed >> 32) % 200).unwrap_or_default();
    whole - whole * thousandths / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn waits_double_up_to_an_hour_and_are_spread() {
        for failures in 1..40 {
            let whole = (5_i64 << (failures - 1).min(16)).min(3_600);
            let waited = wait("a", failures).num_milliseconds();
            assert!(waited <= whole * 1_000 && waited >= whole * 800, "{failures}: {waited}");
        }
        assert_ne!(wait("a", 3), wait("b", 3));
        assert_eq!(wait("a", 3), wait("a", 3));
    }

    #[test]
    fn a_lease_ends_by_itself_and_a_failure_is_seen_until_it_goes_well() {
        let job = Job::new("a", "a", "", at(0)).leased("one", at(10), TimeDelta::seconds(60));
        assert!(job.is_leased(at(69)) && !job.is_leased(at(70)));
        let failed = job.failed(at(20), "no", Some(2));
        assert_eq!((failed.failures, failed.last_error.as_str(), failed.given_up), (1, "no", false));
        assert!(failed.is_free(at(20)) && failed.due > at(20) && failed.fence == 2);
        assert!(failed.leased("one", at(30), TimeDelta::seconds(60)).failed(at(31), "no", Some(2)).given_up);
        let well = failed.leased("two", at(30), TimeDelta::seconds(60)).went_well(at(31), at(91));
        assert_eq!((well.failures, well.last_error.as_str(), well.done), (0, "", Some(at(31))));
    }
}
