//! NHS financial years, which begin on 1 April.

use crate::Violation;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An NHS financial year, printed `2026-27`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NhsYear(
    /// The calendar year in which it begins.
    i32,
);

impl NhsYear {
    /// The year that holds a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.year() - i32::from(day.month() < 4))
    }
}

impl fmt::Display for NhsYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

impl FromStr for NhsYear {
    type Err = Violation;

    fn from_str(value: &str) -> Result<Self, Violation> {
        let first = value.get(..4).and_then(|first| first.parse().ok()).map(Self);
        let year = first.filter(|year| (1948..=2200).contains(&year.0) && year.to_string() == value);
        year.ok_or_else(|| {
            let expected = "an NHS financial year such as 2026-27, which begins on 1 April 2026";
            Violation::new("year", "NHS_YEAR", value, expected)
        })
    }
}

impl TryFrom<String> for NhsYear {
    type Error = Violation;
    fn try_from(value: String) -> Result<Self, Violation> {
        value.parse()
    }
}

impl From<NhsYear> for String {
    fn from(year: NhsYear) -> Self {
        year.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_begins_on_the_first_of_april() {
        for (day, year) in [("2027-03-31", "2026-27"), ("2027-04-01", "2027-28"), ("1999-12-31", "1999-00")] {
            assert_eq!(NhsYear::of(day.parse().unwrap()).to_string(), year);
            assert_eq!(year.parse::<NhsYear>().unwrap().to_string(), year);
        }
        for bad in ["", "2026", "2026-28", "2026-2027", "26-27", "２026-27", "1900-01"] {
            assert_eq!(bad.parse::<NhsYear>().unwrap_err().rule, "NHS_YEAR", "{bad}");
        }
    }
}
