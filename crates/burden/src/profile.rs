//! What a collection asks of a provider in a window, taken apart into the factors whose effects a decomposition tells.
//!
//! ```text
//! hours of submissions = periods a year x life x reach x (time of a submission + items x time of an item + size x time of a unit)
//! hours of months      = 12 x life x reach x (a month's share of yearly work + of one-off work)
//! cost                 = the same, each role's hours at its rate, and what is paid outside
//! ```
//! *Periods a year* is what the schedule asks in twelve months, had it neither beginning nor end; *life* the share of them on whose last day
//! the collection was in force; *reach* the share of those that the provider owes. (Of yearly and one-off work the same, with months.) Each
//! is a mean over what is owed, so that the product is what the provider owes, exactly. Where one says nothing, because nothing is owed, the
//! other window's stands in: then only what made it nothing has changed.
//!
//! Decided here: what is wholly met by reuse, or suspended, is life that ended; one-off work that begins or runs out is time; a 53rd week of
//! a weekly request is frequency.

use crate::{
    number::{UNITS_PER_HOUR, decimal},
    period::rhythm,
    registry::{NEVER, Registry},
    statement::statement_at,
    window::{Calendar, Due, Entry, Window},
};
use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use onus_domain::{
    Month,
    organisation::SizeMeasure,
    span::Span,
    statement::{CostLine, DEFAULT_LIFE_MONTHS, LineBasis, StaffRole},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What a line's time is multiplied by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Submission,
    Item,
    Unit(SizeMeasure),
    Month,
    OneOff,
}

/// The work of a role in a part; or what is paid outside, of no role.
pub(crate) type Key = (Part, Option<StaffRole>);
pub(crate) type Work = BTreeMap<Key, BigRational>;

/// A window, and how much of its schedule each collection was in force.
pub(crate) struct Side {
    pub month: Month,
    pub window: Arc<Window>,
    /// By number of collection, of those that were asked for.
    extents: RefCell<BTreeMap<u32, Extent>>,
}

/// A collection's schedule in a window.
#[derive(Clone, Copy, Default)]
struct Extent {
    /// Periods due, had it neither beginning nor end.
    periods: u64,
    /// Those in force.
    in_force: u64,
    /// Months on whose last day it is in force.
    months: u64,
}

impl Side {
    pub fn new(window: Arc<Window>) -> Self {
        Self { month: window.calendar.month, window, extents: RefCell::default() }
    }

    fn extent(&self, registry: &Registry, collection: u32) -> Extent {
        *self.extents.borrow_mut().entry(collection).or_insert_with(|| {
            let first = registry.versions.partition_point(|row| row.collection < collection);
            let rows = (first..registry.versions.len())
                .take_while(|place| registry.versions[*place].collection == collection)
                .filter(|place| !registry.versions[*place].force.is_empty());
            extent(registry, &self.window.calendar, &rows.collect::<Vec<_>>())
        })
    }

    /// What a provider owes of each collection.
    pub fn entries(&self, registry: &Registry, group: usize) -> BTreeMap<u32, Vec<Entry>> {
        let mut entries = BTreeMap::<u32, Vec<Entry>>::new();
        for entry in self.window.entries(registry, &self.window.groups[group]) {
            entries.entry(registry.row(entry.version).collection).or_default().push(entry);
        }
        entries
    }
}

/// Each version's schedule is the collection's until the next version comes into force, the first's before it too.
fn extent(registry: &Registry, calendar: &Calendar, rows: &[usize]) -> Extent {
    let (from, to) = (calendar.month.plus(-11).first_day(), calendar.month.last_day());
    let mut found = Extent::default();
    let mut starts = BTreeMap::<NaiveDate, u32>::new();
    for place in rows {
        let row = &registry.versions[*place];
        let number = registry.version_of(row).number;
        if let Some(start) = row.force.iter().map(|span| span.from).min() {
            // Parts of one version begin on several days: the first counts.
            if !starts.values().any(|other| *other == number) {
                starts.insert(start, number);
            }
        }
        if !row.idle {
            found.in_force += calendar.due[*place].len() as u64;
        }
        let ends = calendar.month_ends.iter();
        found.months += ends.filter(|(day, _)| row.force.iter().any(|span| span.holds(*day))).count() as u64;
    }
    let starts: Vec<_> = starts.into_iter().collect();
    for (at, (start, number)) in starts.iter().enumerate() {
        let first = (at > 0).then_some(*start);
        let Some(days) = Span::until(first, starts.get(at + 1).map(|(next, _)| *next)) else { continue };
        let version = rows.iter().map(|place| registry.version_of(&registry.versions[*place]));
        let schedule =
            version.into_iter().find(|v| v.number == *number).and_then(|v| v.content.schedule.as_ref());
        found.periods += schedule.map_or(0, |schedule| rhythm(schedule, days, from, to));
    }
    // A ONE_OFF request before or after another schedule may have more in force than it asks in this window.
    found.periods = found.periods.max(found.in_force);
    found
}

