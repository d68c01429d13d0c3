//! Windows: the twelve months that end with a month, the periods due in them, and who owes which of them.
//!
//! Providers who owe exactly the same are one group; whatever follows from what is owed is computed once for a group. A group also has one
//! provider type, and its providers are all open in the month, or none is.

use crate::{
    period::{Period, periods_due},
    registry::{Duty, NEVER, Registry},
};
use chrono::NaiveDate;
use onus_domain::{Month, organisation::ProviderType, span::Span};
use rustc_hash::{FxHashMap, FxHasher};
use std::{collections::BTreeSet, hash::Hasher};

/// A period of a version that is due in the window.
pub(crate) struct Due {
    pub period: Period,
    /// Number of (first day, last day), in that order.
    pub span: u32,
    /// Whether it is due in the window's last month.
    pub in_month: bool,
    /// Tariff epoch of its due date.
    pub epoch: usize,
}

/// The periods and month ends of a window.
pub(crate) struct Calendar {
    pub month: Month,
    /// By version: the periods due, first first.
    pub due: Vec<Vec<Due>>,
    /// First and last day of each different period, in order.
    pub spans: Vec<(NaiveDate, NaiveDate)>,
    /// The last day of each of the twelve months, and its tariff epoch.
    pub month_ends: Vec<(NaiveDate, usize)>,
}

/// What a group owes of one version over one span of days.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub version: u32,
    /// The first period owed, by its place among those due.
    pub from: u32,
    /// The first not owed any more.
    pub to: u32,
    /// The months on whose last day the provider is a respondent: bit 0 is the window's first month.
    pub months: u16,
    /// Month of the first obligation of the version, as in `Duty`.
    pub first: i32,
    /// Whether it is only assumed that the provider must answer.
    pub assumed: bool,
    /// Whether all that the version would ask for the periods is met by reuse: then they are not owed.
    pub idle: bool,
}

impl Entry {
    /// How many periods are owed.
    pub fn periods(&self) -> u32 {
        if self.idle { 0 } else { self.to - self.from }
    }

    /// The periods that are owed.
    pub fn owed<'c>(&self, calendar: &'c Calendar) -> &'c [Due] {
        if self.idle { &[] } else { self.due(calendar) }
    }

    /// The periods, owed or wholly met by reuse.
    pub fn due<'c>(&self, calendar: &'c Calendar) -> &'c [Due] {
        &calendar.due[self.version as usize][self.from as usize..self.to as usize]
    }
}

/// Providers who owe the same.
pub(crate) struct Group {
    pub kind: ProviderType,
    /// Whether they are open on any day of the month.
    pub open: bool,
    /// Places of the providers, in order; never none.
    pub providers: Vec<u32>,
}

/// A window with its groups.
pub(crate) struct Window {
    pub calendar: Calendar,
    /// Every different entry.
    pub entries: Vec<Entry>,
    /// By duty: the number of what it comes to in the window; [`NOTHING`] if it comes to nothing.
    entry_of: Vec<u32>,
    pub groups: Vec<Group>,
    /// The group of each provider.
    pub group_of: Vec<u32>,
}

/// No entry.
const NOTHING: u32 = u32::MAX;

impl Calendar {
    pub fn new(registry: &Registry, month: Month) -> Self {
        let (from, to) = (month.plus(-11).first_day(), month.last_day());
        let periods: Vec<Vec<Period>> = registry
            .versions
            .iter()
            .map(|row| {
                let schedule = registry.version_of(row).content.schedule.as_ref();
                let schedule = schedule.filter(|_| !row.force.is_empty());
                let mut due = schedule.map(|schedule| periods_due(schedule, from, to)).unwrap_or_default();
                due.retain(|period| row.force.iter().any(|span| span.holds(period.end)));
                due
            })
            .collect();
        let spans: BTreeSet<_> = periods.iter().flatten().map(|period| (period.start, period.end)).collect();
        let spans: Vec<_> = spans.into_iter().collect();
        let due = |period: &Period| Due {
            period: *period,
            span: number(spans.binary_search(&(period.start, period.end)).unwrap_or_default()),
            in_month: Month::of(period.due) == month,
            epoch: registry.tariffs.epoch(period.due),
        };
        let due = periods.iter().map(|list| list.iter().map(due).collect()).collect();
        let ends = month.year_ending().map(Month::last_day).map(|day| (day, registry.tariffs.epoch(day)));
        Self { month, due, spans, month_ends: ends.collect() }
    }

