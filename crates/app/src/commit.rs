//! Committing: one transaction with its audit entries, done once however often its request is made.

use crate::{
    App, Context,
    jobs::{Next, Run},
};
use chrono::TimeDelta;
use onus_domain::{Error, Result, Violation, audit::Change, request::REMEMBERED_DAYS};
use onus_store::{Answering, Tx};
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;

impl App {
    /// Does a use case unless its request was answered before: then the same answer is given and nothing is done. What the use case
    /// answers must be what it commits with [`App::commit`].
    pub async fn once<T: DeserializeOwned>(
        &self,
        context: &Context,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        if let Some(answer) = self.answered(context).await? {
            return Ok(answer);
        }
        match work.await {
            Ok(done) => Ok(done),
            // The same request may have been answered meanwhile: what was refused is then what it did itself.
            Err(error) => self.answered(context).await?.ok_or(error),
        }
    }

    async fn answered<T: DeserializeOwned>(&self, context: &Context) -> Result<Option<T>> {
        let Some(request) = &context.request else { return Ok(None) };
        let Some(answered) = self.store().answered(&request.account, request.id).await? else {
            return Ok(None);
        };
        if answered.digest != request.digest {
            let expected =
                "a new UUID: another request was made with this one, and a request_id names one request";
            return Err(Violation::new("request_id", "REUSED", request.id, expected).into());
        }
        serde_json::from_str(&answered.answer).map(Some).map_err(Error::internal)
    }

    /// One transaction: what `work` does, the audit entries of the changes it answers, and the answer under the request's key.
    pub(crate) async fn commit<T, F, Work>(&self, context: &Context, work: F) -> Result<T>
    where
        T: Serialize + Send + Sync,
        F: Fn(Tx) -> Work + Sync,
        Work: Future<Output = Result<(T, Vec<Change>)>> + Send,
    {
        let answering = context.request.as_ref().map(|request| Answering { request, at: context.now });
        let (answer, published) = self.store().commit(answering, work).await?;
        self.note_audit();
        if published {
            self.note_change();
        } else {
            self.wakes.changed();
        }
        Ok(answer)
    }
}

/// How long rows of the change stamp are kept: longer than any server takes to look at it.
const STAMPED: TimeDelta = TimeDelta::days(1);

/// Forgets answers of requests that are not remembered any more, and what the change stamp needs no longer.
pub(crate) async fn prune(app: &App, run: &Run) -> Result<Next> {
    let now = run.context().now;
    let (answers, stamps) = (now - TimeDelta::days(REMEMBERED_DAYS), now - STAMPED);
    let forget = app.store().write(async |tx| {
        run.hold(&tx).await?;
        tx.forget_answers(answers).await?;
        tx.forget_publications(stamps).await
    });
    forget.await?;
    Ok(Next::AsUsual)
}
