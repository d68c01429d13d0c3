//! Registries made of real definitions, to measure speed on: for the matcher of the sample's and the labelled definitions (3,876).
//!
//! - *Real*: fields of work beside each other. The first is the real definitions themselves; every further one is those in its own
//!   words: every word of more than three letters but the commonest (those in one definition of ten) is exchanged for another, throughout
//!   the field for the same one. So within a field as many are alike as in reality, in the ways of reality (3,927 matches SAME among the 3,876), and
//!   across fields only small and common words are shared; the share of what is asked twice is the same at any size.
//! - *Hard*: every definition is one of the real ones with a sixth of its longer words exchanged at random. At 100,000 each has about 26
//!   near copies, at a million 260, and the number of matches grows with the square of the size. No registry is like that; it
//!   shows what happens to one that somebody fills with copies.

use onus_domain::{
    DefinitionId,
    definition::{Definition, PermittedValue},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How the registry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fields of work, each as alike within itself as the real definitions are.
    Real,
    /// Near copies of the same few thousand.
    Hard,
}

/// Makes definitions by their place.
pub struct Maker {
    base: Vec<Definition>,
    kind: Kind,
    words: Words,
}

impl Maker {
    /// Makes them of real definitions.
    pub fn new(kind: Kind, base: Vec<Definition>) -> Self {
        Self { words: Words::new(&base), base, kind }
    }

    /// The definition of a place.
    pub fn definition(&self, at: usize) -> Definition {
        match self.kind {
            Kind::Hard => self.hard(at),
            Kind::Real => self.real(at),
        }
    }

    fn of(&self, seed: u64) -> &Definition {
        &self.base[usize::try_from(draw(seed) % self.base.len() as u64).unwrap_or(0)]
    }

    /// A real one under another subject, with some words changed; every tenth as it is but for its name's order.
    fn hard(&self, at: usize) -> Definition {
        let seed = draw(at as u64);
        let (main, lender) = (self.of(seed), self.of(seed ^ 0x5555));
        let lent = Lent::new(lender);
        let reword = |text: &str, salt: u64| lent.exchanged(text, seed, salt, 6);
        let own = if seed.is_multiple_of(10) { main.text.clone() } else { reword(&main.text, 3) };
        named(at, format!("{} {}", reword(&main.name, 7), lent.word(seed, 1)), own, main)
    }

    /// A real one in the words of its field.
    fn real(&self, at: usize) -> Definition {
        let (field, main) = (at / self.base.len(), &self.base[at % self.base.len()]);
        let own = |text: &String| self.words.of_field(text, field as u64);
        let values = main
            .value_set
            .iter()
            .map(|value| PermittedValue { meaning: own(&value.meaning), ..value.clone() });
        let made = Definition {
            numerator: own(&main.numerator),
            denominator: own(&main.denominator),
            population: own(&main.population),
            breakdowns: main.breakdowns.iter().map(own).collect(),
            value_set: values.collect(),
            ..main.clone()
        };
        named(at, own(&main.name), own(&main.text), &made)
    }
}

/// Words for which others may stand: those of more than three letters but the commonest, the rare ones and the others apart.
struct Words {
    /// Where a word stands: the list, and the place in it.
    places: HashMap<String, (usize, u64)>,
    lists: [Vec<String>; 2],
}

impl Words {
    fn new(base: &[Definition]) -> Self {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for definition in base {
            let text = format!("{} {} {}", definition.name, definition.text, definition.numerator);
            let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
            for word in words.collect::<BTreeSet<String>>() {
                *counts.entry(word).or_default() += 1;
            }
        }
        let telling = |word: &str| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let in_fewer = |count: &usize, share: usize| count * share < base.len();
        counts.retain(|word, count| telling(word) && in_fewer(count, 10));
        let (rare, others): (Vec<_>, Vec<_>) = counts.into_iter().partition(|(_, count)| in_fewer(count, 50));
        let lists = [rare, others].map(|list| {
            let mut words: Vec<String> = list.into_iter().map(|(word, _)| word).collect();
            // Of a prime number of words, every step but 0 leads round to all of them.
            while (2..100).any(|by| words.len() > by && words.len().is_multiple_of(by)) {
                words.pop();
            }
            words
        });
        let of = |list: usize| lists[list].iter().cloned().zip((0..).map(move |place| (list, place)));
        Self { places: of(0).chain(of(1)).collect(), lists }
    }

    /// The word that stands for this one in a field.
    fn other(&self, word: &str, field: u64) -> Option<&String> {
        let (list, place) = self.places.get(&word.to_lowercase())?;
        let words = &self.lists[*list];
        let count = words.len() as u64;
        let (step, first) = (1 + draw(field) % (count - 1), draw(field ^ 0xf1e1d) % count);
        words.get(usize::try_from((place * step + first) % count).ok()?)
    }

    /// A text in the words of a field; of the first, as it is.
    fn of_field(&self, text: &str, field: u64) -> String {
        if field == 0 {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for part in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
            let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
            let other = self.other(word, field);
            let capitals = word.chars().filter(|c| c.is_uppercase()).count();
            match other {
                Some(other) if capitals > 1 => out.push_str(&other.to_uppercase()),
                Some(other) if capitals == 1 => {
                    out.push_str(&other[..1].to_uppercase());
                    out.push_str(&other[1..]);
                }
                Some(other) => out.push_str(other),
                None => out.push_str(word),
            }
            out.push_str(&part[word.len()..]);
        }
        out
    }
}

fn named(at: usize, name: String, text: String, of: &Definition) -> Definition {
    Definition {
        id: DefinitionId::from_name(&format!("made-{at}")).unwrap_or_else(|_| DefinitionId::proposed()),
        name,
        text,
        external_ids: BTreeMap::default(),
        aliases: vec![],
        ..of.clone()
    }
}

/// Longer words of a definition, for another.
struct Lent<'a>(Vec<&'a str>);

impl<'a> Lent<'a> {
    fn new(of: &'a Definition) -> Self {
        let words = of.name.split([' ', '_']).chain(of.text.split(' '));
        Self(words.filter(|word| word.len() > 4).collect())
    }

    fn word(&self, seed: u64, n: u64) -> &'a str {
        let at = draw(seed ^ n) % self.0.len().max(1) as u64;
        self.0.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or("")
    }

    /// The text with one of so many of its longer words exchanged.
    fn exchanged(&self, text: &'a str, seed: u64, salt: u64, of: u64) -> String {
        let word = |(i, given): (u64, &'a str)| match draw(seed ^ salt ^ i << 8) % of {
            0 if given.len() > 4 => self.word(seed, i + salt),
            _ => given,
        };
        (0..).zip(text.split(' ')).map(word).collect::<Vec<_>>().join(" ")
    }
}

fn draw(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
