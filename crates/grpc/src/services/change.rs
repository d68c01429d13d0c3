//! `ChangeService`.

use crate::{
    call::{Answer, Server, answer, list, paged},
    convert, names,
    status::status,
};
use onus_app::{App, changes::Watcher, paging::page};
use onus_domain::{Error, Result, Violations};
use onus_proto::v1::{self as pb, change_service_server::ChangeService};
use std::{pin::Pin, sync::Arc, time::Duration};
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::{Stream, StreamExt as _, wrappers::ReceiverStream};
use tonic::{Request, Status, async_trait};

/// Messages that wait for a reader.
const AHEAD: usize = 64;
/// How long a message may wait for room: a reader that is slower is ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tells of changes.
pub struct Changes(pub Server);

type Told = Pin<Box<dyn Stream<Item = Result<pb::WatchChangesResponse, Status>> + Send>>;

#[async_trait]
impl ChangeService for Changes {
    type WatchChangesStream = Told;

    async fn watch_changes(&self, request: Request<pb::WatchChangesRequest>) -> Answer<Told> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let mut found = Violations::new();
            let filter = convert::read_event_filter("filter", asked.filter, &mut found);
            found.into_result()?;
            let app = self.0.shared();
            let watcher = app.watch(&context, filter, &asked.resume_token, asked.from_beginning).await?;
            Ok(told(app, watcher))
        })
        .await
    }

    async fn create_subscription(
        &self,
        request: Request<pb::CreateSubscriptionRequest>,
    ) -> Answer<pb::Subscription> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let wanted = convert::read(|found| {
                let given = convert::required("subscription", asked.subscription, found);
                convert::read_wanted(given?, found)
            })?;
            let app = self.0.app();
            let work = app.create_subscription(&context, wanted, asked.validate_only);
            let made = Box::pin(app.once(&context, work)).await;
            let made = made.map_err(|error| convert::relocate(error, convert::in_subscription))?;
            Ok(convert::subscription(&made, true))
        })
        .await
    }

    async fn get_subscription(
        &self,
        request: Request<pb::GetSubscriptionRequest>,
    ) -> Answer<pb::Subscription> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_subscription("name", &asked.name)?;
            Ok(convert::subscription(&self.0.app().subscription(&context, id).await?, false))
        })
        .await
    }

    async fn list_subscriptions(
        &self,
        request: Request<pb::ListSubscriptionsRequest>,
    ) -> Answer<pb::ListSubscriptionsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let rows = self.0.app().subscriptions(&context, asked.all).await?;
            // Whether it is of all accounts is part of the token.
            let request = list(asked.page_size, asked.page_token, asked.all.to_string(), String::new());
            let page = page(rows, &request, |row| (String::new(), row.id.to_string()))?;
            let (subscriptions, next_page_token, total_size) =
                paged(page, |row| convert::subscription(&row, false));
            Ok(pb::ListSubscriptionsResponse { subscriptions, next_page_token, total_size })
        })
        .await
    }

    async fn update_subscription(
        &self,
        request: Request<pb::UpdateSubscriptionRequest>,
    ) -> Answer<pb::Subscription> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let given = convert::read(|found| convert::required("subscription", asked.subscription, found))?;
            let id = names::read_subscription("subscription.name", &given.name)?;
            let mask = asked.update_mask.unwrap_or_default().paths;
            let etag = given.etag.clone();
            let edit = |present| convert::change_wanted(present, given, &mask);
            let app = self.0.app();
            let how = (asked.new_secret, asked.validate_only);
            let work = app.update_subscription(&context, (id, &etag), edit, how);
            let made = Box::pin(app.once(&context, work)).await;
            let made = made.map_err(|error| convert::relocate(error, convert::in_subscription))?;
            Ok(convert::subscription(&made, true))
        })
        .await
    }

    async fn delete_subscription(&self, request: Request<pb::DeleteSubscriptionRequest>) -> Answer<()> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let id = names::read_subscription("name", &asked.name)?;
            let app = self.0.app();
            let work = app.delete_subscription(&context, (id, &asked.etag), asked.validate_only);
            Box::pin(app.once(&context, work)).await
        })
        .await
    }

    async fn confirm_subscription(
        &self,
        request: Request<pb::ConfirmSubscriptionRequest>,
    ) -> Answer<pb::ConfirmSubscriptionResponse> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let app = self.0.app();
            let work = app.confirm_subscription(&context, &asked.token, asked.validate_only);
            let confirmed = Box::pin(app.once(&context, work)).await?;
            Ok(pb::ConfirmSubscriptionResponse { name: confirmed.name() })
        })
        .await
    }

    async fn list_deliveries(
        &self,
        request: Request<pb::ListDeliveriesRequest>,
    ) -> Answer<pb::ListDeliveriesResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let mut found = Violations::new();
            let id = found.take(names::read_subscription("parent", &asked.parent));
            let state = found.take(convert::read_code("state", asked.state));
            found.into_result()?;
            let (id, state) = id.zip(state).ok_or_else(|| Error::internal("read names gave nothing"))?;
            // Whose they are and how they stand is part of the token.
            let of = format!("{} {}", asked.parent, asked.state);
            let request = list(asked.page_size, asked.page_token, of, String::new());
            let page = self.0.app().deliveries(&context, id, state, &request).await?;
            Ok(pb::ListDeliveriesResponse {
                deliveries: page.rows.iter().map(convert::delivery).collect(),
                next_page_token: page.next_page_token,
                total_size: convert::count(page.total_size),
            })
        })
        .await
    }

    async fn redeliver_delivery(
        &self,
        request: Request<pb::RedeliverDeliveryRequest>,
    ) -> Answer<pb::Delivery> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (id, key) = names::read_delivery("name", &asked.name)?;
            let app = self.0.app();
            let work = app.redeliver(&context, id, &key, asked.validate_only);
            Ok(convert::delivery(&Box::pin(app.once(&context, work)).await?))
        })
        .await
    }

    async fn test_subscription(&self, request: Request<pb::TestSubscriptionRequest>) -> Answer<pb::Delivery> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let id = names::read_subscription("name", &asked.name)?;
            let app = self.0.app();
            let work = app.test_subscription(&context, id, asked.validate_only);
            Ok(convert::delivery(&Box::pin(app.once(&context, work)).await?))
        })
        .await
    }
}

