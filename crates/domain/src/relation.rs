//! Relations between definitions, found by a machine (matches) or ruled by a steward (decisions).

use crate::{DefinitionId, codes::codes, concept::Strength};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
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
    /// Whether it means that the registry has a definition for the item already.
    pub fn is_held(self) -> bool {
        matches!(self, Self::Identical | Self::Same | Self::Contained | Self::Derivable)
    }
}

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
    /// How left stands to right.
    pub relation: Relation,
    /// Why.
    pub reason: String,
    /// Who ruled.
    pub steward: String,
    /// When.
    pub at: DateTime<Utc>,
}
