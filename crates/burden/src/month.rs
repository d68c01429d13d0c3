//! The figures of one month, prepared: groups with what their providers are asked, and sums over them.

use crate::{
    cost::{Slot, Vintage},
    counts::RoleCounts,
    evidence::{Evidence, Reader},
    figures::{CollectionAsks, GroupFigures, Ledger, of_groups},
    index::{Index, Scope},
    obligation::obligations,
    publish::Peers,
    registry::Registry,
    window::{Group, Window},
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
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

/// The figures of a month.
pub(crate) struct MonthFigures {
    pub window: Arc<Window>,
    /// As the window's groups.
    pub groups: Vec<GroupFigures>,
    /// By provider.
    pub met: BTreeMap<usize, Met>,
    /// What time returns say.
    pub evidence: Evidence,
    /// Over all providers, once asked for.
    total: OnceLock<Total>,
    /// Hours for their size, once asked for.
    pub peers: OnceLock<Peers>,
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
    pub ledger: Ledger,
    pub collections: BTreeMap<u32, CollectionAsks>,
    pub facts_shared: BTreeMap<u32, u64>,
    /// By owner: CONTENT asks that are redundant.
    pub redundant: BTreeMap<u32, u64>,
    pub met_by_reuse: BTreeMap<u32, u64>,
    pub pair_facts: BTreeMap<(u32, u32), u64>,
}

impl MonthFigures {
    pub fn new(registry: &Registry, index: &Index, month: Month) -> Self {
        let window = index.window(month);
        let groups = of_groups(registry, &window);
        let met = met(registry, index, month);
        let evidence = Evidence::new(registry, index, month);
        Self { groups, met, evidence, window, total: OnceLock::new(), peers: OnceLock::new() }
    }

    /// Reads hours by the evidence, if there is any.
    pub fn reader<'r>(&'r self, registry: &'r Registry, index: &'r Index) -> Option<Reader<'r>> {
        let reader = || Reader::new(registry, index, &self.window.calendar, &self.evidence);
        (!self.evidence.is_empty()).then(reader)
    }

    /// What one provider's obligations come to.
    pub fn ledger(&self, registry: &Registry, index: &Index, provider: usize) -> Ledger {
        let figures = self.of(provider);
        let mut ledger = figures.fixed.clone();
        for (slot, sized) in &figures.sized {
            let size = index.size_in(provider, *slot);
            let known = registry.providers[provider].size(slot.0, slot.1).is_some();
            let assumed = if known { BigRational::zero() } else { size.clone() };
            ledger.add(sized, &size, &assumed);
        }
        ledger
    }

    /// The figures of a provider's group.
    pub fn of(&self, provider: usize) -> &GroupFigures {
        &self.groups[self.window.group_of[provider] as usize]
    }

    /// Sums over all providers.
    pub fn all(&self, registry: &Registry, index: &Index) -> &Total {
        self.total.get_or_init(|| self.total(registry, index, Scope::All, |_| true))
    }

    /// Sums over the providers in a scope, of the groups that `among` takes.
    pub fn total(
        &self,
        registry: &Registry,
        index: &Index,
        scope: Scope,
        among: impl Fn(&Group) -> bool,
    ) -> Total {
        let mut total = Total::default();
        for (group, figures) in self.window.groups.iter().zip(&self.groups).filter(|(group, _)| among(group))
        {
            let times = scope.providers(registry, group).count() as u64;
            if times == 0 {
                continue;
            }
            total.add(registry, times, figures);
            let month = self.window.calendar.month;
            let slot = (group.kind.size_measure(), month.last_day());
            let providers = || scope.providers(registry, group);
            let is_unknown =
                |provider: &usize, slot: Slot| registry.providers[*provider].size(slot.0, slot.1).is_none();
            if group.open {
                total.providers += times;
                total.unknown_sizes +=
                    providers().filter(|provider| is_unknown(provider, slot)).count() as u64;
            }
            for (slot, sized) in &figures.sized {
                let sizes: BigRational = providers().map(|provider| index.size_in(provider, *slot)).sum();
                let unknown = providers().filter(|provider| is_unknown(provider, *slot)).count();
                total.ledger.add(sized, &sizes, &BigRational::from_integer(unknown.into()));
            }
        }
        total
    }
}

impl Total {
    /// Adds the figures of so many providers of a group.
    fn add(&mut self, registry: &Registry, times: u64, figures: &GroupFigures) {
        let (month, year) = figures.obligations();
        self.obligations_month += month * times;
        self.obligations_year += year * times;
        self.assumed_asks += figures.assumed_asks * times;
        self.counts.add(&figures.counts, times);
        let whole = BigRational::from_integer(BigInt::from(times));
        self.ledger.add(&figures.fixed, &whole, &BigRational::zero());
        for (collection, asks) in &figures.collections {
            let sum = self.collections.entry(*collection).or_default();
            sum.obligations_month += asks.obligations_month * times;
            sum.obligations_year += asks.obligations_year * times;
            sum.asks += asks.asks * times;
        }
        for (owner, facts) in &figures.met_by_reuse {
            *self.met_by_reuse.entry(*owner).or_default() += facts * times;
        }
        for ((version, _), asks) in &figures.sharing.redundant {
            *self.redundant.entry(registry.row(*version).owner).or_default() += asks * times;
        }
        for (askers, facts) in &figures.sharing.facts {
            for (owner, _) in askers.iter() {
                *self.facts_shared.entry(*owner).or_default() += facts * times;
            }
            for pair in crate::sharing::pairs(askers) {
                *self.pair_facts.entry(pair).or_default() += facts * times;
            }
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
    let vintage = Vintage::new(registry, month.last_day());
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
            sum.hours += &prices.submission.hours;
            for (measure, price) in &prices.units {
                sum.hours += &price.hours * index.size_in(provider, (*measure, owed.period_end));
            }
        }
    }
    met
}
