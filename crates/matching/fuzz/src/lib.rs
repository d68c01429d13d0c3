//! What the targets read of the bytes that they are given.

use onus_domain::{
    DefinitionId,
    definition::{Definition, DefinitionKind, PermittedValue},
};

/// Stands between two definitions.
const BETWEEN: char = '\u{1f}';
/// Stands between the fields of one.
const FIELD: char = '\u{1e}';

/// Two definitions; of whatever is lacking, nothing.
pub fn two(text: &str) -> [Definition; 2] {
    let (left, right) = text.split_once(BETWEEN).unwrap_or((text, ""));
    [definition("a", left), definition("b", right)]
}

/// Name, text, numerator, denominator, population, exclusions, unit, grain, period, format, breakdown, permitted values.
fn definition(id: &str, text: &str) -> Definition {
    let mut fields = text.split(FIELD).map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    let (name, text, numerator, denominator) = (next(), next(), next(), next());
    let (population, exclusions, unit, grain) = (next(), next(), next(), next());
    let (period_type, format, breakdown) = (next(), next(), next());
    let value = |text: String| match text.split_once('=') {
        Some((code, meaning)) => PermittedValue { code: code.to_owned(), meaning: meaning.to_owned() },
        None => PermittedValue { code: text, meaning: String::new() },
    };
    let value_set: Vec<_> = fields.map(value).collect();
    let kind = if format.is_empty() && value_set.is_empty() {
        DefinitionKind::Metric
    } else {
        DefinitionKind::Element
    };
    let id = DefinitionId::new(id).unwrap_or_else(|error| panic!("{error}"));
    Definition {
        text,
        numerator,
        denominator,
        population,
        exclusions,
        unit,
        grain,
        period_type,
        format,
        breakdowns: if breakdown.is_empty() { vec![] } else { vec![breakdown] },
        value_set,
        ..Definition::new(id, kind, name)
    }
}
