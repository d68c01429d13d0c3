//! The shipped sample, read as an NHS analyst would: counts, stories, judgements. What broken files get is in `tests/broken.rs`.

use super::*;
use onus_domain::{
    item::{Item, ItemRole},
    subject::SubjectOrder,
};
use std::collections::{BTreeMap, BTreeSet};

mod broken;
mod stories;

fn families() -> Import {
    read(&Files::Embedded, Grouping::Families).unwrap()
}

fn collection<'a>(import: &'a Import, id: &str) -> &'a ImportedCollection {
    import.collections.iter().find(|c| c.id.as_str() == id).unwrap_or_else(|| panic!("no {id}"))
}

/// Items of the version in force.
fn items<'a>(import: &'a Import, id: &str) -> &'a [Item] {
    &collection(import, id).versions.last().unwrap().content.items
}

#[test]
fn counts_are_those_of_the_source() {
    let import = families();
    let versions: Vec<_> = import.collections.iter().flat_map(|c| &c.versions).collect();
    let items: usize = versions.iter().map(|v| v.content.items.len()).sum();
    assert_eq!((import.collections.len(), versions.len(), items), (30, 32, 4_304 + 111));
    assert_eq!(import.definitions.len(), 1_138 + 111);
    let providers = import.organisations.iter().filter(|o| o.is_provider()).count();
    assert_eq!((import.organisations.len(), providers), (4 + 212 + 6_506, 212 + 6_506));
    assert_eq!(import.sizes.len(), 205 + 6_506);
    assert!(import.derivations.is_empty());

    let one_by_one = read(&Files::Embedded, Grouping::OneByOne).unwrap();
    let versions: Vec<_> = one_by_one.collections.iter().flat_map(|c| &c.versions).collect();
    let items: usize = versions.iter().map(|v| v.content.items.len()).sum();
    assert_eq!((one_by_one.collections.len(), versions.len(), items), (79, 79, 4_304 + 111));
    assert!(one_by_one.collections.iter().all(|c| c.source_id.is_some()));
    assert_eq!(one_by_one.definitions, import.definitions);
}

