//! The Merkle log of audit entries: how its tree grows, and which hashes prove what (RFC 9162, section 2.1).
//!
//! What is kept of a tree are its *whole* subtrees: those over `2^level` leaves from a multiple of that on. Each is made once, when its last
//! leaf comes, and never changes. Every root and every proof is put together of few of them: as many as the size has digits in binary.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, ops::Range, str::FromStr};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of nothing: the root of an empty log.
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }

    /// The hash of a leaf.
    pub fn of_leaf(text: &[u8]) -> Self {
        Self(Sha256::new_with_prefix([0]).chain_update(text).finalize().into())
    }

    /// The hash of two subtrees side by side.
    pub fn of_two(left: Self, right: Self) -> Self {
        Self(Sha256::new_with_prefix([1]).chain_update(left.0).chain_update(right.0).finalize().into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a hash: 64 hexadecimal digits";
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(FORM);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| FORM)?;
        }
        Ok(Self(bytes))
    }
}

/// A whole subtree: over the leaves from `index * 2^level` on, `2^level` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    /// Its height; a leaf has 0.
    pub level: u8,
    /// Its place among those of its height, from 0.
    pub index: u64,
}

/// The right edge of a tree: all that is needed to add leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    /// Roots of the whole subtrees that the leaves fall into, largest first.
    whole: Vec<Hash>,
}

impl Edge {
    /// The whole subtrees that the edge of a tree of `size` leaves is made of.
    pub fn nodes(size: u64) -> Vec<Node> {
        cover(0..size)
    }

    /// The edge of a tree of `size` leaves, from the hashes of [`Self::nodes`]; `None` if they are not as many.
    pub fn new(size: u64, whole: Vec<Hash>) -> Option<Self> {
        (usize::try_from(size.count_ones()) == Ok(whole.len())).then_some(Self { size, whole })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and to `made` the subtrees that it makes whole: itself first.
    pub fn push(&mut self, leaf: Hash, made: &mut Vec<(Node, Hash)>) {
        let mut node = Node { level: 0, index: self.size };
        let mut hash = leaf;
        made.push((node, hash));
        // A right child makes its parent whole; its left sibling is the last of the edge.
        while node.index % 2 == 1 {
            let Some(left) = self.whole.pop() else { break };
            hash = Hash::of_two(left, hash);
            node = Node { level: node.level + 1, index: node.index / 2 };
            made.push((node, hash));
        }
        self.whole.push(hash);
        self.size += 1;
    }

    /// The root.
    pub fn root(&self) -> Hash {
        fold(self.whole.iter().copied()).unwrap_or_else(Hash::of_nothing)
    }
}

/// The whole subtrees that make up the leaves of `range`, from the left. The range must be one that a tree is split into: its start is a
/// multiple of the largest power of two within its length.
fn cover(range: Range<u64>) -> Vec<Node> {
    let mut nodes = vec![];
    let mut start = range.start;
    while let Some(level) = range.end.checked_sub(start).and_then(u64::checked_ilog2) {
        nodes.push(Node { level: u8::try_from(level).unwrap_or(u8::MAX), index: start >> level });
        start += 1 << level;
    }
    nodes
}

/// The hash over subtrees side by side, each at least as large as the next.
fn fold(hashes: impl DoubleEndedIterator<Item = Hash>) -> Option<Hash> {
    hashes.rev().reduce(|right, left| Hash::of_two(left, right))
}

/// Something to be proved, as the list of hashes that prove it: each is that of a range of leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof(Vec<Range<u64>>);

impl Proof {
    /// The root itself of a tree of `size` leaves, as its one hash; none for an empty tree.
    pub fn of_root(size: u64) -> Self {
        Self((size > 0).then_some(0..size).into_iter().collect())
    }

    /// That leaf `index` stands in a tree of `size` leaves (section 2.1.3.1); `None` if it has no such leaf.
    pub fn of_inclusion(index: u64, size: u64) -> Option<Self> {
        let mut ranges = vec![];
        let mut range = 0..size;
        if !range.contains(&index) {
            return None;
        }
        while let Some(middle) = middle(&range) {
            let (left, right) = (range.start..middle, middle..range.end);
            let (within, beside) = if left.contains(&index) { (left, right) } else { (right, left) };
            ranges.push(beside);
            range = within;
        }
        ranges.reverse();
        Some(Self(ranges))
    }

    /// That a tree of `second` leaves begins with the tree of `first` (section 2.1.4.1); `None` if it has fewer. Nothing needs to be
    /// proved of an empty tree, and of the same.
    pub fn of_consistency(first: u64, second: u64) -> Option<Self> {
        if first > second {
            return None;
        }
        if first == 0 || first == second {
            return Some(Self(vec![]));
        }
        let mut ranges = vec![];
        let mut range = 0..second;
        while range.end != first {
            let middle = middle(&range)?;
            let (left, right) = (range.start..middle, middle..range.end);
            let (within, beside) = if first <= middle { (left, right) } else { (right, left) };
            ranges.push(beside);
            range = within;
        }
        // Its reader has the whole first tree already, and no part of it.
        if range.start > 0 {
            ranges.push(range);
        }
        ranges.reverse();
        Some(Self(ranges))
    }

    /// The whole subtrees that its hashes are made of, each once: at most twice as many as the size has binary digits.
    pub fn nodes(&self) -> Vec<Node> {
        let mut nodes: Vec<_> = self.0.iter().cloned().flat_map(cover).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// Its hashes, from those of [`Self::nodes`]; `None` if one is missing.
    pub fn hashes(&self, of: impl Fn(Node) -> Option<Hash>) -> Option<Vec<Hash>> {
        let hash = |range: &Range<u64>| {
            let hashes: Option<Vec<_>> = cover(range.clone()).into_iter().map(&of).collect();
            fold(hashes?.into_iter())
        };
        self.0.iter().map(hash).collect()
    }
}

/// Where a tree over these leaves is split: at the largest power of two below their number. `None` for a single one.
fn middle(range: &Range<u64>) -> Option<u64> {
    let below = range.end.checked_sub(range.start)?.checked_sub(1)?;
    Some(range.start + (1 << below.checked_ilog2()?))
}

#[cfg(test)]
mod tests;
