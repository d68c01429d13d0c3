//! Obligations met, and what meeting them took.

use crate::{CollectionId, OdsCode};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// One submission owed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Obligation {
    /// The collection.
    pub collection: CollectionId,
    /// The version in force on the period's last day.
    pub version: u32,
    /// Who owes it.
    pub provider: OdsCode,
    /// First day of the period.
    pub period_start: NaiveDate,
    /// Last day of the period.
    pub period_end: NaiveDate,
    /// When it is due.
    pub due_date: NaiveDate,
}

/// A receipt that an obligation was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Which obligation.
    pub obligation: Obligation,
    /// When it was met.
    pub submitted_at: DateTime<Utc>,
    /// Minutes it took, if a time return says.
    pub time_return: Option<TimeReturn>,
}

/// Minutes a provider actually spent on a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeReturn {
    /// Whole minutes.
    pub minutes: u32,
}
