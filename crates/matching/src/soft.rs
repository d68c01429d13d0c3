//! Words that do not stand on the other side: what could stand for them there, and whether they were put in the place of others.

use crate::{
    field::{Field, Pairing},
    lexicon::{self, Kin},
    quantity,
};

/// Words of one side alone that are looked at, the heaviest first.
const MOST_ALONE: usize = 16;
/// Words of the other side that could stand for them.
const MOST_OTHERS: usize = 28;
/// Tokens of a text whose order is compared.
const MOST_ORDERED: usize = 64;
/// Tokens of one replaced passage.
const MOST_SWAPPED: usize = 5;
/// Likeness at which one word stands for another.
const STANDS: f64 = 0.85;

/// Words for whoever is meant.
const WHOEVER: [&str; 8] = ["patient", "person", "people", "individual", "client", "user", "those", "case"];

type Word<'a> = (&'a str, Option<u32>);

fn places<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Word<'a>> {
    words.map(|word| (word, lexicon::id(word))).collect()
}

/// What of each side's words the other side says, in words that may be others: in [0, 1], left and right.
pub(crate) fn covered(left: &Field, right: &Field, pairing: &Pairing<'_>) -> (f64, f64) {
    let side = |alone: &[&str], from: &Field, to: &Field, weight: u32| {
        let mut heavy: Vec<(&str, u8)> =
            from.words().filter(|(word, _)| alone.binary_search(word).is_ok()).collect();
        heavy.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        heavy.truncate(MOST_ALONE);
        let mut others: Vec<(&str, u8)> = to.words().collect();
        others.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        others.truncate(MOST_OTHERS);
        let others = places(others.into_iter().map(|(word, _)| word));
        let line = initials(to);
        let said: f64 =
            heavy.iter().map(|(word, weight)| f64::from(*weight) * best(word, &others, &line)).sum();
        let all = f64::from(pairing.shared + weight).max(1.0);
        (f64::from(pairing.shared) + said) / all
    };
    (
        side(&pairing.left_only, left, right, pairing.alone.0).min(1.0),
        side(&pairing.right_only, right, left, pairing.alone.1).min(1.0),
    )
}

fn best(word: &str, others: &[Word<'_>], initials: &str) -> f64 {
    if quantity::is_numeric(word) {
        return 0.0;
    }
    if (3..=6).contains(&word.len()) && initials.contains(word) {
        return 1.0;
    }
    let this = (word, lexicon::id(word));
    let likeness = others.iter().map(|other| lexicon::kin(this, *other).likeness()).fold(0.0, f64::max);
    // Words are near each other that have nothing in common but the field.
    if likeness < 0.35 { 0.0 } else { likeness }
}

/// The first letters of all words in order, in which an abbreviation stands.
fn initials(field: &Field) -> String {
    field.tokens().take(200).filter_map(|token| token.chars().next()).collect()
}

/// How two texts differ passage by passage.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Difference {
    /// Share of the tokens that stand in both in the same order.
    pub context: f64,
    /// Passages that were replaced by others of another meaning: left and right words.
    pub swaps: Vec<(String, String)>,
    /// Replaced passages of which the left is of the kind that the right is, and the other way round.
    pub kinds: (usize, usize),
    /// Replaced passages that mean the same, as far as is known.
    pub synonyms: usize,
    /// Tokens that the left alone adds, and the right alone.
    pub added: (Vec<String>, Vec<String>),
}

/// Compares two texts in order; `None` if either is too long for that or says nothing.
#[expect(clippy::many_single_char_names, reason = "two texts and places in them")]
pub(crate) fn difference(left: &Field, right: &Field) -> Option<Difference> {
    let (a, b): (Vec<&str>, Vec<&str>) = (left.tokens().collect(), right.tokens().collect());
    if a.is_empty() || b.is_empty() || a.len().max(b.len()) > 4 * MOST_ORDERED {
        return None;
    }
    let begin = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - begin;
    let end = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[begin..a.len() - end], &b[begin..b.len() - end]);
    if x.len().max(y.len()) > MOST_ORDERED {
        return None;
    }
    let mut out = Difference::default();
    let mut common = begin + end;
    let (mut i, mut j) = (0, 0);
    for (p, q) in longest_common(x, y).into_iter().chain([(x.len(), y.len())]) {
        out.passage(&x[i..p], &y[j..q]);
        common += usize::from(p < x.len());
        (i, j) = (p + 1, q + 1);
    }
    #[expect(clippy::cast_precision_loss, reason = "hundreds of tokens")]
    let share = common as f64 / a.len().max(b.len()) as f64;
    out.context = share;
    Some(out)
}

impl Difference {
    fn passage(&mut self, left: &[&str], right: &[&str]) {
        let one_word = |tokens: &[&str]| tokens.concat();
        match (left.is_empty(), right.is_empty()) {
            (true, true) => {}
            (false, true) => self.added.0.extend(left.iter().map(|t| (*t).to_owned())),
            (true, false) => self.added.1.extend(right.iter().map(|t| (*t).to_owned())),
            _ if one_word(left) == one_word(right) => self.synonyms += 1,
            _ => self.swap(left, right),
        }
    }

    fn swap(&mut self, left: &[&str], right: &[&str]) {
        let telling = |tokens: &[&'_ str]| -> Vec<String> {
            tokens.iter().filter(|token| !WHOEVER.contains(token)).map(|token| (*token).to_owned()).collect()
        };
        let (a, b) = (telling(left), telling(right));
        if a.is_empty() || b.is_empty() {
            self.added.0.extend(a);
            self.added.1.extend(b);
            self.synonyms += 1;
            return;
        }
        let (left, right): (Vec<&str>, Vec<&str>) =
            (a.iter().map(String::as_str).collect(), b.iter().map(String::as_str).collect());
        let (left, right) = (left.as_slice(), right.as_slice());
        let (l, r) = (places(left.iter().copied()), places(right.iter().copied()));
        let numbers = |tokens: &[&str]| tokens.iter().any(|t| quantity::is_numeric(t));
        let one = |word: &Word<'_>, others: &[Word<'_>]| {
            others.iter().map(|other| lexicon::kin(*word, *other).likeness()).fold(0.0, f64::max)
        };
        let worst =
            |these: &[Word<'_>], those: &[Word<'_>]| these.iter().map(|w| one(w, those)).fold(1.0, f64::min);
        if numbers(left) || numbers(right) {
            // Numbers are compared as quantities.
        } else if worst(&l, &r).max(worst(&r, &l)) >= STANDS {
            self.synonyms += 1;
        } else {
            if let ([a], [b]) = (l.as_slice(), r.as_slice()) {
                match lexicon::kin(*a, *b) {
                    Kin::Kind => self.kinds.0 += 1,
                    Kin::Covers => self.kinds.1 += 1,
                    _ => {}
                }
            }
            let join =
                |tokens: &[&str]| tokens.iter().take(MOST_SWAPPED).copied().collect::<Vec<_>>().join(" ");
            self.swaps.push((join(left), join(right)));
        }
    }
}

/// Places of a longest common subsequence.
fn longest_common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut lengths = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i * width + j] = if a[i] == b[j] {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            out.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    out
}
