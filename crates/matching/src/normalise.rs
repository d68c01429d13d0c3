//! Text to tokens: NFKC, case, punctuation, mark-up, spelling, and the vocabulary. Pure and versioned.

use crate::{data::data, quantity};
use rustc_hash::FxHashMap;
use std::{collections::HashSet, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;

/// Version of the rules and of the vocabulary. Tokens of two versions are not compared with each other.
pub const NORMALISER_VERSION: u32 = 3;

/// Longest stretch between `<` and `>` that counts as mark-up, in characters.
const LONGEST_TAG: usize = 200;

/// Phrases by their first word, the longest first, each with what it stands for.
pub(crate) struct Phrases<T>(FxHashMap<String, Vec<(Vec<String>, T)>>);

impl<T> Phrases<T> {
    /// Of phrases as tokens.
    pub fn new(phrases: impl IntoIterator<Item = (Vec<String>, T)>) -> Self {
        let mut map: FxHashMap<String, Vec<(Vec<String>, T)>> = FxHashMap::default();
        for (tokens, value) in phrases {
            if let Some(first) = tokens.first() {
                map.entry(first.clone()).or_default().push((tokens, value));
            }
        }
        for entries in map.values_mut() {
            entries.sort_by_key(|(tokens, _)| std::cmp::Reverse(tokens.len()));
        }
        Self(map)
    }

    /// The longest phrase that a token and those after it begin with: how many tokens it takes, and what it stands for.
    pub fn longest(&self, token: &str, after: &[String]) -> Option<(usize, &T)> {
        let begins = |phrase: &[String]| after.starts_with(&phrase[1..]);
        let phrases = self.0.get(token)?.iter();
        phrases
            .map(|(phrase, value)| (phrase, value))
            .find(|(phrase, _)| begins(phrase))
            .map(|(phrase, value)| (phrase.len(), value))
    }

    /// How many tokens the longest phrase takes that `tokens` begin with and that is of a certain kind.
    pub fn longest_where(&self, tokens: &[String], is: impl Fn(&T) -> bool) -> Option<usize> {
        let entries = self.0.get(tokens.first()?)?;
        entries
            .iter()
            .find(|(phrase, value)| tokens.starts_with(phrase) && is(value))
            .map(|(phrase, _)| phrase.len())
    }

    /// What every phrase that `tokens` begin with stands for, the longest first.
    pub fn all<'s, 't>(&'s self, tokens: &'t [String]) -> impl Iterator<Item = &'s T> + use<'s, 't, T> {
        let entries = tokens.first().and_then(|first| self.0.get(first));
        let begins = move |phrase: &[String]| tokens.starts_with(phrase);
        entries.into_iter().flatten().filter(move |(phrase, _)| begins(phrase)).map(|(_, value)| value)
    }
}

/// The vocabulary: phrases and the tokens they are written as. Fillers have none.
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| vocabulary(&data().vocabulary));

/// Phrases and the tokens they are written as.
pub(crate) type Vocabulary = Phrases<Vec<String>>;

/// The vocabulary of the rows of its file.
pub(crate) fn vocabulary(rows: &[[String; 4]]) -> Vocabulary {
    let fillers: HashSet<&str> =
        rows.iter().filter(|[_, _, kind, _]| kind == "FILLER").map(|[term, ..]| term.as_str()).collect();
    let content = |canonical: &str| -> Vec<String> {
        words(canonical).into_iter().filter(|word| !fillers.contains(word.as_str())).collect()
    };
    Phrases::new(rows.iter().map(|[term, canonical, ..]| (words(term), content(canonical))))
}

/// Content tokens of a text, in order: the vocabulary applied, quantities folded, fillers gone.
pub fn tokens(text: &str) -> Vec<String> {
    tokens_by(&VOCABULARY, text)
}

/// The same by a vocabulary.
pub(crate) fn tokens_by(vocabulary: &Vocabulary, text: &str) -> Vec<String> {
    quantity::fold(rewritten(vocabulary, words(text)))
}

/// Words as a vocabulary writes them.
pub(crate) fn rewritten(vocabulary: &Vocabulary, mut raw: Vec<String>) -> Vec<String> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw.as_mut_slice();
    while let Some((token, after)) = rest.split_first_mut() {
        if let Some((taken, canonical)) = vocabulary.longest(token, after) {
            out.extend_from_slice(canonical);
            rest = &mut after[taken - 1..];
        } else {
            out.push(std::mem::take(token));
            rest = after;
        }
    }
    out
}

