//! The services over real connections: a server on a port of its own, and clients made of the same contract.

mod audit;
mod challenges;
mod changes;
mod decisions;
mod editions;
mod evidence;
mod life;
mod lists;
mod owners;
mod requests;
mod reuse;
mod rules;
mod script;
mod statements;
mod transport;

use onus_app::Context;
use onus_domain::{
    Basis, OdsCode, SubjectId,
    organisation::{Organisation, OrganisationKind, ProviderType},
    subject::Subject,
};
use onus_grpc::Health;
use onus_proto::v1::{
    self as pb, audit_service_client::AuditServiceClient, burden_service_client::BurdenServiceClient,
    collection_service_client::CollectionServiceClient, definition_service_client::DefinitionServiceClient,
    edition_service_client::EditionServiceClient, matching_service_client::MatchingServiceClient,
    organisation_service_client::OrganisationServiceClient, review_service_client::ReviewServiceClient,
};
use onus_testkit::{Backend, TestApp, today};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tonic::{
    Code, Request, Status,
    transport::{Channel, Server, server::TcpIncoming},
};
use tonic_types::{ErrorDetails, StatusExt};

/// A server with a small registry: two bodies that ask, two trusts that answer, two subjects, two definitions.
struct Served {
    /// The application, for what no call does.
    test: TestApp,
    /// Where it listens.
    address: SocketAddr,
    /// What the binary drains it with.
    health: Health,
    /// A connection to it.
    channel: Channel,
}

impl Served {
    /// Starts it, on SQLite.
    async fn start() -> Self {
        Self::start_on(Backend::Sqlite).await
    }

    /// Starts it on a database of a kind.
    async fn start_on(backend: Backend) -> Self {
        let test = TestApp::empty(backend).await;
        fill(&test).await;
        let (routes, health) =
            onus_grpc::routes(Arc::clone(&test.app), Duration::from_secs(30)).await.expect("routes");
        let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        let address = incoming.local_addr().expect("the port taken");
        tokio::spawn(Server::builder().accept_http1(true).add_routes(routes).serve_with_incoming(incoming));
        let channel = Channel::from_shared(format!("http://{address}")).expect("an address");
        let channel = channel.connect().await.expect("a connection");
        let served = Self { test, address, health, channel };
        for name in ["Unit function", "Ward code"] {
            let definition = pb::Definition {
                kind: pb::DefinitionKind::Element.into(),
                display_name: name.into(),
                text: format!("The {} of a stay", name.to_lowercase()),
                ..pb::Definition::default()
            };
            let request = pb::CreateDefinitionRequest { definition: Some(definition), ..Default::default() };
            served.definitions().create_definition(by("steward", request)).await.expect("a definition");
        }
        served
    }

    /// A client of `AuditService`.
    fn audit(&self) -> AuditServiceClient<Channel> {
        AuditServiceClient::new(self.channel.clone())
    }
    /// A client of `OrganisationService`.
    fn organisations(&self) -> OrganisationServiceClient<Channel> {
        OrganisationServiceClient::new(self.channel.clone())
    }
    /// A client of `CollectionService`.
    fn collections(&self) -> CollectionServiceClient<Channel> {
        CollectionServiceClient::new(self.channel.clone())
    }
    /// A client of `ReviewService`.
    fn reviews(&self) -> ReviewServiceClient<Channel> {
        ReviewServiceClient::new(self.channel.clone())
    }
    /// A client of `DefinitionService`.
    fn definitions(&self) -> DefinitionServiceClient<Channel> {
        DefinitionServiceClient::new(self.channel.clone())
    }
    /// A client of `MatchingService`.
    fn matching(&self) -> MatchingServiceClient<Channel> {
        MatchingServiceClient::new(self.channel.clone())
    }
    /// A client of `BurdenService`.
    fn burdens(&self) -> BurdenServiceClient<Channel> {
        BurdenServiceClient::new(self.channel.clone())
    }
    /// A client of `EditionService`.
    fn editions(&self) -> EditionServiceClient<Channel> {
        EditionServiceClient::new(self.channel.clone())
    }

    /// A demo identity as the application sees it.
    fn context(&self, identity: &str) -> Context {
        self.test.demo(identity).expect("a demo identity")
    }
}

async fn fill(test: &TestApp) {
    let organisation = |code: &str, kind, provider_type| Organisation {
        code: OdsCode::new(code).expect("a code"),
        name: format!("ORGANISATION {code}"),
        kind,
        provider_type,
        provider_type_basis: Basis::Stated,
        region: None,
        parent: None,
        open_date: None,
        close_date: None,
    };
    let organisations = [
        organisation("R0A", OrganisationKind::Provider, Some(ProviderType::Acute)),
        organisation("R1A", OrganisationKind::Provider, Some(ProviderType::Acute)),
        organisation("X24", OrganisationKind::NationalBody, None),
        organisation("X25", OrganisationKind::NationalBody, None),
    ];
    let subject = |id: &str| Subject {
        id: SubjectId::new(id).expect("a subject"),
        name: id.to_lowercase(),
        contained_in: None,
        basis: Basis::Stated,
        reason: String::new(),
    };
    let subjects = [subject("CRITICAL_CARE"), subject("MATERNITY")];
    let (organisations, subjects) = (&organisations, &subjects);
    let written = test.app.store().write(|tx| async move {
        tx.upsert_organisations(organisations).await?;
        tx.upsert_subjects(subjects).await
    });
    written.await.expect("a small registry");
}

