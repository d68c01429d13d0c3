//! Reuse agreements and crosswalks: how "submit once" comes true.
//!
//! A body that needs what another already collects asks that one for it instead of the providers. Who may do what with an agreement is one
//! table, [`ReuseMove`]. What it is about is said by definition and subject within a collection, whatever the version: what is delivered
//! needs asking in none of them, and an agreement goes on when the next version takes over.
//!
//! **Effect.** For a period that begins in or after the month `from` and ends by the end of the month `to`, and whose last day lies within
//! the days of delivery (from `first_delivery`, before `ends_on`), the items it is about are *not asked*. An end is never recorded for days
//! that are past: what was not asked then was not asked. A first delivery may be recorded some days late, which corrects what is known of
//! those days, but not from before the holder's answer.

use crate::{
    CollectionId, ConceptId, DefinitionId, Month, OdsCode, SubjectId, Violation, Violations,
    codes::codes,
    item::Item,
    role::{Act, Actor},
    span::Span,
    version::Version,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

mod moves;

pub use moves::{ANSWER_WORKING_DAYS, Making, ReuseMove};

codes! {
    /// Where a reuse agreement stands.
    ReuseState {
        /// The recipient asked; the holder has 20 working days.
        Requested,
        /// The holder agreed; nothing delivered yet.
        Agreed,
        /// The holder refused, with a reason.
        Refused,
        /// Data flows; the items it answers are not asked.
        Active,
        /// Over, or to be over from a day that is said.
        Ended,
    }
}

/// An item of the holder's that asks what another needs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeldItem {
    /// The holder's collection.
    pub collection: CollectionId,
    /// The item's place in its version when reuse was requested.
    pub position: u32,
    /// The definition it asks for.
    pub definition: DefinitionId,
}

/// A need: what the recipient would otherwise ask providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The item's place in the version that reuse was requested for.
    pub position: u32,
    /// The definition it asks for.
    pub definition: DefinitionId,
    /// What the answer is about.
    pub subject: SubjectId,
    /// The concept that holder and recipient both ask.
    pub concept: ConceptId,
    /// Where the holder asks it.
    pub held: Vec<HeldItem>,
}

/// Body B needs what body A already collects, so B asks A instead of the providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReuseAgreement {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// Who holds the data.
    pub holder: OdsCode,
    /// Who needs it.
    pub recipient: OdsCode,
    /// The recipient's collection that needs it.
    pub collection: CollectionId,
    /// The version that it was requested for.
    pub version: u32,
    /// What is needed of it, by position.
    pub needs: Vec<Need>,
    /// The first month of data.
    pub from: Month,
    /// The last month of data; `None` if there is no end.
    pub to: Option<Month>,
    /// At which grain.
    pub grain: String,
    /// The law it rests on.
    pub legal_basis: String,
    /// What the recipient says it is for.
    pub purpose: String,
    /// Where it stands.
    pub state: ReuseState,
    /// When it was requested.
    pub requested_on: NaiveDate,
    /// Last day for the holder's answer: 20 working days.
    pub answer_due: NaiveDate,
    /// When the holder's silence was escalated to the panel.
    pub escalated_on: Option<NaiveDate>,
    /// When it was agreed or refused.
    pub answered_on: Option<NaiveDate>,
    /// When data first came: from this day on it is not asked.
    pub first_delivery: Option<NaiveDate>,
    /// First day on which data no longer comes.
    pub ends_on: Option<NaiveDate>,
    /// Why it was agreed, refused or ended, whichever was last.
    pub reason: String,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}

impl ReuseAgreement {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("reuseAgreements/{}", self.id)
    }

    /// The need that an item of a collection is, if the agreement is about it.
    pub fn need(&self, collection: &CollectionId, item: &Item) -> Option<&Need> {
        if self.collection != *collection {
            return None;
        }
        self.needs.iter().find(|need| need.definition == item.definition && need.subject == item.subject)
    }

    /// Whether an item of a collection may rest on it instead of being dropped or explained: it is about the item, and nobody has
    /// refused or ended it.
    pub fn answers(&self, collection: &CollectionId, item: &Item) -> bool {
        self.stands() && self.need(collection, item).is_some()
    }

    /// Whether it is in force or may still come to be.
    pub fn stands(&self) -> bool {
        matches!(self.state, ReuseState::Requested | ReuseState::Agreed | ReuseState::Active)
    }

    /// The days on which data comes.
    pub fn delivery(&self) -> Option<Span> {
        Span::until(Some(self.first_delivery?), self.ends_on)
    }

    /// Whether it meets what it is about for a period: nothing of it is asked then.
    pub fn meets_period(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.from.first_day() <= start
            && self.to.is_none_or(|to| end <= to.last_day())
            && self.delivery().is_some_and(|days| days.holds(end))
    }

    /// Whether the holder is late to answer.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == ReuseState::Requested && self.answer_due < today
    }

    /// Whether `actor` sees all of it: its parties' registrars, the panel, ADMIN.
    pub fn is_for(&self, actor: &Actor) -> bool {
        let parties = [&self.holder, &self.recipient];
        parties.into_iter().any(|party| Act::ReadUnpublished.allowed_to(actor, Some(party)))
    }

    /// What is wrong with what was asked for, as seen on the day of the request.
    pub fn check(&self, found: &mut Violations) {
        for (field, value, most) in [
            ("grain", &self.grain, 400),
            ("legal_basis", &self.legal_basis, 4_000),
            ("purpose", &self.purpose, 4_000),
        ] {
            found.text(field, value, most);
        }
        found.require(!self.legal_basis.trim().is_empty(), || {
            Violation::new("legal_basis", "REQUIRED", "", "the law that lets the holder give the data")
        });
        found.require(!self.needs.is_empty(), || {
            Violation::new("positions", "REQUIRED", "", "at least one item that is asked already")
        });
        found.require(self.holder != self.recipient, || {
            let expected = "another body: what one's own body holds needs no agreement, only dropping";
            Violation::new("holder", "OTHER_BODY", &self.holder, expected)
        });
        if let Some(to) = self.to {
            found.require(self.from <= to, || {
                Violation::new("to_month", "ORDER", to, format!("a month not before {}", self.from))
            });
        }
    }
}

