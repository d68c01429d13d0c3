//! Plans: their pages, and the form in which a publisher writes one.

use crate::{
    answers::{go_to, problems, refused},
    build,
    fields::{Fields, TypedDay},
    forms::Posted,
    handlers::{Application, Page, key, scene, show},
    pages::{
        fields::{Choices, Field},
        plans::{PlanForm, TargetFields},
    },
    parts::{Choice, Problem, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Response},
};
use onus_app::{
    App, Context,
    plans::{NewPlan, NewTarget},
};
use onus_domain::{
    Decimal, Error, Month, OdsCode, Result, Violation, Violations, display,
    plan::{Plan, Target, TargetMeasure},
    role::Act,
};
use strum::VariantArray;

/// Targets of the form without anything in them.
const BLANK_TARGETS: usize = 2;
/// Months that a baseline can be of.
const MONTHS: i32 = 60;

fn publishes(context: &Context) -> bool {
    Act::WritePlan.allowed_to(&context.actor, None)
}

/// `GET /plans`.
pub(crate) async fn list(State(app): Application, Caller(context): Caller) -> Page {
    let publishes = publishes(&context);
    show(&app, move |scene| Ok(build::plans::plans(scene, publishes))).await
}

/// `GET /plans/{code}`.
pub(crate) async fn one(State(app): Application, Caller(context): Caller, Path(code): Path<String>) -> Page {
    let (owner, publishes): (OdsCode, _) = (key("plan", &code)?, publishes(&context));
    show(&app, move |scene| build::plans::plan(scene, &owner, publishes)).await
}

/// A target as typed.
#[derive(Default)]
struct Typed {
    measure: String,
    value: String,
    date: TypedDay,
    baseline_month: String,
    baseline: String,
}

impl Typed {
    fn of_target(target: &Target) -> Self {
        Self {
            measure: target.measure.to_string(),
            value: target.value.to_string(),
            date: TypedDay::of(target.date),
            baseline_month: target.baseline_month.to_string(),
            baseline: target.baseline.to_string(),
        }
    }

    fn of_fields(fields: &Fields, at: usize) -> Self {
        let text = |name: &str| fields.text(&format!("{name}-{at}")).to_owned();
        Self {
            measure: text("measure"),
            value: text("value"),
            date: fields.typed_day(&format!("date-{at}")),
            baseline_month: text("baseline_month"),
            baseline: text("baseline"),
        }
    }

    fn is_blank(&self) -> bool {
        self.value.is_empty() && self.baseline.is_empty() && self.date == TypedDay::default()
    }

    fn read(&self, found: &mut Violations) -> Option<NewTarget> {
        let measure = self.measure.parse::<TargetMeasure>();
        let measure =
            measure.map_err(|_| Violation::new("measure", "CODE", &self.measure, "one of the measures"));
        let value = match number(&self.value, "value") {
            Ok(None) => {
                Err(Violation::new("value", "REQUIRED", "", "a number, such as 0.85: what is promised"))
            }
            value => value,
        };
        let date = self.date.read("date").and_then(|date| {
            date.ok_or_else(|| Violation::new("date", "REQUIRED", "", "a date, such as 31 3 2028"))
        });
        let month = self.baseline_month.parse::<Month>();
        let month = month.map_err(|_| {
            Violation::new("baseline_month", "MONTH", &self.baseline_month, "a month that is over")
        });
        let baseline = found.take(number(&self.baseline, "baseline"));
        let (measure, value) = (found.take(measure), found.take(value));
        let (date, baseline_month) = (found.take(date), found.take(month));
        Some(NewTarget {
            measure: measure?,
            baseline: baseline?,
            baseline_month: baseline_month?,
            value: value??,
            date: date?,
        })
    }

    fn show(&self, at: usize, last: Month, problems: &[Problem]) -> TargetFields {
        let id = |name: &str| format!("{name}-{at}");
        let problem = |name: &str| problem_of(problems, &id(name));
        let field = |name: &str, label: &str, hint: &str, value: &str| Field {
            id: id(name),
            label: label.into(),
            hint: hint.into(),
            value: value.into(),
            width: "10",
            problem: problem(name),
            ..Field::default()
        };
        let measures = TargetMeasure::VARIANTS.iter().map(|one| (one.to_string(), one.in_words().to_owned()));
        let mut months: Vec<Month> = (0..MONTHS).map(|back| last.plus(-back)).collect();
        months.extend(self.baseline_month.parse::<Month>().ok().filter(|month| !months.contains(month)));
        let choose = |name: &str, legend: &str, hint: &str, known: Vec<(String, String)>, chosen: &str| {
            let choice = |(value, text): (String, String)| Choice { chosen: value == chosen, value, text };
            Choices {
                id: id(name),
                legend: legend.into(),
                hint: hint.into(),
                choices: known.into_iter().map(choice).collect(),
                problem: problem(name),
            }
        };
        TargetFields {
            number: at + 1,
            measure: choose("measure", "What is measured", "", measures.collect(), &self.measure),
            value: field(
                "value",
                "What you promise",
                "Hours or collections as a number, a rate or share between 0 and 1. Leave it empty for no target",
                &self.value,
            ),
            date: self.date.show(&id("date"), "By when", "For example, 31 3 2028", problems),
            baseline_month: choose(
                "baseline_month",
                "Measured from",
                "",
                months.into_iter().map(|month| (month.to_string(), month.in_words())).collect(),
                &self.baseline_month,
            ),
            baseline: field(
                "baseline",
                "Value at the start (optional)",
                "Leave it empty to take what the registry counts in that month",
                &self.baseline,
            ),
        }
    }
}

