//! The life of a version, from its draft to its end.

use super::*;

impl Script {
    /// One version through everything that comes before it is over.
    pub(super) async fn life(&mut self) {
        let name = self.draft("approved").await;
        self.batches().await;
        self.state_cost(&name).await;
        let update = pb::UpdateDraftRequest { request_id: self.key(), ..Self::retitled(&name) };
        self.make("CollectionService/UpdateDraft", "registrar", update).await;
        self.say_why(&name).await;
        let report = pb::GetDuplicateReportRequest { name: name.clone(), ..Default::default() };
        self.make("CollectionService/GetDuplicateReport", "registrar", report).await;
        self.consultation(&name).await;
        self.through_the_panel(&name).await;
        self.in_force(&name).await;
    }

    async fn batches(&mut self) {
        let alone = |new| pb::CreateCollectionRequest { request_id: String::new(), ..new };
        let asked = || content("Wards", "MATERNITY", &["ward-code"]);
        let first = alone(self.new_collection("batch-1", "X24", asked()));
        let second = alone(self.new_collection("batch-2", "X24", asked()));
        let batch = pb::BatchCreateCollectionsRequest {
            requests: vec![first, second],
            request_id: self.key(),
            ..Default::default()
        };
        self.make("CollectionService/BatchCreateCollections", "registrar", batch).await;
        let names = ["collections/batch-1/versions/1", "collections/batch-2/versions/1"];
        let batch = pb::BatchUpdateDraftsRequest {
            requests: names.map(Self::retitled).into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("CollectionService/BatchUpdateDrafts", "registrar", batch).await;
    }

    async fn state_cost(&mut self, name: &str) {
        let line = pb::CostLine {
            activity: pb::Activity::Extraction.into(),
            staff_role: pb::StaffRole::DataClerk.into(),
            basis: pb::LineBasis::PerSubmission.into(),
            minutes: "30".into(),
            ..Default::default()
        };
        let statement = pb::CreateStatementRequest {
            parent: name.into(),
            statement: Some(pb::BurdenStatement {
                from_date: "2026-11-01".into(),
                method: pb::Method::Declared.into(),
                lines: vec![line],
                ..Default::default()
            }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("BurdenService/CreateStatement", "registrar", statement).await;
    }

    async fn in_force(&mut self, name: &str) {
        let publish =
            pb::PublishVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("CollectionService/PublishVersion", "registrar", publish).await;
        let reason = || "Because".to_owned();
        let used = pb::RecordUseRequest {
            name: name.into(),
            positions: vec![1],
            used_on: "2026-11-23".into(),
            what: "The winter plan".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("CollectionService/RecordUse", "registrar", used).await;
        let suspend = pb::SuspendVersionRequest {
            name: name.into(),
            reason: reason(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("CollectionService/SuspendVersion", "registrar", suspend).await;
        let resume =
            pb::ResumeVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("CollectionService/ResumeVersion", "registrar", resume).await;
        let retire =
            pb::RetireVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("CollectionService/RetireVersion", "registrar", retire).await;
    }

    /// Versions that come to nothing.
    pub(super) async fn ends(&mut self) {
        let name = self.draft("withdrawn").await;
        self.say_why(&name).await;
        self.submit(&name).await;
        let withdraw = pb::WithdrawVersionRequest { name, request_id: self.key(), ..Default::default() };
        self.make("CollectionService/WithdrawVersion", "registrar", withdraw).await;
        let name = self.draft("rejected").await;
        self.say_why(&name).await;
        self.submit(&name).await;
        self.start_review(&name).await;
        let reject = pb::RejectVersionRequest {
            name,
            reason: "It is asked already.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ReviewService/RejectVersion", "panel-chair", reject).await;
    }

    /// The next version of the published collection, as a draft like any and as a renewal.
    pub(super) async fn renewal(&mut self) {
        let collection = "collections/critical-care";
        let next = pb::CreateDraftRequest {
            parent: collection.into(),
            request_id: self.key(),
            ..Default::default()
        };
        let next: pb::Version = self.ask("CollectionService/CreateDraft", "registrar", next).await;
        let compare = pb::CompareVersionsRequest { name: next.name.clone(), ..Default::default() };
        self.make("CollectionService/CompareVersions", "registrar", compare).await;
        self.delete(&next.name).await;

        let version = format!("{collection}/versions/1");
        let uses = pb::ListItemUsesRequest { parent: version.clone(), ..Default::default() };
        self.make("CollectionService/ListItemUses", "registrar", uses).await;
        let kept = pb::KeptItem { position: 2, reason: "It is needed next year.".into() };
        let renew = pb::RenewVersionRequest {
            name: version,
            keep: vec![kept],
            request_id: self.key(),
            ..Default::default()
        };
        let made: pb::Renewal = self.ask("CollectionService/RenewVersion", "registrar", renew).await;
        let name = made.version.expect("the renewal").name;
        let get = pb::GetRenewalRequest { name: name.clone() };
        self.make("CollectionService/GetRenewal", "registrar", get).await;
        self.delete(&name).await;
    }
}
