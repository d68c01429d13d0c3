//! Obligations met, and what meeting them took: who may say so, of what, and how.

use crate::{
    CollectionId, Error, OdsCode, Result, Violation, Violations,
    clock::{Clock, FixedClock},
    role::{Actor, Role},
};
use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Serialize};

/// Most minutes that one person can spend on a submission: 24 hours on 31 days.
pub const MAX_MINUTES_EACH: u32 = 24 * 31 * 60;
/// Most people that a time return is of.
pub const MAX_PEOPLE: u32 = 1_000;
/// Owed periods that are named where the one given is none.
const NAMED_PERIODS: usize = 3;

/// One submission owed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Obligation {
    /// The collection.
    pub collection: CollectionId,
    /// The version in force on the period's last day.
    pub version: u32,
    /// Who owes it.
    pub provider: OdsCode,
    /// First day of the period.
    pub period_start: NaiveDate,
    /// Last day of the period.
    pub period_end: NaiveDate,
    /// When it is due.
    pub due_date: NaiveDate,
}

/// A receipt that an obligation was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Which obligation.
    pub obligation: Obligation,
    /// When it was met.
    pub submitted_at: DateTime<Utc>,
    /// Minutes it took, if a time return says.
    pub time_return: Option<TimeReturn>,
}

/// Minutes a provider actually spent on a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeReturn {
    /// Whole minutes, of all people together. None, if it went by itself.
    pub minutes: u32,
    /// How many people spent them.
    pub people: u32,
}

/// What is said of an obligation: that it was met, what that took, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The collection.
    pub collection: CollectionId,
    /// The version in force on the period's last day.
    pub version: u32,
    /// Who met it.
    pub provider: OdsCode,
    /// First day of the period.
    pub period_start: NaiveDate,
    /// When it was met; may be left out once there is a receipt.
    pub submitted_at: Option<DateTime<Utc>>,
    /// What it took.
    pub time_return: Option<TimeReturn>,
}

impl Submission {
    /// Its resource name.
    pub fn name(&self) -> String {
        let Obligation { collection, version, provider, period_start, .. } = &self.obligation;
        format!("collections/{collection}/versions/{version}/submissions/{provider}~{period_start}")
    }

    /// The day on which it was met, in England.
    pub fn sent_on(&self) -> NaiveDate {
        day_of(self.submitted_at)
    }

    /// Whether it was met after the day on which it was due.
    pub fn is_late(&self) -> bool {
        self.sent_on() > self.obligation.due_date
    }

    /// What `actor` may see of it: of its time return only its provider's users, and the panel.
    #[must_use]
    pub fn as_seen_by(mut self, actor: &Actor) -> Self {
        let panel = actor.has(Role::PanelMember) || actor.has(Role::PanelChair);
        if !panel && !actor.has_for(Role::ProviderUser, &self.obligation.provider) {
            self.time_return = None;
        }
        self
    }
}

impl TimeReturn {
    /// What is wrong with it. What is only unlikely is kept: figures rest on medians, and it is flagged.
    pub fn check(&self, found: &mut Violations) {
        found.require((1..=MAX_PEOPLE).contains(&self.people), || {
            let expected = format!("1 to {MAX_PEOPLE} people who worked on it");
            Violation::new("people", "RANGE", self.people, expected)
        });
        let people = self.people.clamp(1, MAX_PEOPLE);
        let most = MAX_MINUTES_EACH * people;
        found.require(self.minutes <= most, || {
            let expected = format!(
                "0 to {most} minutes of {people} together: each has 24 hours on at most 31 days, {MAX_MINUTES_EACH} minutes"
            );
            Violation::new("minutes", "RANGE", self.minutes, expected)
        });
    }
}

impl Receipt {
    /// Refuses it unless `actor` may say it: that an obligation was met its provider's users, and the registrars of `owner`, who asks;
    /// what it took its provider's users alone.
    pub fn authorise(&self, actor: &Actor, owner: Option<&OdsCode>) -> Result<()> {
        if !actor.is_known() {
            return Err(Error::Unauthenticated(
                "recording a submission needs an identity: none was given".into(),
            ));
        }
        let (account, provider) = (&actor.account, &self.provider);
        if actor.has_for(Role::ProviderUser, provider) {
            return Ok(());
        }
        if !owner.is_some_and(|owner| actor.has_for(Role::Registrar, owner)) {
            let said = format!(
                "{account} may not record what {provider} submits to {}: only {provider}'s own users and the registrars of who asks",
                self.collection
            );
            return Err(Error::PermissionDenied(said));
        }
        if self.time_return.is_some() {
            let said = format!("{account} may not say what a submission took: only {provider}'s own users");
            return Err(Error::PermissionDenied(said));
        }
        Ok(())
    }

