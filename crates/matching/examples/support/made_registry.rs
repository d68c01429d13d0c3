//! Registries made of real definitions by seeded rewording, to measure speed on.
//!
//! The sample's and the labelled definitions (3,876) give the words. Two kinds:
//!
//! - *Real*: a concept is a passage of one real definition under another's subject, most of its telling words taken from a third, so that two
//!   concepts of one passage share its small words alone. Each concept is asked once or a few times, in other words each time: see
//!   [`ASKED`]. A registry of n definitions has about 0.74 n concepts at any size.
//! - *Hard*: every definition is one of the real ones with a sixth of its longer words exchanged. At 100,000 each has about 26 near copies,
//!   at a million 260, and the number of matches grows with the square of the size. No registry is like that; it shows what
//!   happens to one that somebody fills with copies.

use onus_domain::{DefinitionId, definition::Definition};
use onus_matching::files;
use std::{collections::BTreeMap, fs, path::PathBuf};

/// Of how many bodies ask one concept, by its number modulo the length: three in four are asked once, the rest by two to four.
const ASKED: [usize; 20] = [1, 1, 2, 1, 1, 1, 3, 1, 1, 2, 1, 1, 1, 1, 4, 1, 1, 2, 1, 1];

/// How the registry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Concepts asked by a few.
    Real,
    /// Near copies of the same few thousand.
    Hard,
}

/// Makes definitions by their place.
pub struct Maker {
    base: Vec<Definition>,
    kind: Kind,
}

impl Maker {
    /// Reads the real definitions.
    pub fn new(kind: Kind) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled");
        let text = fs::read_to_string(folder.join("records.jsonl")).unwrap_or_else(|error| panic!("{error}"));
        let records = files::records("records.jsonl", &text).unwrap_or_else(|error| panic!("{error}"));
        let records = records.into_iter().map(|record| record.definition);
        Self { base: super::support::registry().into_iter().chain(records).collect(), kind }
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
        let reword = |text: &str, salt: u64| lent.into_text(text, seed, salt, 6);
        let own = if seed.is_multiple_of(10) { main.text.clone() } else { reword(&main.text, 3) };
        named(at, format!("{} {}", reword(&main.name, 7), lent.word(seed, 1)), own, main)
    }

    /// One of the wordings of a concept.
    fn real(&self, at: usize) -> Definition {
        let (concept, asked) = concept_of(at);
        let seed = draw(concept as u64 ^ 0xc0de);
        let (main, subject) = (self.of(seed), self.of(seed ^ 0x5555));
        let lent = Lent::new(subject);
        // What the concept is: two of three longer words are the subject's.
        let change = |text: &str, salt: u64| lent.into_text_twice(text, seed, salt);
        let (name, text) = (change(&main.name, 7), change(&main.text, 3));
        let made = Definition {
            numerator: change(&main.numerator, 11),
            denominator: change(&main.denominator, 13),
            ..main.clone()
        };
        if asked == 0 {
            return named(at, format!("{name} {}", lent.word(seed, 1)), text, &made);
        }
        // How this body asks it: a sixth in other words.
        let own = seed ^ draw(asked as u64);
        let other = Lent::new(self.of(own ^ 0x7777));
        let name = format!("{} {}", other.into_text(&name, own, 17, 6), lent.word(seed, 1));
        named(at, name, other.into_text(&text, own, 19, 6), &made)
    }
}

/// The concept of a place, and which of its wordings.
fn concept_of(at: usize) -> (usize, usize) {
    let all: usize = ASKED.iter().sum();
    let (mut left, mut concept) = (at % all, at / all * ASKED.len());
    for asked in ASKED {
        if left < asked {
            break;
        }
        left -= asked;
        concept += 1;
    }
    (concept, left)
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
    fn into_text(&self, text: &str, seed: u64, salt: u64, of: u64) -> String {
        self.exchanged(text, |i| {
            draw(seed ^ salt ^ i << 8).is_multiple_of(of).then(|| self.word(seed, i + salt))
        })
    }

    /// The text with two of three of its longer words exchanged.
    fn into_text_twice(&self, text: &str, seed: u64, salt: u64) -> String {
        self.exchanged(text, |i| (draw(seed ^ salt ^ i << 8) % 3 > 0).then(|| self.word(seed, i + salt)))
    }

    fn exchanged(&self, text: &str, other: impl Fn(u64) -> Option<&'a str>) -> String {
        let word = |(i, given): (u64, &'_ str)| -> String {
            if given.len() > 4 { other(i).unwrap_or(given).to_owned() } else { given.to_owned() }
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
