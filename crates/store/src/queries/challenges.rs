//! Challenges.

use super::{
    codec::{Reader, some_text, to_json, to_text},
    stored::Stored,
};
use crate::{Tx, error, tables::challenge};
use chrono::NaiveDate;
use onus_domain::{
    Error, OdsCode, Result,
    challenge::{Challenge, ChallengeState},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for Challenge {
    type Entity = challenge::Entity;
    const KIND: &'static str = "challenge";

    fn to_row(&self) -> Result<challenge::Model> {
        Ok(challenge::Model {
            id: self.id,
            provider: to_text(&self.provider),
            owner: to_text(&self.owner),
            collection: some_text(self.collection.as_ref()),
            version: self.version.map(i64::from),
            reference: self.reference.clone(),
            request_text: self.request_text.clone(),
            reason: to_text(self.reason),
            text: self.text.clone(),
            items: to_json(&self.items)?,
            duplicate_of: some_text(self.duplicate_of.as_ref()),
            duplicate_definitions: to_json(&self.duplicate_definitions)?,
            state: to_text(self.state),
            raised_on: self.raised_on,
            raised_by: self.raised_by.clone(),
            answer_due: self.answer_due,
            answer: self.answer.as_ref().map(to_json).transpose()?,
            escalated_on: self.escalated_on,
            escalation: self.escalation.clone(),
            decision: self.decision.as_ref().map(to_json).transpose()?,
            withdrawn_on: self.withdrawn_on,
            revision: self.revision.into(),
        })
    }

    fn of_row(row: challenge::Model) -> Result<Self> {
        let read = Reader { table: "challenge", key: row.id };
        Ok(Self {
            id: row.id,
            provider: read.parse("provider", &row.provider)?,
            owner: read.parse("owner", &row.owner)?,
            collection: read.parse_some("collection", row.collection.as_deref())?,
            version: read.number_some("version", row.version)?,
            reference: row.reference,
            request_text: row.request_text,
            reason: read.parse("reason", &row.reason)?,
            text: row.text,
            items: read.json("items", &row.items)?,
            duplicate_of: read.parse_some("duplicate_of", row.duplicate_of.as_deref())?,
            duplicate_definitions: read.json("duplicate_definitions", &row.duplicate_definitions)?,
            state: read.parse("state", &row.state)?,
            raised_on: row.raised_on,
            raised_by: row.raised_by,
            answer_due: row.answer_due,
            answer: row.answer.map(|answer| read.json("answer", &answer)).transpose()?,
            escalated_on: row.escalated_on,
            escalation: row.escalation,
            decision: row.decision.map(|decision| read.json("decision", &decision)).transpose()?,
            withdrawn_on: row.withdrawn_on,
            revision: read.number("revision", row.revision)?,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        self.name()
    }
}

impl Tx {
    /// The challenge of a key.
    pub async fn challenge(&self, id: Uuid) -> Result<Option<Challenge>> {
        self.one(challenge::Entity::find_by_id(id)).await
    }

    /// All challenges, by key.
    pub async fn challenges(&self) -> Result<Vec<Challenge>> {
        self.all().await
    }

    /// The challenges that have an outcome, and those of an organisation, by key.
    pub async fn challenges_told(&self, organisation: Option<&OdsCode>) -> Result<Vec<Challenge>> {
        let has_outcome = Condition::any()
            .add(challenge::Column::Answer.is_not_null())
            .add(challenge::Column::Decision.is_not_null());
        let which = organisation.into_iter().fold(has_outcome, |any, code| {
            any.add(challenge::Column::Provider.eq(code.as_str()))
                .add(challenge::Column::Owner.eq(code.as_str()))
        });
        self.list(challenge::Entity::find().filter(which)).await
    }

    /// The challenges that should have been answered before `today`, by key.
    pub async fn challenges_overdue(&self, today: NaiveDate) -> Result<Vec<Challenge>> {
        let open = challenge::Column::State.eq(ChallengeState::Open.as_str());
        let late = challenge::Column::AnswerDue.lt(today);
        self.list(challenge::Entity::find().filter(open).filter(late)).await
    }

    /// Adds a challenge.
    pub async fn insert_challenge(&self, new: &Challenge) -> Result<()> {
        self.insert_new(std::slice::from_ref(new)).await
    }

    /// Changes a challenge that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there.
    pub async fn update_challenge(&self, changed: &Challenge, expected: u32) -> Result<()> {
        let held = self.challenge(changed.id).await?;
        let held = held.ok_or_else(|| Error::not_found(Challenge::KIND, changed.name()))?;
        let unchanged = challenge::Column::Revision.eq(i64::from(expected));
        match self.update_row::<challenge::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }
}
