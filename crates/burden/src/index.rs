//! The burden index (`burden.md`, "The burden index").
//!
//! `R(p, m)` are the hours of the twelve months ending m with the statements known on m's last day; `N(p, m)` the latest size known that
//! day, 1 if unknown. `I(p, m) = 100 x [R(p, m) / N(p, m)] / [R(p, base) / N(p, base)]`; for a type, with sums over its providers open in
//! the month; nationally, types weighted by their share of all R in the base month (shared out among the rest if a type has no index).
//!
//! *Re-estimation*: in a month L in which a statement changed though the request did not, hours from then on are multiplied by
//! `R_e(L) / R_e'(L)`, e being what was known at the end of the month before; links multiply, and go backwards before the base. A link that
//! would be by or from nothing is 1. The index as published has no links.
//!
//! *Mergers*: from the month of a succession on, the successor's baseline is its own R and N of the base month plus its predecessors' by
//! share, and theirs is lessened by it; shares of one predecessor on one day that make more than the whole are replaced by the successors'
//! shares of N. Who takes over on a day from one that takes over from another on the same day has that one's part too; successions of one
//! day that lead back to where they began say nothing and are left out (`validate::successions` refuses them). A provider opened after the base has an index from its first full year on (before that, twelve months of it do not
//! exist): by its predecessors' baseline, or, without any, linked to its type's index in that month.

use crate::{
    Settings,
    cost::{Amount, EntryCost, Slot, Vintage},
    exact::Exact,
    known::{Before, Known},
    month::MonthFigures,
    number::decimal,
    people::People,
    registry::Registry,
    succession,
    update::Update,
    window::{Group, Window},
};
use chrono::{Datelike, NaiveDate};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};
use onus_domain::{CollectionId, Month, organisation::ProviderType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// R and N.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Level {
    pub hours: BigRational,
    pub size: BigRational,
}

impl Level {
    fn zero() -> Self {
        Self { hours: BigRational::zero(), size: BigRational::zero() }
    }

    /// R / N, if there is something of both.
    fn intensity(&self) -> Option<BigRational> {
        (!self.hours.is_zero() && !self.size.is_zero()).then(|| &self.hours / &self.size)
    }

    fn add(&mut self, other: &Self, share: &BigRational) {
        self.hours += &other.hours * share;
        self.size += &other.size * share;
    }
}

/// An index with its links, and without.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct IndexPair {
    pub linked: Option<BigRational>,
    pub published: Option<BigRational>,
}

/// Whose requests, or which providers, an index is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Scope {
    /// All requests, all providers.
    All,
    /// The requests of one owner, by number.
    Owner(u32),
    /// The providers of one region, by number.
    Region(u32),
}

impl Scope {
    fn owner(self) -> Option<u32> {
        if let Self::Owner(owner) = self { Some(owner) } else { None }
    }

    /// Whether the providers of a region are in it.
    pub fn holds(self, region: Option<u32>) -> bool {
        !matches!(self, Self::Region(one) if region != Some(one))
    }

    /// The providers of a group that are in it.
    pub fn providers<'a>(self, registry: &'a Registry, group: &'a Group) -> impl Iterator<Item = usize> + 'a {
        let places = group.providers.iter().map(|place| *place as usize);
        places.filter(move |place| self.holds(registry.providers[*place].region))
    }
}

/// Works out indexes; remembers windows and hours.
pub(crate) struct Index {
    registry: Arc<Registry>,
    base: Month,
    known: Arc<Known>,
    before: Option<Before>,
}

impl Index {
    pub fn new(registry: Arc<Registry>, settings: Settings) -> Self {
        Self { registry, base: settings.base_month, known: Arc::new(Known::new()), before: None }
    }

    /// The index of a registry that came out of this one's.
    pub fn updated(&self, registry: Arc<Registry>, update: Update) -> Self {
        let before = Before { update, known: Arc::clone(&self.known) };
        Self { registry, base: self.base, known: Arc::new(Known::new()), before: Some(before) }
    }

    /// The collections that differ from the registry before, if nothing that others ask stands to time otherwise than it did.
    pub fn changed(&self) -> Option<&BTreeSet<CollectionId>> {
        let update = &self.before.as_ref()?.update;
        (!update.measured).then_some(&update.changes.collections)
    }

