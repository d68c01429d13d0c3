//! What a source says or Onus assumes, in words.

use crate::parts::{Claim, Tag};
use onus_domain::{
    Basis, display,
    organisation::{Organisation, ProviderType},
    respondents::{RespondentsRule, SizeBounds},
    schedule::{Frequency, Schedule},
    version::Content,
};
use std::collections::BTreeSet;

/// Who must answer.
pub(crate) fn respondents(content: &Content) -> Option<Claim> {
    let rule = content.respondents.as_ref()?;
    Some(Claim { text: rule_in_words(rule), basis: Tag::basis(rule.basis), reason: rule.evidence.clone() })
}

/// How often, and from when.
pub(crate) fn frequency(content: &Content) -> Option<Claim> {
    let schedule = content.schedule.as_ref()?;
    let from = display::day(schedule.first_period);
    let mut text = format!("{}, from {from}", first_capital(schedule.frequency.in_words()));
    if let Some(last) = schedule.last_period {
        text = format!("{text} to {}", display::day(last));
    }
    Some(Claim { text, basis: Tag::basis(schedule.basis), reason: schedule.evidence.clone() })
}

/// When answers are due.
pub(crate) fn due(schedule: Option<&Schedule>) -> String {
    let Some(schedule) = schedule else { return "Not stated in the source".into() };
    let days = display::things(schedule.due_lag_days as usize, "day", "days");
    match (schedule.due_lag_days, schedule.frequency) {
        (0, Frequency::OneOff) => "On its period's last day".into(),
        (0, _) => "On each period's last day".into(),
        (_, Frequency::OneOff) => format!("{days} after its period ends"),
        _ => format!("{days} after each period ends"),
    }
}

/// How often, in a line of a list.
pub(crate) fn frequency_in_short(content: &Content) -> String {
    let Some(schedule) = &content.schedule else { return "not stated".into() };
    format!("{} ({})", schedule.frequency.in_words(), basis(schedule.basis))
}

/// Who must answer, in a line of a list.
pub(crate) fn respondents_in_short(content: &Content) -> String {
    let Some(rule) = &content.respondents else { return "not stated".into() };
    let who =
        if rule.provider_types.is_empty() { "named providers".into() } else { types(&rule.provider_types) };
    format!("{who} ({})", basis(rule.basis))
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Stated => "stated",
        Basis::Assumed => "assumed",
    }
}

fn rule_in_words(rule: &RespondentsRule) -> String {
    let mut parts = vec![];
    if !rule.provider_types.is_empty() {
        parts.push(format!("{} providers", types(&rule.provider_types)));
    }
    if REGIONS.iter().all(|(code, _)| rule.regions.contains(*code)) {
        parts.push("in England".into());
    } else if !rule.regions.is_empty() {
        parts.push(format!("in {}", list(rule.regions.iter().map(|code| region(code)))));
    }
    if !rule.commissioners.is_empty() {
        parts.push(format!("answering to {}", list(rule.commissioners.iter().cloned())));
    }
    parts.extend(rule.size_bounds.as_ref().map(bounds));
    let mut text = parts.join(" ");
    for (codes, what) in [(&rule.include, "and also"), (&rule.exclude, "but not")] {
        if codes.len() > 5 {
            text = format!("{text} {what} {} named providers", display::count(codes.len()));
        } else if !codes.is_empty() {
            text = format!("{text} {what} {}", list(codes.iter().map(ToString::to_string)));
        }
    }
    if text.is_empty() {
        "Nobody".into()
    } else {
        first_capital(text.trim_start_matches(" and also").trim_start())
    }
}

fn bounds(bounds: &SizeBounds) -> String {
    let unit = bounds.measure.unit();
    match (bounds.at_least, bounds.at_most) {
        (Some(least), Some(most)) => format!("of {least} to {most} {unit}"),
        (Some(least), None) => format!("of at least {least} {unit}"),
        (None, Some(most)) => format!("of at most {most} {unit}"),
        (None, None) => format!("whose number of {unit} is known"),
    }
}

fn types(types: &BTreeSet<ProviderType>) -> String {
    list(types.iter().map(|kind| kind.in_words().to_owned()))
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// The same, with no more than five words; the others are counted.
pub(crate) fn short_list(words: impl IntoIterator<Item = String>) -> String {
    let mut words: Vec<_> = words.into_iter().collect();
    if words.len() > 5 {
        let others = words.split_off(4).len();
        words.push(format!("{} others", display::count(others)));
    }
    list(words)
}

pub(crate) fn first_capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// The type of a provider, and whether a source gives it.
pub(crate) fn provider_type(provider: &Organisation) -> Claim {
    let kind = provider.provider_type.unwrap_or(ProviderType::Other);
    let reason = match provider.provider_type_basis {
        Basis::Stated => "",
        Basis::Assumed => "No source gives the type of this provider.",
    };
    Claim {
        text: kind.in_words().into(),
        basis: Tag::basis(provider.provider_type_basis),
        reason: reason.into(),
    }
}

/// NHS England's regions, by their code in the Organisation Data Service.
pub(crate) const REGIONS: [(&str, &str); 7] = [
    ("Y56", "London"),
    ("Y58", "South West"),
    ("Y59", "South East"),
    ("Y60", "Midlands"),
    ("Y61", "East of England"),
    ("Y62", "North West"),
    ("Y63", "North East and Yorkshire"),
];

/// A region's name, or its code if it is none of NHS England's.
pub(crate) fn region(code: &str) -> String {
    let known = REGIONS.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::{OdsCode, organisation::SizeMeasure};

    fn rule() -> RespondentsRule {
        RespondentsRule {
            provider_types: BTreeSet::new(),
            regions: BTreeSet::new(),
            commissioners: BTreeSet::new(),
            size_bounds: None,
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
            basis: Basis::Assumed,
            evidence: String::new(),
        }
    }

    #[test]
    fn a_rule_is_said_in_words() {
        assert_eq!(rule_in_words(&rule()), "Nobody");
        let named = RespondentsRule { include: [OdsCode::new("R0A").unwrap()].into(), ..rule() };
        assert_eq!(rule_in_words(&named), "R0A");
        let full = RespondentsRule {
            provider_types: [ProviderType::Acute, ProviderType::Specialist, ProviderType::Community].into(),
            regions: ["Y62".to_owned(), "Y99".to_owned()].into(),
            size_bounds: Some(SizeBounds {
                measure: SizeMeasure::ListSize,
                at_least: Some("5000".parse().unwrap()),
                at_most: None,
            }),
            exclude: (0..6).map(|n| OdsCode::new(format!("R0{n}")).unwrap()).collect(),
            ..rule()
        };
        assert_eq!(
            rule_in_words(&full),
            "Acute, Community and Specialist providers in North West and Y99 of at least 5000 registered patients but not 6 named providers"
        );
    }
}
