//! Fields: one text of a definition, taken apart once, and how two of them stand to each other.

use crate::{
    contrast::{self, Mark, Scope},
    data::data,
    lexicon::{self, Place},
    normalise, prepare, quantity,
};
use std::{
    cmp::{Ordering, Reverse},
    ops::Deref,
    sync::LazyLock,
};

/// Words that turn a meaning round.
const NEGATIONS: [&str; 6] = ["not", "no", "never", "without", "neither", "cannot"];

/// Weight of a word that the table of common words does not list: −10 ln(0.5 ‰).
const RARE: u8 = 76;

/// Bytes of a text that are read.
pub(crate) const MOST_BYTES: usize = 20_000;

/// A different word of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    /// By which words are told apart and sorted. Two words that meet in one hash would count as one; that happens to one pair of
    /// definitions in millions, and makes it look a little nearer than it is.
    hash: u32,
    /// Where it stands in the line.
    at: u32,
    /// Its place in the lexicon.
    place: Place,
    /// −10 ln(share of definitions it stands in).
    pub weight: u8,
    /// Whether a digit stands in it.
    pub numeric: bool,
}

/// A text taken apart. Compact: one allocation for the tokens in order, one for the different words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// Content tokens in order, blank between; of all fields together the different ones.
    pub line: Box<str>,
    /// The different words, sorted by hash.
    words: Box<[Word]>,
    /// Places of the words by weight, the heaviest first, of equal ones by spelling. Only where it is asked for.
    heaviest: Box<[u16]>,
    /// Sum of the weights.
    total: u32,
    /// Values of contrast groups that stand in it, sorted.
    marks: Box<[Mark]>,
    /// Whether it says nothing but these values.
    only_marks: bool,
    /// Whether the line has no order.
    bag: bool,
    /// Whether a negation stands in it.
    pub negated: bool,
}

impl Word {
    fn new(token: &str, at: u32) -> Self {
        let place = lexicon::place(token);
        Self {
            hash: prepare::short_hash(&[token]),
            at,
            place,
            weight: weight_at(token, place),
            numeric: quantity::is_numeric(token),
        }
    }
}

impl Field {
    /// Of a text; what says nothing gives an empty field.
    #[cfg(test)]
    pub fn new(text: &str, scope: Scope) -> Self {
        Self::of_tokens(&read(text, scope), scope)
    }

