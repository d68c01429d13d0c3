//! Evaluation on labelled pairs: cross-validated with everything that hangs together on one side, and leaving one source out.

use crate::{
    figures::{Figures, Scored, figures},
    files::{LabelledPair, Record, by_id},
    learn::{self, Example},
    made,
    prepare::Prepared,
    train::draw,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Sides of the cross-validation.
const FOLDS: usize = 5;

/// The table of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// Groups of records that hang together by clusters and pairs.
    pub groups: usize,
    /// All pairs: cross-validated, and with their source left out.
    pub all: Line,
    /// The same by family.
    pub families: BTreeMap<String, Line>,
    /// The same by source.
    pub sources: BTreeMap<String, Line>,
}

/// Figures of one set of pairs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// How many pairs.
    pub pairs: usize,
    /// How many of them are labelled same.
    pub same: usize,
    /// Learned from other groups.
    pub cross_validated: Option<Figures>,
    /// Learned from other sources.
    pub leave_one_source_out: Option<Figures>,
}

/// One pair under evaluation.
struct Case<'a> {
    example: Example,
    pair: &'a LabelledPair,
    source: &'a str,
    group: usize,
}

/// Evaluates: learns without what is tested and scores it. `extra` is learned from always (its examples are of no record here).
pub fn evaluate(records: &[Record], pairs: &[LabelledPair], extra: &[Example]) -> Evaluation {
    let prepared: HashMap<&str, Prepared> =
        records.iter().map(|record| (record.id.as_str(), Prepared::new(&record.definition))).collect();
    let known = by_id(records);
    let (groups, count) = groups(records, pairs);
    let cases: Vec<Case<'_>> = pairs
        .iter()
        .filter(|pair| !pair.label.is_empty())
        .filter_map(|pair| {
            let (left, right) = (prepared.get(pair.left.as_str())?, prepared.get(pair.right.as_str())?);
            Some(Case {
                example: Example::new(left, right, pair.label == "same"),
                source: &known.get(pair.left.as_str())?.source,
                group: *groups.get(pair.left.as_str())?,
                pair,
            })
        })
        .collect();
    let folds = folds(&cases);
    let made: Vec<(usize, &str, Example)> = made(records, &groups);
    let fold = |group: usize| folds.get(&group).copied().unwrap_or(0).to_string();
    let extra_of = |key: &dyn Fn(usize, &str) -> String, held: &str| -> Vec<Example> {
        let other = made.iter().filter(|(group, source, _)| key(*group, source) != held);
        other.map(|(_, _, example)| example.clone()).chain(extra.iter().cloned()).collect()
    };
    let by_fold = |group: usize, _: &str| fold(group);
    let by_source = |_: usize, source: &str| source.to_owned();
    let crossed = held_out(&cases, &by_fold, &|held| extra_of(&by_fold, held));
    let sources: BTreeSet<&str> = cases.iter().map(|case| case.source).collect();
    let left_out =
        (sources.len() > 1).then(|| held_out(&cases, &by_source, &|held| extra_of(&by_source, held)));
    let line = |of: &dyn Fn(&Case<'_>) -> bool| {
        let places: Vec<usize> = (0..cases.len()).filter(|at| of(&cases[*at])).collect();
        let scored = |p: &[f64]| -> Vec<Scored> {
            let one =
                |at: &usize| Scored { p: p[*at], same: cases[*at].example.same, group: cases[*at].group };
            places.iter().map(one).collect()
        };
        Line {
            pairs: places.len(),
            same: places.iter().filter(|at| cases[**at].example.same).count(),
            cross_validated: figures(&scored(&crossed)),
            leave_one_source_out: left_out.as_ref().and_then(|p| figures(&scored(p))),
        }
    };
    let families: BTreeSet<&str> = cases.iter().map(|case| case.pair.family.as_str()).collect();
    Evaluation {
        groups: count,
        all: line(&|_| true),
        families: families.iter().map(|f| ((*f).to_owned(), line(&|case| case.pair.family == *f))).collect(),
        sources: sources.iter().map(|s| ((*s).to_owned(), line(&|case| case.source == *s))).collect(),
    }
}

