//! Sums over providers, by what they are told by: their type, their region, whether they are open.

use crate::{
    cost::Part,
    counts::RoleCounts,
    exact::Exact,
    index::Scope,
    registry::Registry,
    summary::Summary,
    window::{Group, Window},
};
use onus_domain::{Month, organisation::ProviderType};
use std::collections::BTreeMap;

/// Sums over providers.
#[derive(Clone, Default)]
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

impl Total {
    /// Of some providers of a group, each with the same figures.
    fn new(registry: &Registry, month: Month, group: &Group, summary: &Summary, providers: &[u32]) -> Self {
        let times = providers.len() as u64;
        let mut total = Self {
            obligations_month: summary.obligations_month * times,
            obligations_year: summary.obligations_year * times,
            assumed_asks: summary.assumed_asks * times,
            ..Self::default()
        };
        if group.open {
            let (measure, day) = (group.kind.size_measure(), month.last_day());
            let is_unknown = |p: &&u32| registry.providers[**p as usize].size(measure, day).is_none();
            total.providers = times;
            total.unknown_sizes = providers.iter().filter(is_unknown).count() as u64;
        }
        total.counts.add(&summary.counts, times);
        total.part.add(&summary.fixed, times);
        total.avoidable.add_times(&summary.avoidable, times);
        for sized in &summary.sized {
            let sizes = registry.sizes_in(providers, sized.slot);
            total.part.add_at(&sized.part, &sizes);
            total.avoidable.add_value(&(sized.avoidable.value() * &sizes.all));
        }
        total
    }

    fn add(&mut self, other: &Self) {
        self.providers += other.providers;
        self.unknown_sizes += other.unknown_sizes;
        self.obligations_month += other.obligations_month;
        self.obligations_year += other.obligations_year;
        self.assumed_asks += other.assumed_asks;
        self.counts.add(&other.counts, 1);
        self.part.add(&other.part, 1);
        self.avoidable.add(&other.avoidable);
    }

    /// Takes another one away, which is part of it.
    fn take(&mut self, other: &Self) {
        self.providers -= other.providers;
        self.unknown_sizes -= other.unknown_sizes;
        self.obligations_month -= other.obligations_month;
        self.obligations_year -= other.obligations_year;
        self.assumed_asks -= other.assumed_asks;
        self.counts.take(&other.counts);
        self.part.take(&other.part);
        self.avoidable.take(&other.avoidable);
    }
}

/// Type, whether open in the month, region.
type Kind = (ProviderType, bool, Option<u32>);

/// Sums over all providers of a window.
#[derive(Clone, Default)]
pub(crate) struct Totals(BTreeMap<Kind, Total>);

impl Totals {
    pub fn new<'s>(
        registry: &Registry,
        window: &Window,
        summaries: impl IntoIterator<Item = &'s Summary>,
    ) -> Self {
        let mut totals = Self::default();
        for (group, summary) in window.groups.iter().zip(summaries) {
            totals.add(registry, window, group, summary, &group.providers);
        }
        totals
    }

    /// Adds some providers of a group.
    pub fn add(
        &mut self,
        registry: &Registry,
        window: &Window,
        group: &Group,
        summary: &Summary,
        providers: &[u32],
    ) {
        for (kind, providers) in by_region(registry, group, providers) {
            let total = Total::new(registry, window.calendar.month, group, summary, &providers);
            self.0.entry(kind).or_default().add(&total);
        }
    }

    /// Takes some providers of a group away.
    pub fn take(
        &mut self,
        registry: &Registry,
        window: &Window,
        group: &Group,
        summary: &Summary,
        providers: &[u32],
    ) {
        for (kind, providers) in by_region(registry, group, providers) {
            let total = Total::new(registry, window.calendar.month, group, summary, &providers);
            self.0.entry(kind).or_default().take(&total);
        }
    }

    /// Sums over the providers in a scope, of the types and of the open or closed ones that `among` takes.
    pub fn of(&self, scope: Scope, among: impl Fn(ProviderType, bool) -> bool) -> Total {
        let mut sum = Total::default();
        let kinds = self.0.iter().filter(|((_, _, region), _)| scope.holds(*region));
        kinds.filter(|((kind, open, _), _)| among(*kind, *open)).for_each(|(_, total)| sum.add(total));
        sum
    }
}

fn by_region(registry: &Registry, group: &Group, providers: &[u32]) -> BTreeMap<Kind, Vec<u32>> {
    let mut regions = BTreeMap::<Kind, Vec<u32>>::new();
    for provider in providers {
        let region = registry.providers[*provider as usize].region;
        regions.entry((group.kind, group.open, region)).or_default().push(*provider);
    }
    regions
}
