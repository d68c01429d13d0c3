use super::*;
use onus_verify::tree::{Tree, extends, includes};
use proptest::prelude::*;
use std::collections::HashMap;

/// A tree of numbered leaves, grown leaf by leaf, with all its whole subtrees.
fn grown(size: u64) -> (Edge, HashMap<Node, Hash>) {
    let (mut edge, mut made) = (Edge::default(), vec![]);
    for n in 0..size {
        edge.push(leaf(n), &mut made);
    }
    let count = made.len();
    let nodes: HashMap<_, _> = made.into_iter().collect();
    assert_eq!(nodes.len(), count, "each is made once");
    (edge, nodes)
}

fn leaf(n: u64) -> Hash {
    Hash::of_leaf(&n.to_be_bytes())
}

/// The same tree, as the verifier makes it.
fn independent(size: u64) -> Tree {
    Tree::new((0..size).map(|n| onus_verify::tree::leaf(&n.to_be_bytes())).collect())
}

fn bytes(hashes: Vec<Hash>) -> Vec<[u8; 32]> {
    hashes.into_iter().map(|hash| hash.0).collect()
}

/// Eight leaves and the root over them, as the reference implementation of RFC 6962 tests itself with.
#[test]
fn roots_and_proofs_are_those_of_the_known_vectors() {
    let texts =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let (mut edge, mut made) = (Edge::default(), vec![]);
    for text in texts {
        let bytes: Vec<_> = (0..text.len() / 2)
            .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        edge.push(Hash::of_leaf(&bytes), &mut made);
    }
    assert_eq!(edge.root().to_string(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    let nodes: HashMap<_, _> = made.into_iter().collect();
    let of = |proof: Option<Proof>| proof.unwrap().hashes(|node| nodes.get(&node).copied()).unwrap();
    let said = |proof| of(proof).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        said(Proof::of_inclusion(0, 8)),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
    assert_eq!(
        said(Proof::of_inclusion(5, 8)),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert_eq!(
        said(Proof::of_consistency(6, 8)),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert!(of(Proof::of_consistency(1, 1)).is_empty() && of(Proof::of_consistency(0, 8)).is_empty());
}

#[test]
fn a_hash_is_read_as_it_is_written() {
    let hash = Hash::of_nothing();
    assert_eq!(hash.to_string().parse(), Ok(hash));
    for bad in ["", "xyz", &"g".repeat(64), &"é".repeat(32)] {
        assert!(bad.parse::<Hash>().is_err(), "{bad}");
    }
}

#[test]
fn nothing_is_proved_of_what_is_not_there() {
    assert_eq!(Proof::of_inclusion(0, 0), None);
    assert_eq!(Proof::of_inclusion(5, 5), None);
    assert_eq!(Proof::of_consistency(6, 5), None);
    assert_eq!(Edge::new(5, vec![Hash::of_nothing()]), None);
}

proptest! {
    #[test]
    fn an_edge_that_is_read_again_grows_as_one_that_was_kept(size in 0_u64..600, more in 0_u64..40) {
        let (kept, nodes) = grown(size);
        let whole = Edge::nodes(size).iter().map(|node| nodes[node]).collect();
        let mut read = Edge::new(size, whole).unwrap();
        prop_assert_eq!(&read, &kept);
        let mut made = vec![];
        (size..size + more).for_each(|n| read.push(leaf(n), &mut made));
        let (whole, all) = grown(size + more);
        prop_assert_eq!(read.root(), whole.root());
        prop_assert_eq!(read.root().0, independent(size + more).root(usize::try_from(size + more).unwrap()).unwrap());
        prop_assert!(made.iter().all(|(node, hash)| all[node] == *hash));
    }

    #[test]
    fn proofs_convince_the_verifier_and_no_others_do(size in 1_u64..600, at in 0.0..1.0_f64, flip in 0_usize..32) {
        let (_, nodes) = grown(size);
        let tree = independent(size);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place below 600")]
        let index = (at * size as f64) as u64;
        let root = |size: u64| tree.root(usize::try_from(size).unwrap()).unwrap();
        let of = |proof: Proof| bytes(proof.hashes(|node| nodes.get(&node).copied()).unwrap());

        let proof = Proof::of_inclusion(index, size).unwrap();
        prop_assert!(proof.nodes().len() <= 2 * usize::try_from(u64::BITS - size.leading_zeros()).unwrap());
        let path = of(proof);
        prop_assert!(includes(&leaf(index).0, index, size, &path, &root(size)));
        prop_assert!(!includes(&leaf(size).0, index, size, &path, &root(size)));

        let first = index + 1;
        let steps = of(Proof::of_consistency(first, size).unwrap());
        prop_assert!(extends((first, &root(first)), (size, &root(size)), &steps));
        for place in 0..path.len().max(steps.len()) {
            let spoilt = |hashes: &[[u8; 32]]| {
                let mut hashes = hashes.to_vec();
                if let Some(hash) = hashes.get_mut(place) { hash[flip] ^= 1; }
                hashes
            };
            prop_assert!(place >= path.len() || !includes(&leaf(index).0, index, size, &spoilt(&path), &root(size)));
            prop_assert!(place >= steps.len() || !extends((first, &root(first)), (size, &root(size)), &spoilt(&steps)));
        }
    }

    #[test]
    fn a_root_is_the_one_hash_of_its_proof(size in 1_u64..600) {
        let (edge, nodes) = grown(size);
        let hashes = Proof::of_root(size).hashes(|node| nodes.get(&node).copied()).unwrap();
        prop_assert_eq!(hashes, vec![edge.root()]);
    }
}
