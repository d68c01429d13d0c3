//! The figures of a month: for each group of providers, what each of them is asked and what it comes to.

use crate::{
    cost::{Amount, Slot, Sum, Vintage},
    counts::{AskCounts, RoleCounts},
    fold::{self, Asked, Layers},
    registry::{ROLES, Registry},
    sharing::{Sharers, Sharing, pairs},
    window::{Calendar, Entry, Group, Window},
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Hours and pence, and what part of the hours is assumed.
#[derive(Clone, Default)]
pub(crate) struct Part {
    pub amount: Amount,
    pub assumed_month: Sum,
    pub assumed_year: Sum,
}

impl Part {
    /// Adds another one so many times, of which some count as assumed whatever they rest on.
    pub fn add(&mut self, other: &Self, times: &BigRational, assumed: &BigRational) {
        self.amount.add(&other.amount, times);
        let rest = times - assumed;
        self.assumed_month.add(&other.assumed_month.0, &rest);
        self.assumed_year.add(&other.assumed_year.0, &rest);
        self.assumed_month.add(&other.amount.hours_month.0, assumed);
        self.assumed_year.add(&other.amount.hours_year.0, assumed);
    }

    fn add_entry(&mut self, amount: &Amount, assumed: bool) {
        self.amount.add(amount, &BigRational::one());
        if assumed {
            self.assumed_month.0 += &amount.hours_month.0;
            self.assumed_year.0 += &amount.hours_year.0;
        }
    }
}

/// What a provider's obligations come to.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    pub total: Part,
    pub by_collection: BTreeMap<u32, Part>,
    /// Hours of the twelve months that need not be spent.
    pub avoidable: Sum,
    pub avoidable_by_owner: BTreeMap<u32, Sum>,
    pub avoidable_by_pair: BTreeMap<(u32, u32), Sum>,
}

impl Ledger {
    /// Adds another one so many times, of which some count as assumed whatever they rest on.
    pub fn add(&mut self, other: &Self, times: &BigRational, assumed: &BigRational) {
        self.total.add(&other.total, times, assumed);
        for (collection, part) in &other.by_collection {
            self.by_collection.entry(*collection).or_default().add(part, times, assumed);
        }
        self.avoidable.add(&other.avoidable.0, times);
        for (owner, hours) in &other.avoidable_by_owner {
            self.avoidable_by_owner.entry(*owner).or_default().add(&hours.0, times);
        }
        for (pair, hours) in &other.avoidable_by_pair {
            self.avoidable_by_pair.entry(*pair).or_default().add(&hours.0, times);
        }
    }

    fn add_entry(&mut self, collection: u32, amount: &Amount, assumed: bool) {
        self.total.add_entry(amount, assumed);
        self.by_collection.entry(collection).or_default().add_entry(amount, assumed);
    }

    /// Notes avoidable hours of facts with these askers: equal parts to each, and to each pair.
    fn save(&mut self, askers: &[(u32, bool)], hours: &BigRational) {
        self.avoidable.add(hours, &BigRational::one());
        let part = BigRational::new(1.into(), askers.len().max(1).into());
        for (owner, _) in askers {
            self.avoidable_by_owner.entry(*owner).or_default().add(hours, &part);
        }
        let pairs = pairs(askers);
        let part = BigRational::new(1.into(), pairs.len().max(1).into());
        for pair in pairs {
            self.avoidable_by_pair.entry(pair).or_default().add(hours, &part);
        }
    }
}

/// What a collection asks a provider.
#[derive(Clone, Copy, Default)]
pub(crate) struct CollectionAsks {
    pub obligations_month: u64,
    pub obligations_year: u64,
    /// CONTENT asks.
    pub asks: u64,
}

/// The figures of each provider of a group.
#[derive(Clone, Default)]
pub(crate) struct GroupFigures {
    pub counts: RoleCounts,
    /// CONTENT asks of which the frequency, or that the provider must answer, is assumed.
    pub assumed_asks: u64,
    pub collections: BTreeMap<u32, CollectionAsks>,
    pub sharing: Sharing,
    /// By owner: its CONTENT facts that are met by reuse.
    pub met_by_reuse: BTreeMap<u32, u64>,
    /// Of a provider of any size.
    pub fixed: Ledger,
    /// For size 1 in addition.
    pub sized: BTreeMap<Slot, Ledger>,
}

