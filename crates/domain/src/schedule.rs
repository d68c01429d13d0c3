//! Schedules: how often, from when, how long after. Their expansion to periods is in `onus-burden`.

use crate::{Basis, codes::codes};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

codes! {
    /// How often a period ends.
    Frequency {
        /// Each day.
        Daily,
        /// Each week.
        Weekly,
        /// Each second week.
        Fortnightly,
        /// Each month.
        Monthly,
        /// Each third month.
        Quarterly,
        /// Each sixth month.
        HalfYearly,
        /// Each year.
        Annual,
        /// Once.
        OneOff,
    }
}

impl Frequency {
    /// In words, as in "asked every month".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Daily => "every day",
            Self::Weekly => "every week",
            Self::Fortnightly => "every fortnight",
            Self::Monthly => "every month",
            Self::Quarterly => "every quarter",
            Self::HalfYearly => "every half year",
            Self::Annual => "every year",
            Self::OneOff => "once",
        }
    }
}

/// When a version is to be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Length of a period.
    pub frequency: Frequency,
    /// First day of the first period.
    pub first_period: NaiveDate,
    /// Days from a period's last day to its due date.
    pub due_lag_days: u32,
    /// No period begins after this day.
    pub last_period: Option<NaiveDate>,
    /// Whether a source states the frequency.
    pub basis: Basis,
    /// The sentence that states it, or why it is assumed.
    pub evidence: String,
}