/// Pairs made of the records, with the group and the source that they must be left out with.
fn made<'a>(records: &'a [Record], groups: &HashMap<&str, usize>) -> Vec<(usize, &'a str, Example)> {
    let mut out = Vec::new();
    for (record, other) in learn::neighbours(records) {
        let group = groups.get(record.id.as_str()).copied().unwrap_or(0);
        let examples = made::examples(&record.definition, &other.definition);
        out.extend(examples.into_iter().map(|example| (group, record.source.as_str(), example)));
    }
    out
}

/// Pairs made of all records.
pub(crate) fn made_examples(records: &[Record]) -> Vec<Example> {
    made(records, &HashMap::new()).into_iter().map(|(_, _, example)| example).collect()
}

type Key<'k> = &'k dyn Fn(usize, &str) -> String;

/// Probabilities of each case by a model learned from the cases with another key.
fn held_out(cases: &[Case<'_>], key: Key<'_>, extra: &dyn Fn(&str) -> Vec<Example>) -> Vec<f64> {
    let keys: Vec<String> = cases.iter().map(|case| key(case.group, case.source)).collect();
    let mut out = vec![0.0; cases.len()];
    for held in keys.iter().collect::<BTreeSet<_>>() {
        let others = cases.iter().zip(&keys).filter(|(_, key)| *key != held);
        let from: Vec<Example> = others.map(|(case, _)| case.example.clone()).collect();
        let model = learn::learn("held-out", &from, &extra(held));
        for (at, case) in cases.iter().enumerate().filter(|(at, _)| keys[*at] == *held) {
            out[at] = crate::score::score_of(crate::judge::sum(&model, &case.example.values));
        }
    }
    out
}

/// Sides for the groups: the largest first, each to the side with the fewest pairs.
fn folds(cases: &[Case<'_>]) -> HashMap<usize, usize> {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for case in cases {
        *sizes.entry(case.group).or_default() += 1;
    }
    let mut order: Vec<(usize, usize)> = sizes.into_iter().map(|(group, size)| (size, group)).collect();
    order.sort_by_key(|(size, group)| (std::cmp::Reverse(*size), draw(7, *group as u64)));
    let mut loads = [0_usize; FOLDS];
    let mut out = HashMap::new();
    for (size, group) in order {
        let lightest = (0..FOLDS).min_by_key(|fold| loads[*fold]).unwrap_or(0);
        loads[lightest] += size;
        out.insert(group, lightest);
    }
    out
}

/// Groups of records that hang together by clusters and pairs, by record, and how many there are.
pub(crate) fn groups<'a>(
    records: &'a [Record],
    pairs: &'a [LabelledPair],
) -> (HashMap<&'a str, usize>, usize) {
    let place: HashMap<&str, usize> =
        records.iter().zip(0..).map(|(record, at)| (record.id.as_str(), at)).collect();
    let mut root: Vec<usize> = (0..records.len()).collect();
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut links: Vec<(usize, usize)> = Vec::new();
    for (at, record) in records.iter().enumerate().filter(|(_, record)| !record.cluster.is_empty()) {
        links.push((*first.entry(record.cluster.as_str()).or_insert(at), at));
    }
    for pair in pairs {
        if let (Some(a), Some(b)) = (place.get(pair.left.as_str()), place.get(pair.right.as_str())) {
            links.push((*a, *b));
        }
    }
    for (a, b) in links {
        let (a, b) = (find(&mut root, a), find(&mut root, b));
        root[a.max(b)] = a.min(b);
    }
    let out: HashMap<&str, usize> =
        records.iter().enumerate().map(|(at, record)| (record.id.as_str(), find(&mut root, at))).collect();
    let count = out.values().collect::<BTreeSet<_>>().len();
    (out, count)
}

/// The root of a place, with the way there shortened.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}
