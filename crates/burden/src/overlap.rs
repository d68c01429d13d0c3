//! What two collections share: the facts that both ask of the same providers for the same periods. Shared definitions are another matter.

use crate::{
    index::Index,
    registry::{ROLES, Registry},
    submit_once::{SharedFact, shared_facts},
    window::{Entry, number},
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
fn owed_in_full(registry: &Registry, index: &Index, id: &CollectionId, month: Month) -> Vec<Entry> {
    let window = index.window(month);
    let versions =
        registry.snapshot.versions.iter().enumerate().filter(|(_, version)| version.collection == *id);
    let entry = |(place, _)| Entry {
        version: number(place),
        from: 0,
        to: number(window.calendar.due[place].len()),
        months: 0,
        first: crate::registry::NEVER,
        assumed: false,
    };
    versions.map(entry).filter(|entry| entry.periods() > 0).collect()
}

pub(crate) fn overlap(
    registry: &Registry,
    index: &Index,
    (left, right): (&CollectionId, &CollectionId),
    month: Month,
) -> SharedFacts {
    let window = index.window(month);
    let entries = [left, right].map(|id| owed_in_full(registry, index, id, month));
    let mut both: Vec<Entry> = entries.iter().flatten().copied().collect();
    both.sort_by_key(|entry| entry.version);
    both.dedup();
    let roles: Vec<usize> = (0..ROLES.len()).collect();
    let mut facts = shared_facts(registry, &window.calendar, &both, &roles);
    facts.retain(|fact| {
        let asks = |id: &CollectionId| fact.involved().any(|item| item.collection == *id);
        asks(left) && asks(right)
    });
    let owes = |side: &[Entry], owed: &[Entry]| {
        owed.iter().any(|o| o.periods() > 0 && side.iter().any(|entry| entry.version == o.version))
    };
    let shared = window.groups.iter().filter(|group| entries.iter().all(|side| owes(side, &group.entries)));
    let shared_respondents = shared.map(|group| group.providers.len() as u64).sum();
    let last = entries.each_ref().map(|side| side.last().map(|entry| registry.version(entry.version)));
    let items = last
        .map(|version| version.map_or(0, |v| v.content.items.iter().filter(|i| i.is_asked()).count() as u64));
    let in_shared = last.map(|version| {
        let own = facts.iter().flat_map(SharedFact::involved).filter(|item| {
            version.is_some_and(|v| v.collection == item.collection && v.number == item.version)
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
