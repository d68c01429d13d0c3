//! `CollectionService`.

use super::{
    moves::{make_move, move_request},
    versions,
};
use crate::{
    call::{Answer, Server, answer, list_at, paged},
    convert, names,
};
use onus_app::{history::Kind, moves::MoveRequest, paging::page};
use onus_domain::{collection::Collection, lifecycle::Move, version::Version};
use onus_proto::v1::{self as pb, collection_service_server::CollectionService};
use tonic::{Request, async_trait};

/// Reads and registers collections.
pub struct Collections(pub Server);

#[async_trait]
impl CollectionService for Collections {
    async fn get_collection(&self, request: Request<pb::GetCollectionRequest>) -> Answer<pb::Collection> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_collection("name", &asked.name)?;
            let at = convert::read_timestamp("read_time", asked.read_time)?;
            let show = |collection: &Collection, versions: &[Version]| {
                convert::collection(collection, Version::current(versions))
            };
            if at.is_none() {
                return self.0.app().show_collection(&context, &id, show).await;
            }
            let (collection, versions) = self.0.app().collection_at(&context, &id, at).await?;
            Ok(show(&collection, &versions))
        })
        .await
    }

    async fn list_collections(
        &self,
        request: Request<pb::ListCollectionsRequest>,
    ) -> Answer<pb::ListCollectionsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let at = convert::read_timestamp("read_time", asked.read_time)?;
            let view = self.0.app().view_at(Kind::Collections, at).await?;
            let request = list_at(asked.page_size, asked.page_token, asked.filter, asked.order_by, at);
            let page = view.list_collections(&request)?;
            let (collections, next_page_token, total_size) = paged(page, convert::collection_row);
            Ok(pb::ListCollectionsResponse { collections, next_page_token, total_size })
        })
        .await
    }

    async fn create_collection(
        &self,
        request: Request<pb::CreateCollectionRequest>,
    ) -> Answer<pb::Collection> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let validate_only = asked.validate_only;
            let new = convert::read(|found| convert::read_new_collection(asked, found))?;
            let made = Box::pin(
                self.0.app().once(&context, self.0.app().create_collection(&context, new, validate_only)),
            )
            .await;
            let (collection, version) =
                made.map_err(|error| convert::relocate(error, convert::in_new_collection))?;
            Ok(convert::collection(&collection, Some(&version)))
        })
        .await
    }

    async fn get_version(&self, request: Request<pb::GetVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let (id, number) = names::read_version("name", &asked.name)?;
            let at = convert::read_timestamp("read_time", asked.read_time)?;
            let (collection, version) = self.0.app().version_at(&context, &id, number, at).await?;
            Ok(convert::version(&version, convert::is_insider(&context, &collection)))
        })
        .await
    }

    async fn list_versions(
        &self,
        request: Request<pb::ListVersionsRequest>,
    ) -> Answer<pb::ListVersionsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_collection("parent", &asked.parent)?;
            let at = convert::read_timestamp("read_time", asked.read_time)?;
            let (collection, versions) = self.0.app().collection_at(&context, &id, at).await?;
            // The parent is part of the token, so that it fits no other collection's list.
            let request = list_at(asked.page_size, asked.page_token, asked.parent, String::new(), at);
            let page =
                page(versions, &request, |version| (String::new(), format!("{:010}", version.number)))?;
            let insider = convert::is_insider(&context, &collection);
            let (versions, next_page_token, total_size) =
                paged(page, |version| convert::version_in_list(&version, insider));
            Ok(pb::ListVersionsResponse { versions, next_page_token, total_size })
        })
        .await
    }

    async fn create_draft(&self, request: Request<pb::CreateDraftRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let id = names::read_collection("parent", &asked.parent)?;
            let version = Box::pin(
                self.0.app().once(&context, self.0.app().create_draft(&context, &id, asked.validate_only)),
            )
            .await?;
            Ok(convert::version(&version, true))
        })
        .await
    }

    async fn update_draft(&self, request: Request<pb::UpdateDraftRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let given = convert::read(|found| convert::required("version", asked.version, found))?;
            let (id, number) = names::read_version("version.name", &given.name)?;
            let mask = asked.update_mask.unwrap_or_default().paths;
            let edit = |present| convert::apply_mask(present, given.content.unwrap_or_default(), &mask);
            let app = self.0.app();
            let made = Box::pin(app.once(
                &context,
                app.update_draft(&context, (&id, number), &given.etag, edit, asked.validate_only),
            ))
            .await;
            let version = made.map_err(|error| convert::relocate(error, convert::in_draft))?;
            Ok(convert::version(&version, true))
        })
        .await
    }

    async fn delete_version(&self, request: Request<pb::DeleteVersionRequest>) -> Answer<()> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (id, number) = names::read_version("name", &asked.name)?;
            let app = self.0.app();
            Box::pin(
                app.once(
                    &context,
                    app.delete_draft(&context, (&id, number), &asked.etag, asked.validate_only),
                ),
            )
            .await
        })
        .await
    }

    async fn submit_version(
        &self,
        request: Request<pb::SubmitVersionRequest>,
    ) -> Answer<pb::SubmitVersionResponse> {
        answer(versions::submit(&self.0, request)).await
    }

    async fn compare_versions(
        &self,
        request: Request<pb::CompareVersionsRequest>,
    ) -> Answer<pb::CompareVersionsResponse> {
        answer(versions::compare(&self.0, request)).await
    }

    async fn explain_items(
        &self,
        request: Request<pb::ExplainItemsRequest>,
    ) -> Answer<pb::ExplainItemsResponse> {
        answer(versions::explain(&self.0, request)).await
    }

    async fn get_duplicate_report(
        &self,
        request: Request<pb::GetDuplicateReportRequest>,
    ) -> Answer<pb::DuplicateReport> {
        answer(versions::report(&self.0, request)).await
    }

    async fn renew_version(&self, request: Request<pb::RenewVersionRequest>) -> Answer<pb::Renewal> {
        answer(versions::renew(&self.0, request)).await
    }

    async fn get_renewal(&self, request: Request<pb::GetRenewalRequest>) -> Answer<pb::Renewal> {
        answer(versions::renewal(&self.0, request)).await
    }

    async fn record_use(&self, request: Request<pb::RecordUseRequest>) -> Answer<pb::RecordUseResponse> {
        answer(versions::record_use(&self.0, request)).await
    }

    async fn list_item_uses(
        &self,
        request: Request<pb::ListItemUsesRequest>,
    ) -> Answer<pb::ListItemUsesResponse> {
        answer(versions::list_uses(&self.0, request)).await
    }

    async fn batch_create_collections(
        &self,
        request: Request<pb::BatchCreateCollectionsRequest>,
    ) -> Answer<pb::BatchCreateCollectionsResponse> {
        answer(versions::create_collections(&self.0, request)).await
    }

    async fn batch_update_drafts(
        &self,
        request: Request<pb::BatchUpdateDraftsRequest>,
    ) -> Answer<pb::BatchUpdateDraftsResponse> {
        answer(versions::update_drafts(&self.0, request)).await
    }

    async fn withdraw_version(&self, request: Request<pb::WithdrawVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request =
                MoveRequest { reason: asked.reason, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Withdraw, &asked.name, &request).await
        })
        .await
    }

    async fn redraft_version(&self, request: Request<pb::RedraftVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request = move_request(asked.etag, asked.validate_only);
            make_move(self.0.app(), &context, Move::Redraft, &asked.name, &request).await
        })
        .await
    }

    async fn publish_version(&self, request: Request<pb::PublishVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let live_from = convert::read_day("live_from", &asked.live_from)?;
            let request = MoveRequest { live_from, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Publish, &asked.name, &request).await
        })
        .await
    }

    async fn suspend_version(&self, request: Request<pb::SuspendVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request =
                MoveRequest { reason: asked.reason, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Suspend, &asked.name, &request).await
        })
        .await
    }

    async fn resume_version(&self, request: Request<pb::ResumeVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request =
                MoveRequest { reason: asked.reason, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Resume, &asked.name, &request).await
        })
        .await
    }

    async fn retire_version(&self, request: Request<pb::RetireVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request =
                MoveRequest { reason: asked.reason, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Retire, &asked.name, &request).await
        })
        .await
    }

    async fn lookup_reference(
        &self,
        request: Request<pb::LookupReferenceRequest>,
    ) -> Answer<pb::LookupReferenceResponse> {
        answer(versions::look_up(&self.0, request)).await
    }
}
