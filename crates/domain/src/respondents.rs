//! Respondents: a rule that yields, for a day, an exact set of providers.

use crate::{
    Basis, Decimal, OdsCode, Violation, Violations,
    organisation::{Organisation, ProviderType, SizeMeasure},
    span::Span,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who must answer. An empty list of types names nobody; an empty list of regions or commissioners bounds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RespondentsRule {
    /// Provider types that answer.
    pub provider_types: BTreeSet<ProviderType>,
    /// Only providers in these regions.
    pub regions: BTreeSet<String>,
    /// Only providers whose parent is one of these.
    pub commissioners: BTreeSet<String>,
    /// Only providers of at least and at most this size, if both are known.
    pub size_bounds: Option<SizeBounds>,
    /// Providers that answer whatever else the rule says.
    pub include: BTreeSet<OdsCode>,
    /// Providers that do not, whatever else the rule says.
    pub exclude: BTreeSet<OdsCode>,
    /// Whether a source states the rule.
    pub basis: Basis,
    /// The sentence that states it, or why it is assumed.
    pub evidence: String,
}

/// Bounds on a provider's size, each inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeBounds {
    /// In which measure.
    pub measure: SizeMeasure,
    /// At least.
    pub at_least: Option<Decimal>,
    /// At most.
    pub at_most: Option<Decimal>,
}

impl SizeBounds {
    fn check(&self, found: &mut Violations) {
        for (field, bound) in [("at_least", self.at_least), ("at_most", self.at_most)] {
            found.require(bound.is_none_or(|bound| bound >= Decimal::ZERO), || {
                Violation::new(field, "RANGE", bound.unwrap_or_default(), "a size, 0 or more")
            });
        }
        if let (Some(least), Some(most)) = (self.at_least, self.at_most) {
            found.require(least <= most, || {
                Violation::new("at_most", "ORDER", most, format!("a size not below the least, {least}"))
            });
        }
        found.require(self.at_least.is_some() || self.at_most.is_some(), || {
            Violation::new("at_least", "REQUIRED", "", "a least size, a greatest, or both")
        });
    }

    fn hold(&self, size: Option<Decimal>) -> bool {
        size.is_some_and(|size| {
            self.at_least.is_none_or(|least| least <= size) && self.at_most.is_none_or(|most| size <= most)
        })
    }
}

/// Most regions or commissioners a rule may name.
const MAX_NAMES: usize = 1_000;

impl RespondentsRule {
    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        for (field, values) in [("regions", &self.regions), ("commissioners", &self.commissioners)] {
            found.require(values.len() <= MAX_NAMES, || {
                Violation::new(field, "COUNT", values.len(), format!("at most {MAX_NAMES}"))
            });
            for (at, value) in values.iter().enumerate() {
                let path = format!("{field}[{at}]");
                found.text(&path, value, 200);
                found.require(!value.trim().is_empty(), || {
                    Violation::new(path, "REQUIRED", value, "a code: nobody has an empty one")
                });
            }
        }
        if let Some(bounds) = &self.size_bounds {
            found.within("size_bounds", |found| bounds.check(found));
        }
        for code in self.include.intersection(&self.exclude) {
            let expected = "a provider that the rule does not include by name as well";
            found.push(Violation::new("exclude", "CONTRADICTION", code, expected));
        }
        found.text("evidence", &self.evidence, 4_000);
    }

    /// Whether it can ever name anybody.
    pub fn names_somebody(&self) -> bool {
        !self.provider_types.is_empty() || self.include.difference(&self.exclude).next().is_some()
    }

    /// Whether `organisation`, of the size that `size_in` knows for it on `day`, must answer on `day`.
    pub fn includes(
        &self,
        organisation: &Organisation,
        day: NaiveDate,
        size_in: impl Fn(SizeMeasure) -> Option<Decimal>,
    ) -> bool {
        if !organisation.is_provider()
            || !organisation.is_open(day)
            || self.exclude.contains(&organisation.code)
        {
            return false;
        }
        self.include.contains(&organisation.code)
            || (organisation.provider_type.is_some_and(|kind| self.provider_types.contains(&kind))
                && admits(&self.regions, organisation.region.as_deref())
                && admits(&self.commissioners, organisation.parent.as_deref())
                && self.size_bounds.as_ref().is_none_or(|bounds| bounds.hold(size_in(bounds.measure))))
    }
}

impl RespondentsRule {
    /// The longest runs of days on which `organisation` must answer, first first. `sizes` are its sizes in a measure, by the days from
    /// which they are known. Whether a version with the rule is in force on those days is another matter.
    ///
    /// Whether it must answer changes only when it opens or closes and when a size becomes known. Between those days it is constant, so
    /// that asking on each of them gives every run exactly.
    pub fn days(
        &self,
        organisation: &Organisation,
        sizes: impl Fn(SizeMeasure) -> Vec<(NaiveDate, Decimal)>,
    ) -> Vec<Span> {
        let Some(open) = Span::new(organisation.open_date, organisation.close_date) else { return vec![] };
        let sizes = self.size_bounds.as_ref().map(|bounds| sizes(bounds.measure)).unwrap_or_default();
        let later = sizes.iter().map(|(day, _)| *day).filter(|day| open.from < *day && *day <= open.to);
        let starts: Vec<_> = std::iter::once(open.from).chain(later).collect();
        let mut runs: Vec<Span> = vec![];
        for (at, from) in starts.iter().enumerate() {
            let size = |_| sizes.iter().rfind(|(known, _)| known <= from).map(|(_, size)| *size);
            if !self.includes(organisation, *from, size) {
                continue;
            }
            let to = starts.get(at + 1).and_then(NaiveDate::pred_opt).unwrap_or(open.to);
            match runs.last_mut() {
                Some(last) if last.end() == Some(*from) => last.to = to,
                _ => runs.push(Span { from: *from, to }),
            }
        }
        runs
    }

    /// Whether a source states that `organisation` must answer: it does not if the rule is assumed, or rests on a type of provider that is.
    pub fn basis_for(&self, organisation: &Organisation) -> Basis {
        let named = self.include.contains(&organisation.code);
        let assumed =
            self.basis == Basis::Assumed || (!named && organisation.provider_type_basis == Basis::Assumed);
        if assumed { Basis::Assumed } else { Basis::Stated }
    }
}

fn admits(bounds: &BTreeSet<String>, value: Option<&str>) -> bool {
    bounds.is_empty() || value.is_some_and(|value| bounds.contains(value))
}

#[cfg(test)]
mod tests;
