//! From the outbox out. What became of each message is kept as soon as it is known; a server that dies between sending and keeping sends it
//! again under the same key, by which its receiver knows it.

use super::texts::{self, Question, Told};
use crate::{
    App,
    jobs::{Next, Run},
};
use onus_domain::{
    Error, Result,
    subscription::{Cadence, Channel, Delivery, DeliveryKind, Subscription, SubscriptionState},
};
use onus_notify::{Call, Mail, Outward, Sent};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Deliveries taken at a time.
const BATCH: u64 = 100;
/// Webhooks called at a time.
const AT_A_TIME: usize = 8;

/// A message of one or more deliveries.
struct Message {
    subscription: Subscription,
    parts: Vec<Delivery>,
}

/// Sends what is due, until nothing is.
pub(crate) async fn deliver(app: &App, run: &Run) -> Result<Next> {
    loop {
        let now = app.clock().now();
        let due = app.store().due_deliveries(now, BATCH).await?;
        if due.is_empty() {
            return Ok(Next::AsUsual);
        }
        let whole = due.len() as u64 == BATCH;
        let (messages, lost) = group(app, due).await?;
        keep(app, run, &lost).await?;
        let (mails, calls): (Vec<_>, Vec<_>) =
            messages.into_iter().partition(|message| message.subscription.channel == Channel::Email);
        let (mailed, called) = tokio::join!(send_mails(app, run, mails), call_all(app, run, calls));
        mailed?;
        called?;
        if !whole {
            return Ok(Next::AsUsual);
        }
    }
}

/// Puts deliveries together into messages: a digest's parts are one. Those that go nowhere any more are answered apart.
async fn group(app: &App, due: Vec<Delivery>) -> Result<(Vec<Message>, Vec<Delivery>)> {
    let now = app.clock().now();
    let mut subscriptions: HashMap<Uuid, Option<(Subscription, bool)>> = HashMap::new();
    let (mut messages, mut lost) = (Vec::new(), Vec::new());
    let mut digests: BTreeMap<Uuid, Vec<Delivery>> = BTreeMap::new();
    for delivery in due {
        let id = delivery.subscription;
        if let std::collections::hash_map::Entry::Vacant(e) = subscriptions.entry(id) {
            e.insert(kept(app, id).await?);
        }
        // A subscription that is gone took its deliveries with it.
        let Some(Some((subscription, acts))) = subscriptions.get(&id) else { continue };
        if !acts {
            lost.push(delivery.failed(now, "the account that subscribed is disabled", true));
        } else if !may_be_sent(subscription, &delivery) {
            let why = format!("the subscription is {}", subscription.state);
            lost.push(delivery.failed(now, &why, true));
        } else if subscription.cadence == Cadence::DailyDigest && delivery.kind == DeliveryKind::Event {
            digests.entry(id).or_default().push(delivery);
        } else {
            messages.push(Message { subscription: subscription.clone(), parts: vec![delivery] });
        }
    }
    for (id, mut parts) in digests {
        parts.sort_by(|a, b| (a.made_at, &a.id).cmp(&(b.made_at, &b.id)));
        if let Some(Some((subscription, _))) = subscriptions.get(&id) {
            messages.push(Message { subscription: subscription.clone(), parts });
        }
    }
    Ok((messages, lost))
}

/// A subscription, with whether the account that keeps it may act still.
async fn kept(app: &App, id: Uuid) -> Result<Option<(Subscription, bool)>> {
    let Some(subscription) = app.store().subscription(id).await? else { return Ok(None) };
    let acts = app.acting(&subscription.account).await?.is_some();
    Ok(Some((subscription, acts)))
}

fn may_be_sent(subscription: &Subscription, delivery: &Delivery) -> bool {
    match delivery.kind {
        DeliveryKind::Confirmation => subscription.state == SubscriptionState::Unconfirmed,
        DeliveryKind::Test => {
            matches!(subscription.state, SubscriptionState::Active | SubscriptionState::Paused)
        }
        DeliveryKind::Event => subscription.state == SubscriptionState::Active,
    }
}

