//! Plans of bodies and how their targets stand. The rules are in [`onus_domain::plan`], the figures in `onus-burden`.

use crate::{
    App, Context, View, audit,
    drafts::check_etag,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::NaiveDate;
use onus_burden::{Burden, TargetMonth};
use onus_domain::{
    Decimal, Error, Month, OdsCode, Result, Violation, Violations,
    plan::{Plan, Target, TargetMeasure, check_targets},
    role::Act,
};
use onus_store::Tx;

/// A promise to be made.
#[derive(Debug, Clone)]
pub struct NewTarget {
    /// What is measured.
    pub measure: TargetMeasure,
    /// Value at the start; `None` takes what the registry counts in the baseline's month.
    pub baseline: Option<Decimal>,
    /// Month of the baseline.
    pub baseline_month: Month,
    /// Value promised.
    pub value: Decimal,
    /// By when.
    pub date: NaiveDate,
}

/// What a plan is to say.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// Whose.
    pub owner: OdsCode,
    /// Its title.
    pub title: String,
    /// What will be done.
    pub text: String,
    /// What it promises.
    pub targets: Vec<NewTarget>,
}

impl NewPlan {
    /// The plan in a revision, its baselines counted where they are not given.
    fn make(self, view: &View, today: NaiveDate, revision: u32) -> Result<Plan> {
        let mut found = Violations::new();
        let mut targets = vec![];
        for (at, new) in self.targets.into_iter().enumerate() {
            found.within(&format!("targets[{at}]"), |found| {
                targets.push(new.make(&self.owner, &view.burden, today, found));
            });
        }
        check_targets(&targets.iter().map(Option::as_ref).collect::<Vec<_>>(), &mut found);
        let targets = targets.into_iter().flatten().collect();
        let plan = Plan { owner: self.owner, title: self.title, text: self.text, targets, revision };
        plan.check(|code| view.snapshot.organisation(code), &mut found);
        found.into_result().map(|()| plan)
    }
}

impl NewTarget {
    fn make(
        self,
        owner: &OdsCode,
        burden: &Burden,
        today: NaiveDate,
        found: &mut Violations,
    ) -> Option<Target> {
        let Self { measure, baseline, baseline_month, value, date } = self;
        let over = baseline_month.last_day() < today;
        found.require(over, || {
            let expected = format!("a month that is over, at the latest {}", Month::of(today).plus(-1));
            Violation::new("baseline_month", "MONTH_OVER", baseline_month, expected)
        });
        let counted = || -> Option<Decimal> {
            burden.target_value(owner, measure, baseline_month)?.rounded(4).parse().ok()
        };
        let baseline = baseline.or_else(|| counted().filter(|_| over));
        found.require(baseline.is_some() || !over, || {
            let expected = "a value: the registry has nothing to measure in that month";
            Violation::new("baseline", "REQUIRED", "", expected)
        });
        Some(Target { measure, baseline: baseline?, baseline_month, value, date })
    }
}

impl App {
    /// Publishes a body's plan.
    pub async fn create_plan(&self, context: &Context, new: NewPlan, validate_only: bool) -> Result<Plan> {
        context.authorise(Act::WritePlan, None)?;
        let plan = new.make(&*self.view().await?, context.today(), 1)?;
        if self.store().plan(&plan.owner).await?.is_some() {
            return Err(Error::AlreadyExists { kind: "plan", name: plan.name() });
        }
        if validate_only {
            return Ok(plan);
        }
        let change =
            audit::change(context, "plan.create", plan.name(), None, Some(&plan), "")?.of(&plan.owner, true);
        let plan = &plan;
        self.commit(context, async |tx: Tx| {
            tx.insert_plan(plan).await?;
            Ok((plan.clone(), vec![change.clone()]))
        })
        .await
    }

