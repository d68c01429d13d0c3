//! How many open providers of which kind owe what: what levels of types, regions and bodies are added up from.

use crate::{
    exact::Exact,
    registry::Registry,
    update::Update,
    window::{Group, Window},
};
use onus_domain::organisation::ProviderType;
use std::collections::BTreeSet;

/// How many open providers of each type and region owe each entry of a window, and how large they are together.
#[derive(Clone)]
pub(crate) struct People {
    pub kinds: Vec<(ProviderType, Option<u32>)>,
    /// By kind: sum of N.
    pub sizes: Vec<Exact>,
    /// By entry, then kind.
    pub owing: Vec<u32>,
}

impl People {
    pub fn new(registry: &Registry, window: &Window) -> Self {
        let open = || window.groups.iter().filter(|group| group.open);
        let kinds = open().flat_map(|group| group.providers.iter().map(|p| kind_of(registry, group, *p)));
        let kinds: BTreeSet<_> = kinds.collect();
        let kinds: Vec<_> = kinds.into_iter().collect();
        let mut people = Self {
            sizes: vec![Exact::default(); kinds.len()],
            owing: vec![0; window.entries.len() * kinds.len()],
            kinds,
        };
        let day = window.calendar.month.last_day();
        let mut counts = vec![0; people.kinds.len()];
        for group in open() {
            counts.fill(0);
            for provider in &group.providers {
                let place =
                    people.kinds.binary_search(&kind_of(registry, group, *provider)).unwrap_or_default();
                counts[place] += 1;
                let slot = (group.kind.size_measure(), day);
                people.sizes[place].add_value(&registry.size_in(*provider as usize, slot));
            }
            let present: Vec<(usize, u32)> =
                counts.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect();
            for id in window.ids(registry, group.providers[0] as usize) {
                for (place, count) in &present {
                    people.owing[id as usize * people.kinds.len() + place] += count;
                }
            }
        }
        people
    }

    /// The same after a change: only the entries of changed collections are owed by others than before.
    pub fn updated(&self, registry: &Registry, window: &Window, update: &Update, entries: &[u32]) -> Self {
        let mut people = self.clone();
        let kinds = people.kinds.len();
        people.owing.resize(window.entries.len() * kinds, 0);
        for id in entries {
            people.owing[*id as usize * kinds..][..kinds].fill(0);
        }
        for (provider, duties) in update.providers.iter().zip(&update.own_duties[1]) {
            let group = window.group(*provider as usize);
            if group.open {
                let kind = kind_of(registry, group, *provider);
                let place = people.kinds.binary_search(&kind).unwrap_or_default();
                for id in window.ids_of(duties) {
                    people.owing[id as usize * kinds + place] += 1;
                }
            }
        }
        people
    }
}

fn kind_of(registry: &Registry, group: &Group, provider: u32) -> (ProviderType, Option<u32>) {
    (group.kind, registry.providers[provider as usize].region)
}
