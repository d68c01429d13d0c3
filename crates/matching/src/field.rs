//! Fields: one text of a definition, taken apart once, and how two of them stand to each other.

use crate::{
    contrast::{self, Mark, Scope},
    data::DATA,
    lexicon, normalise, quantity,
};
use std::collections::BTreeSet;

/// Words that turn a meaning round.
const NEGATIONS: [&str; 6] = ["not", "no", "never", "without", "neither", "cannot"];

/// Weight of a word that the table of common words does not list: −10 ln(0.5 ‰).
const RARE: u8 = 76;

/// Bytes of a text that are read.
const MOST_BYTES: usize = 20_000;

/// A text taken apart. Compact: one allocation for the tokens in order, one for the words, one for their weights.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// Content tokens in order, blank between.
    pub line: Box<str>,
    /// The different tokens, sorted, blank between.
    words: Box<str>,
    /// Weight of each word, in the order of `words`: −10 ln(share of definitions it stands in).
    weights: Box<[u8]>,
    /// Values of contrast groups that stand in it, sorted.
    marks: Box<[Mark]>,
    /// Whether it says nothing but these values.
    only_marks: bool,
    /// Whether a negation stands in it.
    pub negated: bool,
}

impl Field {
    /// Of a text; what says nothing gives an empty field.
    #[cfg(test)]
    pub fn new(text: &str, scope: Scope) -> Self {
        Self::of_tokens(&read(text, scope), scope)
    }

    /// Of tokens in order.
    pub fn of_tokens(tokens: &[String], scope: Scope) -> Self {
        let set: BTreeSet<&str> = tokens.iter().map(String::as_str).collect();
        let (marks, only_marks) = contrast::marks(tokens, scope);
        Self {
            line: if scope == Scope::Bag { Box::default() } else { tokens.join(" ").into() },
            words: set.iter().copied().collect::<Vec<_>>().join(" ").into(),
            weights: set.iter().map(|word| weight(word)).collect(),
            marks: marks.into(),
            only_marks,
            negated: tokens.iter().any(|token| NEGATIONS.contains(&token.as_str())),
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// How many different words it has.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// The different words, sorted, with their weights.
    pub fn words(&self) -> impl Iterator<Item = (&str, u8)> {
        self.words.split(' ').filter(|word| !word.is_empty()).zip(self.weights.iter().copied())
    }

    /// The tokens in order.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.line.split(' ').filter(|token| !token.is_empty())
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
        tokens.push(format!("rest{:x}", crate::prepare::hash(&[&text[bounded.len()..]])));
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
    if quantity::is_numeric(word) {
        return RARE / 2;
    }
    DATA.common.get(word).copied().unwrap_or_else(|| match lexicon::id(word) {
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
    /// Words of the left alone, sorted.
    pub left_only: Vec<&'a str>,
    /// Words of the right alone, sorted.
    pub right_only: Vec<&'a str>,
}

impl<'a> Pairing<'a> {
    /// Compares two fields.
    pub fn new(left: &'a Field, right: &'a Field) -> Self {
        let (mut left_only, mut right_only) = (Vec::new(), Vec::new());
        let (mut shared, mut mine, mut yours) = (0_u32, 0_u32, 0_u32);
        let (mut a, mut b) = (left.words().peekable(), right.words().peekable());
        loop {
            match (a.peek().copied(), b.peek().copied()) {
                (Some((x, weight)), Some((y, _))) if x == y => {
                    shared += u32::from(weight);
                    a.next();
                    b.next();
                }
                (Some((x, weight)), other) if other.is_none_or(|(y, _)| x < y) => {
                    mine += u32::from(weight);
                    left_only.push(x);
                    a.next();
                }
                (_, Some((y, weight))) => {
                    yours += u32::from(weight);
                    right_only.push(y);
                    b.next();
                }
                _ => break,
            }
        }
        let closeness = if left.is_empty() || right.is_empty() {
            Closeness::Absent
        } else if left.line == right.line {
            Closeness::Same
        } else {
            match (left_only.is_empty(), right_only.is_empty()) {
                (true, true) => Closeness::Reordered,
                (false, false) => Closeness::Reworded,
                _ => Closeness::Elaborated,
            }
        };
        let similarity = f64::from(shared) / f64::from((shared + mine + yours).max(1));
        let containment = f64::from(shared) / f64::from((shared + mine.min(yours)).max(1));
        Self { closeness, similarity, containment, alone: (mine, yours), shared, left_only, right_only }
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
                list(&self.left_only),
                list(&self.right_only)
            ),
        }
    }

    /// Numbers that stand on one side alone, each side's own: without their signs.
    pub fn numbers(&self) -> (Vec<&'a str>, Vec<&'a str>) {
        let values = |words: &[&'a str]| -> Vec<&'a str> {
            words.iter().filter(|w| quantity::is_numeric(w)).map(|w| quantity::split(w).1).collect()
        };
        let (mut left, mut right) = (values(&self.left_only), values(&self.right_only));
        let (mine, yours) = (left.clone(), right.clone());
        let among =
            |value: &str, others: &[&str]| others.iter().any(|other| quantity::may_equal(value, other));
        left.retain(|value| !among(value, &yours));
        right.retain(|value| !among(value, &mine));
        (left, right)
    }

    /// Numbers that both sides name, on opposite sides of them.
    pub fn opposite_sides(&self) -> Option<(&'a str, &'a str)> {
        self.left_only.iter().find_map(|left| {
            let (sign, value) = quantity::split(left);
            self.right_only.iter().find_map(|right| {
                let (other, same) = quantity::split(right);
                (value == same && quantity::opposite(sign, other)).then_some((*left, *right))
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
        (pairing.closeness, format!("{:?} {:?}", pairing.left_only, pairing.right_only))
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
        assert!(Pairing::new(&left, &right).opposite_sides().is_some());
    }
}
