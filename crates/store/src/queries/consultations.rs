//! Consultations with what was said in them.

use super::{
    codec::{Reader, moment, to_text},
    stored::Stored,
};
use crate::{
    Tx, error,
    tables::{consultation, consultation_comment, consulted},
};
use onus_domain::{
    CollectionId, Error, OdsCode, Result,
    consultation::{Answer, Comment, Consultation},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};
use uuid::Uuid;

impl Stored for Comment {
    type Entity = consultation_comment::Entity;
    const KIND: &'static str = "comment";

    fn to_row(&self) -> Result<consultation_comment::Model> {
        let answer = self.answer.as_ref();
        Ok(consultation_comment::Model {
            id: self.id,
            consultation: self.consultation,
            provider: to_text(&self.provider),
            position: self.position.map(i64::from),
            text: self.text.clone(),
            author: self.author.clone(),
            at: moment(self.at),
            answer: answer.map(|answer| answer.text.clone()),
            answered_by: answer.map(|answer| answer.author.clone()),
            answered_at: answer.map(|answer| moment(answer.at)),
            revision: self.revision.into(),
        })
    }

    fn of_row(row: consultation_comment::Model) -> Result<Self> {
        let read = Reader { table: "consultation_comment", key: row.id };
        let answer = row.answer.zip(row.answered_by).zip(row.answered_at);
        Ok(Self {
            id: row.id,
            consultation: row.consultation,
            provider: read.parse("provider", &row.provider)?,
            position: read.number_some("position", row.position)?,
            text: row.text,
            author: row.author,
            at: row.at,
            answer: answer.map(|((text, author), at)| Answer { text, author, at }),
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

fn to_row(of: &Consultation) -> consultation::Model {
    consultation::Model {
        id: of.id,
        collection: to_text(&of.collection),
        version: of.version.into(),
        owner: to_text(&of.owner),
        question: of.question.clone(),
        opened_on: of.opened_on,
        closes_on: of.closes_on,
        closed_on: of.closed_on,
        revision: of.revision.into(),
    }
}

fn of_row(row: consultation::Model, providers: BTreeSet<OdsCode>) -> Result<Consultation> {
    let read = Reader { table: "consultation", key: row.id };
    Ok(Consultation {
        id: row.id,
        collection: read.parse("collection", &row.collection)?,
        version: read.number("version", row.version)?,
        owner: read.parse("owner", &row.owner)?,
        providers,
        question: row.question,
        opened_on: row.opened_on,
        closes_on: row.closes_on,
        closed_on: row.closed_on,
        revision: read.number("revision", row.revision)?,
    })
}

impl Tx {
    /// All consultations, by key.
    pub async fn consultations(&self) -> Result<Vec<Consultation>> {
        self.some_consultations(Condition::all()).await
    }

    /// The consultations of a collection, by key.
    pub async fn consultations_of(&self, id: &CollectionId) -> Result<Vec<Consultation>> {
        self.some_consultations(Condition::all().add(consultation::Column::Collection.eq(id.as_str()))).await
    }

    /// The consultation of a key with what was said, by key.
    pub async fn consultation(&self, id: Uuid) -> Result<Option<(Consultation, Vec<Comment>)>> {
        let found = self.some_consultations(Condition::all().add(consultation::Column::Id.eq(id))).await?;
        let Some(found) = found.into_iter().next() else { return Ok(None) };
        let said =
            consultation_comment::Entity::find().filter(consultation_comment::Column::Consultation.eq(id));
        Ok(Some((found, self.list(said).await?)))
    }

    /// Some consultations, by key: two statements.
    async fn some_consultations(&self, which: Condition) -> Result<Vec<Consultation>> {
        let ids = consultation::Entity::find()
            .select_only()
            .column(consultation::Column::Id)
            .filter(which.clone())
            .into_query();
        let rows = self.select(consultation::Entity::find().filter(which)).await?;
        let of = consulted::Entity::find().filter(consulted::Column::Consultation.in_subquery(ids));
        let mut providers = BTreeMap::<Uuid, BTreeSet<OdsCode>>::new();
        for row in self.select(of).await? {
            let provider =
                Reader { table: "consulted", key: row.consultation }.parse("provider", &row.provider)?;
            providers.entry(row.consultation).or_default().insert(provider);
        }
        let found = rows.into_iter().map(|row| {
            let providers = providers.remove(&row.id).unwrap_or_default();
            of_row(row, providers)
        });
        let mut found = found.collect::<Result<Vec<_>>>()?;
        found.sort_unstable_by_key(|one| one.id);
        Ok(found)
    }

    /// Adds a consultation with those whom it asks.
    pub async fn insert_consultation(&self, new: &Consultation) -> Result<()> {
        self.insert::<consultation::Entity>(vec![to_row(new)]).await?;
        let providers = new.providers.iter();
        let rows = providers.map(|one| consulted::Model { consultation: new.id, provider: to_text(one) });
        self.insert::<consulted::Entity>(rows.collect()).await
    }

    /// Changes a consultation that is in revision `expected`; those whom it asks stay. `StaleEtag` if it is in another, `NotFound` if it is
    /// not there.
    pub async fn update_consultation(&self, changed: &Consultation, expected: u32) -> Result<()> {
        let unchanged = consultation::Column::Revision.eq(i64::from(expected));
        if self.update_row::<consultation::Entity>(&to_row(changed), unchanged).await? == 1 {
            return Ok(());
        }
        match self.select_one(consultation::Entity::find_by_id(changed.id)).await? {
            None => Err(Error::not_found("consultation", changed.name())),
            Some(held) => {
                Err(error::stale(changed.name(), expected, u32::try_from(held.revision).unwrap_or_default()))
            }
        }
    }

    /// Adds a comment.
    pub async fn insert_comment(&self, new: &Comment) -> Result<()> {
        self.insert_new(std::slice::from_ref(new)).await
    }

    /// Changes a comment that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there.
    pub async fn update_comment(&self, changed: &Comment, expected: u32) -> Result<()> {
        let held: Option<Comment> = self.one(consultation_comment::Entity::find_by_id(changed.id)).await?;
        let held = held.ok_or_else(|| Error::not_found(Comment::KIND, changed.name()))?;
        let unchanged = consultation_comment::Column::Revision.eq(i64::from(expected));
        match self.update_row::<consultation_comment::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }
}
