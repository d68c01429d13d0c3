//! The tree of RFC 9162, section 2.1: hashes of a list of leaves, and the two proofs as their reader checks them.

use sha2::{Digest, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// The hash of nothing: the root of an empty log.
pub fn empty() -> Hash {
    Sha256::digest([]).into()
}

/// The hash of a leaf.
pub fn leaf(text: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(text).finalize().into()
}

/// The hash of two hashes side by side.
fn pair(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The leaves of a log, with what its roots are made of.
#[derive(Debug)]
pub struct Tree {
    /// By height, the hashes of all whole subtrees of that height, from the left.
    whole: Vec<Vec<Hash>>,
}

impl Tree {
    /// Over `leaves`, in order.
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut whole = vec![leaves];
        while let Some(below) = whole.last().filter(|below| below.len() > 1) {
            let (pairs, _) = below.as_chunks::<2>();
            let above = pairs.iter().map(|[left, right]| pair(left, right)).collect();
            whole.push(above);
        }
        Self { whole }
    }

    /// How many leaves it has.
    pub fn size(&self) -> usize {
        self.whole.first().map_or(0, Vec::len)
    }

    /// The hash of the `place`th whole subtree over `2^level` leaves, if there is one.
    pub fn whole(&self, level: u8, place: u64) -> Option<Hash> {
        self.whole.get(usize::from(level))?.get(usize::try_from(place).ok()?).copied()
    }

    /// How many whole subtrees there are, leaves among them.
    pub fn count(&self) -> usize {
        self.whole.iter().map(Vec::len).sum()
    }

    /// `MTH(D[0:size])`: the root over the first `size` leaves; `None` if there are fewer.
    pub fn root(&self, size: usize) -> Option<Hash> {
        if size == 0 { Some(empty()) } else { self.hash(0, size) }
    }

    /// `MTH(D[start:end])`, by its definition: split at the largest power of two below its length. `None` beyond the leaves.
    fn hash(&self, start: usize, end: usize) -> Option<Hash> {
        let length = end.checked_sub(start)?;
        if length.is_power_of_two() && start.is_multiple_of(length) {
            let height = usize::try_from(length.trailing_zeros()).ok()?;
            return self.whole.get(height)?.get(start / length).copied();
        }
        let middle = start + largest_power_below(length)?;
        Some(pair(&self.hash(start, middle)?, &self.hash(middle, end)?))
    }
}

/// The largest power of two that is less than `length`, which is more than one.
fn largest_power_below(length: usize) -> Option<usize> {
    length.checked_sub(1).filter(|below| *below > 0).map(|below| 1 << below.ilog2())
}

/// Whether `path` proves that leaf `index` stands in the tree of `size` leaves and `root` (RFC 9162, section 2.1.3.2).
pub fn includes(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut found) = (index, size - 1, *leaf);
    for step in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            found = pair(step, &found);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            found = pair(&found, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && found == *root
}

/// Whether `path` proves that the tree of `second` leaves begins with that of `first` (RFC 9162, section 2.1.4.2).
pub fn extends(first: (u64, &Hash), second: (u64, &Hash), path: &[Hash]) -> bool {
    let ((first, first_root), (second, second_root)) = (first, second);
    if first > second {
        return false;
    }
    if first == second {
        return path.is_empty() && first_root == second_root;
    }
    if first == 0 {
        return path.is_empty() && *first_root == empty();
    }
    let (mut node, mut last) = (first - 1, second - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut steps = path.iter();
    // A first tree that is one whole subtree stands for itself.
    let start = if first.is_power_of_two() { Some(first_root) } else { steps.next() };
    let Some(start) = start else { return false };
    let (mut old, mut new) = (*start, *start);
    for step in steps {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = pair(step, &old);
            new = pair(step, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = pair(&new, step);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old == *first_root && new == *second_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex(hash: &Hash) -> String {
        use std::fmt::Write as _;
        hash.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    /// Eight leaves and the roots over the first of them, as the reference implementation of RFC 6962 tests itself with.
    #[test]
    fn roots_are_those_of_the_known_vectors() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let tree = Tree::new(leaves.iter().map(|text| leaf(text)).collect());
        for (size, root) in [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ] {
            assert_eq!(hex(&tree.root(size).unwrap()), root, "{size} leaves");
        }
        assert_eq!(tree.root(9), None);
    }

    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty(),
            [one] => *one,
            many => {
                let (left, right) = many.split_at(largest_power_below(many.len()).unwrap());
                pair(&naive(left), &naive(right))
            }
        }
    }

    proptest! {
        #[test]
        fn roots_are_as_defined(count in 0_u32..200) {
            let leaves: Vec<_> = (0..count).map(|n| leaf(&n.to_be_bytes())).collect();
            let tree = Tree::new(leaves.clone());
            for size in 0..=leaves.len() {
                prop_assert_eq!(tree.root(size).unwrap(), naive(&leaves[..size]));
            }
        }
    }
}