/// Content tokens of a name. A name of one word, such as a column's, is taken apart where its case changes.
pub fn name_tokens(name: &str) -> Vec<String> {
    if name.trim().contains(char::is_whitespace) { tokens(name) } else { tokens(&uncamel(name)) }
}

/// Content tokens of a text as one line.
pub fn text(text: &str) -> String {
    tokens(text).join(" ")
}

/// Content tokens of a name as one line.
pub fn name(name: &str) -> String {
    name_tokens(name).join(" ")
}

/// Whether a field says nothing: empty, or nothing but ways of writing "none".
pub fn is_blank(text: &str) -> bool {
    const NONE: [&str; 11] =
        ["", "n/a", "na", "not applicable", "none", "tbc", "tbd", "unknown", "null", "add", "n/a n/a"];
    let plain = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    // What is that long says something.
    plain.len() < 40 && NONE.contains(&plain.to_lowercase().as_str())
}

/// Words in NFKC and lower case, without mark-up and punctuation, in the singular. Signs that carry meaning are words of their own.
pub(crate) fn words(text: &str) -> Vec<String> {
    let plain = strip_markup(text);
    let clean: Vec<char> = if plain.is_ascii() {
        // It is in NFKC: most texts are, and are read in a third of the time.
        plain.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).collect()
    } else {
        plain.nfkc().flat_map(char::to_lowercase).collect()
    };
    let mut out = Vec::new();
    let mut word = String::new();
    let digit = |at: usize| clean.get(at).is_some_and(char::is_ascii_digit);
    for (at, &c) in clean.iter().enumerate() {
        if c.is_alphanumeric() {
            word.push(c);
        } else if c == '.' && at > 0 && digit(at - 1) && digit(at + 1) && !word.contains('.') {
            word.push('.');
        } else if c == ','
            && at > 0
            && digit(at - 1)
            && (1..=3).all(|step| digit(at + step))
            && !digit(at + 4)
        {
            // A thousands mark.
        } else if matches!(c, '\'' | '’') {
            push(&mut out, &mut word);
            out.push("'".to_owned());
        } else {
            push(&mut out, &mut word);
            match c {
                '%' | '&' | '+' | '<' | '>' | '≤' | '≥' | '=' | '£' => sign(&mut out, c),
                _ => {}
            }
        }
    }
    push(&mut out, &mut word);
    unpossess(out)
}

/// Adds a sign; `<=` and `>=` are one.
fn sign(out: &mut Vec<String>, c: char) {
    match (c, out.last_mut()) {
        ('=', Some(last)) if last == "<" => "≤".clone_into(last),
        ('=', Some(last)) if last == ">" => "≥".clone_into(last),
        _ => out.push(c.to_string()),
    }
}

/// Takes the possessive and the apostrophe away: `patient's` and `patients'` are `patient`.
fn unpossess(words: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut after_apostrophe = false;
    for word in words {
        if word == "'" {
            after_apostrophe = true;
        } else {
            if !(after_apostrophe && word == "s") {
                out.push(word);
            }
            after_apostrophe = false;
        }
    }
    out
}

/// Ends a word: its number and its unit apart, in the singular, in British spelling.
fn push(out: &mut Vec<String>, word: &mut String) {
    if word.is_empty() {
        return;
    }
    let done = std::mem::take(word);
    let digits = done.len() - done.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, unit) = done.split_at(digits);
    let apart = !number.is_empty()
        && (unit == "k" || unit.len() > 1)
        && !["st", "nd", "rd", "th"].contains(&unit)
        && unit.chars().all(char::is_alphabetic);
    if apart {
        out.push(plain_number(number));
        out.push(stem(unit.to_owned()));
    } else if unit.is_empty() {
        out.push(plain_number(number));
    } else {
        out.push(stem(done));
    }
}

/// A number without leading zeros, so that `01` and `1` are one.
fn plain_number(number: &str) -> String {
    let plain = number.trim_start_matches('0');
    match plain.chars().next() {
        None => "0".to_owned(),
        Some('.') => format!("0{plain}"),
        Some(_) => plain.to_owned(),
    }
}

