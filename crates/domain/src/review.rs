//! Reviews: what the panel did with a version.

use crate::{CollectionId, codes::codes};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

codes! {
    /// What the panel said.
    Verdict {
        /// May go live.
        Approve,
        /// May go live for at most 180 days; the chair alone.
        ApproveEmergency,
        /// Back to its owner.
        Return,
        /// Refused.
        Reject,
    }
}

/// One ruling of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub version: u32,
    /// What was said.
    pub verdict: Verdict,
    /// Why; needed to return or reject.
    pub reason: String,
    /// What the approval depends on.
    pub conditions: Vec<String>,
    /// Until when an approval holds.
    pub expires_on: Option<NaiveDate>,
    /// Who ruled.
    pub reviewer: String,
    /// When.
    pub at: DateTime<Utc>,
}
