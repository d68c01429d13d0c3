//! Overlap of collections: the concepts both ask (definitions in common) and, apart from it, the facts both ask (duplication).

use crate::{CollectionRow, View};
use onus_burden::{SharedFact, SharedFacts};
use onus_domain::{
    CollectionId, ConceptId, Error, Result,
    item::{Item, ItemRole},
};
use onus_matching::overlap::{Overlap, overlaps};
use std::{collections::BTreeSet, sync::Arc};

/// Two collections that ask about the same concepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlapRow {
    /// The concepts that both ask: definitions in common, which is not yet duplication.
    pub concepts: Overlap<CollectionId>,
    /// CONTENT concepts of which both ask the same fact of a provider, or one asks what the other's answers hold: duplication.
    pub shared_facts: usize,
    /// Providers who owe both in the twelve months.
    pub shared_respondents: u64,
}

/// Overlaps that were worked out before, and the collections of which they do not hold any more.
pub(crate) struct OverlapsBefore {
    rows: Arc<Vec<OverlapRow>>,
    changed: BTreeSet<CollectionId>,
}

impl OverlapsBefore {
    /// What of the overlaps of a view, or of those before it, holds in the next one.
    pub(crate) fn of(view: &View, next: &View) -> Option<Self> {
        let changed = next.burden.changed().filter(|_| view.month == next.month)?;
        match (view.overlaps.get(), &view.overlaps_before) {
            (Some(rows), _) => Some(Self { rows: Arc::clone(rows), changed: changed.clone() }),
            (None, Some(before)) => {
                Some(Self { rows: Arc::clone(&before.rows), changed: &before.changed | changed })
            }
            (None, None) => None,
        }
    }

    fn of_pair(&self, pair: &Overlap<CollectionId>) -> Option<&OverlapRow> {
        let (left, right) = (&pair.left, &pair.right);
        if self.changed.contains(left) || self.changed.contains(right) {
            return None;
        }
        let place = |row: &OverlapRow| (&row.concepts.left, &row.concepts.right).cmp(&(left, right));
        Some(&self.rows[self.rows.binary_search_by(place).ok()?])
    }
}

/// A concept that two collections ask, with the items that ask it on either side.
#[derive(Debug, Clone)]
pub struct SharedConcept<'v> {
    /// The concept.
    pub concept: ConceptId,
    /// Its items on the left.
    pub left: Vec<&'v Item>,
    /// Its items on the right.
    pub right: Vec<&'v Item>,
}

/// Whether a fact is shared by CONTENT items of both collections.
pub fn is_content(fact: &SharedFact, facts: &SharedFacts) -> bool {
    let of = |id: &CollectionId| {
        fact.involved().any(|item| item.collection == *id && item.role == ItemRole::Content)
    };
    of(&facts.left) && of(&facts.right)
}

impl View {
    /// All pairs of collections that share a concept, by left and right; facts are of the view's month. Worked out when somebody asks, and
    /// then only of the pairs that changed since they were worked out last.
    pub fn overlaps(&self) -> &[OverlapRow] {
        self.overlaps.get_or_init(|| {
            let asked = self.collection_rows().flat_map(|row| {
                let items = row.version.content.items.iter();
                let concepts: BTreeSet<_> = items.map(|item| self.concept_of(&item.definition)).collect();
                concepts.into_iter().map(|concept| (row.collection.id.clone(), concept)).collect::<Vec<_>>()
            });
            Arc::new(overlaps(asked).into_iter().map(|concepts| self.with_facts(concepts)).collect())
        })
    }

    fn with_facts(&self, concepts: Overlap<CollectionId>) -> OverlapRow {
        if let Some(before) = self.overlaps_before.as_ref().and_then(|before| before.of_pair(&concepts)) {
            return OverlapRow { concepts, ..before.clone() };
        }
        let facts = self.burden.shared_facts(&concepts.left, &concepts.right, self.month);
        OverlapRow {
            shared_facts: duplicated_concepts(&facts).len(),
            shared_respondents: facts.shared_respondents,
            concepts,
        }
    }

    /// The overlaps of one collection: those that share facts first, then by shared concepts.
    pub fn overlaps_of(&self, id: &CollectionId) -> Vec<&OverlapRow> {
        let mut rows: Vec<_> = self
            .overlaps()
            .iter()
            .filter(|row| row.concepts.left == *id || row.concepts.right == *id)
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.shared_facts, row.concepts.shared)));
        rows
    }

    /// Two collections side by side: their overlap, if they share a concept, and the facts they share.
    pub fn compare(
        &self,
        left: &CollectionId,
        right: &CollectionId,
    ) -> Result<(Option<&OverlapRow>, SharedFacts)> {
        for id in [left, right] {
            self.collection_row(id)
                .ok_or_else(|| Error::not_found("collection", format!("collections/{id}")))?;
        }
        let is_pair = |row: &&OverlapRow| {
            let pair = (&row.concepts.left, &row.concepts.right);
            pair == (left, right) || pair == (right, left)
        };
        Ok((self.overlaps().iter().find(is_pair), self.burden.shared_facts(left, right, self.month)))
    }

    /// The concepts that two collections ask both.
    pub fn shared_concepts<'v>(
        &'v self,
        left: CollectionRow<'v>,
        right: CollectionRow<'v>,
    ) -> Vec<SharedConcept<'v>> {
        let mut of_right = self.concepts_asked(right);
        let both = self.concepts_asked(left).into_iter().filter_map(|(concept, left)| {
            let right = of_right.remove(&concept)?;
            Some(SharedConcept { concept, left, right })
        });
        both.collect()
    }
}

/// The CONTENT concepts that the facts duplicate. None where nobody answers both: then nobody is asked twice.
pub fn duplicated_concepts(facts: &SharedFacts) -> BTreeSet<&ConceptId> {
    let asked = facts.facts.iter().filter(|fact| facts.shared_respondents > 0 && is_content(fact, facts));
    asked.map(|fact| &fact.fact.concept).collect()
}
