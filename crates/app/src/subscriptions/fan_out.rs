//! From the log to the outbox: each entry is read once, in order, and what is to be told of it is written with the place that was reached,
//! in one transaction. Whatever ends a run, the next goes on there.

use super::texts::Told;
use crate::{
    App, View, changes,
    jobs::{Next, Run},
};
use onus_domain::{
    Error, Result,
    event::Event,
    role::Actor,
    subscription::{Delivery, DeliveryKind, DeliveryState, Subscription},
};

/// The name under which the place is kept.
const CURSOR: &str = "fan_out";
/// Entries in one transaction.
const BATCH: u64 = 200;

/// Writes what is to be told of the entries that came since the last time.
pub(crate) async fn fan_out(app: &App, run: &Run) -> Result<Next> {
    // Whoever keeps the log has given entries their places before; where nobody does, it is done here.
    if app.audit_key().is_some() {
        app.sequence_audit().await?;
    }
    loop {
        let read = app.store().read(async |tx| {
            let cursor = tx.log_cursor(CURSOR).await?;
            let end = tx.last_logged().await?.map_or(0, |(last, _)| last + 1);
            Ok((cursor, end))
        });
        let (cursor, end) = read.await?;
        // Whoever subscribes is told of what happens from then on; before anybody could, there was nobody to tell.
        let from = cursor.unwrap_or(end);
        let entries = if cursor.is_some() { app.log_from(from, BATCH).await? } else { vec![] };
        let next = entries.last().map_or(from, |last| last.seq + 1);
        if cursor == Some(next) {
            return Ok(Next::AsUsual);
        }
        let events: Vec<_> = entries.iter().filter_map(changes::event_of).collect();
        let made = deliveries(app, &events, run.context().now).await?;
        write(app, run, (cursor, next), &made).await?;
        if !made.is_empty() {
            app.want_job("events.deliver");
        }
    }
}

/// What is to be told of events: to each subscriber by what the account may read by now.
async fn deliveries(
    app: &App,
    events: &[Event],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<Delivery>> {
    let mut made = Vec::new();
    if events.is_empty() {
        return Ok(made);
    }
    let view = app.view().await?;
    for subscription in app.store().active_subscriptions().await? {
        let Some(reader) = app.acting(&subscription.account).await? else { continue };
        for event in events.iter().filter(|event| is_told(&subscription, &reader, event, &view)) {
            made.push(delivery(&subscription, &reader, event, now)?);
        }
    }
    Ok(made)
}

async fn write(app: &App, run: &Run, (cursor, next): (Option<u64>, u64), made: &[Delivery]) -> Result<()> {
    let written = app.store().write_relaxed(async |tx| {
        run.hold(&tx).await?;
        if !tx.move_log_cursor(CURSOR, cursor, next).await? {
            return Err(Error::internal("the log was read by another at the same time"));
        }
        tx.add_deliveries(made).await
    });
    written.await
}

/// Whether a subscriber is told of an event: it is asked for, it happened after they subscribed, and they may read it.
fn is_told(subscription: &Subscription, reader: &Actor, event: &Event, view: &View) -> bool {
    event.at >= subscription.created_at
        && event.is_open_to(reader)
        && changes::admits(&subscription.filter, event, view)
}

fn delivery(
    subscription: &Subscription,
    reader: &Actor,
    event: &Event,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Delivery> {
    let told = Told::of(event, event.is_inside(reader));
    Ok(Delivery {
        id: format!("{}-{}", subscription.id.simple(), event.seq),
        subscription: subscription.id,
        kind: DeliveryKind::Event,
        event: Some(event.kind),
        body: serde_json::to_string(&told).map_err(Error::internal)?,
        due: subscription.due(now),
        state: DeliveryState::Waiting,
        tries: 0,
        last_error: String::new(),
        made_at: now,
        ended_at: None,
    })
}
