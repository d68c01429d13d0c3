//! A view: one moment of the published registry with everything that pages and calls read from it, shared by all of them.

use crate::{
    overlaps::{OverlapRow, OverlapsBefore},
    search::SearchIndex,
};
use onus_burden::{Burden, Changes, Settings};
use onus_domain::{
    CollectionId, ConceptId, DefinitionId, Month,
    collection::Collection,
    concept::Strength,
    definition::Definition,
    item::Item,
    relation::{Match, Rulings},
    snapshot::Snapshot,
    version::Version,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

/// One moment of the published registry. Everything in it is a function of the snapshot.
pub struct View {
    /// The registry itself.
    pub snapshot: Arc<Snapshot>,
    /// Its figures.
    pub burden: Burden,
    /// The last whole month when it was made: the one that figures without a month are of.
    pub month: Month,
    pub(crate) overlaps: OnceLock<Arc<Vec<OverlapRow>>>,
    pub(crate) overlaps_before: Option<OverlapsBefore>,
    /// Made when somebody searches.
    pub(crate) search_index: OnceLock<Result<SearchIndex, String>>,
    concept_of: BTreeMap<DefinitionId, ConceptId>,
    members_of: BTreeMap<ConceptId, BTreeSet<DefinitionId>>,
    asked_in: BTreeMap<DefinitionId, BTreeSet<CollectionId>>,
    matches_of: BTreeMap<DefinitionId, Vec<usize>>,
    pub(crate) rulings: Rulings,
}

/// A collection as lists show it: with the version people see.
#[derive(Debug, Clone, Copy)]
pub struct CollectionRow<'v> {
    /// Its identity.
    pub collection: &'v Collection,
    /// The live version, else the latest.
    pub version: &'v Version,
}

impl View {
    /// Prepares a view of a snapshot.
    pub fn new(snapshot: Snapshot, settings: Settings, month: Month) -> Self {
        let snapshot = Arc::new(snapshot);
        Self::of(Burden::new(Arc::clone(&snapshot), settings), snapshot, month)
    }

    /// Prepares a view of a later snapshot. Of its figures, what did not change since this one is not worked out again.
    #[must_use]
    pub fn after(&self, snapshot: Snapshot, month: Month) -> Self {
        let snapshot = Arc::new(snapshot);
        let changes = Changes::between(&self.snapshot, &snapshot);
        let mut view = Self::of(self.burden.updated(Arc::clone(&snapshot), changes), snapshot, month);
        view.overlaps_before = OverlapsBefore::of(self, &view);
        view
    }

    fn of(burden: Burden, snapshot: Arc<Snapshot>, month: Month) -> Self {
        let confirmed = snapshot.concepts.iter().filter(|member| member.strength == Strength::Confirmed);
        let concept_of: BTreeMap<_, _> =
            confirmed.map(|m| (m.definition.clone(), m.concept.clone())).collect();
        let mut members_of = BTreeMap::<_, BTreeSet<_>>::new();
        for (definition, concept) in &concept_of {
            members_of.entry(concept.clone()).or_default().insert(definition.clone());
        }
        let mut matches_of = BTreeMap::<_, Vec<_>>::new();
        for (at, found) in snapshot.matches.iter().enumerate() {
            matches_of.entry(found.left.clone()).or_default().push(at);
            matches_of.entry(found.right.clone()).or_default().push(at);
        }
        let rulings = Rulings::new(&snapshot.decisions);
        let mut view = Self {
            burden,
            snapshot,
            month,
            overlaps: OnceLock::new(),
            overlaps_before: None,
            search_index: OnceLock::new(),
            concept_of,
            members_of,
            asked_in: BTreeMap::new(),
            matches_of,
            rulings,
        };
        view.asked_in = view.find_askers();
        view
    }

    fn find_askers(&self) -> BTreeMap<DefinitionId, BTreeSet<CollectionId>> {
        let mut askers = BTreeMap::<DefinitionId, BTreeSet<CollectionId>>::new();
        // Also the version that is approved beside the live one: it is about to ask.
        for version in self.snapshot.versions.iter().filter(|version| version.state.asks()) {
            for item in &version.content.items {
                askers.entry(item.definition.clone()).or_default().insert(version.collection.clone());
            }
        }
        askers
    }

    /// All collections that have a published version.
    pub fn collection_rows(&self) -> impl Iterator<Item = CollectionRow<'_>> {
        self.snapshot.collections.iter().filter_map(|collection| {
            let version = self.snapshot.current_version(&collection.id)?;
            Some(CollectionRow { collection, version })
        })
    }

    /// The collection of a key, if it has a published version.
    pub fn collection_row(&self, id: &CollectionId) -> Option<CollectionRow<'_>> {
        let collection = self.snapshot.collection(id)?;
        Some(CollectionRow { collection, version: self.snapshot.current_version(id)? })
    }

    /// The concept that a definition is in: its own if nothing equals it.
    pub fn concept_of(&self, definition: &DefinitionId) -> ConceptId {
        self.concept_of.get(definition).cloned().unwrap_or_else(|| ConceptId::of(definition))
    }

    /// How many definitions have no place in a confirmed concept: the registry was not matched since they came.
    pub fn unmatched(&self) -> usize {
        self.snapshot.definitions.iter().filter(|one| !self.concept_of.contains_key(&one.id)).count()
    }

    /// The definitions in a concept.
    pub fn members_of(&self, concept: &ConceptId) -> impl Iterator<Item = &Definition> {
        self.members_of.get(concept).into_iter().flatten().filter_map(|id| self.snapshot.definition(id))
    }

    /// All concepts, with their members.
    pub fn concepts(&self) -> impl Iterator<Item = (&ConceptId, &BTreeSet<DefinitionId>)> {
        self.members_of.iter()
    }

    /// The collections that ask a definition, or are about to.
    pub fn asked_in(&self, definition: &DefinitionId) -> impl Iterator<Item = CollectionRow<'_>> {
        self.asked_in.get(definition).into_iter().flatten().filter_map(|id| self.collection_row(id))
    }

    /// The matches of a definition, most alike first.
    pub fn matches_of(&self, definition: &DefinitionId) -> Vec<&Match> {
        let places = self.matches_of.get(definition).into_iter().flatten();
        let mut matches: Vec<_> = places.map(|at| &self.snapshot.matches[*at]).collect();
        matches.sort_by(|a, b| b.score.total_cmp(&a.score));
        matches
    }

    /// The concepts that a collection's items ask, with the items that ask each.
    pub fn concepts_asked<'v>(&'v self, row: CollectionRow<'v>) -> BTreeMap<ConceptId, Vec<&'v Item>> {
        let mut asked = BTreeMap::<_, Vec<_>>::new();
        for item in &row.version.content.items {
            asked.entry(self.concept_of(&item.definition)).or_default().push(item);
        }
        asked
    }
}
