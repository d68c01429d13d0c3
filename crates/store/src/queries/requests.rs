//! Requests that were answered, so that one made again is done once; and the one way to commit with audit entries.

use super::codec::moment;
use crate::{Store, Tx, tables::answered};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, audit::Change, request::RequestKey};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use serde::Serialize;
use uuid::Uuid;

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// SHA-256 of what was asked, in hexadecimal.
    pub digest: String,
    /// The answer, as JSON.
    pub answer: String,
}

/// A request that a transaction answers.
#[derive(Debug, Clone, Copy)]
pub struct Answering<'r> {
    /// The request.
    pub request: &'r RequestKey,
    /// When.
    pub at: DateTime<Utc>,
}

impl Tx {
    /// The answer that an account's request was given, if it was made before.
    pub async fn answered(&self, account: &str, id: Uuid) -> Result<Option<Answered>> {
        let found = self.select_one(answered::Entity::find_by_id((account.to_owned(), id))).await?;
        Ok(found.map(|row| Answered { digest: row.digest, answer: row.answer }))
    }

    /// Keeps a request's answer. `AlreadyExists` if it was answered before.
    async fn remember<T: Serialize>(
        &self,
        Answering { request, at }: Answering<'_>,
        answer: &T,
    ) -> Result<()> {
        let row = answered::Model {
            account: request.account.clone(),
            id: request.id,
            digest: request.digest.clone(),
            answer: serde_json::to_string(answer).map_err(Error::internal)?,
            at: moment(at),
        };
        if !self.looks_first() {
            return self.insert::<answered::Entity>(vec![row]).await;
        }
        let unless_held =
            OnConflict::columns([answered::Column::Account, answered::Column::Id]).do_nothing().to_owned();
        let insert = answered::Entity::insert(row.into_active_model()).on_conflict(unless_held);
        let kept = insert.exec_without_returning(self.db()).await.map_err(|error| self.fail(&error))?;
        if kept == 1 {
            return Ok(());
        }
        Err(Error::AlreadyExists { kind: "request", name: request.id.to_string() })
    }

    /// Forgets answers given before `before`, and answers how many they were.
    pub async fn forget_answers(&self, before: DateTime<Utc>) -> Result<u64> {
        let old = answered::Column::At.lt(before);
        self.delete::<answered::Entity>(Condition::all().add(old)).await
    }
}

impl Store {
    /// Runs `work` as [`Store::write`] does, and writes the audit entries of the changes it answers in the same transaction, and the
    /// answer under its request if there is one. Answers also whether anything published changed.
    pub async fn commit<T, F, Work>(&self, answering: Option<Answering<'_>>, work: F) -> Result<(T, bool)>
    where
        T: Serialize + Send + Sync,
        F: Fn(Tx) -> Work + Sync,
        Work: Future<Output = Result<(T, Vec<Change>)>> + Send,
    {
        let work = &work;
        self.write(|tx| async move {
            let (answer, changes) = work(tx.clone()).await?;
            tx.append_audit(&changes).await?;
            if let Some(answering) = answering {
                tx.remember(answering, &answer).await?;
            }
            Ok((answer, changes.iter().any(Change::is_public)))
        })
        .await
    }
}
