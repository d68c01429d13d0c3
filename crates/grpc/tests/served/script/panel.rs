//! The panel, and providers who are consulted.

use super::*;

impl Script {
    /// What is said about a version, and what was about one that was reviewed.
    async fn comments(&mut self, name: &str) {
        let add = pb::AddCommentRequest {
            parent: name.into(),
            comment: Some(pb::Comment {
                audience: pb::CommentAudience::OwnerAndPanel.into(),
                text: "It follows the panel's advice.".into(),
                ..Default::default()
            }),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ReviewService/AddComment", "registrar", add).await;
        let reviewed = || "collections/critical-care/versions/1".to_owned();
        let list = pb::ListCommentsRequest { parent: reviewed(), ..Default::default() };
        self.make("ReviewService/ListComments", "registrar", list).await;
        let list = pb::ListReviewsRequest { parent: reviewed(), ..Default::default() };
        self.make("ReviewService/ListReviews", "registrar", list).await;
        let report = pb::GetDuplicateReportRequest { name: reviewed(), ..Default::default() };
        self.make("CollectionService/GetDuplicateReport", "registrar", report).await;
    }

    /// A draft back and forth, and approved.
    pub(super) async fn through_the_panel(&mut self, name: &str) {
        self.submit(name).await;
        self.comments(name).await;
        self.make("ReviewService/ListQueue", "panel-member", pb::ListQueueRequest::default()).await;
        let own = pb::ListOpenVersionsRequest { parent: "organisations/X24".into(), ..Default::default() };
        self.make("ReviewService/ListOpenVersions", "registrar", own).await;
        self.start_review(name).await;
        let back = pb::ReturnVersionRequest {
            name: name.into(),
            reason: "Say what a ward is.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ReviewService/ReturnVersion", "panel-member", back).await;
        let redraft =
            pb::RedraftVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("CollectionService/RedraftVersion", "registrar", redraft).await;
        self.submit(name).await;
        self.start_review(name).await;
        let approve =
            pb::ApproveVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("ReviewService/ApproveVersion", "panel-chair", approve).await;
    }

    /// A draft shown to one provider.
    pub(super) async fn consultation(&mut self, version: &str) {
        let open = pb::OpenConsultationRequest {
            parent: version.into(),
            providers: vec!["organisations/R0A".into()],
            closes_on: "2026-12-18".into(),
            question: "Can you answer it?".into(),
            request_id: self.key(),
            ..Default::default()
        };
        let opened: pb::Consultation =
            self.ask("ConsultationService/OpenConsultation", "registrar", open).await;
        self.sow_comments(&opened.name).await;
        let say = pb::AddConsultationCommentRequest {
            parent: opened.name.clone(),
            text: "We close units at night.".into(),
            position: Some(1),
            request_id: self.key(),
            ..Default::default()
        };
        let said: pb::ConsultationComment =
            self.ask("ConsultationService/AddConsultationComment", "provider", say).await;
        let reply = pb::AnswerConsultationCommentRequest {
            name: said.name,
            answer: "Then say so in the item.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("ConsultationService/AnswerConsultationComment", "registrar", reply).await;
        for identity in ["registrar", "provider"] {
            let get = pb::GetConsultationRequest { name: opened.name.clone() };
            self.make("ConsultationService/GetConsultation", identity, get).await;
            let list = pb::ListConsultationsRequest::default();
            self.make("ConsultationService/ListConsultations", identity, list).await;
        }
        let close =
            pb::CloseConsultationRequest { name: opened.name, request_id: self.key(), ..Default::default() };
        self.make("ConsultationService/CloseConsultation", "registrar", close).await;
    }
}
