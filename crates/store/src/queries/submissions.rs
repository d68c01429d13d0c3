//! Submissions.

use super::{
    codec::{Reader, moment, to_text},
    stored::Stored,
};
use crate::{Tx, tables::submission};
use chrono::{DateTime, NaiveDate};
use onus_domain::{
    CollectionId, OdsCode, Result,
    submission::{Obligation, Submission, TimeReturn},
};
use sea_orm::EntityTrait;
use std::cmp::Ordering;

/// Obligations that are looked for at once: of more a table is read whole.
const AT_ONCE: usize = 200;

impl Stored for Submission {
    type Entity = submission::Entity;
    const KIND: &'static str = "submission";

    fn to_row(&self) -> Result<submission::Model> {
        let obligation = &self.obligation;
        Ok(submission::Model {
            collection: to_text(&obligation.collection),
            version: obligation.version.into(),
            provider: to_text(&obligation.provider),
            period_start: obligation.period_start,
            period_end: obligation.period_end,
            due_date: obligation.due_date,
            submitted_at: moment(self.submitted_at),
            minutes: self.time_return.map(|time| time.minutes.into()),
            people: self.time_return.map(|time| time.people.into()),
        })
    }

    fn of_row(row: submission::Model) -> Result<Self> {
        let key = format_args!("{}/{}/{}/{}", row.collection, row.version, row.provider, row.period_start);
        let read = Reader { table: "submission", key };
        let minutes = read.number_some("minutes", row.minutes)?;
        // Of returns from before people were asked for one is taken.
        let people = read.number_some("people", row.people)?.unwrap_or(1);
        Ok(Self {
            obligation: Obligation {
                collection: read.parse("collection", &row.collection)?,
                version: read.number("version", row.version)?,
                provider: read.parse("provider", &row.provider)?,
                period_start: row.period_start,
                period_end: row.period_end,
                due_date: row.due_date,
            },
            submitted_at: row.submitted_at,
            time_return: minutes.map(|minutes| TimeReturn { minutes, people }),
        })
    }

    /// The period's end and due date follow from its start.
    fn by_key(&self, other: &Self) -> Ordering {
        let key = |of: &Self| {
            let Obligation { collection, version, provider, period_start, .. } = of.obligation.clone();
            (collection, version, provider, period_start)
        };
        key(self).cmp(&key(other))
    }

    fn name(&self) -> String {
        self.name()
    }
}

impl Tx {
    /// All submissions, by obligation.
    pub async fn submissions(&self) -> Result<Vec<Submission>> {
        self.all().await
    }

    /// What is recorded of some obligations, by obligation.
    pub async fn submissions_of(&self, obligations: &[Obligation]) -> Result<Vec<Submission>> {
        let named = |obligation: &Obligation| Submission {
            obligation: obligation.clone(),
            submitted_at: DateTime::UNIX_EPOCH,
            time_return: None,
        };
        let named: Vec<_> = obligations.iter().map(named).collect();
        let mut held = vec![];
        for some in named.chunks(AT_ONCE) {
            held.extend(self.held_of(some).await?);
        }
        held.sort_unstable_by(Submission::by_key);
        Ok(held)
    }

    /// Records submissions, each in place of what was recorded of its obligation.
    pub async fn write_submissions(&self, list: &[Submission]) -> Result<()> {
        let rows = list.iter().map(Submission::to_row).collect::<Result<_>>()?;
        self.insert_or_replace::<submission::Entity>(rows).await
    }

    /// What is recorded of a period, if anything is.
    pub async fn submission(
        &self,
        (collection, version): (&CollectionId, u32),
        provider: &OdsCode,
        period_start: NaiveDate,
    ) -> Result<Option<Submission>> {
        let key = (to_text(collection), i64::from(version), to_text(provider), period_start);
        self.one(submission::Entity::find_by_id(key)).await
    }

    /// Forgets what is recorded of an obligation.
    pub async fn delete_submission(&self, held: &Submission) -> Result<()> {
        self.delete_rows::<submission::Entity>(&[held.to_row()?]).await
    }

    /// Records that obligations were met. `AlreadyExists` names the first that was met before.
    pub async fn insert_submissions(&self, list: &[Submission]) -> Result<()> {
        self.insert_new(list).await
    }
}
