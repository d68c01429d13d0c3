//! What is found of each group, and sums over groups.

use crate::{
    cost::{Part, Sizes, Slot},
    counts::RoleCounts,
    exact::Exact,
    sharing::Shared,
};
use num_traits::Zero;
use std::collections::BTreeMap;

/// The figures of each provider of a group.
#[derive(Clone, Default)]
pub(crate) struct Summary {
    pub counts: RoleCounts,
    /// CONTENT asks of which the frequency, or that the provider must answer, is assumed.
    pub assumed_asks: u64,
    pub obligations_month: u64,
    pub obligations_year: u64,
    /// Of a provider of any size.
    pub fixed: Part,
    /// Hours of the twelve months that need not be spent, of a provider of any size.
    pub avoidable: Exact,
    /// For size 1 in addition; by slot.
    pub sized: Vec<Sized>,
}

/// What a group's figures have for size 1.
#[derive(Clone)]
pub(crate) struct Sized {
    pub slot: Slot,
    pub part: Part,
    pub avoidable: Exact,
}

impl Summary {
    /// The same with a part of it replaced.
    pub fn with(&self, before: &Self, after: &Self) -> Self {
        let mut made = self.clone();
        made.counts.add(&after.counts, 1);
        made.counts.take(&before.counts);
        made.assumed_asks = made.assumed_asks + after.assumed_asks - before.assumed_asks;
        made.obligations_month = made.obligations_month + after.obligations_month - before.obligations_month;
        made.obligations_year = made.obligations_year + after.obligations_year - before.obligations_year;
        made.fixed.add(&after.fixed, 1);
        made.fixed.take(&before.fixed);
        made.avoidable.add(&after.avoidable);
        made.avoidable.take(&before.avoidable);
        for sized in &after.sized {
            let own = made.sized(sized.slot);
            own.part.add(&sized.part, 1);
            own.avoidable.add(&sized.avoidable);
        }
        for sized in &before.sized {
            let own = made.sized(sized.slot);
            own.part.take(&sized.part);
            own.avoidable.take(&sized.avoidable);
        }
        made.sized.retain(|sized| !sized.part.amount.is_zero());
        made
    }

    pub fn sized(&mut self, slot: Slot) -> &mut Sized {
        let at = self.sized.iter().position(|sized| sized.slot == slot).unwrap_or_else(|| {
            self.sized.push(Sized { slot, part: Part::default(), avoidable: Exact::default() });
            self.sized.len() - 1
        });
        &mut self.sized[at]
    }

    /// Hours and pence, and hours that need not be spent, at the provider's sizes.
    pub fn at(&self, sizes: impl Fn(Slot) -> Sizes) -> (Part, Exact) {
        let (mut part, mut avoidable) = (self.fixed.clone(), self.avoidable.clone());
        for sized in &self.sized {
            let sizes = sizes(sized.slot);
            part.add_at(&sized.part, &sizes);
            avoidable.add_value(&(sized.avoidable.value() * &sizes.all));
        }
        (part, avoidable)
    }
}

/// Sums over groups.
#[derive(Clone, Default)]
pub(crate) struct Sums {
    pub shared: Shared,
    /// By owner: CONTENT asks that are redundant.
    pub redundant: BTreeMap<u32, u64>,
    /// By owner: its CONTENT facts that are met by reuse.
    pub met_by_reuse: BTreeMap<u32, u64>,
    /// By entry: how many providers owe it.
    pub providers: Vec<u64>,
    /// By entry and slot: their sizes together.
    pub sizes: BTreeMap<(u32, Slot), Sizes>,
}

impl Sums {
    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        self.shared.add(&other.shared);
        for (owner, asks) in &other.redundant {
            *self.redundant.entry(*owner).or_default() += asks;
        }
        for (owner, facts) in &other.met_by_reuse {
            *self.met_by_reuse.entry(*owner).or_default() += facts;
        }
        self.providers.resize(self.providers.len().max(other.providers.len()), 0);
        self.providers.iter_mut().zip(&other.providers).for_each(|(own, other)| *own += other);
        for (key, sizes) in &other.sizes {
            let own = self.sizes.entry(*key).or_default();
            own.all += &sizes.all;
            own.unknown += &sizes.unknown;
        }
    }

    /// Takes another one away, which is part of it.
    pub fn take(&mut self, other: &Self) {
        self.shared.take(&other.shared);
        for (owner, asks) in &other.redundant {
            *self.redundant.entry(*owner).or_default() -= asks;
        }
        for (owner, facts) in &other.met_by_reuse {
            *self.met_by_reuse.entry(*owner).or_default() -= facts;
        }
        self.providers.iter_mut().zip(&other.providers).for_each(|(own, other)| *own -= other);
        for (key, sizes) in &other.sizes {
            let own = self.sizes.entry(*key).or_default();
            own.all -= &sizes.all;
            own.unknown -= &sizes.unknown;
        }
        self.sizes.retain(|_, sizes| !sizes.all.is_zero());
    }
}
