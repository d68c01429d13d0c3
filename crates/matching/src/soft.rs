//! Words that do not stand on the other side: what could stand for them there, and whether they were put in the place of others.

use crate::{
    field::Field,
    lexicon::{self, Kin, Place},
    prepare::hash,
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

type Word<'a> = (&'a str, Place);

/// What of one side's words the other says, in words that may be others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cover {
    /// By weight, in [0, 1].
    pub said: f64,
    /// Weight of what is not said of the word of which least is.
    pub odd: f64,
}

/// What of each side's words the other side says, left and right.
pub(crate) fn covered(left: &Field, right: &Field) -> (Cover, Cover) {
    (cover(left, right), cover(right, left))
}

/// What of one field's words the other says.
pub(crate) fn cover(from: &Field, to: &Field) -> Cover {
    let (shared, total) = (from.shared(to), from.total());
    if shared == total {
        return Cover { said: if total == 0 { 0.0 } else { 1.0 }, odd: 0.0 };
    }
    let others: Vec<Word<'_>> = to.heaviest().take(MOST_OTHERS).map(|word| to.placed(word)).collect();
    let line = initials(to);
    let (mut said, mut odd) = (0.0, 0.0_f64);
    for word in from.heaviest().filter(|word| !to.has(word)).take(MOST_ALONE) {
        let likeness = best(from.placed(word), &others, &line);
        said += f64::from(word.weight) * likeness;
        odd = odd.max(f64::from(word.weight) * (1.0 - likeness));
    }
    Cover { said: ((f64::from(shared) + said) / f64::from(total).max(1.0)).min(1.0), odd }
}

/// What of a name's words another definition says anywhere, in full or shortened.
pub(crate) fn name_cover(name: &Field, all: &Field) -> Cover {
    let others: Vec<Word<'_>> = all.heaviest().take(2 * MOST_OTHERS).map(|word| all.placed(word)).collect();
    let (mut said, mut odd) = (0.0, 0.0_f64);
    for word in name.heaviest().take(MOST_ALONE) {
        let (spelt, weight) = (name.spelt(word), f64::from(word.weight));
        let shortened = |(other, _): &Word<'_>| {
            spelt.len().min(other.len()) >= 3 && (spelt.starts_with(other) || other.starts_with(spelt))
        };
        let likeness = if all.has(word) || (!word.numeric && others.iter().any(shortened)) {
            1.0
        } else {
            best(name.placed(word), &others, "")
        };
        said += weight * likeness;
        odd = odd.max(weight * (1.0 - likeness));
    }
    Cover { said: said / f64::from(name.total()).max(1.0), odd }
}

fn best(word: Word<'_>, others: &[Word<'_>], initials: &str) -> f64 {
    if quantity::is_numeric(word.0) {
        return 0.0;
    }
    if (3..=6).contains(&word.0.len()) && initials.contains(word.0) {
        return 1.0;
    }
    let likeness = lexicon::likest(word, others);
    // Words are near each other that have nothing in common but the field.
    if likeness < 0.35 { 0.0 } else { likeness }
}

/// The first letters of all words in order, in which an abbreviation stands.
fn initials(field: &Field) -> String {
    field.tokens().take(200).filter_map(|token| token.chars().next()).collect()
}

fn places<'a>(words: &[&'a str]) -> Vec<Word<'a>> {
    words.iter().map(|word| (*word, lexicon::place(word))).collect()
}

/// How two texts differ passage by passage.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Difference<'a> {
    /// Share of the tokens that stand in both in the same order.
    pub context: f64,
    /// Passages that were replaced by others of another meaning: left and right words.
    pub swaps: Vec<(String, String)>,
    /// Replaced passages of which the left is of the kind that the right is, and the other way round.
    pub kinds: (usize, usize),
    /// Replaced passages that mean the same, as far as is known.
    pub synonyms: usize,
    /// Tokens that the left alone adds, and the right alone.
    pub added: (Vec<&'a str>, Vec<&'a str>),
}

/// Compares two texts in order; `None` if either is too long for that or says nothing.
#[expect(clippy::many_single_char_names, reason = "two texts and places in them")]
pub(crate) fn difference<'a>(left: &'a Field, right: &'a Field) -> Option<Difference<'a>> {
    let (count, other) = (left.count(), right.count());
    if count.min(other) == 0 || count.max(other) > 4 * MOST_ORDERED {
        return None;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (left.tokens().collect(), right.tokens().collect());
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

impl<'a> Difference<'a> {
    fn passage(&mut self, left: &[&'a str], right: &[&'a str]) {
        let one_word = |tokens: &[&str]| tokens.concat();
        match (left.is_empty(), right.is_empty()) {
            (true, true) => {}
            (false, true) => self.added.0.extend(left),
            (true, false) => self.added.1.extend(right),
            _ if one_word(left) == one_word(right) => self.synonyms += 1,
            _ => self.swap(left, right),
        }
    }

    fn swap(&mut self, left: &[&'a str], right: &[&'a str]) {
        let telling = |tokens: &[&'a str]| -> Vec<&'a str> {
            tokens.iter().filter(|token| !WHOEVER.contains(token)).copied().collect()
        };
        let (left, right) = (telling(left), telling(right));
        if left.is_empty() || right.is_empty() {
            self.added.0.extend(left);
            self.added.1.extend(right);
            self.synonyms += 1;
            return;
        }
        let (l, r) = (places(&left), places(&right));
        let numbers = |tokens: &[&str]| tokens.iter().any(|t| quantity::is_numeric(t));
        let worst = |these: &[Word<'_>], those: &[Word<'_>]| {
            these.iter().map(|word| lexicon::likest(*word, those)).fold(1.0, f64::min)
        };
        if numbers(&left) || numbers(&right) {
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
            self.swaps.push((join(&left), join(&right)));
        }
    }
}

/// Places of a longest common subsequence.
fn longest_common(a: &[&str], b: &[&str]) -> Vec<(usize, usize)> {
    let numbers = |tokens: &[&str]| tokens.iter().map(|token| hash(&[token])).collect::<Vec<u64>>();
    let (a, b) = (numbers(a), numbers(b));
    let width = b.len() + 1;
    let mut lengths = vec![0_u16; (a.len() + 1) * width];
    for (i, this) in a.iter().enumerate().rev() {
        let (before, after) = lengths.split_at_mut((i + 1) * width);
        let mut longest = 0;
        let row = before[i * width..].iter_mut().zip(&b).zip(after[..width].windows(2));
        for ((place, that), below) in row.rev() {
            longest = if this == that { below[1] + 1 } else { below[0].max(longest) };
            *place = longest;
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
