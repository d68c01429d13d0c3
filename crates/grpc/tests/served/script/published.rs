//! What everybody reads, and what an ADMIN and a steward add to it.

use super::*;

/// The published collection, its version, and a provider.
const COLLECTION: &str = "collections/critical-care";
const VERSION: &str = "collections/critical-care/versions/1";
const PROVIDER: &str = "organisations/R0A";

impl Script {
    /// Organisations and definitions.
    pub(super) async fn registry(&mut self) {
        let new = pb::CreateOrganisationRequest {
            organisation_id: "X99".into(),
            organisation: Some(pb::Organisation {
                display_name: "A NEW BODY".into(),
                kind: pb::OrganisationKind::NationalBody.into(),
                ..Default::default()
            }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("OrganisationService/CreateOrganisation", "admin", new).await;
        let held = pb::GetOrganisationRequest { name: "organisations/X99".into(), ..Default::default() };
        let held = self.served.organisations().get_organisation(held).await.expect("the body").into_inner();
        let close = pb::UpdateOrganisationRequest {
            organisation: Some(pb::Organisation { close_date: "2027-03-31".into(), ..held }),
            reason: "It ends".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("OrganisationService/UpdateOrganisation", "admin", close).await;
        let get = pb::GetOrganisationRequest { name: PROVIDER.into(), ..Default::default() };
        self.make("OrganisationService/GetOrganisation", "", get).await;
        self.make("OrganisationService/ListOrganisations", "", pb::ListOrganisationsRequest::default()).await;
        let batch = pb::BatchGetOrganisationsRequest { names: vec![PROVIDER.into()] };
        self.make("OrganisationService/BatchGetOrganisations", "", batch).await;
        self.definitions().await;
    }

    async fn definitions(&mut self) {
        let new = |name| pb::CreateDefinitionRequest {
            definition: Some(Self::defined(name)),
            ..Default::default()
        };
        let one = pb::CreateDefinitionRequest { request_id: self.key(), ..new("Midwives on duty") };
        self.make("DefinitionService/CreateDefinition", "steward", one).await;
        let batch = pb::BatchCreateDefinitionsRequest {
            requests: vec![new("Cots in use"), new("Births at home")],
            request_id: self.key(),
            ..Default::default()
        };
        self.make("DefinitionService/BatchCreateDefinitions", "registrar", batch).await;
        let name = || "definitions/unit-function".to_owned();
        let get = pb::GetDefinitionRequest { name: name(), ..Default::default() };
        self.make("DefinitionService/GetDefinition", "", get).await;
        self.make("DefinitionService/ListDefinitions", "", pb::ListDefinitionsRequest::default()).await;
        let batch = pb::BatchGetDefinitionsRequest { names: vec![name()] };
        self.make("DefinitionService/BatchGetDefinitions", "", batch).await;
        let concept = pb::GetConceptRequest { name: "concepts/unit-function".into() };
        self.make("DefinitionService/GetConcept", "", concept).await;
        self.make("DefinitionService/ListConcepts", "", pb::ListConceptsRequest::default()).await;
        self.make("DefinitionService/ListSubjects", "", pb::ListSubjectsRequest::default()).await;
    }

    /// What is alike.
    pub(super) async fn compare(&mut self) {
        let source = pb::check_request::Source::Version(VERSION.into());
        let check = pb::CheckRequest { source: Some(source), ..Default::default() };
        self.make("MatchingService/Check", "registrar", check).await;
        let proposed =
            pb::ProposedItem { definition: Some(Self::defined("Ward code")), ..Default::default() };
        let items = pb::ProposedItems { items: vec![proposed] };
        let source = pb::check_request::Source::Items(items);
        let check = pb::CheckRequest { source: Some(source), ..Default::default() };
        self.make("MatchingService/Check", "", check).await;
        let proposed =
            pb::ProposedItem { definition: Some(Self::defined("Ward code")), ..Default::default() };
        let piece = pb::StreamCheckRequest {
            items: Some(pb::ProposedItems { items: vec![proposed] }),
            ..Default::default()
        };
        self.make("MatchingService/StreamCheck", "", piece).await;
        self.make("MatchingService/ListMatches", "", pb::ListMatchesRequest::default()).await;
        let (left, right) = ("definitions/unit-function", "definitions/ward-code");
        let pair = pb::GetMatchRequest { left: left.into(), right: right.into() };
        self.make("MatchingService/GetMatch", "", pair).await;
        let decision = pb::Decision {
            left: left.into(),
            right: right.into(),
            relation: pb::Relation::Related.into(),
            reason: "A unit is no ward.".into(),
            ..Default::default()
        };
        let decide = pb::CreateDecisionRequest {
            decision: Some(decision),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("MatchingService/CreateDecision", "steward", decide).await;
        self.make("MatchingService/ListDecisions", "", pb::ListDecisionsRequest::default()).await;
        let undecided = pb::ListUndecidedMatchesRequest::default();
        self.make("MatchingService/ListUndecidedMatches", "steward", undecided).await;
        self.make("MatchingService/GetMatchingQuality", "", pb::GetMatchingQualityRequest {}).await;
        let compare =
            pb::CompareCollectionsRequest { left: COLLECTION.into(), right: "collections/row-1".into() };
        self.make("MatchingService/CompareCollections", "", compare).await;
        self.make("MatchingService/GetOverlapGraph", "", pb::GetOverlapGraphRequest::default()).await;
    }

    /// Burden.
    pub(super) async fn figures(&mut self) {
        let owed = pb::ListObligationsRequest { parent: PROVIDER.into(), ..Default::default() };
        self.make("BurdenService/ListObligations", "", owed).await;
        let burden = pb::GetBurdenRequest { name: format!("{PROVIDER}/burdens/2026-10") };
        self.make("BurdenService/GetBurden", "", burden).await;
        let burdens = pb::ListBurdensRequest { parent: "organisations/-".into(), ..Default::default() };
        self.make("BurdenService/ListBurdens", "", burdens).await;
        let once = pb::GetSubmitOnceRequest { name: format!("{PROVIDER}/submitOnce/2026-10") };
        self.make("BurdenService/GetSubmitOnce", "", once).await;
        let national = pb::GetNationalBurdenRequest { name: "nationalBurdens/2026-10".into() };
        self.make("BurdenService/GetNationalBurden", "", national).await;
        let why = pb::GetDecompositionRequest { parent: PROVIDER.into(), ..Default::default() };
        self.make("BurdenService/GetDecomposition", "", why).await;
        let draft = pb::EstimateBurdenRequest {
            owner: "organisations/X24".into(),
            content: Some(content("Beds", "CRITICAL_CARE", &["unit-function"])),
            ..Default::default()
        };
        self.make("BurdenService/EstimateBurden", "", draft).await;
        let retired = pb::Change { change: Some(pb::change::Change::Retire(COLLECTION.into())) };
        let tried = pb::SimulateChangesRequest { changes: vec![retired], ..Default::default() };
        self.make("BurdenService/SimulateChanges", "", tried).await;
        self.make("BurdenService/GetEvidence", "", pb::GetEvidenceRequest::default()).await;
    }

    /// Collections and their versions, by everybody and by the owner.
    pub(super) async fn collections(&mut self) {
        let mut reference = String::new();
        for identity in ["", "registrar"] {
            let get = pb::GetCollectionRequest { name: COLLECTION.into(), ..Default::default() };
            let read: pb::Collection = self.ask("CollectionService/GetCollection", identity, get).await;
            reference = read.reference;
            let get = pb::GetVersionRequest { name: VERSION.into(), ..Default::default() };
            self.make("CollectionService/GetVersion", identity, get).await;
            let list = pb::ListVersionsRequest { parent: COLLECTION.into(), ..Default::default() };
            self.make("CollectionService/ListVersions", identity, list).await;
        }
        self.make("CollectionService/ListCollections", "", pb::ListCollectionsRequest::default()).await;
        self.make("CollectionService/LookupReference", "", pb::LookupReferenceRequest { reference }).await;
    }

    /// Editions.
    pub(super) async fn editions(&mut self) {
        let month = "2026-10".parse().expect("a month");
        let publisher = self.served.context("publisher");
        let make =
            pb::MakeEditionRequest { month: "2026-10".into(), request_id: self.key(), ..Default::default() };
        self.make("EditionService/MakeEdition", "publisher", make).await;
        let made = self.served.test.app.make_edition(&publisher, month).await.expect("an edition");
        let name = || "editions/2026-10".to_owned();
        self.make("EditionService/GetEdition", "", pb::GetEditionRequest { name: name() }).await;
        self.make("EditionService/ListEditions", "", pb::ListEditionsRequest::default()).await;
        let trust = pb::CreateOrganisationRequest {
            organisation_id: "R9Z".into(),
            organisation: Some(pb::Organisation {
                display_name: "LATE TRUST".into(),
                kind: pb::OrganisationKind::Provider.into(),
                provider_type: pb::ProviderType::Acute.into(),
                ..Default::default()
            }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("OrganisationService/CreateOrganisation", "admin", trust).await;
        let revise = pb::ReviseEditionRequest {
            name: name(),
            reason: "A trust was left out.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("EditionService/ReviseEdition", "publisher", revise).await;
        let path = made.edition.files[0].path.clone();
        let file = pb::DownloadEditionFileRequest { name: name(), path, ..Default::default() };
        self.make("EditionService/DownloadEditionFile", "", file).await;
    }
}
