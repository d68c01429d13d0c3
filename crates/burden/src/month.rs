//! The figures of one month, prepared: groups with what their providers are asked, and sums over them.

use crate::{
    cost::{Part, Slot},
    counts::RoleCounts,
    evidence::{Evidence, Reader},
    exact::Exact,
    index::{Index, Scope},
    obligation::obligations,
    publish::Peers,
    registry::Registry,
    summary::{Summary, Sums},
    tables::Tables,
    tally::Tally,
    threads::share_out,
    window::{Group, Window},
};
use num_rational::BigRational;
use onus_domain::{CollectionId, Month, OdsCode};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

/// Obligations for which there is a receipt.
#[derive(Clone, Default)]
pub(crate) struct Met {
    pub obligations: u64,
    pub hours: BigRational,
}

/// What a collection asks.
#[derive(Clone, Default)]
pub(crate) struct OfCollection {
    pub obligations_month: u64,
    pub obligations_year: u64,
    /// CONTENT asks.
    pub asks: u64,
    pub part: Part,
}

/// The figures of a month.
pub(crate) struct MonthFigures {
    pub window: Arc<Window>,
    /// As the window's groups.
    pub groups: Vec<Summary>,
    /// Over all providers.
    pub all: All,
    /// By provider.
    pub met: BTreeMap<usize, Met>,
    /// What time returns say.
    pub evidence: Evidence,
    /// Hours for their size, once asked for.
    pub peers: OnceLock<Peers>,
}

/// Over all providers: what is told by who asks.
#[derive(Default)]
pub(crate) struct All {
    pub collections: BTreeMap<u32, OfCollection>,
    pub facts_shared: BTreeMap<u32, u64>,
    pub pair_facts: BTreeMap<(u32, u32), u64>,
    pub redundant: BTreeMap<u32, u64>,
    pub met_by_reuse: BTreeMap<u32, u64>,
    pub avoidable_by_owner: BTreeMap<u32, Exact>,
    pub avoidable_by_pair: BTreeMap<(u32, u32), Exact>,
}

/// Sums over providers.
#[derive(Default)]
pub(crate) struct Total {
    pub providers: u64,
    pub unknown_sizes: u64,
    pub obligations_month: u64,
    pub obligations_year: u64,
    pub assumed_asks: u64,
    pub counts: RoleCounts,
    pub part: Part,
    pub avoidable: Exact,
}

impl MonthFigures {
    pub fn new(registry: &Registry, index: &Index, month: Month) -> Self {
        let window = index.window(month);
        let (groups, all) = {
            let tables = tables(registry, index, &window);
            let (groups, sums) = tally(registry, &window, &tables);
            (groups, All::new(registry, &tables, sums))
        };
        let met = met(registry, index, month);
        let evidence = Evidence::new(registry, index, month);
        Self { groups, all, met, evidence, window, peers: OnceLock::new() }
    }

    /// Reads hours by the evidence, if there is any.
    pub fn reader<'r>(&'r self, index: &'r Index) -> Option<Reader<'r>> {
        let reader = || Reader::new(index, &self.window, &self.evidence);
        (!self.evidence.is_empty()).then(reader)
    }

    /// The figures of a provider's group.
    pub fn of(&self, provider: usize) -> &Summary {
        &self.groups[self.window.group_of[provider] as usize]
    }

    /// Hours and pence of a provider, and hours that need not be spent.
    pub fn amounts(&self, registry: &Registry, provider: usize) -> (Part, Exact) {
        let place = crate::window::number(provider);
        self.of(provider).at(|slot| registry.sizes_in(&[place], slot))
    }

    /// What one provider is asked, by who asks.
    pub fn all_of(&self, registry: &Registry, index: &Index, provider: usize) -> All {
        let tables = tables(registry, index, &self.window);
        let mut tally = Tally::new(&tables);
        let ids: Vec<u32> = self.window.ids(registry, provider).collect();
        let place = crate::window::number(provider);
        tally.group(&ids, 1, |slot| registry.sizes_in(&[place], slot));
        All::new(registry, &tables, tally.sums)
    }

