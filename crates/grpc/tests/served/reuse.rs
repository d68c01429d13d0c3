//! Reuse agreements and consultations over the wire.

use super::*;
use onus_app::{drafts::NewCollection, reuse::NewReuse};
use onus_domain::{
    collection::SectorPath,
    item::{Item, ItemRole, PurposeKind},
    reuse::ReuseAgreement,
    role::{Actor, Role},
    version::Content,
};
use onus_proto::v1::{
    consultation_service_client::ConsultationServiceClient, reuse_service_client::ReuseServiceClient,
};

/// X25 drafts a collection that asks what X24 asks already, and asks X24 for it.
async fn requested(served: &Served) -> ReuseAgreement {
    let needs_it = Context {
        actor: Actor {
            account: "x25".into(),
            organisation: OdsCode::new("X25").ok(),
            roles: [Role::Registrar].into(),
        },
        ..served.context("registrar")
    };
    let item = Item {
        position: 1,
        section: "Stay".into(),
        mandation: None,
        role: ItemRole::Content,
        subject: SubjectId::new("CRITICAL_CARE").expect("sound"),
        definition: "unit-function".parse().expect("sound"),
        purpose_kind: PurposeKind::Judgement,
        r#use: "inspection".into(),
    };
    let content = Content {
        title: "Inspection of units".into(),
        purpose: "To inspect".into(),
        legal_basis: "Section 60".into(),
        method: String::new(),
        uses: String::new(),
        feedback: String::new(),
        contact: String::new(),
        respondents: None,
        schedule: None,
        items: vec![item],
    };
    let owner = OdsCode::new("X25").expect("sound");
    let new = NewCollection { id: None, owner, sector_path: SectorPath::National, content };
    let app = &served.test.app;
    let (collection, version) = app.create_collection(&needs_it, new, false).await.expect("sound");
    let new = NewReuse {
        collection: collection.id,
        version: version.number,
        positions: vec![1],
        holder: None,
        from: None,
        to: None,
        grain: String::new(),
        legal_basis: String::new(),
        purpose: String::new(),
    };
    app.request_reuse(&needs_it, new, false).await.expect("sound")
}

#[tokio::test]
async fn a_holder_answers_its_queue() {
    let served = Served::start().await;
    served.publish(content("Beds", "CRITICAL_CARE", &["unit-function"]), "2026-01-01").await;
    let agreement = requested(&served).await;
    let mut client = ReuseServiceClient::new(served.channel.clone());
    let queue = pb::ListReuseAgreementsRequest {
        filter: "holder = X24 AND state = REQUESTED".into(),
        ..Default::default()
    };
    let listed = client.list_reuse_agreements(by("registrar", queue.clone())).await.unwrap().into_inner();
    let [asked] = listed.reuse_agreements.as_slice() else { panic!("{listed:?}") };
    assert_eq!((asked.name.as_str(), asked.recipient.as_str()), (&*agreement.name(), "organisations/X25"));
    let need = &asked.needs[0];
    assert_eq!((need.position, need.held[0].collection.as_str()), (1, "collections/beds"));
    assert_eq!((asked.legal_basis.as_str(), asked.answer_due.as_str()), ("Section 60", "2026-12-21"));
    for nobody in ["provider", "steward"] {
        let seen = client.list_reuse_agreements(by(nobody, queue.clone())).await.unwrap().into_inner();
        assert!(seen.reuse_agreements.is_empty(), "{nobody}");
        let get = pb::GetReuseAgreementRequest { name: asked.name.clone() };
        assert_eq!(refusal(client.get_reuse_agreement(by(nobody, get)).await).0, Code::NotFound);
    }

    let agree = pb::AgreeReuseRequest {
        name: asked.name.clone(),
        etag: asked.etag.clone(),
        request_id: "0191d3a0-0000-4000-8000-00000000000a".into(),
        ..Default::default()
    };
    let denied = refusal(client.agree_reuse(by("panel-chair", agree.clone())).await);
    assert_eq!(denied.0, Code::PermissionDenied, "nothing was escalated");
    let agreed = client.agree_reuse(by("registrar", agree.clone())).await.unwrap().into_inner();
    assert_eq!(agreed.state(), pb::ReuseState::Agreed);
    let again = client.agree_reuse(by("registrar", agree)).await.unwrap().into_inner();
    assert_eq!(again, agreed, "made again it is answered as before");
    let deliver = |on: &str| pb::DeliverReuseRequest {
        name: asked.name.clone(),
        delivered_on: on.into(),
        ..Default::default()
    };
    assert_eq!(
        wrong_fields(client.deliver_reuse(by("registrar", deliver("2026-12-01"))).await),
        ["delivered_on RANGE"]
    );
    let active = client.deliver_reuse(by("registrar", deliver(""))).await.unwrap().into_inner();
    assert_eq!((active.state(), active.first_delivery.as_str()), (pb::ReuseState::Active, "2026-11-23"));
    // What needs it is a draft: nobody else learns of it.
    let get = pb::GetReuseAgreementRequest { name: asked.name.clone() };
    assert_eq!(refusal(client.get_reuse_agreement(get).await).0, Code::NotFound);
    let end = pb::EndReuseRequest { name: asked.name.clone(), ..Default::default() };
    assert_eq!(wrong_fields(client.end_reuse(by("registrar", end)).await), ["reason REQUIRED"]);
    let bodies = client.get_body_reuse(pb::GetBodyReuseRequest::default()).await.unwrap().into_inner();
    assert!(bodies.bodies.is_empty());
    let wrong = pb::RequestReuseRequest { parent: "x".into(), holder: "y".into(), ..Default::default() };
    assert_eq!(
        wrong_fields(client.request_reuse(by("registrar", wrong)).await),
        ["parent RESOURCE_NAME", "holder RESOURCE_NAME"]
    );
}

