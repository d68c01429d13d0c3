//! The score: a log-odds waterfall. Every reason adds its weight; the sum, taken in the order given, is the logit of the score.
//!
//! The weights are hundredths set by hand on the labelled pairs: one can add them up on paper. None depends on what else is registered,
//! so a pair scores the same today and after a million registrations; that is what makes incremental and batch matching equal.

use crate::{
    judge::{self, Judgement},
    live,
    model::Model,
    pair::Pair,
    prepare::Prepared,
};
use onus_domain::{
    concept::Strength,
    definition::Definition,
    relation::{Evidence, Match, Relation},
};
use std::sync::LazyLock;

/// Name of the model that this version comes with, in every match it makes.
pub const MODEL: &str = "facets-2";

/// Published automatic threshold: SAME counts (CONFIRMED) at and above this score.
pub const AUTOMATIC_THRESHOLD: f64 = 0.99;

/// SAME is shown (POSSIBLE) at and above this score.
pub const SAME_THRESHOLD: f64 = judge::SAME_FROM;

/// Log-odds of what is certain: a score just above the automatic threshold.
const LEAST_CERTAIN: f64 = 4.625;

/// Log-odds to which a contradiction caps the score: about 0.2, well below SAME.
pub(crate) const CAP_CONTRADICTED: f64 = -1.5;

/// Log-odds to which the score is capped where a person must look: 0.95, well below the automatic threshold.
pub(crate) const CAP_UNSURE: f64 = 2.9375;

/// What was found about a pair.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Points of each facet so far, in hundredths.
    pub points: Vec<(&'static str, f64)>,
    /// Facets that contradict each other.
    pub contradicted: Vec<&'static str>,
    /// Whether something names the two as one item: key, name, or the source's word.
    pub named_as_one: bool,
    /// Whether a key or the source's word does so; then other words matter less.
    pub stated_as_one: bool,
    /// Facets in which each side says something of its own, without a contradiction that the rules know.
    pub unclear: Vec<&'static str>,
    /// Likeness of the names or of all words, whichever is greater, in [0, 1].
    pub likeness: f64,
}

impl Findings {
    /// Adds points; they are hundredths.
    pub fn add(&mut self, facet: &'static str, points: f64) {
        self.points.push((facet, (points * 100.0).round() / 100.0));
    }

    /// Adds a reason why the two cannot be the same.
    pub fn contradict(&mut self, facet: &'static str) {
        self.add(facet, -3.0);
        self.contradicted.push(facet);
    }

    /// Points of all facets.
    pub fn sum(&self) -> f64 {
        self.points.iter().map(|(_, points)| points).sum()
    }

    /// Points of one facet.
    pub fn of(&self, facet: &str) -> f64 {
        self.points.iter().filter(|(of, _)| *of == facet).map(|(_, points)| points).sum()
    }
}

/// The sum of a waterfall, in the order given: the logit of the score.
pub fn sum(evidence: &[Evidence]) -> f64 {
    evidence.iter().fold(0.0, |sum, reason| sum + reason.weight)
}

/// The score of a sum of log-odds.
pub fn score_of(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// Compares two definitions.
pub fn compare(a: &Definition, b: &Definition) -> Match {
    compare_prepared(live::model(), &Prepared::new(a), &Prepared::new(b))
}

/// The model that this version comes with. It is part of the program: without it nothing may be answered.
#[expect(
    clippy::panic,
    reason = "a program whose own model is broken must stop, not find nothing the same; a test reads it"
)]
pub static DEFAULT: LazyLock<Model> = LazyLock::new(|| {
    Model::from_text("model.txt", include_str!("../data/model.txt"))
        .unwrap_or_else(|error| panic!("the model of this version cannot be read: {error}"))
});

/// Whether plain reading leaves no doubt that the two are one: a key, the source's word, or name and text, and nothing against it.
fn certain(findings: &Findings) -> bool {
    findings.contradicted.is_empty()
        && (findings.stated_as_one || (findings.named_as_one && findings.unclear.is_empty()))
        && score_of(findings.sum()) >= AUTOMATIC_THRESHOLD
}

/// Compares two definitions taken apart. The lesser identifier is the left, whatever the order given.
pub fn compare_prepared(model: &Model, a: &Prepared, b: &Prepared) -> Match {
    let pair = ordered(a, b);
    found(model, &pair, judge::judge(model, &pair))
}

/// The same, if it is worth telling: nothing of two that are DIFFERENT and that no key, name or text calls one.
pub(crate) fn compare_alike(model: &Model, a: &Prepared, b: &Prepared) -> Option<Match> {
    let pair = ordered(a, b);
    if pair.may_be_one() {
        return Some(found(model, &pair, judge::judge(model, &pair)));
    }
    // The model is asked only where its answer matters.
    if judge::possible(&pair).all(|relation| settled(&pair, relation) == Relation::Different) {
        return None;
    }
    Some(found(model, &pair, judge::quick(model, &pair)?))
}

pub(crate) fn ordered<'a>(a: &'a Prepared, b: &'a Prepared) -> Pair<'a> {
    if (&a.id, a.version) <= (&b.id, b.version) { Pair::new(a, b) } else { Pair::new(b, a) }
}

/// What a relation comes to of which nothing is certain.
fn settled(pair: &Pair<'_>, relation: Relation) -> Relation {
    match relation {
        Relation::Same if !pair.plain.contradicted.is_empty() => Relation::Different,
        Relation::Related if !pair.much_in_common() => Relation::Different,
        other => other,
    }
}

fn found(model: &Model, pair: &Pair<'_>, judged: Judgement) -> Match {
    let may_count = judged.sum > CAP_CONTRADICTED || pair.may_be_one();
    let sure = may_count && certain(&pair.plain);
    let free = !may_count || pair.plain.contradicted.is_empty();
    let relation = if sure { Relation::Same } else { settled(pair, judged.relation) };
    let mut evidence = judged.evidence;
    let mut settle = |facet: &str, finding: &str, to: f64| {
        let weight = to - sum(&evidence);
        evidence.push(Evidence { facet: facet.to_owned(), finding: finding.to_owned(), weight });
    };
    if sure && judged.sum < LEAST_CERTAIN {
        settle(
            "certain",
            "a key, the source's word, or name and text together leave no doubt",
            LEAST_CERTAIN,
        );
    } else if !sure && !free && judged.sum > CAP_CONTRADICTED {
        settle("cap", "a contradiction rules out SAME", CAP_CONTRADICTED);
    } else if !sure && judged.sum > CAP_UNSURE {
        settle("cap", "likely, but not beyond doubt: a person must look", CAP_UNSURE);
    }
    let confirmed = relation == Relation::Same && sure;
    let strength = if confirmed { Strength::Confirmed } else { Strength::Possible };
    told(model, pair, (relation, strength), evidence)
}

/// The match that a pair is, its score being the sum of the evidence.
pub(crate) fn told(
    model: &Model,
    pair: &Pair<'_>,
    (relation, strength): (Relation, Strength),
    evidence: Vec<Evidence>,
) -> Match {
    let (left, right) = pair.sides();
    Match {
        left: left.id.clone(),
        left_version: left.version,
        right: right.id.clone(),
        right_version: right.version,
        relation,
        score: score_of(sum(&evidence)),
        strength,
        evidence,
        model: model.name.clone(),
    }
}

/// Whether something the two say rules out that they are the same.
pub fn contradict(a: &Prepared, b: &Prepared) -> bool {
    let (left, right) = if a.id <= b.id { (a, b) } else { (b, a) };
    !Pair::new(left, right).plain.contradicted.is_empty()
}

#[cfg(test)]
mod tests;
