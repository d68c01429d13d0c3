//! What two collections share: the facts that both ask of the same providers for the same periods. Shared definitions are another matter.

use crate::{
    index::Index,
    registry::{NEVER, ROLES, Registry, VersionRow},
    submit_once::{SharedFact, shared_facts},
    window::{Entry, Window, number},
};
use onus_domain::{CollectionId, Month};
use std::collections::BTreeSet;

/// The facts that two collections share, over the twelve months ending with a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedFacts {
    /// One collection.
    pub left: CollectionId,
    /// The other.
    pub right: CollectionId,
    /// The twelve months end with this one.
    pub month: Month,
    /// Providers who owe both something in the twelve months. If there are none, nobody is asked twice, whatever `facts` says.
    pub shared_respondents: u64,
    /// Items of any role that the left version asks (of several, the one that asks last).
    pub left_items: u64,
    /// Items of any role that the right version asks.
    pub right_items: u64,
    /// Items of the left version among them that ask a fact which the right asks or answers, or answer one that it asks.
    pub left_shared: u64,
    /// The same of the right version.
    pub right_shared: u64,
    /// The shared facts, of items of any role, as somebody is asked who answers both throughout.
    pub facts: Vec<SharedFact>,
}

/// A collection's versions as owed in full.
fn owed_in_full(registry: &Registry, window: &Window, id: &CollectionId) -> Vec<Entry> {
    let entry = |place: usize| Entry {
        version: number(place),
        from: 0,
        to: number(window.calendar.due[place].len()),
        months: 0,
        first: NEVER,
        assumed: false,
        idle: registry.versions[place].idle,
    };
    registry.rows_of(id).map(entry).filter(|entry| entry.periods() > 0).collect()
}

/// Groups of providers who owe any of the entries' versions.
fn owing<'w>(registry: &Registry, window: &'w Window, side: &[Entry]) -> BTreeSet<&'w u32> {
    side.iter().flat_map(|entry| &window.owing(registry)[entry.version as usize]).collect()
}

/// Of what is owed, what asks last.
fn asked_last<'r>(registry: &'r Registry, window: &Window, owed: &[Entry]) -> Option<&'r VersionRow> {
    let last = owed.iter().max_by_key(|entry| entry.owed(&window.calendar).last().map(|due| due.period))?;
    Some(registry.row(last.version))
}

pub(crate) fn overlap(
    registry: &Registry,
    index: &Index,
    (left, right): (&CollectionId, &CollectionId),
    month: Month,
) -> SharedFacts {
    let window = index.window(month);
    let entries = [left, right].map(|id| owed_in_full(registry, &window, id));
    let mut both: Vec<Entry> = entries.iter().flatten().copied().collect();
    both.sort_by_key(|entry| entry.version);
    both.dedup();
    let roles: Vec<usize> = (0..ROLES.len()).collect();
    let mut facts = shared_facts(registry, &window.calendar, &both, &roles);
    facts.retain(|fact| {
        let asks = |id: &CollectionId| fact.involved().any(|item| item.collection == *id);
        asks(left) && asks(right)
    });
    let [owe_left, owe_right] = entries.each_ref().map(|side| owing(registry, &window, side));
    let shared = owe_left.intersection(&owe_right).map(|group| &window.groups[**group as usize]);
    let shared_respondents = shared.map(|group| group.providers.len() as u64).sum();
    let last = entries.each_ref().map(|side| asked_last(registry, &window, side));
    let items = last.map(|row| row.map_or(0, |row| row.asks.iter().sum()));
    let in_shared = last.map(|row| {
        let Some(row) = row else { return 0 };
        let version = registry.version_of(row);
        let asked = version.content.items.iter().enumerate().filter(|(place, _)| !row.met.contains(place));
        let asked: BTreeSet<_> = asked.map(|(_, item)| item.position).collect();
        let own = facts.iter().flat_map(SharedFact::involved).filter(|item| {
            version.collection == item.collection
                && version.number == item.version
                && asked.contains(&item.position)
        });
        own.map(|item| item.position).collect::<BTreeSet<_>>().len() as u64
    });
    SharedFacts {
        left: left.clone(),
        right: right.clone(),
        month,
        shared_respondents,
        left_items: items[0],
        right_items: items[1],
        left_shared: in_shared[0],
        right_shared: in_shared[1],
        facts,
    }
}
