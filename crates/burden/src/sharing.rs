//! What sharing a fact means for those who ask it: who asks, which asks are redundant, whose fixed time falls away
//! (`burden.md`, "Avoidable hours").
//!
//! A fact is shared if it is asked more than once, or if other facts that are asked answer it. Of a fact asked k times all asks but the one
//! with the least item minutes are redundant; of a fact that others answer, all are. (Of equal ones the ask of the version with more
//! CONTENT asks is kept, then that of the first collection, so that the small repeat of a large collection can fall away whole.)
//! The askers of a shared fact are the bodies that ask it or ask what answers it; each bears an equal part of the saving. Between askers,
//! a saving belongs in equal parts to the pairs of different bodies among them, and to the pair of a body with itself where that body asks
//! more than once: two collections of one body are its own duplication.

use crate::{cost::Vintage, exact::Exact, fold::Asked, registry::Registry};
use rustc_hash::FxHashMap;
use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
    sync::Arc,
};

/// The askers of a shared fact: each body, and whether it asks more than once. By number of owner.
pub(crate) type Askers = Arc<[(u32, bool)]>;

/// The pairs of bodies that share among `askers`.
fn pairs(askers: &[(u32, bool)]) -> Vec<(u32, u32)> {
    let mut pairs = vec![];
    for (at, (body, twice)) in askers.iter().enumerate() {
        if *twice {
            pairs.push((*body, *body));
        }
        pairs.extend(askers[at + 1..].iter().map(|(other, _)| (*body, *other)));
    }
    pairs
}

/// By version: which of several asks is kept, the least.
pub(crate) fn keep(registry: &Registry, vintage: &Vintage) -> Vec<u32> {
    let mut order: Vec<usize> = (0..registry.versions.len()).collect();
    let item_hours = |version: usize| &vintage.prices(crate::window::number(version)).item_hours;
    order.sort_by(|a, b| {
        let asks = |version: usize| Reverse(registry.versions[version].asks[0]);
        item_hours(*a).cmp(item_hours(*b)).then(asks(*a).cmp(&asks(*b))).then(a.cmp(b))
    });
    let mut keep = vec![0; order.len()];
    for (rank, version) in (0..).zip(order) {
        keep[version] = rank;
    }
    keep
}

/// So many bodies have a place each by any other.
const FEW: u32 = 256;
const UNKNOWN: u32 = u32::MAX;

/// What is shared, by who asks: facts, and hours that would fall away.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    /// Numbers of askers: two bodies at most by a key made of them, others by themselves.
    few: FxHashMap<u64, u32>,
    many: FxHashMap<Askers, u32>,
    /// By two bodies of low numbers: the number of the two as askers; [`UNKNOWN`] if they were not asked for yet.
    pairs: Vec<u32>,
    askers: Vec<Askers>,
    facts: Vec<u64>,
    saved: Vec<Exact>,
}

impl Shared {
    /// The number of some askers.
    pub fn number(&mut self, askers: &[(u32, bool)]) -> u32 {
        let next = crate::window::number(self.askers.len());
        let bits = |(owner, twice): (u32, bool)| u64::from(owner) << 1 | u64::from(twice);
        let known = match askers {
            [one] => *self.few.entry(bits(*one) << 32 | u64::from(u32::MAX)).or_insert(next),
            [one, two] => *self.few.entry(bits(*one) << 32 | bits(*two)).or_insert(next),
            _ => self.many.get(askers).copied().unwrap_or(next),
        };
        if known == next {
            let askers: Askers = Arc::from(askers);
            if askers.len() > 2 {
                self.many.insert(Arc::clone(&askers), next);
            }
            self.askers.push(askers);
            self.facts.push(0);
            self.saved.push(Exact::default());
        }
        known
    }

    /// The number of two askers, or of one that asks twice.
    pub fn of_two(&mut self, one: u32, two: u32) -> u32 {
        let place = (one.max(two) < FEW).then(|| (one * FEW + two) as usize);
        if let Some(known) = place.and_then(|place| self.pairs.get(place)).filter(|known| **known != UNKNOWN)
        {
            return *known;
        }
        let found = self.find_two(one, two);
        if let Some(place) = place {
            self.pairs.resize((FEW * FEW) as usize, UNKNOWN);
            self.pairs[place] = found;
        }
        found
    }

