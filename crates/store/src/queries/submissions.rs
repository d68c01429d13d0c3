//! Submissions.

use super::{
    codec::{Reader, moment, to_text},
    stored::Stored,
};
use crate::{Tx, tables::submission};
use onus_domain::{
    Result,
    submission::{Obligation, Submission, TimeReturn},
};
use std::cmp::Ordering;

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
        })
    }

    fn of_row(row: submission::Model) -> Result<Self> {
        let key = format_args!("{}/{}/{}/{}", row.collection, row.version, row.provider, row.period_start);
        let read = Reader { table: "submission", key };
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
            time_return: read.number_some("minutes", row.minutes)?.map(|minutes| TimeReturn { minutes }),
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
        let Obligation { collection, version, provider, period_start, .. } = &self.obligation;
        format!("collections/{collection}/versions/{version}/submissions/{provider}~{period_start}")
    }
}

impl Tx {
    /// All submissions, by obligation.
    pub async fn submissions(&self) -> Result<Vec<Submission>> {
        self.all().await
    }

    /// Records that obligations were met. `AlreadyExists` names the first that was met before.
    pub async fn insert_submissions(&self, list: &[Submission]) -> Result<()> {
        self.insert_new(list).await
    }
}
