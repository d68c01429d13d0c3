//! What a version's statement comes to, in hours and pence: for a submission, a month's share, a unit of size (`burden.md`, "Cost").

use crate::exact::Exact;
use chrono::NaiveDate;
use num_rational::BigRational;
use onus_domain::{
    Decimal,
    organisation::SizeMeasure,
    statement::{BurdenStatement, CostLine, DEFAULT_LIFE_MONTHS, LineBasis, Method, StaffRole, Tariff},
};

/// Pence an hour with overheads, by role and time. Time is cut into epochs within which no tariff changes.
pub(crate) struct Tariffs {
    changes: Vec<NaiveDate>,
    /// By epoch: every role's millionths of a penny an hour.
    rates: Vec<Vec<(StaffRole, i128)>>,
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
        BigRational::new(self.millionths(role, epoch).into(), MILLION.into())
    }

    fn millionths(&self, role: StaffRole, epoch: usize) -> i128 {
        let rate = self.rates[epoch].iter().find(|(of, _)| *of == role);
        rate.map_or(0, |(_, rate)| *rate)
    }
}

/// Overheads are told in ten-thousandths of a per cent.
const MILLION: i128 = 1_000_000;

/// Each role's rate on a day: of its latest tariff until then, else of its first.
fn rates_on(tariffs: &[Tariff], day: NaiveDate) -> Vec<(StaffRole, i128)> {
    let mut rates: Vec<(StaffRole, i128)> = vec![];
    for tariff in tariffs {
        let overhead = MILLION + i128::from(tariff.overhead_percent.units());
        let rate = i128::from(tariff.pence_per_hour) * overhead;
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
    pub hours: Exact,
    pub pence: Vec<Exact>,
}

impl Price {
    fn zero(tariffs: &Tariffs) -> Self {
        Self { hours: Exact::default(), pence: vec![Exact::default(); tariffs.rates.len()] }
    }

    /// Adds a line's time and money, so many times, of so many parts.
    fn add(&mut self, line: &CostLine, (times, parts): (i128, i128), tariffs: &Tariffs) {
        let hours = Exact::of_minutes(line.minutes).ratio(times, parts);
        let external = Exact::whole(line.external_pence).ratio(times, parts);
        for (epoch, pence) in self.pence.iter_mut().enumerate() {
            pence.add(&hours.ratio(tariffs.millionths(line.staff_role, epoch), MILLION));
            pence.add(&external);
        }
        self.hours.add(&hours);
    }
}

/// What a statement comes to for one version.
pub(crate) struct Prices {
    /// Whether the statement's method is ASSUMED.
    pub assumed: bool,
    /// A submission of any provider: PER_SUBMISSION, and PER_ITEM times the items asked.
    pub submission: Price,
    /// Hours of one item of a submission.
    pub item_hours: Exact,
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
            item_hours: Exact::default(),
            month: Price::zero(tariffs),
            one_offs: vec![],
            units: vec![],
        };
        for line in lines {
            prices.add(line, items, tariffs);
        }
        prices
    }

    fn add(&mut self, line: &CostLine, items: usize, tariffs: &Tariffs) {
        match line.basis {
            LineBasis::PerSubmission => self.submission.add(line, (1, 1), tariffs),
            LineBasis::PerItem => {
                self.submission.add(line, (i128::try_from(items).unwrap_or(i128::MAX), 1), tariffs);
                self.item_hours.add(&Exact::of_minutes(line.minutes));
            }
            LineBasis::Annual => self.month.add(line, (1, 12), tariffs),
            LineBasis::OneOff => {
                let life = line.life_months.filter(|life| *life > 0).unwrap_or(DEFAULT_LIFE_MONTHS);
                let mut share = Price::zero(tariffs);
                share.add(line, (1, life.into()), tariffs);
                self.one_offs.push((life.try_into().unwrap_or(i32::MAX), share));
            }
            LineBasis::PerUnit => {
                // A line without its measure or unit cannot be entered (`BurdenStatement::check`) and costs nothing.
                let unit = line.unit_size.map(|unit| i128::from(unit.units())).filter(|unit| *unit != 0);
                if let (Some(measure), Some(unit)) = (line.unit_measure, unit) {
                    let mut price = Price::zero(tariffs);
                    price.add(line, (Decimal::SCALE.into(), unit), tariffs);
                    self.units.push((measure, price));
                }
            }
        }
    }
}
