//! Which subject an item is about: that of its data set, refined by section, position and repetition.

use super::{
    adoption::{Adoption, SectionSubject},
    source::{Source, SourceItem},
};
use crate::problems::{Place, Problems};
use onus_domain::{
    Basis, DefinitionId, SubjectId, Violation,
    subject::{Subject, SubjectOrder},
};
use std::collections::{BTreeMap, BTreeSet};

/// The subjects of an import: the source's, those of adoption in their place or beside them, and those made for repeated groups.
pub(super) struct Subjects<'a> {
    all: BTreeMap<SubjectId, Subject>,
    adoption: &'a Adoption,
    source: &'a Source,
}

impl<'a> Subjects<'a> {
    /// Gathers them; a container that is not there, or a ring of containment, is a problem.
    pub fn new(source: &'a Source, adoption: &'a Adoption, problems: &mut Problems) -> Self {
        let both = || source.subjects.iter().chain(&adoption.subjects);
        let all: BTreeMap<_, _> = both().map(|(subject, _)| (subject.id.clone(), subject.clone())).collect();
        let order = SubjectOrder::new(all.values());
        // A line that adoption puts in another's place says nothing any more.
        let holds = |(subject, _): &&(Subject, Place)| all.get(&subject.id) == Some(subject);
        for (subject, place) in both().filter(holds) {
            if let Some(container) = &subject.contained_in {
                problems.require(all.contains_key(container), || {
                    let expected = "a subject of subjects.csv or adoption/subjects.csv";
                    Violation::new(place.of("contained_in"), "UNKNOWN", container, expected)
                });
                problems.require(order.containers(&subject.id).all(|id| *id != subject.id), || {
                    let expected = "a subject that does not itself lie within this one";
                    Violation::new(place.of("contained_in"), "RING", container, expected)
                });
            }
        }
        let known = |id: &SubjectId| all.contains_key(id);
        let uses = (source.collection_subjects.values())
            .chain(adoption.metric_subjects.values())
            .map(|(id, place)| (id, place))
            .chain(adoption.section_subjects.iter().map(|rule| (&rule.subject, &rule.place)));
        for (id, place) in uses.filter(|(id, _)| !known(id)) {
            let expected = "a subject of subjects.csv or adoption/subjects.csv";
            problems.push(Violation::new(place.of("subject"), "UNKNOWN", id, expected));
        }
        Self { all, adoption, source }
    }

    /// The line of `section_subjects.csv` that fits an item; the first holds.
    pub fn rule(&self, item: &SourceItem) -> Option<&'a SectionSubject> {
        self.adoption.section_subjects.iter().find(|rule| {
            rule.source == item.collection
                && (rule.section.is_empty() || rule.section == item.section)
                && rule.positions.is_none_or(|(from, to)| (from..=to).contains(&item.position))
        })
    }

    /// What an item is about, before repetition is looked at.
    pub fn of_item(&self, item: &SourceItem) -> Option<&'a SubjectId> {
        let of_collection = || self.source.collection_subjects.get(&item.collection).map(|(id, _)| id);
        self.rule(item).map(|rule| &rule.subject).or_else(of_collection)
    }

    /// All of them, by key.
    pub fn into_list(self) -> Vec<Subject> {
        self.all.into_values().collect()
    }

    /// The subject of the `nth` group of records of one kind, made if it is not there yet. The first is `subject` itself.
    fn group(&mut self, subject: &SubjectId, nth: usize) -> Option<SubjectId> {
        if nth == 1 {
            return Some(subject.clone());
        }
        let id = SubjectId::new(format!("{subject}_GROUP_{nth}")).ok()?;
        let first = self.all.get(subject)?;
        let group = Subject {
            id: id.clone(),
            name: format!("{}, record group {nth}", first.name),
            contained_in: first.contained_in.clone(),
            basis: Basis::Assumed,
            reason: format!(
                "The source lists the same element more than once for {}. Each time is taken to be about another group of records \
                 (a further diagnosis, procedure, contact), so that nothing is counted as asked twice within one request.",
                first.name
            ),
        };
        self.all.entry(id.clone()).or_insert(group);
        Some(id)
    }
}

/// Tells the repeats of a definition under one subject within one version apart.
#[derive(Default)]
pub(super) struct Repeats(BTreeMap<(SubjectId, DefinitionId), usize>);

impl Repeats {
    /// What the next item that asks for `definition` of `subject` is about.
    pub fn subject(
        &mut self,
        subject: &SubjectId,
        definition: &DefinitionId,
        subjects: &mut Subjects<'_>,
    ) -> Option<SubjectId> {
        let count = self.0.entry((subject.clone(), definition.clone())).or_default();
        *count += 1;
        subjects.group(subject, *count)
    }
}

/// Lines of `section_subjects.csv` that fit no item: the source has changed under them.
pub(super) fn check_rules(source: &Source, subjects: &Subjects<'_>, problems: &mut Problems) {
    let used: BTreeSet<u64> =
        source.items.iter().filter_map(|item| subjects.rule(item)).map(|rule| rule.place.line()).collect();
    for rule in &subjects.adoption.section_subjects {
        problems.require(used.contains(&rule.place.line()), || {
            let expected =
                "a data set, section and positions of collection_items.csv that no earlier line has taken";
            Violation::new(rule.place.of("source_collection"), "UNUSED", &rule.source, expected)
        });
    }
}

/// Where the subject of a data set should stand, for a problem about its absence.
pub(super) fn missing(place: &Place, id: &str) -> Violation {
    let expected = "a line in collection_subjects.csv or adoption/section_subjects.csv for this data set";
    Violation::new(place.of("collection_id"), "NO_SUBJECT", id, expected)
}
