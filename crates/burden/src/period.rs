//! Schedules to periods and due dates (`burden.md`, "Obligations").
//!
//! The k-th period starts k steps after the first period's first day, counted from that day and never from the period before, so that
//! monthly periods from 31 January start on 28 February and again on 31 March. It ends on the day before the next one starts. A ONE_OFF
//! request has one period, the single day on which it starts.

use chrono::{Datelike, Days, Months, NaiveDate};
use onus_domain::{
    schedule::{Frequency, Schedule},
    span::Span,
};

/// What an obligation is about, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// The last day plus the schedule's lag.
    pub due: NaiveDate,
}

enum Step {
    Days(u64),
    Months(u32),
    Once,
}

fn step(frequency: Frequency) -> Step {
    match frequency {
        Frequency::Daily => Step::Days(1),
        Frequency::Weekly => Step::Days(7),
        Frequency::Fortnightly => Step::Days(14),
        Frequency::Monthly => Step::Months(1),
        Frequency::Quarterly => Step::Months(3),
        Frequency::HalfYearly => Step::Months(6),
        Frequency::Annual => Step::Months(12),
        Frequency::OneOff => Step::Once,
    }
}

/// First day of the `number`-th period from 0. Those of numbers below 0 would have come before the first.
fn start(schedule: &Schedule, number: i64) -> Option<NaiveDate> {
    let first = schedule.first_period;
    let times = number.unsigned_abs();
    match step(schedule.frequency) {
        Step::Days(days) if number < 0 => first.checked_sub_days(Days::new(days.checked_mul(times)?)),
        Step::Days(days) => first.checked_add_days(Days::new(days.checked_mul(times)?)),
        Step::Months(months) => {
            let months = Months::new(months.checked_mul(times.try_into().ok()?)?);
            if number < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
        }
        Step::Once => (number == 0).then_some(first),
    }
}

/// The `number`-th period, whether or not the schedule has begun or is over.
fn unbounded(schedule: &Schedule, number: i64) -> Option<Period> {
    let from = start(schedule, number)?;
    let end = match step(schedule.frequency) {
        Step::Once => from,
        _ => start(schedule, number.checked_add(1)?)?.pred_opt()?,
    };
    let due = end.checked_add_days(Days::new(schedule.due_lag_days.into()))?;
    Some(Period { start: from, end, due })
}

/// The `number`-th period from 0, if the schedule has so many.
pub fn period(schedule: &Schedule, number: u32) -> Option<Period> {
    let period = unbounded(schedule, number.into())?;
    schedule.last_period.is_none_or(|last| period.start <= last).then_some(period)
}

/// A period that surely ends before `day`; below 0 if the first does not.
fn number_before(schedule: &Schedule, day: NaiveDate) -> i64 {
    let first = schedule.first_period;
    let steps = match step(schedule.frequency) {
        Step::Days(days) => (day - first).num_days() / days.cast_signed(),
        Step::Months(months) => {
            let between =
                (day.year() - first.year()) * 12 + day.month().cast_signed() - first.month().cast_signed();
            i64::from(between) / i64::from(months)
        }
        Step::Once => 0,
    };
    steps - 2
}

/// How many periods that end within `days` are due within `from`..=`to`, had the schedule neither beginning nor end: what it asks in a
/// year, whenever it came and went. A ONE_OFF request has one.
pub(crate) fn rhythm(schedule: &Schedule, days: Span, from: NaiveDate, to: NaiveDate) -> u64 {
    if matches!(step(schedule.frequency), Step::Once) {
        return 1;
    }
    let lag = Days::new(schedule.due_lag_days.into());
    let earliest = from.checked_sub_days(lag).unwrap_or(NaiveDate::MIN);
    let numbers = number_before(schedule, earliest)..;
    let periods = numbers.map_while(|number| unbounded(schedule, number)).take_while(|p| p.due <= to);
    periods.filter(|period| from <= period.due && days.holds(period.end)).count() as u64
}

/// The periods that end on `from` or later, first first; without end unless the schedule has one.
pub fn periods_from(schedule: &Schedule, from: NaiveDate) -> impl Iterator<Item = Period> {
    (u32::try_from(number_before(schedule, from)).unwrap_or(0)..)
        .map_while(|number| period(schedule, number))
        .skip_while(move |p| p.end < from)
}

