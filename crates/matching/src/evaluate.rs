//! Evaluation on labelled pairs: cross-validated with everything that hangs together on one side, and leaving one source out.

use crate::{
    figures::{Figures, Scored, figures},
    files::{LabelledPair, Record},
    learn::{self, Example},
    made,
    model::Model,
    neighbours::Neighbours,
    pair::Pair,
    prepare::{Prepared, hash},
    train::draw,
};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Sides of the cross-validation.
const FOLDS: u64 = 5;

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
    /// With its neighbours, and without.
    examples: [Example; 2],
    pair: &'a LabelledPair,
    source: &'a str,
    /// Pairs of one group hang together.
    group: usize,
    /// Side of the cross-validation that either record is on.
    folds: Held<u64>,
    sources: Held<&'a str>,
    /// Whether the two records are of different clusters.
    across: bool,
}

/// What a pair's records are held out with, the lesser first.
type Held<K> = (K, K);

/// A labelled pair as a model scores it that saw nothing of either record's side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldOut {
    /// Identifier of the left record.
    pub left: String,
    /// Identifier of the right record.
    pub right: String,
    /// Whether the two are labelled same.
    pub same: bool,
    /// The sides of the two records, the lesser first.
    pub sides: (u64, u64),
    /// Probability of SAME.
    pub p: f64,
}

/// Labelled pairs scored held out, each with its sides: so that others can be measured on the same sides.
pub fn held_out_pairs(records: &[Record], pairs: &[LabelledPair], extra: &[Example]) -> Vec<HeldOut> {
    let prepared = prepared(records);
    let folds = folds(records, &prepared);
    let (groups, _) = groups(records, pairs);
    let cases = cases(records, pairs, &prepared, &folds, &groups);
    let p = held_out(&cases, &|case| case.folds, &made(records), &|at| folds[at], extra, true);
    let told = |(case, p): (&Case<'_>, f64)| HeldOut {
        left: case.pair.left.clone(),
        right: case.pair.right.clone(),
        same: case.examples[0].same,
        sides: case.folds,
        p,
    };
    cases.iter().zip(p).map(told).collect()
}

fn prepared(records: &[Record]) -> Vec<Prepared> {
    records.par_iter().map(|record| Prepared::new(&record.definition)).collect()
}

/// The pairs that have a label.
fn cases<'a>(
    records: &'a [Record],
    pairs: &'a [LabelledPair],
    prepared: &[Prepared],
    folds: &[u64],
    groups: &HashMap<&str, usize>,
) -> Vec<Case<'a>> {
    let (neighbours, places) = (Neighbours::new(prepared), places(records));
    let known: Vec<&LabelledPair> = pairs.iter().filter(|pair| !pair.label.is_empty()).collect();
    let case = |pair: &&'a LabelledPair| {
        let (l, r) = (*places.get(pair.left.as_str())?, *places.get(pair.right.as_str())?);
        let (left, right) = (&records[l], &records[r]);
        let compared = Pair::new(&prepared[l], &prepared[r]);
        let same = pair.label == "same";
        Some(Case {
            examples: learn::labelled(compared, neighbours.ahead(l, r), same, left.kin()),
            source: &left.source,
            group: *groups.get(pair.left.as_str())?,
            folds: ordered(folds[l], folds[r]),
            across: left.kin() != right.kin(),
            sources: ordered(left.source.as_str(), right.source.as_str()),
            pair,
        })
    };
    known.par_iter().filter_map(case).collect()
}