    /// Refuses to take `held` back unless `actor` may: its provider's users, and the registrars of `owner` where only a receipt is held.
    pub fn authorise_withdrawal(actor: &Actor, owner: Option<&OdsCode>, held: &Submission) -> Result<()> {
        let Submission { obligation, time_return, .. } = held;
        let said = Self {
            collection: obligation.collection.clone(),
            version: obligation.version,
            provider: obligation.provider.clone(),
            period_start: obligation.period_start,
            submitted_at: None,
            time_return: *time_return,
        };
        said.authorise(actor, owner)
    }

    /// The obligation that it is of, among all that its provider owes to its collection. Where there is none, those nearest to it are named.
    pub fn find<'o>(&self, owed: &'o [Obligation]) -> Result<&'o Obligation, Violation> {
        let is_its = |one: &&Obligation| (one.version, one.period_start) == (self.version, self.period_start);
        if let Some(found) = owed.iter().find(is_its) {
            return Ok(found);
        }
        let mut near: Vec<_> = owed.iter().collect();
        near.sort_by_key(|one| ((one.period_start - self.period_start).abs(), one.version != self.version));
        near.truncate(NAMED_PERIODS);
        near.sort_by_key(|one| (one.period_start, one.version));
        let (provider, collection) = (&self.provider, &self.collection);
        let named = |one: &&Obligation| {
            format!("{} to {} of version {}", one.period_start, one.period_end, one.version)
        };
        let expected = if near.is_empty() {
            format!("a period that {provider} owes of {collection}: it owes none that has begun")
        } else {
            let near: Vec<_> = near.iter().map(named).collect();
            format!(
                "the first day of a period that {provider} owes of {collection}: nearest are {}",
                near.join(", ")
            )
        };
        let given = format!("{} of version {}", self.period_start, self.version);
        Err(Violation::new("period_start", "OWED", given, expected))
    }

    /// The submission as it is from now on, `held` being what was recorded of it before. A receipt is given once and never changes; what it
    /// took can be said later, and corrected.
    pub fn admit(
        &self,
        obligation: &Obligation,
        held: Option<&Submission>,
        now: DateTime<Utc>,
        found: &mut Violations,
    ) -> Option<Submission> {
        let mut wrong = Violations::new();
        if let Some(time) = &self.time_return {
            time.check(&mut wrong);
        }
        let submitted_at = match held {
            Some(held) => self.same_receipt(held, &mut wrong),
            None => self.new_receipt(obligation, now, &mut wrong),
        };
        let right = wrong.is_empty();
        found.extend(wrong);
        Some(Submission {
            obligation: obligation.clone(),
            submitted_at: submitted_at.filter(|_| right)?,
            time_return: self.time_return.or(held.and_then(|held| held.time_return)),
        })
    }

    /// When it was met, as it is said for the first time.
    fn new_receipt(
        &self,
        obligation: &Obligation,
        now: DateTime<Utc>,
        found: &mut Violations,
    ) -> Option<DateTime<Utc>> {
        let first = obligation.period_start;
        let expected =
            format!("when it was sent: from {first} on, and not after {}", now.format("%Y-%m-%d %H:%M UTC"));
        let Some(at) = self.submitted_at else {
            found.push(Violation::new("submitted_at", "REQUIRED", "", expected));
            return None;
        };
        let possible = at <= now && day_of(at) >= first;
        found.require(possible, || Violation::new("submitted_at", "RANGE", at.to_rfc3339(), expected));
        possible.then_some(at)
    }

    /// When it was met, as was said before. Who only knows the day says the same by it.
    fn same_receipt(&self, held: &Submission, found: &mut Violations) -> Option<DateTime<Utc>> {
        found.require(self.submitted_at.is_some() || self.time_return.is_some(), || {
            Violation::new("minutes", "REQUIRED", "", "what it took: that it was sent is recorded already")
        });
        let same = self.submitted_at.is_none_or(|at| day_of(at) == day_of(held.submitted_at));
        found.require(same, || {
            let expected = format!(
                "nothing, or {}: so its receipt says, which is given once",
                day_of(held.submitted_at)
            );
            Violation::new(
                "submitted_at",
                "ONCE",
                self.submitted_at.unwrap_or_default().to_rfc3339(),
                expected,
            )
        });
        same.then_some(held.submitted_at)
    }
}

/// The day of a moment in England.
fn day_of(at: DateTime<Utc>) -> NaiveDate {
    FixedClock(at).today()
}

/// The moment that stands for a day of which no time is known: it is of that day in England and by UTC, and has come once the day has.
fn moment_of(day: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
    if day_of(now) == day { midnight.min(now) } else { midnight }
}

/// Reads a moment as RFC 3339 has it, or a day, which a moment of it stands for; nothing if nothing is given.
pub fn read_moment(field: &str, text: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Violation> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text);
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc().trunc_subsecs(6));
    let read = day.map(|day| moment_of(day, now)).or(moment);
    // What databases can compare.
    read.filter(|at| (1900..2200).contains(&at.year())).map(Some).ok_or_else(|| {
        let expected = "a day, such as 2026-10-31, or a moment, such as 2026-10-31T14:05:00Z";
        Violation::new(field, "TIME", text, expected)
    })
}

#[cfg(test)]
mod tests;
