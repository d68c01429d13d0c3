//! Versions: immutable states of a collection.

use crate::{
    CollectionId, Violation, Violations, codes::codes, item::Item, lifecycle::Move,
    respondents::RespondentsRule, schedule::Schedule, span::Span,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::VariantArray;

codes! {
    /// Where a version is in its life. The moves between states are in [`crate::lifecycle`].
    VersionState {
        /// Being written; the only state whose content may change.
        Draft,
        /// Frozen, waiting for the panel.
        Submitted,
        /// With the panel.
        InReview,
        /// Sent back; becomes a draft again.
        Returned,
        /// Taken back by its owner.
        Withdrawn,
        /// Refused.
        Rejected,
        /// Approved, not yet in force.
        Approved,
        /// In force.
        Live,
        /// Not in force for a while.
        Suspended,
        /// Past its approval.
        Expired,
        /// Ended by its owner.
        Retired,
        /// Followed by the next version.
        Superseded,
    }
}

impl VersionState {
    /// Whether everybody sees versions in this state: they were approved or adopted once.
    pub fn is_published(self) -> bool {
        matches!(
            self,
            Self::Approved | Self::Live | Self::Suspended | Self::Expired | Self::Retired | Self::Superseded
        )
    }

    /// All of them, in the order of a life.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied()
    }

    /// The states of versions that everybody sees.
    pub fn published() -> impl Iterator<Item = Self> {
        Self::VARIANTS.iter().copied().filter(|state| state.is_published())
    }

    /// Whether the life of a version ends in this state: nothing more can come of it.
    pub fn is_over(self) -> bool {
        Move::VARIANTS.iter().all(|step| step.leads_to(self).is_none())
    }

    /// Whether the owner and the panel are at work on a version in this state: a collection has one such version at most.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::InReview | Self::Returned)
    }

    /// Whether a version in this state asks providers, or is about to: what stands in it is asked already.
    pub fn asks(self) -> bool {
        matches!(self, Self::Approved | Self::Live)
    }
}

codes! {
    /// How a version came to be in force.
    Admission {
        /// Not yet.
        None,
        /// Approved by the panel.
        Approved,
        /// Ran in the world already, and was recorded so by an ADMIN.
        Adopted,
        /// A local commissioner's, approved at once by the light path's rule.
        LightPath,
    }
}

/// What a version asks, of whom, when and why. Frozen at submission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its title.
    pub title: String,
    /// Why it is asked, in plain English.
    pub purpose: String,
    /// The law or direction it rests on.
    pub legal_basis: String,
    /// How it is collected, such as a portal or an extract.
    pub method: String,
    /// What the answers are used for.
    pub uses: String,
    /// What respondents get back.
    pub feedback: String,
    /// Whom to ask about it.
    pub contact: String,
    /// Who must answer.
    pub respondents: Option<RespondentsRule>,
    /// When.
    pub schedule: Option<Schedule>,
    /// What is asked, by position.
    pub items: Vec<Item>,
}

/// Days on which something holds: from the first until before the other, without an end while that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Spell {
    /// First day.
    pub from: NaiveDate,
    /// First day no longer; `None` while it goes on.
    pub to: Option<NaiveDate>,
}

/// An immutable state of a collection, numbered from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The collection.
    pub collection: CollectionId,
    /// From 1.
    pub number: u32,
    /// Where it is in its life.
    pub state: VersionState,
    /// How it came to be in force.
    pub admission: Admission,
    /// What it asks.
    pub content: Content,
    /// First day in force.
    pub live_from: Option<NaiveDate>,
    /// First day no longer in force.
    pub live_to: Option<NaiveDate>,
    /// When it was suspended, first first. They stay when it is resumed: what was not asked then was not asked.
    pub suspensions: Vec<Spell>,
    /// First day on which its approval or adoption no longer holds.
    pub expires_on: Option<NaiveDate>,
    /// Where it comes from and how what it says is known: for an adopted version, its source.
    pub evidence: String,
    /// Who submitted it; never the one who approves it.
    pub submitted_by: Option<String>,
    /// What its approval depends on, each in a sentence.
    pub conditions: Vec<String>,
    /// The version that it renews, if it was begun as a renewal.
    pub renews: Option<u32>,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}

impl Version {
    /// A new draft.
    pub fn draft(collection: CollectionId, number: u32, content: Content) -> Self {
        Self {
            collection,
            number,
            state: VersionState::Draft,
            admission: Admission::None,
            content,
            live_from: None,
            live_to: None,
            suspensions: vec![],
            expires_on: None,
            evidence: String::new(),
            submitted_by: None,
            conditions: vec![],
            renews: None,
            revision: 1,
        }
    }

