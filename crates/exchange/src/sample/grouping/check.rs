//! Checks across files: what one file names must stand in another, and what is called STATED must be what the source states.

use super::{Definitions, Part, Versions};
use crate::{
    problems::Problems,
    sample::{
        adoption::Adoption,
        roles,
        source::{Source, SourceCollection},
    },
};
use onus_domain::{Basis, OdsCode, Violation, organisation::Organisation};
use std::collections::{BTreeMap, BTreeSet};

/// Every check but those of one collection's versions.
pub(in crate::sample) fn all(
    source: &Source,
    adoption: &Adoption,
    definitions: &Definitions,
    organisations: &BTreeMap<OdsCode, Organisation>,
    problems: &mut Problems,
) {
    let collections: BTreeMap<_, _> = source.collections.iter().map(|c| (c.id.as_str(), c)).collect();
    items(source, adoption, definitions, &collections, problems);
    metrics(source, adoption, definitions, &collections, problems);
    adopted(adoption, organisations, &collections, problems);
    rules(source, adoption, problems);
    stated(adoption, &collections, problems);
}

type ById<'a> = BTreeMap<&'a str, &'a SourceCollection>;

fn items(
    source: &Source,
    adoption: &Adoption,
    definitions: &Definitions,
    collections: &ById<'_>,
    problems: &mut Problems,
) {
    for item in &source.items {
        problems.require(collections.contains_key(item.collection.as_str()), || {
            let expected = "a data set of collections.csv";
            Violation::new(item.place.of("collection_id"), "UNKNOWN", &item.collection, expected)
        });
        problems.require(definitions.elements.contains_key(&item.element), || {
            let expected = "an element of data_elements.jsonl";
            Violation::new(item.place.of("element_id"), "UNKNOWN", &item.element, expected)
        });
        problems.require(adoption.mandations.contains_key(&item.mandation), || {
            let expected = "a text of adoption/mandations.csv";
            Violation::new(item.place.of("mandation"), "UNKNOWN", &item.mandation, expected)
        });
    }
    for (id, (_, place)) in &source.collection_subjects {
        problems.require(collections.contains_key(id.as_str()), || {
            Violation::new(place.of("collection_id"), "UNKNOWN", id, "a data set of collections.csv")
        });
    }
}

fn metrics(
    source: &Source,
    adoption: &Adoption,
    definitions: &Definitions,
    collections: &ById<'_>,
    problems: &mut Problems,
) {
    for metric in &source.metrics {
        problems.require(collections.contains_key(metric.collection.as_str()), || {
            let expected = "a data set of collections.csv";
            Violation::new(metric.place.of("collection_id"), "UNKNOWN", &metric.collection, expected)
        });
        problems.require(adoption.metric_subjects.contains_key(&metric.id), || {
            let expected = "a metric with a line in adoption/metric_subjects.csv";
            Violation::new(metric.place.of("id"), "NO_SUBJECT", &metric.id, expected)
        });
    }
    for (metric, (_, place)) in &adoption.metric_subjects {
        problems.require(definitions.metrics.contains_key(metric), || {
            Violation::new(place.of("metric"), "UNKNOWN", metric, "a metric of metrics.jsonl")
        });
    }
}

fn adopted(
    adoption: &Adoption,
    organisations: &BTreeMap<OdsCode, Organisation>,
    collections: &ById<'_>,
    problems: &mut Problems,
) {
    for family in &adoption.families {
        problems.require(collections.contains_key(family.source.as_str()), || {
            let expected = "a data set of collections.csv";
            Violation::new(family.place.of("source_collection"), "UNKNOWN", &family.source, expected)
        });
        problems.require(family.live_to.is_none_or(|to| family.live_from < to), || {
            let to = family.live_to.map(|day| day.to_string()).unwrap_or_default();
            Violation::new(
                family.place.of("live_to"),
                "ORDER",
                to,
                format!("a day after {}", family.live_from),
            )
        });
    }
    let placed: BTreeSet<_> = adoption.families.iter().map(|family| &family.collection).collect();
    for (id, request) in &adoption.requests {
        problems.require(placed.contains(id), || {
            let expected = "a collection of adoption/families.csv";
            Violation::new(request.place.of("collection"), "UNKNOWN", id, expected)
        });
        let owner = organisations.get(&request.owner);
        problems.require(owner.is_some_and(|owner| !owner.is_provider()), || {
            let expected = "a body of adoption/bodies.csv";
            Violation::new(request.place.of("owner"), "UNKNOWN", &request.owner, expected)
        });
        let regions: BTreeSet<_> = organisations.values().filter_map(|o| o.region.as_deref()).collect();
        for region in request.content.respondents.iter().flat_map(|rule| &rule.regions) {
            problems.require(regions.contains(region.as_str()), || {
                Violation::new(request.place.of("regions"), "UNKNOWN", region, "a region of some provider")
            });
        }
    }
}

