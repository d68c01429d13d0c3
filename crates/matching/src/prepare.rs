//! A definition taken apart once, ready to be compared with any other.

use crate::{
    contrast::Scope,
    data::DATA,
    field::Field,
    normalise,
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub(crate) numerator: Field,
    pub(crate) denominator: Field,
    pub(crate) population: Field,
    pub(crate) exclusions: Field,
    pub(crate) unit: Field,
    pub(crate) grain: Field,
    pub(crate) period: Field,
    pub(crate) breakdowns: Field,
    pub(crate) format: FormatClass,
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
        let name = Field::new(&definition.name, Scope::Name);
        let breakdowns: BTreeSet<&str> = definition.breakdowns.iter().map(String::as_str).collect();
        let aliases = definition.aliases.iter().map(|alias| normalise::name(alias));
        let text = |text: &str| Field::new(text, Scope::Text);
        Self {
            id: definition.id.clone(),
            version: definition.version,
            kind: definition.kind,
            shown: definition.name.trim().into(),
            text: text(&meaning),
            sentences: statement::sentences(&meaning)
                .map(|sentence| hash(&[&normalise::text(sentence)]))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            numerator: text(&definition.numerator),
            denominator: text(&definition.denominator),
            population: text(&definition.population),
            exclusions: text(&definition.exclusions),
            unit: Field::new(&definition.unit, Scope::Unit),
            grain: Field::new(&definition.grain, Scope::Grain),
            period: Field::new(&definition.period_type, Scope::Period),
            breakdowns: text(&breakdowns.into_iter().collect::<Vec<_>>().join("; ")),
            format: format_class(&definition.format),
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

    /// External keys that name one definition each, by the registries known to do so (`data/registries.csv`).
    pub(crate) fn identities(&self) -> impl Iterator<Item = &(Box<str>, Box<str>)> {
        self.external
            .iter()
            .filter(|(registry, _)| DATA.identifying.iter().any(|known| **known == **registry))
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

fn key(kind: &str, first: &str, second: &str) -> u64 {
    hash(&[kind, first, second])
}

/// FNV-1a over parts: the same on every machine and in every release.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain(std::iter::once(0xff)));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn codes(values: &[PermittedValue]) -> Box<[u64]> {
    let of = |value: &PermittedValue| {
        let code = value.code.trim().to_lowercase();
        hash(&[code.trim_start_matches('0'), &normalise::text(&value.meaning)])
    };
    values.iter().map(of).collect::<BTreeSet<_>>().into_iter().collect()
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