#[tokio::test]
async fn providers_are_consulted_on_a_draft() {
    let served = Served::start().await;
    let request = pb::CreateCollectionRequest {
        collection: Some(pb::Collection {
            owner: "organisations/X24".into(),
            sector_path: pb::SectorPath::National.into(),
            ..pb::Collection::default()
        }),
        content: Some(content("Beds", "CRITICAL_CARE", &["unit-function"])),
        ..pb::CreateCollectionRequest::default()
    };
    let draft = served.collections().create_collection(by("registrar", request)).await.unwrap().into_inner();
    let version = draft.current_version;
    let mut client = ConsultationServiceClient::new(served.channel.clone());
    let open = pb::OpenConsultationRequest {
        parent: version.clone(),
        providers: vec!["organisations/R0A".into(), "organisations/R1A".into()],
        closes_on: "2026-12-18".into(),
        question: "Can you answer it?".into(),
        ..Default::default()
    };
    let nobody = pb::OpenConsultationRequest { providers: vec!["organisations/X25".into()], ..open.clone() };
    assert_eq!(wrong_fields(client.open_consultation(by("registrar", nobody)).await), ["providers KNOWN"]);
    let get = pb::GetVersionRequest { name: version.clone(), ..Default::default() };
    let hidden = served.collections().get_version(by("provider", get.clone())).await;
    assert_eq!(refusal(hidden).0, Code::NotFound);
    let opened = client.open_consultation(by("registrar", open)).await.unwrap().into_inner();
    assert!(opened.open && opened.providers.len() == 2);
    served.collections().get_version(by("provider", get.clone())).await.expect("it is shown to R0A");
    assert_eq!(refusal(served.collections().get_version(by("steward", get)).await).0, Code::NotFound);

    let comment = pb::AddConsultationCommentRequest {
        parent: opened.name.clone(),
        text: "We close units at night.".into(),
        position: Some(1),
        ..Default::default()
    };
    let said = client.add_consultation_comment(by("provider", comment)).await.unwrap().into_inner();
    assert_eq!(said.provider, "organisations/R0A");
    let reply = pb::AnswerConsultationCommentRequest {
        name: said.name,
        etag: said.etag,
        answer: "Then say so in the item.".into(),
        ..Default::default()
    };
    client.answer_consultation_comment(by("registrar", reply)).await.expect("answered");
    let get = pb::GetConsultationRequest { name: opened.name.clone() };
    let told = client.get_consultation(by("provider", get.clone())).await.unwrap().into_inner();
    assert_eq!(told.providers, ["organisations/R0A"]);
    assert_eq!((told.comments.len(), told.comments[0].answer.as_str()), (1, "Then say so in the item."));
    let read = client.get_consultation(by("panel-member", get)).await.unwrap().into_inner();
    assert_eq!(read.comments, told.comments);
    let list = pb::ListConsultationsRequest { filter: "open = true".into(), ..Default::default() };
    let listed = client.list_consultations(by("provider", list)).await.unwrap().into_inner();
    assert_eq!((listed.total_size, listed.consultations[0].name.as_str()), (1, opened.name.as_str()));
    let close = pb::CloseConsultationRequest { name: opened.name, ..Default::default() };
    let closed = client.close_consultation(by("registrar", close)).await.unwrap().into_inner();
    assert!(!closed.open && closed.closed_on == "2026-11-23");
}
