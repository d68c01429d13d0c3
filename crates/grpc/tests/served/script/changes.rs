//! Subscriptions, and what happens as it happens.

use super::*;
use prost_types::FieldMask;

impl Script {
    pub(super) async fn changes(&mut self) {
        let create = pb::CreateSubscriptionRequest {
            subscription: Some(pb::Subscription {
                display_name: "Ours".into(),
                channel: pb::Channel::Webhook.into(),
                address: "https://hooks.example.org/onus".into(),
                filter: Some(pb::EventFilter {
                    kinds: vec![pb::EventKind::VersionApproved.into()],
                    owners: vec!["organisations/X24".into()],
                    ..Default::default()
                }),
                ..Default::default()
            }),
            request_id: self.key(),
            ..Default::default()
        };
        let made: pb::Subscription = self.ask("ChangeService/CreateSubscription", "registrar", create).await;
        let name = made.name;
        let get = pb::GetSubscriptionRequest { name: name.clone() };
        self.make("ChangeService/GetSubscription", "registrar", get).await;
        self.make("ChangeService/ListSubscriptions", "registrar", pb::ListSubscriptionsRequest::default())
            .await;
        let all = pb::ListSubscriptionsRequest { all: true, ..Default::default() };
        self.make("ChangeService/ListSubscriptions", "admin", all).await;
        let update = pb::UpdateSubscriptionRequest {
            subscription: Some(pb::Subscription {
                name: name.clone(),
                display_name: "Ours alone".into(),
                ..Default::default()
            }),
            update_mask: Some(FieldMask { paths: vec!["display_name".into()] }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ChangeService/UpdateSubscription", "registrar", update).await;
        self.deliveries(&name).await;
        let delete = pb::DeleteSubscriptionRequest { name, request_id: self.key(), ..Default::default() };
        self.make("ChangeService/DeleteSubscription", "registrar", delete).await;
        let confirm = pb::ConfirmSubscriptionRequest {
            token: self.sow_unconfirmed().await,
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ChangeService/ConfirmSubscription", "", confirm).await;
        self.make("ChangeService/WatchChanges", "registrar", pb::WatchChangesRequest::default()).await;
    }

    async fn deliveries(&mut self, name: &str) {
        let test =
            pb::TestSubscriptionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("ChangeService/TestSubscription", "registrar", test).await;
        let dead = self.sow_deliveries(name).await;
        let list = pb::ListDeliveriesRequest { parent: name.into(), ..Default::default() };
        self.make("ChangeService/ListDeliveries", "registrar", list).await;
        let again = pb::RedeliverDeliveryRequest { name: dead, request_id: self.key(), ..Default::default() };
        self.make("ChangeService/RedeliverDelivery", "registrar", again).await;
    }
}
