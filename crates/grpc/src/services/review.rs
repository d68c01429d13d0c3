//! `ReviewService`.

use super::moves::{make_move, move_request};
use crate::{
    call::{Answer, Server, answer},
    convert,
};
use onus_app::moves::MoveRequest;
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
}
