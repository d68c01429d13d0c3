//! Runs of days against the rule itself, day by day.

use super::{adopted, day};
use crate::{
    registry::spans,
    sample::{Import, ImportedCollection, ImportedVersion},
};
use chrono::NaiveDate;
use onus_domain::{
    Basis, CollectionId, Decimal, OdsCode,
    collection::SectorPath,
    organisation::{Organisation, OrganisationKind, ProviderType, Size, SizeMeasure},
    respondents::{RespondentsRule, SizeBounds},
    snapshot::Snapshot,
    version::Content,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn provider(open: Option<NaiveDate>, close: Option<NaiveDate>) -> Organisation {
    Organisation {
        code: OdsCode::new("R0A").unwrap(),
        name: "A TRUST".into(),
        kind: OrganisationKind::Provider,
        provider_type: Some(ProviderType::Acute),
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: open,
        close_date: close,
    }
}

/// Days around the turn of a year, so that runs are short enough to check day by day.
fn some_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..60).prop_map(|step| day("2024-01-01") + chrono::Days::new(step))
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
        let provider = provider(open, close);
        let size = |(from_date, value): (&NaiveDate, &i32)| Size {
            organisation: provider.code.clone(),
            measure: SizeMeasure::FloorArea,
            from_date: *from_date,
            value: Decimal::from_whole(*value),
        };
        let mut version = adopted(one_collection()).versions.remove(0);
        version.live_from = Some(from);
        version.live_to = to;
        version.expires_on = expires;
        version.content.respondents = Some(RespondentsRule {
            size_bounds: bounds.map(bound),
            regions: BTreeSet::new(),
            ..version.content.respondents.clone().unwrap()
        });
        let snapshot = Snapshot {
            sizes: sizes.iter().map(size).collect(),
            organisations: vec![provider.clone()],
            ..Snapshot::default()
        };
        let spans = spans(&snapshot, &version);
        prop_assert!(spans.windows(2).all(|pair| pair[0].to.is_some_and(|to| to < pair[1].from)), "not the longest runs");
        for step in 0..70 {
            let on = day("2023-12-28") + chrono::Days::new(step);
            let rule = version.content.respondents.as_ref().unwrap();
            let size = |measure| Some(snapshot.size(&provider.code, measure, on)?.value);
            let expected = version.in_force(on) && rule.includes(&provider, on, size);
            let found = spans.iter().any(|span| span.from <= on && span.to.is_none_or(|to| on < to));
            prop_assert_eq!(found, expected, "{}", on);
        }
    }
}

/// An import with one collection that asks acute trusts, built without reading the sample.
fn one_collection() -> Import {
    let rule = RespondentsRule {
        provider_types: BTreeSet::from([ProviderType::Acute]),
        regions: BTreeSet::new(),
        commissioners: BTreeSet::new(),
        size_bounds: None,
        include: BTreeSet::new(),
        exclude: BTreeSet::new(),
        basis: Basis::Assumed,
        evidence: String::new(),
    };
    let text = String::new;
    let content = Content {
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
    };
    let live_from = day("2024-01-01");
    let version = ImportedVersion { content, evidence: text(), live_from, live_to: None };
    let collection = ImportedCollection {
        id: CollectionId::new("one").unwrap(),
        owner: OdsCode::new("X24").unwrap(),
        sector_path: SectorPath::National,
        source_id: None,
        versions: vec![version],
    };
    Import {
        organisations: vec![],
        successions: vec![],
        sizes: vec![],
        subjects: vec![],
        definitions: vec![],
        collections: vec![collection],
        derivations: vec![],
        notes: vec![],
    }
}
