//! What a version's statement comes to, in hours and pence: for a submission, a month's share, a unit of size (`burden.md`, "Cost").

use crate::number::{UNITS_PER_HOUR, decimal};
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use onus_domain::{
    organisation::SizeMeasure,
    statement::{BurdenStatement, CostLine, DEFAULT_LIFE_MONTHS, LineBasis, Method, StaffRole, Tariff},
};

/// Pence an hour with overheads, by role and time. Time is cut into epochs within which no tariff changes.
pub(crate) struct Tariffs {
    changes: Vec<NaiveDate>,
    /// By epoch: every role's pence an hour.
    rates: Vec<Vec<(StaffRole, BigRational)>>,
}

impl Tariffs {
    pub fn new(tariffs: &[Tariff]) -> Self {
        let mut changes: Vec<_> = tariffs.iter().map(|tariff| tariff.from_date).collect();
        changes.sort_unstable();
        changes.dedup();
        let days = std::iter::once(NaiveDate::MIN).chain(changes.iter().copied());
        let rates = days.map(|day| rates_on(tariffs, day)).collect();
        Self { changes, rates }
    }

    /// The epoch of a day.
    pub fn epoch(&self, day: NaiveDate) -> usize {
        self.changes.partition_point(|change| *change <= day)
    }

    /// Pence an hour of a role, with overheads.
    pub fn rate(&self, role: StaffRole, epoch: usize) -> BigRational {
        let rate = self.rates[epoch].iter().find(|(of, _)| *of == role);
        rate.map_or_else(BigRational::zero, |(_, rate)| rate.clone())
    }
}

/// Each role's rate on a day: of its latest tariff until then, else of its first.
fn rates_on(tariffs: &[Tariff], day: NaiveDate) -> Vec<(StaffRole, BigRational)> {
    let mut rates: Vec<(StaffRole, BigRational)> = vec![];
    for tariff in tariffs {
        let hundred = BigInt::from(100);
        let rate =
            (decimal(tariff.overhead_percent) + &hundred) / hundred * BigInt::from(tariff.pence_per_hour);
        match rates.last_mut() {
            Some(last) if last.0 == tariff.staff_role => {
                if tariff.from_date <= day {
                    last.1 = rate;
                }
            }
            _ => rates.push((tariff.staff_role, rate)),
        }
    }
    rates
}

/// Hours, and what they cost with what is paid outside, by tariff epoch.
#[derive(Clone)]
pub(crate) struct Price {
    pub hours: BigRational,
    pub pence: Vec<BigRational>,
}

impl Price {
    fn zero(tariffs: &Tariffs) -> Self {
        Self { hours: BigRational::zero(), pence: vec![BigRational::zero(); tariffs.rates.len()] }
    }

    /// Adds a line's time and money, `times` over.
    fn add(&mut self, line: &CostLine, times: &BigRational, tariffs: &Tariffs) {
        let hours = BigRational::new(line.minutes.units().into(), UNITS_PER_HOUR.into()) * times;
        let external = times * BigInt::from(line.external_pence);
        for (epoch, pence) in self.pence.iter_mut().enumerate() {
            *pence += &hours * tariffs.rate(line.staff_role, epoch) + &external;
        }
        self.hours += hours;
    }
}

/// What a statement comes to for one version.
pub(crate) struct Prices {
    /// Whether the statement's method is ASSUMED.
    pub assumed: bool,
    /// A submission of any provider: PER_SUBMISSION, and PER_ITEM times the items asked.
    pub submission: Price,
    /// Hours of one item of a submission.
    pub item_hours: BigRational,
    /// A month's share of the ANNUAL lines.
    pub month: Price,
    /// A month's share of each ONE_OFF line, and over how many months it is spread.
    pub one_offs: Vec<(i32, Price)>,
    /// PER_UNIT: a submission of a provider of size 1 in the measure.
    pub units: Vec<(SizeMeasure, Price)>,
}

impl Prices {
    /// The prices of a statement on a version that asks so many items.
    pub fn new(statement: &BurdenStatement, items: usize, tariffs: &Tariffs) -> Self {
        Self::of_lines(&statement.lines, statement.method, items, tariffs)
    }

    /// The prices of lines on a version that asks so many items.
    pub fn of_lines(lines: &[CostLine], method: Method, items: usize, tariffs: &Tariffs) -> Self {
        let mut prices = Self {
            assumed: method == Method::Assumed,
            submission: Price::zero(tariffs),
            item_hours: BigRational::zero(),
            month: Price::zero(tariffs),
            one_offs: vec![],
            units: vec![],
        };
        lines.iter().for_each(|line| prices.add(line, items, tariffs));
        prices
    }

    fn add(&mut self, line: &CostLine, items: usize, tariffs: &Tariffs) {
        let whole = |times: usize| BigRational::from_integer(times.into());
        match line.basis {
            LineBasis::PerSubmission => self.submission.add(line, &whole(1), tariffs),
            LineBasis::PerItem => {
                self.submission.add(line, &whole(items), tariffs);
                self.item_hours += BigRational::new(line.minutes.units().into(), UNITS_PER_HOUR.into());
            }
            LineBasis::Annual => self.month.add(line, &BigRational::new(1.into(), 12.into()), tariffs),
            LineBasis::OneOff => {
                let life = line.life_months.filter(|life| *life > 0).unwrap_or(DEFAULT_LIFE_MONTHS);
                let mut share = Price::zero(tariffs);
                share.add(line, &BigRational::new(1.into(), life.into()), tariffs);
                self.one_offs.push((life.try_into().unwrap_or(i32::MAX), share));
            }
            LineBasis::PerUnit => {
                // A line without its measure or unit cannot be entered (`BurdenStatement::check`) and costs nothing.
                let unit = line.unit_size.map(decimal).filter(|unit| !unit.is_zero());
                if let (Some(measure), Some(unit)) = (line.unit_measure, unit) {
                    let mut price = Price::zero(tariffs);
                    price.add(line, &unit.recip(), tariffs);
                    self.units.push((measure, price));
                }
            }
        }
    }
}
