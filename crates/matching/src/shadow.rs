//! What another model or another vocabulary would change: the matches that it finds beside those that are held, and how either stands to
//! what stewards ruled. Changes nothing.

use crate::{files::RelationPair, sample::Share};
use onus_domain::{
    DefinitionId,
    concept::Strength,
    relation::{Match, Relation},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What was found of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Found {
    /// The relation.
    pub relation: Relation,
    /// Whether it counts.
    pub strength: Strength,
    /// Probability that the two are SAME.
    pub score: f64,
}

/// A pair of which the candidate finds another relation, or another strength, than is held; `None` where nothing is found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// The lesser definition.
    pub left: DefinitionId,
    /// The greater definition.
    pub right: DefinitionId,
    /// What is held.
    pub before: Option<Found>,
    /// What the candidate finds.
    pub after: Option<Found>,
}

impl Changed {
    /// Whether it is SAME with the candidate alone.
    pub fn begins(&self) -> bool {
        is_same(self.after) && !is_same(self.before)
    }

    /// Whether it is SAME without the candidate alone.
    pub fn ends(&self) -> bool {
        is_same(self.before) && !is_same(self.after)
    }
}

fn is_same(found: Option<Found>) -> bool {
    found.is_some_and(|found| found.relation == Relation::Same)
}

/// How well what is found to be SAME agrees with what stewards ruled.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Agreement {
    /// Pairs that stewards ruled on.
    pub ruled: usize,
    /// Of those found to be SAME, the share that was ruled SAME.
    pub precision: Option<Share>,
    /// Of those ruled SAME, the share that is found to be.
    pub recall: Option<Share>,
}

impl Agreement {
    /// Of pairs: whether each is found to be SAME, and whether it was ruled so.
    fn of(pairs: &[(bool, bool)]) -> Self {
        let count = |is: &dyn Fn(&(bool, bool)) -> bool| pairs.iter().filter(|pair| is(pair)).count();
        let both = count(&|(found, ruled)| *found && *ruled);
        Self {
            ruled: pairs.len(),
            precision: Share::wilson(both, count(&|(found, _)| *found)),
            recall: Share::wilson(both, count(&|(_, ruled)| *ruled)),
        }
    }
}

/// How many matches there are of a relation and a strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The relation.
    pub relation: Relation,
    /// Whether they count.
    pub strength: Strength,
    /// How many are held.
    pub before: usize,
    /// How many the candidate finds.
    pub after: usize,
}

/// What the candidate would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shadow {
    /// Models of the matches that are held.
    pub models: BTreeSet<String>,
    /// By relation and strength.
    pub counts: Vec<Count>,
    /// Pairs that would change, by their identifiers.
    #[serde(skip)]
    pub changed: Vec<Changed>,
    /// How what is held agrees with stewards' rulings.
    pub before: Agreement,
    /// How the candidate does.
    pub after: Agreement,
}

type Pairs<'m> = BTreeMap<(&'m DefinitionId, &'m DefinitionId), Found>;

fn pairs(matches: &[Match]) -> Pairs<'_> {
    let of = |one: &Match| Found { relation: one.relation, strength: one.strength, score: one.score };
    matches.iter().map(|one| ((&one.left, &one.right), of(one))).collect()
}

impl Shadow {
    /// Of the matches that are held, those that the candidate finds among the same definitions, and what stewards ruled.
    pub fn new(held: &[Match], candidate: &[Match], ruled: &[RelationPair]) -> Self {
        let (before, after) = (pairs(held), pairs(candidate));
        let mut counts: BTreeMap<(Relation, Strength), (usize, usize)> = BTreeMap::new();
        for found in before.values() {
            counts.entry((found.relation, found.strength)).or_default().0 += 1;
        }
        for found in after.values() {
            counts.entry((found.relation, found.strength)).or_default().1 += 1;
        }
        let all: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let changed = all.into_iter().filter_map(|pair| {
            let (before, after) = (before.get(pair).copied(), after.get(pair).copied());
            let kind = |found: Option<Found>| found.map(|found| (found.relation, found.strength));
            (kind(before) != kind(after)).then(|| Changed {
                left: pair.0.clone(),
                right: pair.1.clone(),
                before,
                after,
            })
        });
        let same = Relation::Same.to_string();
        let agreement = |found: &Pairs<'_>| {
            let of = |pair: &RelationPair| {
                (is_same(found.get(&(&pair.left.id, &pair.right.id)).copied()), pair.relation == same)
            };
            Agreement::of(&ruled.iter().map(of).collect::<Vec<_>>())
        };
        Self {
            models: held.iter().map(|one| one.model.clone()).collect(),
            counts: counts
                .iter()
                .map(|((relation, strength), (before, after))| Count {
                    relation: *relation,
                    strength: *strength,
                    before: *before,
                    after: *after,
                })
                .collect(),
            changed: changed.collect(),
            before: agreement(&before),
            after: agreement(&after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::definition::{Definition, DefinitionKind};

    fn found(left: &str, right: &str, relation: Relation, score: f64) -> Match {
        Match {
            left: DefinitionId::new(left).unwrap(),
            left_version: 1,
            right: DefinitionId::new(right).unwrap(),
            right_version: 1,
            relation,
            score,
            strength: if score > 0.99 { Strength::Confirmed } else { Strength::Possible },
            evidence: vec![],
            model: "m".into(),
        }
    }

    fn ruled(left: &str, right: &str, relation: Relation) -> RelationPair {
        let named =
            |name: &str| Definition::new(DefinitionId::new(name).unwrap(), DefinitionKind::Metric, name);
        RelationPair {
            id: String::new(),
            left: named(left),
            right: named(right),
            relation: relation.to_string(),
            facet: String::new(),
        }
    }

    #[test]
    fn what_changes_is_told_and_measured_by_rulings() {
        use Relation::{Different, Related, Same};
        let held = [
            found("a", "b", Same, 0.995),
            found("a", "c", Same, 0.8),
            found("a", "d", Related, 0.1),
            found("b", "c", Related, 0.1),
        ];
        let candidate = [
            found("a", "b", Same, 0.995),
            found("a", "c", Same, 0.9),
            found("a", "d", Same, 0.6),
            found("c", "d", Same, 0.7),
        ];
        let rulings =
            [ruled("a", "b", Same), ruled("a", "d", Same), ruled("a", "c", Different), ruled("b", "d", Same)];
        let shadow = Shadow::new(&held, &candidate, &rulings);
        let told: Vec<_> = shadow
            .changed
            .iter()
            .map(|one| (one.left.as_str(), one.right.as_str(), one.begins(), one.ends()))
            .collect();
        assert_eq!(told, [("a", "d", true, false), ("b", "c", false, false), ("c", "d", true, false)]);
        let counts: Vec<_> = shadow.counts.iter().map(|one| (one.relation, one.before, one.after)).collect();
        assert_eq!(counts, [(Same, 1, 1), (Same, 1, 3), (Related, 2, 0)]);
        let shares = |of: Agreement| (of.precision.unwrap().value, of.recall.unwrap().value);
        assert_eq!(shares(shadow.before), (0.5, 1.0 / 3.0));
        assert_eq!(shares(shadow.after), (2.0 / 3.0, 2.0 / 3.0));
        let back = Shadow::new(&candidate, &held, &[]);
        assert_eq!(back.changed.iter().filter(|one| one.ends()).count(), 2);
        assert_eq!((back.before.ruled, back.before.precision), (0, None), "nothing was ruled");
    }
}
