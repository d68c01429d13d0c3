//! References: `DR-` + 6 digits + check character, shown on every approved request.

mod near;

pub use near::{MOST_NEAR, near_misses};

use crate::{CollectionId, Error, Result, Violation};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// A collection's reference, such as `DR-000002Y`. The last character checks the digits (ISO/IEC 7064 MOD 37-2), which finds every
/// single mistyped character and every swap of neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(u32);

impl Reference {
    /// How many references there are.
    pub const COUNT: u32 = 1_000_000;

    /// The reference of a number; numbers wrap at [`Self::COUNT`].
    pub const fn from_number(number: u32) -> Self {
        Self(number % Self::COUNT)
    }

    /// References to try for a collection, best first. No counter is kept: each collection has its own place to begin (FNV-1a of its
    /// identifier), and a taken reference sends it to the next.
    pub fn candidates(collection: &CollectionId) -> impl Iterator<Item = Self> + use<> {
        let start = collection
            .as_str()
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        (0..Self::COUNT).map(move |step| Self::from_number((start % Self::COUNT) + step))
    }

    /// The reference that a collection gets beside those that are `taken`.
    pub fn first_free(collection: &CollectionId, taken: &BTreeSet<Self>) -> Result<Self> {
        let free = Self::candidates(collection).find(|reference| !taken.contains(reference));
        free.ok_or_else(|| Error::Exhausted("every reference is taken".into()))
    }

    /// The check character of its digits.
    fn check(self) -> char {
        // ISO/IEC 7064 pure system MOD 37-2: sum of value × 2^place is 1 modulo 37; `*` stands for 36.
        let sum =
            format!("{:06}", self.0).bytes().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 37);
        match (38 - sum) % 37 {
            36 => '*',
            value => char::from_digit(value, 36).unwrap_or('*').to_ascii_uppercase(),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DR-{:06}{}", self.0, self.check())
    }
}

impl FromStr for Reference {
    type Err = Violation;

    /// Reads it as people type it: any case, with or without the hyphen, with blanks around.
    fn from_str(value: &str) -> Result<Self, Violation> {
        let refuse = |expected: &str| Violation::new("reference", "REFERENCE", value, expected);
        let form = "DR-, six digits and a check character, such as DR-000002Y";
        let text = value.trim().to_ascii_uppercase();
        let rest = text
            .strip_prefix("DR")
            .map(|rest| rest.strip_prefix('-').unwrap_or(rest))
            .ok_or_else(|| refuse(form))?;
        let (digits, check) = rest.split_at_checked(6).ok_or_else(|| refuse(form))?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) || check.chars().count() != 1 {
            return Err(refuse(form));
        }
        let reference = Self(digits.parse().map_err(|_| refuse(form))?);
        if check.starts_with(reference.check()) {
            Ok(reference)
        } else {
            Err(refuse("a reference whose check character fits its digits: look for a mistyped character"))
        }
    }
}

impl TryFrom<String> for Reference {
    type Error = Violation;
    fn try_from(value: String) -> Result<Self, Violation> {
        value.parse()
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_rule_holds() {
        // ISO/IEC 7064: the string with its check character, weighted by powers of two from the right, is 1 modulo 37.
        for number in [0, 1, 42, 999_999, 123_456] {
            let text = Reference::from_number(number).to_string();
            let value = |c: char| if c == '*' { 36 } else { c.to_digit(36).unwrap() };
            let sum: u32 =
                text[3..].chars().rev().enumerate().map(|(place, c)| value(c) * (1 << place)).sum();
            assert_eq!(sum % 37, 1, "{text}");
        }
    }

    #[test]
    fn the_example_that_refusals_give_is_a_reference() {
        let refused = "".parse::<Reference>().unwrap_err();
        let example = refused.expected.rsplit(' ').next().unwrap();
        assert_eq!(example.parse::<Reference>().unwrap().to_string(), example);
    }

    #[test]
    fn a_mistyped_digit_or_a_swap_is_found() {
        let good = Reference::from_number(123_456).to_string();
        assert_eq!(good.to_lowercase().replace('-', "").parse::<Reference>().unwrap().to_string(), good);
        for (from, to) in [("123456", "123457"), ("123456", "213456"), ("123456", "12345")] {
            assert!(good.replace(from, to).parse::<Reference>().is_err());
        }
    }

    #[test]
    fn candidates_of_a_collection_are_its_own_and_end() {
        let of = |id| Reference::candidates(&CollectionId::new(id).unwrap());
        assert_ne!(of("a").next(), of("b").next());
        assert_eq!(of("a").count(), 1_000_000);
    }
}
