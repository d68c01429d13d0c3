//! The figures of a month after some collections changed.
//!
//! Of a provider who answers a changed collection, what it owes of collections near it is tallied as it was and as it is, looking only at
//! the questions that may come to something else; the difference is the difference of all. One thing cannot be told so: whether all that a
//! collection asks is redundant, if all of it that is looked at is. It is not if it asks anything else that nothing has to do with; where
//! even that does not tell, the provider is tallied in full.

use crate::{
    cost::{EntryCost, Slot, Vintage},
    index::Index,
    known::Before,
    met::{Met, met},
    month::{All, MonthFigures},
    registry::Registry,
    regroup::Move,
    summary::{Summary, Sums},
    tables::{Only, Tables},
    tally::Tally,
    threads::share_out,
    update::Update,
    window::Window,
};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

/// One of the two sides of a change: a registry with its window.
struct Side<'s> {
    registry: &'s Registry,
    window: &'s Window,
    costs: Arc<Vec<EntryCost>>,
    vintage: Arc<Vintage>,
    /// By entry: whether it is of a collection near a changed one.
    near: Vec<bool>,
}

impl<'s> Side<'s> {
    fn new(
        registry: &'s Registry,
        window: &'s Window,
        (costs, vintage): (Arc<Vec<EntryCost>>, Arc<Vintage>),
        near: &[bool],
    ) -> Self {
        let near = window.entries.iter().map(|entry| near[entry.version as usize]).collect();
        Self { registry, window, costs, vintage, near }
    }

    fn tables(&self, only: Option<Only<'_>>) -> Tables<'_> {
        Tables::new(self.registry, self.window, Arc::clone(&self.costs), &self.vintage, only)
    }

    /// What a provider owes, of collections near a changed one or of all.
    fn ids(&self, provider: u32, only_near: bool) -> Vec<u32> {
        let ids = self.window.ids(self.registry, provider as usize);
        ids.filter(|id| !only_near || self.near[*id as usize]).collect()
    }
}

/// What a thread has in hand: tallies of both sides, of what is near and of all, and what was tallied for nothing.
struct Hand<'t> {
    near: [Tally<'t>; 2],
    all: Option<[Tally<'t>; 2]>,
    void: [Sums; 2],
}

impl Hand<'_> {
    /// Exchanges the sums of what is near for those of what was tallied for nothing.
    fn swap(&mut self) {
        for (tally, void) in self.near.iter_mut().zip(&mut self.void) {
            std::mem::swap(&mut tally.sums, void);
        }
    }
}

/// Both sides, with what all providers have in common.
struct Retally<'t> {
    update: &'t Update,
    sides: &'t [Side<'t>; 2],
    near: &'t [Tables<'t>; 2],
    all: &'t OnceLock<[Tables<'t>; 2]>,
}

impl<'t> Retally<'t> {
    fn hand(&self) -> Hand<'t> {
        let near = self.near.each_ref().map(Tally::new);
        Hand { void: near.each_ref().map(|tally| tally.sums.clone()), near, all: None }
    }

    /// The figures of each of some providers after the change, given those before.
    fn figures(&self, hand: &mut Hand<'t>, before: &Summary, moved: &Move) -> Summary {
        let [old, new] = self.tally(&mut hand.near, moved, true);
        let open: Vec<u32> = hand.near.iter().flat_map(|tally| tally.open.iter().copied()).collect();
        if open.is_empty() || self.asks_something_else(&open, moved) {
            return before.with(&old, &new);
        }
        hand.swap();
        self.tally(&mut hand.near, moved, true);
        hand.swap();
        let all = self.all.get_or_init(|| self.sides.each_ref().map(|side| side.tables(None)));
        let tallies = hand.all.get_or_insert_with(|| all.each_ref().map(Tally::new));
        let [_, new] = self.tally(tallies, moved, false);
        new
    }

    /// What they are asked as it was, and as it is.
    fn tally(&self, [old, new]: &mut [Tally<'t>; 2], moved: &Move, only_near: bool) -> [Summary; 2] {
        let one = |tally: &mut Tally<'t>, side: &Side<'t>| {
            let ids = side.ids(moved.providers[0], only_near);
            let sizes = |slot: Slot| side.registry.sizes_in(&moved.providers, slot);
            tally.group(&ids, moved.providers.len() as u64, sizes)
        };
        [one(old, &self.sides[0]), one(new, &self.sides[1])]
    }

    /// Whether each collection of some entries asks something that is not touched and that nothing else asked of a provider has to do
    /// with: then it is not redundant as a whole.
    fn asks_something_else(&self, open: &[u32], moved: &Move) -> bool {
        let side = &self.sides[1];
        let registry = side.registry;
        let owed = side.ids(moved.providers[0], false);
        let mut times = FxHashMap::<u32, u32>::with_capacity_and_hasher(owed.len(), FxBuildHasher);
        let owed = owed.into_iter().map(|id| side.window.entries[id as usize]);
        for entry in owed.filter(|entry| entry.periods() > 0) {
            *times.entry(entry.version).or_default() += 1;
        }
        let is_alone = |question: u32| {
            let askers = self.update.askers(registry, question).iter();
            registry.questions.row(question).relations() == 0
                && askers.map(|version| times.get(version).copied().unwrap_or_default()).sum::<u32>() == 1
        };
        let mut alone = BTreeMap::<u32, bool>::new();
        for id in open {
            let entry = side.window.entries[*id as usize];
            let row = registry.row(entry.version);
            let known = alone.entry(row.collection).or_default();
            let mut others = row.asked[0].iter().filter(|ask| !self.update.touched[ask.question as usize]);
            *known =
                *known || (entry.periods() > 0 && others.any(|ask| ask.count == 1 && is_alone(ask.question)));
        }
        alone.values().all(|alone| *alone)
    }
}

