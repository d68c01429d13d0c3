//! Windows: the twelve months that end with a month, the periods due in them, and who owes which of them.
//!
//! Providers who owe exactly the same are one group; whatever follows from what is owed is computed once for a group. A group also has one
//! provider type, and its providers are all open in the month, or none is.

use crate::{
    cache::Cache,
    cost::EntryCost,
    people::People,
    period::{Period, periods_due},
    registry::{Duty, NEVER, Registry, VersionRow},
    regroup::Origin,
};
use chrono::NaiveDate;
use onus_domain::{Month, organisation::ProviderType, span::Span};
use rustc_hash::{FxHashMap, FxHasher};
use std::{
    collections::BTreeSet,
    hash::Hasher,
    sync::{Arc, OnceLock},
};

/// A period of a version that is due in the window.
#[derive(Clone, Copy)]
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
    pub due: Vec<Arc<Vec<Due>>>,
    /// First and last day of each different period, in order; after a change perhaps more of them.
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

impl Entry {
    /// What nobody owes: it stands where an entry was.
    pub const NONE: Self =
        Self { version: 0, from: 0, to: 0, months: 0, first: NEVER, assumed: false, idle: true };
}

/// Providers who owe the same.
#[derive(Clone)]
pub(crate) struct Group {
    pub kind: ProviderType,
    /// Whether they are open on any day of the month.
    pub open: bool,
    /// Under which number it is found.
    pub key: u64,
    /// Places of the providers, in order; never none.
    pub providers: Vec<u32>,
}

/// A window with its groups.
pub(crate) struct Window {
    pub calendar: Calendar,
    /// Every different entry; [`Entry::NONE`] where one was.
    pub entries: Vec<Entry>,
    /// By duty: the number of what it comes to in the window; [`NOTHING`] if it comes to nothing.
    pub entry_of: Vec<u32>,
    pub groups: Vec<Arc<Group>>,
    /// The group of each provider.
    pub group_of: Vec<u32>,
    /// Groups by a number made of what they owe, or one after it.
    pub known: FxHashMap<u64, u32>,
    /// What entries come to, by vintage.
    pub costs: Cache<NaiveDate, Vec<EntryCost>>,
    pub people: OnceLock<People>,
    /// By version: the groups that owe it.
    pub owing: OnceLock<Vec<Vec<u32>>>,
    /// How it came out of another one.
    pub origin: Option<Origin>,
}

/// No entry, or no group.
pub(crate) const NOTHING: u32 = u32::MAX;

impl Calendar {
    pub fn new(registry: &Registry, month: Month) -> Self {
        let (from, to) = (month.plus(-11).first_day(), month.last_day());
        let rows = registry.versions.iter();
        let periods: Vec<_> = rows.map(|row| periods_of(registry, row, from, to)).collect();
        let spans: BTreeSet<_> = periods.iter().flatten().map(|period| (period.start, period.end)).collect();
        let ends = month.year_ending().map(Month::last_day).map(|day| (day, registry.tariffs.epoch(day)));
        let spans = spans.into_iter().collect();
        let mut calendar = Self { month, due: vec![], spans, month_ends: ends.collect() };
        calendar.due = periods.iter().map(|periods| calendar.number(registry, periods)).collect();
        calendar
    }

    /// The periods of a version, with their numbers.
    pub fn number(&self, registry: &Registry, periods: &[Period]) -> Arc<Vec<Due>> {
        let due = |period: &Period| Due {
            period: *period,
            span: number(self.spans.binary_search(&(period.start, period.end)).unwrap_or_default()),
            in_month: Month::of(period.due) == self.month,
            epoch: registry.tariffs.epoch(period.due),
        };
        Arc::new(periods.iter().map(due).collect())
    }

    /// What a duty comes to, if anything.
    pub fn entry(&self, registry: &Registry, duty: &Duty) -> Option<Entry> {
        if duty.is_none() {
            return None;
        }
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

/// The periods of a version that are due in some days and asked by it.
pub(crate) fn periods_of(
    registry: &Registry,
    row: &VersionRow,
    from: NaiveDate,
    to: NaiveDate,
) -> Vec<Period> {
    let schedule = registry.version_of(row).content.schedule.as_ref();
    let schedule = schedule.filter(|_| !row.force.is_empty());
    let mut due = schedule.map(|schedule| periods_due(schedule, from, to)).unwrap_or_default();
    due.retain(|period| row.force.iter().any(|span| span.holds(period.end)));
    due
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
        let mut window = Self {
            calendar,
            entries,
            entry_of,
            groups: vec![],
            group_of: vec![],
            known: FxHashMap::default(),
            costs: Cache::new(64),
            people: OnceLock::new(),
            owing: OnceLock::new(),
            origin: None,
        };
        window.group_providers(registry);
        window
    }

    fn group_providers(&mut self, registry: &Registry) {
        let month = self.calendar.month;
        let mut groups: Vec<Group> = vec![];
        for (place, provider) in registry.providers.iter().enumerate() {
            let organisation = registry.organisation(provider);
            // One that closed before it opened never was.
            let open = Span::new(organisation.open_date, organisation.close_date)
                .is_some_and(|life| life.from <= month.last_day() && month.first_day() <= life.to);
            let found = self.find(registry, place, (provider.kind, open), |group| groups.get(group));
            let group = found.unwrap_or_else(|key| {
                groups.push(Group { kind: provider.kind, open, key, providers: vec![] });
                self.known.insert(key, number(groups.len() - 1));
                number(groups.len() - 1)
            });
            groups[group as usize].providers.push(number(place));
            self.group_of.push(group);
        }
        self.groups = groups.into_iter().map(Arc::new).collect();
    }

    /// The group of those of a kind who owe what a provider owes; if there is none, the number under which to put it.
    pub fn find<'g>(
        &self,
        registry: &Registry,
        provider: usize,
        (kind, open): (ProviderType, bool),
        group: impl Fn(usize) -> Option<&'g Group>,
    ) -> Result<u32, u64> {
        let mut hasher = FxHasher::default();
        hasher.write_u32(kind as u32 * 2 + u32::from(open));
        self.ids(registry, provider).for_each(|id| hasher.write_u32(id));
        let mut key = hasher.finish();
        while let Some(place) = self.known.get(&key) {
            let same = group(*place as usize).filter(|group| (group.kind, group.open) == (kind, open));
            let other = same.and_then(|group| group.providers.first());
            if other.is_some_and(|o| self.ids(registry, provider).eq(self.ids(registry, *o as usize))) {
                return Ok(*place);
            }
            key = key.wrapping_add(1);
        }
        Err(key)
    }

    /// The numbers of what a provider owes, by version and first day.
    pub fn ids<'w>(&'w self, registry: &'w Registry, provider: usize) -> impl Iterator<Item = u32> + 'w {
        let duties = registry.duties_of[provider].iter();
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

    /// By version: the groups that owe a period of it, in order. Worked out once.
    pub fn owing(&self, registry: &Registry) -> &[Vec<u32>] {
        self.owing.get_or_init(|| {
            let mut owing = vec![vec![]; registry.versions.len()];
            for (place, group) in (0..).zip(&self.groups) {
                let owed =
                    self.ids(registry, group.providers[0] as usize).map(|id| &self.entries[id as usize]);
                for entry in owed.filter(|entry| entry.periods() > 0) {
                    let groups: &mut Vec<u32> = &mut owing[entry.version as usize];
                    if groups.last() != Some(&place) {
                        groups.push(place);
                    }
                }
            }
            owing
        })
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