fn number(text: &str, field: &str) -> Result<Option<Decimal>, Violation> {
    if text.is_empty() {
        return Ok(None);
    }
    text.replace(',', "").parse().map(Some).map_err(|refused: Violation| refused.at(field))
}

/// What stands in the form.
struct Form {
    owner: String,
    title: String,
    text: String,
    reason: String,
    targets: Vec<Typed>,
}

impl Form {
    fn of_plan(plan: Option<&Plan>) -> Self {
        let targets = plan.map(|plan| plan.targets.iter().map(Typed::of_target).collect());
        Self {
            owner: plan.map(|plan| plan.owner.to_string()).unwrap_or_default(),
            title: plan.map(|plan| plan.title.clone()).unwrap_or_default(),
            text: plan.map(|plan| plan.text.clone()).unwrap_or_default(),
            reason: String::new(),
            targets: targets.unwrap_or_default(),
        }
    }

    fn of_fields(fields: &Fields) -> Self {
        let targets = (0..).map_while(|at| {
            fields.all(&format!("measure-{at}")).next().map(|_| Typed::of_fields(fields, at))
        });
        Self {
            owner: fields.text("owner").to_owned(),
            title: fields.typed("title"),
            text: fields.typed("text"),
            reason: fields.typed("reason"),
            targets: targets.collect(),
        }
    }

    /// The plan it says: targets that nothing is typed in are none. Problems keep the places of the form.
    fn read(&self) -> Result<(NewPlan, Vec<usize>), Vec<Problem>> {
        let mut found = Violations::new();
        let owner = OdsCode::new(&self.owner)
            .map_err(|_| Violation::new("owner", "REQUIRED", &self.owner, "choose whose plan it is"));
        let owner = found.take(owner);
        let (mut targets, mut places) = (vec![], vec![]);
        for (at, typed) in self.targets.iter().enumerate().filter(|(_, typed)| !typed.is_blank()) {
            found.within(&format!("targets[{}]", places.len()), |found| targets.extend(typed.read(found)));
            places.push(at);
        }
        match (owner, found.into_result()) {
            (Some(owner), Ok(())) => {
                Ok((NewPlan { owner, title: self.title.clone(), text: self.text.clone(), targets }, places))
            }
            (_, Err(Error::Invalid(violations))) => Err(wrong(&violations, &places)),
            (_, _) => Err(vec![]),
        }
    }
}

/// What is wrong, by the fields of the form: the targets of a plan stand at `places` in it.
fn wrong(violations: &[Violation], places: &[usize]) -> Vec<Problem> {
    let mut known = vec![
        ("owner".to_owned(), "owner".to_owned(), "Body".to_owned()),
        ("title".into(), "title".into(), "Title".into()),
        ("text".into(), "text".into(), "What you will do".into()),
        ("reason".into(), "reason".into(), "Why".into()),
    ];
    for (given, at) in places.iter().enumerate() {
        for (name, label) in [
            ("measure", "measure"),
            ("value", "what you promise"),
            ("date", "by when"),
            ("baseline_month", "measured from"),
            ("baseline", "value at the start"),
        ] {
            let label = format!("Target {}, {label}", at + 1);
            known.push((format!("targets[{given}].{name}"), format!("{name}-{at}"), label));
        }
    }
    known.push(("targets".into(), "value-0".into(), "Targets".into()));
    let known: Vec<_> =
        known.iter().map(|(of, id, label)| (of.as_str(), id.as_str(), label.as_str())).collect();
    problems(violations, &known)
}

