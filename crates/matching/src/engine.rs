//! The matcher: the registry's definitions taken apart and indexed, and what is asked of them. The seam where another engine goes in.

use crate::{
    index::{Index, Slot},
    judge, live, named,
    pair::Pair,
    prepare::Prepared,
    score,
    side_by_side::{self, SideBySide},
};
use onus_domain::{
    DefinitionId,
    concept::{ConceptMember, Strength},
    definition::Definition,
    relation::{Decision, Match, Relation, Standing},
};
use rayon::prelude::*;
use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Candidates of a draft that are compared with it.
const MOST_CHECKED: usize = 40;
/// Probability from which a proposed item is said to be the same as a registered one.
const LIKELY: f64 = 0.5;

/// How a proposed definition stands to a registered one.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The registered definition.
    pub definition: DefinitionId,
    /// How the proposed one stands to it.
    pub standing: Standing,
    /// The comparison, with its evidence.
    pub match_: Match,
}

/// The registry's definitions, one version each, ready to be matched.
///
/// Inserting them one by one, in any order, gives the matches of [`Matcher::match_all`], byte for byte.
#[derive(Debug, Default)]
pub struct Matcher {
    prepared: Vec<Prepared>,
    slots: HashMap<DefinitionId, Slot>,
    index: Index,
}

impl Matcher {
    /// With nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many definitions are in it.
    pub fn len(&self) -> usize {
        self.prepared.len()
    }

    /// Whether none is in it.
    pub fn is_empty(&self) -> bool {
        self.prepared.is_empty()
    }

    /// Takes a definition in, or its new version in place of the old one, and tells its matches (SAME and RELATED, sorted by left and right)
    /// with what is there. After a new version, matches that name the old one no longer hold.
    pub fn insert(&mut self, definition: &Definition) -> Vec<Match> {
        let fresh = !self.slots.contains_key(&definition.id);
        let slot = self.put(Prepared::new(definition));
        let mut matches = self.matches_of(slot, if fresh { slot } else { Slot::MAX });
        sort(&mut matches);
        matches
    }

    /// All matches (SAME and RELATED) between these definitions, sorted by left and right, on all cores. `progress` hears how many of how
    /// many definitions are done, in no particular order, from any thread.
    pub fn match_all(definitions: &[Definition], progress: &(dyn Fn(usize, usize) + Sync)) -> Vec<Match> {
        let registry = Self::of(definitions);
        let (done, total) = (AtomicUsize::new(0), registry.prepared.len());
        let found = |slot| {
            let found = registry.matches_of(slot, slot);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            found
        };
        let mut matches: Vec<Match> = registry.places().flat_map_iter(found).collect();
        sort(&mut matches);
        matches
    }

    /// The same matches, handed out as they are found, from any thread and in no order: for more than fit in memory.
    pub fn match_each(definitions: &[Definition], each: &(dyn Fn(Match) + Sync)) {
        let registry = Self::of(definitions);
        registry.places().for_each(|slot| registry.matches_of(slot, slot).into_iter().for_each(each));
    }

