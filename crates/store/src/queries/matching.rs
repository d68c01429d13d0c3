//! Concepts, matches, decisions and derivations.

use super::{
    codec::{Reader, moment, to_json, to_text},
    stored::{Stored, Upserted},
};
use crate::{
    Tx,
    tables::{concept_member, decision, definition_match, derivation},
};
use onus_domain::{
    Error, Result,
    concept::{ConceptMember, Derivation},
    relation::{Decision, Match},
};
use std::cmp::Ordering;

/// What stands for a relation in a decision that takes the ones before it back.
const WITHDRAWN: &str = "WITHDRAWN";

impl Stored for ConceptMember {
    type Entity = concept_member::Entity;
    const KIND: &'static str = "concept member";

    fn to_row(&self) -> Result<concept_member::Model> {
        Ok(concept_member::Model {
            definition: to_text(&self.definition),
            concept: to_text(&self.concept),
            strength: to_text(self.strength),
        })
    }

    fn of_row(row: concept_member::Model) -> Result<Self> {
        let read = Reader { table: "concept_member", key: &row.definition };
        Ok(Self {
            definition: read.parse("definition", &row.definition)?,
            concept: read.parse("concept", &row.concept)?,
            strength: read.parse("strength", &row.strength)?,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (&self.definition, &self.concept).cmp(&(&other.definition, &other.concept))
    }

    fn name(&self) -> String {
        format!("concepts/{}/members/{}", self.concept, self.definition)
    }
}

impl Stored for Match {
    type Entity = definition_match::Entity;
    const KIND: &'static str = "match";

    fn to_row(&self) -> Result<definition_match::Model> {
        // JSON has no infinity: it would come back as nothing.
        if !self.score.is_finite() || self.evidence.iter().any(|evidence| !evidence.weight.is_finite()) {
            return Err(Error::internal(format!(
                "{} has a score or weight that is not a number",
                self.name()
            )));
        }
        Ok(definition_match::Model {
            left_definition: to_text(&self.left),
            left_version: self.left_version.into(),
            right_definition: to_text(&self.right),
            right_version: self.right_version.into(),
            relation: to_text(self.relation),
            score: self.score,
            strength: to_text(self.strength),
            evidence: to_json(&self.evidence)?,
            model: self.model.clone(),
        })
    }

    fn of_row(row: definition_match::Model) -> Result<Self> {
        let key = format_args!("{} {}", row.left_definition, row.right_definition);
        let read = Reader { table: "definition_match", key };
        Ok(Self {
            left: read.parse("left_definition", &row.left_definition)?,
            left_version: read.number("left_version", row.left_version)?,
            right: read.parse("right_definition", &row.right_definition)?,
            right_version: read.number("right_version", row.right_version)?,
            relation: read.parse("relation", &row.relation)?,
            score: row.score,
            strength: read.parse("strength", &row.strength)?,
            evidence: read.json("evidence", &row.evidence)?,
            model: row.model,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (&self.left, &self.right).cmp(&(&other.left, &other.right))
    }

    fn name(&self) -> String {
        format!("matches/{}~{}", self.left, self.right)
    }
}

impl Stored for Decision {
    type Entity = decision::Entity;
    const KIND: &'static str = "decision";

    fn to_row(&self) -> Result<decision::Model> {
        Ok(decision::Model {
            id: self.id,
            left_definition: to_text(&self.left),
            left_version: self.left_version.into(),
            right_definition: to_text(&self.right),
            right_version: self.right_version.into(),
            relation: self.relation.map_or_else(|| WITHDRAWN.to_owned(), to_text),
            reason: self.reason.clone(),
            steward: self.steward.clone(),
            at: moment(self.at),
        })
    }

    fn of_row(row: decision::Model) -> Result<Self> {
        let read = Reader { table: "decision", key: row.id };
        Ok(Self {
            id: row.id,
            left: read.parse("left_definition", &row.left_definition)?,
            left_version: read.number("left_version", row.left_version)?,
            right: read.parse("right_definition", &row.right_definition)?,
            right_version: read.number("right_version", row.right_version)?,
            relation: match row.relation.as_str() {
                WITHDRAWN => None,
                relation => Some(read.parse("relation", relation)?),
            },
            reason: row.reason,
            steward: row.steward,
            at: row.at,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (self.at, self.id).cmp(&(other.at, other.id))
    }

    fn name(&self) -> String {
        format!("decisions/{}", self.id)
    }
}

impl Stored for Derivation {
    type Entity = derivation::Entity;
    const KIND: &'static str = "derivation";

    fn to_row(&self) -> Result<derivation::Model> {
        Ok(derivation::Model {
            from_definition: to_text(&self.from_definition),
            to_definition: to_text(&self.to_definition),
            recipe: self.recipe.clone(),
            strength: to_text(self.strength),
        })
    }

    fn of_row(row: derivation::Model) -> Result<Self> {
        let read = Reader { table: "derivation", key: &row.from_definition };
        Ok(Self {
            from_definition: read.parse("from_definition", &row.from_definition)?,
            to_definition: read.parse("to_definition", &row.to_definition)?,
            strength: read.parse("strength", &row.strength)?,
            recipe: row.recipe,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        (&self.from_definition, &self.to_definition).cmp(&(&other.from_definition, &other.to_definition))
    }

    fn name(&self) -> String {
        format!("derivations/{}~{}", self.from_definition, self.to_definition)
    }
}

impl Tx {
    /// All places of definitions in concepts, by definition, concept.
    pub async fn concepts(&self) -> Result<Vec<ConceptMember>> {
        self.all().await
    }

    /// Makes these all concepts there are; writes only what differs.
    pub async fn replace_concepts(&self, list: &[ConceptMember]) -> Result<()> {
        self.replace_all(list).await
    }

    /// All matches, by left, right.
    pub async fn matches(&self) -> Result<Vec<Match>> {
        self.all().await
    }

    /// Adds matches, and changes those on the same pair that say something else.
    pub async fn upsert_matches(&self, list: &[Match]) -> Result<Upserted> {
        self.upsert(list).await
    }

    /// Makes these all matches there are; writes only what differs.
    pub async fn replace_matches(&self, list: &[Match]) -> Result<()> {
        self.replace_all(list).await
    }

    /// All decisions, first first.
    pub async fn decisions(&self) -> Result<Vec<Decision>> {
        self.all().await
    }

    /// Adds decisions; none is ever changed.
    pub async fn append_decisions(&self, list: &[Decision]) -> Result<()> {
        self.insert_new(list).await
    }

    /// Makes these all derivations there are; writes only what differs.
    pub async fn replace_derivations(&self, list: &[Derivation]) -> Result<()> {
        self.replace_all(list).await
    }

    /// All derivations, by from, to.
    pub async fn derivations(&self) -> Result<Vec<Derivation>> {
        self.all().await
    }

    /// Adds derivations, and changes those on the same pair that say something else.
    pub async fn upsert_derivations(&self, list: &[Derivation]) -> Result<Upserted> {
        self.upsert(list).await
    }
}
