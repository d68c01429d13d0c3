//! What is learned from: pairs with their measures; and a model of them that is calibrated.

use crate::{
    files::{Record, RelationPair},
    model::Model,
    neighbours::Ahead,
    pair::Pair,
    prepare::{Prepared, hash},
    train::{Row, draw, train},
};
use std::collections::BTreeMap;

/// A pair to learn from.
#[derive(Debug, Clone)]
pub struct Example {
    pub(crate) values: Vec<f64>,
    pub(crate) same: bool,
    pub(crate) weight: f64,
    /// Examples of one group hang together: a model is calibrated on groups that it did not see.
    pub(crate) group: u64,
}

impl Example {
    /// Of two definitions and what they are.
    pub fn new(left: &Prepared, right: &Prepared, same: bool) -> Self {
        Self::of(&Pair::new(left, right), same)
    }

    /// Of a pair and what it is.
    pub(crate) fn of(pair: &Pair<'_>, same: bool) -> Self {
        let values = pair.measures().into_iter().map(|(_, value)| value).collect();
        Self { values, same, weight: 1.0, group: 0 }
    }

    /// The same, counting so much.
    #[must_use]
    pub fn weighing(self, weight: f64) -> Self {
        Self { weight, ..self }
    }
}

/// How much a labelled pair counts where its neighbours are seen, and where they are not: a model must do with either.
const AMONG_AND_ALONE: [f64; 2] = [0.6, 0.4];

/// A labelled pair of records that know their neighbours, to learn from: once with them, once without.
pub(crate) fn labelled(pair: Pair<'_>, ahead: Ahead, same: bool, group: &str) -> [Example; 2] {
    let alone = Example::of(&pair, same);
    let of = |example: Example, weight| Example { weight, group: hash(&[group]), ..example };
    [of(Example::of(&pair.among(ahead), same), AMONG_AND_ALONE[0]), of(alone, AMONG_AND_ALONE[1])]
}

/// How much a pair of the relations counts: few, but written to teach what differs.
const RELATION_WEIGHT: f64 = 2.0;

/// Examples of pairs whose relation is known.
pub fn of_relations(pairs: &[RelationPair]) -> Vec<Example> {
    let known = pairs.iter().filter(|pair| !pair.relation.is_empty());
    let example = |pair: &RelationPair| {
        let (left, right) = (Prepared::new(&pair.left), Prepared::new(&pair.right));
        Example::new(&left, &right, pair.relation == "SAME").weighing(RELATION_WEIGHT)
    };
    known.map(example).collect()
}

/// Examples of what stewards ruled: each counts as much as a labelled pair, and calibrates like one.
pub(crate) fn of_rulings(pairs: &[RelationPair]) -> Vec<Example> {
    let group = |pair: &RelationPair| hash(&[&pair.left.name, &pair.left.text]);
    let groups = pairs.iter().filter(|pair| !pair.relation.is_empty()).map(group);
    let examples = of_relations(pairs).into_iter().zip(groups);
    examples.map(|(example, group)| Example { weight: 1.0, group, ..example }).collect()
}

/// The names of the measures.
pub(crate) fn measures() -> Vec<&'static str> {
    let nothing = Prepared::nothing();
    Pair::new(&nothing, &nothing).measures().into_iter().map(|(name, _)| name).collect()
}

/// One record of a source, one after another by a stride, so that a twin's words come from the same field of work.
pub(crate) fn neighbours(records: &[Record]) -> Vec<(&Record, &Record)> {
    let mut sources: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in records {
        sources.entry(&record.source).or_default().push(record);
    }
    let mut out = Vec::new();
    for records in sources.into_values() {
        let other = |at: usize| records[(at * 7 + 3) % records.len()];
        out.extend(records.iter().enumerate().map(|(at, record)| (*record, other(at))));
    }
    out
}

/// Learns a model of labelled and made examples, and calibrates it on labelled ones that another model did not see.
pub(crate) fn learn(name: &str, labelled: &[Example], made: &[Example]) -> Model {
    let names = measures();
    let row = |example: &Example| Row {
        values: example.values.clone(),
        same: example.same,
        weight: example.weight,
    };
    let rows: Vec<Row> = labelled.iter().chain(made).map(row).collect();
    let mut out = train(name, &names, &rows);
    let aside = |at: usize| labelled.get(at).is_some_and(|one| draw(11, one.group).is_multiple_of(4));
    let seen: Vec<Row> =
        rows.iter().enumerate().filter(|(at, _)| !aside(*at)).map(|(_, row)| row.clone()).collect();
    let probe = train(name, &names, &seen);
    let held: Vec<(f64, &Row)> = rows
        .iter()
        .enumerate()
        .filter(|(at, _)| aside(*at))
        .map(|(_, row)| (probe.sum(&row.values), row))
        .collect();
    let (slope, shift) = platt(&held);
    out.rescale(slope, shift);
    out
}

/// Slope and shift that make sums log-odds of held-out pairs.
fn platt(held: &[(f64, &Row)]) -> (f64, f64) {
    let (mut slope, mut shift) = (1.0, 0.0);
    for _ in 0..200 {
        // A little of the identity is mixed in, so that a handful of pairs moves little.
        let (mut g, mut h) = ((1.0 - slope, -shift), (1.0, 0.0, 1.0));
        for (sum, row) in held {
            let p = 1.0 / (1.0 + (-(slope * sum + shift)).exp());
            let (error, spread) =
                (row.weight * (f64::from(u8::from(row.same)) - p), row.weight * p * (1.0 - p));
            g = (g.0 + error * sum, g.1 + error);
            h = (h.0 + spread * sum * sum, h.1 + spread * sum, h.2 + spread);
        }
        let det: f64 = h.0 * h.2 - h.1 * h.1;
        if det.abs() < 1e-9 {
            break;
        }
        let step = ((g.0 * h.2 - g.1 * h.1) / det, (g.1 * h.0 - g.0 * h.1) / det);
        slope += step.0;
        shift += step.1;
        if step.0.abs() + step.1.abs() < 1e-9 {
            break;
        }
    }
    if slope.is_finite() && slope > 0.1 { (slope.min(3.0), shift.clamp(-3.0, 3.0)) } else { (1.0, 0.0) }
}
