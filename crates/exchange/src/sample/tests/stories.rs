//! The stories that the data's own description tells, found in what is imported.

use super::{collection, families, items};
use crate::sample::{Files, Grouping, Import, read};
use onus_domain::{DefinitionId, item::Item, respondents::RespondentsRule, subject::SubjectOrder};
use std::collections::{BTreeMap, BTreeSet};

/// Items of `left` that are also asked in `right` about the same records, or about more that contain them.
fn shared_facts<'a>(import: &'a Import, left: &str, right: &str) -> Vec<&'a Item> {
    let order = SubjectOrder::new(&import.subjects);
    let others = items(import, right);
    let twice = |item: &&Item| {
        others.iter().any(|other| {
            other.definition == item.definition && order.lies_within(&item.subject, &other.subject)
        })
    };
    items(import, left).iter().filter(twice).collect()
}

fn definitions(import: &Import, id: &str) -> BTreeSet<DefinitionId> {
    items(import, id).iter().map(|item| item.definition.clone()).collect()
}

fn shared_definitions(import: &Import, left: &str, right: &str) -> usize {
    definitions(import, left).intersection(&definitions(import, right)).count()
}

fn rule<'a>(import: &'a Import, id: &str) -> &'a RespondentsRule {
    collection(import, id).versions.last().unwrap().content.respondents.as_ref().unwrap()
}

/// Both ask all of `types`, in the same rhythm.
fn meet(import: &Import, left: &str, right: &str, types: &[&str]) {
    let schedule = |id| collection(import, id).versions.last().unwrap().content.schedule.clone().unwrap();
    assert_eq!(schedule(left).frequency, schedule(right).frequency);
    assert_eq!(schedule(left).first_period, schedule(right).first_period);
    let asked = |id| -> BTreeSet<_> { rule(import, id).provider_types.iter().map(|t| t.as_str()).collect() };
    let both: BTreeSet<_> = asked(left).intersection(&asked(right)).copied().collect();
    assert!(types.iter().all(|one| both.contains(one)), "{both:?}");
}

#[test]
fn all_critical_care_elements_are_asked_twice() {
    let import = families();
    let cds = "commissioning-data-sets";
    for (set, count) in [
        ("critical-care-minimum-data-set", 34),
        ("neonatal-critical-care-minimum-data-set", 14),
        ("paediatric-critical-care-minimum-data-set", 12),
    ] {
        assert_eq!(items(&import, set).len(), count);
        assert_eq!(shared_facts(&import, set, cds).len(), count, "{set}");
        meet(&import, set, cds, &["ACUTE", "SPECIALIST"]);
    }
}

#[test]
fn paediatric_and_neonatal_share_definitions_but_no_fact() {
    let import = families();
    let (left, right) =
        ("paediatric-critical-care-minimum-data-set", "neonatal-critical-care-minimum-data-set");
    assert_eq!(shared_definitions(&import, left, right), 12);
    assert_eq!(shared_facts(&import, left, right).len() + shared_facts(&import, right, left).len(), 0);
}

#[test]
fn aggregate_contract_monitoring_can_be_had_from_patient_level() {
    let import = families();
    let (left, right) =
        ("aggregate-contract-monitoring-data-set", "patient-level-contract-monitoring-data-set");
    assert_eq!((items(&import, left).len(), shared_facts(&import, left, right).len()), (36, 28));
    meet(&import, left, right, &["ACUTE", "SPECIALIST", "MENTAL_HEALTH", "COMMUNITY"]);
}

/// Metrics of one name in two reports must be about one subject, and somebody must be asked for both.
fn in_two_reports(import: &Import, left: &str, right: &str) -> usize {
    let by_id: BTreeMap<_, _> = import.definitions.iter().map(|d| (&d.id, d)).collect();
    let named = |id| -> BTreeMap<_, _> {
        items(import, id).iter().map(|i| (by_id[&i.definition].name.as_str(), i)).collect()
    };
    let (left, right) = (named(left), named(right));
    let both: Vec<_> = left.keys().filter(|name| right.contains_key(*name)).collect();
    for name in &both {
        assert_eq!(left[**name].subject, right[**name].subject, "{name}");
        assert_eq!(by_id[&left[**name].definition].subject.as_ref(), Some(&left[**name].subject));
    }
    both.len()
}

#[test]
fn ambulance_and_waiting_times_stand_in_two_reports() {
    let import = families();
    let contract = "nhs-standard-contract-measures";
    assert_eq!(in_two_reports(&import, "national-combined-statistics-report", contract), 6);
    meet(&import, "national-combined-statistics-report", contract, &["AMBULANCE"]);
    assert_eq!(in_two_reports(&import, "improvement-and-assessment-framework", contract), 1);
    meet(&import, "improvement-and-assessment-framework", contract, &["ACUTE"]);
}

#[test]
fn sets_about_other_patients_share_definitions_only() {
    let import = families();
    let mental_health = "mental-health-services-data-set";
    for (other, count) in [("community-services-data-set", 111), ("talking-therapies-data-set", 64)] {
        assert_eq!(shared_definitions(&import, mental_health, other), count);
        assert_eq!(shared_facts(&import, mental_health, other).len(), 0);
        assert_eq!(shared_facts(&import, other, mental_health).len(), 0);
    }
}

#[test]
fn birth_date_is_in_33_of_71_data_sets() {
    let import = read(&Files::Embedded, Grouping::OneByOne).unwrap();
    let birth_date = DefinitionId::new("person-birth-date").unwrap();
    let has = |id: &str| definitions(&import, id).contains(&birth_date);
    let sets: Vec<_> = import.collections.iter().filter(|c| c.id.as_str().starts_with("dd-")).collect();
    assert_eq!((sets.len(), sets.iter().filter(|c| has(c.id.as_str())).count()), (71, 33));
}

/// Every row of the source's own figures: shared elements, Jaccard and containment of every overlapping pair of its 71 data sets.
#[test]
fn overlap_of_the_data_sets_one_by_one_is_the_sources_own() {
    let import = read(&Files::Embedded, Grouping::OneByOne).unwrap();
    let sets: BTreeMap<String, BTreeSet<DefinitionId>> = import
        .collections
        .iter()
        .filter_map(|c| {
            Some((
                c.source_id.clone().filter(|id| id.starts_with("dd:"))?,
                definitions(&import, c.id.as_str()),
            ))
        })
        .collect();
    let mut found = BTreeSet::new();
    for (left, a) in &sets {
        for (right, b) in sets.range(left.clone()..).skip(1) {
            let shared = a.intersection(b).count();
            if shared > 0 {
                found.insert(format!("{left},{right},{shared},{},{}", a.len(), b.len()));
            }
        }
    }
    let oracle = include_str!("../../../sample/expected_collection_overlap.csv");
    let expected: BTreeSet<_> =
        oracle.lines().skip(1).map(|line| line.rsplitn(3, ',').nth(2).unwrap().to_owned()).collect();
    assert_eq!(expected.len(), 978);
    assert_eq!(found, expected);
}

#[test]
fn whoever_holds_the_data_asks_nobody() {
    let import = families();
    for id in [
        "nhs-continuing-healthcare-data-set",
        "nhs-continuing-healthcare-patient-level-data-set",
        "stop-smoking-services-quarterly-data-set",
        "referrals-analysis",
        "better-care-better-value",
        "fingertips-public-health-indicators",
    ] {
        assert!(
            rule(&import, id).provider_types.is_empty() && !rule(&import, id).evidence.is_empty(),
            "{id}"
        );
    }
}
