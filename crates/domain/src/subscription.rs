//! Subscriptions: who is told of which events, and how; and deliveries, which are what is told, kept until it arrived.

use crate::{
    Violation, Violations,
    codes::codes,
    event::{EventFilter, EventKind},
    job,
    role::{Actor, Role},
};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// How somebody is told.
    Channel {
        /// By e-mail, after the address was confirmed.
        Email,
        /// By a signed HTTPS request to an address of theirs.
        Webhook,
    }
}

codes! {
    /// When somebody is told.
    Cadence {
        /// Of each event as it happens.
        Each,
        /// Once a day, in the morning, of all since the day before.
        DailyDigest,
    }
}

codes! {
    /// Where a subscription stands.
    SubscriptionState {
        /// Its e-mail address waits to be confirmed; nothing but the question is sent.
        Unconfirmed,
        /// Tells.
        Active,
        /// Tells nothing until it is resumed.
        Paused,
        /// Ended by the one who got its e-mails: only they begin it again, by confirming anew.
        Unsubscribed,
    }
}

codes! {
    /// Where a delivery stands.
    DeliveryState {
        /// To be sent when it is due.
        Waiting,
        /// Arrived.
        Delivered,
        /// Given up after many tries: it waits for somebody to send it again.
        Dead,
    }
}

codes! {
    /// What is delivered.
    DeliveryKind {
        /// An event.
        Event,
        /// The question whether an e-mail address may be written to.
        Confirmation,
        /// A trial that its owner asked for.
        Test,
    }
}

/// Hour of the morning in England at which digests go out.
const DIGEST_HOUR: u32 = 8;
/// For how long an address can be confirmed.
pub const CONFIRMATION: TimeDelta = TimeDelta::days(7);
/// Tries before a delivery is given up: about two days.
pub const MOST_TRIES: u32 = 48;
/// Longest name and address.
const LONGEST: usize = 500;

/// Who is told of which events.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// The account that keeps it: nothing is told that it may not read at the time.
    pub account: String,
    /// What its keeper calls it.
    pub display_name: String,
    /// How.
    pub channel: Channel,
    /// The e-mail address, or the URL of the webhook.
    pub address: String,
    /// Of what.
    pub filter: EventFilter,
    /// When.
    pub cadence: Cadence,
    /// Where it stands.
    pub state: SubscriptionState,
    /// What webhooks are signed with; empty for e-mail.
    pub secret: String,
    /// Whoever shows this may end it: it stands in every e-mail.
    pub unsubscribe: String,
    /// SHA-256 of what confirms the address, and until when; `None` when nothing is to be confirmed.
    pub confirmation: Option<(String, DateTime<Utc>)>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Counts its changes, for its etag.
    pub revision: u32,
}

impl std::fmt::Debug for Subscription {
    /// Without addresses and secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, channel, state, .. } = self;
        f.debug_struct("Subscription")
            .field("id", id)
            .field("channel", channel)
            .field("state", state)
            .finish_non_exhaustive()
    }
}

/// What the audit log keeps of a subscription: neither addresses nor secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubscriptionEntry<'s> {
    /// Its key.
    pub id: Uuid,
    /// How.
    pub channel: Channel,
    /// Of what.
    pub filter: &'s EventFilter,
    /// When.
    pub cadence: Cadence,
    /// Where it stands.
    pub state: SubscriptionState,
    /// Counts its changes.
    pub revision: u32,
}

impl Subscription {
    /// Resource name.
    pub fn name(&self) -> String {
        format!("subscriptions/{}", self.id)
    }

    /// What the audit log keeps of it.
    pub fn entry(&self) -> SubscriptionEntry<'_> {
        SubscriptionEntry {
            id: self.id,
            channel: self.channel,
            filter: &self.filter,
            cadence: self.cadence,
            state: self.state,
            revision: self.revision,
        }
    }

    /// Whether `actor` may see, change and end it: its keeper and ADMIN.
    pub fn is_of(&self, actor: &Actor) -> bool {
        actor.is_known() && (actor.account == self.account || actor.has(Role::Admin))
    }

    /// Notes what is wrong with its name, the length of its address, and the size of its filter.
    pub fn check(&self, found: &mut Violations) {
        found.text("display_name", &self.display_name, 200);
        found.text("address", &self.address, LONGEST);
        let filter = &self.filter;
        let many =
            filter.owners.len() + filter.collections.len() + filter.concepts.len() + filter.providers.len();
        found.require(many <= 200, || {
            Violation::new(
                "filter",
                "COUNT",
                many,
                "at most 200 owners, collections, concepts and providers together",
            )
        });
    }

    /// When an event of `at` is to be told.
    pub fn due(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        match self.cadence {
            Cadence::Each => at,
            Cadence::DailyDigest => next_morning(at),
        }
    }
}