/// What everybody may know of agreements: those by which data came once, as far as they are about items of published versions. What a
/// draft needs is its owner's business until the draft is published. `versions` are the published ones, by collection and number.
pub fn published(agreements: Vec<ReuseAgreement>, versions: &[Version]) -> Vec<ReuseAgreement> {
    let known = |agreement: ReuseAgreement| {
        let start = versions.partition_point(|version| version.collection < agreement.collection);
        let own = versions[start..].iter().take_while(|version| version.collection == agreement.collection);
        let asked: BTreeSet<_> =
            own.flat_map(|version| &version.content.items).map(|i| (&i.definition, &i.subject)).collect();
        let is_asked = |need: &&Need| asked.contains(&(&need.definition, &need.subject));
        let needs: Vec<_> = agreement.needs.iter().filter(is_asked).cloned().collect();
        Some(ReuseAgreement { needs, ..agreement }).filter(|agreement| !agreement.needs.is_empty())
    };
    agreements.into_iter().filter(|one| one.first_delivery.is_some()).filter_map(known).collect()
}

codes! {
    /// Why a need that rests on an agreement has to be seen to.
    WarningKind {
        /// The holder refused: the item is asked of providers, or dropped.
        Refused,
        /// The agreement ends, or has ended: the item is asked again, unless a version comes that drops it.
        Ends,
        /// The holder has not answered in time.
        Overdue,
        /// The version is in force, and no data came yet: the item is asked until it does.
        NotDelivered,
    }
}

/// A need of a version that cannot go on resting on an agreement as it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReuseWarning {
    /// The agreement.
    pub agreement: Uuid,
    /// Who holds the data.
    pub holder: OdsCode,
    /// What is to be seen to.
    pub kind: WarningKind,
    /// From which day it holds.
    pub from: NaiveDate,
    /// The version's items that rest on it.
    pub positions: Vec<u32>,
}

/// The warnings of a version's needs on a day, by agreement. An item for which another agreement stands is not warned of.
pub fn warnings(version: &Version, agreements: &[ReuseAgreement], today: NaiveDate) -> Vec<ReuseWarning> {
    let of_version = |agreement: &&ReuseAgreement| agreement.collection == version.collection;
    let met_otherwise = |item: &Item, by: &ReuseAgreement| {
        let others = agreements.iter().filter(|other| other.id != by.id);
        !by.stands() && others.into_iter().any(|other| other.answers(&version.collection, item))
    };
    let warning = |agreement: &ReuseAgreement| {
        let (kind, from) = agreement.warning(version, today)?;
        let items = version.content.items.iter();
        let own = items.filter(|item| agreement.need(&version.collection, item).is_some());
        let positions: Vec<_> =
            own.filter(|item| !met_otherwise(item, agreement)).map(|item| item.position).collect();
        let (id, holder) = (agreement.id, agreement.holder.clone());
        (!positions.is_empty()).then_some(ReuseWarning { agreement: id, holder, kind, from, positions })
    };
    agreements.iter().filter(of_version).filter_map(warning).collect()
}

impl ReuseAgreement {
    fn warning(&self, version: &Version, today: NaiveDate) -> Option<(WarningKind, NaiveDate)> {
        match self.state {
            ReuseState::Refused => Some((WarningKind::Refused, self.answered_on?)),
            ReuseState::Ended => Some((WarningKind::Ends, self.ends_on?)),
            ReuseState::Requested => {
                self.is_overdue(today).then_some((WarningKind::Overdue, self.answer_due))
            }
            ReuseState::Agreed => {
                let since = version.in_force(today).then_some(version.live_from).flatten()?;
                Some((WarningKind::NotDelivered, since))
            }
            ReuseState::Active => None,
        }
    }
}

/// For one item of a request: where a provider was already asked the fact, and what turns one into the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrosswalkRow {
    /// Position of the item asked.
    pub position: u32,
    /// Its definition.
    pub definition: DefinitionId,
    /// The collection that asked it already.
    pub held_in: Option<CollectionId>,
    /// The position there.
    pub held_position: Option<u32>,
    /// First day of the period there.
    pub period_start: Option<NaiveDate>,
    /// When it was due there.
    pub due_date: Option<NaiveDate>,
    /// Filter, aggregate, rename.
    pub recipe: String,
}

#[cfg(test)]
mod tests;