    /// What a duty comes to, if anything.
    fn entry(&self, registry: &Registry, duty: &Duty) -> Option<Entry> {
        let due = &self.due[duty.version as usize];
        let from = due.partition_point(|due| due.period.end < duty.span.from);
        let to = due.partition_point(|due| due.period.end <= duty.span.to);
        let months = (0..).zip(&self.month_ends).filter(|(_, (day, _))| duty.span.holds(*day));
        let months = months.fold(0_u16, |bits, (at, _)| bits | 1 << at);
        (from < to || months != 0).then(|| Entry {
            version: duty.version,
            from: number(from),
            to: number(to),
            months,
            first: if months == 0 { NEVER } else { duty.first },
            assumed: duty.assumed,
            idle: registry.row(duty.version).idle,
        })
    }
}

impl Window {
    pub fn new(registry: &Registry, month: Month) -> Self {
        let calendar = Calendar::new(registry, month);
        let (mut entries, mut known) = (vec![], FxHashMap::<Entry, u32>::default());
        let entry_of = registry.duties.iter().map(|duty| {
            let Some(entry) = calendar.entry(registry, duty) else { return NOTHING };
            *known.entry(entry).or_insert_with(|| {
                entries.push(entry);
                number(entries.len() - 1)
            })
        });
        let entry_of = entry_of.collect();
        let mut window = Self { calendar, entries, entry_of, groups: vec![], group_of: vec![] };
        window.group_providers(registry);
        window
    }

    fn group_providers(&mut self, registry: &Registry) {
        let month = self.calendar.month;
        let mut known = FxHashMap::<(ProviderType, bool, u64), Vec<u32>>::default();
        for (place, provider) in registry.providers.iter().enumerate() {
            let organisation = registry.organisation(provider);
            // One that closed before it opened never was.
            let open = Span::new(organisation.open_date, organisation.close_date)
                .is_some_and(|life| life.from <= month.last_day() && month.first_day() <= life.to);
            let mut hasher = FxHasher::default();
            self.ids(registry, place).for_each(|id| hasher.write_u32(id));
            let alike = known.entry((provider.kind, open, hasher.finish())).or_default();
            let same = |group: &&u32| {
                let other = self.groups[**group as usize].providers[0] as usize;
                self.ids(registry, place).eq(self.ids(registry, other))
            };
            let group = alike.iter().find(same).copied().unwrap_or_else(|| {
                alike.push(number(self.groups.len()));
                self.groups.push(Group { kind: provider.kind, open, providers: vec![] });
                number(self.groups.len() - 1)
            });
            self.groups[group as usize].providers.push(number(place));
            self.group_of.push(group);
        }
    }

    /// The numbers of what a provider owes, by version and first day.
    pub fn ids<'w>(&'w self, registry: &'w Registry, provider: usize) -> impl Iterator<Item = u32> + 'w {
        let duties = registry.providers[provider].duties.iter();
        duties.map(|duty| self.entry_of[*duty as usize]).filter(|id| *id != NOTHING)
    }

    /// What each provider of a group owes.
    pub fn entries(&self, registry: &Registry, group: &Group) -> Vec<Entry> {
        self.owed_by(registry, group.providers[0] as usize)
    }

    /// What a provider owes.
    pub fn owed_by(&self, registry: &Registry, provider: usize) -> Vec<Entry> {
        self.ids(registry, provider).map(|id| self.entries[id as usize]).collect()
    }

    /// The group of a provider.
    pub fn group(&self, provider: usize) -> &Group {
        &self.groups[self.group_of[provider] as usize]
    }
}

/// Places are counted in 32 bits: there are far fewer of anything.
pub(crate) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
