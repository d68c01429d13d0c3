//! General English, so that words nobody listed can be related: senses and kinds from WordNet, nearness in use from GloVe vectors.
//! Both are data (`data/lexicon`), made by the example `lexicon`.

use rustc_hash::FxHashMap;
use std::{cell::RefCell, sync::LazyLock};

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
    places: FxHashMap<&'static str, u16>,
    entries: Vec<Entry>,
}

/// What is known of one word.
struct Entry {
    vector: [i16; WIDTH],
    own: Keys,
    derived: Keys,
    kinds: Keys,
}

/// Keys of senses, sorted, and a bit for each: lists whose bits have nothing in common share no key.
#[derive(Default)]
struct Keys {
    bits: u64,
    keys: Box<[u32]>,
}

impl Keys {
    fn new(written: &str) -> Self {
        let read = written.split(' ').filter_map(|key| u32::from_str_radix(key, 36).ok());
        let mut keys: Vec<u32> = read.collect();
        keys.sort_unstable();
        let bit = |key: &u32| 1_u64 << (key.wrapping_mul(0x9e37_79b1) >> 26);
        Self { bits: keys.iter().map(bit).fold(0, |bits, bit| bits | bit), keys: keys.into() }
    }

    /// Whether the two share a key.
    fn meet(&self, other: &Self) -> bool {
        self.bits & other.bits != 0 && self.keys.iter().any(|key| other.keys.binary_search(key).is_ok())
    }
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let number = |at: usize| -> usize {
        let bytes = VECTORS.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, |bytes| u32::from_le_bytes(bytes) as usize)
    };
    let (size, length) = (number(4), number(8));
    let words = VECTORS.get(12..12 + length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("");
    let places: FxHashMap<&str, u16> = words.lines().zip(0..u16::MAX).collect();
    let vectors = VECTORS.get(12 + length..).unwrap_or_default();
    let vector = |at: usize| {
        let mut out = [0; WIDTH];
        let given = vectors.get(at * size..(at + 1) * size).unwrap_or_default();
        for (place, byte) in out.iter_mut().zip(given) {
            *place = i16::from(byte.cast_signed());
        }
        out
    };
    let entry = |at| Entry {
        vector: vector(at),
        own: Keys::default(),
        derived: Keys::default(),
        kinds: Keys::default(),
    };
    let mut entries: Vec<Entry> = (0..places.len()).map(entry).collect();
    for line in SENSES.lines().skip(1) {
        let mut parts = line.split('\t');
        let word = parts.next().unwrap_or_default();
        let mut list = || Keys::new(parts.next().unwrap_or_default());
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
    related(left.1, right.1)
}

/// How two words of different roots are related.
fn related(left: Place, right: Place) -> Kin {
    let of = |place: Place| LEXICON.entries.get(usize::from(place.0));
    let Some((x, y)) = of(left).zip(of(right)) else { return Kin::Near(0.0) };
    let near = cosine(x, y);
    // Words that share a sense are used alike; so the senses of most need not be looked at.
    let senses = if near < SENSES_FROM { None } else { senses(x, y) };
    senses.unwrap_or(Kin::Near(near))
}

/// How far any of `others` may stand for a word, in [0, 1].
pub(crate) fn likest(word: (&str, Place), others: &[(&str, Place)]) -> f64 {
    let first = word.0.as_bytes().first();
    let same = |other: &str| other == word.0 || one_root(word.0, other);
    if others.iter().any(|other| other.0.as_bytes().first() == first && same(other.0)) {
        return Kin::Same.likeness();
    }
    if word.1 == Place::NONE {
        return 0.0;
    }
    let places = others.iter().map(|other| other.1).filter(|place| *place != Place::NONE);
    MET.with_borrow_mut(|met| {
        let mut likest = 0.0;
        for place in places {
            likest = met.likeness(word.1, place).max(likest);
            // Words of different roots are no liker.
            if likest >= Kin::Synonym.likeness() {
                break;
            }
        }
        likest
    })
}

/// Pairs of words that were compared last: few words make most texts, and the same ones meet again and again.
struct Met(Vec<(u32, f64)>);

/// How many pairs are kept, as a power of two.
const KEPT: u32 = 15;

thread_local! {
    static MET: RefCell<Met> = RefCell::new(Met(vec![(u32::MAX, 0.0); 1 << KEPT]));
}

impl Met {
    /// How far two words of different roots may stand for each other: it is the same in either direction.
    fn likeness(&mut self, a: Place, b: Place) -> f64 {
        let pair = u32::from(a.0.min(b.0)) << 16 | u32::from(a.0.max(b.0));
        let at = pair.wrapping_mul(0x9e37_79b1) >> (u32::BITS - KEPT);
        let Some(kept) = self.0.get_mut(at as usize) else { return 0.0 };
        if kept.0 != pair {
            *kept = (pair, related(a, b).likeness());
        }
        kept.1
    }
}

/// How two words of different roots are related by their senses, if they are.
fn senses(x: &Entry, y: &Entry) -> Option<Kin> {
    if x.own.meet(&y.own) || x.derived.meet(&y.own) || x.own.meet(&y.derived) {
        Some(Kin::Synonym)
    } else if x.kinds.meet(&y.own) {
        Some(Kin::Kind)
    } else {
        x.own.meet(&y.kinds).then_some(Kin::Covers)
    }
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
