//! Who could be like a definition: exact keys and an in-memory inverted index over character 3- to 5-grams, in a channel for names and a
//! channel for all fields.
//!
//! Two questions are asked of it. [`Index::near`] is asked at registration and decides what is compared and stored: a pair is near or not
//! by what the two definitions say, never by what else is registered, so definitions inserted one by one, in any order, meet exactly the
//! pairs of a batch. [`Index::candidates`] is asked when somebody checks a draft: it ranks by tf-idf as things stand, and nothing of its
//! answer is stored.

use crate::prepare::{self, Prepared};
use onus_domain::DefinitionId;
use std::collections::HashMap;

/// Most candidates that are ever handed out.
pub const MAX_CANDIDATES: usize = 100;

/// Least cosine of name grams at which two definitions are compared at registration.
const NEAR_NAME: f64 = 0.4;

/// Least cosine of the grams of all fields at which two definitions are compared at registration.
const NEAR_ALL: f64 = 0.4;

/// Characters of a definition that are indexed: bounds what a text of any length costs. Comparison reads all of it.
const INDEXED_CHARS: usize = 1_000;

/// Bits of a posting that hold the count of the gram; the rest is the slot.
const COUNT_BITS: u32 = 4;

/// A place in the index, given out by its owner from 0.
pub type Slot = u32;

/// An inverted index. Postings are sorted by slot, so that a state has one form however it was reached.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Index {
    ids: Vec<Option<DefinitionId>>,
    name: Channel,
    all: Channel,
    keys: HashMap<u64, Vec<Slot>>,
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
        }
        self.ids[at] = Some(definition.id.clone());
        self.name.insert(slot, &name_grams(definition));
        self.all.insert(slot, &all_grams(definition));
        for key in definition.keys() {
            put(self.keys.entry(key).or_default(), slot, |known| *known);
        }
    }

    /// Takes a definition out of its slot again.
    pub fn remove(&mut self, slot: Slot, definition: &Prepared) {
        if let Some(id) = self.ids.get_mut(slot as usize) {
            *id = None;
        }
        self.name.remove(slot, &name_grams(definition));
        self.all.remove(slot, &all_grams(definition));
        for key in definition.keys() {
            if let Some(slots) = self.keys.get_mut(&key) {
                slots.retain(|known| *known != slot);
                if slots.is_empty() {
                    self.keys.remove(&key);
                }
            }
        }
    }

    /// Every slot whose definition is near this one, sorted: it shares an exact key, or enough grams. Which ones are near does not depend
    /// on what else is registered.
    pub fn near(&self, definition: &Prepared) -> Vec<Slot> {
        let mut out = self.by_key(definition);
        out.extend(self.name.near(&name_grams(definition), NEAR_NAME));
        out.extend(self.all.near(&all_grams(definition), NEAR_ALL));
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The `k` most likely slots (at most [`MAX_CANDIDATES`]), best first: shared keys, then tf-idf over names and over all fields.
    pub fn candidates(&self, definition: &Prepared, k: usize) -> Vec<Slot> {
        self.ranked(definition, k.min(MAX_CANDIDATES))
    }

    /// The `k` most likely slots, however many.
    pub(crate) fn ranked(&self, definition: &Prepared, k: usize) -> Vec<Slot> {
        let mut scores: Vec<f64> = vec![0.0; self.ids.len()];
        self.name.rank(&name_grams(definition), &mut scores);
        self.all.rank(&all_grams(definition), &mut scores);
        for slot in self.by_key(definition) {
            scores[slot as usize] += f64::from(u16::MAX);
        }
        let mut out: Vec<(f64, &DefinitionId, Slot)> = (0..)
            .zip(&self.ids)
            .zip(&scores)
            .filter_map(|((slot, id), score)| Some((*score, id.as_ref()?, slot)).filter(|_| *score > 0.0))
            .collect();
        out.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        out.truncate(k);
        out.into_iter().map(|(_, _, slot)| slot).collect()
    }

    fn by_key(&self, definition: &Prepared) -> Vec<Slot> {
        definition.keys().iter().filter_map(|key| self.keys.get(key)).flatten().copied().collect()
    }
}

/// Inserts into a sorted list, most often at its end.
fn put<T: Copy>(list: &mut Vec<T>, entry: T, slot: impl Fn(&T) -> Slot) {
    let at = list.partition_point(|known| slot(known) < slot(&entry));
    if list.get(at).is_none_or(|known| slot(known) != slot(&entry)) {
        list.insert(at, entry);
    }
}

/// Grams of one kind of text: postings by hashed gram.
#[derive(Debug, Default, PartialEq, Eq)]
struct Channel {
    postings: HashMap<u32, Vec<u32>>,
    /// Different grams of each slot; 0 where there is none.
    sizes: Vec<u32>,
    /// Definitions with at least one gram.
    filled: u32,
}

fn slot_of(posting: u32) -> Slot {
    posting >> COUNT_BITS
}

