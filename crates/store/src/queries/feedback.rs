//! Feedback.

use super::{
    codec::{Reader, some_text, to_text},
    stored::Stored,
};
use crate::{Tx, error, tables::feedback};
use chrono::NaiveDate;
use onus_domain::{
    Error, OdsCode, Result,
    feedback::{Feedback, FeedbackAnswer, ThemeGiven},
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for Feedback {
    type Entity = feedback::Entity;
    const KIND: &'static str = "feedback";

    fn to_row(&self) -> Result<feedback::Model> {
        let answer = self.answer.as_ref();
        Ok(feedback::Model {
            id: self.id,
            provider: to_text(&self.provider),
            body: to_text(&self.body),
            theme: to_text(self.theme),
            text: self.text.clone(),
            rating: self.rating.map(i64::from),
            given_on: self.given_on,
            author: self.author.clone(),
            confirmed_theme: some_text(answer.map(|answer| &answer.theme)),
            answer: answer.map(|answer| answer.text.clone()),
            answered_by: answer.map(|answer| answer.author.clone()),
            answered_on: answer.map(|answer| answer.on),
            revision: self.revision.into(),
        })
    }

    fn of_row(row: feedback::Model) -> Result<Self> {
        let read = Reader { table: "feedback", key: row.id };
        let theme = read.parse_some("confirmed_theme", row.confirmed_theme.as_deref())?;
        let answer = theme.zip(row.answer).zip(row.answered_by).zip(row.answered_on);
        Ok(Self {
            id: row.id,
            provider: read.parse("provider", &row.provider)?,
            body: read.parse("body", &row.body)?,
            theme: read.parse("theme", &row.theme)?,
            text: row.text,
            rating: read.number_some("rating", row.rating)?,
            given_on: row.given_on,
            author: row.author,
            answer: answer.map(|(((theme, text), author), on)| FeedbackAnswer { theme, text, author, on }),
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

/// The columns that themes are counted by.
#[derive(FromQueryResult)]
struct Themed {
    id: Uuid,
    provider: String,
    body: String,
    confirmed_theme: String,
    given_on: NaiveDate,
}

impl Tx {
    /// Feedback of a key.
    pub async fn feedback(&self, id: Uuid) -> Result<Option<Feedback>> {
        self.one(feedback::Entity::find_by_id(id)).await
    }

    /// A provider's feedback, or all, by key.
    pub async fn feedback_of(&self, provider: Option<&OdsCode>) -> Result<Vec<Feedback>> {
        let all = feedback::Entity::find();
        match provider {
            Some(code) => self.list(all.filter(feedback::Column::Provider.eq(code.as_str()))).await,
            None => self.list(all).await,
        }
    }

    /// What themes are counted by, of feedback that was answered. Nobody's words are read for it.
    pub async fn feedback_themes(&self) -> Result<Vec<ThemeGiven>> {
        use feedback::Column as C;
        let answered = feedback::Entity::find()
            .select_only()
            .columns([C::Id, C::Provider, C::Body, C::ConfirmedTheme, C::GivenOn])
            .filter(C::ConfirmedTheme.is_not_null());
        let rows = self.select_as::<_, Themed>(answered).await?;
        let themed = rows.into_iter().map(|row| {
            let read = Reader { table: "feedback", key: row.id };
            Ok(ThemeGiven {
                provider: read.parse("provider", &row.provider)?,
                body: read.parse("body", &row.body)?,
                theme: read.parse("confirmed_theme", &row.confirmed_theme)?,
                given_on: row.given_on,
            })
        });
        themed.collect()
    }

    /// Adds feedback.
    pub async fn insert_feedback(&self, new: &Feedback) -> Result<()> {
        self.insert_new(std::slice::from_ref(new)).await
    }

    /// Changes feedback that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there.
    pub async fn update_feedback(&self, changed: &Feedback, expected: u32) -> Result<()> {
        let held = self.feedback(changed.id).await?;
        let held = held.ok_or_else(|| Error::not_found(Feedback::KIND, changed.name()))?;
        let unchanged = feedback::Column::Revision.eq(i64::from(expected));
        match self.update_row::<feedback::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }
}
