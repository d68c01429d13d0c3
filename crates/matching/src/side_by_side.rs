//! Two definitions side by side, facet by facet, for people: what each says, and whether they agree.

use crate::{
    field::{Closeness, Field, Pairing},
    live,
    pair::Pair,
    prepare::Prepared,
    profile::Statistic,
    quantity::{self, Range},
    recipe::{self, Step},
    score,
};
use onus_domain::{definition::Definition, relation::Match};

/// Whether two say the same of a facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Both say it, and the same.
    Agrees,
    /// Both say it, and not the same.
    Differs,
    /// One of them says nothing of it, which contradicts nothing.
    OneSided,
}

/// A facet that at least one of two definitions says something of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlignedFacet {
    /// The facet, in words.
    pub facet: &'static str,
    /// What the left says; empty if nothing.
    pub left: String,
    /// What the right says; empty if nothing.
    pub right: String,
    /// Whether they agree.
    pub agreement: Agreement,
}

/// Two definitions, and all that is found about them.
#[derive(Debug, Clone, PartialEq)]
pub struct SideBySide {
    /// The match, as the registry would hold it: its left is the one whose key comes first.
    pub found: Match,
    /// What the one given first (left) and the other (right) say, facet by facet.
    pub facets: Vec<AlignedFacet>,
    /// How the one is computed from the other; else the facet that is missing, in words.
    pub recipe: Result<Vec<Step>, String>,
}

/// Puts two side by side.
pub fn side_by_side(left: &Definition, right: &Definition) -> SideBySide {
    let (a, b) = (Prepared::new(left), Prepared::new(right));
    let found = score::compare_prepared(live::model(), &a, &b);
    let facets = aligned(&a, &b);
    let (first, second) = if (&a.id, a.version) <= (&b.id, b.version) { (&a, &b) } else { (&b, &a) };
    let pair = Pair::new(first, second);
    let recipe = match &pair.finding {
        Some(finding) if finding.relation == found.relation => recipe::recipe(&pair, finding),
        _ => Err("no facet in which they differ makes one computable from the other".to_owned()),
    };
    SideBySide { found, facets, recipe }
}

fn aligned(left: &Prepared, right: &Prepared) -> Vec<AlignedFacet> {
    let mut out = Vec::new();
    let (l, r) = (&left.profile, &right.profile);
    if left.kind != right.kind {
        push(&mut out, "kind", left.kind.to_string(), right.kind.to_string(), false);
    }
    let (a, b) = (statistic(l.statistic), statistic(r.statistic));
    push(&mut out, "kind of figure", a, b, !l.statistic.excludes(r.statistic));
    let named = |value: Option<String>| value.unwrap_or_default();
    let period = |p: &crate::profile::Profile| named(p.period.map(|p| format!("{p:?}").to_lowercase()));
    push(&mut out, "period of a value", period(l), period(r), l.period == r.period);
    let level = |p: &crate::profile::Profile| named(p.grain.map(|g| format!("{g:?}").to_lowercase()));
    push(&mut out, "level of a value", level(l), level(r), l.grain == r.grain);
    let basis = |snapshot, flow| match (snapshot, flow) {
        (true, false) => "on a day",
        (false, true) => "during a time",
        _ => "",
    };
    let (a, b) = (basis(l.snapshot, l.flow), basis(r.snapshot, r.flow));
    push(&mut out, "time", a.to_owned(), b.to_owned(), a == b);
    limits(&mut out, &l.ranges, &r.ranges);
    push(&mut out, "laid out by", l.by.join(", "), r.by.join(", "), l.by == r.by);
    for (facet, of) in FIELDS {
        field(&mut out, facet, of(left), of(right));
    }
    let values = |p: &Prepared| match p.codes.len() {
        0 => String::new(),
        count => format!("{count} values"),
    };
    push(&mut out, "permitted values", values(left), values(right), left.codes == right.codes);
    out
}

type Of = fn(&Prepared) -> &Field;

/// Fields that are facets by themselves.
const FIELDS: [(&str, Of); 8] = [
    ("name", |p| &p.name),
    ("numerator", |p| &p.numerator),
    ("denominator", |p| &p.denominator),
    ("population", |p| &p.population),
    ("exclusions", |p| &p.exclusions),
    ("unit", |p| &p.unit),
    ("breakdowns", |p| &p.breakdowns),
    ("grain", |p| &p.grain),
];

fn statistic(of: Statistic) -> String {
    if of == Statistic::Unknown { String::new() } else { format!("{of:?}").to_lowercase() }
}

fn limits(out: &mut Vec<AlignedFacet>, left: &[Range], right: &[Range]) {
    let list = |ranges: &[Range]| {
        let mut shown: Vec<String> = ranges.iter().map(|range| quantity::show(&range.token)).collect();
        shown.sort();
        shown.join(", ")
    };
    let within = |these: &[Range], those: &[Range]| these.iter().all(|a| those.iter().any(|b| a.equal(b)));
    push(out, "limits and lengths", list(left), list(right), within(left, right) && within(right, left));
}

fn field(out: &mut Vec<AlignedFacet>, facet: &'static str, left: &Field, right: &Field) {
    let say = |field: &Field| field.tokens().map(quantity::show).collect::<Vec<_>>().join(" ");
    let closeness = Pairing::new(left, right).closeness;
    let agrees = matches!(closeness, Closeness::Same | Closeness::Reordered) || left.same_values(right);
    push(out, facet, say(left), say(right), agrees);
}

fn push(out: &mut Vec<AlignedFacet>, facet: &'static str, left: String, right: String, agrees: bool) {
    let agreement = match (left.is_empty(), right.is_empty()) {
        (true, true) => return,
        (false, false) if agrees => Agreement::Agrees,
        (false, false) => Agreement::Differs,
        _ => Agreement::OneSided,
    };
    out.push(AlignedFacet { facet, left, right, agreement });
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::{DefinitionId, definition::DefinitionKind, relation::Relation};

    fn definition(name: &str, text: &str) -> Definition {
        let id = DefinitionId::from_name(name).unwrap();
        Definition { text: text.into(), ..Definition::new(id, DefinitionKind::Metric, name) }
    }

    #[test]
    fn the_facet_that_differs_is_shown() {
        let shown = side_by_side(
            &definition("Waits a", "Percentage of patients seen within 4 hours of arrival, each month"),
            &definition("Waits b", "Percentage of patients seen within 12 hours of arrival"),
        );
        let of = |name| shown.facets.iter().find(|one| one.facet == name).unwrap();
        assert_eq!(of("kind of figure").agreement, Agreement::Agrees);
        assert_eq!(of("limits and lengths").agreement, Agreement::Differs);
        assert_eq!(
            (of("period of a value").left.as_str(), of("period of a value").right.as_str()),
            ("month", "")
        );
        assert_eq!(of("period of a value").agreement, Agreement::OneSided);
        assert!(shown.recipe.is_err());
    }

    #[test]
    fn what_can_be_computed_has_its_recipe() {
        let (year, month) = (
            definition("Visits in the year", "Home visits made in the financial year."),
            definition("Visits in a month", "Home visits made in each month."),
        );
        let shown = side_by_side(&year, &month);
        assert_eq!(shown.found.relation, Relation::DerivableRightFromLeft, "the month's key comes first");
        assert_eq!(shown.recipe.unwrap()[0].to_string(), "add up over period");
    }
}
