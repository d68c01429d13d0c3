//! Challenges ("yellow cards") and feedback: what providers say of requests and of national bodies.

use crate::{CollectionId, OdsCode, codes::codes};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

codes! {
    /// What a provider says is wrong with a request.
    ChallengeGround {
        /// Asked already.
        Duplicate,
        /// No valid reference.
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
        /// With the panel.
        Escalated,
        /// The request changes.
        Upheld,
        /// The request stays.
        Declined,
    }
}

/// A provider's challenge to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// Who challenges.
    pub provider: OdsCode,
    /// Which collection, if it is registered.
    pub collection: Option<CollectionId>,
    /// What is wrong.
    pub ground: ChallengeGround,
    /// In the provider's words.
    pub text: String,
    /// Where it stands.
    pub state: ChallengeState,
    /// The owner's or panel's answer.
    pub answer: String,
    /// When it was made.
    pub at: DateTime<Utc>,
}

/// A provider's experience of dealing with a national body (Action 11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Who says it.
    pub provider: OdsCode,
    /// Of whom.
    pub body: OdsCode,
    /// What.
    pub text: String,
    /// The body's answer.
    pub answer: String,
    /// When.
    pub at: DateTime<Utc>,
}
