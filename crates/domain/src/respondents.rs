//! Respondents: a rule that yields, for a day, an exact set of providers.

use crate::{
    Basis, Decimal, OdsCode,
    organisation::{Organisation, ProviderType, SizeMeasure},
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
    fn hold(&self, size: Option<Decimal>) -> bool {
        size.is_some_and(|size| {
            self.at_least.is_none_or(|least| least <= size) && self.at_most.is_none_or(|most| size <= most)
        })
    }
}

impl RespondentsRule {
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

fn admits(bounds: &BTreeSet<String>, value: Option<&str>) -> bool {
    bounds.is_empty() || value.is_some_and(|value| bounds.contains(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::OrganisationKind;

    fn trust(region: &str) -> Organisation {
        Organisation {
            code: OdsCode::new("R0A").unwrap(),
            name: "A TRUST".into(),
            kind: OrganisationKind::Provider,
            provider_type: Some(ProviderType::Acute),
            provider_type_basis: Basis::Stated,
            region: Some(region.into()),
            parent: None,
            open_date: NaiveDate::from_ymd_opt(2020, 4, 1),
            close_date: NaiveDate::from_ymd_opt(2025, 3, 31),
        }
    }

    fn rule() -> RespondentsRule {
        RespondentsRule {
            provider_types: BTreeSet::from([ProviderType::Acute]),
            regions: BTreeSet::from(["Y56".to_owned()]),
            commissioners: BTreeSet::new(),
            size_bounds: None,
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
            basis: Basis::Stated,
            evidence: String::new(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn type_region_and_opening_bound_it() {
        let size = |_| Some(Decimal::from_whole(10));
        assert!(rule().includes(&trust("Y56"), day("2024-01-01"), size));
        assert!(!rule().includes(&trust("Y60"), day("2024-01-01"), size));
        assert!(rule().includes(&trust("Y56"), day("2025-03-31"), size));
        assert!(!rule().includes(&trust("Y56"), day("2025-04-01"), size));
        assert!(!rule().includes(&trust("Y56"), day("2020-03-31"), size));
    }

    #[test]
    fn inclusion_exclusion_and_size_rule() {
        let code = OdsCode::new("R0A").unwrap();
        let none = |_| None;
        let included = RespondentsRule { include: BTreeSet::from([code.clone()]), ..rule() };
        assert!(included.includes(&trust("Y60"), day("2024-01-01"), none));
        let excluded = RespondentsRule { exclude: BTreeSet::from([code]), ..included };
        assert!(!excluded.includes(&trust("Y56"), day("2024-01-01"), none));
        let bounds = SizeBounds {
            measure: SizeMeasure::FloorArea,
            at_least: Some(Decimal::from_whole(10)),
            at_most: None,
        };
        let large = RespondentsRule { size_bounds: Some(bounds), ..rule() };
        assert!(large.includes(&trust("Y56"), day("2024-01-01"), |_| Some(Decimal::from_whole(10))));
        assert!(!large.includes(&trust("Y56"), day("2024-01-01"), none));
    }
}
