//! Concepts: definitions that ask the same question, by confirmed matches and stewards' decisions.

use onus_domain::{
    ConceptId, DefinitionId,
    concept::{ConceptMember, Strength},
    relation::{Decision, Match, Relation},
};
use std::collections::{BTreeMap, BTreeSet};

/// Every definition's place: exactly one CONFIRMED, and POSSIBLE ones where a match is only possible or was refused. Sorted.
///
/// - What stewards ruled SAME is joined first (must-link). What they ruled otherwise stays apart (cannot-link). The latest decision on
///   a pair holds. A must-link that would join what another decision keeps apart is refused: apart is the safer of the two.
/// - Then confirmed SAME matches, in order of descending score, then of identifiers. A match is refused if it would bring together, by
///   however long a chain, two definitions that a decision keeps apart or that `contradict` each other.
/// - A concept is called after the least of its definitions.
///
/// The result depends on nothing but its arguments, taken as sets. Matches and decisions about definitions that are not given, count for
/// nothing.
pub fn concepts<'a>(
    definitions: impl IntoIterator<Item = &'a DefinitionId>,
    matches: &[Match],
    decisions: &[Decision],
    contradict: &dyn Fn(&DefinitionId, &DefinitionId) -> bool,
) -> Vec<ConceptMember> {
    let ids: BTreeSet<&DefinitionId> = definitions.into_iter().collect();
    let ids: Vec<&DefinitionId> = ids.into_iter().collect();
    let place = |id: &DefinitionId| ids.binary_search(&id).ok();
    let ruled = rulings(decisions, &place);
    let mut groups = Groups::new(ids.len(), &ruled);
    for ((a, b), relation) in &ruled {
        if *relation == Relation::Same {
            groups.join(*a, *b, &|_, _| false);
        }
    }
    let mut possible: Vec<(usize, usize)> = Vec::new();
    for (a, b, confirmed) in same(matches, &ruled, &place) {
        let joined = confirmed && groups.join(a, b, &|a, b| contradict(ids[a], ids[b]));
        if !joined {
            possible.push((a, b));
        }
    }
    members(&ids, &mut groups, &possible)
}

/// The latest decision on each pair, by places in order.
fn rulings(
    decisions: &[Decision],
    place: &dyn Fn(&DefinitionId) -> Option<usize>,
) -> BTreeMap<(usize, usize), Relation> {
    let mut sorted: Vec<&Decision> = decisions.iter().collect();
    sorted.sort_by_key(|decision| (decision.at, decision.id));
    let pair = |decision: &&Decision| ordered(place(&decision.left)?, place(&decision.right)?);
    let mut ruled = BTreeMap::new();
    for decision in sorted {
        let Some(pair) = pair(&decision) else { continue };
        match decision.relation {
            Some(relation) => ruled.insert(pair, relation),
            None => ruled.remove(&pair),
        };
    }
    ruled
}

fn ordered(a: usize, b: usize) -> Option<(usize, usize)> {
    (a != b).then(|| (a.min(b), a.max(b)))
}

/// SAME matches that no decision speaks of, best first, and whether they count.
fn same(
    matches: &[Match],
    ruled: &BTreeMap<(usize, usize), Relation>,
    place: &dyn Fn(&DefinitionId) -> Option<usize>,
) -> Vec<(usize, usize, bool)> {
    let mut out: Vec<(f64, usize, usize, bool)> = matches
        .iter()
        .filter(|found| found.relation == Relation::Same)
        .filter_map(|found| {
            let (a, b) = ordered(place(&found.left)?, place(&found.right)?)?;
            Some((found.score, a, b, found.strength == Strength::Confirmed))
        })
        .filter(|(_, a, b, _)| !ruled.contains_key(&(*a, *b)))
        .collect();
    out.sort_by(|x, y| y.3.cmp(&x.3).then(y.0.total_cmp(&x.0)).then((x.1, x.2).cmp(&(y.1, y.2))));
    out.into_iter().map(|(_, a, b, confirmed)| (a, b, confirmed)).collect()
}

/// Disjoint groups that know what must stay apart.
struct Groups {
    /// Group of each place: the least place in it.
    of: Vec<usize>,
    members: BTreeMap<usize, Vec<usize>>,
    /// Places that must not be in one group with this one.
    apart: BTreeMap<usize, BTreeSet<usize>>,
}

impl Groups {
    fn new(count: usize, ruled: &BTreeMap<(usize, usize), Relation>) -> Self {
        let mut apart: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for ((a, b), _) in ruled.iter().filter(|(_, relation)| **relation != Relation::Same) {
            apart.entry(*a).or_default().insert(*b);
            apart.entry(*b).or_default().insert(*a);
        }
        Self { of: (0..count).collect(), members: (0..count).map(|at| (at, vec![at])).collect(), apart }
    }

    /// Joins the groups of two places, unless that would bring together what must stay apart. Whether they are in one group now.
    fn join(&mut self, a: usize, b: usize, contradict: &dyn Fn(usize, usize) -> bool) -> bool {
        let (least, other) = (self.of[a].min(self.of[b]), self.of[a].max(self.of[b]));
        if least == other {
            return true;
        }
        let (here, there) = (&self.members[&least], &self.members[&other]);
        let apart = |x: &usize, y: &usize| self.apart.get(x).is_some_and(|apart| apart.contains(y));
        // The pair itself was judged by whoever joins it; a chain brings together pairs that nobody judged.
        let chained = |x: usize, y: usize| (x, y) != (a, b) && (y, x) != (a, b) && contradict(x, y);
        if here.iter().any(|x| there.iter().any(|y| apart(x, y) || chained(*x, *y))) {
            return false;
        }
        let moved = self.members.remove(&other).unwrap_or_default();
        for at in &moved {
            self.of[*at] = least;
        }
        self.members.entry(least).or_default().extend(moved);
        true
    }
}

fn members(ids: &[&DefinitionId], groups: &mut Groups, possible: &[(usize, usize)]) -> Vec<ConceptMember> {
    let concept = |at: usize| ConceptId::of(ids[groups.of[at]]);
    let member = |at: usize, concept: ConceptId, strength| ConceptMember {
        definition: ids[at].clone(),
        concept,
        strength,
    };
    let mut out: BTreeSet<ConceptMember> =
        (0..ids.len()).map(|at| member(at, concept(at), Strength::Confirmed)).collect();
    for (a, b) in possible {
        if groups.of[*a] != groups.of[*b] {
            out.insert(member(*a, concept(*b), Strength::Possible));
            out.insert(member(*b, concept(*a), Strength::Possible));
        }
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests;