/// Works out the figures of one group after another, and keeps what they have in common.
pub(crate) struct Figuring<'r> {
    registry: &'r Registry,
    calendar: &'r Calendar,
    vintage: &'r Vintage,
    layers: Vec<Layers<'r>>,
    sharers: Sharers<'r>,
}

impl<'r> Figuring<'r> {
    pub fn new(registry: &'r Registry, calendar: &'r Calendar, vintage: &'r Vintage) -> Self {
        let layers = (0..ROLES.len()).map(|role| Layers::new(registry, &[role])).collect();
        Self { registry, calendar, vintage, layers, sharers: Sharers::new(registry, vintage) }
    }

    /// The figures of providers who owe `entries`.
    pub fn group(&mut self, entries: &[Entry]) -> GroupFigures {
        let mut figures = GroupFigures::default();
        for entry in entries {
            self.count(&mut figures, *entry);
        }
        for role in 0..ROLES.len() {
            let periods =
                fold::by_period(&mut self.layers[role], &self.calendar.spans, owed(self.calendar, entries));
            figures.counts.0[role].shared_definition_asks = self.shared_definitions(entries, role);
            self.count_facts(&mut figures, role, &periods);
        }
        for entry in entries {
            let cost = self.vintage.cost(self.registry, self.calendar, *entry);
            let collection = self.registry.row(entry.version).collection;
            figures.fixed.add_entry(collection, &cost.fixed, cost.assumed);
            for (slot, amount) in &cost.sized {
                figures.sized.entry(*slot).or_default().add_entry(collection, amount, cost.assumed);
            }
        }
        self.save(&mut figures, entries);
        figures.met_by_reuse = self.met_by_reuse(entries);
        figures
    }

    /// Facts that would be asked if they were not met by reuse, by who would ask them.
    fn met_by_reuse(&self, entries: &[Entry]) -> BTreeMap<u32, u64> {
        let mut met = BTreeMap::<u32, BTreeSet<(u32, u32)>>::new();
        for entry in entries {
            let row = self.registry.row(entry.version);
            let facts = entry.due(self.calendar).iter();
            let facts = facts.flat_map(|due| row.met_questions.iter().map(|question| (*question, due.span)));
            if !row.met_questions.is_empty() {
                met.entry(row.owner).or_default().extend(facts);
            }
        }
        met.into_iter().map(|(owner, facts)| (owner, facts.len() as u64)).collect()
    }

    fn count(&self, figures: &mut GroupFigures, entry: Entry) {
        let row = self.registry.row(entry.version);
        let periods = u64::from(entry.periods());
        for (role, counts) in figures.counts.0.iter_mut().enumerate() {
            counts.asks += row.asks[role] * periods;
            counts.optional_asks += row.optional[role] * periods;
        }
        if row.assumed_schedule || entry.assumed {
            figures.assumed_asks += row.asks[0] * periods;
        }
        let due = entry.owed(self.calendar);
        let collection = figures.collections.entry(row.collection).or_default();
        collection.obligations_year += periods;
        collection.obligations_month += due.iter().filter(|due| due.in_month).count() as u64;
        collection.asks += row.asks[0] * periods;
    }

    fn count_facts(&mut self, figures: &mut GroupFigures, role: usize, periods: &[Asked]) {
        let counts = &mut figures.counts.0[role];
        for (at, period) in periods.iter().enumerate() {
            let layer = &period.layer;
            let facts = layer.questions.len() as u64;
            counts.facts_plain += facts;
            counts.possible_duplicates += facts - layer.possible;
            let shorter = fold::over_shorter(&self.registry.questions, periods, at);
            if shorter.is_empty() {
                counts.facts_strict += facts - layer.base.len() as u64;
                if role == 0 {
                    self.sharers.add_base(&mut figures.sharing, layer, 1);
                }
            } else {
                let answers = layer.resolve(&shorter);
                counts.facts_strict += facts - answers.len() as u64;
                if role == 0 {
                    self.sharers.add_period(&mut figures.sharing, periods, at, &answers);
                }
            }
        }
    }

