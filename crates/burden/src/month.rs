//! The figures of one month, prepared: groups with what their providers are asked, and sums over them.

use crate::{
    cost::{EntryCost, Part, Slot},
    evidence::{Evidence, Reader},
    exact::Exact,
    index::Index,
    met::{Met, met},
    publish::Peers,
    registry::Registry,
    summary::{Summary, Sums},
    tables::Tables,
    tally::Tally,
    threads::share_out,
    totals::Totals,
    window::Window,
};
use onus_domain::Month;
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

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
    pub groups: Vec<Arc<Summary>>,
    /// Over all groups.
    pub sums: Sums,
    /// The same, told by who asks.
    pub all: All,
    /// Over all providers.
    pub totals: Totals,
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

impl MonthFigures {
    pub fn new(registry: &Registry, index: &Index, month: Month) -> Self {
        let window = index.window(month);
        let day = month.last_day();
        let (costs, vintage) = (index.costs(&window, day), index.vintage(day));
        let tables = Tables::new(registry, &window, Arc::clone(&costs), &vintage, None);
        let (groups, sums) = tally(registry, &window, &tables);
        Self {
            all: All::new(registry, &window, &costs, &sums),
            totals: Totals::new(registry, &window, &groups),
            met: met(registry, &vintage, month, None),
            evidence: Evidence::new(registry, &vintage, month, None),
            groups: groups.into_iter().map(Arc::new).collect(),
            sums,
            window,
            peers: OnceLock::new(),
        }
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
        let day = self.window.calendar.month.last_day();
        let costs = index.costs(&self.window, day);
        let vintage = index.vintage(day);
        let tables = Tables::new(registry, &self.window, Arc::clone(&costs), &vintage, None);
        let mut tally = Tally::new(&tables);
        let ids: Vec<u32> = self.window.ids(registry, provider).collect();
        let place = crate::window::number(provider);
        tally.group(&ids, 1, |slot| registry.sizes_in(&[place], slot));
        All::new(registry, &self.window, &costs, &tally.sums)
    }
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
        sums.add(&tally.sums);
    }
    (summaries, sums)
}

impl All {
    pub fn new(registry: &Registry, window: &Window, costs: &[EntryCost], sums: &Sums) -> Self {
        let mut collections = BTreeMap::<u32, OfCollection>::new();
        let entries = (0..).zip(&window.entries).zip(&sums.providers);
        for ((id, entry), times) in entries.filter(|(_, times)| **times > 0) {
            let (cost, version) = (&costs[id as usize], registry.row(entry.version));
            let owed = entry.owed(&window.calendar);
            let in_month = owed.iter().filter(|due| due.in_month).count() as u64;
            let of = collections.entry(version.collection).or_default();
            of.obligations_month += in_month * times;
            of.obligations_year += owed.len() as u64 * times;
            of.asks += version.asks[0] * owed.len() as u64 * times;
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
            redundant: sums.redundant.clone(),
            met_by_reuse: sums.met_by_reuse.clone(),
        }
    }
}
