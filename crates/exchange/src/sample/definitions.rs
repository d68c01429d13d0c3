//! Definitions: the source's data elements and metrics, as registered.

use super::{
    adoption::Adoption,
    source::{Element, Metric, Source},
};
use crate::problems::{Keys, Problems};
use onus_domain::{
    DefinitionId,
    definition::{Definition, DefinitionKind, PermittedValue, RegistrationStatus},
};
use std::collections::{BTreeMap, BTreeSet};

/// The definitions of a source, by key, and the keys by the source's own.
pub(super) struct Definitions {
    pub list: Vec<Definition>,
    pub elements: BTreeMap<String, DefinitionId>,
    pub metrics: BTreeMap<String, DefinitionId>,
}

/// Makes them; two that would get one key are a problem.
pub(super) fn definitions(source: &Source, adoption: &Adoption, problems: &mut Problems) -> Definitions {
    let (mut keys, mut all) = (Keys::default(), BTreeMap::new());
    let (mut elements, mut metrics) = (BTreeMap::new(), BTreeMap::new());
    let by_name: BTreeMap<_, _> = source.elements.iter().map(|e| (e.name.as_str(), e)).collect();
    let users = Users::new(source);
    for element in &source.elements {
        let key = DefinitionId::from_name(&element.id);
        let Some(id) = problems.take(element.place.of("element_id"), key) else { continue };
        keys.add(id.as_str(), &element.place, "element_id", problems);
        elements.insert(element.id.clone(), id.clone());
        all.insert(id.clone(), of_element(id, element, &by_name, &users));
    }
    for metric in &source.metrics {
        let key = DefinitionId::from_name(&metric.id);
        let Some(id) = problems.take(metric.place.of("id"), key) else { continue };
        keys.add(id.as_str(), &metric.place, "id", problems);
        metrics.insert(metric.id.clone(), id.clone());
        all.insert(id.clone(), of_metric(id, metric, adoption));
    }
    Definitions { list: all.into_values().collect(), elements, metrics }
}

fn blank(id: DefinitionId, kind: DefinitionKind, name: &str) -> Definition {
    Definition { status: RegistrationStatus::Standard, ..Definition::new(id, kind, name) }
}

/// Which data sets of the source use an element.
struct Users<'s> {
    of: BTreeMap<&'s str, BTreeSet<&'s str>>,
    all: usize,
}

impl<'s> Users<'s> {
    fn new(source: &'s Source) -> Self {
        let mut of = BTreeMap::<_, BTreeSet<_>>::new();
        for item in &source.items {
            of.entry(item.element.as_str()).or_default().insert(item.collection.as_str());
        }
        let all = source.items.iter().map(|item| item.collection.as_str()).collect::<BTreeSet<_>>().len();
        Self { of, all }
    }

    /// Where an element comes from. Families group data sets, so this is the one place that keeps the source's own count.
    fn provenance(&self, element: &Element) -> String {
        let users = self.of.get(element.id.as_str()).map_or(0, BTreeSet::len);
        format!("NHS Data Model and Dictionary, where it stands in {users} of {} data sets", self.all)
    }
}

fn of_element(
    id: DefinitionId,
    element: &Element,
    by_name: &BTreeMap<&str, &Element>,
    users: &Users<'_>,
) -> Definition {
    let value =
        |[code, meaning]: &[String; 2]| PermittedValue { code: code.clone(), meaning: meaning.clone() };
    Definition {
        text: with_sentence(&element.description, &element.replacement),
        grain: "record".into(),
        value_set: element.codes.iter().map(value).collect(),
        format: element.format.clone(),
        source: users.provenance(element),
        external_ids: BTreeMap::from([("nhs_data_dictionary".to_owned(), element.id.clone())]),
        aliases: element.aliases.clone(),
        successor: successor(element, by_name),
        ..blank(id, DefinitionKind::Element, &element.name)
    }
}

fn with_sentence(text: &str, sentence: &str) -> String {
    if sentence.is_empty() || text.contains(sentence) {
        text.to_owned()
    } else {
        format!("{text}\n{sentence}")
    }
}

