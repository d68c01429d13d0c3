//! Moves that the calendar makes: each once, as of its day, by Onus itself, however late and by however many servers they are looked for.

use crate::{
    App, Context,
    jobs::{Next, Run},
    moves::{MoveRequest, Moved, find, prepare},
};
use chrono::NaiveTime;
use onus_domain::{
    CollectionId, Result,
    collection::Collection,
    lifecycle::{Due, Move, next_due},
    role::Actor,
    version::Version,
};

impl App {
    /// Makes every move that is due by today: what was set to begin begins, and what was approved or adopted until today ends. Answers how
    /// many were made. Each is a transaction of its own that first looks again, so that two servers, or two runs, make none twice.
    pub async fn make_due_moves(&self, context: &Context) -> Result<usize> {
        self.make_due(context, None).await
    }

    /// The same as background work, under its lease.
    pub(crate) async fn run_due_moves(&self, run: &Run) -> Result<Next> {
        self.make_due(&run.context(), Some(run)).await?;
        Ok(Next::AsUsual)
    }

    async fn make_due(&self, context: &Context, run: Option<&Run>) -> Result<usize> {
        let today = context.today();
        let mut made = 0;
        for id in self.store().collections_due(today).await? {
            while self.make_due_move(context, &id, run).await? {
                made += 1;
            }
        }
        if made > 0 {
            tracing::info!(made, "moves that were due were made");
        }
        Ok(made)
    }

    /// Makes the first due move of a collection, if there is one.
    async fn make_due_move(&self, context: &Context, id: &CollectionId, run: Option<&Run>) -> Result<bool> {
        let today = context.today();
        let work = async |tx: onus_store::Tx| {
            if let Some(run) = run {
                run.hold(&tx).await?;
            }
            let Some((collection, versions)) = tx.collection_with_versions(id).await? else {
                return Ok((false, vec![]));
            };
            let Some(due) = next_due(&versions, today) else { return Ok((false, vec![])) };
            let (context, moved) = prepare_due(context, &collection, &versions, due)?;
            let (_, changes) = moved.write(&context, &tx).await?;
            Ok((true, changes))
        };
        let system = Context { request: None, ..context.clone() };
        self.commit(&system, work).await
    }

    /// A collection's versions as they are once what is due of them is done: whoever acts on them acts on that.
    pub(crate) async fn settled(
        &self,
        context: &Context,
        (collection, versions): (Collection, Vec<Version>),
    ) -> Result<(Collection, Vec<Version>)> {
        let today = context.today();
        if !context.actor.is_known() || next_due(&versions, today).is_none() {
            return Ok((collection, versions));
        }
        while self.make_due_move(context, &collection.id, None).await? {}
        let settled = self.store().collection_with_versions(&collection.id).await?;
        Ok(settled.unwrap_or((collection, versions)))
    }
}

/// A due move, in memory. It is made by Onus itself and takes effect on its day; its record says when it was made.
fn prepare_due(
    context: &Context,
    collection: &Collection,
    versions: &[Version],
    due: Due,
) -> Result<(Context, Moved)> {
    // Noon of the day is that day everywhere in England.
    let then = due.day.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12);
    let on_the_day = Context { actor: Actor::system(), now: then, request: None };
    let version = find(versions, &collection.id, due.number)?;
    let begins = due.step != Move::Expire;
    let request = MoveRequest { live_from: begins.then_some(due.day), ..MoveRequest::default() };
    let mut moved = prepare(&on_the_day, due.step, collection, versions, version, (&request, &[]))?;
    for change in &mut moved.changes {
        change.entry.at = context.now;
        change.entry.id = context.new_id();
    }
    Ok((Context { now: context.now, ..on_the_day }, moved))
}
