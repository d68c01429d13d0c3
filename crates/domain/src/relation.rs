//! Relations between definitions, found by a machine (matches) or ruled by a steward (decisions).

use crate::{DefinitionId, Violation, Violations, codes::codes, concept::Strength};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

codes! {
    /// How a left definition stands to a right one.
    Relation {
        /// The same question.
        Same,
        /// The left restricts the right.
        Narrower,
        /// The right restricts the left.
        Broader,
        /// The left can be computed from answers to the right.
        DerivableLeftFromRight,
        /// The right can be computed from answers to the left.
        DerivableRightFromLeft,
        /// Same topic, no derivation.
        Related,
        /// Another question.
        Different,
    }
}

impl Relation {
    /// The same relation with left and right in each other's place.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Narrower => Self::Broader,
            Self::Broader => Self::Narrower,
            Self::DerivableLeftFromRight => Self::DerivableRightFromLeft,
            Self::DerivableRightFromLeft => Self::DerivableLeftFromRight,
            Self::Same | Self::Related | Self::Different => self,
        }
    }
}

codes! {
    /// How a proposed item stands to the registry.
    Standing {
        /// The same registered definition.
        Identical,
        /// The same question in other words.
        Same,
        /// A restriction of what is held.
        Contained,
        /// Can be computed from what is held.
        Derivable,
        /// Same topic.
        Related,
        /// Nothing like it is held.
        New,
    }
}

impl Standing {
    /// How a proposed item stands to a registered definition that it, being left, has a relation to; `None` if it is another question.
    pub fn of(relation: Relation) -> Option<Self> {
        match relation {
            Relation::Same => Some(Self::Same),
            Relation::Narrower => Some(Self::Contained),
            Relation::DerivableLeftFromRight => Some(Self::Derivable),
            Relation::Broader | Relation::DerivableRightFromLeft | Relation::Related => Some(Self::Related),
            Relation::Different => None,
        }
    }

    /// Whether it means that the registry has a definition for the item already.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Identical | Self::Same | Self::Contained | Self::Derivable)
    }
}

/// The facet of the reason that decides where nothing but a name is given.
pub const NAME_ALONE: &str = "name alone";

/// One reason of a score: what was compared, what was found, what it adds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What was compared, such as `name` or `numerator`.
    pub facet: String,
    /// What was found, for people.
    pub finding: String,
    /// What it adds to the score, in log-odds. The score is the sum.
    pub weight: f64,
}

/// A machine-found relation. Left is the lesser identifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The lesser definition.
    pub left: DefinitionId,
    /// Its version.
    pub left_version: u32,
    /// The greater definition.
    pub right: DefinitionId,
    /// Its version.
    pub right_version: u32,
    /// How left stands to right.
    pub relation: Relation,
    /// Probability that they are SAME, in [0, 1].
    pub score: f64,
    /// Whether it counts, by the published automatic threshold.
    pub strength: Strength,
    /// Why: adds up to the score's log-odds.
    pub evidence: Vec<Evidence>,
    /// The model that found it.
    pub model: String,
}

/// A steward's ruling on two definitions. Append-only; the latest on a pair holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// The lesser definition.
    pub left: DefinitionId,
    /// Its version.
    pub left_version: u32,
    /// The greater definition.
    pub right: DefinitionId,
    /// Its version.
    pub right_version: u32,
    /// How left stands to right; `None` takes the rulings before it back, so that what was found stands again.
    pub relation: Option<Relation>,
    /// Why.
    pub reason: String,
    /// Who ruled.
    pub steward: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Decision {
    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(self.left != self.right, || {
            Violation::new("right", "OTHER", &self.right, "another definition than the left one")
        });
        found.text("reason", &self.reason, 2_000);
        found.require(!self.reason.trim().is_empty(), || {
            Violation::new("reason", "REQUIRED", "", "why, in a sentence: it is published")
        });
    }
}

/// What stewards ruled, by pair: the latest ruling on a pair holds.
#[derive(Debug, Clone, Default)]
pub struct Rulings(BTreeMap<DefinitionId, BTreeMap<DefinitionId, (Relation, Decision)>>);

impl Rulings {
    /// Those that hold of `decisions`, in whatever order they come.
    pub fn new(decisions: &[Decision]) -> Self {
        let mut sorted: Vec<&Decision> = decisions.iter().collect();
        sorted.sort_by_key(|decision| (decision.at, decision.id));
        let mut rulings = Self::default();
        for one in sorted {
            rulings.note(&one.left, &one.right, one.relation, one);
            rulings.note(&one.right, &one.left, one.relation.map(Relation::turned), one);
        }
        rulings
    }

    fn note(
        &mut self,
        left: &DefinitionId,
        right: &DefinitionId,
        relation: Option<Relation>,
        ruling: &Decision,
    ) {
        let of_left = self.0.entry(left.clone()).or_default();
        match relation {
            Some(relation) => of_left.insert(right.clone(), (relation, ruling.clone())),
            None => of_left.remove(right),
        };
    }

    /// How `left` stands to `right` by the ruling on the two, and the ruling; `None` if there is none.
    pub fn on(&self, left: &DefinitionId, right: &DefinitionId) -> Option<(Relation, &Decision)> {
        self.0.get(left)?.get(right).map(|(relation, ruling)| (*relation, ruling))
    }
}

#[cfg(test)]
mod tests;