/// What one provider owes of one collection in a window.
#[derive(Default)]
pub(crate) struct Profile {
    extent: Extent,
    owed: u64,
    months: u64,
    /// Items asked, over all that is owed.
    items: u64,
    /// Whole work for size 1, by the vintage of either window: hours, or pence paid outside.
    work: [Work; 2],
    /// Its own vintage's, at the provider's size.
    sized: Work,
    /// Pence of it.
    paid: Work,
}

/// A provider's size in a measure on a day.
pub(crate) type SizeOn<'a> = &'a dyn Fn(SizeMeasure, NaiveDate) -> BigRational;

/// Works out the profiles of one window.
pub(crate) struct Profiling<'r> {
    pub registry: &'r Registry,
    pub side: &'r Side,
    /// The two windows' vintages, and which is this one's.
    pub vintages: [NaiveDate; 2],
    pub own: usize,
}

impl Profiling<'_> {
    pub fn profile(&self, collection: u32, entries: &[Entry], size: SizeOn<'_>) -> Profile {
        let extent = self.side.extent(self.registry, collection);
        let mut profile = Profile { extent, ..Profile::default() };
        for entry in entries {
            let row = self.registry.row(entry.version);
            let periods = u64::from(entry.periods());
            profile.owed += periods;
            profile.months += u64::from(entry.months.count_ones());
            profile.items += periods * row.asks.iter().sum::<u64>();
            for (vintage, day) in self.vintages.iter().enumerate() {
                let version = self.registry.version_of(row);
                let statement = &row.statements[statement_at(version, &row.statements, *day)];
                for line in &statement.lines {
                    self.add(&mut profile, vintage, line, *entry, size);
                }
            }
        }
        profile
    }

    fn add(&self, profile: &mut Profile, vintage: usize, line: &CostLine, entry: Entry, size: SizeOn<'_>) {
        let calendar = &self.side.window.calendar;
        let due = entry.owed(calendar);
        let items: u64 = self.registry.row(entry.version).asks.iter().sum();
        match line.basis {
            LineBasis::PerSubmission => {
                self.add_due(profile, vintage, (Part::Submission, line), due, |_| BigRational::one());
            }
            LineBasis::PerItem => {
                let times = BigRational::from_integer(items.into());
                self.add_due(profile, vintage, (Part::Item, line), due, |_| times.clone());
            }
            LineBasis::PerUnit => {
                let unit = line.unit_size.map(decimal).filter(|unit| !unit.is_zero());
                if let (Some(measure), Some(unit)) = (line.unit_measure, unit) {
                    let own = vintage == self.own;
                    for due in due {
                        let size = if own { size(measure, due.period.end) } else { BigRational::one() };
                        self.note(
                            profile,
                            vintage,
                            (Part::Unit(measure), line),
                            due.epoch,
                            &unit.recip(),
                            &size,
                        );
                    }
                }
            }
            LineBasis::Annual => {
                let twelfth = BigRational::new(1.into(), 12.into());
                for epoch in months(calendar, entry).map(|(_, epoch)| epoch) {
                    self.note(profile, vintage, (Part::Month, line), epoch, &twelfth, &BigRational::one());
                }
            }
            LineBasis::OneOff => {
                let life = line.life_months.filter(|life| *life > 0).unwrap_or(DEFAULT_LIFE_MONTHS);
                let share = BigRational::new(1.into(), life.into());
                let life = i32::try_from(life).unwrap_or(i32::MAX);
                let accrues = |month: i32| entry.first <= month && month - entry.first < life;
                for (_, epoch) in
                    months(calendar, entry).filter(|(month, _)| entry.first != NEVER && accrues(*month))
                {
                    self.note(profile, vintage, (Part::OneOff, line), epoch, &share, &BigRational::one());
                }
            }
        }
    }

    fn add_due(
        &self,
        profile: &mut Profile,
        vintage: usize,
        of: (Part, &CostLine),
        due: &[Due],
        times: impl Fn(&Due) -> BigRational,
    ) {
        for run in due.chunk_by(|a, b| a.epoch == b.epoch) {
            let times = times(&run[0]) * BigInt::from(run.len());
            self.note(profile, vintage, of, run[0].epoch, &times, &BigRational::one());
        }
    }

    /// Notes a line's work, so many times, at a size.
    fn note(
        &self,
        profile: &mut Profile,
        vintage: usize,
        (part, line): (Part, &CostLine),
        epoch: usize,
        times: &BigRational,
        size: &BigRational,
    ) {
        let hours = BigRational::new(line.minutes.units().into(), UNITS_PER_HOUR.into()) * times;
        let outside = times * BigInt::from(line.external_pence);
        let rate = self.registry.tariffs.rate(line.staff_role, epoch);
        let of_role = ((part, Some(line.staff_role)), hours, rate);
        for (key, work, rate) in [of_role, ((part, None), outside, BigRational::one())] {
            if work.is_zero() {
                continue;
            }
            if vintage == self.own {
                *profile.sized.entry(key).or_default() += &work * size;
                *profile.paid.entry(key).or_default() += &work * size * rate;
            }
            *profile.work[vintage].entry(key).or_default() += work;
        }
    }
}