/// The singular, in British spelling. Deliberately weak: two words become one only where that is safe.
fn stem(mut word: String) -> String {
    if word.contains('z') {
        word = word.replace("ization", "isation");
    }
    let count = word.chars().count();
    let keeps = word.ends_with("ss")
        || word.ends_with("us")
        || word.ends_with("is")
        || word.bytes().any(|b| b.is_ascii_digit());
    if count > 4 && word.ends_with("ies") {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if count > 3 && word.ends_with('s') && !keeps {
        word.pop();
    }
    word
}

/// `AgeRepPeriodStart` as `Age Rep Period Start`; runs of capitals stay together.
fn uncamel(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let starts = before.is_some_and(|b| b.is_lowercase())
            || (before.is_some_and(|b| b.is_uppercase())
                && chars.get(at + 1).is_some_and(|n| n.is_lowercase()));
        if c.is_uppercase() && starts {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Takes mark-up away and reads the commonest character references.
fn strip_markup(text: &str) -> String {
    const REFERENCES: [(&str, &str); 9] = [
        ("&amp;", "&"),
        ("&lt;", " < "),
        ("&gt;", " > "),
        ("&le;", " ≤ "),
        ("&ge;", " ≥ "),
        ("&nbsp;", " "),
        ("&ndash;", "-"),
        ("&mdash;", "-"),
        ("&rsquo;", "'"),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (taken, written) = if rest.starts_with('<') {
            (tag(rest).unwrap_or(0), " ")
        } else {
            REFERENCES
                .iter()
                .find(|(reference, _)| rest.starts_with(reference))
                .map_or((0, ""), |(reference, written)| (reference.len(), written))
        };
        if taken == 0 {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        } else {
            out.push_str(written);
            rest = &rest[taken..];
        }
    }
    out.push_str(rest);
    out
}

/// Length of the tag that `text` begins with: `<`, a letter or `/`, and a `>` not far away.
fn tag(text: &str) -> Option<usize> {
    if !text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
        return None;
    }
    let end = text.char_indices().take(LONGEST_TAG).find(|(_, c)| *c == '>')?.0;
    Some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vocabulary_makes_one_of_many() {
        for (left, right) in [
            ("A&E attendances", "Emergency Department attendance"),
            ("RTT pathways", "referral-to-treatment pathways"),
            ("DTOC", "delayed transfers of care"),
            ("per 100 WTE", "% FTE"),
            ("OBD", "occupied bed days"),
            ("percentage of patients", "proportion of patients"),
            ("per cent", "%"),
            ("within ninety days", "90 days or less"),
            ("one hour or less", "no more than 60 minutes"),
            ("in which the trust took part", "in which the trust participated"),
            ("OOH service", "out-of-hours service"),
            ("aged 18+", "aged 18 and over"),
            ("aged &ge;65 years", "aged 65 years of age and older"),
            ("<b>per</b>&nbsp;100,000", "per 100k"),
            ("C1 incidents", "Category 1 incidents"),
            ("patient’s", "patients"),
        ] {
            assert_eq!(text(left), text(right), "{left} / {right}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        for (left, right) in [
            ("within 4 hours", "within 12 hours"),
            ("category 1", "category 2"),
            ("readmitted", "not readmitted"),
            ("under 18", "18 or over"),
            ("with dementia", "without dementia"),
            ("90th centile", "95th centile"),
            ("from home to hospital", "from hospital to home"),
            ("A or B", "A and B"),
        ] {
            assert_ne!(text(left), text(right), "{left} / {right}");
        }
    }

    #[test]
    fn columns_are_taken_apart() {
        assert_eq!(name("AgeRepPeriodStart"), "age rep period start");
        assert_eq!(name("NHSNumber"), name("NHS_NUMBER"));
        assert_eq!(name("Total DToC days"), "total delayed transfer care day");
    }

    #[test]
    fn blanks_are_known() {
        assert!(
            is_blank(" N/A ")
                && is_blank("Not applicable")
                && is_blank("-")
                && is_blank("N/A N/A")
                && !is_blank("0 days")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_again_gives_the_same(given in "\\PC{0,200}") {
            let once = text(&given);
            prop_assert_eq!(&once, &text(&given));
            prop_assert!(!once.contains(char::is_control));
        }
    }
}