    /// Its resource name, such as `collections/critical-care/versions/2`.
    pub fn name(&self) -> String {
        format!("collections/{}/versions/{}", self.collection, self.number)
    }

    /// The days on which it is in force, by its dates: from `live_from`, before `live_to` and before it expires, outside its suspensions.
    pub fn days(&self) -> Vec<Span> {
        let end = self.live_to.into_iter().chain(self.expires_on).min();
        let life = self.live_from.and_then(|from| Span::until(Some(from), end));
        let suspended = self.suspensions.iter().filter_map(|spell| Span::until(Some(spell.from), spell.to));
        without(Vec::from_iter(life), suspended)
    }

    /// Whether it is in force on `day`, by its dates.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.days().iter().any(|days| days.holds(day))
    }

    /// Of a collection's versions, first first, the one that people see: the live one, else the latest.
    pub fn current(versions: &[Self]) -> Option<&Self> {
        versions.iter().rfind(|version| version.state == VersionState::Live).or(versions.last())
    }
}

/// What is left of some days outside others.
fn without(days: Vec<Span>, others: impl IntoIterator<Item = Span>) -> Vec<Span> {
    others
        .into_iter()
        .fold(days, |left, other| left.into_iter().flat_map(|span| span.without(other)).collect())
}

/// The days on which each of a collection's versions, first first, is the one in force. Where the dates of two meet, the later version
/// holds: a period is owed once.
pub fn days_in_force(versions: &[Version]) -> Vec<Vec<Span>> {
    let mut taken: Vec<Span> = vec![];
    let mut days: Vec<_> = versions
        .iter()
        .rev()
        .map(|version| {
            let own = version.days();
            let free = without(own.clone(), taken.iter().copied());
            taken.extend(own);
            free
        })
        .collect();
    days.reverse();
    days
}

/// Most items a version may have.
pub const MAX_ITEMS: usize = 10_000;

impl Content {
    /// What is wrong with it at any time, also in a draft, as seen on `today`: lengths, bounds, repeated positions, too many items.
    pub fn check_draft(&self, today: NaiveDate, found: &mut Violations) {
        for (field, value, most) in [
            ("title", &self.title, 300),
            ("purpose", &self.purpose, 20_000),
            ("legal_basis", &self.legal_basis, 4_000),
            ("method", &self.method, 4_000),
            ("uses", &self.uses, 20_000),
            ("feedback", &self.feedback, 4_000),
            ("contact", &self.contact, 400),
        ] {
            found.text(field, value, most);
        }
        found.require(!self.title.trim().is_empty(), || {
            Violation::new("title", "REQUIRED", "", "a title that respondents will recognise")
        });
        found.require(self.items.len() <= MAX_ITEMS, || {
            Violation::new("items", "COUNT", self.items.len(), format!("at most {MAX_ITEMS} items"))
        });
        let mut seen = BTreeSet::new();
        for (at, item) in self.items.iter().enumerate() {
            found.within(&format!("items[{at}]"), |found| {
                item.check(found);
                found.require(seen.insert(item.position), || {
                    Violation::new("position", "UNIQUE", item.position, "a position that no other item has")
                });
            });
        }
        if let Some(rule) = &self.respondents {
            found.within("respondents", |found| rule.check(found));
        }
        if let Some(schedule) = &self.schedule {
            found.within("schedule", |found| schedule.check(today, found));
        }
    }

    /// What is still missing before it can be submitted.
    pub fn check_submission(&self, today: NaiveDate, found: &mut Violations) {
        self.check_draft(today, found);
        for (field, value, expected) in [
            ("purpose", &self.purpose, "why it is asked, in plain English"),
            ("legal_basis", &self.legal_basis, "the law or direction it rests on"),
            ("uses", &self.uses, "what the answers are used for"),
            ("feedback", &self.feedback, "what respondents get back"),
            ("contact", &self.contact, "whom respondents can ask"),
        ] {
            found.require(!value.trim().is_empty(), || Violation::new(field, "REQUIRED", "", expected));
        }
        found.require(self.respondents.as_ref().is_some_and(RespondentsRule::names_somebody), || {
            Violation::new("respondents", "REQUIRED", "", "who must answer, by provider type or by name")
        });
        found.require(self.schedule.is_some(), || {
            Violation::new("schedule", "REQUIRED", "", "how often and from when")
        });
        found
            .require(!self.items.is_empty(), || Violation::new("items", "REQUIRED", "", "at least one item"));
    }
}
