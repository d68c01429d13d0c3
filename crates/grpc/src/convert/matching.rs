//! Matches, duplicate reports and overlaps.

use super::{code, concept_name, count, item, optional_code, ratio_of_counts, shared_fact};
use crate::names;
use onus_app::{
    CollectionRow, View,
    burdens::Owed,
    matching::{Asker, CheckHit, CheckReport, CheckedItem},
    overlaps::{OverlapRow, SharedConcept},
};
use onus_domain::{
    Result,
    relation::{Evidence, Match},
    version::Version,
};
use onus_proto::v1 as pb;
use std::collections::BTreeMap;

/// Hits shown for an item unless the caller says otherwise.
const DEFAULT_HITS: usize = 5;
/// Most hits shown for an item.
const MAX_HITS: usize = 10;

/// How many hits a caller wants; a negative number is as if nothing were said.
pub(super) fn hits_wanted(asked: i32) -> usize {
    usize::try_from(asked).ok().filter(|asked| *asked > 0).unwrap_or(DEFAULT_HITS).min(MAX_HITS)
}

pub(super) fn evidence(of: &Evidence) -> pb::Evidence {
    pb::Evidence { facet: of.facet.clone(), finding: of.finding.clone(), weight: of.weight }
}

/// A match of two registered definitions.
pub fn found_match(of: &Match) -> pb::Match {
    pb::Match {
        left: names::definition(&of.left),
        left_version: of.left_version,
        right: names::definition(&of.right),
        right_version: of.right_version,
        relation: code(of.relation),
        score: of.score,
        strength: code(of.strength),
        evidence: of.evidence.iter().map(evidence).collect(),
        model: of.model.clone(),
    }
}

/// What a check found of a version's items, with at most `hits` hits each.
pub fn version_report(of: &CheckReport, version: &Version, hits: i32, view: &View) -> pb::DuplicateReport {
    let name = |id| view.snapshot.definition(id).map(|definition| definition.name.clone());
    let items = version.content.items.iter();
    let places: Vec<_> =
        items.map(|item| (item.position, name(&item.definition).unwrap_or_default())).collect();
    duplicate_report(of, &places, hits, view)
}

/// What a check found of items that stand and are called as `places` say, with at most `hits` hits each.
pub fn duplicate_report(
    of: &CheckReport,
    places: &[(u32, String)],
    hits: i32,
    view: &View,
) -> pb::DuplicateReport {
    let hits = hits_wanted(hits);
    let items = of.items.iter().zip(places).map(|(item, (position, label))| pb::CheckedItem {
        position: *position,
        label: label.clone(),
        standing: code(item.standing),
        hits: hits_of(item, hits, view),
        ..pb::CheckedItem::default()
    });
    pb::DuplicateReport {
        items: items.collect(),
        held_count: count(of.held),
        asked_count: count(of.asked),
        ..pb::DuplicateReport::default()
    }
}

fn hits_of(item: &CheckedItem, hits: usize, view: &View) -> Vec<pb::CheckHit> {
    item.hits.iter().take(hits).map(|hit| check_hit(hit, view)).collect()
}

fn check_hit(of: &CheckHit, view: &View) -> pb::CheckHit {
    pb::CheckHit {
        definition: names::definition(&of.definition),
        display_name: view
            .snapshot
            .definition(&of.definition)
            .map(|definition| definition.name.clone())
            .unwrap_or_default(),
        standing: code(of.standing),
        score: of.found.score,
        strength: code(of.found.strength),
        evidence: of.found.evidence.iter().map(evidence).collect(),
        model: of.found.model.clone(),
        asked_by: of.askers.iter().map(asker).collect(),
        recipe: of.recipe.clone(),
    }
}

fn asker(of: &Asker) -> pb::Asker {
    pb::Asker {
        collection: names::collection(&of.collection),
        title: of.title.clone(),
        owner: names::organisation(&of.owner),
        frequency: optional_code(of.frequency),
        shared_respondents: of.shared_respondents.map(count),
        positions: of.positions.clone(),
        last_asked: of.last_asked.as_ref().map(asked_period),
        ..pb::Asker::default()
    }
}