    /// The window that ends with a month.
    pub fn window(&self, month: Month) -> Arc<Window> {
        self.known.windows.get(month, || {
            let before = self.before.as_ref().filter(|_| !self.registry.versions.is_empty());
            let known = before.and_then(|before| Some((before.known.windows.held(month)?, &before.update)));
            match known {
                Some((window, update)) => window.updated(&self.registry, update),
                None => Window::new(&self.registry, month),
            }
        })
    }

    /// The figures of a month.
    pub fn figures(&self, month: Month) -> Arc<MonthFigures> {
        self.known.figures.get(month, || {
            let before = self.before.as_ref();
            let known = before.and_then(|before| Some((before.known.figures.held(month)?, before)));
            let updated = known.and_then(|(figures, before)| figures.updated(&self.registry, self, before));
            updated.unwrap_or_else(|| MonthFigures::new(&self.registry, self, month))
        })
    }

    /// The figures of a month before a change, if they are known, and the providers that may owe something else since.
    pub fn figures_before(&self, month: Month) -> Option<(Arc<MonthFigures>, &[u32])> {
        let before = self.before.as_ref()?;
        Some((before.known.figures.held(month)?, &before.update.providers))
    }

    /// The prices of every version at the vintage of a day.
    pub fn vintage(&self, day: NaiveDate) -> Arc<Vintage> {
        self.known.vintages.get(day, || {
            let known = self.before.as_ref().and_then(|b| Some((b.known.vintages.held(day)?, &b.update)));
            match known {
                Some((vintage, update)) => vintage.updated(&self.registry, update, day),
                None => Vintage::new(&self.registry, day),
            }
        })
    }

    /// What each entry of a window comes to at a vintage.
    pub fn costs(&self, window: &Window, vintage: NaiveDate) -> Arc<Vec<EntryCost>> {
        window.costs.get(vintage, || {
            let prices = self.vintage(vintage);
            let known = window
                .origin
                .as_ref()
                .and_then(|origin| Some((origin.window()?.costs.held(vintage)?, origin.entries.as_slice())));
            let Some((costs, changed)) = known else { return prices.costs(&self.registry, window) };
            let mut costs = Vec::clone(&costs);
            costs.resize(window.entries.len(), EntryCost::default());
            for id in changed {
                let entry = window.entries[*id as usize];
                costs[*id as usize] = prices.cost(&self.registry, &window.calendar, entry);
            }
            costs
        })
    }