    /// Changes a body's plan as a whole. What it said before stays in the log, and in the editions that were made.
    pub async fn update_plan(
        &self,
        context: &Context,
        new: NewPlan,
        (etag, reason): (&str, &str),
        validate_only: bool,
    ) -> Result<Plan> {
        context.authorise(Act::WritePlan, None)?;
        let before = self.plan(&new.owner).await?;
        check_etag(&before.name(), etag, before.revision)?;
        require_reason(reason)?;
        let after = new.make(&*self.view().await?, context.today(), before.revision + 1)?;
        let change =
            audit::change(context, "plan.update", after.name(), Some(&before), Some(&after), reason)?
                .of(&after.owner, true);
        if validate_only {
            return Ok(after);
        }
        let after = &after;
        self.commit(context, async |tx: Tx| {
            tx.update_plan(after, before.revision).await?;
            Ok((after.clone(), vec![change.clone()]))
        })
        .await
    }

    /// Withdraws a body's plan.
    pub async fn withdraw_plan(
        &self,
        context: &Context,
        owner: &OdsCode,
        (etag, reason): (&str, &str),
        validate_only: bool,
    ) -> Result<()> {
        context.authorise(Act::WritePlan, None)?;
        let plan = self.plan(owner).await?;
        check_etag(&plan.name(), etag, plan.revision)?;
        require_reason(reason)?;
        if validate_only {
            return Ok(());
        }
        let change = audit::change(context, "plan.withdraw", plan.name(), Some(&plan), None, reason)?
            .of(&plan.owner, true);
        let plan = &plan;
        self.commit(context, async |tx: Tx| {
            tx.delete_plan(plan).await?;
            Ok(((), vec![change.clone()]))
        })
        .await
    }

    /// A body's plan.
    pub async fn plan(&self, owner: &OdsCode) -> Result<Plan> {
        let found = self.store().plan(owner).await?;
        found.ok_or_else(|| Error::not_found("plan", format!("plans/{owner}")))
    }

    /// All plans, by owner.
    pub async fn list_plans(&self, request: &ListRequest) -> Result<Page<Plan>> {
        let (filter, _) = read_list(request, PLAN_FIELDS, &["owner"])?;
        let mut rows = self.store().plans().await?;
        rows.retain(|plan| filter.admits(plan));
        page(rows, request, |plan| (plan.owner.to_string(), String::new()))
    }
}

impl View {
    /// How the targets of all plans stand in a month; by owner.
    pub fn list_targets(&self, month: Month, request: &ListRequest) -> Result<Page<TargetMonth>> {
        let (filter, _) = read_list(request, TARGET_FIELDS, &["owner"])?;
        let mut rows = self.burden.target_months(&self.snapshot.plans, month);
        rows.retain(|row| filter.admits(row));
        page(rows, request, |row| {
            let owner = row.owner.as_ref().map(ToString::to_string).unwrap_or_default();
            (owner, format!("{} {}", row.measure, row.date))
        })
    }

    /// How the plans of all bodies stand together in a month; by measure.
    pub fn cross_sector(&self, month: Month) -> Vec<TargetMonth> {
        self.burden.cross_sector(&self.snapshot.plans, month)
    }
}

fn require_reason(reason: &str) -> Result<()> {
    if !reason.trim().is_empty() {
        return Ok(());
    }
    Err(Violation::new("reason", "REQUIRED", reason, "a reason: a promise is not changed in silence").into())
}

/// What plans can be filtered by.
const PLAN_FIELDS: &[Field<Plan>] = &[
    ("owner", |plan| vec![plan.owner.to_string()]),
    ("title", |plan| vec![plan.title.clone()]),
    ("measure", |plan| plan.targets.iter().map(|target| target.measure.to_string()).collect()),
];

/// What targets can be filtered by.
const TARGET_FIELDS: &[Field<TargetMonth>] = &[
    ("owner", |row| row.owner.iter().map(ToString::to_string).collect()),
    ("measure", |row| vec![row.measure.to_string()]),
    ("status", |row| row.status.iter().map(ToString::to_string).collect()),
];