    /// Of tokens in order.
    pub fn of_tokens(tokens: &[String], scope: Scope) -> Self {
        let (marks, only_marks) = contrast::marks(tokens, scope);
        let bag = scope == Scope::Bag;
        let mut given: Vec<&str> = tokens.iter().map(String::as_str).collect();
        if bag {
            given.sort_unstable();
            given.dedup();
        }
        let line = given.join(" ");
        let begins = given.iter().scan(0, |next, token| {
            let at = *next;
            *next += token.len() + 1;
            Some((*token, u32::try_from(at).unwrap_or(u32::MAX)))
        });
        let mut different: Vec<(&str, u32)> = begins.collect();
        // Stable: of equal ones the first stays.
        different.sort_by_key(|(token, _)| *token);
        different.dedup_by_key(|(token, _)| *token);
        let mut words: Vec<(Word, &str)> =
            different.into_iter().map(|(token, at)| (Word::new(token, at), token)).collect();
        // By spelling until here: words that meet in one hash keep that order.
        words.sort_by_key(|(word, _)| word.hash);
        let mut heaviest: Vec<u16> = Vec::new();
        if bag || scope == Scope::Name {
            heaviest.extend((0..words.len()).filter_map(|at| u16::try_from(at).ok()));
            heaviest.sort_unstable_by_key(|at| {
                let (word, token) = words[usize::from(*at)];
                (Reverse(word.weight), token)
            });
        }
        Self {
            heaviest: heaviest.into(),
            total: words.iter().map(|(word, _)| u32::from(word.weight)).sum(),
            words: words.into_iter().map(|(word, _)| word).collect(),
            line: line.into(),
            marks: marks.into(),
            only_marks,
            bag,
            negated: tokens.iter().any(|token| NEGATIONS.contains(&token.as_str())),
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Sum of the weights of its words.
    pub fn total(&self) -> u32 {
        self.total
    }

    /// How many different words it has.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// The different words, with their weights, in no order that means anything.
    pub fn words(&self) -> impl Iterator<Item = (&str, u8)> {
        self.words.iter().map(|word| (self.spelt(word), word.weight))
    }

    /// The different words, the heaviest first, of equal weight by spelling; of names and of all fields together.
    pub fn heaviest(&self) -> impl Iterator<Item = &Word> {
        self.heaviest.iter().filter_map(|at| self.words.get(usize::from(*at)))
    }

    /// A word of this field in letters.
    pub fn spelt(&self, word: &Word) -> &str {
        let rest = self.line.get(word.at as usize..).unwrap_or_default();
        rest.get(..rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len())).unwrap_or_default()
    }

    /// A word of this field in letters, with its place in the lexicon.
    pub fn placed(&self, word: &Word) -> (&str, Place) {
        (self.spelt(word), word.place)
    }

    /// Whether a word of another field stands in this one.
    pub fn has(&self, word: &Word) -> bool {
        self.words.binary_search_by_key(&word.hash, |known| known.hash).is_ok()
    }

    /// Words that the other lacks.
    fn without<'f>(&'f self, other: &Self) -> impl Iterator<Item = &'f Word> {
        self.words.iter().filter(|word| !other.has(word))
    }

    /// Words that the other lacks, by spelling.
    fn alone<'f>(&'f self, other: &Self) -> Vec<&'f str> {
        let mut out: Vec<&str> = self.without(other).map(|word| self.spelt(word)).collect();
        out.sort_unstable();
        out
    }

    /// Weight of what both say.
    pub fn shared(&self, other: &Self) -> u32 {
        let (mut a, mut b, mut sum) = (self.words.iter().peekable(), other.words.iter().peekable(), 0);
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            match x.hash.cmp(&y.hash) {
                Ordering::Less => _ = a.next(),
                Ordering::Greater => _ = b.next(),
                Ordering::Equal => {
                    sum += u32::from(x.weight);
                    a.next();
                    b.next();
                }
            }
        }
        sum
    }

    /// Weight of its words that the other has, over the weight of all of them, in [0, 1].
    pub fn within(&self, other: &Self) -> f64 {
        f64::from(self.shared(other)) / f64::from(self.total.max(1))
    }

    /// Weight of what both say over the weight of all that is said, in [0, 1].
    pub fn similarity(&self, other: &Self) -> f64 {
        similarity(self.shared(other), self.total, other.total)
    }

    /// Whether both say a word at least that heavy and more than three letters long.
    pub fn share_rare(&self, other: &Self, weight: u8) -> bool {
        let rare = |word: &&Word| word.weight >= weight && self.spelt(word).len() > 3;
        self.words.iter().filter(rare).any(|word| other.has(word))
    }

    /// How many tokens it has in order.
    pub fn count(&self) -> usize {
        if self.bag || self.line.is_empty() {
            0
        } else {
            1 + self.line.bytes().filter(|byte| *byte == b' ').count()
        }
    }

    /// The tokens in order; none where there is no order.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        let line = if self.bag { "" } else { &*self.line };
        line.split_ascii_whitespace()
    }

    /// Contrast groups in which the two stand for values that exclude each other.
    pub fn contrasts(&self, other: &Self) -> Vec<(&'static str, &'static str, &'static str)> {
        contrast::conflicts(&self.marks, &other.marks)
    }

    /// Whether both say nothing but the same values of contrast groups: "Monthly" and "every month".
    pub fn same_values(&self, other: &Self) -> bool {
        self.only_marks && other.only_marks && !self.marks.is_empty() && self.marks == other.marks
    }

    /// Whether one of them names a restricting value, such as an age band, where the other is silent.
    pub fn restricts_otherwise(&self, other: &Self) -> bool {
        contrast::restricts(&self.marks, &other.marks)
    }
}