    fn people<'w>(&self, window: &'w Window) -> &'w People {
        window.people.get_or_init(|| People::new(&self.registry, window))
    }

    /// What a provider owes in the twelve months ending with a month, at a vintage.
    fn amount(&self, provider: usize, month: Month, vintage: NaiveDate) -> Amount {
        let window = self.window(month);
        let costs = self.costs(&window, vintage);
        let mut sum = Amount::default();
        for id in window.ids(&self.registry, provider) {
            let cost = &costs[id as usize];
            sum.add(&cost.fixed, 1);
            for (slot, amount) in &cost.sized {
                sum.add_at(amount, &self.size_in(provider, *slot));
            }
        }
        sum
    }

    /// R(p, m) at a vintage.
    pub fn burden(&self, provider: usize, month: Month, vintage: NaiveDate) -> BigRational {
        self.amount(provider, month, vintage).hours_year.value()
    }

    /// What a provider owes in a month, and in the twelve months ending with it, with the statements known on its last day.
    pub fn own_hours(&self, provider: usize, month: Month) -> (BigRational, BigRational) {
        let amount = self.amount(provider, month, month.last_day());
        (amount.hours_month.value(), amount.hours_year.value())
    }

    /// A provider's size in a slot, 1 if unknown.
    pub fn size_in(&self, provider: usize, (measure, day): Slot) -> BigRational {
        self.registry.size_in(provider, (measure, day))
    }

    /// N(p, m).
    fn size(&self, provider: usize, month: Month) -> BigRational {
        self.size_in(provider, (self.registry.providers[provider].kind.size_measure(), month.last_day()))
    }

    fn level(&self, provider: usize, month: Month) -> Level {
        Level { hours: self.burden(provider, month, month.last_day()), size: self.size(provider, month) }
    }

    /// Sums of R and N over the providers of each type that are open in the month.
    pub fn type_levels(
        &self,
        scope: Scope,
        month: Month,
        vintage: NaiveDate,
    ) -> Arc<BTreeMap<ProviderType, Level>> {
        self.known.types.get((scope, month, vintage), || {
            let window = self.window(month);
            let (costs, people) = (self.costs(&window, vintage), self.people(&window));
            let mut sums = BTreeMap::<ProviderType, (Exact, Exact)>::new();
            for (place, (kind, region)) in people.kinds.iter().enumerate() {
                if scope.holds(*region) {
                    let (hours, sizes) = sums.entry(*kind).or_default();
                    sizes.add(&people.sizes[place]);
                    for (id, cost) in
                        costs.iter().enumerate().filter(|(id, _)| self.asks(scope, &window, *id))
                    {
                        let providers = people.owing[id * people.kinds.len() + place];
                        hours.add_times(&cost.fixed.hours_year, providers.into());
                    }
                }
            }
            self.add_sized(scope, &window, &costs, &mut sums);
            let level = |(hours, size): (Exact, Exact)| Level { hours: hours.value(), size: size.value() };
            sums.into_iter().map(|(kind, sums)| (kind, level(sums))).collect()
        })
    }

    /// The product of the links of the months after `from` until `to`; its inverse if `to` is before `from`.
    fn links(&self, from: Month, to: Month, hours: impl Fn(Month, NaiveDate) -> BigRational) -> BigRational {
        let (first, last) = (from.min(to), from.max(to));
        let months = self.registry.re_estimates.iter().filter(|month| first < **month && **month <= last);
        let product = months.fold(BigRational::one(), |product, month| {
            let (before, after) = (hours(*month, month.plus(-1).last_day()), hours(*month, month.last_day()));
            if before.is_zero() || after.is_zero() { product } else { product * before / after }
        });
        if to < from { product.recip() } else { product }
    }

    fn provider_links(&self, provider: usize, from: Month, to: Month) -> BigRational {
        self.links(from, to, |month, vintage| self.burden(provider, month, vintage))
    }

    /// Whether an entry is of a request in scope.
    fn asks(&self, scope: Scope, window: &Window, id: usize) -> bool {
        scope.owner().is_none_or(|owner| self.registry.row(window.entries[id].version).owner == owner)
    }

    /// Adds what depends on sizes to the hours of types, of open providers in scope.
    fn add_sized(
        &self,
        scope: Scope,
        window: &Window,
        costs: &[EntryCost],
        sums: &mut BTreeMap<ProviderType, (Exact, Exact)>,
    ) {
        let is_sized = |id: usize| !costs[id].sized.is_empty() && self.asks(scope, window, id);
        let sized: Vec<bool> = (0..costs.len()).map(is_sized).collect();
        if !sized.contains(&true) {
            return;
        }
        for group in window.groups.iter().filter(|group| group.open) {
            let ids = window.ids(&self.registry, group.providers[0] as usize);
            for id in ids.filter(|id| sized[*id as usize]) {
                for (slot, amount) in &costs[id as usize].sized {
                    let sizes = scope.providers(&self.registry, group).map(|p| self.size_in(p, *slot));
                    let hours = amount.hours_year.value() * sizes.sum::<BigRational>();
                    // A type without a provider in scope has no level, and nothing of size.
                    if let Some(sum) = sums.get_mut(&group.kind) {
                        sum.0.add_value(&hours);
                    }
                }
            }
        }
    }

    fn type_level(
        &self,
        scope: Scope,
        kind: ProviderType,
        month: Month,
        vintage: NaiveDate,
    ) -> Option<Level> {
        self.type_levels(scope, month, vintage).get(&kind).cloned()
    }

    fn type_links(&self, scope: Scope, kind: ProviderType, month: Month) -> BigRational {
        self.links(self.base, month, |month, vintage| {
            let level = self.type_level(scope, kind, month, vintage);
            level.map_or_else(BigRational::zero, |level| level.hours)
        })
    }

    /// I(T, m).
    pub fn of_type(&self, scope: Scope, kind: ProviderType, month: Month) -> IndexPair {
        let now = self.type_level(scope, kind, month, month.last_day());
        now.map_or_else(IndexPair::default, |now| self.of_type_at(scope, kind, month, &now))
    }

    /// What I(T, m) would be with other R and N in the month.
    fn of_type_at(&self, scope: Scope, kind: ProviderType, month: Month, now: &Level) -> IndexPair {
        let base = self.type_level(scope, kind, self.base, self.base.last_day());
        base.map_or_else(IndexPair::default, |base| against(now, &base, &self.type_links(scope, kind, month)))
    }

    /// w(T): the type's share of all R in the base month.
    pub fn weights(&self, scope: Scope) -> BTreeMap<ProviderType, BigRational> {
        let levels = self.type_levels(scope, self.base, self.base.last_day());
        let all: BigRational = levels.values().map(|level| &level.hours).sum();
        let share = |level: &Level| if all.is_zero() { BigRational::zero() } else { &level.hours / &all };
        levels.iter().map(|(kind, level)| (*kind, share(level))).collect()
    }

    /// I(m), of all providers or of a region's.
    pub fn of_providers(&self, scope: Scope, month: Month) -> IndexPair {
        self.of_providers_at(scope, month, &self.type_levels(scope, month, month.last_day()))
    }

    /// What I(m) would be with other R and N of the types in the month.
    pub fn of_providers_at(
        &self,
        scope: Scope,
        month: Month,
        now: &BTreeMap<ProviderType, Level>,
    ) -> IndexPair {
        let of_type = |kind: ProviderType| {
            now.get(&kind).map_or_else(IndexPair::default, |now| self.of_type_at(scope, kind, month, now))
        };
        let of_types: Vec<_> =
            self.weights(scope).into_iter().map(|(kind, weight)| (weight, of_type(kind))).collect();
        let mean = |of: fn(&IndexPair) -> &Option<BigRational>| {
            let known = of_types.iter().filter_map(|(weight, index)| Some((weight, of(index).as_ref()?)));
            let (mut weights, mut sum) = (BigRational::zero(), BigRational::zero());
            known.for_each(|(weight, index)| {
                weights += weight;
                sum += weight * index;
            });
            (!weights.is_zero()).then(|| sum / weights)
        };
        IndexPair { linked: mean(|index| &index.linked), published: mean(|index| &index.published) }
    }

    /// I of an owner's requests: each type's hours at its size in the base month, against all hours then.
    pub fn of_owner(&self, owner: u32, month: Month) -> IndexPair {
        let scope = Scope::Owner(owner);
        let base = self.type_levels(scope, self.base, self.base.last_day());
        let all: BigRational = base.values().map(|level| &level.hours).sum();
        if all.is_zero() {
            return IndexPair::default();
        }
        let (mut linked, mut published) = (BigRational::zero(), BigRational::zero());
        for (kind, now) in self.type_levels(scope, month, month.last_day()).iter() {
            let resized = base.get(kind).map_or_else(BigRational::one, |base| &base.size / &now.size);
            let hours = &now.hours * resized;
            linked += &hours * self.type_links(scope, *kind, month);
            published += hours;
        }
        let of_base = |hours: BigRational| Some(hours * BigInt::from(100) / &all);
        IndexPair { linked: of_base(linked), published: of_base(published) }
    }

    /// I(p, m), given the baselines that hold in the month.
    pub fn of_provider(&self, provider: usize, month: Month, baselines: &[Arc<Level>]) -> IndexPair {
        self.of_provider_at(provider, month, baselines, || self.burden(provider, month, month.last_day()))
    }

    /// What I(p, m) would be with another R in the month.
    pub fn of_provider_at(
        &self,
        provider: usize,
        month: Month,
        baselines: &[Arc<Level>],
        hours: impl FnOnce() -> BigRational,
    ) -> IndexPair {
        let organisation = self.registry.organisation(&self.registry.providers[provider]);
        let closed = organisation.close_date.is_some_and(|close| close < month.first_day());
        if closed || organisation.open_date.is_some_and(|open| month.last_day() < open) {
            return IndexPair::default();
        }
        let now = Level { hours: hours(), size: self.size(provider, month) };
        let after_base = organisation.open_date.filter(|open| self.base.last_day() < *open);
        let first = after_base.map(first_full_year);
        if first.is_some_and(|first| month < first) {
            return IndexPair::default();
        }
        match first.filter(|_| baselines[provider].hours.is_zero()) {
            None => against(&now, &baselines[provider], &self.provider_links(provider, self.base, month)),
            Some(first) => {
                let own =
                    against(&now, &self.level(provider, first), &self.provider_links(provider, first, month));
                let of_type = self.of_type(Scope::All, self.registry.providers[provider].kind, first);
                let linked = |own: Option<BigRational>, kind: Option<BigRational>| {
                    Some(own? * kind? / BigInt::from(100))
                };
                IndexPair {
                    linked: linked(own.linked, of_type.linked),
                    published: linked(own.published, of_type.published),
                }
            }
        }
    }

    /// The baseline of every provider as it holds in a month.
    pub fn baselines(&self, month: Month) -> Arc<Vec<Arc<Level>>> {
        self.known.baselines.get(month, || self.find_baselines(month))
    }

    fn find_baselines(&self, month: Month) -> Vec<Arc<Level>> {
        let mut levels = self.base_levels().clone();
        let registry = &self.registry;
        let after_base = |date: NaiveDate| self.base.last_day() < date && date <= month.last_day();
        let successions = registry.snapshot.successions.iter().filter(|s| after_base(s.date));
        for given in succession::in_order(successions) {
            let Some(predecessor) = registry.provider(given.predecessor) else { continue };
            let successors = given.parts.iter().filter_map(|part| {
                registry.provider(&part.successor).map(|place| (place, decimal(part.share)))
            });
            let shares = self.shares(given.date, successors.collect());
            let whole = Level::clone(&levels[predecessor]);
            for (successor, share) in shares {
                Arc::make_mut(&mut levels[successor]).add(&whole, &share);
                Arc::make_mut(&mut levels[predecessor]).add(&whole, &-share);
            }
        }
        levels
    }

    /// The shares as declared, unless they make more than the whole: then by N.
    fn shares(&self, date: NaiveDate, successors: Vec<(usize, BigRational)>) -> Vec<(usize, BigRational)> {
        let declared: BigRational = successors.iter().map(|(_, share)| share).sum();
        if declared <= BigRational::one() {
            return successors;
        }
        let sized: Vec<_> =
            successors.into_iter().map(|(place, _)| (place, self.size(place, Month::of(date)))).collect();
        let all: BigRational = sized.iter().map(|(_, size)| size).sum();
        sized.into_iter().map(|(place, size)| (place, size / &all)).collect()
    }

    /// R and N of the base month; nothing of those who opened after it.
    fn base_levels(&self) -> &Vec<Arc<Level>> {
        self.known.base_levels.get_or_init(|| {
            let open = |provider: usize| {
                let organisation = self.registry.organisation(&self.registry.providers[provider]);
                organisation.open_date.is_none_or(|open| open <= self.base.last_day())
            };
            let level = |provider| {
                Arc::new(if open(provider) { self.level(provider, self.base) } else { Level::zero() })
            };
            let known = self.before.as_ref().and_then(|b| Some((b.known.base_levels.get()?, &b.update)));
            let Some((known, update)) = known else {
                return (0..self.registry.providers.len()).map(level).collect();
            };
            // Only who answers a changed collection, or did, may owe something else.
            let mut levels = known.clone();
            for provider in &update.providers {
                levels[*provider as usize] = level(*provider as usize);
            }
            levels
        })
    }
}

/// `100 x now / base`, with the links and without.
fn against(now: &Level, base: &Level, links: &BigRational) -> IndexPair {
    let published = base
        .intensity()
        .filter(|_| !now.size.is_zero())
        .map(|base| &now.hours / &now.size / base * BigInt::from(100));
    IndexPair { linked: published.as_ref().map(|index| index * links), published }
}

/// The first month that ends a whole year since a provider opened.
fn first_full_year(open: NaiveDate) -> Month {
    Month::of(open).plus(if open.day() == 1 { 11 } else { 12 })
}
