//! Runs of days against the rule itself, day by day; which of a collection's versions is in force.

use super::*;
use crate::{
    CollectionId,
    organisation::{OrganisationKind, Size},
    snapshot::Snapshot,
    version::{Admission, Content, Version, VersionState, days_in_force},
};
use chrono::Days;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

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

fn version(live_from: Option<NaiveDate>, live_to: Option<NaiveDate>, rule: RespondentsRule) -> Version {
    let text = String::new;
    Version {
        collection: CollectionId::new("one").unwrap(),
        number: 1,
        state: VersionState::Live,
        admission: Admission::Adopted,
        content: Content {
            title: text(),
            purpose: text(),
            legal_basis: text(),
            method: text(),
            uses: text(),
            feedback: text(),
            contact: text(),
            respondents: Some(rule),
            schedule: None,
            items: vec![],
        },
        live_from,
        live_to,
        expires_on: None,
        evidence: text(),
        submitted_by: None,
        revision: 1,
    }
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

#[test]
fn who_is_named_must_answer_whatever_its_type_rests_on() {
    let assumed = Organisation { provider_type_basis: Basis::Assumed, ..trust("Y56") };
    let named = RespondentsRule { include: BTreeSet::from([assumed.code.clone()]), ..rule() };
    assert_eq!(rule().basis_for(&trust("Y56")), Basis::Stated);
    assert_eq!(rule().basis_for(&assumed), Basis::Assumed);
    assert_eq!(named.basis_for(&assumed), Basis::Stated);
    let rule = RespondentsRule { basis: Basis::Assumed, ..named };
    assert_eq!(rule.basis_for(&assumed), Basis::Assumed);
}

#[test]
fn the_later_of_two_versions_holds_where_their_days_meet() {
    let first = version(Some(day("2024-01-01")), None, rule());
    let second = version(Some(day("2024-04-01")), Some(day("2024-07-01")), rule());
    let versions = [first, second];
    let spans = days_in_force(&versions);
    let firsts: Vec<Vec<_>> =
        spans.iter().map(|list| list.iter().map(|span| span.from.to_string()).collect()).collect();
    assert_eq!(firsts, [vec!["2024-01-01", "2024-07-01"], vec!["2024-04-01"]]);
    assert_eq!(spans[0][0].to, day("2024-03-31"));
    for offset in 0..400 {
        let on = day("2023-12-01") + Days::new(offset);
        let by_dates = versions.iter().rposition(|version| version.in_force(on));
        let by_spans = spans.iter().position(|list| list.iter().any(|span| span.holds(on)));
        assert_eq!(by_dates, by_spans, "{on}");
    }
}

/// Days around the turn of a year, so that runs are short enough to check day by day.
fn some_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..60).prop_map(|step| day("2024-01-01") + Days::new(step))
}

/// Read straight from the dates, as `open-data.md` has it.
fn is_in_force(version: &Version, on: NaiveDate) -> bool {
    version.live_from.is_some_and(|from| from <= on)
        && version.live_to.is_none_or(|to| on < to)
        && version.expires_on.is_none_or(|end| on < end)
}

proptest! {
    #[test]
    fn runs_hold_exactly_the_days_on_which_the_rule_does(
        (open, close) in (proptest::option::of(some_day()), proptest::option::of(some_day())),
        (from, to, expires) in (some_day(), proptest::option::of(some_day()), proptest::option::of(some_day())),
        sizes in proptest::collection::btree_map(some_day(), 0_i32..4, 0..5),
        bounds in proptest::option::of((0_i32..4, 0_i32..4)),
    ) {
        let bound = |(least, most)| SizeBounds {
            measure: SizeMeasure::FloorArea,
            at_least: Some(Decimal::from_whole(least)),
            at_most: Some(Decimal::from_whole(most)),
        };
        let provider = Organisation { open_date: open, close_date: close, ..trust("Y56") };
        let size = |(from_date, value): (&NaiveDate, &i32)| Size {
            organisation: provider.code.clone(),
            measure: SizeMeasure::FloorArea,
            from_date: *from_date,
            value: Decimal::from_whole(*value),
        };
        let rule = RespondentsRule { size_bounds: bounds.map(bound), ..rule() };
        let version = Version { expires_on: expires, ..version(Some(from), to, rule.clone()) };
        let snapshot = Snapshot {
            sizes: sizes.iter().map(size).collect(),
            organisations: vec![provider.clone()],
            ..Snapshot::default()
        };
        let spans: Vec<Span> = snapshot.respondents(&version).map(|(_, span)| span).collect();
        prop_assert!(spans.windows(2).all(|pair| pair[0].end().is_some_and(|end| end < pair[1].from)), "not the longest runs");
        for step in 0..70 {
            let on = day("2023-12-28") + Days::new(step);
            let size = |measure| Some(snapshot.size(&provider.code, measure, on)?.value);
            let expected = is_in_force(&version, on) && rule.includes(&provider, on, size);
            prop_assert_eq!(version.in_force(on), is_in_force(&version, on), "{}", on);
            prop_assert_eq!(spans.iter().any(|span| span.holds(on)), expected, "{}", on);
        }
    }
}
