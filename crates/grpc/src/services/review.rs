//! `ReviewService`.

use super::moves::{make_move, move_request};
use crate::{
    call::{Answer, Server, answer, list, paged},
    convert, names,
};
use onus_app::{moves::MoveRequest, panel::NewComment};
use onus_domain::lifecycle::Move;
use onus_proto::v1::{self as pb, review_service_server::ReviewService};
use tonic::{Request, async_trait};

/// The panel's handling of versions.
pub struct Reviews(pub Server);

#[async_trait]
impl ReviewService for Reviews {
    async fn start_review(&self, request: Request<pb::StartReviewRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request = move_request(asked.etag, asked.validate_only);
            make_move(self.0.app(), &context, Move::StartReview, &asked.name, &request).await
        })
        .await
    }

    async fn approve_version(&self, request: Request<pb::ApproveVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let step = if asked.emergency { Move::ApproveEmergency } else { Move::Approve };
            let expires_on = convert::read_day("expires_on", &asked.expires_on)?;
            let request = MoveRequest {
                reason: asked.reason,
                conditions: asked.conditions,
                expires_on,
                ..move_request(asked.etag, asked.validate_only)
            };
            make_move(self.0.app(), &context, step, &asked.name, &request).await
        })
        .await
    }

    async fn return_version(&self, request: Request<pb::ReturnVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request =
                MoveRequest { reason: asked.reason, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Return, &asked.name, &request).await
        })
        .await
    }

    async fn reject_version(&self, request: Request<pb::RejectVersionRequest>) -> Answer<pb::Version> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let request =
                MoveRequest { reason: asked.reason, ..move_request(asked.etag, asked.validate_only) };
            make_move(self.0.app(), &context, Move::Reject, &asked.name, &request).await
        })
        .await
    }

    async fn list_queue(&self, request: Request<pb::ListQueueRequest>) -> Answer<pb::ListQueueResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_queue(&context, &request).await?;
            let (entries, next_page_token, total_size) =
                paged(page, |entry| convert::queue_entry(&entry, context.now));
            Ok(pb::ListQueueResponse { entries, next_page_token, total_size })
        })
        .await
    }

    async fn list_open_versions(
        &self,
        request: Request<pb::ListOpenVersionsRequest>,
    ) -> Answer<pb::ListOpenVersionsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let owner = names::read_organisation("parent", &asked.parent)?;
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_open_versions(&context, &owner, &request).await?;
            let (entries, next_page_token, total_size) =
                paged(page, |entry| convert::queue_entry(&entry, context.now));
            Ok(pb::ListOpenVersionsResponse { entries, next_page_token, total_size })
        })
        .await
    }

    async fn list_reviews(
        &self,
        request: Request<pb::ListReviewsRequest>,
    ) -> Answer<pb::ListReviewsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let (id, number) = names::read_version("parent", &asked.parent)?;
            // The parent is part of the token, so that it fits no other version's list.
            let request = list(asked.page_size, asked.page_token, asked.parent, String::new());
            let page = self.0.app().list_reviews(&context, &id, number, &request).await?;
            let (reviews, next_page_token, total_size) = paged(page, |review| convert::review(&review));
            Ok(pb::ListReviewsResponse { reviews, next_page_token, total_size })
        })
        .await
    }

    async fn add_comment(&self, request: Request<pb::AddCommentRequest>) -> Answer<pb::Comment> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let (id, number) = names::read_version("parent", &asked.parent)?;
            let new = convert::read(|found| {
                let given = convert::required("comment", asked.comment, found)?;
                let audience = found.take(convert::required_code("comment.audience", given.audience));
                let position = Some(given.position).filter(|position| *position > 0);
                Some(NewComment { position, audience: audience?, text: given.text })
            })?;
            let app = self.0.app();
            let work = app.add_comment(&context, (&id, number), new, asked.validate_only);
            let made = Box::pin(app.once(&context, work)).await;
            let made = made.map_err(|error| convert::relocate(error, |field| format!("comment.{field}")))?;
            Ok(convert::review_comment(&made))
        })
        .await
    }

    async fn list_comments(
        &self,
        request: Request<pb::ListCommentsRequest>,
    ) -> Answer<pb::ListCommentsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let (id, number) = names::read_version("parent", &asked.parent)?;
            let request = list(asked.page_size, asked.page_token, asked.parent, String::new());
            let page = self.0.app().list_comments(&context, &id, number, &request).await?;
            let (comments, next_page_token, total_size) =
                paged(page, |comment| convert::review_comment(&comment));
            Ok(pb::ListCommentsResponse { comments, next_page_token, total_size })
        })
        .await
    }
}
