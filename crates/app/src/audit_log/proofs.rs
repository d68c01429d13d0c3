//! Proofs: that an entry stands in the log, and that the log only ever grew.

use super::{check_size, leaf};
use crate::{App, Context};
use onus_domain::{
    Error, Result,
    merkle::{Hash, Node, Proof},
};
use std::collections::HashMap;
use uuid::Uuid;

/// That an entry stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// The entry's place.
    pub seq: u64,
    /// The hash of its leaf.
    pub leaf: Hash,
    /// How many entries the tree is over.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
    /// The hashes that lead from the leaf to the root (RFC 9162, section 2.1.3).
    pub path: Vec<Hash>,
}

/// That the log of `second` entries begins with that of `first`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// The smaller number.
    pub first: u64,
    /// Its root.
    pub first_root: Hash,
    /// The larger number.
    pub second: u64,
    /// Its root.
    pub second_root: Hash,
    /// The hashes that prove it (RFC 9162, section 2.1.4).
    pub path: Vec<Hash>,
}

impl App {
    /// The proof for an entry that the caller may know of, in the tree of `size` entries; 0 takes the latest head's.
    pub async fn audit_inclusion(&self, context: &Context, id: Uuid, size: u64) -> Result<Inclusion> {
        let seen = self.audit_entry(context, id).await?;
        let name = format!("auditEntries/{id}");
        let seq = seen.logged.seq.ok_or_else(|| Error::Precondition {
            rule: "SEQUENCED",
            subject: name.clone(),
            message: format!("{name} has no place in the log yet: try again in a moment"),
        })?;
        let leaf = Hash::of_leaf(leaf::text(&seen.logged, &seen.actor_digest).as_bytes());
        self.audit_inclusion_at(seq, Some(leaf), size).await
    }

    /// The proof for the entry at a place, whoever may know of it: the hash of its leaf tells nothing of it.
    pub async fn audit_inclusion_of(&self, seq: u64, size: u64) -> Result<Inclusion> {
        self.audit_inclusion_at(seq, None, size).await
    }

    async fn audit_inclusion_at(&self, seq: u64, leaf: Option<Hash>, size: u64) -> Result<Inclusion> {
        let latest = self.audit_head(None).await?.size;
        check_size("size", size, latest)?;
        let size = if size == 0 { latest } else { size };
        let proof = Proof::of_inclusion(seq, size).ok_or_else(|| {
            onus_domain::Violation::new(
                "seq",
                "RANGE",
                seq,
                format!("a place before {size}, the tree's size"),
            )
        })?;
        let root = Proof::of_root(size);
        let own = Node { level: 0, index: seq };
        let wanted = proof.nodes().into_iter().chain(root.nodes()).chain([own]);
        let held = self.nodes(wanted).await?;
        Ok(Inclusion {
            seq,
            leaf: leaf.or_else(|| held.get(&own).copied()).ok_or_else(missing)?,
            size,
            root: one(&root, &held)?,
            path: hashes(&proof, &held)?,
        })
    }

    /// The proof that the log of `second` entries (0 takes the latest head's) begins with that of `first`.
    pub async fn audit_consistency(&self, first: u64, second: u64) -> Result<Consistency> {
        let latest = self.audit_head(None).await?.size;
        check_size("second_size", second, latest)?;
        let second = if second == 0 { latest } else { second };
        check_size("first_size", first, second)?;
        let proof = Proof::of_consistency(first, second).ok_or_else(missing)?;
        let (old, new) = (Proof::of_root(first), Proof::of_root(second));
        let held = self.nodes(proof.nodes().into_iter().chain(old.nodes()).chain(new.nodes())).await?;
        Ok(Consistency {
            first,
            first_root: one(&old, &held)?,
            second,
            second_root: one(&new, &held)?,
            path: hashes(&proof, &held)?,
        })
    }

    /// Hashes of subtrees: as many as the size has digits in binary, twice, in one statement.
    async fn nodes(&self, wanted: impl Iterator<Item = Node>) -> Result<HashMap<Node, Hash>> {
        let mut wanted: Vec<_> = wanted.collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.store().audit_nodes(&wanted).await
    }
}

fn hashes(proof: &Proof, held: &HashMap<Node, Hash>) -> Result<Vec<Hash>> {
    proof.hashes(|node| held.get(&node).copied()).ok_or_else(missing)
}

/// The root that a proof of nothing but it has.
fn one(root: &Proof, held: &HashMap<Node, Hash>) -> Result<Hash> {
    Ok(hashes(root, held)?.pop().unwrap_or_else(Hash::of_nothing))
}

fn missing() -> Error {
    Error::internal("hashes of the audit log are missing: run `onus audit verify`")
}
