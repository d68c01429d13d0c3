//! Organisations: the bodies that ask, the trusts and practices that answer, and their sizes.

use super::{
    adoption::Adoption,
    source::{Source, Trust},
};
use crate::problems::{Place, Problems};
use chrono::NaiveDate;
use onus_domain::{
    Basis, Decimal, OdsCode, Violation,
    organisation::{Organisation, OrganisationKind, ProviderType, Size, SizeMeasure},
};
use std::collections::BTreeMap;

/// ERIC 2016-17 is about the financial year that ended on this day.
const FLOOR_AREA_FROM: (i32, u32, u32) = (2017, 3, 31);
/// The list sizes are those of May 2022.
const LIST_SIZE_FROM: (i32, u32, u32) = (2022, 5, 1);

/// Everybody, by code; a code that stands twice is a problem.
pub(super) fn organisations(
    source: &Source,
    adoption: &Adoption,
    problems: &mut Problems,
) -> BTreeMap<OdsCode, Organisation> {
    let mut all: BTreeMap<OdsCode, (Organisation, Place)> = BTreeMap::new();
    let mut add = |organisation: Organisation, place: &Place, problems: &mut Problems| {
        let code = organisation.code.clone();
        // A code twice in one file is that file's problem and noted already; this is about one that stands in two.
        let same_file =
            |before: Option<&(Organisation, Place)>| before.is_none_or(|(_, at)| at.same_file(place));
        problems.require(same_file(all.get(&code)), || {
            let expected = "a code that no organisation of another file has";
            Violation::new(place.of("code"), "DUPLICATE", &code, expected)
        });
        all.insert(code, (organisation, place.clone()));
    };
    for body in &adoption.bodies {
        let organisation = Organisation {
            kind: body.kind,
            open_date: body.open_date,
            close_date: body.close_date,
            ..blank(&body.code, &body.name)
        };
        add(organisation, &body.place, problems);
    }
    for trust in &source.trusts {
        let (provider_type, basis) = provider_type(trust, adoption, problems).unzip();
        let organisation = Organisation {
            provider_type,
            provider_type_basis: basis.unwrap_or(Basis::Assumed),
            region: known(&trust.region),
            parent: known(&trust.icb),
            open_date: trust.open_date,
            close_date: trust.close_date,
            ..blank(&trust.code, &trust.name)
        };
        add(organisation, &trust.place, problems);
    }
    for practice in &source.practices {
        let organisation = Organisation {
            provider_type: Some(ProviderType::GpPractice),
            region: known(&practice.region),
            // The integrated care board, as for trusts: the code of the former commissioner names no organisation of today.
            parent: known(&practice.icb),
            open_date: practice.open_date,
            ..blank(&practice.code, &practice.name)
        };
        add(organisation, &practice.place, problems);
    }
    let all = all.into_iter().map(|(code, (organisation, _))| (code, organisation)).collect();
    check(adoption, &all, problems);
    all
}

fn blank(code: &OdsCode, name: &str) -> Organisation {
    Organisation {
        code: code.clone(),
        name: name.to_owned(),
        kind: OrganisationKind::Provider,
        provider_type: None,
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    }
}

fn known(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The type that adoption says, else that of the estates return.
fn provider_type(
    trust: &Trust,
    adoption: &Adoption,
    problems: &mut Problems,
) -> Option<(ProviderType, Basis)> {
    if let Some((provider_type, basis, _)) = adoption.provider_types.get(&trust.code) {
        return Some((*provider_type, *basis));
    }
    let found =
        adoption.eric_types.get(&trust.eric_type).map(|provider_type| (*provider_type, Basis::Stated));
    if found.is_none() {
        problems.push(Violation::new(
            trust.place.of("eric_type_2016_17"),
            "KNOWN_TYPE",
            &trust.eric_type,
            format!(
                "a type of adoption/eric_types.csv, or a line for {} in adoption/provider_types.csv",
                trust.code
            ),
        ));
    }
    found
}

fn check(adoption: &Adoption, all: &BTreeMap<OdsCode, Organisation>, problems: &mut Problems) {
    for (code, (_, _, place)) in &adoption.provider_types {
        problems.require(all.contains_key(code), || {
            Violation::new(place.of("code"), "UNKNOWN", code, "a trust of providers_trusts.csv")
        });
    }
    for (succession, place) in &adoption.successions {
        for (column, code) in [("predecessor", &succession.predecessor), ("successor", &succession.successor)]
        {
            problems.require(all.contains_key(code), || {
                Violation::new(place.of(column), "UNKNOWN", code, "an organisation of the files")
            });
        }
        let share = succession.share;
        problems.require(Decimal::ZERO < share && share <= Decimal::from_whole(1), || {
            Violation::new(place.of("share"), "RANGE", share, "a share above 0 and at most 1")
        });
    }
}

/// Known sizes, by organisation, measure, date.
pub(super) fn sizes(source: &Source) -> Vec<Size> {
    let size = |code: &OdsCode, measure, from: (i32, u32, u32), value: Option<Decimal>| {
        let from_date = NaiveDate::from_ymd_opt(from.0, from.1, from.2)?;
        Some(Size { organisation: code.clone(), measure, from_date, value: value? })
    };
    let trusts = source
        .trusts
        .iter()
        .filter_map(|trust| size(&trust.code, SizeMeasure::FloorArea, FLOOR_AREA_FROM, trust.floor_area));
    let practices = source.practices.iter().filter_map(|practice| {
        size(&practice.code, SizeMeasure::ListSize, LIST_SIZE_FROM, practice.list_size)
    });
    let mut sizes: Vec<_> = trusts.chain(practices).collect();
    sizes.sort();
    sizes
}