/// The form, for a new plan or one that is there.
async fn page(
    app: &App,
    context: &Context,
    (plan, form): (Option<&Plan>, Form),
    problems: Vec<Problem>,
) -> Result<PlanForm> {
    context.authorise(Act::WritePlan, None)?;
    let scene = scene(app).await?;
    let title = if plan.is_some() { "Change a plan" } else { "Publish a plan" };
    let mut targets = form.targets;
    let filled = targets.iter().filter(|typed| !typed.is_blank()).count();
    targets.resize_with(targets.len().max(filled + BLANK_TARGETS), || Typed {
        baseline_month: scene.month.to_string(),
        ..Typed::default()
    });
    let field = |id: &str, label: &str, hint: &str, value: String, rows: u32| Field {
        id: id.into(),
        label: label.into(),
        hint: hint.into(),
        value,
        rows,
        problem: problem_of(&problems, id),
        ..Field::default()
    };
    let bodies = scene
        .view
        .snapshot
        .organisations
        .iter()
        .filter(|one| one.asks() && !scene.view.snapshot.plans.iter().any(|plan| plan.owner == one.code));
    let bodies = bodies.map(|one| (one.code.to_string(), display::name(&one.name)));
    Ok(PlanForm {
        shell: scene
            .shell(title, Area::Editions)
            .under("/editions", "Monthly reports")
            .under("/plans", "Plans and targets"),
        action: plan.map_or_else(|| "/plans/new".into(), |plan| format!("/plans/{}/change", plan.owner)),
        request_id: context.new_id().to_string(),
        revision: plan.map_or(0, |plan| plan.revision),
        body: plan.is_none().then(|| Choices {
            id: "owner".into(),
            legend: "Whose plan is it?".into(),
            choices: Choice::list("Choose", bodies, &form.owner),
            problem: problem_of(&problems, "owner"),
            ..Choices::default()
        }),
        title: field("title", "Title", "", form.title, 1),
        text: field(
            "text",
            "What you will do (optional)",
            "Everybody reads it. One paragraph a line",
            form.text,
            5,
        ),
        targets: targets
            .iter()
            .enumerate()
            .map(|(at, typed)| typed.show(at, scene.month, &problems))
            .collect(),
        reason: plan.map(|_| {
            field(
                "reason",
                "Why it changes",
                "Kept in the audit log, which everybody can read",
                form.reason,
                2,
            )
        }),
        problems,
    })
}

/// `GET /plans/new`.
pub(crate) async fn ask_new(State(app): Application, Caller(context): Caller) -> Page {
    Ok(Html(page(&app, &context, (None, Form::of_plan(None)), vec![]).await?.render()?))
}

/// `POST /plans/new`.
pub(crate) async fn create(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::WritePlan, None)?;
    let form = Form::of_fields(&fields);
    let problems = match form.read() {
        Err(problems) => problems,
        Ok((new, places)) => {
            let owner = new.owner.clone();
            let once = fields.once(&context)?;
            match app.once(&once, app.create_plan(&once, new, false)).await {
                Ok(_) => return Ok(go_to(&format!("/plans/{owner}"))),
                Err(Error::Invalid(violations)) => wrong(&violations, &places),
                Err(error) => return Err(error.into()),
            }
        }
    };
    refused(&page(&app, &context, (None, form), problems).await?)
}

/// `GET /plans/{code}/change`.
pub(crate) async fn ask_change(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
) -> Page {
    context.authorise(Act::WritePlan, None)?;
    let plan = app.plan(&key("plan", &code)?).await?;
    Ok(Html(page(&app, &context, (Some(&plan), Form::of_plan(Some(&plan))), vec![]).await?.render()?))
}

/// `POST /plans/{code}/change`: changes or withdraws it.
pub(crate) async fn change(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::WritePlan, None)?;
    let plan = app.plan(&key("plan", &code)?).await?;
    let form = Form { owner: plan.owner.to_string(), ..Form::of_fields(&fields) };
    let etag = format!("\"{}\"", fields.text("revision"));
    let said = (etag.as_str(), form.reason.as_str());
    let (done, places) = if fields.text("step") == "withdraw" {
        (app.withdraw_plan(&context, &plan.owner, said, false).await, vec![])
    } else {
        match form.read() {
            Err(problems) => return refused(&page(&app, &context, (Some(&plan), form), problems).await?),
            Ok((new, places)) => (app.update_plan(&context, new, said, false).await.map(drop), places),
        }
    };
    let problems = match done {
        Ok(()) if fields.text("step") == "withdraw" => return Ok(go_to("/plans")),
        Ok(()) => return Ok(go_to(&format!("/plans/{}", plan.owner))),
        Err(Error::Invalid(violations)) => wrong(&violations, &places),
        Err(Error::StaleEtag { .. }) => {
            let text =
                "Somebody else changed this plan while you wrote: compare with its page, then publish yours";
            vec![Problem { field: String::new(), text: text.into() }]
        }
        Err(error) => return Err(error.into()),
    };
    refused(&page(&app, &context, (Some(&plan), form), problems).await?)
}
