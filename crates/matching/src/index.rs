//! Who could be like a definition: exact keys, and an in-memory inverted index over words, beginnings of words and character 4-grams, with
//! a channel for names and one for all fields.
//!
//! Two questions are asked of it. [`Index::near`] is asked at registration and decides what is compared and stored: a pair is near by what
//! the two definitions say. Only where very many are near one definition does it matter who was there first: the nearest
//! [`MOST_NEAR`] of those are compared, and of a [`CROWD`] a few. [`Index::candidates`] is asked when somebody checks a draft: it ranks as things stand, and nothing
//! of its answer is stored. Both look at the rarest terms first and at no more than a fixed number of entries: a million equal names cost
//! no more than a few thousand.

use crate::prepare::{self, Prepared};
use onus_domain::DefinitionId;
use std::{cell::RefCell, collections::HashMap};

/// Most candidates that are ever handed out.
pub const MAX_CANDIDATES: usize = 100;

/// Most definitions that one is compared with at registration, besides those that share a key.
pub const MOST_NEAR: usize = 256;

/// Most definitions of one key that one is compared with.
const MOST_OF_A_KEY: usize = 64;

/// From here on it is a crowd, of a key or near one: somebody filled the registry with copies. Whoever joins one is compared with its
/// [`FEW`] alone: one question joins them all to one concept, and a million copies cost a million comparisons, not a million times as many.
const CROWD: usize = 1_024;

/// Those of a crowd that a newcomer is compared with.
const FEW: usize = 2;

/// Least cosine of telling terms at which two definitions are compared at registration.
const NEAR: f32 = 0.42;

/// Weight of a term that tells something: it stands in less than about one definition of fifty.
const TELLING: u8 = 40;

/// Entries that are looked at for [`Index::near`].
const NEAR_ENTRIES: usize = 20_000;

/// Entries that are looked at for [`Index::candidates`].
const RANKED_ENTRIES: usize = 600_000;

/// Terms of one definition that are indexed: bounds what a text of any length costs. Comparison reads more of it.
const MOST_TERMS: usize = 400;

/// A place in the index, given out by its owner from 0.
pub type Slot = u32;

/// An inverted index. Entries are sorted by slot, so that a state has one form however it was reached.
#[derive(Debug, Default, PartialEq)]
pub struct Index {
    ids: Vec<Option<DefinitionId>>,
    entries: HashMap<u32, Vec<Slot>>,
    /// Length of each definition's telling terms, and of all.
    lengths: Vec<(f32, f32)>,
    keys: HashMap<u64, Vec<Slot>>,
}

/// A term: its hash, its weight, and whether it counts for being near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Term {
    hash: u32,
    weight: u8,
    tells: bool,
}

