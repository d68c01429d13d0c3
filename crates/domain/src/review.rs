//! Reviews: what the panel did with a version, and what was said about it on the way.

use crate::{
    CollectionId, Violation, Violations, codes::codes, collection::Collection, lifecycle::Move,
    statement::Method, version::VersionState,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

codes! {
    /// What was said.
    Verdict {
        /// May go live.
        Approve,
        /// May go live for at most 180 days; the chair alone.
        ApproveEmergency,
        /// May go live: by the light path's rule, without the panel.
        ApproveLight,
        /// On the light path, and for the panel all the same, by the light path's rule.
        Refer,
        /// Back to its owner.
        Return,
        /// Refused.
        Reject,
    }
}

impl Verdict {
    /// The verdict that a move is, if it is one.
    pub fn of_move(step: Move) -> Option<Self> {
        Some(match step {
            Move::Approve => Self::Approve,
            Move::ApproveEmergency => Self::ApproveEmergency,
            Move::ApproveLight => Self::ApproveLight,
            Move::Return => Self::Return,
            Move::Reject => Self::Reject,
            _ => return None,
        })
    }
}

/// One ruling on a version. None is ever changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its key (UUID version 7).
    pub id: Uuid,
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

/// A version that is not settled yet, as a queue shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueEntry {
    /// The collection.
    pub collection: Collection,
    /// The version.
    pub number: u32,
    /// Where it is in its life.
    pub state: VersionState,
    /// Its title.
    pub title: String,
    /// The version that it renews, if it does.
    pub renews: Option<u32>,
    /// What was found when it was submitted last, if it was.
    pub filed: Option<Filed>,
}

/// What was found of a version when it was submitted, in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// When it was submitted.
    pub at: DateTime<Utc>,
    /// Items that are asked already.
    pub duplicates: u32,
    /// Items that carry what is asked.
    pub content_items: u32,
    /// How its cost is known.
    pub method: Method,
    /// Working time in its first twelve months, all respondents together, seconds.
    pub seconds: u64,
    /// What that costs, pence.
    pub pence: u64,
    /// Providers that must answer.
    pub respondents: u32,
    /// Why the light path did not take it; empty if it was not on it.
    pub referred: String,
}

codes! {
    /// Who reads a comment.
    CommentAudience {
        /// The owner's registrars and the panel.
        OwnerAndPanel,
        /// The panel alone.
        Panel,
    }
}

/// Something said about a version. None is ever changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its key (UUID version 7).
    pub id: Uuid,
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub version: u32,
    /// The item that it is about; none if it is about the version as a whole.
    pub position: Option<u32>,
    /// Who reads it.
    pub audience: CommentAudience,
    /// What is said.
    pub text: String,
    /// Who said it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Comment {
    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.text("text", &self.text, 10_000);
        found.require(!self.text.trim().is_empty(), || {
            Violation::new("text", "REQUIRED", "", "what there is to say")
        });
    }
}