    fn find_two(&mut self, one: u32, two: u32) -> u32 {
        match one.cmp(&two) {
            Ordering::Equal => self.number(&[(one, true)]),
            Ordering::Less => self.number(&[(one, false), (two, false)]),
            Ordering::Greater => self.number(&[(two, false), (one, false)]),
        }
    }

    /// Notes facts of some askers.
    pub fn note(&mut self, askers: u32, facts: u64) {
        self.facts[askers as usize] += facts;
    }

    /// Notes hours that would fall away, so many times.
    pub fn save(&mut self, askers: u32, hours: &Exact, times: u64) {
        self.saved[askers as usize].add_times(hours, times);
    }

    /// Adds another one.
    pub fn add(&mut self, other: &Self) {
        for (at, askers) in other.askers.iter().enumerate() {
            let own = self.number(askers);
            self.note(own, other.facts[at]);
            self.save(own, &other.saved[at], 1);
        }
    }

    /// Takes another one away, which is part of it.
    pub fn take(&mut self, other: &Self) {
        for (at, askers) in other.askers.iter().enumerate() {
            let own = self.number(askers) as usize;
            self.facts[own] -= other.facts[at];
            self.saved[own].take(&other.saved[at]);
        }
    }

    /// Leaves out askers that share nothing any more, if they are most.
    pub fn tidy(&mut self) {
        let is_none = |at: usize| self.facts[at] == 0 && self.saved[at].is_zero();
        if 2 * (0..self.askers.len()).filter(|at| is_none(*at)).count() <= self.askers.len() {
            return;
        }
        let mut tidy = Self::default();
        for at in (0..self.askers.len()).filter(|at| !is_none(*at)) {
            let own = tidy.number(&self.askers[at]);
            tidy.note(own, self.facts[at]);
            tidy.save(own, &self.saved[at], 1);
        }
        *self = tidy;
    }

    /// Facts by body: each counts for each that asks it.
    pub fn facts_by_owner(&self) -> BTreeMap<u32, u64> {
        self.facts_by(|askers| askers.iter().map(|(owner, _)| *owner).collect())
    }

    /// Facts by pair of bodies.
    pub fn facts_by_pair(&self) -> BTreeMap<(u32, u32), u64> {
        self.facts_by(pairs)
    }

    fn facts_by<K: Ord + Hash>(&self, parts: impl Fn(&[(u32, bool)]) -> Vec<K>) -> BTreeMap<K, u64> {
        let mut sums = FxHashMap::<K, u64>::default();
        for (askers, facts) in self.askers.iter().zip(&self.facts).filter(|(_, facts)| **facts > 0) {
            for part in parts(askers) {
                *sums.entry(part).or_default() += facts;
            }
        }
        sums.into_iter().collect()
    }

    /// Hours that would fall away, by body: in equal parts to those that ask.
    pub fn saved_by_owner(&self) -> BTreeMap<u32, Exact> {
        self.saved_by(|askers| askers.iter().map(|(owner, _)| *owner).collect())
    }

    /// Hours that would fall away, by pair of bodies: in equal parts to the pairs.
    pub fn saved_by_pair(&self) -> BTreeMap<(u32, u32), Exact> {
        self.saved_by(pairs)
    }

    fn saved_by<K: Ord + Hash>(&self, parts: impl Fn(&[(u32, bool)]) -> Vec<K>) -> BTreeMap<K, Exact> {
        // What is shared by as many is added up first, so that it is divided once.
        let mut whole = FxHashMap::<(K, usize), Exact>::default();
        for (askers, saved) in self.askers.iter().zip(&self.saved).filter(|(_, saved)| !saved.is_zero()) {
            let parts = parts(askers);
            let count = parts.len();
            for part in parts {
                whole.entry((part, count)).or_default().add(saved);
            }
        }
        let mut sums = BTreeMap::<K, Exact>::new();
        for ((part, count), saved) in whole {
            sums.entry(part).or_default().add(&saved.ratio(1, count as i128));
        }
        sums
    }
}

/// The versions that ask a question in the periods within the one at `at`.
pub(crate) fn askers_within(periods: &[Asked], at: usize, question: u32) -> BTreeSet<u32> {
    let own = &periods[at];
    let inner = periods.iter().filter(|period| period.lies_within(own));
    let asks = inner.filter_map(|period| Some(period.layer.asks(period.layer.place(question)?)));
    asks.flatten().map(|(version, _)| *version).collect()
}