/// The element that "will replace" this one. The source puts the sentence on both of them, so only the one that it begins with is
/// replaced; and "A or B" names no one successor.
fn successor(element: &Element, by_name: &BTreeMap<&str, &Element>) -> Option<DefinitionId> {
    let rest = element.replacement.strip_prefix(element.name.as_str())?;
    let rest = rest.strip_prefix(" will be replaced with ")?;
    let name = rest.split_once(',').map_or(rest, |(name, _)| name).trim_end_matches('.').trim();
    DefinitionId::from_name(&by_name.get(name)?.id).ok()
}

fn of_metric(id: DefinitionId, metric: &Metric, adoption: &Adoption) -> Definition {
    let field = |name| adoption.known(metric.fields.get(name).map_or("", String::as_str));
    let is_fingertips = metric.id.starts_with("fingertips-");
    let (registry, publisher) = if is_fingertips {
        ("fingertips", "Fingertips, Office for Health Improvement and Disparities")
    } else {
        ("ncdr", "National Commissioning Data Repository, NHS England")
    };
    let number = metric.id.rsplit('-').next().unwrap_or_default();
    let sources = [field("numerator_source"), field("denominator_source"), field("data_source")];
    Definition {
        text: metric_text(&field),
        numerator: field("numerator").to_owned(),
        denominator: field("denominator").to_owned(),
        unit: field("unit").to_owned(),
        grain: field("level").to_owned(),
        period_type: joined("; reported ", [field("period_type"), field("frequency")]),
        source: joined("; from ", [publisher, &distinct(sources)]),
        subject: adoption.metric_subjects.get(&metric.id).map(|(subject, _)| subject.clone()),
        external_ids: BTreeMap::from([(registry.to_owned(), number.to_owned())]),
        ..blank(id, DefinitionKind::Metric, field("name"))
    }
}

/// What the metric means, and after it what has no field of its own but changes the value: how it is calculated, of what type it is,
/// which way is good.
fn metric_text<'a>(field: &impl Fn(&'static str) -> &'a str) -> String {
    let mut text = field("definition").to_owned();
    let more = [
        ("Calculation", "calculation"),
        ("Method", "method"),
        ("Value type", "value_type"),
        ("Polarity", "polarity"),
    ];
    for (title, name) in more {
        if !field(name).is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            text = format!("{text}{gap}{title}: {}", field(name));
        }
    }
    text
}

fn joined(between: &str, parts: [&str; 2]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

fn distinct(parts: [&str; 3]) -> String {
    let mut seen: Vec<&str> = vec![];
    for part in parts {
        if !part.is_empty() && !seen.contains(&part) {
            seen.push(part);
        }
    }
    seen.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problems::Place;
    use rstest::rstest;

    fn element(name: &str, replacement: &str) -> Element {
        Element {
            place: Place::new("data_elements.jsonl", 1),
            id: name.to_lowercase().replace(' ', "_"),
            name: name.into(),
            description: "What it is.".into(),
            format: String::new(),
            replacement: replacement.into(),
            aliases: vec![],
            codes: vec![],
        }
    }

    #[rstest]
    #[case("A CODE", "A CODE will be replaced with B CODE, when approved.", Some("b-code"))]
    #[case("A CODE", "A CODE will be replaced with B CODE.", Some("b-code"))]
    #[case("B CODE", "A CODE will be replaced with B CODE, when approved.", None)]
    #[case("A CODE", "A CODE will be replaced with B CODE or C CODE, which is new.", None)]
    #[case("A CODE", "A CODE will be replaced with UNKNOWN CODE, which is new.", None)]
    #[case("A CODE", "", None)]
    fn only_one_known_successor_is_taken(
        #[case] name: &str,
        #[case] sentence: &str,
        #[case] expected: Option<&str>,
    ) {
        let (one, b) = (element(name, sentence), element("B CODE", ""));
        let by_name = BTreeMap::from([(one.name.as_str(), &one), ("B CODE", &b)]);
        let users = Users { of: BTreeMap::from([(one.id.as_str(), BTreeSet::from(["a", "b"]))]), all: 3 };
        let found = of_element(DefinitionId::from_name(&one.id).unwrap(), &one, &by_name, &users);
        assert_eq!(found.source, "NHS Data Model and Dictionary, where it stands in 2 of 3 data sets");
        assert_eq!(found.successor.as_ref().map(DefinitionId::as_str), expected);
        assert_eq!(found.status, RegistrationStatus::Standard);
        assert!(
            found.text.starts_with("What it is.")
                && found.text.ends_with(if sentence.is_empty() { "." } else { sentence })
        );
    }
}
