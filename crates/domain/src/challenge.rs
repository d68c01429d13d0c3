//! Challenges ("yellow cards"): a provider says what is wrong with a request that it got, and the request's owner has to answer.
//!
//! Who may do what with a challenge is one table, [`ChallengeMove`]. Whom it concerns sees all of it. Everybody sees its outcome, from the
//! first answer on, whatever comes after it: what it is about, for which reason, by which provider, and what was ruled. The provider's
//! words and the request as it was received may name people, as do accounts: they are never published.

use crate::{
    CollectionId, DefinitionId, OdsCode,
    codes::codes,
    reference::Reference,
    role::{Act, Actor, Role},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

mod moves;
mod new;

pub use moves::{ANSWER_WORKING_DAYS, ChallengeMove, Making};
pub use new::NewChallenge;

codes! {
    /// What a provider says is wrong with a request.
    ChallengeReason {
        /// Asked already.
        Duplicate,
        /// It came without a valid reference, or with that of another.
        Unregistered,
        /// Past its approval.
        Expired,
        /// Cannot be understood.
        Unclear,
        /// Costs more than it brings.
        Disproportionate,
    }
}

codes! {
    /// Where a challenge stands.
    ChallengeState {
        /// With the request's owner, who has 10 working days.
        Open,
        /// The owner answered; the provider may take it to the panel.
        Answered,
        /// With the panel: the provider is not satisfied, or the owner did not answer in time.
        Escalated,
        /// The panel decided.
        Decided,
        /// The provider took it back.
        Withdrawn,
    }
}

codes! {
    /// What came of a challenge.
    ChallengeOutcome {
        /// The request changes.
        Upheld,
        /// The request stays as it is.
        NotUpheld,
    }
}

/// What an owner or the panel said to a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Whether the provider is right.
    pub outcome: ChallengeOutcome,
    /// What will change, or why nothing does. It is published.
    pub text: String,
    /// Which account said so; never published.
    pub by: String,
    /// When.
    pub on: NaiveDate,
}

/// A provider's challenge to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// Who challenges.
    pub provider: OdsCode,
    /// Whose request it is: who has to answer.
    pub owner: OdsCode,
    /// The collection, if the request is one that is registered.
    pub collection: Option<CollectionId>,
    /// The version that people saw then: positions are those of its items.
    pub version: Option<u32>,
    /// The reference as it was received, valid or not; empty if none was. What has not the form of one is never published.
    pub reference: String,
    /// The request as it was received; never published.
    pub request_text: String,
    /// What is wrong.
    pub reason: ChallengeReason,
    /// The same in the provider's words; never published.
    pub text: String,
    /// Positions of the items that it is about; empty if it is about the whole.
    pub items: BTreeSet<u32>,
    /// For a duplicate: the collection that asks it already.
    pub duplicate_of: Option<CollectionId>,
    /// For a duplicate: definitions by which it is asked already.
    pub duplicate_definitions: BTreeSet<DefinitionId>,
    /// Where it stands.
    pub state: ChallengeState,
    /// When it was made.
    pub raised_on: NaiveDate,
    /// Which account made it; never published.
    pub raised_by: String,
    /// Last day for the owner's answer: 10 working days.
    pub answer_due: NaiveDate,
    /// The owner's answer.
    pub answer: Option<Ruling>,
    /// When it went to the panel.
    pub escalated_on: Option<NaiveDate>,
    /// Why the provider is not satisfied, in its words; empty if the owner was silent. Never published.
    pub escalation: String,
    /// The panel's decision.
    pub decision: Option<Ruling>,
    /// When the provider took it back.
    pub withdrawn_on: Option<NaiveDate>,
    /// Changes so far; its etag is made of it.
    pub revision: u32,
}

impl Challenge {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("challenges/{}", self.id)
    }

    /// What came of it so far: the panel's decision, else the owner's answer.
    pub fn outcome(&self) -> Option<&Ruling> {
        self.decision.as_ref().or(self.answer.as_ref())
    }

    /// Whether the owner is late to answer.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == ChallengeState::Open && self.answer_due < today
    }

    /// Whether `actor` sees all of it: the provider's users, the owner's registrars, the panel, ADMIN.
    pub fn is_for(&self, actor: &Actor) -> bool {
        actor.has_for(Role::ProviderUser, &self.provider)
            || Act::ReadUnpublished.allowed_to(actor, Some(&self.owner))
    }

    /// What everybody may know of it: nothing before it has an outcome.
    pub fn published(&self) -> Option<Self> {
        self.outcome()?;
        let nameless = |ruling: &Option<Ruling>| {
            ruling.as_ref().map(|ruling| Ruling { by: String::new(), ..ruling.clone() })
        };
        let is_reference = self.reference.parse::<Reference>().is_ok();
        Some(Self {
            reference: if is_reference { self.reference.clone() } else { String::new() },
            text: String::new(),
            request_text: String::new(),
            raised_by: String::new(),
            escalation: String::new(),
            answer: nameless(&self.answer),
            decision: nameless(&self.decision),
            ..self.clone()
        })
    }

    /// The same as `actor` may see it, if it may.
    pub fn as_seen_by(self, actor: &Actor) -> Option<Self> {
        if self.is_for(actor) { Some(self) } else { self.published() }
    }
}

#[cfg(test)]
mod tests;