fn asked_period(of: &Owed) -> pb::AskedPeriod {
    pb::AskedPeriod {
        period_start: of.obligation.period_start.to_string(),
        period_end: of.obligation.period_end.to_string(),
        due_date: of.obligation.due_date.to_string(),
        met: of.met,
    }
}

/// How much two collections ask in common.
pub fn overlap(of: &OverlapRow) -> pb::Overlap {
    let concepts = &of.concepts;
    let either = u64::from(concepts.left_size) + u64::from(concepts.right_size) - u64::from(concepts.shared);
    pb::Overlap {
        left: names::collection(&concepts.left),
        right: names::collection(&concepts.right),
        left_concepts: count(concepts.left_size),
        right_concepts: count(concepts.right_size),
        shared_concepts: count(concepts.shared),
        jaccard: ratio_of_counts(concepts.shared.into(), either),
        containment: ratio_of_counts(
            concepts.shared.into(),
            concepts.left_size.min(concepts.right_size).into(),
        ),
        shared_facts: count(of.shared_facts),
        shared_respondents: count(of.shared_respondents),
    }
}

/// Two collections side by side, left and right as asked for.
pub fn comparison(
    view: &View,
    left: CollectionRow<'_>,
    right: CollectionRow<'_>,
) -> Result<pb::CompareCollectionsResponse> {
    let (found, facts) = view.compare(&left.collection.id, &right.collection.id)?;
    let shared = view.shared_concepts(left, right);
    let sides = [left, right].map(|row| view.concepts_asked(row).len());
    let either = sides[0] + sides[1] - shared.len();
    let overlap = pb::Overlap {
        left: names::collection(&left.collection.id),
        right: names::collection(&right.collection.id),
        left_concepts: count(sides[0]),
        right_concepts: count(sides[1]),
        shared_concepts: count(shared.len()),
        jaccard: ratio_of_counts(large(shared.len()), large(either)),
        containment: ratio_of_counts(large(shared.len()), large(sides[0].min(sides[1]))),
        shared_facts: count(found.map_or(0, |row| row.shared_facts)),
        shared_respondents: count(facts.shared_respondents),
    };
    Ok(pb::CompareCollectionsResponse {
        overlap: Some(overlap),
        concepts: shared.iter().map(|shared| shared_concept(shared, view)).collect(),
        month: facts.month.to_string(),
        left_items_shared: count(facts.left_shared),
        left_items: count(facts.left_items),
        right_items_shared: count(facts.right_shared),
        right_items: count(facts.right_items),
        facts: facts.facts.iter().map(|fact| shared_fact(fact, view)).collect(),
    })
}

fn large(count: usize) -> u64 {
    count as u64
}

/// A concept that two collections ask.
fn shared_concept(of: &SharedConcept<'_>, view: &View) -> pb::SharedConcept {
    pb::SharedConcept {
        concept: names::concept(&of.concept),
        display_name: concept_name(&of.concept, view),
        left_items: of.left.iter().map(|of| item(of)).collect(),
        right_items: of.right.iter().map(|of| item(of)).collect(),
    }
}

/// All overlaps that share at least so many concepts and, if wished, facts; with the collections that have any.
pub fn overlap_graph(view: &View, least: u32, facts_only: bool) -> pb::OverlapGraph {
    let rows = view.overlaps();
    let edges: Vec<_> = rows
        .iter()
        .filter(|row| row.concepts.shared >= least && (!facts_only || row.shared_facts > 0))
        .collect();
    let mut nodes = BTreeMap::new();
    for edge in &edges {
        nodes.insert(&edge.concepts.left, edge.concepts.left_size);
        nodes.insert(&edge.concepts.right, edge.concepts.right_size);
    }
    let nodes = nodes.into_iter().filter_map(|(id, concepts)| {
        let row = view.collection_row(id)?;
        Some(pb::OverlapNode {
            collection: names::collection(id),
            title: row.version.content.title.clone(),
            owner: names::organisation(&row.collection.owner),
            concepts: count(concepts),
        })
    });
    pb::OverlapGraph { nodes: nodes.collect(), edges: edges.into_iter().map(overlap).collect() }
}
