//! A definition: what it means, who asks it, what is like it.

use super::{Scene, claims};
use crate::{
    pages::definition::{AskedIn, Definition as Page, DerivationLine, EvidenceLine, MatchLine},
    parts::{Link, Tag},
    shell::Area,
};
use onus_domain::{
    DefinitionId, Result,
    concept::Derivation,
    definition::Definition,
    display,
    relation::{Evidence, Match, Relation},
};
use std::collections::BTreeMap;

/// Most matches shown: a definition has up to a hundred, the last of them far-fetched.
const MATCHES: usize = 20;

pub(crate) fn definition(scene: &Scene, id: &DefinitionId) -> Result<Page> {
    let definition = scene.view.definition(id)?;
    let concept = scene.view.concept_of(id);
    let same = scene.view.members_of(&concept).filter(|member| member.id != *id);
    let derivations = &scene.view.snapshot.derivations;
    let derivations = derivations.iter().filter(|one| one.from_definition == *id || one.to_definition == *id);
    let matches = scene.view.matches_of(id);
    Ok(Page {
        shell: scene.shell(&definition.name, Area::Definitions).under("/definitions", "Definitions"),
        tags: vec![Tag::kind(definition.kind), Tag::status(definition.status)],
        text: display::paragraphs(&definition.text),
        facets: facets(scene, definition),
        successor: definition.successor.as_ref().map(|id| scene.definition(id)),
        values: definition
            .value_set
            .iter()
            .map(|value| (value.code.clone(), value.meaning.clone()))
            .collect(),
        askers: askers(scene, id),
        same: same.map(|member| Link::definition(&member.id, &member.name)).collect(),
        concept: concept.to_string(),
        derivations: derivations.map(|one| derivation(scene, one)).collect(),
        matches: matches.into_iter().take(MATCHES).map(|found| match_line(scene, id, found)).collect(),
    })
}

pub(super) fn facets(scene: &Scene, definition: &Definition) -> Vec<(String, String)> {
    let subject = definition.subject.as_ref().map(|id| scene.subject(id)).unwrap_or_default();
    let known = [
        ("Numerator", definition.numerator.clone()),
        ("Denominator", definition.denominator.clone()),
        ("Leaves out", definition.exclusions.clone()),
        ("Unit", definition.unit.clone()),
        ("About", subject),
        ("Population", definition.population.clone()),
        ("Broken down by", claims::list(definition.breakdowns.iter().cloned())),
        ("Reported for each", definition.grain.clone()),
        ("Period", definition.period_type.clone()),
        ("Format", definition.format.clone()),
        ("Also called", claims::list(definition.aliases.iter().cloned())),
        ("Source", definition.source.clone()),
        ("Version", definition.version.to_string()),
    ];
    let known = known.into_iter().map(|(key, value)| (key.to_owned(), value));
    let external = definition.external_ids.iter().map(|(key, value)| (registry(key), value.clone()));
    known.chain(external).filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// The name of another registry, from its key.
fn registry(key: &str) -> String {
    match key {
        "nhs_data_dictionary" => "In the NHS Data Dictionary".into(),
        other => format!("In {}", display::words(other)),
    }
}

fn askers(scene: &Scene, id: &DefinitionId) -> Vec<AskedIn> {
    let mut lines = vec![];
    for row in scene.view.asked_in(id) {
        // One line for each section, subject and role: the same item may stand in a section more than once.
        let mut places = BTreeMap::new();
        for item in row.version.content.items.iter().filter(|item| item.definition == *id) {
            places.entry((&item.section, &item.subject)).or_insert(item.role);
        }
        lines.extend(places.into_iter().map(|((section, subject), role)| AskedIn {
            collection: Link::collection(&row.collection.id, &row.version.content.title),
            owner: scene.organisation(&row.collection.owner),
            section: if section.is_empty() { "–".into() } else { section.clone() },
            subject: scene.subject(subject),
            role: Tag::role(role),
        }));
    }
    lines
}

fn derivation(scene: &Scene, one: &Derivation) -> DerivationLine {
    DerivationLine {
        computed: scene.definition(&one.to_definition),
        held: scene.definition(&one.from_definition),
        recipe: one.recipe.clone(),
        strength: Tag::strength(one.strength),
    }
}

fn match_line(scene: &Scene, id: &DefinitionId, found: &Match) -> MatchLine {
    let is_left = found.left == *id;
    let sum = found.evidence.iter().map(|one| one.weight).sum();
    MatchLine {
        other: scene.definition(if is_left { &found.right } else { &found.left }),
        relation: relation(found.relation, is_left).into(),
        strength: Tag::strength(found.strength),
        score: display::percent(found.score),
        side_by_side: format!("/matches/{}/{}", found.left, found.right),
        model: found.model.clone(),
        evidence: waterfall(&found.evidence),
        sum: signed(sum),
    }
}

/// How this definition stands to the other.
fn relation(relation: Relation, is_left: bool) -> &'static str {
    match (relation, is_left) {
        (Relation::Same, _) => "the same question",
        (Relation::Narrower, true) | (Relation::Broader, false) => "this one is narrower",
        (Relation::Broader, true) | (Relation::Narrower, false) => "this one is broader",
        (Relation::DerivableLeftFromRight, true) | (Relation::DerivableRightFromLeft, false) => {
            "this one can be computed from it"
        }
        (Relation::DerivableRightFromLeft, true) | (Relation::DerivableLeftFromRight, false) => {
            "it can be computed from this one"
        }
        (Relation::Related, _) => "related",
        (Relation::Different, _) => "different",
    }
}

