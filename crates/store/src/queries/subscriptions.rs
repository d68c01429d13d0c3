//! Subscriptions.

use super::{
    codec::{Reader, moment, to_json, to_text},
    stored::Stored,
};
use crate::{Store, Tx, error, tables::subscription};
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, Result,
    subscription::{Subscription, SubscriptionState},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for Subscription {
    type Entity = subscription::Entity;
    const KIND: &'static str = "subscription";

    fn to_row(&self) -> Result<subscription::Model> {
        let (digest, until) = match &self.confirmation {
            Some((digest, until)) => (Some(digest.clone()), Some(moment(*until))),
            None => (None, None),
        };
        Ok(subscription::Model {
            id: self.id,
            account: self.account.clone(),
            display_name: self.display_name.clone(),
            channel: to_text(self.channel),
            address: self.address.clone(),
            filter: to_json(&self.filter)?,
            cadence: to_text(self.cadence),
            state: to_text(self.state),
            secret: self.secret.clone(),
            unsubscribe: self.unsubscribe.clone(),
            confirm_digest: digest,
            confirm_until: until,
            created_at: moment(self.created_at),
            revision: self.revision.into(),
        })
    }

    fn of_row(row: subscription::Model) -> Result<Self> {
        let read = Reader { table: "subscription", key: row.id };
        Ok(Self {
            id: row.id,
            channel: read.parse("channel", &row.channel)?,
            filter: read.json("filter", &row.filter)?,
            cadence: read.parse("cadence", &row.cadence)?,
            state: read.parse("state", &row.state)?,
            revision: read.number("revision", row.revision)?,
            account: row.account,
            display_name: row.display_name,
            address: row.address,
            secret: row.secret,
            unsubscribe: row.unsubscribe,
            confirmation: row.confirm_digest.zip(row.confirm_until),
            created_at: row.created_at,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        Self::name(self)
    }
}

impl Tx {
    /// The subscription of a key.
    pub async fn subscription(&self, id: Uuid) -> Result<Option<Subscription>> {
        self.one(subscription::Entity::find_by_id(id)).await
    }

    /// The subscriptions of an account, or of all, by key.
    pub async fn subscriptions(&self, account: Option<&str>) -> Result<Vec<Subscription>> {
        let mut found = subscription::Entity::find();
        if let Some(account) = account {
            found = found.filter(subscription::Column::Account.eq(account));
        }
        self.list(found.order_by_asc(subscription::Column::Id)).await
    }

    /// Those that tell, by key.
    pub async fn active_subscriptions(&self) -> Result<Vec<Subscription>> {
        let active = subscription::Column::State.eq(to_text(SubscriptionState::Active));
        self.list(subscription::Entity::find().filter(active)).await
    }

    /// The one whose address is confirmed by what has this digest.
    pub async fn subscription_to_confirm(&self, digest: &str) -> Result<Option<Subscription>> {
        self.one(subscription::Entity::find().filter(subscription::Column::ConfirmDigest.eq(digest))).await
    }

    /// The one that whoever shows this may end.
    pub async fn subscription_to_end(&self, token: &str) -> Result<Option<Subscription>> {
        self.one(subscription::Entity::find().filter(subscription::Column::Unsubscribe.eq(token))).await
    }

    /// Adds one.
    pub async fn insert_subscription(&self, subscription: &Subscription) -> Result<()> {
        self.insert_new(std::slice::from_ref(subscription)).await
    }

    /// Writes one over its revision `revision`. `StaleEtag` if that is not the present one.
    pub async fn update_subscription(&self, subscription: &Subscription, revision: u32) -> Result<()> {
        let same = subscription::Column::Revision.eq(i64::from(revision));
        if self.update_row::<subscription::Entity>(&subscription.to_row()?, same).await? == 1 {
            return Ok(());
        }
        let held = self.subscription(subscription.id).await?;
        let held = held.ok_or_else(|| Error::not_found("subscription", subscription.name()))?;
        Err(error::stale(subscription.name(), revision, held.revision))
    }

    /// Takes one away in its revision `revision`, with its deliveries.
    pub async fn delete_subscription(&self, subscription: &Subscription) -> Result<()> {
        let revision = i64::from(subscription.revision);
        let same = Condition::all()
            .add(subscription::Column::Id.eq(subscription.id))
            .add(subscription::Column::Revision.eq(revision));
        if self.delete::<subscription::Entity>(same).await? == 1 {
            return Ok(());
        }
        let held = self.subscription(subscription.id).await?;
        let held = held.ok_or_else(|| Error::not_found("subscription", subscription.name()))?;
        Err(error::stale(subscription.name(), subscription.revision, held.revision))
    }

    /// Those whose address nobody confirmed until `before`.
    pub async fn unconfirmed_subscriptions(&self, before: DateTime<Utc>) -> Result<Vec<Subscription>> {
        let late = Condition::all()
            .add(subscription::Column::State.eq(to_text(SubscriptionState::Unconfirmed)))
            .add(subscription::Column::ConfirmUntil.lt(moment(before)));
        self.list(subscription::Entity::find().filter(late)).await
    }
}

/// Reads that are also had without a transaction of one's own.
impl Store {
    /// The subscription of a key.
    pub async fn subscription(&self, id: Uuid) -> Result<Option<Subscription>> {
        self.read(async |tx: Tx| tx.subscription(id).await).await
    }

    /// The subscriptions of an account, or of all, by key.
    pub async fn subscriptions(&self, account: Option<&str>) -> Result<Vec<Subscription>> {
        self.read(async |tx: Tx| tx.subscriptions(account).await).await
    }

    /// Those that tell, by key.
    pub async fn active_subscriptions(&self) -> Result<Vec<Subscription>> {
        self.read(async |tx: Tx| tx.active_subscriptions().await).await
    }
}