/// The periods due within `from`..=`to`, first first.
pub fn periods_due(schedule: &Schedule, from: NaiveDate, to: NaiveDate) -> Vec<Period> {
    let lag = Days::new(schedule.due_lag_days.into());
    let earliest = from.checked_sub_days(lag).unwrap_or(NaiveDate::MIN);
    periods_from(schedule, earliest).take_while(|period| period.due <= to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::Basis;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn schedule(frequency: Frequency, first: &str) -> Schedule {
        Schedule {
            frequency,
            first_period: day(first),
            due_lag_days: 10,
            last_period: None,
            basis: Basis::Stated,
            evidence: String::new(),
        }
    }

    fn spans(frequency: Frequency, first: &str, count: u32) -> Vec<String> {
        let schedule = schedule(frequency, first);
        (0..count).filter_map(|k| period(&schedule, k)).map(|p| format!("{}/{}", p.start, p.end)).collect()
    }

    #[test]
    fn a_day_that_a_month_lacks_falls_back_and_comes_again() {
        assert_eq!(
            spans(Frequency::Monthly, "2023-01-31", 4),
            [
                "2023-01-31/2023-02-27",
                "2023-02-28/2023-03-30",
                "2023-03-31/2023-04-29",
                "2023-04-30/2023-05-30"
            ]
        );
        assert_eq!(spans(Frequency::Monthly, "2024-01-31", 2)[1], "2024-02-29/2024-03-30");
        assert_eq!(
            spans(Frequency::Annual, "2024-02-29", 2),
            ["2024-02-29/2025-02-27", "2025-02-28/2026-02-27"]
        );
    }

    #[test]
    fn every_frequency_steps() {
        let second = |frequency| spans(frequency, "2024-04-01", 2).pop().unwrap();
        assert_eq!(second(Frequency::Daily), "2024-04-02/2024-04-02");
        assert_eq!(second(Frequency::Weekly), "2024-04-08/2024-04-14");
        assert_eq!(second(Frequency::Fortnightly), "2024-04-15/2024-04-28");
        assert_eq!(second(Frequency::Monthly), "2024-05-01/2024-05-31");
        assert_eq!(second(Frequency::Quarterly), "2024-07-01/2024-09-30");
        assert_eq!(second(Frequency::HalfYearly), "2024-10-01/2025-03-31");
        assert_eq!(second(Frequency::Annual), "2025-04-01/2026-03-31");
        assert_eq!(spans(Frequency::OneOff, "2024-04-01", 5), ["2024-04-01/2024-04-01"]);
    }

    #[test]
    fn due_dates_bound_a_window_on_both_days() {
        let monthly = schedule(Frequency::Monthly, "2024-04-01");
        let due = |from, to| periods_due(&monthly, day(from), day(to)).len();
        assert_eq!(due("2024-05-10", "2024-06-10"), 2);
        assert_eq!(due("2024-05-11", "2024-06-09"), 0);
        assert_eq!(due("2000-01-01", "2024-05-10"), 1);
        let ending = Schedule { last_period: Some(day("2024-05-31")), ..monthly };
        assert_eq!(periods_due(&ending, day("2024-01-01"), day("2030-01-01")).len(), 2);
    }

    fn any_frequency() -> impl Strategy<Value = Frequency> {
        use Frequency::{Annual, Daily, Fortnightly, HalfYearly, Monthly, Quarterly, Weekly};
        prop::sample::select(vec![Daily, Weekly, Fortnightly, Monthly, Quarterly, HalfYearly, Annual])
    }

    proptest! {
        #[test]
        fn periods_tile_without_gap(frequency in any_frequency(), offset in 0..2000_u64, lag in 0..90_u32) {
            let first = day("2019-01-01") + Days::new(offset);
            let schedule = Schedule { first_period: first, due_lag_days: lag, ..schedule(frequency, "2020-01-01") };
            let mut expected = first;
            for number in 0..60 {
                let period = period(&schedule, number).unwrap();
                prop_assert_eq!(period.start, expected);
                prop_assert!(period.end >= period.start);
                prop_assert_eq!(period.due, period.end + Days::new(lag.into()));
                expected = period.end.succ_opt().unwrap();
            }
        }

        #[test]
        fn a_window_holds_what_counting_from_the_first_finds(
            frequency in any_frequency(), offset in 0..900_u64, from in 0..2500_u64, length in 0..800_u64, lag in 0..90_u32,
        ) {
            let origin = day("2019-01-01");
            let schedule = Schedule {
                first_period: origin + Days::new(offset), due_lag_days: lag, ..schedule(frequency, "2020-01-01")
            };
            let (from, to) = (origin + Days::new(from), origin + Days::new(from + length));
            let counted: Vec<_> = (0..4000).filter_map(|k| period(&schedule, k)).filter(|p| from <= p.due && p.due <= to).collect();
            prop_assert_eq!(periods_due(&schedule, from, to), counted);
        }
    }
}
