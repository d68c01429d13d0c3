//! Deliveries: what is told, until it arrived; how far the log was read for that; and which ends of approvals were told.

use super::{
    codec::{Reader, moment, some_text, to_number, to_text},
    stored::Stored,
};
use crate::{
    Store, Tx,
    tables::{delivery, expiry_notice, log_cursor},
};
use chrono::{DateTime, NaiveDate, Utc};
use onus_domain::{
    CollectionId, Result,
    subscription::{Delivery, DeliveryState},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for Delivery {
    type Entity = delivery::Entity;
    const KIND: &'static str = "delivery";

    fn to_row(&self) -> Result<delivery::Model> {
        Ok(delivery::Model {
            id: self.id.clone(),
            subscription: self.subscription,
            kind: to_text(self.kind),
            event: some_text(self.event.as_ref()),
            body: self.body.clone(),
            due: moment(self.due),
            state: to_text(self.state),
            tries: self.tries.into(),
            last_error: self.last_error.clone(),
            made_at: moment(self.made_at),
            ended_at: self.ended_at.map(moment),
        })
    }

    fn of_row(row: delivery::Model) -> Result<Self> {
        let read = Reader { table: "delivery", key: &row.id };
        let (kind, event) = (read.parse("kind", &row.kind)?, read.parse_some("event", row.event.as_deref())?);
        let (state, tries) = (read.parse("state", &row.state)?, read.number("tries", row.tries)?);
        Ok(Self {
            id: row.id,
            subscription: row.subscription,
            kind,
            event,
            body: row.body,
            due: row.due,
            state,
            tries,
            last_error: row.last_error,
            made_at: row.made_at,
            ended_at: row.ended_at,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        Self::name(self)
    }
}

/// How many deliveries wait, and how many are given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryCounts {
    /// To be sent.
    pub waiting: u64,
    /// To be sent that were tried in vain.
    pub failing: u64,
    /// Given up.
    pub dead: u64,
}

impl Tx {
    /// Adds deliveries; those whose key is there are passed over, so that each event is told to each subscriber once.
    pub async fn add_deliveries(&self, list: &[Delivery]) -> Result<()> {
        self.insert_missing::<delivery::Entity>(list.iter().map(Stored::to_row).collect::<Result<_>>()?).await
    }

    /// Deliveries to be sent at `now`, longest due first.
    pub async fn due_deliveries(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<Delivery>> {
        let due = Condition::all()
            .add(delivery::Column::State.eq(to_text(DeliveryState::Waiting)))
            .add(delivery::Column::Due.lte(moment(now)));
        let due = delivery::Entity::find().filter(due);
        let due = due.order_by_asc(delivery::Column::Due).order_by_asc(delivery::Column::Id).limit(limit);
        self.select(due).await?.into_iter().map(Delivery::of_row).collect()
    }

    /// Writes what became of deliveries that waited. One that was taken away or sent again meanwhile stays as it is.
    pub async fn end_deliveries(&self, list: &[Delivery]) -> Result<()> {
        for one in list {
            let waits = delivery::Column::State.eq(to_text(DeliveryState::Waiting));
            self.update_row::<delivery::Entity>(&one.to_row()?, waits).await?;
        }
        Ok(())
    }

    /// Writes a delivery over one that was given up or arrived; `false` if it waits or is gone.
    pub async fn send_again(&self, one: &Delivery) -> Result<bool> {
        let ended = delivery::Column::State.ne(to_text(DeliveryState::Waiting));
        Ok(self.update_row::<delivery::Entity>(&one.to_row()?, ended).await? == 1)
    }

    /// A delivery by its key.
    pub async fn delivery(&self, id: &str) -> Result<Option<Delivery>> {
        self.one(delivery::Entity::find_by_id(id.to_owned())).await
    }

    /// The deliveries of a subscription in one state or any, latest first, from before `before` (moment and key) on.
    pub async fn deliveries(
        &self,
        subscription: Uuid,
        state: Option<DeliveryState>,
        before: Option<(DateTime<Utc>, &str)>,
        limit: u64,
    ) -> Result<Vec<Delivery>> {
        let mut which = Condition::all().add(delivery::Column::Subscription.eq(subscription));
        if let Some(state) = state {
            which = which.add(delivery::Column::State.eq(to_text(state)));
        }
        if let Some((at, id)) = before {
            let same = Condition::all()
                .add(delivery::Column::MadeAt.eq(moment(at)))
                .add(delivery::Column::Id.lt(id));
            which = which.add(Condition::any().add(delivery::Column::MadeAt.lt(moment(at))).add(same));
        }
        let found = delivery::Entity::find().filter(which);
        let found = found.order_by_desc(delivery::Column::MadeAt).order_by_desc(delivery::Column::Id);
        self.select(found.limit(limit)).await?.into_iter().map(Delivery::of_row).collect()
    }

    /// How many deliveries a subscription has in one state or any.
    pub async fn count_deliveries(&self, subscription: Uuid, state: Option<DeliveryState>) -> Result<u64> {
        let mut which = Condition::all().add(delivery::Column::Subscription.eq(subscription));
        if let Some(state) = state {
            which = which.add(delivery::Column::State.eq(to_text(state)));
        }
        self.count_where(which).await
    }

    async fn count_where(&self, which: Condition) -> Result<u64> {
        let found = delivery::Entity::find().filter(which);
        found.count(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// How many deliveries wait, and how many are given up.
    pub async fn delivery_counts(&self) -> Result<DeliveryCounts> {
        let of = |state| Condition::all().add(delivery::Column::State.eq(to_text(state)));
        Ok(DeliveryCounts {
            waiting: self.count_where(of(DeliveryState::Waiting)).await?,
            failing: self
                .count_where(of(DeliveryState::Waiting).add(delivery::Column::LastError.ne("")))
                .await?,
            dead: self.count_where(of(DeliveryState::Dead)).await?,
        })
    }

    /// Forgets deliveries that arrived before `arrived` or were given up before `dead`.
    pub async fn forget_deliveries(&self, arrived: DateTime<Utc>, dead: DateTime<Utc>) -> Result<u64> {
        let old = |state, before| {
            Condition::all()
                .add(delivery::Column::State.eq(to_text(state)))
                .add(delivery::Column::EndedAt.lt(moment(before)))
        };
        let which =
            Condition::any().add(old(DeliveryState::Delivered, arrived)).add(old(DeliveryState::Dead, dead));
        self.delete::<delivery::Entity>(which).await
    }

    /// How far the log was read for `name`: the place of the next entry to read; `None` if it never was.
    pub async fn log_cursor(&self, name: &str) -> Result<Option<u64>> {
        let Some(row) = self.select_one(log_cursor::Entity::find_by_id(name.to_owned())).await? else {
            return Ok(None);
        };
        Reader { table: "log_cursor", key: name }.number("next", row.next).map(Some)
    }

    /// Notes how far the log was read for `name`, if that is `from` still (`None`: never); `false`, and nothing written, if it is not.
    pub async fn move_log_cursor(&self, name: &str, from: Option<u64>, to: u64) -> Result<bool> {
        let row = log_cursor::Model { name: name.to_owned(), next: to_number("next", to)? };
        let Some(from) = from else {
            self.insert::<log_cursor::Entity>(vec![row]).await?;
            return Ok(true);
        };
        let same = log_cursor::Column::Next.eq(to_number("next", from)?);
        Ok(self.update_row::<log_cursor::Entity>(&row, same).await? == 1)
    }

    /// Whether it was told that an approval ends in so many days.
    pub async fn has_expiry_notice(
        &self,
        of: (&CollectionId, u32),
        on: NaiveDate,
        days: u64,
    ) -> Result<bool> {
        let key = (to_text(of.0), i64::from(of.1), on, to_number("days", days)?);
        Ok(self.select_one(expiry_notice::Entity::find_by_id(key)).await?.is_some())
    }

    /// Notes that it is told that an approval ends in so many days.
    pub async fn note_expiry(&self, of: (&CollectionId, u32), on: NaiveDate, days: u64) -> Result<()> {
        let row = expiry_notice::Model {
            collection: to_text(of.0),
            version: of.1.into(),
            expires_on: on,
            days: to_number("days", days)?,
        };
        self.insert::<expiry_notice::Entity>(vec![row]).await
    }
}

impl Store {
    /// Deliveries to be sent at `now`, longest due first.
    pub async fn due_deliveries(&self, now: DateTime<Utc>, limit: u64) -> Result<Vec<Delivery>> {
        self.read(async |tx: Tx| tx.due_deliveries(now, limit).await).await
    }

    /// How many deliveries wait, and how many are given up.
    pub async fn delivery_counts(&self) -> Result<DeliveryCounts> {
        self.read(async |tx: Tx| tx.delivery_counts().await).await
    }

    /// A delivery by its key.
    pub async fn delivery(&self, id: &str) -> Result<Option<Delivery>> {
        self.read(async |tx: Tx| tx.delivery(id).await).await
    }
}
