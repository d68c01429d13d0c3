//! What holds of every call: limits, deadlines, compression, health, reflection, gRPC-Web, and details on every error.

use super::*;
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
};
use tonic::codec::CompressionEncoding::Gzip;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::{v1, v1alpha};

#[tokio::test]
async fn an_oversized_message_is_a_clear_error() {
    let served = Served::start().await;
    let names = vec!["definitions/unit-function".repeat(10); 20_000];
    let answer = served.definitions().batch_get_definitions(pb::BatchGetDefinitionsRequest { names }).await;
    let message = answer.as_ref().unwrap_err().message().to_owned();
    let (code, reason, _) = refusal(answer);
    assert_eq!((code, reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    assert!(message.contains(&onus_grpc::MAX_REQUEST_BYTES.to_string()), "{message}");
}

#[tokio::test]
async fn a_call_past_its_deadline_says_so_and_stores_nothing() {
    let served = Served::start().await;
    // Without a server around it, whose own deadline would race with this one.
    let (routes, _) = onus_grpc::routes(Arc::clone(&served.test.app), Duration::from_secs(30)).await.unwrap();
    // Somebody else is writing, so that the call must wait.
    let (begun, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (store, theirs) = (served.test.app.store().clone(), (Arc::clone(&begun), Arc::clone(&release)));
    let other = tokio::spawn(async move {
        let theirs = &theirs;
        let held = store.write(|tx| async move {
            // A writer has his turn from his first statement on.
            tx.subjects().await?;
            theirs.0.notify_one();
            theirs.1.notified().await;
            Ok(())
        });
        held.await
    });
    begun.notified().await;

    let organisation = pb::Organisation {
        display_name: "A LATE BODY".into(),
        kind: pb::OrganisationKind::NationalBody.into(),
        ..pb::Organisation::default()
    };
    let create = pb::CreateOrganisationRequest {
        organisation_id: "X99".into(),
        organisation: Some(organisation),
        validate_only: false,
        request_id: String::new(),
    };
    let mut request = by("admin", create);
    request.metadata_mut().insert("grpc-timeout", "200m".parse().unwrap());
    let (code, reason, _) =
        refusal(OrganisationServiceClient::new(routes).create_organisation(request).await);
    assert_eq!((code, reason.as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));

    release.notify_one();
    other.await.unwrap().unwrap();
    let missing = pb::GetOrganisationRequest { name: "organisations/X99".into(), read_time: None };
    assert_eq!(refusal(served.organisations().get_organisation(missing).await).0, Code::NotFound);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_accept_it() {
    let served = Served::start().await;
    let mut client = served.organisations().accept_compressed(Gzip).send_compressed(Gzip);
    let answer = client.list_organisations(pb::ListOrganisationsRequest::default()).await.unwrap();
    assert_eq!(answer.metadata().get("grpc-encoding").unwrap(), "gzip");
    assert_eq!(answer.into_inner().total_size, 4);
}

#[tokio::test]
async fn health_says_serving_until_it_drains() {
    let served = Served::start().await;
    let mut client = HealthClient::new(served.channel.clone());
    for (draining, expected) in [(false, ServingStatus::Serving), (true, ServingStatus::NotServing)] {
        if draining {
            served.health.drain().await;
        }
        for service in ["", "onus.v1.CollectionService", "onus.v1.EditionService"] {
            let answer =
                client.check(HealthCheckRequest { service: service.into() }).await.unwrap().into_inner();
            assert_eq!(answer.status(), expected, "{service}");
        }
    }
    assert_eq!(
        client.check(HealthCheckRequest { service: "none".into() }).await.unwrap_err().code(),
        Code::NotFound
    );
    let still = served.organisations().list_organisations(pb::ListOrganisationsRequest::default()).await;
    assert!(still.is_ok(), "calls under way may finish");
}

#[tokio::test]
async fn both_reflections_name_every_service_and_carry_the_comments() {
    let served = Served::start().await;
    let request = v1::ServerReflectionRequest {
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(String::new())),
        ..v1::ServerReflectionRequest::default()
    };
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(served.channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    let v1::server_reflection_response::MessageResponse::ListServicesResponse(list) = answer else {
        panic!("{answer:?}")
    };
    let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
    for service in ["Burden", "Collection", "Definition", "Edition", "Matching", "Organisation", "Review"] {
        assert!(names.contains(&format!("onus.v1.{service}Service").as_str()), "{names:?}");
    }

    let symbol =
        v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol("onus.v1.Hours".into());
    let request = v1alpha::ServerReflectionRequest { message_request: Some(symbol), ..Default::default() };
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(served.channel.clone());
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    let v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(files) = answer else {
        panic!("{answer:?}")
    };
    let file = prost_types::FileDescriptorProto::decode(files.file_descriptor_proto[0].as_slice()).unwrap();
    assert_eq!(file.name(), "onus/v1/common.proto");
    assert!(file.source_code_info.is_some_and(|info| info.location.len() > 10));
}

/// Posts a gRPC-Web message over HTTP/1.1 and gives back head and body.
async fn post(served: &Served, path: &str, message: &[u8]) -> (String, Vec<u8>) {
    let mut frame = vec![0];
    frame.extend(u32::try_from(message.len()).expect("an exchange over HTTP/1.1").to_be_bytes());
    frame.extend(message);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        served.address,
        frame.len(),
    );
    let mut stream = TcpStream::connect(served.address).await.expect("an exchange over HTTP/1.1");
    stream.write_all(head.as_bytes()).await.expect("an exchange over HTTP/1.1");
    stream.write_all(&frame).await.expect("an exchange over HTTP/1.1");
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await.expect("an exchange over HTTP/1.1");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an exchange over HTTP/1.1");
    (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
}

#[tokio::test]
async fn grpc_web_reads_the_same_over_http_1() {
    let served = Served::start().await;
    let request =
        pb::GetOrganisationRequest { name: "organisations/X24".into(), read_time: None }.encode_to_vec();
    let (head, body) = post(&served, "/onus.v1.OrganisationService/GetOrganisation", &request).await;
    assert!(head.starts_with("http/1.1 200") && head.contains("application/grpc-web+proto"), "{head}");
    let expected = pb::GetOrganisationRequest { name: "organisations/X24".into(), read_time: None };
    let expected =
        served.organisations().get_organisation(expected).await.unwrap().into_inner().encode_to_vec();
    let holds = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    assert!(holds(&expected) && holds(b"grpc-status:0"), "{body:?}");
}

#[tokio::test]
async fn bytes_that_are_no_message_and_calls_that_are_not_there_are_clear_errors() {
    let served = Served::start().await;
    let (head, body) = post(&served, "/onus.v1.OrganisationService/GetOrganisation", &[0xff; 8]).await;
    let all = format!("{head}{}", String::from_utf8_lossy(&body));
    assert!(all.contains("grpc-status:3") || all.contains("grpc-status: 3"), "{all}");
    assert!(all.contains("grpc-status-details-bin"), "{all}");

    let mut client = tonic::client::Grpc::new(served.channel.clone());
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/onus.v1.OrganisationService/Nothing");
    let codec = tonic_prost::ProstCodec::<pb::GetOrganisationRequest, pb::Organisation>::default();
    let answer = client.unary(Request::new(pb::GetOrganisationRequest::default()), path, codec).await;
    let (code, reason, _) = refusal(answer);
    assert_eq!((code, reason.as_str()), (Code::Unimplemented, "UNIMPLEMENTED"));
}