/// A field that most definitions leave empty: then it takes next to no memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seldom(Option<Box<Field>>);

static EMPTY: LazyLock<Field> = LazyLock::new(Field::default);

impl From<Field> for Seldom {
    fn from(field: Field) -> Self {
        Self((!field.is_empty()).then(|| Box::new(field)))
    }
}

impl Deref for Seldom {
    type Target = Field;

    fn deref(&self) -> &Field {
        self.0.as_deref().unwrap_or_else(|| &EMPTY)
    }
}

/// The content tokens of a text; none if it says nothing.
pub(crate) fn read(text: &str, scope: Scope) -> Vec<String> {
    if normalise::is_blank(text) {
        return Vec::new();
    }
    let bounded = bounded(text);
    let mut tokens =
        if scope == Scope::Name { normalise::name_tokens(bounded) } else { normalise::tokens(bounded) };
    if bounded.len() < text.len() {
        // What is beyond the bound is not read, but two that differ there are not the same.
        tokens.push(format!("rest{:x}", prepare::hash(&[&text[bounded.len()..]])));
    }
    tokens
}

fn bounded(text: &str) -> &str {
    let mut end = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Weight of a word: what the field's own definitions say of it, else what general English says.
pub(crate) fn weight(word: &str) -> u8 {
    weight_at(word, lexicon::place(word))
}

fn weight_at(word: &str, place: Place) -> u8 {
    if quantity::is_numeric(word) {
        return RARE / 2;
    }
    data().common.get(word).copied().unwrap_or_else(|| match place.rank() {
        Some(rank) if rank < 300 => 45,
        Some(rank) if rank < 1_500 => 58,
        Some(rank) if rank < 5_000 => 68,
        _ => RARE,
    })
}

/// How two fields stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closeness {
    /// At least one says nothing.
    Absent,
    /// The same content words in the same order.
    Same,
    /// The same content words in another order.
    Reordered,
    /// One says all that the other says, and more.
    Elaborated,
    /// Each says something the other does not.
    Reworded,
}

/// Weight of what both say over the weight of all that is said.
fn similarity(shared: u32, left: u32, right: u32) -> f64 {
    f64::from(shared) / f64::from((left + right - shared).max(1))
}

/// The comparison of two fields.
#[derive(Debug)]
pub(crate) struct Pairing<'a> {
    /// How they stand to each other.
    pub closeness: Closeness,
    /// Weight of the shared words over the weight of all, in [0, 1].
    pub similarity: f64,
    /// Weight of the shared words over the weight of those of the side with less, in [0, 1].
    pub containment: f64,
    /// Weight of what each side alone says.
    pub alone: (u32, u32),
    /// Weight of what both say.
    pub shared: u32,
    left: &'a Field,
    right: &'a Field,
}

impl<'a> Pairing<'a> {
    /// Compares two fields.
    pub fn new(left: &'a Field, right: &'a Field) -> Self {
        let shared = left.shared(right);
        // Every word weighs something: who says nothing alone has no word alone.
        let alone = (left.total - shared, right.total - shared);
        let closeness = if left.is_empty() || right.is_empty() {
            Closeness::Absent
        } else if left.line == right.line && !left.bag {
            Closeness::Same
        } else {
            match (alone.0 == 0, alone.1 == 0) {
                (true, true) => Closeness::Reordered,
                (false, false) => Closeness::Reworded,
                _ => Closeness::Elaborated,
            }
        };
        Self {
            closeness,
            similarity: similarity(shared, left.total, right.total),
            containment: f64::from(shared) / f64::from((shared + alone.0.min(alone.1)).max(1)),
            alone,
            shared,
            left,
            right,
        }
    }

