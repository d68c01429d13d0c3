//! Facets of any definition are read and any two are compared: alike from either side, the reasons adding up, SAME never without evidence.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onus_domain::{
    DefinitionId,
    definition::{Definition, DefinitionKind},
    relation::Relation,
};
use onus_matching::{Matcher, score};

/// Fields of both, one a line; the first tells the kind.
fn definition(id: &str, text: &str) -> Definition {
    let mut lines = text.split('\n').map(str::to_owned);
    let mut next = || lines.next().unwrap_or_default();
    let kind = if next().is_empty() { DefinitionKind::Element } else { DefinitionKind::Metric };
    Definition {
        text: next(),
        numerator: next(),
        denominator: next(),
        population: next(),
        unit: next(),
        grain: next(),
        period_type: next(),
        format: next(),
        ..Definition::new(DefinitionId::new(id).unwrap(), kind, next())
    }
}

fuzz_target!(|given: (&str, &str)| {
    let (left, right) = (definition("a", given.0), definition("b", given.1));
    let found = Matcher::compare(&left, &right);
    assert_eq!(found, Matcher::compare(&right, &left));
    assert!((score::score_of(score::sum(&found.evidence)) - found.score).abs() < 1e-12);
    if found.relation == Relation::Same {
        assert!(found.score >= score::SAME_THRESHOLD && found.evidence.len() > 1);
    }
    assert_eq!(Matcher::side_by_side(&left, &right).found, found);
});
