//! Hours and pence of what a group owes in a window (`burden.md`, "Cost of one version for one provider").
//!
//! `burden(p, month)` = sum over the obligations of p due in the month + the month's shares of ANNUAL and ONE_OFF lines. What depends on a
//! provider's size is kept apart as an amount for size 1, so that it is worked out once for all providers of a group.

use crate::{
    exact::Exact,
    price::{Price, Prices},
    registry::{NEVER, Registry, VersionRow},
    statement::statement_at,
    update::Update,
    window::{Calendar, Due, Entry, Window},
};
use chrono::NaiveDate;
use num_rational::BigRational;
use onus_domain::organisation::SizeMeasure;
use std::{collections::BTreeMap, sync::Arc};

/// Hours and pence of the month and of the twelve months.
#[derive(Clone, Default)]
pub(crate) struct Amount {
    pub hours_month: Exact,
    pub hours_year: Exact,
    pub pence_month: Exact,
    pub pence_year: Exact,
}

impl Amount {
    fn parts(&mut self) -> [&mut Exact; 4] {
        [&mut self.hours_month, &mut self.hours_year, &mut self.pence_month, &mut self.pence_year]
    }

    fn values(&self) -> [&Exact; 4] {
        [&self.hours_month, &self.hours_year, &self.pence_month, &self.pence_year]
    }

    /// Adds another one so many times.
    pub fn add(&mut self, other: &Self, times: u64) {
        for (own, other) in self.parts().into_iter().zip(other.values()) {
            if times == 1 {
                own.add(other);
            } else {
                own.add_times(other, times);
            }
        }
    }

    /// Takes another one away.
    pub fn take(&mut self, other: &Self) {
        self.parts().into_iter().zip(other.values()).for_each(|(own, other)| own.take(other));
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.values().into_iter().all(Exact::is_zero)
    }

    /// Adds another one, of size 1, at a size.
    pub fn add_at(&mut self, other: &Self, size: &BigRational) {
        for (own, other) in self.parts().into_iter().zip(other.values()) {
            own.add_value(&(other.value() * size));
        }
    }

    /// Adds a price, incurred `times` at one tariff epoch.
    fn incur(&mut self, price: &Price, epoch: usize, times: u32, in_month: bool) {
        if times == 0 {
            return;
        }
        let (hours, pence, times) = (&price.hours, &price.pence[epoch], times.into());
        if in_month {
            self.hours_month.add_times(hours, times);
            self.pence_month.add_times(pence, times);
        }
        self.hours_year.add_times(hours, times);
        self.pence_year.add_times(pence, times);
    }
}

/// Hours and pence, and what part of the hours is assumed.
#[derive(Clone, Default)]
pub(crate) struct Part {
    pub amount: Amount,
    pub assumed_month: Exact,
    pub assumed_year: Exact,
}

impl Part {
    /// Adds another one so many times.
    pub fn add(&mut self, other: &Self, times: u64) {
        self.amount.add(&other.amount, times);
        self.assumed_month.add_times(&other.assumed_month, times);
        self.assumed_year.add_times(&other.assumed_year, times);
    }

    /// Takes another one away.
    pub fn take(&mut self, other: &Self) {
        self.amount.take(&other.amount);
        self.assumed_month.take(&other.assumed_month);
        self.assumed_year.take(&other.assumed_year);
    }

    /// Adds another one, of size 1, at sizes of which some count as assumed whatever they rest on.
    pub fn add_at(&mut self, other: &Self, sizes: &Sizes) {
        self.amount.add_at(&other.amount, &sizes.all);
        let known = &sizes.all - &sizes.unknown;
        let parts = [
            (&mut self.assumed_month, &other.assumed_month, &other.amount.hours_month),
            (&mut self.assumed_year, &other.assumed_year, &other.amount.hours_year),
        ];
        for (sum, assumed, hours) in parts {
            sum.add_value(&(assumed.value() * &known + hours.value() * &sizes.unknown));
        }
    }

    /// Adds an entry's amount, so many times.
    pub fn add_amount(&mut self, amount: &Amount, assumed: bool, times: u64) {
        self.amount.add(amount, times);
        if assumed {
            self.assumed_month.add_times(&amount.hours_month, times);
            self.assumed_year.add_times(&amount.hours_year, times);
        }
    }
}

/// Sizes of several providers together.
#[derive(Clone, Default)]
pub(crate) struct Sizes {
    pub all: BigRational,
    /// Of those of unknown size, which count as 1.
    pub unknown: BigRational,
}

/// Sizes that are the same in every provider's eyes: a measure, and the day from which no size in it changes.
pub(crate) type Slot = (SizeMeasure, NaiveDate);

/// What an entry comes to.
#[derive(Clone, Default)]
pub(crate) struct EntryCost {
    /// For a provider of any size.
    pub fixed: Amount,
    /// For size 1, in addition; by slot.
    pub sized: Vec<(Slot, Amount)>,
    /// Whether it rests on an assumption: the minutes, the frequency, or that the provider must answer.
    pub assumed: bool,
}

/// The prices of every version at a vintage.
pub(crate) struct Vintage(Vec<Arc<Prices>>);

impl Vintage {
    /// What is known on `day`.
    pub fn new(registry: &Registry, day: NaiveDate) -> Self {
        Self(registry.versions.iter().map(|row| prices_on(registry, row, day)).collect())
    }

    /// The same of a registry in which some collections changed.
    pub fn updated(&self, registry: &Registry, update: &Update, day: NaiveDate) -> Self {
        let prices = registry.versions.iter().zip(&update.row_before).map(|(row, before)| match before {
            Some(before) => Arc::clone(&self.0[*before as usize]),
            None => prices_on(registry, row, day),
        });
        Self(prices.collect())
    }

    /// The prices of a version.
    pub fn prices(&self, version: u32) -> &Prices {
        &self.0[version as usize]
    }

    /// What each entry of a window comes to.
    pub fn costs(&self, registry: &Registry, window: &Window) -> Vec<EntryCost> {
        let entries = window.entries.iter();
        entries.map(|entry| self.cost(registry, &window.calendar, *entry)).collect()
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

fn prices_on(registry: &Registry, row: &VersionRow, day: NaiveDate) -> Arc<Prices> {
    let statement = &row.statements[statement_at(registry.version_of(row), &row.statements, day)];
    let items = row.asks.iter().sum::<u64>();
    Arc::new(Prices::new(statement, usize::try_from(items).unwrap_or(usize::MAX), &registry.tariffs))
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
    let mut sized = BTreeMap::<Slot, Amount>::new();
    for (measure, price) in &prices.units {
        for due in due {
            let slot = (*measure, registry.size_day(*measure, due.period.end));
            sized.entry(slot).or_default().incur(price, due.epoch, 1, due.in_month);
        }
    }
    cost.sized = sized.into_iter().collect();
}