/// The next eight o'clock in the morning in England after `at`.
pub fn next_morning(at: DateTime<Utc>) -> DateTime<Utc> {
    let local = at.with_timezone(&London);
    let hour = NaiveTime::from_hms_opt(DIGEST_HOUR, 0, 0).unwrap_or_default();
    let on = |day: chrono::NaiveDate| London.from_local_datetime(&day.and_time(hour)).earliest();
    let today = on(local.date_naive()).filter(|morning| *morning > local);
    // Clocks change at night: eight o'clock is on every day.
    let morning = today.or_else(|| on(local.date_naive().checked_add_days(Days::new(1))?));
    morning.map_or(at, |morning| morning.with_timezone(&Utc))
}

/// Something to be told to one subscriber, kept until it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its key: the subscription's and the event's place in the log, or a UUID. What is delivered twice has the same.
    pub id: String,
    /// To whom.
    pub subscription: Uuid,
    /// What.
    pub kind: DeliveryKind,
    /// What happened, if it is an event.
    pub event: Option<EventKind>,
    /// What is told, as JSON; emptied of what is secret when it arrived.
    pub body: String,
    /// Not before.
    pub due: DateTime<Utc>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// What went wrong last.
    pub last_error: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it arrived or was given up.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Delivery {
    /// Resource name.
    pub fn name(&self) -> String {
        format!("subscriptions/{}/deliveries/{}", self.subscription, self.id)
    }

    /// It arrived.
    #[must_use]
    pub fn arrived(&self, now: DateTime<Utc>) -> Self {
        let body = if self.kind == DeliveryKind::Confirmation { String::new() } else { self.body.clone() };
        Self {
            state: DeliveryState::Delivered,
            tries: self.tries + 1,
            last_error: String::new(),
            ended_at: Some(now),
            body,
            ..self.clone()
        }
    }

    /// It did not arrive. `for_good` says that another try would end alike.
    #[must_use]
    pub fn failed(&self, now: DateTime<Utc>, why: &str, for_good: bool) -> Self {
        let tries = self.tries + 1;
        let dead = for_good || tries >= MOST_TRIES;
        Self {
            state: if dead { DeliveryState::Dead } else { DeliveryState::Waiting },
            tries,
            last_error: why.to_owned(),
            due: now + job::wait(&self.id, tries),
            ended_at: dead.then_some(now),
            ..self.clone()
        }
    }

    /// It was not tried, because the way is closed for all: tried again soon, and not counted.
    #[must_use]
    pub fn put_off(&self, now: DateTime<Utc>, why: &str) -> Self {
        Self { last_error: why.to_owned(), due: now + TimeDelta::minutes(1), ..self.clone() }
    }

    /// To be sent again, at once and with all its tries.
    #[must_use]
    pub fn again(&self, now: DateTime<Utc>) -> Self {
        Self { state: DeliveryState::Waiting, tries: 0, due: now, ended_at: None, ..self.clone() }
    }
}

/// Days before the end of an approval on which its owner and others are told.
pub const WARNINGS: [u64; 2] = [30, 7];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn digests_go_out_at_eight_in_england_in_summer_and_winter() {
        for (given, next) in [
            ("2026-01-10T07:59:59Z", "2026-01-10T08:00:00Z"),
            ("2026-01-10T08:00:00Z", "2026-01-11T08:00:00Z"),
            ("2026-07-10T06:59:00Z", "2026-07-10T07:00:00Z"),
            ("2026-07-10T07:00:00Z", "2026-07-11T07:00:00Z"),
            // The nights on which the clocks change.
            ("2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T08:00:00Z"),
        ] {
            assert_eq!(next_morning(at(given)), at(next), "{given}");
        }
    }

    #[test]
    fn a_delivery_is_tried_for_two_days_and_then_waits_for_somebody() {
        let now = at("2026-01-10T08:00:00Z");
        let mut delivery = Delivery {
            id: "a".into(),
            subscription: Uuid::nil(),
            kind: DeliveryKind::Event,
            event: Some(EventKind::VersionApproved),
            body: "{}".into(),
            due: now,
            state: DeliveryState::Waiting,
            tries: 0,
            last_error: String::new(),
            made_at: now,
            ended_at: None,
        };
        while delivery.state == DeliveryState::Waiting {
            delivery = delivery.failed(delivery.due, "no", false);
        }
        let tried = delivery.ended_at.unwrap() - now;
        assert!(tried > TimeDelta::hours(24) && tried < TimeDelta::hours(72), "{tried}");
        assert_eq!((delivery.state, delivery.again(now).tries), (DeliveryState::Dead, 0));
        assert_eq!(delivery.again(now).failed(now, "gone", true).state, DeliveryState::Dead);
        assert_eq!(delivery.again(now).put_off(now, "away").tries, 0);
    }
}