impl Channel {
    fn insert(&mut self, slot: Slot, grams: &[(u32, u32)]) {
        let at = slot as usize;
        if self.sizes.len() <= at {
            self.sizes.resize(at + 1, 0);
        }
        self.sizes[at] = u32::try_from(grams.len()).unwrap_or(u32::MAX);
        self.filled += u32::from(!grams.is_empty());
        for (gram, count) in grams {
            let posting = slot << COUNT_BITS | (*count).min((1 << COUNT_BITS) - 1);
            put(self.postings.entry(*gram).or_default(), posting, |known| slot_of(*known));
        }
    }

    fn remove(&mut self, slot: Slot, grams: &[(u32, u32)]) {
        if let Some(size) = self.sizes.get_mut(slot as usize) {
            *size = 0;
        }
        self.filled -= u32::from(!grams.is_empty());
        for (gram, _) in grams {
            if let Some(list) = self.postings.get_mut(gram) {
                list.retain(|posting| slot_of(*posting) != slot);
                if list.is_empty() {
                    self.postings.remove(gram);
                }
            }
        }
    }

    /// Slots whose set of grams has at least this cosine with the given one.
    fn near(&self, grams: &[(u32, u32)], least: f64) -> Vec<Slot> {
        let mut shared: Vec<u32> = vec![0; self.sizes.len()];
        for (gram, _) in grams {
            for posting in self.postings.get(gram).into_iter().flatten() {
                shared[slot_of(*posting) as usize] += 1;
            }
        }
        let size = u32::try_from(grams.len()).unwrap_or(u32::MAX);
        (0..)
            .zip(shared.iter().zip(&self.sizes))
            .filter(|(_, (shared, other))| {
                **shared > 0 && f64::from(**shared) >= least * (f64::from(size) * f64::from(**other)).sqrt()
            })
            .map(|(slot, _)| slot)
            .collect()
    }

    /// Adds to each slot's score its tf-idf product with the grams, by the length of its text.
    fn rank(&self, grams: &[(u32, u32)], scores: &mut [f64]) {
        let tf = |count: u32| 1.0 + f64::from(count).ln();
        for (gram, count) in grams {
            let Some(list) = self.postings.get(gram) else { continue };
            let frequency = f64::from(u32::try_from(list.len()).unwrap_or(u32::MAX));
            let idf = (1.0 + f64::from(self.filled) / frequency).ln();
            for posting in list {
                let size = f64::from(self.sizes[slot_of(*posting) as usize].max(1));
                let here = tf((posting & ((1 << COUNT_BITS) - 1)).max(1));
                scores[slot_of(*posting) as usize] += idf * idf * tf(*count) * here / size.sqrt();
            }
        }
    }
}

fn name_grams(definition: &Prepared) -> Vec<(u32, u32)> {
    grams([&*definition.name.line])
}

fn all_grams(definition: &Prepared) -> Vec<(u32, u32)> {
    let fields = [&definition.name, &definition.text, &definition.numerator, &definition.denominator];
    grams(fields.map(|field| &*field.line))
}

/// Hashed grams of 3 to 5 characters with their counts, sorted. Each text begins and ends with a blank.
fn grams<const N: usize>(texts: [&str; N]) -> Vec<(u32, u32)> {
    let mut hashes = Vec::new();
    let mut left = INDEXED_CHARS;
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        let text: String = format!(" {} ", text.chars().take(left).collect::<String>());
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        left = left.saturating_sub(starts.len() - 3);
        for length in 3..=5 {
            let ends = starts.get(length..).unwrap_or_default();
            hashes.extend(starts.iter().zip(ends).map(|(start, end)| short(&text[*start..*end])));
        }
    }
    hashes.sort_unstable();
    hashes.chunk_by(|a, b| a == b).map(|run| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX))).collect()
}

/// A hash of 32 bits. Two grams that meet in one only make a pair look a little nearer than it is.
#[expect(clippy::cast_possible_truncation, reason = "the upper half is folded in")]
fn short(gram: &str) -> u32 {
    let hash = prepare::hash(&[gram]);
    (hash ^ (hash >> 32)) as u32
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
        assert!(again == straight, "the postings differ");
        again.remove(1, &all[1]);
        assert!(!again.candidates(&all[1], 10).contains(&1) && !again.near(&all[1]).contains(&1));
        again.insert(1, &all[1]);
        assert!(again == straight, "the postings differ");
        assert_eq!(straight.candidates(&all[1], 1), [1]);
    }

    #[test]
    fn grams_are_sorted_counted_and_bounded() {
        let counted = grams(["aaaa"]);
        assert!(counted.is_sorted());
        assert_eq!(counted.iter().map(|(_, count)| count).sum::<u32>(), 4 + 3 + 2);
        assert!(grams(["x"; 3]).len() < 10 && grams([""; 1]).is_empty());
        let long = "abcdefghij ".repeat(100_000);
        assert!(grams([long.as_str()]).iter().map(|(_, count)| count).sum::<u32>() < 3 * 1_100);
    }
}
