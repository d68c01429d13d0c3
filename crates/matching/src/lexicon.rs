//! General English, so that words nobody listed can be related: senses and kinds from WordNet, nearness in use from GloVe vectors.
//! Both are data (`data/lexicon`), made by the example `lexicon`.

use std::{collections::HashMap, sync::LazyLock};

static VECTORS: &[u8] = include_bytes!("../data/lexicon/vectors.bin");
static SENSES: &str = include_str!("../data/lexicon/senses.tsv");

/// Cosine from which two words may share a sense.
const SENSES_FROM: f64 = 0.2;

/// How two words are related.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kin {
    /// One word, or one root.
    Same,
    /// They share a sense.
    Synonym,
    /// The first is a kind of the second.
    Kind,
    /// The second is a kind of the first.
    Covers,
    /// Used alike, in [0, 1].
    Near(f64),
}

impl Kin {
    /// How far one may stand for the other, in [0, 1].
    pub fn likeness(self) -> f64 {
        match self {
            Self::Same => 1.0,
            Self::Synonym => 0.9,
            Self::Kind | Self::Covers => 0.7,
            Self::Near(cosine) => 0.85 * cosine,
        }
    }
}

struct Lexicon {
    ids: HashMap<&'static str, u32>,
    vectors: &'static [u8],
    size: usize,
    senses: Vec<Senses>,
}

#[derive(Default)]
struct Senses {
    own: Box<[u32]>,
    derived: Box<[u32]>,
    kinds: Box<[u32]>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let number = |at: usize| -> usize {
        let bytes = VECTORS.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
    };
    let (size, length) = (number(4), number(8));
    let words = VECTORS.get(12..12 + length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("");
    let ids: HashMap<&str, u32> = words.lines().zip(0..).collect();
    let mut senses: Vec<Senses> = Vec::new();
    senses.resize_with(ids.len(), Senses::default);
    for line in SENSES.lines().skip(1) {
        let mut parts = line.split('\t');
        let word = parts.next().unwrap_or_default();
        let mut list = || -> Box<[u32]> {
            let keys = parts.next().unwrap_or_default().split(' ');
            let mut keys: Vec<u32> = keys.filter_map(|key| u32::from_str_radix(key, 36).ok()).collect();
            keys.sort_unstable();
            keys.into()
        };
        let row = Senses { own: list(), derived: list(), kinds: list() };
        if let Some(place) = ids.get(word).and_then(|id| senses.get_mut(*id as usize)) {
            *place = row;
        }
    }
    Lexicon { ids, vectors: VECTORS.get(12 + length..).unwrap_or_default(), size, senses }
});

/// A word's place in the lexicon: its rank by how common it is.
pub(crate) fn id(word: &str) -> Option<u32> {
    LEXICON.ids.get(word).copied()
}

/// How two words are related, given their places.
pub(crate) fn kin(left: (&str, Option<u32>), right: (&str, Option<u32>)) -> Kin {
    if left.0 == right.0 || one_root(left.0, right.0) {
        return Kin::Same;
    }
    let (Some(a), Some(b)) = (left.1, right.1) else { return Kin::Near(0.0) };
    let near = cosine(a, b);
    // Words that share a sense are used alike; so the senses of most need not be looked at.
    if near < SENSES_FROM {
        return Kin::Near(near);
    }
    let (x, y) = (&LEXICON.senses[a as usize], &LEXICON.senses[b as usize]);
    let meet = |these: &[u32], those: &[u32]| these.iter().any(|key| those.binary_search(key).is_ok());
    if meet(&x.own, &y.own) || meet(&x.derived, &y.own) || meet(&x.own, &y.derived) {
        Kin::Synonym
    } else if meet(&x.kinds, &y.own) {
        Kin::Kind
    } else if meet(&x.own, &y.kinds) {
        Kin::Covers
    } else {
        Kin::Near(near)
    }
}

/// Cosine of two words' vectors, not below 0.
fn cosine(a: u32, b: u32) -> f64 {
    let of = |id: u32| {
        let at = id as usize * LEXICON.size;
        LEXICON.vectors.get(at..at + LEXICON.size).unwrap_or_default()
    };
    let product: i32 =
        of(a).iter().zip(of(b)).map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed())).sum();
    (f64::from(product) / (127.0 * 127.0)).clamp(0.0, 1.0)
}

/// Whether two words are forms of one root: a long common beginning and short ends.
pub(crate) fn one_root(a: &str, b: &str) -> bool {
    if a.as_bytes().first() != b.as_bytes().first() {
        return false;
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    common >= 5
        && 4 * common >= 3 * short
        && long - common <= 5
        && short - common <= 3
        && !a.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str) -> Kin {
        kin((a, id(a)), (b, id(b)))
    }

    #[test]
    fn words_are_related() {
        assert_eq!(of("immunised", "immunisation"), Kin::Same);
        assert_eq!(
            of("began", "commenced"),
            Kin::Near(cosine(id("began").unwrap(), id("commenced").unwrap()))
        );
        assert_eq!(of("nurse", "professional"), Kin::Kind);
        assert_eq!(of("doctor", "physician"), Kin::Synonym);
        assert!(of("hospital", "clinic").likeness() > of("hospital", "fraction").likeness());
    }
}
