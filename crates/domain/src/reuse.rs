//! Reuse agreements and crosswalks: how "submit once" comes true.

use crate::{CollectionId, ConceptId, DefinitionId, Month, OdsCode, codes::codes};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

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
        /// Over.
        Ended,
    }
}

/// Body B needs what body A already collects, so B asks A instead of the providers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReuseAgreement {
    /// Who holds the data.
    pub holder: OdsCode,
    /// Who needs it.
    pub recipient: OdsCode,
    /// What of it.
    pub concepts: Vec<ConceptId>,
    /// From which month of data.
    pub from: Month,
    /// At which grain.
    pub grain: String,
    /// The law it rests on.
    pub legal_basis: String,
    /// Where it stands.
    pub state: ReuseState,
    /// Why, when refused or ended.
    pub reason: String,
    /// When data first came.
    pub first_delivery: Option<NaiveDate>,
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