/// The months on whose last day a provider is a respondent, by index, with their tariff epochs.
fn months(calendar: &Calendar, entry: Entry) -> impl Iterator<Item = (i32, usize)> {
    let ends = calendar.month_ends.iter().enumerate();
    let held = ends.filter(move |(at, _)| entry.months & (1 << at) != 0);
    held.map(|(_, (day, epoch))| (Month::of(*day).index(), *epoch))
}

impl Profile {
    /// What its factors' means are over, by part.
    fn count(&self, part: Part) -> u64 {
        match part {
            Part::Submission | Part::Unit(_) => self.owed,
            Part::Item => self.items,
            Part::Month | Part::OneOff => self.months,
        }
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        self.work.iter().flat_map(|work| work.keys().copied())
    }
}

/// The factors of a product, in the order of the effects they have.
pub(crate) const FACTORS: usize = 8;
const LIFE: usize = 0;
const REACH: usize = 1;
const FREQUENCY: usize = 2;
const CONTENT: usize = 3;
const TIME: usize = 4;
const SIZE: usize = 5;
const VINTAGE: usize = 6;
const TARIFF: usize = 7;

/// A value in either window.
type Both = [BigRational; 2];

/// The two windows' factors.
pub(crate) struct Model {
    life: Both,
    months_of_life: Both,
    reach: Both,
    months_of_reach: Both,
    periods: Both,
    items: Both,
    terms: Vec<Term>,
}

/// One role's work in a part.
struct Term {
    key: Key,
    /// By the window whose versions it is of, then by vintage.
    time: [Both; 2],
    size: Both,
    rate: Both,
}

/// A mean, if there is something to take it over.
fn mean(sum: impl Into<BigInt>, count: u64) -> Option<BigRational> {
    (count > 0).then(|| BigRational::new(sum.into(), count.into()))
}

/// The values, the other's in place of a missing one, nothing if both are.
fn both([before, after]: [Option<BigRational>; 2]) -> Both {
    let other = before.clone().or_else(|| after.clone()).unwrap_or_default();
    [before.unwrap_or_else(|| other.clone()), after.unwrap_or(other)]
}

impl Model {
    /// Of the profiles in the windows; `rates` are a role's in either, for want of hours that tell.
    pub fn new(profiles: &[Profile; 2], rates: impl Fn(StaffRole) -> Both) -> Self {
        let of = |value: fn(&Profile) -> Option<BigRational>| both(profiles.each_ref().map(value));
        let keys: BTreeSet<Key> = profiles.iter().flat_map(Profile::keys).collect();
        Self {
            life: of(|p| mean(p.extent.in_force, p.extent.periods)),
            months_of_life: profiles.each_ref().map(|p| BigRational::new(p.extent.months.into(), 12.into())),
            reach: of(|p| mean(p.owed, p.extent.in_force)),
            months_of_reach: of(|p| mean(p.months, p.extent.months)),
            periods: profiles.each_ref().map(|p| BigRational::from_integer(p.extent.periods.into())),
            items: of(|p| mean(p.items, p.owed)),
            terms: keys.into_iter().map(|key| Term::new(profiles, key, &rates)).collect(),
        }
    }

