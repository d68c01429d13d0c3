//! General English, so that words nobody listed can be related: senses and kinds from WordNet, nearness in use from GloVe vectors.
//! Both are data (`data/lexicon`), made by the example `lexicon`.

use std::{cmp::Ordering, collections::HashMap, sync::LazyLock};

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

/// A word's place in the lexicon, if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place(u16);

impl Place {
    const NONE: Self = Self(u16::MAX);

    /// By how common the word is.
    pub fn rank(self) -> Option<u16> {
        (self != Self::NONE).then_some(self.0)
    }
}

/// Numbers of a vector, with noughts at the end: as many as processors take at once.
const WIDTH: usize = 56;

struct Lexicon {
    places: HashMap<&'static str, u16>,
    entries: Vec<Entry>,
}

/// What is known of one word.
struct Entry {
    vector: [i16; WIDTH],
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
    let places: HashMap<&str, u16> = words.lines().zip(0..u16::MAX).collect();
    let vectors = VECTORS.get(12 + length..).unwrap_or_default();
    let vector = |at: usize| {
        let mut out = [0; WIDTH];
        let given = vectors.get(at * size..(at + 1) * size).unwrap_or_default();
        for (place, byte) in out.iter_mut().zip(given) {
            *place = i16::from(byte.cast_signed());
        }
        out
    };
    let entry = |at| Entry { vector: vector(at), own: [].into(), derived: [].into(), kinds: [].into() };
    let mut entries: Vec<Entry> = (0..places.len()).map(entry).collect();
    for line in SENSES.lines().skip(1) {
        let mut parts = line.split('\t');
        let word = parts.next().unwrap_or_default();
        let mut list = || -> Box<[u32]> {
            let keys = parts.next().unwrap_or_default().split(' ');
            let mut keys: Vec<u32> = keys.filter_map(|key| u32::from_str_radix(key, 36).ok()).collect();
            keys.sort_unstable();
            keys.into()
        };
        if let Some(place) = places.get(word).and_then(|at| entries.get_mut(usize::from(*at))) {
            (place.own, place.derived, place.kinds) = (list(), list(), list());
        }
    }
    Lexicon { places, entries }
});

/// A word's place in the lexicon.
pub(crate) fn place(word: &str) -> Place {
    LEXICON.places.get(word).map_or(Place::NONE, |at| Place(*at))
}

/// How two words are related, given their places.
pub(crate) fn kin(left: (&str, Place), right: (&str, Place)) -> Kin {
    if left.0 == right.0 || one_root(left.0, right.0) {
        return Kin::Same;
    }
    let of = |place: Place| LEXICON.entries.get(usize::from(place.0));
    let Some((x, y)) = of(left.1).zip(of(right.1)) else { return Kin::Near(0.0) };
    let near = cosine(x, y);
    // Words that share a sense are used alike; so the senses of most need not be looked at.
    let senses = if near < SENSES_FROM { None } else { senses(x, y) };
    senses.unwrap_or(Kin::Near(near))
}

/// How far any of `others` may stand for a word, in [0, 1].
pub(crate) fn likest(word: (&str, Place), others: &[(&str, Place)]) -> f64 {
    if others.iter().any(|other| other.0 == word.0 || one_root(word.0, other.0)) {
        return Kin::Same.likeness();
    }
    let lexicon = &*LEXICON;
    let of = |place: Place| lexicon.entries.get(usize::from(place.0));
    let Some(this) = of(word.1) else { return 0.0 };
    let mut likest = 0.0;
    for that in others.iter().filter_map(|other| of(other.1)) {
        let near = cosine(this, that);
        // The senses are looked at only where they could say more.
        let kin = if near < SENSES_FROM || likest >= Kin::Synonym.likeness() {
            Kin::Near(near)
        } else {
            senses(this, that).unwrap_or(Kin::Near(near))
        };
        likest = kin.likeness().max(likest);
    }
    likest
}

/// How two words of different roots are related by their senses, if they are.
fn senses(x: &Entry, y: &Entry) -> Option<Kin> {
    if meet(&x.own, &y.own) || meet(&x.derived, &y.own) || meet(&x.own, &y.derived) {
        Some(Kin::Synonym)
    } else if meet(&x.kinds, &y.own) {
        Some(Kin::Kind)
    } else {
        meet(&x.own, &y.kinds).then_some(Kin::Covers)
    }
}

/// Whether two sorted lists share an entry.
fn meet(these: &[u32], those: &[u32]) -> bool {
    let (Some(first), Some(last)) = (those.first(), those.last()) else { return false };
    let (mut at, mut other) = (these.partition_point(|key| key < first), 0);
    while at < these.len() && other < those.len() && these[at] <= *last {
        match these[at].cmp(&those[other]) {
            Ordering::Less => at += 1,
            Ordering::Greater => other += 1,
            Ordering::Equal => return true,
        }
    }
    false
}

/// Cosine of two words' vectors, not below 0.
fn cosine(x: &Entry, y: &Entry) -> f64 {
    let product: i32 = x.vector.iter().zip(&y.vector).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
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
        kin((a, place(a)), (b, place(b)))
    }

    #[test]
    fn words_are_related() {
        assert_eq!(of("immunised", "immunisation"), Kin::Same);
        assert!(matches!(of("began", "commenced"), Kin::Near(near) if near > SENSES_FROM));
        assert_eq!(of("nurse", "professional"), Kin::Kind);
        assert_eq!(of("doctor", "physician"), Kin::Synonym);
        assert!(of("hospital", "clinic").likeness() > of("hospital", "fraction").likeness());
    }
}
