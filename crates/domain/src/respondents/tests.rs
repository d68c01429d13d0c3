//! Runs of days against the rule itself, day by day; which of a collection's versions is in force.

use super::*;
use crate::{
    CollectionId,
    organisation::{OrganisationKind, Size},
    snapshot::Snapshot,
    version::{Admission, Content, Spell, Version, VersionState, days_in_force},
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
        suspensions: vec![],
        expires_on: None,
        evidence: text(),
        submitted_by: None,
        conditions: vec![],
        renews: None,
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

fn wrong(change: impl FnOnce(&mut RespondentsRule)) -> Vec<String> {
    let mut changed = rule();
    change(&mut changed);
    let mut found = Violations::new();
    changed.check(&mut found);
    let Err(crate::Error::Invalid(all)) = found.into_result() else { return vec![] };
    all.into_iter().map(|violation| format!("{} {}", violation.field, violation.rule)).collect()
}

#[test]
fn a_rule_has_bounds_that_do_not_cross_and_texts_of_a_length() {
    let between = |at_least: Option<i32>, at_most: Option<i32>| SizeBounds {
        measure: SizeMeasure::FloorArea,
        at_least: at_least.map(Decimal::from_whole),
        at_most: at_most.map(Decimal::from_whole),
    };
    let bounded = |bounds| wrong(|rule| rule.size_bounds = Some(bounds));
    assert!(bounded(between(Some(3), Some(3))).is_empty() && bounded(between(None, Some(0))).is_empty());
    assert_eq!(bounded(between(Some(4), Some(3))), ["size_bounds.at_most ORDER"]);
    assert_eq!(bounded(between(Some(-1), None)), ["size_bounds.at_least RANGE"]);
    assert_eq!(bounded(between(None, None)), ["size_bounds.at_least REQUIRED"]);
    assert_eq!(wrong(|rule| rule.evidence = "x".repeat(4_001)), ["evidence LENGTH"]);
    assert_eq!(wrong(|rule| rule.regions = BTreeSet::from(["x".repeat(201)])), ["regions[0] LENGTH"]);
    assert_eq!(
        wrong(|rule| rule.commissioners = BTreeSet::from([" ".into()])),
        ["commissioners[0] REQUIRED"]
    );
    let code = || BTreeSet::from([OdsCode::new("R0A").unwrap()]);
    assert_eq!(wrong(|rule| (rule.include, rule.exclude) = (code(), code())), ["exclude CONTRADICTION"]);
}

#[test]
fn a_rule_without_types_and_names_names_nobody() {
    let nobody = RespondentsRule { provider_types: BTreeSet::new(), ..rule() };
    assert!(rule().names_somebody() && !nobody.names_somebody());
    let one = BTreeSet::from([OdsCode::new("R0A").unwrap()]);
    let named = RespondentsRule { include: one.clone(), ..nobody };
    assert!(named.names_somebody());
    assert!(!RespondentsRule { exclude: one, ..named }.names_somebody());
}

#[test]
fn a_suspended_version_is_in_force_before_and_after() {
    let spell = |from: &str, to: Option<&str>| Spell { from: day(from), to: to.map(day) };
    let suspensions = vec![
        spell("2024-03-01", Some("2024-04-15")),
        spell("2024-05-01", Some("2024-05-01")),
        spell("2024-06-01", None),
    ];
    let version =
        Version { suspensions, ..version(Some(day("2024-01-01")), Some(day("2024-08-01")), rule()) };
    let days: Vec<_> = version.days().iter().map(|span| format!("{} {}", span.from, span.to)).collect();
    assert_eq!(days, ["2024-01-01 2024-02-29", "2024-04-15 2024-05-31"]);
    assert_eq!(days_in_force(std::slice::from_ref(&version)), [version.days()]);
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
        && !version.suspensions.iter().any(|spell| spell.from <= on && spell.to.is_none_or(|to| on < to))
}

proptest! {
    #[test]
    fn runs_hold_exactly_the_days_on_which_the_rule_does(
        (open, close) in (proptest::option::of(some_day()), proptest::option::of(some_day())),
        (from, to, expires) in (some_day(), proptest::option::of(some_day()), proptest::option::of(some_day())),
        sizes in proptest::collection::btree_map(some_day(), 0_i32..4, 0..5),
        bounds in proptest::option::of((0_i32..4, 0_i32..4)),
        suspensions in proptest::collection::vec((some_day(), proptest::option::of(0_u64..20)), 0..3),
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
        let spell = |(from, days): (NaiveDate, Option<u64>)| Spell { from, to: days.map(|days| from + Days::new(days)) };
        let suspensions = suspensions.into_iter().map(spell).collect();
        let version = Version { expires_on: expires, suspensions, ..version(Some(from), to, rule.clone()) };
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
