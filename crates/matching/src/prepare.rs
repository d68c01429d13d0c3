//! A definition taken apart once, ready to be compared with any other.

use crate::{
    contrast::Scope,
    data::data,
    field::{self, Field, Seldom},
    normalise,
    profile::{Profile, Texts},
    statement::{self, Replacement},
};
use onus_domain::{
    DefinitionId,
    definition::{Definition, DefinitionKind, PermittedValue},
};
use std::collections::BTreeSet;

/// Permitted values a list must have to say anything: yes/no lists stand everywhere.
pub(crate) const TELLING_CODES: usize = 3;

/// What a format asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormatClass {
    /// Nothing known.
    Unknown,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// Both.
    Timestamp,
}

/// A definition taken apart: normalised fields, code list, external keys, and what its source states about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// The definition.
    pub id: DefinitionId,
    /// Its version.
    pub version: u32,
    /// Element or metric.
    pub kind: DefinitionKind,
    pub(crate) shown: Box<str>,
    pub(crate) name: Field,
    pub(crate) text: Field,
    /// Hashes of the sentences of the text, sorted.
    pub(crate) sentences: Box<[u64]>,
    pub(crate) numerator: Seldom,
    pub(crate) denominator: Seldom,
    pub(crate) population: Seldom,
    pub(crate) exclusions: Seldom,
    pub(crate) unit: Seldom,
    pub(crate) grain: Seldom,
    pub(crate) period: Seldom,
    pub(crate) breakdowns: Seldom,
    pub(crate) format: FormatClass,
    pub(crate) shape: Shape,
    /// All that it says, as one.
    pub(crate) all: Field,
    pub(crate) profile: Profile,
    /// The number that a column's name ends in, of columns that are repeated.
    pub(crate) ordinal: u16,
    /// Hashes of "code = meaning", sorted.
    pub(crate) codes: Box<[u64]>,
    /// Registry and key, sorted.
    pub(crate) external: Box<[(Box<str>, Box<str>)]>,
    pub(crate) aliases: Box<[Box<str>]>,
    pub(crate) successor: Option<DefinitionId>,
    pub(crate) replacements: Box<[Replacement]>,
}

impl Prepared {
    /// Takes a definition apart.
    pub fn new(definition: &Definition) -> Self {
        let (replacements, meaning) = statement::read(&definition.text);
        let (mut name, ordinal) = (field::read(&definition.name, Scope::Name), ordinal(&definition.name));
        if ordinal > 0 && name.len() > 1 {
            name.pop();
        }
        let breakdowns: BTreeSet<&str> = definition.breakdowns.iter().map(String::as_str).collect();
        let aliases = definition.aliases.iter().map(|alias| normalise::name(alias));
        let read = |text: &str| field::read(text, Scope::Text);
        let (text, numerator, denominator) =
            (read(&meaning), read(&definition.numerator), read(&definition.denominator));
        let population = read(&definition.population);
        let [unit, grain, period] =
            [&definition.unit, &definition.grain, &definition.period_type].map(|text| read(text));
        let profile = Profile::new(&Texts {
            name: &name,
            text: &text,
            numerator: &numerator,
            denominator: &denominator,
            unit: &unit,
            grain: &grain,
            period: &period,
            population: &population,
        });
        let all: Vec<String> =
            [&name, &text, &numerator, &denominator].into_iter().flatten().cloned().collect();
        let field = |tokens: &[String]| Field::of_tokens(tokens, Scope::Text);
        let name = Field::of_tokens(&name, Scope::Name);
        Self {
            id: definition.id.clone(),
            version: definition.version,
            kind: definition.kind,
            shown: definition.name.trim().chars().take(200).collect::<String>().into(),
            text: field(&text),
            sentences: statement::sentences(&meaning)
                .take(200)
                .map(sentence_hash)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            numerator: field(&numerator).into(),
            denominator: field(&denominator).into(),
            population: field(&population).into(),
            exclusions: field(&read(&definition.exclusions)).into(),
            unit: Field::of_tokens(&unit, Scope::Unit).into(),
            grain: Field::of_tokens(&grain, Scope::Grain).into(),
            period: Field::of_tokens(&period, Scope::Period).into(),
            breakdowns: field(&read(&breakdowns.into_iter().collect::<Vec<_>>().join("; "))).into(),
            format: format_class(&definition.format),
            shape: Shape::new(&definition.format),
            all: Field::of_tokens(&all, Scope::Bag),
            profile,
            ordinal,
            codes: codes(&definition.value_set),
            external: definition
                .external_ids
                .iter()
                .map(|(registry, key)| (registry.trim().to_lowercase().into(), key.trim().into()))
                .filter(|(_, key): &(Box<str>, Box<str>)| !key.is_empty())
                .collect(),
            aliases: aliases
                .filter(|alias| alias.contains(' ') && **alias != *name.line)
                .map(Box::from)
                .collect(),
            successor: definition.successor.clone(),
            replacements: replacements.into(),
            name,
        }
    }

    /// A definition that says nothing.
    pub(crate) fn nothing() -> Self {
        Self::new(&Definition::new(DefinitionId::proposed(), DefinitionKind::Metric, ""))
    }