impl MonthFigures {
    /// The figures after a change. Nothing if they are to be made anew.
    pub fn updated(&self, registry: &Registry, index: &Index, before: &Before) -> Option<Self> {
        let month = self.window.calendar.month;
        let (window, day, update) = (index.window(month), month.last_day(), &before.update);
        let origin = window.origin.as_ref().filter(|origin| origin.is(&self.window))?;
        if update.measured {
            return None;
        }
        let known = (before.costs(&self.window, day), before.vintage(day));
        let old = Side::new(&update.before, &self.window, known, &update.near[0]);
        let known = (index.costs(&window, day), index.vintage(day));
        let sides = [old, Side::new(registry, &window, known, &update.near[1])];
        let only = [0, 1].map(|side| Only { questions: &update.touched, versions: &update.near[side] });
        let near = [0, 1].map(|side| sides[side].tables(Some(only[side])));
        let all = OnceLock::new();
        let retally = Retally { update, sides: &sides, near: &near, all: &all };
        let (found, hands) = share_out(
            origin.moves.len(),
            || retally.hand(),
            |hand, at| {
                let moved = &origin.moves[at];
                retally.figures(hand, &self.groups[moved.from as usize], moved)
            },
        );
        let mut sums = self.sums.clone();
        put(&mut sums, &hands);
        let mut groups: Vec<Option<Arc<Summary>>> =
            origin.groups.iter().map(|old| self.groups.get(*old as usize).map(Arc::clone)).collect();
        for (moved, summary) in origin.moves.iter().zip(found) {
            groups[moved.to as usize].get_or_insert_with(|| Arc::new(summary));
        }
        // Every group is one that was, or somebody moved to it.
        let groups: Vec<Arc<Summary>> = groups.into_iter().collect::<Option<_>>()?;
        let mut totals = self.totals.clone();
        for Move { from, to, providers } in &origin.moves {
            let (from, to) = (*from as usize, *to as usize);
            totals.add(registry, &window, &window.groups[to], &groups[to], providers);
            totals.take(registry, &window, &self.window.groups[from], &self.groups[from], providers);
        }
        let [old, new] = &sides;
        Some(Self {
            all: All::new(registry, &window, &new.costs, &sums),
            met: self.met_after(registry, update, [&old.vintage, &new.vintage]),
            evidence: self.evidence.updated(registry, update, &new.vintage, month),
            peers: OnceLock::new(),
            window: Arc::clone(&window),
            groups,
            sums,
            totals,
        })
    }

    fn met_after(
        &self,
        registry: &Registry,
        update: &Update,
        [old, new]: [&Vintage; 2],
    ) -> BTreeMap<usize, Met> {
        let month = self.window.calendar.month;
        if update.changes.submissions {
            return met(registry, new, month, None);
        }
        let changed = Some(&update.changes.collections);
        let mut all = self.met.clone();
        for (provider, more) in met(registry, new, month, changed) {
            let own = all.entry(provider).or_default();
            own.obligations += more.obligations;
            own.hours += more.hours;
        }
        for (provider, less) in met(&update.before, old, month, changed) {
            let own = all.entry(provider).or_default();
            own.obligations -= less.obligations;
            own.hours -= less.hours;
        }
        all
    }
}

/// Replaces in the sums over all groups what was tallied as it was by what was tallied as it is.
fn put(sums: &mut Sums, hands: &[Hand<'_>]) {
    for hand in hands {
        sums.add(&hand.near[1].sums);
        sums.add(&hand.void[0]);
        hand.all.iter().for_each(|[_, new]| sums.add(&new.sums));
    }
    for hand in hands {
        sums.take(&hand.near[0].sums);
        sums.take(&hand.void[1]);
        hand.all.iter().for_each(|[old, _]| sums.take(&old.sums));
    }
    sums.shared.tidy();
}