    /// How a definition stands to the registry, on all cores: at most `n` hits, best first. IDENTICAL where its identifier, or a key that names one
    /// definition in another registry, is registered: so one that is only proposed has [`DefinitionId::proposed`] for its identifier,
    /// and its name is evidence like any other.
    pub fn check(&self, proposed: &Definition, n: usize) -> Vec<Hit> {
        let proposed = Prepared::new(proposed);
        if named::is_bare(&proposed) {
            return self.check_name(&proposed, n);
        }
        let mut hits: Vec<(bool, Hit)> = self
            .index
            .candidates(&proposed, MOST_CHECKED)
            .into_par_iter()
            .map(|slot| &self.prepared[slot as usize])
            .filter_map(|registered| Some((namesakes(&proposed, registered), hit(&proposed, registered)?)))
            .collect();
        hits.sort_by(|(a_namesake, a), (b_namesake, b)| {
            // Of one standing what is certain comes first, then what has the same name: whoever proposes it should see that.
            let order = |hit: &Hit, namesake: bool| {
                (hit.standing, hit.match_.strength == Strength::Possible, !namesake)
            };
            (order(a, *a_namesake).cmp(&order(b, *b_namesake)))
                .then_with(|| b.match_.score.total_cmp(&a.match_.score))
                .then_with(|| a.definition.cmp(&b.definition))
        });
        hits.truncate(n);
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    /// How a definition that is a name alone stands to the registry: the likest names first.
    fn check_name(&self, proposed: &Prepared, n: usize) -> Vec<Hit> {
        let mut hits: Vec<(f64, Hit)> = self
            .index
            .candidates(proposed, named::MOST_NAMES)
            .into_par_iter()
            .filter_map(|slot| named::hit(proposed, &self.prepared[slot as usize]))
            .collect();
        hits.sort_by(|(a_like, a), (b_like, b)| {
            (a.standing.cmp(&b.standing))
                .then_with(|| b_like.total_cmp(a_like))
                .then_with(|| a.definition.cmp(&b.definition))
        });
        hits.truncate(n);
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The registered definitions that a definition could be like, at most `k`, best first.
    pub fn candidates(&self, definition: &Definition, k: usize) -> Vec<&DefinitionId> {
        let slots = self.index.candidates(&Prepared::new(definition), k);
        slots.into_iter().map(|slot| &self.prepared[slot as usize].id).collect()
    }

    /// Compares two definitions, registered or not.
    pub fn compare(a: &Definition, b: &Definition) -> Match {
        score::compare(a, b)
    }

    /// Puts two definitions side by side, registered or not, facet by facet.
    pub fn side_by_side(left: &Definition, right: &Definition) -> SideBySide {
        side_by_side::side_by_side(left, right)
    }

    /// Whether what two registered definitions say rules out that they are the same. Unknown ones contradict nothing.
    pub fn contradict(&self, a: &DefinitionId, b: &DefinitionId) -> bool {
        let of = |id| self.slots.get(id).and_then(|slot| self.prepared.get(*slot as usize));
        of(a).zip(of(b)).is_some_and(|(a, b)| score::contradict(a, b))
    }

    /// The concepts of all definitions in it, by their matches and stewards' decisions. See [`crate::cluster::concepts`].
    pub fn concepts(&self, matches: &[Match], decisions: &[Decision]) -> Vec<ConceptMember> {
        let ids = self.prepared.iter().map(|definition| &definition.id);
        crate::cluster::concepts(ids, matches, decisions, &|a, b| self.contradict(a, b))
    }

    /// With these in it, taken apart on all cores.
    fn of(definitions: &[Definition]) -> Self {
        let prepared: Vec<Prepared> = definitions.par_iter().map(Prepared::new).collect();
        let mut out = Self::new();
        for definition in prepared {
            out.put(definition);
        }
        out
    }

    fn places(&self) -> impl IndexedParallelIterator<Item = Slot> {
        (0..Slot::try_from(self.prepared.len()).unwrap_or(Slot::MAX)).into_par_iter()
    }

    fn put(&mut self, definition: Prepared) -> Slot {
        let fresh = Slot::try_from(self.prepared.len()).unwrap_or(Slot::MAX);
        let slot = *self.slots.entry(definition.id.clone()).or_insert(fresh);
        if slot == fresh {
            self.index.insert(slot, &definition);
            self.prepared.push(definition);
        } else {
            self.index.remove(slot, &self.prepared[slot as usize]);
            self.index.insert(slot, &definition);
            self.prepared[slot as usize] = definition;
        }
        slot
    }

    /// The matches of a definition with those in the slots before.
    fn matches_of(&self, slot: Slot, before: Slot) -> Vec<Match> {
        let definition = &self.prepared[slot as usize];
        let near = self.index.near(definition, before).into_iter().filter(|other| *other != slot);
        let alike = near.filter(|other| worth_comparing(definition, &self.prepared[*other as usize]));
        alike
            .filter_map(|other| {
                score::compare_alike(live::model(), definition, &self.prepared[other as usize])
            })
            .filter(|found| found.relation != Relation::Different)
            .collect()
    }
}

/// Takes definitions in without telling their matches; of two with one identifier, the later.
impl<'a> Extend<&'a Definition> for Matcher {
    fn extend<T: IntoIterator<Item = &'a Definition>>(&mut self, definitions: T) {
        for definition in definitions {
            self.put(Prepared::new(definition));
        }
    }
}

/// Whether two that are near share enough words, or a name, a text or a key, to be compared in full. Says the same whatever else is
/// registered.
fn worth_comparing(left: &Prepared, right: &Prepared) -> bool {
    left.all.similarity(&right.all) >= 0.3
        || left.name.similarity(&right.name) >= 0.5
        || left.keys().iter().any(|key| right.keys().contains(key))
}

/// Whether two have one name, but for spelling and small words.
fn namesakes(left: &Prepared, right: &Prepared) -> bool {
    !left.name.is_empty() && left.name.line == right.name.line
}

fn sort(matches: &mut [Match]) {
    matches.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
}

/// What two are to each other that are not likely the same: near, if they have much in common.
fn apart(pair: &Pair<'_>) -> Relation {
    match judge::apart(pair) {
        Relation::Related if !pair.much_in_common() => Relation::Different,
        relation => relation,
    }
}

fn hit(proposed: &Prepared, registered: &Prepared) -> Option<Hit> {
    let match_ = score::compare_alike(live::model(), proposed, registered)?;
    let key = |other: &(Box<str>, Box<str>)| registered.identities().any(|known| known == other);
    let identical = proposed.id == registered.id || proposed.identities().any(key);
    let is_left = match_.left == proposed.id;
    // Whoever proposes an item is told that it is the same only where that is likelier than not.
    let possible = match_.relation == Relation::Same && match_.strength == Strength::Possible;
    let found = if possible && match_.score < LIKELY {
        apart(&Pair::new(proposed, registered))
    } else {
        match_.relation
    };
    let relation = if is_left { found } else { found.turned() };
    let standing = if identical { Standing::Identical } else { Standing::of(relation)? };
    Some(Hit { definition: registered.id.clone(), standing, match_ })
}