/// What a watcher is told, in a stream: a task reads on while there is room for it, and a reader without room for too long is ended.
fn told(app: Arc<App>, watcher: Watcher) -> Told {
    let (room, messages) = channel(AHEAD);
    let reading = tokio::spawn(read(app, watcher, room));
    Box::pin(ReceiverStream::new(messages).chain(last(reading)))
}

/// The word with which a stream ends, if it does not end by its reader.
fn last(
    reading: tokio::task::JoinHandle<Status>,
) -> impl Stream<Item = Result<pb::WatchChangesResponse, Status>> + Send {
    tokio_stream::once(reading)
        .then(|reading| async { Err(reading.await.unwrap_or_else(|error| status(Error::internal(error)))) })
}

/// Reads on until the reader is gone, too slow, or something fails; answers with what to end the stream.
async fn read(
    app: Arc<App>,
    mut watcher: Watcher,
    room: Sender<Result<pb::WatchChangesResponse, Status>>,
) -> Status {
    loop {
        let next = tokio::select! {
            next = watcher.next(&app) => next,
            () = room.closed() => return Status::cancelled("the reader is gone"),
        };
        let told = match next {
            Ok(told) => told,
            Err(error) => return status(error),
        };
        for one in &told {
            if room.send_timeout(Ok(convert::watched(one)), PATIENCE).await.is_err() {
                let public = "this reader is too slow: go on with the last resume_token";
                return status(Error::Exhausted(public.into()));
            }
        }
    }
}
