//! `ChangeService`: the stream over a connection, and subscriptions as callers write them.

use super::*;
use onus_proto::v1::change_service_client::ChangeServiceClient;
use std::collections::BTreeSet;
use tonic::Streaming;

fn client(served: &Served) -> ChangeServiceClient<Channel> {
    ChangeServiceClient::new(served.channel.clone())
}

async fn next(stream: &mut Streaming<pb::WatchChangesResponse>) -> pb::WatchChangesResponse {
    let told = tokio::time::timeout(Duration::from_secs(20), stream.message()).await;
    told.expect("something is told").expect("no error").expect("no end")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_as_it_happens_to_those_who_may_know() {
    let served = Served::start().await;
    served.test.app.sequence_audit().await.expect("the log is kept");
    let watch = async |who: Option<&str>, token: &str| {
        let request = pb::WatchChangesRequest { resume_token: token.into(), ..Default::default() };
        let request = who.map_or_else(|| Request::new(request.clone()), |who| by(who, request.clone()));
        let mut stream = client(&served).watch_changes(request).await.expect("a stream").into_inner();
        let begins = next(&mut stream).await;
        assert!(begins.event.is_none() && !begins.resume_token.is_empty(), "{begins:?}");
        stream
    };
    let (mut everybody, mut panel) = (watch(None, "").await, watch(Some("panel-member"), "").await);
    let asked = content("Beds", "CRITICAL_CARE", &["unit-function"]);
    let collection = served.publish(asked, "2026-11-01").await;
    served.test.app.sequence_audit().await.expect("the log is kept");
    let mut told = vec![];
    while told.last() != Some(&pb::EventKind::VersionLive) {
        told.push(next(&mut panel).await.event.expect("an event").kind());
    }
    let expected =
        [pb::EventKind::VersionSubmitted, pb::EventKind::VersionApproved, pb::EventKind::VersionLive];
    assert!(expected.iter().all(|kind| told.contains(kind)), "{told:?}");

    let first = next(&mut everybody).await;
    let event = first.event.expect("an event");
    assert_eq!((event.title.as_str(), event.owner.as_str()), ("Beds", "organisations/X24"));
    assert_eq!(event.collections, [collection.name]);
    assert_ne!(event.kind(), pb::EventKind::VersionSubmitted, "what is not published is not everybody's");
    let second = next(&mut everybody).await;
    let mut again = watch(None, &first.resume_token).await;
    assert_eq!(next(&mut again).await, second, "it goes on behind its token");
}

#[tokio::test]
async fn broken_tokens_and_filters_are_refused_by_their_fields() {
    let served = Served::start().await;
    let request = pb::WatchChangesRequest {
        resume_token: "broken".into(),
        filter: Some(pb::EventFilter { kinds: vec![99], owners: vec!["X24".into()], ..Default::default() }),
        from_beginning: false,
    };
    let wrong = wrong_fields(client(&served).watch_changes(request).await.map(|_| ()));
    assert_eq!(wrong, ["filter.kinds[0] KNOWN_CODE", "filter.owners[0] RESOURCE_NAME"]);
    let request = pb::WatchChangesRequest { resume_token: "broken".into(), ..Default::default() };
    let wrong = wrong_fields(client(&served).watch_changes(request).await.map(|_| ()));
    assert_eq!(wrong, ["resume_token RESUME_TOKEN"]);
}

#[tokio::test]
async fn a_subscription_is_made_shown_changed_and_ended_by_its_keeper() {
    let served = Served::start().await;
    let mut client = client(&served);
    // Without a way out nothing is called, so that no name is looked up.
    let subscription = pb::Subscription {
        display_name: "Ours".into(),
        channel: pb::Channel::Webhook.into(),
        address: "https://hooks.example.org/onus".into(),
        filter: Some(pb::EventFilter {
            kinds: vec![pb::EventKind::VersionApproved.into()],
            owners: vec!["organisations/X24".into()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let key = "0191d3a0-0000-4000-8000-00000000000a";
    let request = pb::CreateSubscriptionRequest {
        subscription: Some(subscription.clone()),
        request_id: key.into(),
        validate_only: false,
    };
    let made = client.create_subscription(by("registrar", request.clone())).await.unwrap().into_inner();
    assert!(made.secret.starts_with("whsec_"));
    let again = client.create_subscription(by("registrar", request.clone())).await.unwrap().into_inner();
    assert_eq!(again, made);
    let get = pb::GetSubscriptionRequest { name: made.name.clone() };
    let shown = client.get_subscription(by("registrar", get.clone())).await.unwrap().into_inner();
    assert_eq!(shown, pb::Subscription { secret: String::new(), ..made.clone() });
    assert_eq!(refusal(client.get_subscription(by("steward", get)).await).0, Code::NotFound);

    let mut bad = request;
    bad.request_id = String::new();
    bad.subscription = Some(pb::Subscription {
        channel: 0,
        filter: Some(pb::EventFilter { providers: vec!["organisations/zz".into()], ..Default::default() }),
        address: String::new(),
        ..subscription
    });
    let wrong: BTreeSet<_> =
        wrong_fields(client.create_subscription(by("registrar", bad)).await).into_iter().collect();
    let expected = [
        "subscription.address REQUIRED",
        "subscription.channel REQUIRED",
        "subscription.filter.providers[0] IDENTIFIER",
    ];
    assert_eq!(wrong.iter().map(String::as_str).collect::<Vec<_>>(), expected);

    let update = pb::UpdateSubscriptionRequest {
        subscription: Some(pb::Subscription { paused: true, ..made.clone() }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["paused".into()] }),
        ..Default::default()
    };
    let paused = client.update_subscription(by("registrar", update.clone())).await.unwrap().into_inner();
    assert_eq!((paused.state(), paused.secret.as_str()), (pb::SubscriptionState::Paused, ""));
    assert_eq!(refusal(client.update_subscription(by("registrar", update)).await).0, Code::Aborted);
    let list = pb::ListSubscriptionsRequest { all: true, ..Default::default() };
    assert_eq!(
        refusal(client.list_subscriptions(by("registrar", list.clone())).await).0,
        Code::PermissionDenied
    );
    let all = client.list_subscriptions(by("admin", list)).await.unwrap().into_inner();
    assert_eq!((all.subscriptions, all.total_size), (vec![paused.clone()], 1));
    let tried = pb::TestSubscriptionRequest { name: made.name.clone(), ..Default::default() };
    let trial = client.test_subscription(by("registrar", tried)).await.unwrap().into_inner();
    let list = pb::ListDeliveriesRequest { parent: made.name.clone(), ..Default::default() };
    let listed = client.list_deliveries(by("registrar", list)).await.unwrap().into_inner();
    assert_eq!(listed.deliveries, [trial]);
    let delete = pb::DeleteSubscriptionRequest { name: made.name, etag: paused.etag, ..Default::default() };
    client.delete_subscription(by("registrar", delete)).await.unwrap();
}
