//! Near misses: the references that a mistyped one may have been meant for.

use super::Reference;
use std::collections::BTreeSet;

/// Most references that are named for one that was mistyped.
pub const MOST_NEAR: usize = 5;

/// What may stand in a reference after `DR-`.
const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";
/// Longest text that can be one slip away from a reference's seven characters.
const LONGEST: usize = 8;

/// The references that are one slip away from what was typed (a character wrong, missing or too many, or two neighbours swapped) and that
/// `exist`; at most [`MOST_NEAR`], in order. Letters that look like digits are taken for those first.
pub fn near_misses(typed: &str, exist: impl Fn(&Reference) -> bool) -> Vec<Reference> {
    let body = body_of(typed);
    if body.len() > LONGEST {
        return vec![];
    }
    let mut found = BTreeSet::new();
    for text in [body.clone(), with_digits(&body)] {
        let slips = one_slip_away(&text).filter_map(|text| format!("DR-{text}").parse().ok());
        found.extend(slips.filter(|reference| exist(reference)));
    }
    found.into_iter().take(MOST_NEAR).collect()
}

/// What was typed after `DR-`, as characters that could stand there.
fn body_of(typed: &str) -> Vec<char> {
    let upper = typed.to_uppercase();
    let trimmed = upper.trim();
    let rest = trimmed.strip_prefix("DR").unwrap_or(trimmed);
    rest.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '*').take(LONGEST + 1).collect()
}

/// The same with letters among the digits read as the digits that they look like.
fn with_digits(body: &[char]) -> Vec<char> {
    let digit = |c: char| match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        other => other,
    };
    body.iter().enumerate().map(|(at, c)| if at < 6 { digit(*c) } else { *c }).collect()
}

/// The text itself, and every text that is one slip away from it.
fn one_slip_away(text: &[char]) -> impl Iterator<Item = String> {
    let mut all = vec![text.to_vec()];
    for at in 0..=text.len() {
        let put = |c: char| [&text[..at], &[c], &text[at..]].concat();
        all.extend(ALPHABET.chars().map(put));
        if at < text.len() {
            let instead = |c: char| [&text[..at], &[c], &text[at + 1..]].concat();
            all.extend(ALPHABET.chars().map(instead));
            all.push([&text[..at], &text[at + 1..]].concat());
        }
        if at + 1 < text.len() {
            let mut swapped = text.to_vec();
            swapped.swap(at, at + 1);
            all.push(swapped);
        }
    }
    all.into_iter().map(String::from_iter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reference whose number ends in 56.
    fn near(typed: &str) -> Vec<String> {
        near_misses(typed, |reference| reference.0 % 100 == 56).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_slip_finds_what_was_meant() {
        let meant = Reference::from_number(123_456).to_string();
        let digits = |from: &str, to: &str| meant.replace(from, to);
        let check = meant.chars().last().unwrap();
        for typed in [
            digits("123456", "123466"),                                         // a wrong digit
            digits("123456", "213456"),                                         // two swapped
            digits("123456", "12456"),                                          // one missing
            digits("123456", "1223456"),                                        // one too many
            digits("123456", "L23456"),                                         // a letter for a digit
            meant.trim_end_matches(check).into(),                               // no check character
            format!("{}{}", &meant[..9], if check == 'A' { 'B' } else { 'A' }), // a wrong one
            digits("DR-", ""),
            digits("DR-", "dr "),
        ] {
            assert!(near(&typed).contains(&meant), "{typed} -> {:?}", near(&typed));
        }
    }

    #[test]
    fn only_what_exists_is_named_and_not_too_much() {
        let meant = Reference::from_number(123_456).to_string();
        assert!(near_misses(&meant, |_| false).is_empty());
        assert!(near_misses(&meant[..9], |_| true).len() <= MOST_NEAR);
        for nonsense in ["", "DR-", "hello, world: this is long", "DR-ÄÖÜ", &"9".repeat(100_000)] {
            assert!(near(nonsense).is_empty(), "{nonsense:.20}");
        }
    }
}