/// Evaluates: learns without what is tested and scores it, neighbours seen. `extra` is learned from always (its examples are of no record
/// here).
///
/// Cross-validated, all records of a cluster and all of one text are on one side, and a pair is scored by a model that saw no pair and no made pair of either
/// record's side. Leaving one source out, likewise with sources.
pub fn evaluate(records: &[Record], pairs: &[LabelledPair], extra: &[Example]) -> Evaluation {
    let prepared = prepared(records);
    let folds = folds(records, &prepared);
    let (groups, count) = groups(records, pairs);
    let cases = cases(records, pairs, &prepared, &folds, &groups);
    let made = made(records);
    let crossed = held_out(&cases, &|case| case.folds, &made, &|at| folds[at], extra, true);
    let sources: BTreeSet<&str> = cases.iter().map(|case| case.source).collect();
    let left_out = (sources.len() > 1).then(|| {
        held_out(&cases, &|case| case.sources, &made, &|at| records[at].source.as_str(), extra, false)
    });
    let line = |of: &dyn Fn(&Case<'_>) -> bool| {
        let places: Vec<usize> = (0..cases.len()).filter(|at| of(&cases[*at])).collect();
        let scored = |p: &[f64]| -> Vec<Scored> {
            let one =
                |at: &usize| Scored { p: p[*at], same: cases[*at].examples[0].same, group: cases[*at].group };
            places.iter().map(one).collect()
        };
        Line {
            pairs: places.len(),
            same: places.iter().filter(|at| cases[**at].examples[0].same).count(),
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

/// Records by their identifier.
pub(crate) fn places(records: &[Record]) -> HashMap<&str, usize> {
    records.iter().zip(0..).map(|(record, at)| (record.id.as_str(), at)).collect()
}

fn ordered<K: Ord>(a: K, b: K) -> Held<K> {
    if a <= b { (a, b) } else { (b, a) }
}

#[expect(clippy::cast_precision_loss, reason = "thousands of pairs")]
fn ratio(part: usize, all: usize) -> f64 {
    part.max(1) as f64 / all.max(1) as f64
}

/// Pairs made of each record, with its place.
pub(crate) fn made(records: &[Record]) -> Vec<(usize, Example)> {
    let of = |(record, other): (&'_ Record, &Record)| made::examples(&record.definition, &other.definition);
    let places = &places(records);
    let neighbours = learn::neighbours(records);
    let made: Vec<Vec<Example>> = neighbours.par_iter().map(|pair| of(*pair)).collect();
    let each = neighbours.into_iter().zip(made);
    each.flat_map(|((record, _), made)| {
        made.into_iter().map(move |example| (places[record.id.as_str()], example))
    })
    .collect()
}

/// Probability of each case by a model that saw nothing of what it is held out with. `makes_up`: pairs count for those that are missing only
/// because of how sides are drawn.
fn held_out<'a, K: Ord + Copy + Send + Sync>(
    cases: &[Case<'a>],
    held_with: &(dyn Fn(&Case<'a>) -> Held<K> + Sync),
    made: &[(usize, Example)],
    of_record: &(dyn Fn(usize) -> K + Sync),
    extra: &[Example],
    makes_up: bool,
) -> Vec<f64> {
    let keys: BTreeSet<Held<K>> = cases.iter().map(held_with).collect();
    let models: BTreeMap<Held<K>, Model> = keys
        .into_par_iter()
        .map(|held| {
            let apart = |one: K| one != held.0 && one != held.1;
            let seen = |case: &&Case<'a>| {
                let (a, b) = held_with(case);
                apart(a) && apart(b)
            };
            // Of two clusters both must be on another side: of pairs across fewer are left than of those within, so they count for more.
            let of = |across: bool| cases.iter().filter(move |case| case.across == across);
            let labelled = [false, true].into_iter().flat_map(|across| {
                let kept = ratio(of(across).filter(seen).count(), of(across).count());
                let weight = if makes_up { 1.0 / kept } else { 1.0 };
                let weighing = move |one: &Example| one.clone().weighing(one.weight * weight);
                of(across).filter(seen).flat_map(move |case| case.examples.iter().map(weighing))
            });
            let labelled: Vec<Example> = labelled.collect();
            let others = made.iter().filter(|(at, _)| apart(of_record(*at)));
            let others: Vec<Example> =
                others.map(|(_, example)| example.clone()).chain(extra.iter().cloned()).collect();
            (held, learn::learn("held-out", &labelled, &others))
        })
        .collect();
    let score = |case: &Case<'a>| {
        let sum = |model| crate::judge::sum(model, &case.examples[0].values);
        crate::score::score_of(models.get(&held_with(case)).map_or(0.0, sum))
    };
    cases.iter().map(score).collect()
}

/// Groups of records that hang together by clusters and pairs, by record, and how many there are.
pub(crate) fn groups<'a>(
    records: &'a [Record],
    pairs: &'a [LabelledPair],
) -> (HashMap<&'a str, usize>, usize) {
    let place = places(records);
    let pairs = pairs
        .iter()
        .filter_map(|pair| Some((*place.get(pair.left.as_str())?, *place.get(pair.right.as_str())?)));
    let group = joined(records.len(), alike(records.iter().map(Record::kin)).chain(pairs));
    let out: HashMap<&str, usize> =
        records.iter().zip(group).map(|(record, group)| (record.id.as_str(), group)).collect();
    let count = out.values().collect::<BTreeSet<_>>().len();
    (out, count)
}

/// The side of each record: all that mean the same or say the same are on one.
fn folds(records: &[Record], prepared: &[Prepared]) -> Vec<u64> {
    // A name and a text of a few words may be anybody's.
    let texts = prepared.iter().map(|one| if one.text.len() < 4 { "" } else { &*one.text.line });
    let group = joined(records.len(), alike(records.iter().map(Record::kin)).chain(alike(texts)));
    group.into_iter().map(|group| draw(7, hash(&[records[group].kin()])) % FOLDS).collect()
}

/// Links between the places of equal keys; what is empty is like nothing.
fn alike<'a>(keys: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (usize, usize)> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let keys = keys.enumerate().filter(|(_, key)| !key.is_empty());
    keys.map(move |(at, key)| (*first.entry(key).or_insert(at), at))
}

/// The group of each place by links, called after the least of its places.
fn joined(count: usize, links: impl Iterator<Item = (usize, usize)>) -> Vec<usize> {
    let mut root: Vec<usize> = (0..count).collect();
    for (a, b) in links {
        let (a, b) = (find(&mut root, a), find(&mut root, b));
        root[a.max(b)] = a.min(b);
    }
    (0..count).map(|at| find(&mut root, at)).collect()
}

/// The root of a place, with the way there shortened.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}