    /// Sums over the providers in a scope, of the groups that `among` takes.
    pub fn total(&self, registry: &Registry, scope: Scope, among: impl Fn(&Group) -> bool) -> Total {
        let mut total = Total::default();
        let slot_of = |group: &Group| (group.kind.size_measure(), self.window.calendar.month.last_day());
        for (group, summary) in self.window.groups.iter().zip(&self.groups).filter(|(group, _)| among(group))
        {
            let providers: Vec<u32> = scope.providers(registry, group).map(crate::window::number).collect();
            if providers.is_empty() {
                continue;
            }
            let times = providers.len() as u64;
            if group.open {
                let is_unknown = |provider: &&u32| {
                    let (measure, day) = slot_of(group);
                    registry.providers[**provider as usize].size(measure, day).is_none()
                };
                total.providers += times;
                total.unknown_sizes += providers.iter().filter(is_unknown).count() as u64;
            }
            total.obligations_month += summary.obligations_month * times;
            total.obligations_year += summary.obligations_year * times;
            total.assumed_asks += summary.assumed_asks * times;
            total.counts.add(&summary.counts, times);
            total.part.add(&summary.fixed, times);
            total.avoidable.add_times(&summary.avoidable, times);
            for sized in &summary.sized {
                let sizes = registry.sizes_in(&providers, sized.slot);
                total.part.add_at(&sized.part, &sizes);
                total.avoidable.add_value(&(sized.avoidable.value() * &sizes.all));
            }
        }
        total
    }
}

fn tables<'r>(registry: &'r Registry, index: &Index, window: &'r Window) -> Tables<'r> {
    let day = window.calendar.month.last_day();
    let costs = index.costs(window.calendar.month, day);
    Tables::new(registry, window, costs, &index.vintage(day))
}

/// The figures of every group, on all processors: what each thread finds is exact, so that it does not matter which looks at which.
fn tally<'t>(registry: &Registry, window: &Window, tables: &'t Tables<'t>) -> (Vec<Summary>, Sums) {
    let summary = |(tally, ids): &mut (Tally<'t>, Vec<u32>), place: usize| {
        let group = &window.groups[place];
        ids.clear();
        ids.extend(window.ids(registry, group.providers[0] as usize));
        let sizes = |slot: Slot| registry.sizes_in(&group.providers, slot);
        tally.group(ids, group.providers.len() as u64, sizes)
    };
    let (summaries, tallies) = share_out(window.groups.len(), || (Tally::new(tables), vec![]), summary);
    let mut sums = Sums::default();
    for (tally, _) in tallies {
        sums.add(tally.sums);
    }
    (summaries, sums)
}

impl All {
    fn new(registry: &Registry, tables: &Tables<'_>, sums: Sums) -> Self {
        let mut collections = BTreeMap::<u32, OfCollection>::new();
        for ((id, row), times) in
            (0..).zip(&tables.rows).zip(&sums.providers).filter(|(_, times)| **times > 0)
        {
            let cost = tables.cost(id);
            let of = collections.entry(row.collection).or_default();
            of.obligations_month += row.in_month * times;
            of.obligations_year += row.periods * times;
            of.asks += registry.row(row.entry.version).asks[0] * row.periods * times;
            of.part.add_amount(&cost.fixed, cost.assumed, *times);
            for (slot, amount) in &cost.sized {
                let mut part = Part::default();
                part.add_amount(amount, cost.assumed, 1);
                of.part.add_at(&part, &sums.sizes[&(id, *slot)]);
            }
        }
        Self {
            collections,
            facts_shared: sums.shared.facts_by_owner(),
            pair_facts: sums.shared.facts_by_pair(),
            avoidable_by_owner: sums.shared.saved_by_owner(),
            avoidable_by_pair: sums.shared.saved_by_pair(),
            redundant: sums.redundant,
            met_by_reuse: sums.met_by_reuse,
        }
    }
}

/// The month's obligations for which there is a receipt, by provider. A receipt for what is not owed counts for nothing.
fn met(registry: &Registry, index: &Index, month: Month) -> BTreeMap<usize, Met> {
    type Receipt<'a> = (&'a CollectionId, u32, chrono::NaiveDate, chrono::NaiveDate);
    let mut receipts = BTreeMap::<&OdsCode, BTreeSet<Receipt<'_>>>::new();
    for obligation in registry.snapshot.submissions.iter().map(|submission| &submission.obligation) {
        if Month::of(obligation.due_date) == month {
            let receipt =
                (&obligation.collection, obligation.version, obligation.period_start, obligation.period_end);
            receipts.entry(&obligation.provider).or_default().insert(receipt);
        }
    }
    let mut met = BTreeMap::new();
    if receipts.is_empty() {
        return met;
    }
    let vintage = index.vintage(month.last_day());
    for (code, receipts) in receipts {
        let Some(provider) = registry.provider(code) else { continue };
        let sum: &mut Met = met.entry(provider).or_default();
        for owed in obligations(registry, code, month.first_day(), month.last_day()) {
            if !receipts.contains(&(&owed.collection, owed.version, owed.period_start, owed.period_end)) {
                continue;
            }
            sum.obligations += 1;
            let row = registry.row_on((&owed.collection, owed.version), owed.period_end);
            let Some(row) = row else { continue };
            let prices = vintage.prices(row);
            sum.hours += prices.submission.hours.value();
            for (measure, price) in &prices.units {
                sum.hours += price.hours.value() * index.size_in(provider, (*measure, owed.period_end));
            }
        }
    }
    met
}
