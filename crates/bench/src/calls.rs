//! The calls that are measured.

use crate::{
    Failed,
    echo::{self, Bytes},
};
use clap::ValueEnum;
use http::uri::PathAndQuery;
use onus_proto::v1::{
    self as pb, collection_service_client::CollectionServiceClient,
    organisation_service_client::OrganisationServiceClient,
};
use prost::Message as _;
use tonic::{
    Request, Status,
    client::Grpc,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};
use tonic_prost::ProstCodec;
use uuid::Uuid;

/// Items of each collection that is registered.
const ITEMS: u32 = 20;

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// One collection by its name.
    Get,
    /// A new collection of twenty items.
    Create,
    /// A page of one row of the list of organisations; `--name` is the number of rows before it.
    List,
    /// An echo of a request as long as the call for a collection.
    Echo,
}

/// One caller.
#[derive(Clone)]
pub struct Caller {
    kind: Kind,
    channel: Channel,
    authorization: Option<MetadataValue<Ascii>>,
    name: String,
    number: usize,
    made: usize,
    /// The name is a whole key that ends with the last digits of a request's identifier.
    whole: bool,
}

impl Caller {
    /// The caller of a number; `name` is what is got, or how new keys begin.
    pub fn new(
        kind: Kind,
        channel: Channel,
        authorization: Option<&str>,
        name: &str,
        number: usize,
    ) -> Result<Self, Failed> {
        let authorization = authorization.map(str::parse).transpose()?;
        Ok(Self { kind, channel, authorization, name: name.to_owned(), number, made: 0, whole: false })
    }

    /// The same caller for one call of a number of its own.
    pub fn again(&self, number: usize) -> Self {
        Self { number, made: usize::MAX / 2, ..self.clone() }
    }

    /// The same caller for one call, whose name is a whole key.
    pub fn whole(self) -> Self {
        Self { whole: true, ..self }
    }

    /// Calls once. Gives the bytes of the answer.
    pub async fn call(&mut self) -> Result<usize, Status> {
        match self.kind {
            Kind::Get => self.get().await,
            Kind::Create => self.create().await,
            Kind::List => self.list().await,
            Kind::Echo => self.echo().await,
        }
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(authorization) = &self.authorization {
            request.metadata_mut().insert("authorization", authorization.clone());
        }
        request
    }

    async fn get(&self) -> Result<usize, Status> {
        let request =
            self.request(pb::GetCollectionRequest { name: self.name.clone(), ..Default::default() });
        let answer = CollectionServiceClient::new(self.channel.clone()).get_collection(request).await?;
        Ok(answer.get_ref().encoded_len())
    }

    async fn list(&self) -> Result<usize, Status> {
        let request = pb::ListOrganisationsRequest {
            page_size: 1,
            page_token: self.name.clone(),
            ..Default::default()
        };
        let mut client = OrganisationServiceClient::new(self.channel.clone());
        let answer = client.list_organisations(self.request(request)).await?;
        Ok(answer.get_ref().encoded_len())
    }

    async fn create(&mut self) -> Result<usize, Status> {
        self.made += 1;
        let (key, id) = if self.whole {
            let digits = self.name.rsplit('-').next().unwrap_or_default();
            (self.name.clone(), format!("0190a000-0000-7000-8000-{digits}"))
        } else {
            (format!("{}-{}-{}", self.name, self.number, self.made), Uuid::new_v4().to_string())
        };
        let request = pb::CreateCollectionRequest {
            collection_id: key,
            collection: Some(pb::Collection {
                owner: "organisations/X24".into(),
                sector_path: pb::SectorPath::National.into(),
                ..pb::Collection::default()
            }),
            content: Some(content()),
            request_id: id,
            ..pb::CreateCollectionRequest::default()
        };
        let mut client = CollectionServiceClient::new(self.channel.clone());
        let answer = client.create_collection(self.request(request)).await?;
        Ok(answer.get_ref().encoded_len())
    }

    async fn echo(&self) -> Result<usize, Status> {
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
        let message = Bytes { bytes: self.name.clone().into_bytes() };
        let path = PathAndQuery::from_static(echo::PATH);
        let answer = client.unary(self.request(message), path, ProstCodec::<Bytes, Bytes>::default()).await?;
        Ok(answer.get_ref().encoded_len())
    }
}

/// The token of the page that begins after so many rows.
pub async fn token_after(channel: Channel, mut rows: usize) -> Result<String, Failed> {
    let mut client = OrganisationServiceClient::new(channel);
    let mut page_token = String::new();
    while rows > 0 {
        let page_size = i32::try_from(rows.min(1_000))?;
        let request = pb::ListOrganisationsRequest { page_size, page_token, ..Default::default() };
        page_token = client.list_organisations(request).await?.into_inner().next_page_token;
        if page_token.is_empty() {
            return Err("the list ends before that page".into());
        }
        rows -= usize::try_from(page_size)?;
    }
    Ok(page_token)
}

/// What each new collection asks: items of the sample's definitions, as a registrar would fill it in.
fn content() -> pb::Content {
    let item = |position| pb::Item {
        position,
        section: "Stay".into(),
        mandation: pb::Mandation::Mandatory.into(),
        role: pb::ItemRole::Content.into(),
        subject: "subjects/STAFF_POSTS".into(),
        definition: "definitions/person-birth-date".into(),
        purpose_kind: pb::PurposeKind::Improvement.into(),
        r#use: format!("bed planning, question {position}"),
    };
    pb::Content {
        title: "Beds in use, measured".into(),
        purpose: "To plan beds where they are needed".into(),
        legal_basis: "Health and Social Care Act 2012, section 259".into(),
        method: "Portal".into(),
        uses: "Bed planning by region and month".into(),
        feedback: "A dashboard for every provider".into(),
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
        items: (1..=ITEMS).map(item).collect(),
    }
}
