//! Comply or explain: what a version's items were found to be when it was submitted, and what its owner says of those asked already.

use crate::{
    CollectionId, DefinitionId, OdsCode, SubjectId, Violation, Violations,
    concept::Strength,
    item::ItemRole,
    relation::{Evidence, Standing},
    schedule::Frequency,
    statement::Method,
    version::VersionState,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was found of a version when it was submitted. It holds all that it says in its own words, so that it reads the same later, whatever
/// becomes of what it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DuplicateReport {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub version: u32,
    /// Which submission of the version it is of, from 1: a version that was sent back is submitted again.
    pub number: u32,
    /// When.
    pub made_at: DateTime<Utc>,
    /// Who submitted.
    pub submitted_by: String,
    /// One an item, in order of position.
    pub items: Vec<ReportedItem>,
    /// What answering was said to cost.
    pub burden: FiledBurden,
    /// Why the light path did not take it; empty if it did, or was not asked.
    pub referred: String,
}

/// What answering a version costs in its first twelve months, all respondents together, as known when it was submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FiledBurden {
    /// How the figures are known: ASSUMED is the published default, for want of a statement of the owner's.
    pub method: Method,
    /// Working hours.
    pub hours: f64,
    /// Cost, pence.
    pub pence: f64,
    /// Providers that must answer.
    pub respondents: u32,
}

/// What one item was found to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedItem {
    /// Its place in the version.
    pub position: u32,
    /// The definition asked for.
    pub definition: DefinitionId,
    /// That definition's name.
    pub label: String,
    /// What the item is there for.
    pub role: ItemRole,
    /// What it is about.
    pub subject: SubjectId,
    /// The best standing found.
    pub standing: Standing,
    /// What it is like, best first.
    pub hits: Vec<ReportedHit>,
    /// What its owner said of it.
    pub explanation: Option<Explanation>,
}

/// One registered definition that an item is like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedHit {
    /// The definition.
    pub definition: DefinitionId,
    /// Its name.
    pub label: String,
    /// How the item stands to it.
    pub standing: Standing,
    /// Probability that they are the same.
    pub score: f64,
    /// Whether it counts, by the published automatic threshold.
    pub strength: Strength,
    /// Why: left out where nothing follows from it.
    pub evidence: Vec<Evidence>,
    /// The model that found it.
    pub model: String,
    /// Who asks it already.
    pub asked_by: Vec<ReportedAsker>,
}

/// A collection that asks a thing already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportedAsker {
    /// The collection.
    pub collection: CollectionId,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub owner: OdsCode,
    /// That body's name.
    pub owner_name: String,
    /// Whether it asks or is about to.
    pub state: VersionState,
    /// How often.
    pub frequency: Option<Frequency>,
    /// Whether it asks about the same records, some of them or more.
    pub same_records: bool,
    /// How many providers would be asked by both.
    pub shared_respondents: u32,
}

impl DuplicateReport {
    /// How many items the registry has a definition for, whether asked or not.
    pub fn held(&self) -> usize {
        self.items.iter().filter(|item| item.standing.is_held()).count()
    }

    /// How many items are asked already: those that need an answer.
    pub fn duplicates(&self) -> u32 {
        count(self.items.iter().filter(|item| item.duplicates().is_some()).count())
    }

    /// How many of them have no answer yet.
    pub fn unanswered(&self) -> usize {
        self.items.iter().filter(|item| item.duplicates().is_some() && !item.is_answered()).count()
    }

    /// How many items carry what is asked.
    pub fn content_items(&self) -> u32 {
        count(self.items.iter().filter(|item| item.role == ItemRole::Content).count())
    }

    /// Notes each item that is asked already and of which its owner has said nothing. `at` tells where the item of a position stands in the
    /// version.
    pub fn check_answers(&self, at: impl Fn(u32) -> usize, found: &mut Violations) {
        for item in &self.items {
            let Some((hit, asker)) = item.duplicates() else { continue };
            found.require(item.is_answered(), || {
                let expected = format!(
                    "dropped, rested on a reuse agreement, or explained: it is {} to \"{}\", which {} ({}) asks {} of its respondents in \"{}\"",
                    hit.standing, hit.label, asker.owner_name, asker.owner, asker.shared_respondents, asker.title
                );
                Violation::new(format!("items[{}]", at(item.position)), "COMPLY_OR_EXPLAIN", &item.label, expected)
            });
        }
    }
}

