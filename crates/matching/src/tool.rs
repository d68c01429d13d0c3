//! What the commands do with files: score, candidates, relate, train. They parse arguments and read and write files; everything else is
//! here.

use crate::{
    evaluate,
    files::{LabelledPair, Record, RelationPair},
    index::{Index, Slot},
    judge::{self, Judgement, RELATIONS},
    learn::{self, Example},
    model::Model,
    neighbours::Neighbours,
    pair::Pair,
    prepare::Prepared,
};
use onus_domain::relation::{Evidence, Relation};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// One scored pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// Identifier of the left record.
    pub left: String,
    /// Identifier of the right record.
    pub right: String,
    /// The likeliest relation.
    pub relation: Relation,
    /// Probability of each relation.
    pub probabilities: BTreeMap<Relation, f64>,
    /// Probability of SAME.
    pub p_same: f64,
}

/// The candidates of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidates {
    /// Identifier of the record.
    pub id: String,
    /// Identifiers of others, the likeliest first.
    pub candidates: Vec<String>,
}

/// One related pair.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// Its identifier in the file.
    pub id: String,
    /// The likeliest relation.
    pub relation: Relation,
    /// Probability of each relation.
    pub probabilities: BTreeMap<Relation, f64>,
    /// Probability of SAME.
    pub p_same: f64,
    /// The facet that decides, if one does.
    pub facet: String,
    /// The waterfall: adds up to the log-odds of SAME.
    pub evidence: Vec<Evidence>,
}

/// Scores pairs of records, seeing what else there is among the records.
pub fn score(model: &Model, records: &[Record], pairs: &[LabelledPair]) -> Vec<Scored> {
    let (prepared, places) = (prepared(records), evaluate::places(records));
    let neighbours = Neighbours::new(&prepared);
    let one = |pair: &LabelledPair| {
        let (left, right) = (*places.get(pair.left.as_str())?, *places.get(pair.right.as_str())?);
        let compared = Pair::new(&prepared[left], &prepared[right]).among(neighbours.ahead(left, right));
        let judged = judge::judge(model, &compared);
        Some(Scored {
            left: pair.left.clone(),
            right: pair.right.clone(),
            relation: judged.relation,
            probabilities: named(&judged),
            p_same: judged.p_same,
        })
    };
    pairs.par_iter().filter_map(one).collect()
}

fn prepared(records: &[Record]) -> Vec<Prepared> {
    records.par_iter().map(|record| Prepared::new(&record.definition)).collect()
}

fn named(judged: &Judgement) -> BTreeMap<Relation, f64> {
    RELATIONS.into_iter().zip(judged.probabilities).collect()
}

/// The `k` likeliest others of each record.
pub fn candidates(records: &[Record], k: usize) -> Vec<Candidates> {
    let prepared = prepared(records);
    let mut index = Index::new();
    for (slot, one) in (0..).zip(&prepared) {
        index.insert(slot, one);
    }
    let one = |(slot, record): (usize, &Record)| {
        let found = index.ranked(&prepared[slot], k.saturating_add(1));
        let others = found.into_iter().filter(|other| *other as usize != slot).take(k);
        Candidates {
            id: record.id.clone(),
            candidates: others.map(|at: Slot| records[at as usize].id.clone()).collect(),
        }
    };
    records.par_iter().enumerate().map(|(slot, record)| one((slot, record))).collect()
}

/// Relates pairs that bring both definitions.
pub fn relate(model: &Model, pairs: &[RelationPair]) -> Vec<Related> {
    let one = |given: &RelationPair| {
        let (left, right) = (Prepared::new(&given.left), Prepared::new(&given.right));
        let judged = judge::judge(model, &Pair::new(&left, &right));
        Related {
            id: given.id.clone(),
            relation: judged.relation,
            probabilities: named(&judged),
            p_same: judged.p_same,
            facet: judged.finding.as_ref().map_or_else(String::new, |finding| finding.facet.to_owned()),
            evidence: judged.evidence,
        }
    };
    pairs.par_iter().map(one).collect()
}

/// Learns a model of labelled pairs, of pairs whose relation is known, and of what stewards ruled. As a file.
pub fn train(
    name: &str,
    records: &[Record],
    pairs: &[LabelledPair],
    relations: &[RelationPair],
    rulings: &[RelationPair],
) -> Model {
    let (prepared, places) = (prepared(records), evaluate::places(records));
    let neighbours = Neighbours::new(&prepared);
    let labelled = pairs.par_iter().filter(|pair| !pair.label.is_empty()).filter_map(|pair| {
        let (left, right) = (*places.get(pair.left.as_str())?, *places.get(pair.right.as_str())?);
        let compared = Pair::new(&prepared[left], &prepared[right]);
        let ahead = neighbours.ahead(left, right);
        Some(learn::labelled(compared, ahead, pair.label == "same", records[left].kin()))
    });
    let mut examples: Vec<Example> = labelled.collect::<Vec<_>>().into_iter().flatten().collect();
    examples.extend(learn::of_rulings(rulings));
    examples.extend(learn::of_relations(relations));
    let made: Vec<Example> = evaluate::made(records).into_iter().map(|(_, example)| example).collect();
    learn::learn(name, &examples, &made)
}
