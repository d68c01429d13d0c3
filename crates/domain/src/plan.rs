//! Plans and targets: what an organisation promises.

use crate::{Decimal, Month, OdsCode, codes::codes};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    /// What a target is measured in.
    TargetMeasure {
        /// Hours a year.
        Hours,
        /// Submit-once rate.
        SubmitOnceRate,
        /// Collections in force.
        Collections,
        /// Share of items answered automatically.
        AutomatedShare,
    }
}

codes! {
    /// How a target stands.
    TargetStatus {
        /// Will be met.
        OnTrack,
        /// May be missed.
        AtRisk,
        /// Will be missed.
        OffTrack,
    }
}

/// A promise of one measure by a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// What is measured.
    pub measure: TargetMeasure,
    /// Value at the start.
    pub baseline: Decimal,
    /// Month of the baseline.
    pub baseline_month: Month,
    /// Value promised.
    pub value: Decimal,
    /// By when.
    pub date: NaiveDate,
}

/// An organisation's plan to lessen the burden of its requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Whose.
    pub owner: OdsCode,
    /// Its title.
    pub title: String,
    /// What it promises.
    pub targets: Vec<Target>,
}