#[test]
fn the_whole_answer_is_as_reviewed() {
    let import = families();
    let mut lines = vec![];
    for collection in &import.collections {
        for (number, version) in (1..).zip(&collection.versions) {
            let content = &version.content;
            let roles = content.items.iter().fold(BTreeMap::new(), |mut roles: BTreeMap<_, u32>, item| {
                *roles.entry(item.role.as_str()).or_default() += 1;
                roles
            });
            let (rule, schedule) =
                (content.respondents.as_ref().unwrap(), content.schedule.as_ref().unwrap());
            let answering =
                import.organisations.iter().filter(|o| rule.includes(o, version.live_from, |_| None));
            let types: Vec<_> = rule.provider_types.iter().map(|t| t.as_str()).collect();
            let to = version.live_to.map_or(String::new(), |to| to.to_string());
            let (id, owner) = (&collection.id, &collection.owner);
            lines.push(format!("{id} v{number} [{owner}] {}", content.title));
            lines.push(format!(
                "    {} to {to}; {} ({})",
                version.live_from, schedule.frequency, schedule.basis
            ));
            let (count, basis) = (answering.count(), rule.basis);
            lines.push(format!("    {count} providers: {} ({basis})", types.join(", ")));
            lines.push(format!("    {} items: {roles:?}", content.items.len()));
        }
    }
    lines.push(String::new());
    lines.extend(import.notes);
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn reading_twice_gives_the_same_in_order_of_keys() {
    let import = families();
    assert_eq!(import, families());
    assert!(import.organisations.is_sorted_by(|a, b| a.code < b.code));
    assert!(import.sizes.is_sorted() && import.subjects.is_sorted_by(|a, b| a.id < b.id));
    assert!(import.definitions.is_sorted_by(|a, b| a.id < b.id));
    assert!(import.collections.is_sorted_by(|a, b| a.id < b.id));
}

#[test]
fn emergency_care_is_one_collection_of_three_versions() {
    let import = families();
    let [first, second, third] = collection(&import, "emergency-care-data-set").versions.as_slice() else {
        panic!("not three versions")
    };
    assert_eq!(first.live_to, Some(second.live_from));
    assert_eq!((second.live_to, third.live_to), (Some(third.live_from), None));
    assert!(third.live_from > "2025-03-31".parse().unwrap(), "the change falls after the base month");
    assert_eq!((first.content.items.len(), third.content.items.len()), (38 + 108, 36 + 123));
}

#[test]
fn envelopes_are_administrative() {
    let import = families();
    for id in ["commissioning-data-sets", "emergency-care-data-set"] {
        let headers: Vec<_> =
            items(&import, id).iter().filter(|item| item.section.starts_with("00")).collect();
        assert!(headers.len() > 30, "{id}");
        assert!(headers.iter().all(|item| item.role == ItemRole::Administrative), "{id}");
    }
}

/// Elements whose role an analyst would look up first.
#[rstest::rstest]
#[case("nhs_number", ItemRole::Linkage)]
#[case("nhs_number_status_indicator_code", ItemRole::Linkage)]
#[case("local_patient_identifier__extended_", ItemRole::Linkage)]
#[case("patient_pathway_identifier", ItemRole::Linkage)]
#[case("organisation_identifier__code_of_provider_", ItemRole::Linkage)]
#[case("organisation_code__code_of_commissioner_", ItemRole::Linkage)]
#[case("service_request_identifier", ItemRole::Linkage)]
#[case("person_birth_date", ItemRole::Demographic)]
#[case("postcode_of_usual_address", ItemRole::Demographic)]
#[case("person_stated_gender_code", ItemRole::Demographic)]
#[case("ethnic_category", ItemRole::Demographic)]
#[case("age_at_cds_activity_date", ItemRole::Demographic)]
#[case("reporting_period_start_date", ItemRole::Administrative)]
#[case("financial_month", ItemRole::Administrative)]
#[case("date_and_time_data_set_created", ItemRole::Administrative)]
#[case("referral_to_treatment_period_status", ItemRole::Content)]
#[case("primary_diagnosis__icd_", ItemRole::Content)]
#[case("birth_weight", ItemRole::Content)]
fn roles_are_those_of_the_field(#[case] element: &str, #[case] expected: ItemRole) {
    let import = families();
    let id = onus_domain::DefinitionId::from_name(element).unwrap();
    let all = import.collections.iter().flat_map(|c| &c.versions).flat_map(|v| &v.content.items);
    let roles: BTreeSet<_> = all.filter(|item| item.definition == id).map(|item| item.role).collect();
    assert_eq!(roles, BTreeSet::from([expected]));
}

#[test]
fn nothing_is_asked_twice_within_one_version() {
    let import = families();
    let order = SubjectOrder::new(&import.subjects);
    for collection in &import.collections {
        for version in &collection.versions {
            let mut asked: BTreeMap<_, Vec<&Item>> = BTreeMap::new();
            for item in &version.content.items {
                asked.entry(&item.definition).or_default().push(item);
            }
            for (definition, items) in asked {
                for (at, item) in items.iter().enumerate() {
                    for (_, other) in items.iter().enumerate().filter(|(other, _)| *other != at) {
                        assert!(
                            !order.lies_within(&item.subject, &other.subject),
                            "{}: {definition} of {} lies within {}",
                            collection.id,
                            item.subject,
                            other.subject
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_item_and_definition_stands_on_its_feet() {
    let import = families();
    let definitions: BTreeSet<_> = import.definitions.iter().map(|d| &d.id).collect();
    let subjects: BTreeSet<_> = import.subjects.iter().map(|s| &s.id).collect();
    let bodies: BTreeSet<_> =
        import.organisations.iter().filter(|o| !o.is_provider()).map(|o| &o.code).collect();
    for collection in &import.collections {
        assert!(bodies.contains(&collection.owner));
        for version in &collection.versions {
            let content = &version.content;
            let mut found = onus_domain::Violations::new();
            // Adopted as they run: a request that is made from what is held already asks nobody, and none like it may be submitted.
            let asks_somebody =
                content.respondents.as_ref().is_some_and(|rule| !rule.provider_types.is_empty());
            if asks_somebody {
                content.check_submission("2026-11-23".parse().unwrap(), &mut found);
            } else {
                content.check_draft("2026-11-23".parse().unwrap(), &mut found);
            }
            found.into_result().unwrap_or_else(|error| panic!("{}: {error}", collection.id));
            assert!(
                content
                    .items
                    .iter()
                    .all(|i| definitions.contains(&i.definition) && subjects.contains(&i.subject))
            );
            assert!(!content.items.iter().any(|i| i.section.contains("Data Group")));
            assert!(version.evidence.contains("ASSUMED") || version.evidence.contains("STATED"));
        }
    }
    let mut found = onus_domain::Violations::new();
    import.organisations.iter().for_each(|organisation| organisation.check(&mut found));
    import.subjects.iter().for_each(|subject| subject.check(&mut found));
    import.definitions.iter().for_each(|definition| definition.check(&mut found));
    found.into_result().unwrap();
    for definition in &import.definitions {
        assert_eq!(definition.external_ids.len(), 1);
        assert!(!definition.name.is_empty() && definition.name != "N/A");
        for text in [&definition.text, &definition.numerator, &definition.unit, &definition.grain] {
            assert!(text != "N/A" && text != "ADD" && !text.contains("&rsquo;"), "{definition:?}");
        }
        assert!(
            definition.successor.as_ref().is_none_or(|id| definitions.contains(id) && *id != definition.id)
        );
    }
    let replaced = import.definitions.iter().filter(|d| d.successor.is_some()).count();
    assert_eq!(replaced, 15, "elements that name exactly one successor among the definitions");
}