pub(super) fn waterfall(evidence: &[Evidence]) -> Vec<EvidenceLine> {
    let mut sums = vec![0.0];
    for one in evidence {
        sums.push(sums.last().copied().unwrap_or_default() + one.weight);
    }
    let least = sums.iter().copied().fold(0.0, f64::min);
    let most = sums.iter().copied().fold(0.0, f64::max);
    let scale = if most > least { 100.0 / (most - least) } else { 0.0 };
    let lines = evidence.iter().zip(sums.windows(2)).map(|(one, sums)| {
        let from = (sums[0].min(sums[1]) - least) * scale;
        EvidenceLine {
            facet: display::words(&one.facet),
            finding: one.finding.clone(),
            weight: signed(one.weight),
            running: signed(sums[1]),
            bar_from: format!("{from:.1}"),
            bar_length: format!("{:.1}", (one.weight.abs() * scale).max(0.5)),
            speaks_for: one.weight >= 0.0,
        }
    });
    lines.collect()
}

/// A number of log-odds with its sign.
pub(super) fn signed(value: f64) -> String {
    let text = display::number(value, 2);
    if value > 0.0 && text != "0.00" { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(weights: &[f64]) -> Vec<Evidence> {
        let one = |weight: &f64| Evidence { facet: "name".into(), finding: "f".into(), weight: *weight };
        weights.iter().map(one).collect()
    }

    #[test]
    fn a_waterfall_adds_up_and_stays_in_its_frame() {
        let lines = waterfall(&evidence(&[-2.0, 5.0, -1.0]));
        let shown: Vec<_> = lines.iter().map(|l| (l.weight.as_str(), l.running.as_str())).collect();
        assert_eq!(shown, [("−2.00", "−2.00"), ("+5.00", "+3.00"), ("−1.00", "+2.00")]);
        let bars: Vec<_> = lines.iter().map(|l| (l.bar_from.as_str(), l.bar_length.as_str())).collect();
        assert_eq!(bars, [("0.0", "40.0"), ("0.0", "100.0"), ("80.0", "20.0")]);
        assert!(waterfall(&evidence(&[])).is_empty());
        assert_eq!(waterfall(&evidence(&[0.0]))[0].bar_from, "0.0");
    }

    #[test]
    fn a_relation_is_said_from_this_side() {
        assert_eq!(relation(Relation::Narrower, true), relation(Relation::Broader, false));
        assert_ne!(
            relation(Relation::DerivableLeftFromRight, true),
            relation(Relation::DerivableLeftFromRight, false)
        );
    }
}
