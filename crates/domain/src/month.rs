//! Calendar months: the step in which burden is counted and editions are published.

use crate::Violation;
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A calendar month, printed `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    /// Months since year 0: twelve a year.
    index: i32,
}

impl Month {
    /// The month that holds a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { index: day.year() * 12 + day.month0().cast_signed() }
    }

    /// Months since year 0; two months' difference is the number of months between them.
    pub const fn index(self) -> i32 {
        self.index
    }

    /// The month that many months later (earlier, if negative).
    #[must_use]
    pub const fn plus(self, months: i32) -> Self {
        Self { index: self.index + months }
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        let (year, month0) = (self.index.div_euclid(12), self.index.rem_euclid(12));
        NaiveDate::from_ymd_opt(year, month0.unsigned_abs() + 1, 1).unwrap_or(NaiveDate::MAX)
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        let next = self.first_day().checked_add_months(Months::new(1));
        next.and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// The twelve months that end with this one, first first.
    pub fn year_ending(self) -> impl DoubleEndedIterator<Item = Self> + Clone {
        (-11..=0).map(move |step| self.plus(step))
    }

    /// The month in words, such as `October 2026`.
    pub fn in_words(self) -> String {
        self.first_day().format("%B %Y").to_string()
    }

    /// The month where there is little room, such as `Oct 2026`.
    pub fn in_short(self) -> String {
        self.first_day().format("%b %Y").to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.index.div_euclid(12), self.index.rem_euclid(12) + 1)
    }
}

impl FromStr for Month {
    type Err = Violation;

    fn from_str(value: &str) -> Result<Self, Violation> {
        let day = (value.len() == 7).then(|| format!("{value}-01").parse::<NaiveDate>().ok()).flatten();
        day.filter(|day| (1900..=2200).contains(&day.year())).map(Self::of).ok_or_else(|| {
            Violation::new(
                "month",
                "MONTH",
                value,
                "a month as YYYY-MM between 1900-01 and 2200-12, such as 2026-10",
            )
        })
    }
}

impl TryFrom<String> for Month {
    type Error = Violation;
    fn try_from(value: String) -> Result<Self, Violation> {
        value.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_across_years() {
        let month: Month = "2024-02".parse().unwrap();
        assert_eq!(month.last_day().to_string(), "2024-02-29");
        assert_eq!(month.plus(-2).to_string(), "2023-12");
        assert_eq!(month.year_ending().next().unwrap().to_string(), "2023-03");
        assert_eq!(month.in_words(), "February 2024");
        assert_eq!(month.in_short(), "Feb 2024");
        for bad in ["2024-13", "2024-1", "24-01", "", "9999-01"] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }
}