impl ReportedItem {
    /// Whether its owner says why it is asked though it is asked already.
    fn is_answered(&self) -> bool {
        self.explanation.as_ref().is_some_and(Explanation::answers_duplicate)
    }

    /// The body that can be asked for it: another than its owner that asks it already, unless it rests on an agreement.
    pub fn to_ask(&self, owner: &OdsCode) -> Option<&OdsCode> {
        let rests = self.explanation.as_ref().is_some_and(|one| !one.reuse_agreement.is_empty());
        let (_, asker) = self.duplicates()?;
        (asker.owner != *owner && !rests).then_some(&asker.owner)
    }

    /// What it duplicates and who asks that, if it needs an answer: see [`ReportedHit::duplicating`]. What joins or describes records is
    /// asked everywhere and carries no answer of its own.
    pub fn duplicates(&self) -> Option<(&ReportedHit, &ReportedAsker)> {
        let content = self.role == ItemRole::Content;
        self.hits.iter().filter(|_| content).find_map(|hit| Some((hit, hit.duplicating().next()?)))
    }
}

impl ReportedHit {
    /// Who makes it a duplicate: collections that ask it (LIVE) or are about to (APPROVED), about the same records, of at least one
    /// provider of the version. Nobody does where the comparison only possibly holds.
    pub fn duplicating(&self) -> impl Iterator<Item = &ReportedAsker> {
        let counts = self.standing == Standing::Identical || self.strength == Strength::Confirmed;
        let both =
            |asker: &&ReportedAsker| asker.state.asks() && asker.same_records && asker.shared_respondents > 0;
        self.asked_by.iter().filter(move |_| counts && self.standing.is_held()).filter(both)
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What the owner of a version says of one of its items: why it is asked though something like it is held, or kept though it was not used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The item's place in the version.
    pub position: u32,
    /// Why it is asked though it is asked already; empty if that is not said.
    pub reason: String,
    /// The reuse agreement that it rests on, `reuseAgreements/{id}`; empty if there is none.
    pub reuse_agreement: String,
    /// Why it is kept in a renewal though no use of it is recorded; empty if that is not said.
    pub keep_reason: String,
}

impl Explanation {
    /// Whether it says why a duplicate is asked.
    pub fn answers_duplicate(&self) -> bool {
        !self.reason.trim().is_empty() || !self.reuse_agreement.is_empty()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        !self.answers_duplicate() && self.keep_reason.trim().is_empty()
    }
}

/// Notes what is wrong with explanations of the items at `positions`, `agreements` being those that the owner may rest on.
pub fn check_explanations(
    explanations: &[Explanation],
    positions: &BTreeSet<u32>,
    agreements: &BTreeSet<String>,
    found: &mut Violations,
) {
    let mut seen = BTreeMap::<u32, usize>::new();
    for (at, one) in explanations.iter().enumerate() {
        found.within(&format!("explanations[{at}]"), |found| {
            found.require(positions.contains(&one.position), || {
                Violation::new("position", "KNOWN", one.position, "the position of an item of the version")
            });
            found.require(seen.insert(one.position, at).is_none(), || {
                Violation::new("position", "UNIQUE", one.position, "a position that is explained once")
            });
            found.text("reason", &one.reason, 4_000);
            found.text("keep_reason", &one.keep_reason, 4_000);
            found.require(
                one.reuse_agreement.is_empty() || agreements.contains(&one.reuse_agreement),
                || {
                    let expected =
                        "a reuse agreement that the owner asked for and that was not refused or ended";
                    Violation::new("reuse_agreement", "KNOWN", &one.reuse_agreement, expected)
                },
            );
        });
    }
}

#[cfg(test)]
pub(crate) mod tests;