    /// Words of the left alone, sorted.
    pub fn left_only(&self) -> Vec<&'a str> {
        self.left.alone(self.right)
    }

    /// Words of the right alone, sorted.
    pub fn right_only(&self) -> Vec<&'a str> {
        self.right.alone(self.left)
    }

    /// What is shared and what is not, for people.
    pub fn say(&self) -> String {
        let list = |words: &[&str]| {
            let shown: Vec<String> = words.iter().take(6).map(|word| quantity::show(word)).collect();
            if shown.is_empty() { "nothing".to_owned() } else { shown.join(", ") }
        };
        match self.closeness {
            Closeness::Absent => "said on one side at most".to_owned(),
            Closeness::Same => "the same, but for spelling and small words".to_owned(),
            _ => format!(
                "{:.0} % of the words shared; left alone: {}; right alone: {}",
                self.similarity * 100.0,
                list(&self.left_only()),
                list(&self.right_only())
            ),
        }
    }

    /// Whether a negation stands on one side alone.
    pub fn negated_otherwise(&self) -> bool {
        self.left.negated != self.right.negated
    }

    /// Numbers that stand on one side alone, sorted.
    fn numeric(&self) -> (Vec<&'a str>, Vec<&'a str>) {
        let of = |this: &'a Field, other: &Field| -> Vec<&'a str> {
            let alone = this.words.iter().filter(|word| word.numeric && !other.has(word));
            let mut out: Vec<&str> = alone.map(|word| this.spelt(word)).collect();
            out.sort_unstable();
            out
        };
        (of(self.left, self.right), of(self.right, self.left))
    }

    /// Numbers that stand on one side alone, each side's own: without their signs.
    pub fn numbers(&self) -> (Vec<&'a str>, Vec<&'a str>) {
        let values = |words: Vec<&'a str>| -> Vec<&'a str> {
            words.into_iter().map(|word| quantity::split(word).1).collect()
        };
        let (left, right) = self.numeric();
        let (mut left, mut right) = (values(left), values(right));
        let (mine, yours) = (left.clone(), right.clone());
        let among =
            |value: &str, others: &[&str]| others.iter().any(|other| quantity::may_equal(value, other));
        left.retain(|value| !among(value, &yours));
        right.retain(|value| !among(value, &mine));
        (left, right)
    }

    /// Whether both sides name a number, on opposite sides of it.
    pub fn opposite_sides(&self) -> bool {
        let (left, right) = self.numeric();
        left.iter().any(|left| {
            let (sign, value) = quantity::split(left);
            right.iter().any(|right| {
                let (other, same) = quantity::split(right);
                value == same && quantity::opposite(sign, other)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(left: &str, right: &str) -> (Closeness, String) {
        let (left, right) = (Field::new(left, Scope::Text), Field::new(right, Scope::Text));
        let pairing = Pairing::new(&left, &right);
        (pairing.closeness, format!("{:?} {:?}", pairing.left_only(), pairing.right_only()))
    }

    #[test]
    fn closeness_is_told() {
        use Closeness::{Absent, Elaborated, Reordered, Reworded, Same};
        for (left, right, expected) in [
            ("N/A", "patients", Absent),
            ("Number of patients seen", "the number of patients, seen", Same),
            ("patients seen at home", "at home seen patients", Reordered),
            ("patients seen", "patients seen at home", Elaborated),
            ("patients invited", "patients seen", Reworded),
        ] {
            assert_eq!(pair(left, right).0, expected, "{left} / {right}");
        }
    }

    #[test]
    fn numbers_of_one_side_are_found_in_any_spelling() {
        let field = |text| Field::new(text, Scope::Text);
        let (left, right) = (field("seen within 4 hours"), field("seen within 12 hours"));
        assert_eq!(Pairing::new(&left, &right).numbers(), (vec!["240min"], vec!["720min"]));
        let (left, right) = (field("seen within 60 minutes"), field("seen in one hour"));
        assert_eq!(Pairing::new(&left, &right).numbers(), (vec![], vec![]));
        let (left, right) = (field("people aged under 70"), field("people aged 70 or higher"));
        assert!(Pairing::new(&left, &right).opposite_sides());
    }
}