thread_local! {
    /// Sums by slot, kept clean between questions.
    static SUMS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

impl Index {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a definition into a free slot.
    pub fn insert(&mut self, slot: Slot, definition: &Prepared) {
        let at = slot as usize;
        if self.ids.len() <= at {
            self.ids.resize(at + 1, None);
            self.lengths.resize(at + 1, (0.0, 0.0));
        }
        self.ids[at] = Some(definition.id.clone());
        let terms = terms(definition);
        let length = |of: &dyn Fn(&&Term) -> bool| {
            terms.iter().filter(of).map(|term| square(term.weight)).sum::<f32>().sqrt()
        };
        self.lengths[at] = (length(&|term| term.tells), length(&|_| true));
        for term in &terms {
            put(self.entries.entry(term.hash).or_default(), slot);
        }
        for key in definition.keys() {
            put(self.keys.entry(key).or_default(), slot);
        }
    }

    /// Takes a definition out of its slot again.
    pub fn remove(&mut self, slot: Slot, definition: &Prepared) {
        if let Some(id) = self.ids.get_mut(slot as usize) {
            *id = None;
            self.lengths[slot as usize] = (0.0, 0.0);
        }
        for term in terms(definition) {
            take(&mut self.entries, term.hash, slot);
        }
        for key in definition.keys() {
            take(&mut self.keys, key, slot);
        }
    }

    /// Slots below `before` whose definitions are near this one, sorted: they share an exact key, or enough telling terms.
    pub fn near(&self, definition: &Prepared, before: Slot) -> Vec<Slot> {
        let terms: Vec<Term> = terms(definition).into_iter().filter(|term| term.tells).collect();
        let own = terms.iter().map(|term| square(term.weight)).sum::<f32>().sqrt();
        let score = |slot: Slot, sum: f32| {
            let cosine = sum / (own * self.lengths[slot as usize].0).max(1.0);
            (cosine >= NEAR).then_some(cosine)
        };
        let weight = |term: &Term, _: usize| square(term.weight);
        let mut found = self.scored(&terms, before, NEAR_ENTRIES, &weight, &score);
        let mut out = if found.len() < CROWD {
            self.first(found, MOST_NEAR)
        } else {
            found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            found.into_iter().take(FEW).map(|(_, slot)| slot).collect()
        };
        out.extend(self.by_key(definition, before));
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The `k` most likely slots (at most [`MAX_CANDIDATES`]), best first: shared keys, then shared terms by their rarity here.
    pub fn candidates(&self, definition: &Prepared, k: usize) -> Vec<Slot> {
        self.ranked(definition, k.min(MAX_CANDIDATES))
    }

    /// The `k` most likely slots, however many.
    pub(crate) fn ranked(&self, definition: &Prepared, k: usize) -> Vec<Slot> {
        let count = small(self.ids.len());
        let weight = |term: &Term, entries: usize| {
            let rarity = (1.0 + count / small(entries)).ln();
            rarity * rarity * if term.tells { 1.0 } else { 0.5 }
        };
        let score = |slot: Slot, sum: f32| Some(sum / self.lengths[slot as usize].1.max(1.0).sqrt());
        let mut keyed = self.by_key(definition, Slot::MAX);
        keyed.sort_unstable();
        keyed.dedup();
        let ranked =
            self.first(self.scored(&terms(definition), Slot::MAX, RANKED_ENTRIES, &weight, &score), k);
        // Who shares a key comes first, in the order of the ranking as far as that goes.
        let (mut out, mut rest): (Vec<Slot>, Vec<Slot>) =
            ranked.into_iter().partition(|slot| keyed.binary_search(slot).is_ok());
        out.extend(keyed.iter().filter(|slot| !out.contains(slot)).copied().collect::<Vec<_>>());
        out.append(&mut rest);
        out.truncate(k);
        out
    }

    fn by_key(&self, definition: &Prepared, before: Slot) -> Vec<Slot> {
        let lists = definition.keys().into_iter().filter_map(|key| self.keys.get(&key));
        let first = |list: &'_ Vec<Slot>| {
            let most = if list.get(CROWD).is_some_and(|slot| *slot < before) { FEW } else { MOST_OF_A_KEY };
            list.iter().copied().take_while(|slot| *slot < before).take(most).collect::<Vec<Slot>>()
        };
        lists.flat_map(first).collect()
    }

    /// Slots with the score of the terms they share, looked for by the rarest terms first; in no order.
    fn scored(
        &self,
        terms: &[Term],
        before: Slot,
        most_entries: usize,
        weight: &dyn Fn(&Term, usize) -> f32,
        score: &dyn Fn(Slot, f32) -> Option<f32>,
    ) -> Vec<(f32, Slot)> {
        let mut lists: Vec<(&Term, &[Slot])> = terms
            .iter()
            .filter_map(|term| {
                let list = self.entries.get(&term.hash)?;
                Some((term, &list[..list.partition_point(|slot| *slot < before)]))
            })
            .filter(|(_, list)| !list.is_empty())
            .collect();
        lists.sort_by_key(|(term, list)| (list.len(), term.hash));
        SUMS.with_borrow_mut(|sums| {
            if sums.len() < self.ids.len() {
                sums.resize(self.ids.len(), 0.0);
            }
            let (mut touched, mut left) = (Vec::new(), most_entries);
            for (term, list) in lists {
                let add = weight(term, list.len());
                for slot in list.iter().take(left) {
                    let sum = &mut sums[*slot as usize];
                    if *sum == 0.0 {
                        touched.push(*slot);
                    }
                    *sum += add;
                }
                left = left.saturating_sub(list.len());
                if left == 0 {
                    break;
                }
            }
            let mut found: Vec<(f32, Slot)> = Vec::with_capacity(touched.len());
            for slot in touched {
                let sum = std::mem::take(&mut sums[slot as usize]);
                found.extend(score(slot, sum).map(|score| (score, slot)));
            }
            found
        })
    }

    /// The first `k` by score, of equal ones by identifier.
    fn first(&self, mut found: Vec<(f32, Slot)>, k: usize) -> Vec<Slot> {
        let order = |a: &(f32, Slot), b: &(f32, Slot)| {
            b.0.total_cmp(&a.0).then_with(|| self.ids[a.1 as usize].cmp(&self.ids[b.1 as usize]))
        };
        if found.len() > k && k > 0 {
            found.select_nth_unstable_by(k - 1, order);
        }
        found.truncate(k);
        found.sort_by(order);
        found.into_iter().map(|(_, slot)| slot).collect()
    }
}

/// Inserts into a sorted list, most often at its end.
fn put(list: &mut Vec<Slot>, slot: Slot) {
    let at = list.partition_point(|known| *known < slot);
    if list.get(at) != Some(&slot) {
        list.insert(at, slot);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "keys are numbers")]
fn take<K: std::hash::Hash + Eq>(lists: &mut HashMap<K, Vec<Slot>>, key: K, slot: Slot) {
    if let Some(list) = lists.get_mut(&key) {
        list.retain(|known| *known != slot);
        if list.is_empty() {
            lists.remove(&key);
        }
    }
}

fn square(weight: u8) -> f32 {
    f32::from(weight) * f32::from(weight)
}

#[expect(clippy::cast_precision_loss, reason = "a rarity need not be exact")]
fn small(count: usize) -> f32 {
    count as f32
}

/// The terms of a definition, sorted, each once.
fn terms(definition: &Prepared) -> Vec<Term> {
    let mut out: Vec<Term> = Vec::new();
    let mut add = |kind: &str, text: &str, weight: u8, tells: bool| {
        out.push(Term { hash: prepare::short_hash(&[kind, text]), weight, tells });
    };
    for (word, weight) in definition.all.words() {
        add("w", word, weight, weight >= TELLING);
        if let Some((end, _)) = word.char_indices().nth(5) {
            add("b", &word[..end], weight / 2, false);
        }
    }
    for (word, weight) in definition.name.words() {
        add("n", word, weight, weight >= TELLING);
    }
    let line: Vec<char> = definition.name.line.chars().take(200).collect();
    let mut gram = String::new();
    for letters in line.windows(4) {
        gram.clear();
        gram.extend(letters);
        add("g", &gram, 20, false);
    }
    // The words that most definitions lack come first, so that a long text keeps those.
    out.sort_unstable_by_key(|term| (std::cmp::Reverse(term.weight), term.hash));
    out.truncate(MOST_TERMS);
    out.sort_unstable_by_key(|term| term.hash);
    out.dedup_by_key(|term| term.hash);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::definition::{Definition, DefinitionKind, RegistrationStatus};

    fn prepared(id: &str, name: &str) -> Prepared {
        Prepared::new(&Definition {
            text: format!("Number of {name}"),
            status: RegistrationStatus::Recorded,
            ..Definition::new(DefinitionId::new(id).unwrap(), DefinitionKind::Metric, name)
        })
    }

    #[test]
    fn a_state_has_one_form_however_it_was_reached() {
        let names = ["beds occupied", "beds available", "bed days lost"];
        let all: Vec<Prepared> = names.iter().map(|name| prepared(&name.replace(' ', "-"), name)).collect();
        let filled = |order: &[Slot]| {
            let mut index = Index::new();
            for slot in order {
                index.insert(*slot, &all[*slot as usize]);
            }
            index
        };
        let straight = filled(&[0, 1, 2]);
        let mut again = filled(&[2, 0, 1]);
        assert!(again == straight, "the entries differ");
        again.remove(1, &all[1]);
        assert!(!again.candidates(&all[1], 10).contains(&1) && !again.near(&all[1], Slot::MAX).contains(&1));
        again.insert(1, &all[1]);
        assert!(again == straight, "the entries differ");
        assert_eq!(straight.candidates(&all[1], 1), [1]);
    }

    #[test]
    fn terms_are_sorted_and_bounded() {
        let long = Definition {
            text: (0..50_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" "),
            ..Definition::new(DefinitionId::new("x").unwrap(), DefinitionKind::Metric, "a long one")
        };
        let found = terms(&Prepared::new(&long));
        assert!(found.len() <= MOST_TERMS && found.is_sorted_by_key(|term| term.hash));
        assert!(terms(&Prepared::nothing()).is_empty());
    }
}
