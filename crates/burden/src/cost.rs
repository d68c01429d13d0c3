//! Hours and pence of what a group owes in a window (`burden.md`, "Cost of one version for one provider").
//!
//! `burden(p, month)` = sum over the obligations of p due in the month + the month's shares of ANNUAL and ONE_OFF lines. What depends on a
//! provider's size is kept apart as an amount for size 1, so that it is worked out once for all providers of a group.

use crate::{
    price::{Price, Prices},
    registry::{NEVER, Registry},
    statement::statement_at,
    window::{Calendar, Due, Entry},
};
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use onus_domain::organisation::SizeMeasure;
use std::collections::BTreeMap;

/// Hours and pence of the month and of the twelve months.
#[derive(Clone, Default)]
pub(crate) struct Amount {
    pub hours_month: Sum,
    pub hours_year: Sum,
    pub pence_month: Sum,
    pub pence_year: Sum,
}

/// A fraction that starts at 0.
#[derive(Clone)]
pub(crate) struct Sum(pub BigRational);

impl Default for Sum {
    fn default() -> Self {
        Self(BigRational::zero())
    }
}

impl Sum {
    /// What it has come to.
    pub fn value(&self) -> BigRational {
        self.0.clone()
    }

    /// Adds a value so many times.
    pub fn add(&mut self, value: &BigRational, times: &BigRational) {
        if !value.is_zero() && !times.is_zero() {
            self.0 += value * times;
        }
    }
}

impl Amount {
    /// Adds another one so many times.
    pub fn add(&mut self, other: &Self, times: &BigRational) {
        self.hours_month.add(&other.hours_month.0, times);
        self.hours_year.add(&other.hours_year.0, times);
        self.pence_month.add(&other.pence_month.0, times);
        self.pence_year.add(&other.pence_year.0, times);
    }

    /// Adds a price, incurred `times` at one tariff epoch.
    fn incur(&mut self, price: &Price, epoch: usize, times: u32, in_month: bool) {
        if times == 0 {
            return;
        }
        let times = BigInt::from(times);
        let (hours, pence) = (&price.hours * &times, &price.pence[epoch] * &times);
        if in_month {
            self.hours_month.0 += &hours;
            self.pence_month.0 += &pence;
        }
        self.hours_year.0 += hours;
        self.pence_year.0 += pence;
    }
}

/// Sizes that are the same in every provider's eyes: a measure, and the day from which no size in it changes.
pub(crate) type Slot = (SizeMeasure, NaiveDate);

/// What an entry comes to.
#[derive(Clone, Default)]
pub(crate) struct EntryCost {
    /// For a provider of any size.
    pub fixed: Amount,
    /// For size 1, in addition.
    pub sized: BTreeMap<Slot, Amount>,
    /// Whether it rests on an assumption: the minutes, the frequency, or that the provider must answer.
    pub assumed: bool,
}

/// The prices of every version at a vintage.
pub(crate) struct Vintage(Vec<Prices>);

impl Vintage {
    /// What is known on `day`.
    pub fn new(registry: &Registry, day: NaiveDate) -> Self {
        let prices = registry.versions.iter().map(|row| {
            let statement = &row.statements[statement_at(registry.version_of(row), &row.statements, day)];
            let items = row.asks.iter().sum::<u64>();
            Prices::new(statement, usize::try_from(items).unwrap_or(usize::MAX), &registry.tariffs)
        });
        Self(prices.collect())
    }

    /// The prices of a version.
    pub fn prices(&self, version: u32) -> &Prices {
        &self.0[version as usize]
    }

    /// What an entry comes to.
    pub fn cost(&self, registry: &Registry, calendar: &Calendar, entry: Entry) -> EntryCost {
        let prices = self.prices(entry.version);
        let row = registry.row(entry.version);
        let assumed = prices.assumed || row.assumed_schedule || entry.assumed;
        let mut cost = EntryCost { assumed, ..EntryCost::default() };
        let due = entry.owed(calendar);
        for run in due.chunk_by(|a, b| (a.epoch, a.in_month) == (b.epoch, b.in_month)) {
            let times = u32::try_from(run.len()).unwrap_or(u32::MAX);
            cost.fixed.incur(&prices.submission, run[0].epoch, times, run[0].in_month);
        }
        add_shares(&mut cost.fixed, prices, calendar, entry);
        add_sized(&mut cost, prices, registry, due);
        cost
    }
}

/// The month's share of ANNUAL and ONE_OFF lines in each month on whose last day the provider is a respondent.
fn add_shares(fixed: &mut Amount, prices: &Prices, calendar: &Calendar, entry: Entry) {
    for (at, (day, epoch)) in calendar.month_ends.iter().enumerate() {
        if entry.months & (1 << at) == 0 {
            continue;
        }
        let (month, in_month) = (onus_domain::Month::of(*day).index(), at == 11);
        fixed.incur(&prices.month, *epoch, 1, in_month);
        for (life, share) in &prices.one_offs {
            if entry.first != NEVER && entry.first <= month && month - entry.first < *life {
                fixed.incur(share, *epoch, 1, in_month);
            }
        }
    }
}

/// PER_UNIT lines, by the size known on the period's last day.
fn add_sized(cost: &mut EntryCost, prices: &Prices, registry: &Registry, due: &[Due]) {
    for (measure, price) in &prices.units {
        for due in due {
            let slot = (*measure, registry.size_day(*measure, due.period.end));
            cost.sized.entry(slot).or_default().incur(price, due.epoch, 1, due.in_month);
        }
    }
}
