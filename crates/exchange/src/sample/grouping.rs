//! From the source and its adoption to collections with versions, sections and items.

mod check;
mod notes;

use super::{
    Grouping, Import, ImportedCollection, ImportedVersion,
    adoption::{Adoption, Family},
    definitions::{Definitions, definitions},
    organisations::{organisations, sizes},
    request::Request,
    roles::role,
    source::{Metric, Source, SourceCollection, SourceItem},
    subjects::{self, Repeats, Subjects},
};
use crate::problems::Problems;
use onus_domain::{
    CollectionId, Violation,
    collection::SectorPath,
    item::{Item, ItemRole, PurposeKind},
    version::{Content, MAX_ITEMS},
};
use std::collections::{BTreeMap, BTreeSet};

/// One data set of the source, with where it goes and what it asks.
struct Part<'a> {
    source: &'a SourceCollection,
    family: &'a Family,
    request: &'a Request,
    items: Vec<&'a SourceItem>,
    metrics: Vec<&'a Metric>,
}

/// Everything, with every problem noted.
pub(super) fn import(
    source: &Source,
    adoption: &Adoption,
    grouping: Grouping,
    problems: &mut Problems,
) -> Import {
    let organisations = organisations(source, adoption, problems);
    let definitions = definitions(source, adoption, problems);
    let mut subjects = Subjects::new(source, adoption, problems);
    let parts = parts(source, adoption, problems);
    check::all(source, adoption, &definitions, &organisations, problems);
    subjects::check_rules(source, &subjects, problems);
    let mut collections = BTreeMap::new();
    for (id, versions) in group(&parts, grouping, problems) {
        let mut builder = Builder { adoption, definitions: &definitions, subjects: &mut subjects };
        let collection = builder.collection(id.clone(), &versions, grouping, problems);
        collections.extend(collection.map(|collection| (id, collection)));
    }
    let mut successions: Vec<_> = adoption.successions.iter().map(|(one, _)| one.clone()).collect();
    successions.sort();
    let collections: Vec<_> = collections.into_values().collect();
    Import {
        notes: notes::notes(adoption, &organisations, &collections),
        organisations: organisations.into_values().collect(),
        successions,
        sizes: sizes(source),
        subjects: subjects.into_list(),
        definitions: definitions.list,
        collections,
        derivations: vec![],
    }
}

/// The data sets in the source's order; one that adoption does not place is a problem.
fn parts<'a>(source: &'a Source, adoption: &'a Adoption, problems: &mut Problems) -> Vec<Part<'a>> {
    let families: BTreeMap<_, _> = adoption.families.iter().map(|f| (f.source.as_str(), f)).collect();
    let mut items: BTreeMap<&str, Vec<&SourceItem>> = BTreeMap::new();
    for item in &source.items {
        items.entry(&item.collection).or_default().push(item);
    }
    let mut metrics: BTreeMap<&str, Vec<&Metric>> = BTreeMap::new();
    for metric in &source.metrics {
        metrics.entry(&metric.collection).or_default().push(metric);
    }
    let mut parts = vec![];
    for source in &source.collections {
        let Some(family) = families.get(source.id.as_str()) else {
            let expected = "a data set with a line in adoption/families.csv";
            problems.push(Violation::new(
                source.place.of("collection_id"),
                "NOT_PLACED",
                &source.id,
                expected,
            ));
            continue;
        };
        let Some(request) = adoption.requests.get(&family.collection) else {
            let expected = "a collection with a line in adoption/requests.csv";
            problems.push(Violation::new(
                family.place.of("collection"),
                "UNKNOWN",
                &family.collection,
                expected,
            ));
            continue;
        };
        let mut items = items.remove(source.id.as_str()).unwrap_or_default();
        items.sort_by_key(|item| item.position);
        let metrics = metrics.remove(source.id.as_str()).unwrap_or_default();
        let count = items.len() + metrics.len();
        problems.require(usize::try_from(source.items) == Ok(count), || {
            let expected = format!("{count}, the number of its items in the other files");
            Violation::new(source.place.of("n_items"), "COUNT", source.items, expected)
        });
        parts.push(Part { source, family, request, items, metrics });
    }
    parts
}

type Versions<'a> = BTreeMap<u32, Vec<&'a Part<'a>>>;

/// The data sets by collection and version.
fn group<'a>(
    parts: &'a [Part<'a>],
    grouping: Grouping,
    problems: &mut Problems,
) -> BTreeMap<CollectionId, Versions<'a>> {
    let mut collections: BTreeMap<CollectionId, Versions<'a>> = BTreeMap::new();
    for part in parts {
        let (id, version) = match grouping {
            Grouping::Families => (Some(part.family.collection.clone()), part.family.version),
            Grouping::OneByOne => {
                let id = CollectionId::from_title(&part.source.id);
                (problems.take(part.source.place.of("collection_id"), id), 1)
            }
        };
        let Some(id) = id else { continue };
        let versions = collections.entry(id).or_default();
        problems.require(grouping == Grouping::Families || versions.is_empty(), || {
            let expected = "a key that differs from others by letters or digits";
            Violation::new(part.source.place.of("collection_id"), "DUPLICATE", &part.source.id, expected)
        });
        versions.entry(version).or_default().push(part);
    }
    collections
}

