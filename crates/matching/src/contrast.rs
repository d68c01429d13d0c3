//! Contrasts: groups of words that exclude each other, such as mean and median, or adult and child. Two texts that stand for different
//! values of a group, and share none, ask different questions. A text that names no value of a group contradicts nothing.

use crate::{data::data, normalise, normalise::Phrases};
use std::sync::LazyLock;

/// Where a text stands in a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The name.
    Name,
    /// Any running text: text, numerator, denominator, population.
    Text,
    /// The unit.
    Unit,
    /// The level a value is reported at.
    Grain,
    /// The period a value covers.
    Period,
    /// All fields together.
    Bag,
}

impl Scope {
    fn reads(self, scope: &str) -> bool {
        match self {
            Self::Name => scope == "ANY" || scope == "NAME",
            Self::Text => scope == "ANY",
            Self::Bag => false,
            Self::Unit => scope == "UNIT",
            Self::Grain => scope == "GRAIN",
            Self::Period => scope == "PERIOD",
        }
    }
}

/// A value of a contrast group that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    group: u16,
    value: u16,
}

struct Table {
    groups: Vec<(&'static str, bool)>,
    values: Vec<&'static str>,
    phrases: [Phrases<Vec<Mark>>; 6],
}

const SCOPES: [Scope; 6] = [Scope::Name, Scope::Text, Scope::Unit, Scope::Grain, Scope::Period, Scope::Bag];

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (mut groups, mut values) = (Vec::new(), Vec::new());
    let mut entries: Vec<(&str, Vec<String>, Mark)> = Vec::new();
    for [group, scope, restricts, value, term, _] in &data().contrasts {
        let key = (group.as_str(), restricts == "yes");
        let mark = Mark { group: place(&mut groups, key), value: place(&mut values, value.as_str()) };
        entries.push((scope, normalise::tokens(term), mark));
    }
    let phrases = SCOPES.map(|scope| {
        let mut merged: Vec<(Vec<String>, Vec<Mark>)> = Vec::new();
        for (_, tokens, mark) in entries.iter().filter(|(of, ..)| scope.reads(of)) {
            match merged.iter_mut().find(|(known, _)| known == tokens) {
                Some((_, marks)) => marks.push(*mark),
                None => merged.push((tokens.clone(), vec![*mark])),
            }
        }
        Phrases::new(merged)
    });
    Table { groups, values, phrases }
});

/// Place of an entry in a list, appended if new.
fn place<T: PartialEq>(list: &mut Vec<T>, entry: T) -> u16 {
    let at = list.iter().position(|known| *known == entry).unwrap_or_else(|| {
        list.push(entry);
        list.len() - 1
    });
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// The values that stand in a text, sorted, and whether the text says nothing else. The longest phrase counts: "non elective" is not
/// "elective".
pub(crate) fn marks(tokens: &[String], scope: Scope) -> (Vec<Mark>, bool) {
    let phrases = &TABLE.phrases[SCOPES.iter().position(|known| *known == scope).unwrap_or(0)];
    let (mut out, mut nothing_else) = (Vec::new(), true);
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        let taken = if let Some((taken, marks)) = phrases.longest(token, after) {
            out.extend_from_slice(marks);
            taken
        } else {
            nothing_else = false;
            1
        };
        rest = &rest[taken..];
    }
    out.sort_unstable();
    out.dedup();
    (out, nothing_else)
}

/// Groups in which both stand for something and share nothing: the group, a value of the left, a value of the right.
pub(crate) fn conflicts(left: &[Mark], right: &[Mark]) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut out = Vec::new();
    for here in left.chunk_by(|a, b| a.group == b.group) {
        let group = here[0].group;
        let there: Vec<&Mark> = right.iter().filter(|mark| mark.group == group).collect();
        if let (Some(other), false) = (there.first(), there.iter().any(|mark| here.contains(mark))) {
            out.push((name(group), value(here[0]), value(**other)));
        }
    }
    out
}

/// Whether a restricting group is named by one side alone.
pub(crate) fn restricts(left: &[Mark], right: &[Mark]) -> bool {
    let one_sided = |these: &[Mark], those: &[Mark]| {
        these.iter().any(|mark| {
            TABLE.groups.get(usize::from(mark.group)).is_some_and(|group| group.1)
                && those.iter().all(|other| other.group != mark.group)
        })
    };
    one_sided(left, right) || one_sided(right, left)
}

fn name(group: u16) -> &'static str {
    TABLE.groups.get(usize::from(group)).map_or("", |group| group.0)
}

fn value(mark: Mark) -> &'static str {
    TABLE.values.get(usize::from(mark.value)).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(left: &str, right: &str, scope: Scope) -> Vec<String> {
        let of = |text| marks(&normalise::tokens(text), scope).0;
        conflicts(&of(left), &of(right)).into_iter().map(|(g, l, r)| format!("{g}: {l} / {r}")).collect()
    }

    #[test]
    fn twins_are_told_apart() {
        for (left, right, expected) in [
            ("mean response time", "median response time", "statistic: mean / median"),
            ("average wait", "90th percentile wait", "statistic: mean / centile"),
            ("elective bed days", "non-elective bed days", "planned or unplanned: planned / unplanned"),
            ("adults seen", "children seen", "adult or child: adult / child"),
            ("MRSA cases", "MSSA cases", "organism: mrsa / mssa"),
            (
                "school nurses, FTE",
                "school nurses, headcount",
                "head count or full-time equivalents: fte / headcount",
            ),
        ] {
            assert_eq!(found(left, right, Scope::Text), [expected], "{left} / {right}");
        }
        assert!(found("Code", "Description", Scope::Text).is_empty(), "read in names alone");
        assert_eq!(found("CCG", "Provider", Scope::Grain), ["grain: ccg / provider"]);
    }

    #[test]
    fn silence_and_overlap_contradict_nothing() {
        assert!(found("response time", "mean response time", Scope::Text).is_empty());
        assert!(found("men and women", "women", Scope::Text).is_empty());
        assert!(restricts(&marks(&normalise::tokens("adults"), Scope::Text).0, &[]));
    }
}