/// One after another, over one mail server. When it serves nobody, the rest wait with the one that found so.
async fn send_mails(app: &App, run: &Run, mails: Vec<Message>) -> Result<()> {
    let mut closed: Option<String> = None;
    for message in mails {
        let sent = match (&closed, app.outward()) {
            (Some(why), _) => Sent::Closed { why: why.clone() },
            (None, Some(outward)) => send_mail(outward, &message).await?,
            (None, None) => nowhere(),
        };
        if let Sent::Closed { why } = &sent {
            closed.get_or_insert_with(|| why.clone());
        }
        note(app, run, &message, &sent).await?;
    }
    Ok(())
}

/// Several at a time: one that is slow holds few up.
async fn call_all(app: &App, run: &Run, calls: Vec<Message>) -> Result<()> {
    let mut under_way = JoinSet::new();
    let mut calls = calls.into_iter();
    loop {
        while under_way.len() < AT_A_TIME
            && let Some(message) = calls.next()
        {
            let (outward, now) = (app.outward.clone(), app.clock().now());
            under_way.spawn(async move {
                let sent = match outward {
                    Some(outward) => call(&outward, &message, now.timestamp()).await,
                    None => Ok(nowhere()),
                };
                (message, sent)
            });
        }
        let Some(done) = under_way.join_next().await else { return Ok(()) };
        let (message, sent) = done.map_err(Error::internal)?;
        note(app, run, &message, &sent?).await?;
    }
}

fn nowhere() -> Sent {
    Sent::Closed { why: "this program sends no messages".into() }
}

/// The message's key: its only part's, or one made of its parts.
fn key(message: &Message) -> String {
    match message.parts.as_slice() {
        [one] => one.id.clone(),
        parts => {
            let last = parts.last().map(|part| part.id.as_str()).unwrap_or_default();
            format!("{last}-{}", parts.len())
        }
    }
}

fn told(message: &Message) -> Result<Vec<Told>> {
    message.parts.iter().map(|part| serde_json::from_str(&part.body).map_err(Error::internal)).collect()
}

fn is_digest(message: &Message) -> bool {
    message.subscription.cadence == Cadence::DailyDigest
        && message.parts.iter().all(|part| part.kind == DeliveryKind::Event)
}

async fn send_mail(outward: &Outward, message: &Message) -> Result<Sent> {
    let subscription = &message.subscription;
    let link = |path: &str| outward.link(path);
    let asked = message.parts.first().filter(|part| part.kind == DeliveryKind::Confirmation);
    let letter = match asked {
        Some(part) => {
            let question: Question = serde_json::from_str(&part.body).map_err(Error::internal)?;
            texts::question(&question.token, link)
        }
        None => texts::letter(subscription, &told(message)?, is_digest(message), link),
    };
    let mail = Mail {
        to: subscription.address.clone(),
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        id: key(message),
        unsubscribe: link(&texts::unsubscribe_path(subscription)).filter(|_| asked.is_none()),
    };
    Ok(outward.mail(&mail).await)
}

async fn call(outward: &Arc<Outward>, message: &Message, timestamp: i64) -> Result<Sent> {
    let (subscription, id) = (&message.subscription, key(message));
    let body =
        texts::webhook(&id, subscription, &told(message)?, is_digest(message), |path| outward.link(path));
    let call =
        Call { url: subscription.address.clone(), secret: subscription.secret.clone(), id, timestamp, body };
    Ok(outward.call(&call).await)
}

/// Keeps what became of a message.
async fn note(app: &App, run: &Run, message: &Message, sent: &Sent) -> Result<()> {
    let now = app.clock().now();
    let after: Vec<_> = message
        .parts
        .iter()
        .map(|part| match sent {
            Sent::Taken => part.arrived(now),
            Sent::Refused { why, for_good } => part.failed(now, why, *for_good),
            Sent::Closed { why } => part.put_off(now, why),
        })
        .collect();
    if let Sent::Refused { why, .. } | Sent::Closed { why } = sent {
        tracing::warn!(subscription = %message.subscription.id, cause = why, "a message was not delivered");
    }
    keep(app, run, &after).await
}

async fn keep(app: &App, run: &Run, after: &[Delivery]) -> Result<()> {
    if after.is_empty() {
        return Ok(());
    }
    let kept = app.store().write_relaxed(async |tx| {
        run.hold(&tx).await?;
        tx.end_deliveries(after).await
    });
    kept.await
}