    /// Which factors differ.
    pub fn changed(&self) -> [bool; FACTORS] {
        let differ = |both: &Both| both[0] != both[1];
        let any = |of: &dyn Fn(&Term) -> bool| self.terms.iter().any(of);
        let mut changed = [false; FACTORS];
        changed[LIFE] = differ(&self.life) || differ(&self.months_of_life);
        changed[REACH] = differ(&self.reach) || differ(&self.months_of_reach);
        changed[FREQUENCY] = differ(&self.periods);
        changed[CONTENT] = differ(&self.items);
        changed[TIME] = any(&|term| (0..2).any(|vintage| term.time[0][vintage] != term.time[1][vintage]));
        changed[SIZE] = any(&|term| differ(&term.size));
        changed[VINTAGE] = any(&|term| term.time.iter().any(differ));
        changed[TARIFF] = any(&|term| differ(&term.rate));
        changed
    }

    /// Whether the collection was in force for more of the second window than of the first.
    pub fn grew(&self) -> bool {
        (&self.life[1], &self.months_of_life[1]) > (&self.life[0], &self.months_of_life[0])
    }

    /// Hours and pence with each factor as in the window that `after` names for it.
    pub fn value(&self, after: [bool; FACTORS]) -> (BigRational, BigRational) {
        let at = after.map(usize::from);
        let submissions = &self.periods[at[FREQUENCY]] * &self.life[at[LIFE]] * &self.reach[at[REACH]];
        let months = &self.months_of_life[at[LIFE]] * &self.months_of_reach[at[REACH]] * BigInt::from(12);
        let (mut hours, mut pence) = (BigRational::zero(), BigRational::zero());
        for term in &self.terms {
            let time = &term.time[at[TIME]][at[VINTAGE]];
            let work = match term.key.0 {
                Part::Submission => &submissions * time,
                Part::Item => &submissions * &self.items[at[CONTENT]] * time,
                Part::Unit(_) => &submissions * &term.size[at[SIZE]] * time,
                Part::Month | Part::OneOff => &months * time,
            };
            pence += &work * &term.rate[at[TARIFF]];
            if term.key.1.is_some() {
                hours += work;
            }
        }
        (hours, pence)
    }
}

impl Term {
    fn new(profiles: &[Profile; 2], key: Key, rates: impl Fn(StaffRole) -> Both) -> Self {
        let time = |vintage: usize| {
            both(profiles.each_ref().map(|profile| {
                let count = profile.count(key.0);
                let work = profile.work[vintage].get(&key).cloned().unwrap_or_default();
                (count > 0).then(|| work / BigInt::from(count))
            }))
        };
        let [[before_then, after_then], [before_now, after_now]] = [time(0), time(1)];
        let time = corrected([[before_then, before_now], [after_then, after_now]]);
        let own = |of: fn(&Profile) -> &Work, over: fn(&Profile, usize) -> &Work| {
            let ratio = |at: usize| {
                let profile = &profiles[at];
                Some(of(profile).get(&key)? / over(profile, at).get(&key)?)
            };
            [ratio(0), ratio(1)]
        };
        let size = own(|profile| &profile.sized, |profile, at| &profile.work[at]);
        let mut rate = own(|profile| &profile.paid, |profile, _| &profile.sized);
        if let (Some(role), [None, None]) = (key.1, &rate) {
            rate = rates(role).map(Some);
        }
        Self { key, time, size: both(size), rate: both(rate) }
    }
}

/// Where what is known of one window's request was corrected and what is known of the other's was not, the other's is in the same
/// proportion: else a correction of what followed would look like another way of collecting.
fn corrected([mut before, mut after]: [Both; 2]) -> [Both; 2] {
    if before[0] == before[1] && !after[0].is_zero() {
        before[1] = &before[0] * &after[1] / &after[0];
    } else if after[0] == after[1] && !before[1].is_zero() {
        after[0] = &after[1] * &before[0] / &before[1];
    }
    [before, after]
}
