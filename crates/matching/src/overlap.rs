//! Overlap of collections as sets of what they ask: definitions, or concepts. Exact counts; ratios are one division of them.
//!
//! Shared definitions are not yet duplication: the same definition about other records asks nobody twice. See `domain`'s *fact*.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::Hash,
};

/// What two sets share. Ready to be an edge of a graph: `left` < `right`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Overlap<K> {
    /// The lesser key.
    pub left: K,
    /// The greater key.
    pub right: K,
    /// Members in both.
    pub shared: u32,
    /// Members of the left.
    pub left_size: u32,
    /// Members of the right.
    pub right_size: u32,
}

impl<K> Overlap<K> {
    /// Shared members over all members of either, in (0, 1]: Jaccard's index, `|L ∩ R| / |L ∪ R|`.
    pub fn jaccard(&self) -> f64 {
        let all = u64::from(self.left_size) + u64::from(self.right_size) - u64::from(self.shared);
        ratio(self.shared, all)
    }

    /// Shared members over members of the smaller set, in (0, 1]: `|L ∩ R| / min(|L|, |R|)`.
    pub fn containment_of_smaller(&self) -> f64 {
        ratio(self.shared, u64::from(self.left_size.min(self.right_size)))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of items are far below 2^52")]
fn ratio(part: u32, whole: u64) -> f64 {
    f64::from(part) / whole as f64
}

/// Every pair of sets that share at least one member, sorted by left and right. By an inverted index: pairs that share nothing cost
/// nothing. Sets given twice under one key are joined.
pub fn overlaps<K: Ord + Clone, M: Ord + Hash>(sets: impl IntoIterator<Item = (K, M)>) -> Vec<Overlap<K>> {
    let mut members: BTreeMap<K, BTreeSet<M>> = BTreeMap::new();
    for (key, member) in sets {
        members.entry(key).or_default().insert(member);
    }
    let keys: Vec<&K> = members.keys().collect();
    let size = |at: usize| u32::try_from(members[keys[at]].len()).unwrap_or(u32::MAX);
    let mut holders: BTreeMap<&M, Vec<usize>> = BTreeMap::new();
    for (at, key) in keys.iter().enumerate() {
        for member in &members[*key] {
            holders.entry(member).or_default().push(at);
        }
    }
    let mut shared: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for places in holders.values() {
        for (at, left) in places.iter().enumerate() {
            for right in &places[at + 1..] {
                *shared.entry((*left, *right)).or_default() += 1;
            }
        }
    }
    shared
        .into_iter()
        .map(|((left, right), shared)| Overlap {
            left: keys[left].clone(),
            right: keys[right].clone(),
            shared,
            left_size: size(left),
            right_size: size(right),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_and_ratios() {
        let found = overlaps([("b", 1), ("b", 2), ("a", 2), ("a", 2), ("a", 3), ("a", 4), ("c", 9)]);
        let [overlap] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((overlap.left, overlap.right, overlap.shared, overlap.left_size), ("a", "b", 1, 3));
        assert!(
            (overlap.jaccard() - 0.25).abs() < 1e-12
                && (overlap.containment_of_smaller() - 0.5).abs() < 1e-12
        );
    }

    proptest! {
        #[test]
        fn it_equals_comparing_every_pair(sets in proptest::collection::vec((0_u8..6, 0_u8..12), 0..60)) {
            let of = |key| sets.iter().filter(|(k, _)| *k == key).map(|(_, m)| *m).collect::<BTreeSet<_>>();
            let mut expected = Vec::new();
            for left in 0..6 {
                for right in left + 1..6 {
                    let (l, r) = (of(left), of(right));
                    let shared = u32::try_from(l.intersection(&r).count()).unwrap();
                    if shared > 0 {
                        let size = |set: &BTreeSet<u8>| u32::try_from(set.len()).unwrap();
                        expected.push(Overlap { left, right, shared, left_size: size(&l), right_size: size(&r) });
                    }
                }
            }
            prop_assert_eq!(overlaps(sets.clone()), expected);
        }
    }
}