    /// External keys that name one definition each, by the registries known to do so (`data/registries.csv`).
    pub(crate) fn identities(&self) -> impl Iterator<Item = &(Box<str>, Box<str>)> {
        self.external
            .iter()
            .filter(|(registry, _)| data().identifying.iter().any(|known| **known == **registry))
    }

    /// Keys that bring two definitions together whatever else they say. Two definitions that share a key are compared.
    pub(crate) fn keys(&self) -> Vec<u64> {
        let mut keys = vec![key("id", self.id.as_str(), "")];
        keys.extend(self.successor.iter().map(|id| key("id", id.as_str(), "")));
        keys.extend(self.identities().map(|(registry, value)| key("external", registry, value)));
        keys.extend((!self.name.is_empty()).then(|| key("name", &self.name.line, "")));
        keys.extend(self.aliases.iter().map(|alias| key("name", alias, "")));
        for replacement in &self.replacements {
            let named = [&replacement.of, &replacement.by].into_iter().chain(&replacement.parts);
            keys.extend(named.map(|name| key("name", name, "")));
        }
        if self.codes.len() >= TELLING_CODES {
            let list: Vec<String> = self.codes.iter().map(u64::to_string).collect();
            keys.push(key("codes", &list.join(" "), ""));
        }
        if self.text.len() >= 4 {
            keys.push(key("text", &self.text.line, ""));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Of what a sentence says; of a page without a full stop, of its letters.
fn sentence_hash(sentence: &str) -> u64 {
    if sentence.len() > field::MOST_BYTES { hash(&[sentence]) } else { hash(&[&normalise::text(sentence)]) }
}

fn key(kind: &str, first: &str, second: &str) -> u64 {
    hash(&[kind, first, second])
}

/// FNV-1a over parts: the same on every machine and in every release.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain(std::iter::once(0xff)));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The same in 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the upper half is folded in")]
pub(crate) fn short_hash(parts: &[&str]) -> u32 {
    let hash = hash(parts);
    (hash ^ (hash >> 32)) as u32
}

fn codes(values: &[PermittedValue]) -> Box<[u64]> {
    let of = |value: &PermittedValue| {
        let code = value.code.trim().to_lowercase();
        hash(&[code.trim_start_matches('0'), &normalise::text(&value.meaning)])
    };
    values.iter().map(of).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The number at the end of a column's name such as `Start_Date_5`; 0 where there is none.
fn ordinal(name: &str) -> u16 {
    let name = name.trim();
    match name.rsplit_once('_') {
        Some((_, last)) if !name.contains(char::is_whitespace) => last.parse().unwrap_or(0),
        _ => 0,
    }
}

/// What a format says of the values: their type, and the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    /// 0 where nothing is known.
    pub class: u8,
    /// Longest value; 0 where nothing is known.
    pub length: u16,
}

impl Shape {
    fn new(format: &str) -> Self {
        let lower: String = format.chars().take(400).flat_map(char::to_lowercase).collect();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
        let dictionary = |letters: &str| {
            words.iter().any(|w| {
                w.strip_prefix(letters)
                    .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            })
        };
        let class = match format_class(format) {
            FormatClass::Date => 1,
            FormatClass::Time => 2,
            FormatClass::Timestamp => 3,
            FormatClass::Unknown if has(&["datetime", "datetime2", "smalldatetime"]) => 3,
            FormatClass::Unknown if has(&["bit", "boolean", "bool"]) => 4,
            FormatClass::Unknown if has(&["decimal", "float", "money", "numeric", "real", "double"]) => 5,
            FormatClass::Unknown
                if has(&["int", "bigint", "smallint", "tinyint", "integer"]) || dictionary("n") =>
            {
                6
            }
            FormatClass::Unknown
                if has(&["varchar", "nvarchar", "char", "nchar", "text", "string", "code"])
                    || dictionary("an")
                    || dictionary("a") =>
            {
                7
            }
            FormatClass::Unknown => 0,
        };
        let digits = |word: &&str| word.trim_start_matches(|c: char| c.is_alphabetic()).parse::<u16>().ok();
        Self { class, length: words.iter().filter_map(digits).max().unwrap_or(0) }
    }
}

fn format_class(format: &str) -> FormatClass {
    let lower = format.to_lowercase();
    let date = lower.contains("yy") || lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == "date");
    let time = lower.contains("hh") || lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == "time");
    match (date, time) {
        (true, true) => FormatClass::Timestamp,
        (true, false) => FormatClass::Date,
        (false, true) => FormatClass::Time,
        (false, false) => FormatClass::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_classed() {
        for (format, class) in [
            ("an10 CCYY-MM-DD", FormatClass::Date),
            ("an8 HH:MM:SS", FormatClass::Time),
            ("an19 YYYY-MM-DDThh:mm:ss", FormatClass::Timestamp),
            ("date, nvarchar(30)", FormatClass::Date),
            ("an3 or an5", FormatClass::Unknown),
        ] {
            assert_eq!(format_class(format), class, "{format}");
        }
    }

    #[test]
    fn code_lists_have_no_order_and_no_leading_zeros() {
        let value = |code: &str, meaning: &str| PermittedValue { code: code.into(), meaning: meaning.into() };
        let left = codes(&[value("1", "Male"), value("2", "Female")]);
        assert_eq!(left, codes(&[value("02", "female "), value("01", "MALE")]));
        assert_ne!(left, codes(&[value("1", "Female"), value("2", "Male")]));
    }
}
