//! `ReuseService`.

use crate::{
    call::{Answer, Server, answer, compute, list, paged},
    convert, names,
};
use onus_app::{Context, reuse::ReuseMoveRequest};
use onus_domain::{Result, reuse::ReuseMove};
use onus_proto::v1::{self as pb, reuse_service_server::ReuseService};
use tonic::{Request, async_trait};

/// Reuse agreements.
pub struct Reuse(pub Server);

impl Reuse {
    async fn make_move(
        &self,
        context: &Context,
        step: ReuseMove,
        name: &str,
        request: &ReuseMoveRequest,
    ) -> Result<pb::ReuseAgreement> {
        let id = names::read_reuse("name", name)?;
        let app = self.0.app();
        let made = Box::pin(app.once(context, app.move_reuse(context, step, id, request))).await?;
        Ok(convert::reuse(&made, false))
    }
}

#[async_trait]
impl ReuseService for Reuse {
    async fn request_reuse(&self, request: Request<pb::RequestReuseRequest>) -> Answer<pb::ReuseAgreement> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let validate_only = asked.validate_only;
            let new = convert::read(|found| convert::read_new_reuse(asked, found))?;
            let app = self.0.app();
            let made = Box::pin(app.once(&context, app.request_reuse(&context, new, validate_only))).await?;
            Ok(convert::reuse(&made, false))
        })
        .await
    }

    async fn get_reuse_agreement(
        &self,
        request: Request<pb::GetReuseAgreementRequest>,
    ) -> Answer<pb::ReuseAgreement> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let id = names::read_reuse("name", &asked.name)?;
            let found = self.0.app().reuse_agreement(&context, id).await?;
            Ok(convert::reuse(&found, found.is_overdue(context.today())))
        })
        .await
    }

    async fn list_reuse_agreements(
        &self,
        request: Request<pb::ListReuseAgreementsRequest>,
    ) -> Answer<pb::ListReuseAgreementsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, asked.order_by);
            let page = self.0.app().list_reuse(&context, &request).await?;
            let (reuse_agreements, next_page_token, total_size) = paged(page, |row| convert::reuse_row(&row));
            Ok(pb::ListReuseAgreementsResponse { reuse_agreements, next_page_token, total_size })
        })
        .await
    }

    async fn agree_reuse(&self, request: Request<pb::AgreeReuseRequest>) -> Answer<pb::ReuseAgreement> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let pb::AgreeReuseRequest { name, etag, reason, validate_only, .. } = asked;
            let request = ReuseMoveRequest { etag, reason, on: None, validate_only };
            self.make_move(&context, ReuseMove::Agree, &name, &request).await
        })
        .await
    }

    async fn refuse_reuse(&self, request: Request<pb::RefuseReuseRequest>) -> Answer<pb::ReuseAgreement> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let pb::RefuseReuseRequest { name, etag, reason, validate_only, .. } = asked;
            let request = ReuseMoveRequest { etag, reason, on: None, validate_only };
            self.make_move(&context, ReuseMove::Refuse, &name, &request).await
        })
        .await
    }

    async fn deliver_reuse(&self, request: Request<pb::DeliverReuseRequest>) -> Answer<pb::ReuseAgreement> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let on = convert::read_day("delivered_on", &asked.delivered_on)?;
            let pb::DeliverReuseRequest { name, etag, validate_only, .. } = asked;
            let request = ReuseMoveRequest { etag, reason: String::new(), on, validate_only };
            self.make_move(&context, ReuseMove::Deliver, &name, &request).await
        })
        .await
    }

    async fn end_reuse(&self, request: Request<pb::EndReuseRequest>) -> Answer<pb::ReuseAgreement> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let on = convert::read_day("ends_on", &asked.ends_on)?;
            let pb::EndReuseRequest { name, etag, reason, validate_only, .. } = asked;
            let request = ReuseMoveRequest { etag, reason, on, validate_only };
            self.make_move(&context, ReuseMove::End, &name, &request).await
        })
        .await
    }

    async fn get_reuse_warnings(
        &self,
        request: Request<pb::GetReuseWarningsRequest>,
    ) -> Answer<pb::GetReuseWarningsResponse> {
        answer(async {
            let (context, asked) = self.0.open(request);
            let (id, number) = names::read_version("parent", &asked.parent)?;
            let warnings = self.0.app().reuse_warnings(&context, &id, number).await?;
            Ok(pb::GetReuseWarningsResponse {
                warnings: warnings.into_iter().map(convert::reuse_warning).collect(),
            })
        })
        .await
    }

    async fn get_body_reuse(
        &self,
        request: Request<pb::GetBodyReuseRequest>,
    ) -> Answer<pb::GetBodyReuseResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let month = convert::read_text(asked.month);
            let month = month.map(|month| names::read_month("month", &month)).transpose()?;
            let view = self.0.app().view().await?;
            let month = month.unwrap_or(view.month);
            compute(view, move |view| {
                let bodies = view.burden.body_months(month);
                let having = bodies.iter().filter(|body| body.reuse_facts > 0);
                Ok(pb::GetBodyReuseResponse { bodies: having.map(convert::body_reuse).collect() })
            })
            .await
        })
        .await
    }
}
