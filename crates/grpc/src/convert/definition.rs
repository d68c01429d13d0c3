//! Definitions, concepts and subjects.

use super::{code, optional, read_code, read_text, required_code};
use crate::names;
use onus_app::View;
use onus_domain::{
    ConceptId, DefinitionId, Violation, Violations,
    concept::{ConceptMember, Strength},
    definition::{Definition, DefinitionKind, PermittedValue, RegistrationStatus},
    subject::Subject,
};
use onus_proto::v1 as pb;
use std::collections::{BTreeMap, BTreeSet};

/// A definition with its concept and who asks it, as a view has them.
pub fn definition(of: &Definition, view: &View) -> pb::Definition {
    pb::Definition {
        name: names::definition(&of.id),
        version: of.version,
        concept: names::concept(&view.concept_of(&of.id)),
        asked_in: view.asked_in(&of.id).map(|row| names::collection(&row.collection.id)).collect(),
        ..proposed_definition(of)
    }
}

/// What a definition says by itself: a proposed one has no name in the registry yet.
pub fn proposed_definition(of: &Definition) -> pb::Definition {
    pb::Definition {
        kind: code(of.kind),
        display_name: of.name.clone(),
        text: of.text.clone(),
        numerator: of.numerator.clone(),
        denominator: of.denominator.clone(),
        exclusions: of.exclusions.clone(),
        unit: of.unit.clone(),
        population: of.population.clone(),
        breakdowns: of.breakdowns.clone(),
        grain: of.grain.clone(),
        period_type: of.period_type.clone(),
        value_set: of.value_set.iter().map(permitted_value).collect(),
        format: of.format.clone(),
        source: of.source.clone(),
        subject: of.subject.as_ref().map(names::subject).unwrap_or_default(),
        external_ids: of.external_ids.clone(),
        aliases: of.aliases.clone(),
        status: code(of.status),
        successor: of.successor.as_ref().map(names::definition).unwrap_or_default(),
        ..pb::Definition::default()
    }
}

fn permitted_value(of: &PermittedValue) -> pb::PermittedValue {
    pb::PermittedValue { code: of.code.clone(), meaning: of.meaning.clone() }
}

/// Reads a definition to be registered, which stands in the request at `definition`. An empty `id` makes one of its name.
pub fn read_new_definition(id: &str, given: pb::Definition, found: &mut Violations) -> Option<Definition> {
    let key = if id.is_empty() {
        DefinitionId::from_name(&given.display_name).map_err(|_| {
            Violation::new(
                "definition.display_name",
                "REQUIRED",
                &given.display_name,
                "a name with letters or digits",
            )
        })
    } else {
        DefinitionId::new(id).map_err(|violation| violation.at("definition_id"))
    };
    let key = found.take(key);
    let kind = found.take(required_code("definition.kind", given.kind));
    read_definition("definition", given, (key, kind), found)
}

/// Reads a proposed definition, which stands in the request at `path`. It has no key of its own: only what it says and the keys it names
/// in other registries tell what it is. Without a kind, it is a metric if it has a numerator, else an element.
pub fn read_proposed_definition(
    path: &str,
    given: pb::Definition,
    found: &mut Violations,
) -> Option<Definition> {
    found.require(!given.display_name.trim().is_empty(), || {
        let field = format!("{path}.display_name");
        Violation::new(field, "REQUIRED", &given.display_name, "a name")
    });
    let key = Some(DefinitionId::proposed());
    let kind = found.take(read_code(&format!("{path}.kind"), given.kind));
    let otherwise = if given.numerator.is_empty() { DefinitionKind::Element } else { DefinitionKind::Metric };
    read_definition(path, given, (key, kind.map(|kind| kind.unwrap_or(otherwise))), found)
}

/// A definition of a key and kind that were read already, if they could be.
fn read_definition(
    path: &str,
    given: pb::Definition,
    (key, kind): (Option<DefinitionId>, Option<DefinitionKind>),
    found: &mut Violations,
) -> Option<Definition> {
    let subject = optional(read_text(given.subject), |name| {
        found.take(names::read_subject(&format!("{path}.subject"), &name))
    });
    let value_set =
        given.value_set.into_iter().map(|value| PermittedValue { code: value.code, meaning: value.meaning });
    Some(Definition {
        id: key?,
        version: 1,
        kind: kind?,
        name: given.display_name,
        text: given.text,
        numerator: given.numerator,
        denominator: given.denominator,
        exclusions: given.exclusions,
        unit: given.unit,
        population: given.population,
        breakdowns: given.breakdowns,
        grain: given.grain,
        period_type: given.period_type,
        value_set: value_set.collect(),
        format: given.format,
        source: given.source,
        subject: subject.ok()?,
        external_ids: given.external_ids,
        aliases: given.aliases,
        status: RegistrationStatus::Candidate,
        successor: None,
    })
}

/// All places of definitions in concepts, confirmed and possible, by concept.
pub type Places<'v> = BTreeMap<&'v ConceptId, Vec<&'v ConceptMember>>;

/// The places of a view's definitions.
pub fn places(view: &View) -> Places<'_> {
    let mut places = Places::new();
    for place in &view.snapshot.concepts {
        places.entry(&place.concept).or_default().push(place);
    }
    places
}

/// A concept with its confirmed and possible members and who asks them.
pub fn concept(id: &ConceptId, places: &Places<'_>, view: &View) -> pb::Concept {
    let members = places.get(id).map(Vec::as_slice).unwrap_or_default();
    let confirmed = members.iter().filter(|place| place.strength == Strength::Confirmed);
    let askers: BTreeSet<_> =
        confirmed.flat_map(|place| view.asked_in(&place.definition)).map(|row| &row.collection.id).collect();
    pb::Concept {
        name: names::concept(id),
        display_name: concept_name(id, view),
        members: members.iter().map(|place| member(place, view)).collect(),
        asked_in: askers.into_iter().map(names::collection).collect(),
    }
}

/// A concept's name in words: that of the definition it is named after, or of its first member if that one has moved to another concept.
pub fn concept_name(id: &ConceptId, view: &View) -> String {
    let members: Vec<_> = view.members_of(id).collect();
    let named_after = members.iter().find(|member| member.id.as_str() == id.as_str()).or(members.first());
    named_after.map_or_else(|| id.to_string(), |definition| definition.name.clone())
}

fn member(of: &ConceptMember, view: &View) -> pb::ConceptMember {
    pb::ConceptMember {
        definition: names::definition(&of.definition),
        display_name: view
            .snapshot
            .definition(&of.definition)
            .map(|definition| definition.name.clone())
            .unwrap_or_default(),
        strength: code(of.strength),
    }
}

/// A subject.
pub fn subject(of: &Subject) -> pb::Subject {
    pb::Subject {
        name: names::subject(&of.id),
        display_name: of.name.clone(),
        contained_in: of.contained_in.as_ref().map(names::subject).unwrap_or_default(),
        basis: code(of.basis),
        reason: of.reason.clone(),
    }
}
