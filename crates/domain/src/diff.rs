//! What differs between two versions, field by field.

use crate::{
    item::Item,
    respondents::{RespondentsRule, SizeBounds},
    schedule::Schedule,
    version::Content,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

/// A field that says something else than before. A side that says nothing is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path, such as `schedule.frequency`.
    pub field: String,
    /// What it said; of a list, what is no longer in it.
    pub before: String,
    /// What it says; of a list, what is new in it.
    pub after: String,
}

/// An item that is there on both sides and differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemChange {
    /// As it was.
    pub before: Item,
    /// As it is.
    pub after: Item,
    /// The fields that differ.
    pub fields: Vec<FieldChange>,
}

/// What differs between two versions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// Fields of the version itself, its respondents and its schedule.
    pub fields: Vec<FieldChange>,
    /// Items that were not there.
    pub added: Vec<Item>,
    /// Items that are gone.
    pub removed: Vec<Item>,
    /// Items that differ, by their place now.
    pub changed: Vec<ItemChange>,
}

impl Diff {
    /// What differs between `before` and `after`.
    pub fn between(before: &Content, after: &Content) -> Self {
        let mut diff = Self::default();
        let fields = &mut diff.fields;
        text(fields, "title", &before.title, &after.title);
        text(fields, "purpose", &before.purpose, &after.purpose);
        text(fields, "legal_basis", &before.legal_basis, &after.legal_basis);
        text(fields, "method", &before.method, &after.method);
        text(fields, "uses", &before.uses, &after.uses);
        text(fields, "feedback", &before.feedback, &after.feedback);
        text(fields, "contact", &before.contact, &after.contact);
        respondents(fields, before.respondents.as_ref(), after.respondents.as_ref());
        schedule(fields, before.schedule.as_ref(), after.schedule.as_ref());
        diff.items(&before.items, &after.items);
        diff
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }

    /// An item is the same one if it asks for the same definition about the same records: another definition is another question. Where
    /// several ask that, those that are wholly alike are paired first, and the rest in order.
    fn items(&mut self, before: &[Item], after: &[Item]) {
        let places: BTreeMap<_, _> = after.iter().map(|item| (item.position, item)).collect();
        let stays = |item: &&Item| places.get(&item.position) == Some(item);
        let equal: BTreeSet<_> = before.iter().filter(stays).map(|item| item.position).collect();
        let rest = |items: &[Item]| -> Vec<Item> {
            items.iter().filter(|item| !equal.contains(&item.position)).cloned().collect()
        };
        let mut left = BTreeMap::<_, Vec<Item>>::new();
        // Last first, so that the first is taken off the end.
        for item in rest(before).into_iter().rev() {
            left.entry((item.definition.clone(), item.subject.clone())).or_default().push(item);
        }
        for item in rest(after) {
            let key = (item.definition.clone(), item.subject.clone());
            match left.get_mut(&key).and_then(Vec::pop) {
                Some(was) => {
                    let fields = item_fields(&was, &item);
                    self.changed.push(ItemChange { before: was, after: item, fields });
                }
                None => self.added.push(item),
            }
        }
        self.removed = left.into_values().flatten().collect();
        self.removed.sort_by_key(|item| item.position);
        self.added.sort_by_key(|item| item.position);
        self.changed.sort_by_key(|change| change.after.position);
    }
}

fn text(fields: &mut Vec<FieldChange>, field: &str, before: &str, after: &str) {
    if before != after {
        fields.push(FieldChange { field: field.into(), before: before.into(), after: after.into() });
    }
}

fn value<T: Display + PartialEq>(
    fields: &mut Vec<FieldChange>,
    field: &str,
    before: Option<T>,
    after: Option<T>,
) {
    let word = |value: Option<T>| value.map(|value| value.to_string()).unwrap_or_default();
    text(fields, field, &word(before), &word(after));
}