struct Builder<'a, 'b> {
    adoption: &'a Adoption,
    definitions: &'b Definitions,
    subjects: &'b mut Subjects<'a>,
}

impl Builder<'_, '_> {
    fn collection(
        &mut self,
        id: CollectionId,
        versions: &Versions<'_>,
        grouping: Grouping,
        problems: &mut Problems,
    ) -> Option<ImportedCollection> {
        if grouping == Grouping::Families {
            check::versions(versions, problems);
        }
        let parts: Vec<_> = versions.values().flatten().collect();
        let source_id = match parts.as_slice() {
            [part] => Some(part.source.id.clone()),
            _ => None,
        };
        let owner = parts.first()?.request.owner.clone();
        let versions =
            versions.values().filter_map(|parts| self.version(parts, grouping, problems)).collect();
        Some(ImportedCollection { id, owner, sector_path: SectorPath::National, source_id, versions })
    }

    fn version(
        &mut self,
        parts: &[&Part<'_>],
        grouping: Grouping,
        problems: &mut Problems,
    ) -> Option<ImportedVersion> {
        let first = parts.first()?;
        let mut items = vec![];
        let mut repeats = Repeats::default();
        for part in parts {
            for item in &part.items {
                items.extend(self.element_item(part, item, &mut repeats, problems));
            }
            items.extend(part.metrics.iter().filter_map(|metric| self.metric_item(part, metric)));
        }
        for (position, item) in (1..).zip(&mut items) {
            item.position = position;
        }
        problems.require(items.len() <= MAX_ITEMS, || {
            let expected = format!("at most {MAX_ITEMS} items in a version");
            Violation::new(first.family.place.of("version"), "COUNT", items.len(), expected)
        });
        let title = match grouping {
            Grouping::Families => first.family.title.clone(),
            Grouping::OneByOne => first.source.name.clone(),
        };
        let given = &first.request.content;
        let purpose = Some(&given.purpose).filter(|purpose| !purpose.is_empty());
        let content = Content {
            title,
            purpose: purpose.unwrap_or(&first.source.purpose).clone(),
            items,
            ..given.clone()
        };
        Some(ImportedVersion {
            content,
            evidence: evidence(parts, first.request),
            live_from: first.family.live_from,
            live_to: first.family.live_to.filter(|_| grouping == Grouping::Families),
        })
    }

    fn element_item(
        &mut self,
        part: &Part<'_>,
        item: &SourceItem,
        repeats: &mut Repeats,
        problems: &mut Problems,
    ) -> Option<Item> {
        // What is unknown is noted by the checks; here it leaves the item out.
        let definition = self.definitions.elements.get(&item.element)?;
        let Some(subject) = self.subjects.of_item(item) else {
            problems.push(subjects::missing(&item.place, &item.collection));
            return None;
        };
        let mandation = *self.adoption.mandations.get(&item.mandation)?;
        Some(Item {
            position: 0,
            section: self.section(part, item),
            mandation,
            role: role(&self.adoption.roles, item),
            subject: repeats.subject(subject, definition, self.subjects)?,
            definition: definition.clone(),
            purpose_kind: PurposeKind::Unknown,
            r#use: String::new(),
        })
    }

    fn section(&self, part: &Part<'_>, item: &SourceItem) -> String {
        let given = self.subjects.rule(item).map_or("", |rule| rule.section_title.as_str());
        let family = if given.is_empty() { part.family.section.as_str() } else { given };
        let own = self.adoption.known(&item.section);
        let parts: Vec<_> = [family, own].into_iter().filter(|text| !text.is_empty()).collect();
        parts.join(": ")
    }

    fn metric_item(&self, part: &Part<'_>, metric: &Metric) -> Option<Item> {
        let rationale = metric.fields.get("rationale").map_or("", String::as_str);
        Some(Item {
            position: 0,
            section: part.family.section.clone(),
            mandation: None,
            role: ItemRole::Content,
            subject: self.adoption.metric_subjects.get(&metric.id)?.0.clone(),
            definition: self.definitions.metrics.get(&metric.id)?.clone(),
            purpose_kind: PurposeKind::Unknown,
            r#use: self.adoption.known(rationale).to_owned(),
        })
    }
}

/// Where a version comes from and how what it says is known.
fn evidence(parts: &[&Part<'_>], request: &Request) -> String {
    let mut sources: Vec<&str> = vec![];
    for part in parts {
        if !sources.contains(&part.source.source.as_str()) {
            sources.push(&part.source.source);
        }
    }
    let licences: BTreeSet<_> = parts.iter().map(|part| part.source.licence.as_str()).collect();
    let licences = licences.into_iter().collect::<Vec<_>>().join("; ");
    let standards: Vec<_> =
        parts.iter().map(|part| part.source.standards.as_str()).filter(|s| !s.is_empty()).collect();
    let standards =
        if standards.is_empty() { String::new() } else { format!(" Standard: {}.", standards.join(", ")) };
    let names: Vec<_> = parts.iter().map(|part| part.source.name.as_str()).collect();
    let dates = parts
        .first()
        .map_or_else(String::new, |part| format!("Dates {}: {}", part.family.basis, part.family.reason));
    format!(
        "{} ({licences}): {}.{standards} {} {dates}",
        sources.join("; "),
        names.join("; "),
        request.owner_reason,
    )
}