    /// Asks of a role whose concept is also asked for an unrelated subject.
    fn shared_definitions(&self, entries: &[Entry], role: usize) -> u64 {
        let mut asks = BTreeMap::<u32, u64>::new();
        for entry in entries.iter().filter(|entry| entry.periods() > 0) {
            for (question, count) in &self.registry.row(entry.version).asked[role] {
                *asks.entry(*question).or_default() += u64::from(*count) * u64::from(entry.periods());
            }
        }
        let elsewhere = |question: &u32| {
            let row = self.registry.questions.row(*question);
            row.elsewhere.iter().any(|other| asks.contains_key(other))
        };
        asks.iter().filter(|(question, _)| elsewhere(question)).map(|(_, count)| count).sum()
    }

    /// Avoidable hours: a redundant ask's own item minutes, and the rest of a collection whose CONTENT asks are all redundant, in equal
    /// parts to them.
    fn save(&self, figures: &mut GroupFigures, entries: &[Entry]) {
        let mut redundant = BTreeMap::<u32, u64>::new();
        for ((version, askers), count) in &figures.sharing.redundant {
            let own = &self.vintage.prices(*version).item_hours * BigInt::from(*count);
            figures.fixed.save(askers, &own);
            *redundant.entry(self.registry.row(*version).collection).or_default() += count;
        }
        for (collection, count) in redundant {
            if figures.collections.get(&collection).is_none_or(|asked| asked.asks != count) {
                continue;
            }
            let of_collection =
                entries.iter().filter(|e| self.registry.row(e.version).collection == collection);
            let own = of_collection.map(|entry| {
                let asks = self.registry.row(entry.version).asks[0] * u64::from(entry.periods());
                &self.vintage.prices(entry.version).item_hours * BigInt::from(asks)
            });
            let own: BigRational = own.sum();
            let asks: Vec<_> = figures
                .sharing
                .redundant
                .iter()
                .filter(|((version, _), _)| self.registry.row(*version).collection == collection)
                .map(|((_, askers), asks)| {
                    (Arc::clone(askers), BigRational::new((*asks).into(), count.into()))
                })
                .collect();
            let ledgers = std::iter::once((&mut figures.fixed, own));
            let sized = figures.sized.values_mut().map(|ledger| (ledger, BigRational::default()));
            for (ledger, own) in ledgers.chain(sized) {
                let Some(part) = ledger.by_collection.get(&collection) else { continue };
                let rest = &part.amount.hours_year.0 - own;
                for (askers, share) in &asks {
                    ledger.save(askers, &(&rest * share));
                }
            }
        }
    }
}

/// (period's number, version) of all that is owed.
pub(crate) fn owed(calendar: &Calendar, entries: &[Entry]) -> Vec<(u32, u32)> {
    let of = |entry: &Entry| {
        let version = entry.version;
        entry.owed(calendar).iter().map(move |due| (due.span, version)).collect::<Vec<_>>()
    };
    entries.iter().flat_map(of).collect()
}

/// The figures of a month's groups, in their order, as published: with the statements known on the month's last day.
pub(crate) fn of_groups(registry: &Registry, window: &Window) -> Vec<GroupFigures> {
    let vintage = Vintage::new(registry, window.calendar.month.last_day());
    let mut figuring = Figuring::new(registry, &window.calendar, &vintage);
    window.groups.iter().map(|group: &Group| figuring.group(&group.entries)).collect()
}

impl GroupFigures {
    /// The sums of a count over the collections.
    pub fn obligations(&self) -> (u64, u64) {
        let each = self.collections.values();
        each.fold((0, 0), |(month, year), c| (month + c.obligations_month, year + c.obligations_year))
    }

    /// CONTENT asks.
    pub fn content(&self) -> &AskCounts {
        self.counts.content()
    }
}
