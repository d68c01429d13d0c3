//! How concepts stand to each other, whatever is asked: recipes, places that are only possible, subjects that lie within others.

use crate::question::{Place, breakdown, concept_of};
use onus_domain::{ConceptId, DefinitionId, concept::Strength, snapshot::Snapshot, subject::SubjectOrder};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// All links of a snapshot.
pub(crate) struct Links<'s> {
    pub order: SubjectOrder,
    pub derivations: Derivations<'s>,
    pub possible: PossibleConcepts,
}

impl<'s> Links<'s> {
    pub fn new(snapshot: &'s Snapshot) -> Self {
        Self {
            order: SubjectOrder::new(&snapshot.subjects),
            derivations: Derivations::new(snapshot),
            possible: PossibleConcepts::new(snapshot),
        }
    }

    /// The concepts of which a question may have to do with one of some concepts, in any number of steps; these among them.
    pub fn families(&self, concepts: BTreeSet<ConceptId>) -> BTreeSet<ConceptId> {
        let mut beside = BTreeMap::<&ConceptId, Vec<&ConceptId>>::new();
        let derived = self.derivations.to.iter();
        let derived = derived.flat_map(|(from, to)| to.iter().map(|to| (&from.0, &to.0)));
        let joined = self.possible.least.iter();
        for (one, other) in derived.chain(joined) {
            beside.entry(one).or_default().push(other);
            beside.entry(other).or_default().push(one);
        }
        let (mut next, mut found): (Vec<_>, _) = (concepts.iter().cloned().collect(), concepts);
        while let Some(concept) = next.pop() {
            for other in beside.get(&concept).into_iter().flatten() {
                if found.insert((*other).clone()) {
                    next.push((*other).clone());
                }
            }
        }
        found
    }
}

/// CONFIRMED recipes. Derivability is a partial order: what is derived of what is derived is derived too.
pub(crate) struct Derivations<'s> {
    /// By what is derived.
    from: BTreeMap<Place, Vec<(Place, &'s str)>>,
    /// By what it is derived from.
    to: BTreeMap<Place, Vec<Place>>,
}

impl<'s> Derivations<'s> {
    pub fn new(snapshot: &'s Snapshot) -> Self {
        let mut direct = Self { from: BTreeMap::new(), to: BTreeMap::new() };
        let place = |id: &DefinitionId| (concept_of(snapshot, id), breakdown(snapshot.definition(id)));
        for derivation in snapshot.derivations.iter().filter(|d| d.strength == Strength::Confirmed) {
            let (from, to) = (place(&derivation.from_definition), place(&derivation.to_definition));
            direct.to.entry(from.clone()).or_default().push(to.clone());
            direct.from.entry(to).or_default().push((from, derivation.recipe.as_str()));
        }
        direct
    }

    /// All that is derivable from a place.
    pub fn derived<'a>(&'a self, place: &'a Place) -> BTreeSet<&'a Place> {
        let (mut found, mut next) = (BTreeSet::new(), vec![place]);
        while let Some(at) = next.pop() {
            next.extend(self.to.get(at).into_iter().flatten().filter(|to| found.insert(*to)));
        }
        found
    }

    /// All that a place is derivable from, itself not among them, with the recipes in the order in which they are applied: the fewest.
    pub fn sources(&self, place: &Place) -> BTreeMap<Place, Vec<&'s str>> {
        let mut found = BTreeMap::<Place, Vec<&str>>::new();
        let mut next = VecDeque::from([(place, vec![])]);
        while let Some((at, recipes)) = next.pop_front() {
            for (from, recipe) in self.from.get(at).into_iter().flatten() {
                if from != place && !found.contains_key(from) {
                    let chain: Vec<_> = std::iter::once(*recipe).chain(recipes.iter().copied()).collect();
                    found.insert(from.clone(), chain.clone());
                    next.push_back((from, chain));
                }
            }
        }
        found
    }
}

/// Concepts joined by POSSIBLE places.
pub(crate) struct PossibleConcepts {
    /// Towards the least of those joined.
    least: BTreeMap<ConceptId, ConceptId>,
    /// By the least: the others.
    joined: BTreeMap<ConceptId, Vec<ConceptId>>,
}

impl PossibleConcepts {
    fn new(snapshot: &Snapshot) -> Self {
        let mut possible = Self { least: BTreeMap::new(), joined: BTreeMap::new() };
        for member in snapshot.concepts.iter().filter(|member| member.strength == Strength::Possible) {
            let own = concept_of(snapshot, &member.definition);
            let (a, b) = (possible.root(&own).clone(), possible.root(&member.concept).clone());
            if a != b {
                let (least, other) = if a < b { (a, b) } else { (b, a) };
                possible.least.insert(other, least);
            }
        }
        let roots = possible.least.keys().map(|concept| (concept.clone(), possible.root(concept).clone()));
        possible.least = roots.collect();
        for (concept, root) in &possible.least {
            possible.joined.entry(root.clone()).or_default().push(concept.clone());
        }
        possible
    }

    /// The least of those that a concept may be one with.
    pub fn root<'c>(&'c self, concept: &'c ConceptId) -> &'c ConceptId {
        std::iter::successors(Some(concept), |at| self.least.get(*at)).last().unwrap_or(concept)
    }

    /// The concepts that a concept may be one with, itself among them, in order.
    pub fn one_with<'c>(&'c self, concept: &'c ConceptId) -> impl Iterator<Item = &'c ConceptId> {
        let root = self.root(concept);
        std::iter::once(root).chain(self.joined.get(root).into_iter().flatten())
    }
}
