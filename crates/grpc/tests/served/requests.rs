//! Who may make a call at all, and requests that are made again.

use super::*;
use onus_proto::access::ACCESS;
use tonic::{client::Grpc, metadata::MetadataValue};
use tonic_prost::ProstCodec;

fn create(title: &str, request_id: &str) -> pb::CreateCollectionRequest {
    pb::CreateCollectionRequest {
        collection: Some(pb::Collection {
            owner: "organisations/X24".into(),
            sector_path: pb::SectorPath::National.into(),
            ..pb::Collection::default()
        }),
        content: Some(content(title, "CRITICAL_CARE", &["unit-function"])),
        request_id: request_id.into(),
        ..pb::CreateCollectionRequest::default()
    }
}

#[tokio::test]
async fn a_request_made_again_is_answered_as_before_and_done_once() {
    let served = Served::start().await;
    let key = "0191d3a0-0000-4000-8000-000000000001";
    let mut client = served.collections();
    let first = client.create_collection(by("registrar", create("Beds", key))).await.unwrap().into_inner();
    let name = first.current_version.clone();
    let delete = pb::DeleteVersionRequest { name, ..Default::default() };
    client.delete_version(by("registrar", delete)).await.unwrap();
    let again = client.create_collection(by("registrar", create("Beds", key))).await.unwrap().into_inner();
    assert_eq!(again, first, "the first answer, though what it made is gone");
    let gone = pb::GetCollectionRequest { name: first.name, read_time: None };
    assert_eq!(refusal(client.get_collection(by("registrar", gone)).await).0, Code::NotFound);

    let (code, _, details) = refusal(client.create_collection(by("registrar", create("Wards", key))).await);
    assert_eq!(code, Code::InvalidArgument);
    let wrong = &details.bad_request().unwrap().field_violations[0];
    assert_eq!(wrong.field, "request_id");
    let bad = refusal(client.create_collection(by("registrar", create("Wards", "1"))).await);
    assert_eq!(bad.2.bad_request().unwrap().field_violations[0].field, "request_id");

    // What was refused, or only tried, is not remembered.
    let other = "0191d3a0-0000-4000-8000-000000000002";
    let tried = pb::CreateCollectionRequest { validate_only: true, ..create("Wards", other) };
    client.create_collection(by("registrar", tried)).await.unwrap();
    client.create_collection(by("registrar", create("Wards", other))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_same_request_made_at_once_one_is_done() {
    let served = Served::start().await;
    let key = "0191d3a0-0000-4000-8000-000000000003";
    let calls = (0..8).map(|_| {
        let mut client = served.collections();
        tokio::spawn(async move { client.create_collection(by("registrar", create("Beds", key))).await })
    });
    let mut answers = vec![];
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap().unwrap().into_inner());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    let entries = served.test.database.store.audit_of("collections/beds", None, 9).await.unwrap();
    assert_eq!(entries.len(), 1);
}

/// Makes a call with an empty message, which every call takes, and says how it is refused.
async fn try_empty(served: &Served, path: &'static str, identity: Option<&str>) -> Code {
    let mut client = Grpc::new(served.channel.clone());
    client.ready().await.expect("a connection");
    let mut request = Request::new(());
    if let Some(identity) = identity {
        let value = MetadataValue::try_from(format!("Demo {identity}")).expect("metadata");
        request.metadata_mut().insert("authorization", value);
    }
    let path = path.parse().expect("a path");
    let codec = ProstCodec::<(), ()>::default();
    // A stream of answers is taken as one: what is asked is whether the call is refused.
    match client.server_streaming(request, path, codec).await {
        Ok(answer) => match answer.into_inner().message().await {
            Err(status) => status.code(),
            Ok(_) => Code::Ok,
        },
        Err(status) => status.code(),
    }
}

#[tokio::test]
async fn every_call_is_refused_to_whom_the_contract_does_not_name() {
    let served = Served::start().await;
    for (path, grants) in ACCESS {
        let is_public = grants.iter().any(|grant| grant.role == "PUBLIC");
        let code = try_empty(&served, path, None).await;
        assert_eq!(code == Code::Unauthenticated, !is_public, "{path} by the public: {code:?}");
        for (identity, _, role) in onus_app::DEMO_IDENTITIES {
            let named = is_public || grants.iter().any(|grant| grant.role == role.as_str());
            let code = try_empty(&served, path, Some(identity)).await;
            let refused = matches!(code, Code::PermissionDenied | Code::Unauthenticated);
            assert_eq!(refused, !named, "{path} by {identity}: {code:?}");
        }
    }
}