fn set<T: Display + Ord>(
    fields: &mut Vec<FieldChange>,
    field: &str,
    before: &BTreeSet<T>,
    after: &BTreeSet<T>,
) {
    let without = |one: &BTreeSet<T>, other: &BTreeSet<T>| {
        one.difference(other).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    text(fields, field, &without(before, after), &without(after, before));
}

fn respondents(
    fields: &mut Vec<FieldChange>,
    before: Option<&RespondentsRule>,
    after: Option<&RespondentsRule>,
) {
    let none = RespondentsRule {
        provider_types: BTreeSet::new(),
        regions: BTreeSet::new(),
        commissioners: BTreeSet::new(),
        size_bounds: None,
        include: BTreeSet::new(),
        exclude: BTreeSet::new(),
        basis: crate::Basis::Assumed,
        evidence: String::new(),
    };
    let (was, is) = (before.unwrap_or(&none), after.unwrap_or(&none));
    set(fields, "respondents.provider_types", &was.provider_types, &is.provider_types);
    set(fields, "respondents.regions", &was.regions, &is.regions);
    set(fields, "respondents.commissioners", &was.commissioners, &is.commissioners);
    let bounds = |rule: &RespondentsRule| rule.size_bounds.as_ref().map(bounds_in_words);
    value(fields, "respondents.size_bounds", bounds(was), bounds(is));
    set(fields, "respondents.include", &was.include, &is.include);
    set(fields, "respondents.exclude", &was.exclude, &is.exclude);
    value(fields, "respondents.basis", before.map(|rule| rule.basis), after.map(|rule| rule.basis));
    text(fields, "respondents.evidence", &was.evidence, &is.evidence);
}

fn bounds_in_words(of: &SizeBounds) -> String {
    let bound = |word: &str, bound: Option<crate::Decimal>| bound.map(|bound| format!("{word} {bound} "));
    let (least, most) = (bound("at least", of.at_least), bound("at most", of.at_most));
    format!("{}{}{}", least.unwrap_or_default(), most.unwrap_or_default(), of.measure)
}

fn schedule(fields: &mut Vec<FieldChange>, before: Option<&Schedule>, after: Option<&Schedule>) {
    let both = |of: fn(&Schedule) -> String| (before.map(of), after.map(of));
    for (field, (was, is)) in [
        ("schedule.frequency", both(|s| s.frequency.to_string())),
        ("schedule.first_period", both(|s| s.first_period.to_string())),
        ("schedule.due_lag_days", both(|s| s.due_lag_days.to_string())),
        ("schedule.last_period", both(|s| s.last_period.map(|day| day.to_string()).unwrap_or_default())),
        ("schedule.basis", both(|s| s.basis.to_string())),
        ("schedule.evidence", both(|s| s.evidence.clone())),
    ] {
        value(fields, field, was, is);
    }
}

fn item_fields(before: &Item, after: &Item) -> Vec<FieldChange> {
    let mut fields = vec![];
    value(&mut fields, "position", Some(before.position), Some(after.position));
    text(&mut fields, "section", &before.section, &after.section);
    value(&mut fields, "mandation", before.mandation, after.mandation);
    value(&mut fields, "role", Some(before.role), Some(after.role));
    value(&mut fields, "purpose_kind", Some(before.purpose_kind), Some(after.purpose_kind));
    text(&mut fields, "use", &before.r#use, &after.r#use);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Basis, DefinitionId, SubjectId,
        item::{ItemRole, Mandation, PurposeKind},
        lifecycle::tests::version,
        organisation::ProviderType,
        schedule::Frequency,
        version::VersionState,
    };

    fn item(position: u32, definition: &str) -> Item {
        Item {
            position,
            section: "Patients".into(),
            mandation: None,
            role: ItemRole::Content,
            subject: SubjectId::new("STAFF").unwrap(),
            definition: DefinitionId::new(definition).unwrap(),
            purpose_kind: PurposeKind::Unknown,
            r#use: String::new(),
        }
    }

    fn content() -> Content {
        let mut content = version(VersionState::Draft).content;
        content.respondents = Some(RespondentsRule {
            provider_types: BTreeSet::from([ProviderType::Acute]),
            regions: BTreeSet::new(),
            commissioners: BTreeSet::new(),
            size_bounds: None,
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
            basis: Basis::Stated,
            evidence: "letter".into(),
        });
        content.schedule = Some(Schedule {
            frequency: Frequency::Monthly,
            first_period: "2026-01-01".parse().unwrap(),
            due_lag_days: 20,
            last_period: None,
            basis: Basis::Stated,
            evidence: "letter".into(),
        });
        content.items = vec![item(1, "a"), item(2, "b"), item(3, "b"), item(4, "c")];
        content
    }

    fn said(fields: &[FieldChange]) -> Vec<String> {
        fields.iter().map(|f| format!("{}: {:?} -> {:?}", f.field, f.before, f.after)).collect()
    }

    #[test]
    fn nothing_differs_between_equals_and_each_way_mirrors_the_other() {
        assert!(Diff::between(&content(), &content()).is_empty());
        let mut other = content();
        other.items.remove(0);
        other.title = "B".into();
        let (there, back) = (Diff::between(&content(), &other), Diff::between(&other, &content()));
        assert_eq!((&there.added, &there.removed), (&back.removed, &back.added));
        assert_eq!(said(&there.fields), ["title: \"A\" -> \"B\""]);
        assert_eq!(said(&back.fields), ["title: \"B\" -> \"A\""]);
    }

    #[test]
    fn respondents_and_schedule_are_told_by_field() {
        let mut after = content();
        let rule = after.respondents.as_mut().unwrap();
        rule.provider_types = BTreeSet::from([ProviderType::Community]);
        rule.size_bounds = Some(SizeBounds {
            measure: crate::organisation::SizeMeasure::StaffWte,
            at_least: Some(crate::Decimal::from_whole(100)),
            at_most: None,
        });
        after.schedule.as_mut().unwrap().frequency = Frequency::Weekly;
        assert_eq!(
            said(&Diff::between(&content(), &after).fields),
            [
                "respondents.provider_types: \"ACUTE\" -> \"COMMUNITY\"",
                "respondents.size_bounds: \"\" -> \"at least 100 STAFF_WTE\"",
                "schedule.frequency: \"MONTHLY\" -> \"WEEKLY\""
            ]
        );
        after.schedule = None;
        let gone = said(&Diff::between(&content(), &after).fields);
        assert!(gone.contains(&"schedule.frequency: \"MONTHLY\" -> \"\"".to_owned()), "{gone:?}");
    }

    #[test]
    fn items_are_added_removed_and_changed_by_field() {
        let mut after = content();
        // The first is made mandatory, the second dropped, the fourth moved up, a new one asked.
        after.items[0].mandation = Some(Mandation::Mandatory);
        after.items.remove(1);
        after.items[2].position = 2;
        after.items.push(item(5, "d"));
        let diff = Diff::between(&content(), &after);
        let positions = |items: &[Item]| items.iter().map(|item| item.position).collect::<Vec<_>>();
        assert_eq!((positions(&diff.added), positions(&diff.removed)), (vec![5], vec![2]));
        let changed: Vec<_> = diff.changed.iter().flat_map(|change| said(&change.fields)).collect();
        assert_eq!(changed, ["mandation: \"\" -> \"MANDATORY\"", "position: \"4\" -> \"2\""]);
    }
}
