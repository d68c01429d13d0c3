//! X24's plan.

use super::*;

impl Script {
    /// A plan that is published, read, changed and withdrawn.
    pub(super) async fn plans(&mut self) {
        let target = |value: &str| pb::Target {
            measure: pb::TargetMeasure::Hours.into(),
            baseline: "10".into(),
            baseline_month: "2025-10".into(),
            value: value.into(),
            date: "2027-03-31".into(),
        };
        let plan = |value: &str| pb::Plan {
            name: "plans/X24".into(),
            owner: "organisations/X24".into(),
            title: "Ask once".into(),
            targets: vec![target(value)],
            ..Default::default()
        };
        let create =
            pb::CreatePlanRequest { plan: Some(plan("1")), request_id: self.key(), ..Default::default() };
        self.make("PlanService/CreatePlan", "publisher", create).await;
        for identity in ["", "registrar"] {
            self.make("PlanService/GetPlan", identity, pb::GetPlanRequest { name: "plans/X24".into() }).await;
            self.make("PlanService/ListPlans", identity, pb::ListPlansRequest::default()).await;
            self.make("PlanService/ListTargets", identity, pb::ListTargetsRequest::default()).await;
            let together = pb::GetCrossSectorPlanRequest::default();
            self.make("PlanService/GetCrossSectorPlan", identity, together).await;
        }
        let update = pb::UpdatePlanRequest {
            plan: Some(plan("2")),
            reason: "It was too much.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("PlanService/UpdatePlan", "publisher", update).await;
        let withdraw = pb::WithdrawPlanRequest {
            name: "plans/X24".into(),
            reason: "There is a better one.".into(),
            request_id: self.key(),
            ..Default::default()
        };
        self.make("PlanService/WithdrawPlan", "publisher", withdraw).await;
    }
}
