//! What is asked by a name alone, as the heading of a column is. A text on one side only is no evidence: any word stands in some text. So
//! names are held against names, and nothing but the same name is called the same.

use crate::{
    engine::Hit,
    field::Field,
    judge, live,
    prepare::Prepared,
    score::{self, CAP_CONTRADICTED, CAP_UNSURE},
    soft,
};
use onus_domain::{
    concept::Strength,
    definition::Definition,
    relation::{Evidence, Match, NAME_ALONE, Relation, Standing},
};
use std::collections::BTreeSet;

/// Candidates whose names are looked at.
pub(crate) const MOST_NAMES: usize = 100;

/// Likeness of two names from which one is near the other.
const NEAR: f64 = 0.5;

/// Words that say in what form something is held, or that it is somebody's: "Consultant" is asked by CONSULTANT CODE, "date of birth" by
/// PERSON BIRTH DATE.
const FORM: [&str; 4] = ["code", "person", "patient", "category"];

/// Whether a definition says nothing but its name.
pub(crate) fn is_bare(definition: &Prepared) -> bool {
    let silent = [&definition.text, &*definition.numerator, &*definition.denominator];
    let known = !definition.codes.is_empty() || !definition.external.is_empty();
    !definition.name.is_empty() && !known && silent.iter().all(|field| field.is_empty())
}

/// How a definition that is a name alone stands to a registered one, and how like the names are.
pub(crate) fn hit(proposed: &Prepared, registered: &Prepared) -> Option<(f64, Hit)> {
    let said = soft::covered(&proposed.name, &registered.name);
    let (asked, held) = (said.0.said, said.1.said);
    let like = if asked + held > 0.0 { 2.0 * asked * held / (asked + held) } else { 0.0 };
    let same = same_name(proposed, registered);
    if same.is_none() && like < NEAR {
        return None;
    }
    let identical = proposed.id == registered.id;
    let standing = match (identical, same) {
        (true, _) => Standing::Identical,
        (_, Some(_)) => Standing::Same,
        _ => Standing::Related,
    };
    let found = compared(proposed, registered, same);
    Some((like, Hit { definition: registered.id.clone(), standing, match_: found }))
}

/// Why a name is that of a registered definition, if it is.
fn same_name(proposed: &Prepared, registered: &Prepared) -> Option<&'static str> {
    if proposed.ordinal != registered.ordinal {
        return None;
    }
    if proposed.name.line == registered.name.line {
        return Some("the same name; nothing but a name was given");
    }
    if registered.aliases.contains(&proposed.name.line) {
        return Some("a name by which it is known too; nothing but a name was given");
    }
    let telling = |name: &Field| -> BTreeSet<String> {
        let all: BTreeSet<_> = name.tokens().map(str::to_owned).collect();
        let some: BTreeSet<_> = all.iter().filter(|word| !FORM.contains(&word.as_str())).cloned().collect();
        if some.is_empty() { all } else { some }
    };
    let alike = telling(&proposed.name) == telling(&registered.name);
    (alike && proposed.name.negated == registered.name.negated)
        .then_some("the same words, but for their order and form; nothing but a name was given")
}

/// The comparison of the names alone: of the registered definition nothing else is looked at.
fn compared(proposed: &Prepared, registered: &Prepared, same: Option<&str>) -> Match {
    let name = Definition {
        version: registered.version,
        ..Definition::new(registered.id.clone(), proposed.kind, registered.shown.to_string())
    };
    let name = Prepared::new(&name);
    let pair = score::ordered(proposed, &name);
    let model = live::model();
    let mut evidence = judge::judge(model, &pair).evidence;
    let sum = score::sum(&evidence);
    let (relation, finding, to) = match same {
        Some(why) => (Relation::Same, why, CAP_UNSURE),
        None => (
            Relation::Related,
            "a name alone, and another one: no evidence of SAME",
            sum.min(CAP_CONTRADICTED),
        ),
    };
    evidence.push(Evidence { facet: NAME_ALONE.into(), finding: finding.into(), weight: to - sum });
    score::told(model, &pair, (relation, Strength::Possible), evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Matcher;
    use onus_domain::{DefinitionId, definition::DefinitionKind};

    fn registered(id: &str, name: &str, text: &str) -> Definition {
        let id = DefinitionId::new(id).unwrap();
        Definition { text: text.into(), ..Definition::new(id, DefinitionKind::Element, name) }
    }

    fn check(name: &str) -> Vec<(String, Standing)> {
        let mut metric = registered("mean", "Category 1 mean response time", "Mean time to the arrival");
        metric.kind = DefinitionKind::Metric;
        metric.numerator = "Seconds between call and arrival".into();
        let mut alias = registered("org", "ORGANISATION CODE (PROVIDER)", "The code of who provides.");
        alias.aliases = vec!["Provider code".into()];
        let mut matcher = Matcher::new();
        matcher.extend(&[
            metric,
            alias,
            registered("birth", "PERSON BIRTH DATE", "The date on which a person was born."),
            registered(
                "activity",
                "CDS ACTIVITY DATE",
                "A date of an activity, such as the date of birth or the length of stay in days.",
            ),
            registered("postcode", "POSTCODE", "The code of a place, as the post has it."),
            registered(
                "residence",
                "ORGANISATION CODE (RESIDENCE)",
                "Derived of the postcode of the usual address.",
            ),
            registered("attended", "ATTENDED OR DID NOT ATTEND CODE", "Whether somebody came."),
            registered("attended-late", "ATTENDED LATE CODE", "Whether somebody came late."),
        ]);
        let proposed = Definition::new(DefinitionId::proposed(), DefinitionKind::Element, name);
        let hits = matcher.check(&proposed, 3);
        for hit in &hits {
            let sum = score::sum(&hit.match_.evidence);
            assert!((score::score_of(sum) - hit.match_.score).abs() < 1e-12, "the waterfall adds up");
        }
        hits.into_iter().map(|hit| (hit.definition.to_string(), hit.standing)).collect()
    }

    #[test]
    fn a_name_alone_is_held_against_names_alone() {
        for (name, id) in [
            ("date of birth", "birth"),
            ("Postcode", "postcode"),
            ("Attended or did not attend", "attended"),
            ("provider code", "org"),
            ("Category 1 Mean Response Time", "mean"),
        ] {
            assert_eq!(check(name).first(), Some(&(id.to_owned(), Standing::Same)), "{name}");
        }
        // A word in a text, or half a name, makes nothing the same.
        for name in ["length of stay", "Category 2 mean response time", "attended", "birth order"] {
            let held: Vec<_> = check(name).into_iter().filter(|(_, standing)| standing.is_held()).collect();
            assert_eq!(held, [], "{name}");
        }
        assert_eq!(check("length of stay"), []);
        assert_eq!(check("Category 2 mean response time"), [("mean".to_owned(), Standing::Related)]);
    }
}
