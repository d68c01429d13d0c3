//! What a registry differs in from what it was before.

use onus_domain::{
    CollectionId, DefinitionId,
    concept::{ConceptMember, Strength},
    definition::Definition,
    reuse::ReuseAgreement,
    snapshot::Snapshot,
};
use std::collections::{BTreeMap, BTreeSet};

/// In what a snapshot differs from the one before it, as far as figures rest on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The collections that came, went or changed, in their versions, statements, owner or reuse agreements; and those that ask a
    /// definition that did.
    pub collections: BTreeSet<CollectionId>,
    /// Whether submissions or time returns differ.
    pub submissions: bool,
    /// Whether anything else does: organisations, successions, sizes, tariffs, subjects, or what concepts are linked by.
    pub others: bool,
}

impl Changes {
    /// Changes of some collections, and of nothing else.
    pub fn of(collections: impl IntoIterator<Item = CollectionId>) -> Self {
        Self { collections: collections.into_iter().collect(), ..Self::default() }
    }

    /// Finds in what two snapshots differ. It looks at all of both, which takes longer the larger they are; who made the change knows better.
    pub fn between(before: &Snapshot, after: &Snapshot) -> Self {
        // Whoever adds to what is published decides here whether figures rest on it.
        let Snapshot {
            organisations,
            successions,
            sizes,
            subjects,
            collections: _,
            versions: _,
            definitions: _,
            concepts: _,
            derivations,
            matches: _,
            decisions: _,
            statements: _,
            tariffs,
            submissions,
            reuse: _,
            // How a target stands is worked out when it is asked for.
            plans: _,
        } = before;
        let mut collections = BTreeSet::new();
        differ(&before.collections, &after.collections, |one| &one.id, &mut collections);
        differ(&before.versions, &after.versions, |one| &one.collection, &mut collections);
        differ(&before.statements, &after.statements, |one| &one.collection, &mut collections);
        let [agreed, agree] = [before, after].map(agreements);
        differ(&agreed, &agree, |one| &one.collection, &mut collections);
        let mut definitions = BTreeSet::new();
        differ(&before.definitions, &after.definitions, |one: &Definition| &one.id, &mut definitions);
        differ(&before.concepts, &after.concepts, |one: &ConceptMember| &one.definition, &mut definitions);
        let linked = [before, after].map(linked);
        let are_linked = definitions.iter().any(|one| linked.iter().any(|linked| linked.contains(one)));
        if !definitions.is_empty() {
            for version in before.versions.iter().chain(&after.versions) {
                if version.content.items.iter().any(|item| definitions.contains(&item.definition)) {
                    collections.insert(version.collection.clone());
                }
            }
        }
        Self {
            collections,
            submissions: *submissions != after.submissions,
            others: are_linked
                || *organisations != after.organisations
                || *successions != after.successions
                || *sizes != after.sizes
                || *tariffs != after.tariffs
                || *subjects != after.subjects
                || *derivations != after.derivations,
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The keys under which two lists differ; both are in order of keys.
fn differ<T: PartialEq, K: Ord + Clone>(
    before: &[T],
    after: &[T],
    key: impl Fn(&T) -> &K,
    found: &mut BTreeSet<K>,
) {
    let runs = |list| -> BTreeMap<&K, &[T]> {
        let runs = <[T]>::chunk_by(list, |a, b| key(a) == key(b));
        runs.filter_map(|run| Some((key(run.first()?), run))).collect()
    };
    let (before, after) = (runs(before), runs(after));
    let keys: BTreeSet<&K> = before.keys().chain(after.keys()).copied().collect();
    found.extend(keys.into_iter().filter(|key| before.get(key) != after.get(key)).cloned());
}

/// Reuse agreements by collection.
fn agreements(snapshot: &Snapshot) -> Vec<&ReuseAgreement> {
    let mut agreements: Vec<_> = snapshot.reuse.iter().collect();
    agreements.sort_by_key(|one| &one.collection);
    agreements
}

/// The definitions that recipes or POSSIBLE places have to do with: a change of them may lead anywhere.
fn linked(snapshot: &Snapshot) -> BTreeSet<&DefinitionId> {
    let possible = snapshot.concepts.iter().filter(|member| member.strength == Strength::Possible);
    let derived = snapshot.derivations.iter().flat_map(|one| [&one.from_definition, &one.to_definition]);
    possible.map(|member| &member.definition).chain(derived).collect()
}