/// Role rules that rule nothing: the source has changed, or an earlier rule takes their items.
fn rules(source: &Source, adoption: &Adoption, problems: &mut Problems) {
    let found = source.items.iter().filter_map(|item| roles::rule(&adoption.roles, item));
    let used: BTreeSet<u64> = found.map(|rule| rule.place.line()).collect();
    for rule in &adoption.roles {
        problems.require(used.contains(&rule.place.line()), || {
            let expected = "a rule that fits an item which no earlier rule has taken";
            Violation::new(rule.place.of("element"), "UNUSED", &rule.element, expected)
        });
    }
}

/// What is called STATED is a sentence of the source, word for word.
fn stated(adoption: &Adoption, collections: &ById<'_>, problems: &mut Problems) {
    for (id, request) in &adoption.requests {
        let parts: Vec<_> = adoption
            .families
            .iter()
            .filter(|family| family.collection == *id)
            .filter_map(|family| collections.get(family.source.as_str()))
            .collect();
        if let Some(rule) = request.content.respondents.as_ref().filter(|rule| rule.basis == Basis::Stated) {
            problems.require(parts.iter().any(|part| part.who_submits.contains(&rule.evidence)), || {
                let expected = "words of who_submits_evidence in collections.csv, or the basis ASSUMED";
                Violation::new(request.place.of("respondents_evidence"), "QUOTE", &rule.evidence, expected)
            });
        }
        if let Some(schedule) = request.content.schedule.as_ref().filter(|s| s.basis == Basis::Stated) {
            let quote = &request.frequency_evidence;
            let says = |part: &SourceCollection| {
                part.frequencies.contains(&schedule.frequency) && part.frequency_evidence.contains(quote)
            };
            problems.require(parts.iter().any(|part| says(part)), || {
                let expected =
                    "a frequency and words of frequency_evidence in collections.csv, or the basis ASSUMED";
                Violation::new(request.place.of("frequency_evidence"), "QUOTE", quote, expected)
            });
        }
    }
}

/// The versions of one collection: numbered from 1 without a gap, each beginning where the one before ends, the last without an end,
/// and the data sets of one version agreeing with each other.
pub(super) fn versions(versions: &Versions<'_>, problems: &mut Problems) {
    let mut before: Option<&Part<'_>> = None;
    for ((number, parts), expected) in versions.iter().zip(1..) {
        let Some(first) = parts.first() else { continue };
        problems.require(*number == expected, || {
            let expected = format!("{expected}: versions count from 1 without a gap");
            Violation::new(first.family.place.of("version"), "ORDER", number, expected)
        });
        for part in parts {
            let of = |part: &Part<'_>| {
                (part.family.title.clone(), part.family.live_from, part.family.live_to, part.family.basis)
            };
            problems.require(of(part) == of(first), || {
                let expected = format!("the title, dates and basis of line {}", first.family.place.line());
                Violation::new(part.family.place.of("title"), "AGREEMENT", &part.family.title, expected)
            });
        }
        if let Some(before) = before {
            problems.require(before.family.live_to == Some(first.family.live_from), || {
                let expected = "the day on which the version before ends";
                Violation::new(first.family.place.of("live_from"), "ORDER", first.family.live_from, expected)
            });
        }
        before = Some(first);
    }
    if let Some((last, to)) = before.and_then(|last| last.family.live_to.map(|to| (last, to))) {
        let expected = "no end: the last version is in force";
        problems.push(Violation::new(last.family.place.of("live_to"), "ORDER", to, expected));
    }
}