/// A request by a demo identity.
fn by<T>(identity: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let value = format!("Demo {identity}").parse().expect("metadata");
    request.metadata_mut().insert("authorization", value);
    request
}

/// What an error says: its status, its reason, and all its details.
fn refusal<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String, ErrorDetails) {
    let status = answer.expect_err("this call is refused");
    let details = status.get_error_details();
    let info = details.error_info().expect("every error has an ErrorInfo");
    assert_eq!(info.domain, "onus");
    (status.code(), info.reason.clone(), details)
}

/// The fields that an error says are wrong, with the rules.
fn wrong_fields<T: std::fmt::Debug>(answer: Result<T, Status>) -> Vec<String> {
    let (code, reason, details) = refusal(answer);
    assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "INVALID"));
    let fields = &details.bad_request().expect("which fields").field_violations;
    fields.iter().map(|field| format!("{} {}", field.field, field.reason)).collect()
}

/// A content that can be submitted, which asks the definitions of a subject of acute trusts every month.
fn content(title: &str, subject: &str, definitions: &[&str]) -> pb::Content {
    let item = |(at, definition): (u32, &&str)| pb::Item {
        position: at,
        section: "Stay".into(),
        mandation: pb::Mandation::Mandatory.into(),
        role: pb::ItemRole::Content.into(),
        subject: format!("subjects/{subject}"),
        definition: format!("definitions/{definition}"),
        purpose_kind: pb::PurposeKind::Improvement.into(),
        r#use: "bed planning".into(),
    };
    pb::Content {
        title: title.into(),
        purpose: "To plan beds".into(),
        legal_basis: "Section 259".into(),
        method: "Portal".into(),
        uses: "Bed planning".into(),
        feedback: "A dashboard".into(),
        contact: "beds@example.nhs.uk".into(),
        respondents: Some(pb::RespondentsRule {
            provider_types: vec![pb::ProviderType::Acute.into()],
            basis: pb::Basis::Stated.into(),
            ..pb::RespondentsRule::default()
        }),
        schedule: Some(pb::Schedule {
            frequency: pb::Frequency::Monthly.into(),
            first_period: "2026-01-01".into(),
            due_lag_days: 20,
            basis: pb::Basis::Stated.into(),
            ..pb::Schedule::default()
        }),
        items: (1..).zip(definitions).map(item).collect(),
    }
}

impl Served {
    /// Says of the first items of a draft of the registrar's, at most `most`, why they are asked.
    async fn explain(&self, name: &str, most: u32) {
        let request = pb::GetVersionRequest { name: name.into(), ..Default::default() };
        let version =
            self.collections().get_version(by("registrar", request)).await.expect("seen").into_inner();
        let items = version.content.unwrap_or_default().items.len();
        let explanations = (1..=most).take(items).map(|position| pb::Explanation {
            position,
            reason: "It is needed weekly.".into(),
            ..pb::Explanation::default()
        });
        let request = pb::ExplainItemsRequest {
            name: name.into(),
            explanations: explanations.collect(),
            ..pb::ExplainItemsRequest::default()
        };
        self.collections().explain_items(by("registrar", request)).await.expect("explained");
    }

    /// Registers a collection of the registrar's body on `live_from` and leads its draft through the panel into force from that day on.
    async fn publish(&self, content: pb::Content, live_from: &str) -> pb::Collection {
        self.test.turn_to(live_from.parse().expect("a day"));
        let collection = pb::Collection {
            owner: "organisations/X24".into(),
            sector_path: pb::SectorPath::National.into(),
            ..pb::Collection::default()
        };
        let request = pb::CreateCollectionRequest {
            collection: Some(collection),
            content: Some(content),
            ..pb::CreateCollectionRequest::default()
        };
        let made = self
            .collections()
            .create_collection(by("registrar", request))
            .await
            .expect("created")
            .into_inner();
        let name = made.current_version;
        let (mut collections, mut reviews) = (self.collections(), self.reviews());
        self.explain(&name, 20).await;
        let request = pb::SubmitVersionRequest { name: name.clone(), ..Default::default() };
        collections.submit_version(by("registrar", request)).await.expect("submitted");
        let request = pb::StartReviewRequest { name: name.clone(), ..Default::default() };
        reviews.start_review(by("panel-member", request)).await.expect("under review");
        let request = pb::ApproveVersionRequest { name: name.clone(), ..Default::default() };
        reviews.approve_version(by("panel-chair", request)).await.expect("approved");
        let request = pb::PublishVersionRequest { name, live_from: live_from.into(), ..Default::default() };
        collections.publish_version(by("registrar", request)).await.expect("published");
        self.test.turn_to(today());
        let request = pb::GetCollectionRequest { name: made.name, read_time: None };
        collections.get_collection(request).await.expect("everybody sees it").into_inner()
    }
}
