//! Concepts: sets of definitions that ask the same question.

use crate::{ConceptId, DefinitionId, codes::codes};
use serde::{Deserialize, Serialize};

codes! {
    /// How sure a relation is.
    Strength {
        /// Decided by a steward, or above the published automatic threshold. Only this counts.
        Confirmed,
        /// Shown as possible, never counted.
        Possible,
    }
}

/// A definition's place in a concept. Every definition has exactly one CONFIRMED place (alone if nothing equals it),
/// and may have POSSIBLE ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConceptMember {
    /// The definition.
    pub definition: DefinitionId,
    /// The concept.
    pub concept: ConceptId,
    /// How sure.
    pub strength: Strength,
}

/// One definition can be computed from another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Derivation {
    /// What is held.
    pub from_definition: DefinitionId,
    /// What can be computed of it.
    pub to_definition: DefinitionId,
    /// How: filter, aggregate, rename.
    pub recipe: String,
    /// How sure.
    pub strength: Strength,
}
