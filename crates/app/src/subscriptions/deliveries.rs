//! What was sent to a subscriber, what could not be, sending it again, and trying the way out.

use super::texts;
use crate::{App, Context, audit, paging};
use chrono::DateTime;
use onus_domain::{
    Error, Result, Violations,
    subscription::{Delivery, DeliveryKind, DeliveryState, SubscriptionState},
};
use uuid::Uuid;

/// A page of deliveries, latest first.
#[derive(Debug, Clone)]
pub struct DeliveriesPage {
    /// They.
    pub rows: Vec<Delivery>,
    /// The token of the next page; empty on the last.
    pub next_page_token: String,
    /// How many there are on all pages.
    pub total_size: u64,
}

impl App {
    /// The deliveries of a subscription of the caller's, in one state or any, latest first.
    pub async fn deliveries(
        &self,
        context: &Context,
        id: Uuid,
        state: Option<DeliveryState>,
        page: &paging::ListRequest,
    ) -> Result<DeliveriesPage> {
        self.subscription(context, id).await?;
        let mut found = Violations::new();
        let size = found.take(paging::size(page.page_size)).unwrap_or_default();
        let after = found.take(paging::read_token(page)).flatten();
        found.into_result()?;
        let after =
            after.and_then(|(at, key)| Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, key)));
        let limit = size as u64 + 1;
        let (after, limit) = (&after, &limit);
        let read = self.store().read(async |tx| {
            let before = after.as_ref().map(|(at, key)| (*at, key.as_str()));
            Ok((tx.deliveries(id, state, before, *limit).await?, tx.count_deliveries(id, state).await?))
        });
        let (mut rows, total_size) = read.await?;
        let more = rows.len() > size;
        rows.truncate(size);
        let place = |last: &Delivery| (last.made_at.timestamp_micros().to_string(), last.id.clone());
        let last = rows.last().filter(|_| more).map(place);
        let next_page_token = last.map(|place| paging::write_token(place, page)).unwrap_or_default();
        Ok(DeliveriesPage { rows, next_page_token, total_size })
    }

    /// Sends again what was given up or arrived, under the same key.
    pub async fn redeliver(
        &self,
        context: &Context,
        id: Uuid,
        key: &str,
        validate_only: bool,
    ) -> Result<Delivery> {
        let subscription = self.subscription(context, id).await?;
        let unknown = || Error::not_found("delivery", format!("{}/deliveries/{key}", subscription.name()));
        let held =
            self.store().delivery(key).await?.filter(|held| held.subscription == id).ok_or_else(unknown)?;
        let refuse = |message: &str| Error::Precondition {
            rule: "DELIVERY_STATE",
            subject: held.name(),
            message: message.to_owned(),
        };
        if held.state == DeliveryState::Waiting {
            return Err(refuse("it waits to be sent already"));
        }
        if held.kind == DeliveryKind::Confirmation && held.state == DeliveryState::Delivered {
            return Err(refuse(
                "the question arrived: change the address, or have it asked by making another subscription",
            ));
        }
        let again = held.again(context.now);
        if validate_only {
            return Ok(again);
        }
        let made = audit::change::<()>(context, "delivery.repeat", held.name(), None, None, "")?;
        let (again, made, refuse) = (&again, &made, &refuse);
        let sent = self.commit(context, async |tx| {
            if tx.send_again(again).await? {
                return Ok((again.clone(), vec![made.clone()]));
            }
            Err(refuse("it waits to be sent already"))
        });
        let sent = sent.await?;
        self.want_job("events.deliver");
        Ok(sent)
    }

    /// Sends a trial to a subscription of the caller's.
    pub async fn test_subscription(
        &self,
        context: &Context,
        id: Uuid,
        validate_only: bool,
    ) -> Result<Delivery> {
        let subscription = self.subscription(context, id).await?;
        if !matches!(subscription.state, SubscriptionState::Active | SubscriptionState::Paused) {
            return Err(Error::Precondition {
                rule: "ADDRESS_CONFIRMED",
                subject: subscription.name(),
                message: "nothing is sent to an address before it is confirmed".into(),
            });
        }
        let delivery = Delivery {
            id: context.new_id().simple().to_string(),
            subscription: id,
            kind: DeliveryKind::Test,
            event: None,
            body: serde_json::to_string(&texts::Told::trial(context.now)).map_err(Error::internal)?,
            due: context.now,
            state: DeliveryState::Waiting,
            tries: 0,
            last_error: String::new(),
            made_at: context.now,
            ended_at: None,
        };
        if validate_only {
            return Ok(delivery);
        }
        let tried = audit::change::<()>(context, "subscription.try", subscription.name(), None, None, "")?;
        let (delivery, tried) = (&delivery, &tried);
        let made = self.commit(context, async |tx| {
            tx.add_deliveries(std::slice::from_ref(delivery)).await?;
            Ok((delivery.clone(), vec![tried.clone()]))
        });
        let made = made.await?;
        self.want_job("events.deliver");
        Ok(made)
    }
}
