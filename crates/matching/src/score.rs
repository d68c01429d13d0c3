//! The score: a log-odds waterfall. Every reason adds its weight; the sum, taken in the order given, is the logit of the score.
//!
//! The weights are hundredths set by hand on the labelled pairs: one can add them up on paper. None depends on what else is registered,
//! so a pair scores the same today and after a million registrations; that is what makes incremental and batch matching equal.

use crate::{compare, prepare::Prepared};
use onus_domain::{
    concept::Strength,
    definition::Definition,
    relation::{Evidence, Match, Relation},
};

/// Name of the model, in every match it makes.
pub const MODEL: &str = "first-form-1";

/// Published automatic threshold: SAME counts (CONFIRMED) at and above this score.
pub const AUTOMATIC_THRESHOLD: f64 = 0.99;

/// SAME is shown (POSSIBLE) at and above this score.
pub const SAME_THRESHOLD: f64 = 0.5;

/// Least likeness of names or of all words at which two definitions are RELATED.
pub const RELATED_LIKENESS: f64 = 0.5;

/// Log-odds to which a contradiction caps the score: about 0.2, well below SAME.
const CAP_CONTRADICTED: f64 = -1.4;

/// Log-odds to which the score is capped where a person must look: 0.95, well below the automatic threshold.
const CAP_UNSURE: f64 = 2.94;

/// What was found about a pair.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The waterfall so far.
    pub evidence: Vec<Evidence>,
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
    /// Adds a reason. Weights are hundredths.
    pub fn add(&mut self, facet: &str, weight: f64, finding: impl Into<String>) {
        let weight = (weight * 100.0).round() / 100.0;
        self.evidence.push(Evidence { facet: facet.to_owned(), finding: finding.into(), weight });
    }

    /// Adds a reason why the two cannot be the same.
    pub fn contradict(&mut self, facet: &'static str, finding: impl Into<String>) {
        self.add(facet, -3.0, finding);
        self.contradicted.push(facet);
    }

    fn sum(&self) -> f64 {
        sum(&self.evidence)
    }

    fn cap(&mut self, most: f64, finding: &str) {
        let sum = self.sum();
        if sum > most {
            self.evidence.push(Evidence {
                facet: "cap".to_owned(),
                finding: finding.to_owned(),
                weight: most - sum,
            });
        }
    }

    fn relation(&self, score: f64) -> Relation {
        let only_level = self.contradicted.iter().all(|facet| ["grain", "period", "kind"].contains(facet));
        if self.contradicted.is_empty() && score >= SAME_THRESHOLD {
            Relation::Same
        } else if only_level && self.likeness >= RELATED_LIKENESS {
            Relation::Related
        } else {
            Relation::Different
        }
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
    compare_prepared(&Prepared::new(a), &Prepared::new(b))
}

/// Compares two definitions taken apart. The lesser identifier is the left, whatever the order given.
pub fn compare_prepared(a: &Prepared, b: &Prepared) -> Match {
    let (left, right) = if (&a.id, a.version) <= (&b.id, b.version) { (a, b) } else { (b, a) };
    let mut findings = compare::findings(left, right);
    if !findings.contradicted.is_empty() {
        findings.cap(CAP_CONTRADICTED, "a contradiction rules out SAME");
    } else if !findings.named_as_one {
        findings.cap(CAP_UNSURE, "neither key nor name nor source calls them one item: a person must look");
    } else if !findings.stated_as_one && !findings.unclear.is_empty() {
        let finding =
            format!("the two differ in words on {}: a person must look", findings.unclear.join(", "));
        findings.cap(CAP_UNSURE, &finding);
    }
    let score = score_of(findings.sum());
    let relation = findings.relation(score);
    let confirmed = relation == Relation::Same && score >= AUTOMATIC_THRESHOLD;
    Match {
        left: left.id.clone(),
        left_version: left.version,
        right: right.id.clone(),
        right_version: right.version,
        relation,
        score,
        strength: if confirmed { Strength::Confirmed } else { Strength::Possible },
        evidence: findings.evidence,
        model: MODEL.to_owned(),
    }
}

/// Whether something the two say rules out that they are the same.
pub fn contradict(a: &Prepared, b: &Prepared) -> bool {
    let (left, right) = if a.id <= b.id { (a, b) } else { (b, a) };
    !compare::findings(left, right).contradicted.is_empty()
}

#[cfg(test)]
mod tests;
