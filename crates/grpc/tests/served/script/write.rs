//! Requests to write, as the script makes them.

use super::*;

impl Script {
    /// What registers a collection of a body's with its first draft.
    pub(super) fn new_collection(
        &mut self,
        id: &str,
        owner: &str,
        asked: pb::Content,
    ) -> pb::CreateCollectionRequest {
        pb::CreateCollectionRequest {
            collection_id: id.into(),
            collection: Some(pb::Collection {
                owner: format!("organisations/{owner}"),
                sector_path: pb::SectorPath::National.into(),
                ..Default::default()
            }),
            content: Some(asked),
            request_id: self.key(),
            ..Default::default()
        }
    }

    /// A new collection of the registrar's, with its draft; answers the version's name.
    pub(super) async fn draft(&mut self, id: &str) -> String {
        let new = self.new_collection(id, "X24", content("Wards", "MATERNITY", &["ward-code"]));
        let made: pb::Collection = self.ask("CollectionService/CreateCollection", "registrar", new).await;
        made.current_version
    }

    /// Says why the first item of a draft is asked.
    pub(super) async fn say_why(&mut self, name: &str) {
        let explanation =
            pb::Explanation { position: 1, reason: "It is needed weekly.".into(), ..Default::default() };
        let request = pb::ExplainItemsRequest {
            name: name.into(),
            explanations: vec![explanation],
            request_id: self.key(),
            ..Default::default()
        };
        self.make("CollectionService/ExplainItems", "registrar", request).await;
    }

    /// Hands a draft to the panel.
    pub(super) async fn submit(&mut self, name: &str) {
        let request =
            pb::SubmitVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("CollectionService/SubmitVersion", "registrar", request).await;
    }

    /// Has the panel take a version up.
    pub(super) async fn start_review(&mut self, name: &str) {
        let request =
            pb::StartReviewRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("ReviewService/StartReview", "panel-member", request).await;
    }

    /// Deletes a draft of the registrar's.
    pub(super) async fn delete(&mut self, name: &str) {
        let request =
            pb::DeleteVersionRequest { name: name.into(), request_id: self.key(), ..Default::default() };
        self.make("CollectionService/DeleteVersion", "registrar", request).await;
    }

    /// A change of a draft's title.
    pub(super) fn retitled(name: &str) -> pb::UpdateDraftRequest {
        pb::UpdateDraftRequest {
            version: Some(pb::Version {
                name: name.into(),
                content: Some(pb::Content { title: "Wards and beds".into(), ..Default::default() }),
                ..Default::default()
            }),
            update_mask: Some(prost_types::FieldMask { paths: vec!["content.title".into()] }),
            ..Default::default()
        }
    }

    /// A definition of a name.
    pub(super) fn defined(name: &str) -> pb::Definition {
        pb::Definition {
            kind: pb::DefinitionKind::Element.into(),
            display_name: name.into(),
            text: format!("How it is with {}", name.to_lowercase()),
            ..Default::default()
        }
    }
}
