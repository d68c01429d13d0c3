//! What sharing a fact means for those who ask it: who asks, which asks are redundant, whose fixed time falls away
//! (`burden.md`, "Avoidable hours").
//!
//! A fact is shared if it is asked more than once, or if other facts that are asked answer it. Of a fact asked k times all asks but the one
//! with the least item minutes are redundant; of a fact that others answer, all are. (Of equal ones the ask of the version with more
//! CONTENT asks is kept, then that of the first collection, so that the small repeat of a large collection can fall away whole.)
//! The askers of a shared fact are the bodies that ask it or ask what answers it; each bears an equal part of the saving. Between askers,
//! a saving belongs in equal parts to the pairs of different bodies among them, and to the pair of a body with itself where that body asks
//! more than once: two collections of one body are its own duplication.

use crate::{
    cost::Vintage,
    fold::{Answers, Asked, Layer},
    registry::Registry,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// The askers of a shared fact: each body, and whether it asks more than once. By number of owner.
pub(crate) type Askers = Vec<(u32, bool)>;

/// The pairs of bodies that share among `askers`.
pub(crate) fn pairs(askers: &[(u32, bool)]) -> Vec<(u32, u32)> {
    let mut pairs = vec![];
    for (at, (body, twice)) in askers.iter().enumerate() {
        if *twice {
            pairs.push((*body, *body));
        }
        pairs.extend(askers[at + 1..].iter().map(|(other, _)| (*body, *other)));
    }
    pairs
}

/// Shared facts and redundant asks of a group, by their askers.
#[derive(Default, Clone)]
pub(crate) struct Sharing {
    pub facts: BTreeMap<Arc<Askers>, u64>,
    /// By version and askers: redundant asks.
    pub redundant: BTreeMap<(u32, Arc<Askers>), u64>,
}

impl Sharing {
    fn add(&mut self, other: &Self, times: u64) {
        for (askers, count) in &other.facts {
            *self.facts.entry(Arc::clone(askers)).or_default() += count * times;
        }
        for (key, count) in &other.redundant {
            *self.redundant.entry(key.clone()).or_default() += count * times;
        }
    }
}

/// Finds what is shared. Keeps what it found for layers that come again.
pub(crate) struct Sharers<'r> {
    registry: &'r Registry,
    /// By version: which of several asks is kept, the least.
    keep: Vec<usize>,
    /// By the versions of a layer.
    known: HashMap<Vec<u32>, Sharing>,
}

impl<'r> Sharers<'r> {
    pub fn new(registry: &'r Registry, vintage: &Vintage) -> Self {
        let mut order: Vec<usize> = (0..registry.versions.len()).collect();
        let item_hours = |version: usize| &vintage.prices(crate::window::number(version)).item_hours;
        order.sort_by(|a, b| {
            let asks = |version: usize| Reverse(registry.versions[version].asks[0]);
            item_hours(*a).cmp(item_hours(*b)).then(asks(*a).cmp(&asks(*b))).then(a.cmp(b))
        });
        let mut keep = vec![0; order.len()];
        for (rank, version) in order.into_iter().enumerate() {
            keep[version] = rank;
        }
        Self { registry, keep, known: HashMap::new() }
    }

    /// Adds what a group shares in the periods that only their own layer answers: the layer so many times.
    pub fn add_base(&mut self, sharing: &mut Sharing, layer: &Layer, times: u64) {
        if let Some(found) = self.known.get(&layer.versions) {
            return sharing.add(found, times);
        }
        let found = self.find(layer, &layer.base, |_| BTreeSet::new());
        sharing.add(&found, times);
        self.known.insert(layer.versions.clone(), found);
    }

    /// Adds what a group shares in the period at `at`, of which shorter ones answer some facts.
    pub fn add_period(&self, sharing: &mut Sharing, periods: &[Asked], at: usize, answers: &Answers) {
        let found = self.find(&periods[at].layer, answers, |source| askers_within(periods, at, source));
        sharing.add(&found, 1);
    }

    /// What is shared in a period; `shorter` names the versions that ask a question over shorter periods.
    fn find(&self, layer: &Layer, answers: &Answers, shorter: impl Fn(u32) -> BTreeSet<u32>) -> Sharing {
        let mut sharing = Sharing::default();
        for place in 0..layer.questions.len() {
            let asks = layer.asks(place);
            let answer = answers.get(&place);
            if answer.is_none() && asks.iter().map(|(_, count)| count).sum::<u32>() < 2 {
                continue;
            }
            let mut asked: Vec<(u32, u32)> = asks.to_vec();
            match answer {
                Some(answer) if answer.shorter => {
                    asked.extend(shorter(answer.source).into_iter().map(|v| (v, 1)));
                }
                Some(answer) => {
                    asked.extend(layer.place(answer.source).into_iter().flat_map(|held| layer.asks(held)));
                }
                None => {}
            }
            let mut times = BTreeMap::<u32, u32>::new();
            for (version, asks) in asked {
                *times.entry(self.registry.row(version).owner).or_default() += asks;
            }
            let askers =
                Arc::new(times.into_iter().map(|(owner, times)| (owner, times > 1)).collect::<Askers>());
            *sharing.facts.entry(Arc::clone(&askers)).or_default() += 1;
            let kept =
                asks.iter().map(|(version, _)| *version).min_by_key(|version| self.keep[*version as usize]);
            for (version, asks) in asks {
                let own = u64::from(answer.is_none() && kept == Some(*version));
                let redundant = u64::from(*asks) - own;
                if redundant > 0 {
                    *sharing.redundant.entry((*version, Arc::clone(&askers))).or_default() += redundant;
                }
            }
        }
        sharing
    }
}

/// The versions that ask a question in the periods within the one at `at`.
pub(crate) fn askers_within(periods: &[Asked], at: usize, question: u32) -> BTreeSet<u32> {
    let own = &periods[at];
    let inner = periods.iter().filter(|period| period.lies_within(own));
    let asks = inner.filter_map(|period| Some(period.layer.asks(period.layer.place(question)?)));
    asks.flatten().map(|(version, _)| *version).collect()
}
