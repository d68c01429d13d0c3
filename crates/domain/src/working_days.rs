//! Working days in England: neither Saturday, nor Sunday, nor a bank holiday of England and Wales.
//!
//! Bank holidays follow rules (the Banking and Financial Dealings Act 1971) but for those that are proclaimed: these stand with their
//! provenance in `data/bank_holidays.csv`, which also says for which years it was held against its sources. What falls outside is refused:
//! a clock that runs on a guess would be wrong without saying so.

use crate::{Error, Result, Violation};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::{collections::BTreeSet, sync::LazyLock};

/// What the data file says.
struct Proclaimed {
    years: [i32; 2],
    moved: BTreeSet<NaiveDate>,
    added: BTreeSet<NaiveDate>,
}

static PROCLAIMED: LazyLock<Proclaimed> =
    LazyLock::new(|| Proclaimed::read(include_str!("../data/bank_holidays.csv")));

impl Proclaimed {
    fn read(text: &str) -> Self {
        let mut read = Self { years: [i32::MAX, i32::MIN], moved: BTreeSet::new(), added: BTreeSet::new() };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split(',');
            let (Some(kind), Some(Ok(day))) = (cells.next(), cells.next().map(str::parse::<NaiveDate>))
            else {
                continue;
            };
            match kind {
                "years" => {
                    read.years = [read.years[0].min(day.year()), read.years[1].max(day.year())];
                }
                "moved" => drop(read.moved.insert(day)),
                "added" => drop(read.added.insert(day)),
                _ => {}
            }
        }
        read
    }
}

/// The first and last year whose bank holidays are known.
pub fn known_years() -> [i32; 2] {
    PROCLAIMED.years
}

/// The bank holidays of a year in England and Wales, first first. Refused for a year whose proclamations are not known.
pub fn bank_holidays(year: i32) -> Result<BTreeSet<NaiveDate>> {
    let [first, last] = known_years();
    if !(first..=last).contains(&year) {
        let expected = format!(
            "a year from {first} to {last}: the bank holidays of others are not known to this build of Onus"
        );
        return Err(Violation::new("year", "BANK_HOLIDAYS_KNOWN", year, expected).into());
    }
    let mut days: BTreeSet<_> = by_rule(year).ok_or_else(|| Error::internal(year))?;
    days.retain(|day| !PROCLAIMED.moved.contains(day));
    days.extend(PROCLAIMED.added.iter().filter(|day| day.year() == year));
    Ok(days)
}

/// The bank holidays that the rules give a year.
fn by_rule(year: i32) -> Option<BTreeSet<NaiveDate>> {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let easter = easter_sunday(year)?;
    let first_monday = |from: NaiveDate| from.iter_days().find(|day| day.weekday() == Weekday::Mon);
    let last_monday = |next: NaiveDate| first_monday(next.checked_sub_days(Days::new(7))?);
    let mut days = BTreeSet::from([
        easter.checked_sub_days(Days::new(2))?,
        easter.succ_opt()?,
        first_monday(day(5, 1)?)?,
        last_monday(day(6, 1)?)?,
        last_monday(day(9, 1)?)?,
    ]);
    // Each that falls on a weekend is held on the next weekday that is not a holiday itself.
    let fixed = [day(1, 1)?, day(12, 25)?, day(12, 26)?];
    let on_weekdays: Vec<_> = fixed.into_iter().filter(|day| !is_weekend(*day)).collect();
    days.extend(on_weekdays);
    for lost in fixed.into_iter().filter(|day| is_weekend(*day)) {
        let instead = lost.iter_days().find(|day| !is_weekend(*day) && !days.contains(day))?;
        days.insert(instead);
    }
    Some(days)
}

/// Easter Sunday in the Gregorian calendar (the anonymous algorithm, *Nature*, 20 April 1876).
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let to_sunday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - moon - of_century % 4) % 7;
    let late = (golden + 11 * moon + 22 * to_sunday) / 451;
    let days = moon + to_sunday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Whether people in England work on a day.
pub fn is_working_day(day: NaiveDate) -> Result<bool> {
    Ok(!is_weekend(day) && !bank_holidays(day.year())?.contains(&day))
}

/// The day that many working days after `day`: the day itself is not counted, whatever it is.
pub fn after(day: NaiveDate, working_days: u32) -> Result<NaiveDate> {
    let (mut at, mut left) = (day, working_days);
    while left > 0 {
        at = at.succ_opt().ok_or_else(|| Error::internal("the calendar ends"))?;
        left -= u32::from(is_working_day(at)?);
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn listed(year: i32) -> Vec<String> {
        bank_holidays(year).unwrap().iter().map(|day| day.format("%m-%d").to_string()).collect()
    }

    /// As GOV.UK lists them for England and Wales.
    #[test]
    fn years_are_as_published() {
        for (year, expected) in [
            (2012, "01-02 04-06 04-09 05-07 06-04 06-05 08-27 12-25 12-26"),
            (2016, "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27"),
            (2020, "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"),
            (2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28"),
            (2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"),
            (2023, "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"),
            (2024, "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"),
            (2025, "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26"),
            (2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
            (2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        ] {
            assert_eq!(listed(year).join(" "), expected, "{year}");
        }
    }

    #[test]
    fn twenty_working_days_pass_over_weekends_and_bank_holidays() {
        for (from, to) in [
            ("2026-06-01", "2026-06-29"), // Monday to Monday: four weeks, nothing in between
            ("2026-06-06", "2026-07-03"), // a Saturday counts from the next Monday
            ("2026-03-20", "2026-04-21"), // Good Friday and Easter Monday
            ("2026-12-01", "2026-12-31"), // Christmas Day and the substitute for Boxing Day
            ("2026-12-04", "2027-01-06"), // and New Year's Day
            ("2022-05-16", "2022-06-15"), // a moved and an added day
        ] {
            assert_eq!(after(day(from), 20).unwrap(), day(to), "{from}");
        }
        assert_eq!(after(day("2026-06-06"), 0).unwrap(), day("2026-06-06"));
    }

    #[test]
    fn years_that_are_not_known_are_refused() {
        let [first, last] = known_years();
        assert!(bank_holidays(first).is_ok() && bank_holidays(last).is_ok());
        for year in [first - 1, last + 1] {
            let text = bank_holidays(year).unwrap_err().to_string();
            assert!(text.contains("BANK_HOLIDAYS_KNOWN") && text.contains(&last.to_string()), "{text}");
        }
        let late = NaiveDate::from_ymd_opt(last, 12, 15).unwrap();
        assert!(after(late, 20).is_err());
    }
}
