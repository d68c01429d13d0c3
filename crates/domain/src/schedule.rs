//! Schedules: how often, from when, how long after. Their expansion to periods is in `onus-burden`.

use crate::{Basis, Violation, Violations, codes::codes};
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

impl Frequency {
    /// Most periods that end in one month.
    pub fn most_in_a_month(self) -> u32 {
        match self {
            Self::Daily => 31,
            Self::Weekly => 5,
            Self::Fortnightly => 3,
            Self::Monthly | Self::Quarterly | Self::HalfYearly | Self::Annual | Self::OneOff => 1,
        }
    }
}

/// Longest time from a period's end to its due date, days: two years. The slowest returns known, audited yearly accounts, take less; what
/// comes later no longer tells how a provider is.
pub const MAX_LAG_DAYS: u32 = 731;

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

impl Schedule {
    /// What is wrong with it by itself, as seen on `today`.
    pub fn check(&self, today: NaiveDate, found: &mut Violations) {
        found.day("first_period", self.first_period, today);
        found.require(self.due_lag_days <= MAX_LAG_DAYS, || {
            let expected = format!(
                "at most {MAX_LAG_DAYS} days, two years: later answers no longer tell how a provider is"
            );
            Violation::new("due_lag_days", "RANGE", self.due_lag_days, expected)
        });
        if let Some(last) = self.last_period {
            found.require(self.first_period <= last, || {
                let expected = format!("a day not before the first period begins, {}", self.first_period);
                Violation::new("last_period", "ORDER", last, expected)
            });
            found.day("last_period", last, today);
        }
        found.text("evidence", &self.evidence, 4_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn rules(change: impl FnOnce(&mut Schedule)) -> Vec<String> {
        let day = |text: &str| text.parse().unwrap();
        let mut schedule = Schedule {
            frequency: Frequency::Annual,
            first_period: day("2025-04-01"),
            due_lag_days: MAX_LAG_DAYS,
            last_period: Some(day("2025-04-01")),
            basis: Basis::Stated,
            evidence: "x".repeat(4_000),
        };
        change(&mut schedule);
        let mut found = Violations::new();
        schedule.check(day("2026-01-31"), &mut found);
        let Err(Error::Invalid(all)) = found.into_result() else { return vec![] };
        all.into_iter().map(|violation| format!("{} {}", violation.field, violation.rule)).collect()
    }

    #[test]
    fn a_schedule_has_bounds() {
        assert!(rules(|_| ()).is_empty());
        assert_eq!(rules(|s| s.due_lag_days = MAX_LAG_DAYS + 1), ["due_lag_days RANGE"]);
        assert_eq!(rules(|s| s.last_period = s.first_period.pred_opt()), ["last_period ORDER"]);
        assert_eq!(rules(|s| s.evidence.push('\0')), ["evidence LENGTH", "evidence CONTROL_CHARACTER"]);
        let early = |s: &mut Schedule| s.first_period = "1900-01-01".parse().unwrap();
        assert_eq!(rules(early), ["first_period RANGE"]);
        let late = |s: &mut Schedule| s.last_period = "2199-01-01".parse().ok();
        assert_eq!(rules(late), ["last_period RANGE"]);
    }
}
