//! `PlanService`.

use crate::{
    call::{Answer, Server, answer, compute, list, paged},
    convert, names,
};
use onus_proto::v1::{self as pb, plan_service_server::PlanService};
use tonic::{Request, async_trait};

/// Plans and targets.
pub struct Plans(pub Server);

#[async_trait]
impl PlanService for Plans {
    async fn get_plan(&self, request: Request<pb::GetPlanRequest>) -> Answer<pb::Plan> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let owner = names::read_plan("name", &asked.name)?;
            Ok(convert::plan(&self.0.app().plan(&owner).await?))
        })
        .await
    }

    async fn list_plans(&self, request: Request<pb::ListPlansRequest>) -> Answer<pb::ListPlansResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let request = list(asked.page_size, asked.page_token, asked.filter, String::new());
            let page = self.0.app().list_plans(&request).await?;
            let (plans, next_page_token, total_size) = paged(page, |one| convert::plan(&one));
            Ok(pb::ListPlansResponse { plans, next_page_token, total_size })
        })
        .await
    }

    async fn create_plan(&self, request: Request<pb::CreatePlanRequest>) -> Answer<pb::Plan> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let new = convert::read(|found| convert::read_plan(asked.plan, found))?;
            let app = self.0.app();
            let work = app.create_plan(&context, new, asked.validate_only);
            let made = Box::pin(app.once(&context, work)).await;
            Ok(convert::plan(&made.map_err(|error| convert::relocate(error, in_plan))?))
        })
        .await
    }

    async fn update_plan(&self, request: Request<pb::UpdatePlanRequest>) -> Answer<pb::Plan> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let etag = asked.plan.as_ref().map(|plan| plan.etag.clone()).unwrap_or_default();
            let new = convert::read(|found| convert::read_changed_plan(asked.plan, found))?;
            let app = self.0.app();
            let work = app.update_plan(&context, new, (&etag, &asked.reason), asked.validate_only);
            let changed = Box::pin(app.once(&context, work)).await;
            Ok(convert::plan(&changed.map_err(|error| convert::relocate(error, in_plan))?))
        })
        .await
    }

    async fn withdraw_plan(&self, request: Request<pb::WithdrawPlanRequest>) -> Answer<()> {
        answer(async {
            let (context, asked) = self.0.open_write(request)?;
            let owner = names::read_plan("name", &asked.name)?;
            let app = self.0.app();
            let said = (asked.etag.as_str(), asked.reason.as_str());
            Box::pin(app.once(&context, app.withdraw_plan(&context, &owner, said, asked.validate_only))).await
        })
        .await
    }

    async fn list_targets(
        &self,
        request: Request<pb::ListTargetsRequest>,
    ) -> Answer<pb::ListTargetsResponse> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let month = self.0.month("month", &asked.month)?;
            let request = list(asked.page_size, asked.page_token, asked.filter, String::new());
            let view = self.0.app().view().await?;
            let page = compute(view, move |view| view.list_targets(month, &request)).await?;
            let (targets, next_page_token, total_size) = paged(page, |row| convert::target_standing(&row));
            Ok(pb::ListTargetsResponse { targets, next_page_token, total_size })
        })
        .await
    }

    async fn get_cross_sector_plan(
        &self,
        request: Request<pb::GetCrossSectorPlanRequest>,
    ) -> Answer<pb::CrossSectorPlan> {
        answer(async {
            let (_, asked) = self.0.open(request);
            let month = self.0.month("month", &asked.month)?;
            let view = self.0.app().view().await?;
            compute(view, move |view| {
                Ok(convert::cross_sector(&view.cross_sector(month), &view.burden.regrowth(month)))
            })
            .await
        })
        .await
    }
}

/// Where a field of a plan stands in a request that holds it; why it is changed stands beside it.
fn in_plan(field: &str) -> String {
    if field == "reason" { field.to_owned() } else { format!("plan.{field}") }
}
