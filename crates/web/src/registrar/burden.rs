//! What answering a draft takes: what is stated of it, and what that comes to.

use super::{At, Draft, Told};
use crate::{
    answers::{go_to, problems, refused},
    fields::Fields,
    forms::Posted,
    handlers::Application,
    pages::{
        fields::{Choices, Field},
        registrar::{Burden as Page, BurdenLine},
    },
    parts::{Choice, Figure, Problem},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context};
use onus_burden::{DraftEstimate, default_lines};
use onus_domain::{
    Decimal, Error, Result, display,
    schedule::Frequency,
    statement::{Activity, BurdenStatement, CostLine, LineBasis, Method, StaffRole},
};
use strum::VariantArray;

/// Lines of the form without anything in them.
const BLANK_LINES: usize = 3;

/// A line as typed. What the form does not ask, a line's unit and life, stays with it.
#[derive(Clone)]
struct Line {
    activity: String,
    role: String,
    basis: String,
    minutes: String,
    before: Option<CostLine>,
}

impl Line {
    fn blank() -> Self {
        let code = |code: &str| code.to_owned();
        Self {
            activity: code(Activity::Gathering.as_str()),
            role: code(StaffRole::InformationAnalyst.as_str()),
            basis: code(LineBasis::PerSubmission.as_str()),
            minutes: String::new(),
            before: None,
        }
    }

    fn of_line(line: &CostLine) -> Self {
        Self {
            activity: line.activity.to_string(),
            role: line.staff_role.to_string(),
            basis: line.basis.to_string(),
            minutes: line.minutes.to_string(),
            before: Some(line.clone()),
        }
    }

    /// The line that it says; none where no minutes are typed.
    fn read(&self, at: usize, wrong: &mut Vec<Problem>) -> Option<CostLine> {
        if self.minutes.is_empty() {
            return None;
        }
        let minutes: Option<Decimal> = self.minutes.replace(',', "").parse().ok();
        if minutes.is_none() {
            let text = format!("Line {}: enter minutes as a number, such as 90, or leave it empty", at + 1);
            wrong.push(Problem { field: format!("minutes-{at}"), text });
        }
        let (activity, staff_role, basis) =
            (self.activity.parse().ok()?, self.role.parse().ok()?, self.basis.parse().ok()?);
        let before = self.before.as_ref().filter(|line| line.basis == basis);
        Some(CostLine {
            activity,
            staff_role,
            basis,
            minutes: minutes?,
            unit_measure: before.and_then(|line| line.unit_measure),
            unit_size: before.and_then(|line| line.unit_size),
            life_months: before.and_then(|line| line.life_months),
            external_pence: self.before.as_ref().map_or(0, |line| line.external_pence),
        })
    }

    fn show(&self, at: usize, problems: &[Problem]) -> BurdenLine {
        let select = |id: &str, legend: &str, codes: Vec<(String, String)>, chosen: &str| Choices {
            id: format!("{id}-{at}"),
            legend: format!("{legend}, line {}", at + 1),
            choices: codes
                .into_iter()
                .map(|(value, text)| Choice { chosen: value == chosen, value, text })
                .collect(),
            ..Choices::default()
        };
        let field = format!("minutes-{at}");
        BurdenLine {
            activity: select("activity", "What is done", words(Activity::VARIANTS), &self.activity),
            role: select("role", "By whom", words(StaffRole::VARIANTS), &self.role),
            basis: select("basis", "How often", bases(self.before.as_ref()), &self.basis),
            minutes: Field {
                label: format!("Minutes, line {}", at + 1),
                value: self.minutes.clone(),
                problem: crate::parts::problem_of(problems, &field),
                id: field,
                ..Field::default()
            },
        }
    }
}

fn words<T: ToString>(codes: &[T]) -> Vec<(String, String)> {
    codes.iter().map(ToString::to_string).map(|code| (code.clone(), display::words(&code))).collect()
}

/// How often a line's minutes are spent. What depends on a provider's size is offered where a line says it already.
fn bases(before: Option<&CostLine>) -> Vec<(String, String)> {
    let per_unit = before.is_some_and(|line| line.basis == LineBasis::PerUnit);
    let known = [
        (LineBasis::PerSubmission, "Each submission"),
        (LineBasis::PerItem, "Each item, each submission"),
        (LineBasis::Annual, "Each year"),
        (LineBasis::OneOff, "Once"),
        (LineBasis::PerUnit, "Each unit of its size, each submission"),
    ];
    let known = known.into_iter().filter(|(basis, _)| per_unit || *basis != LineBasis::PerUnit);
    known.map(|(basis, text)| (basis.to_string(), text.to_owned())).collect()
}

/// What answering a draft would take, in figures.
pub(crate) fn figures(found: &DraftEstimate) -> Vec<Figure> {
    let hours = found.hours.to_f64();
    let assumed = found.assumed_share.as_ref().map_or(0.0, onus_burden::Ratio::to_f64);
    let each = found.hours_each_median.as_ref().map_or(0.0, onus_burden::Hours::to_f64);
    let interval = match (&found.hours_low, &found.hours_high) {
        (Some(low), Some(high)) => {
            format!(
                "{} to {}, as your earlier estimates turned out",
                display::hours(low.to_f64()),
                display::hours(high.to_f64())
            )
        }
        _ => String::new(),
    };
    vec![
        Figure::new("All providers", display::hours(hours))
            .unit("hours in the first year")
            .note(interval)
            .assumed(assumed),
        Figure::new("One provider", display::hours(each))
            .unit("hours in the first year")
            .note("the one in the middle"),
        Figure::new("Cost", format!("£{}", display::count(pounds(found.cost.to_f64()))))
            .unit("in the first year"),
        Figure::new("Providers", display::count(found.respondents)).note("that must answer"),
        Figure::new("Submissions", display::count(found.submissions_each)).unit("a year, each"),
    ]
}

#[expect(clippy::cast_possible_truncation, reason = "costs are far below 2^63 pounds")]
fn pounds(pence: f64) -> i64 {
    (pence / 100.0).round() as i64
}

/// The lines that are stated of a draft, or the published default.
pub(crate) async fn stated(app: &App, context: &Context, draft: &Draft) -> Result<(Vec<CostLine>, Method)> {
    let (id, number) = draft.at();
    let latest = app.statements(context, id, number).await?.pop();
    Ok(latest.map_or((vec![], Method::Assumed), |statement| (statement.lines, statement.method)))
}

/// What a draft would take with some lines; without any, by the published default.
pub(crate) async fn estimate(
    app: &App,
    draft: &Draft,
    lines: Vec<CostLine>,
    method: Method,
) -> Result<DraftEstimate> {
    let (view, today) = (app.view().await?, app.clock().today());
    let (owner, content) = (draft.collection.owner.clone(), draft.content().clone());
    let work = move || view.burden.estimate(&owner, &content, (&lines, method), today);
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

fn page(draft: &Draft, lines: &[Line], found: &DraftEstimate, told: Told) -> Page {
    Page {
        shell: draft.shell("What answering takes"),
        figures: figures(found),
        is_default: found.is_default,
        lines: lines.iter().enumerate().map(|(at, line)| line.show(at, &told.problems)).collect(),
        form: draft.form("/burden", told),
    }
}

/// The lines that a form begins with: those that are stated, else the published default as a start.
fn first_lines(draft: &Draft, stated: &[CostLine]) -> Vec<Line> {
    let frequency =
        draft.content().schedule.as_ref().map_or(Frequency::Annual, |schedule| schedule.frequency);
    let default = default_lines(&draft.content().method, frequency);
    let lines = if stated.is_empty() { &default } else { stated };
    lines.iter().map(Line::of_line).collect()
}

fn with_blanks(mut lines: Vec<Line>) -> Vec<Line> {
    lines.extend(std::iter::repeat_n(Line::blank(), BLANK_LINES));
    lines
}

/// `GET /drafts/{id}/{number}/burden`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (lines, method) = stated(&app, &context, &draft).await?;
    let found = estimate(&app, &draft, lines.clone(), method).await?;
    let lines = with_blanks(first_lines(&draft, &lines));
    Ok(Html(page(&draft, &lines, &found, Told::default()).render()?).into_response())
}

/// `POST /drafts/{id}/{number}/burden`: says what the lines come to, and states them if that is asked.
pub(crate) async fn write(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let (held, _) = stated(&app, &context, &draft).await?;
    let before = first_lines(&draft, &held);
    let typed = read(&fields, &before);
    let mut wrong = vec![];
    let lines: Vec<_> = typed.iter().enumerate().filter_map(|(at, line)| line.read(at, &mut wrong)).collect();
    let saves = fields.text("step") == "save";
    if saves && wrong.is_empty() && lines.is_empty() {
        wrong.push(Problem { field: "minutes-0".into(), text: "Enter minutes in one line at least".into() });
    }
    if saves && wrong.is_empty() {
        let statement = BurdenStatement {
            collection: draft.collection.id.clone(),
            version: draft.version.number,
            from_date: context.today(),
            method: Method::Declared,
            lines: lines.clone(),
        };
        match app.restate_burden(&context, statement).await {
            Ok(_) => return Ok(go_to(&draft.path(""))),
            Err(Error::Invalid(violations)) => {
                wrong = problems(&violations, &[("lines", "minutes-0", "Lines")]);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let method = if lines.is_empty() { Method::Assumed } else { Method::Declared };
    let found = estimate(&app, &draft, lines, method).await?;
    let bad = !wrong.is_empty();
    let shown = page(&draft, &typed, &found, Told { problems: wrong, overtaken: vec![] });
    if bad { refused(&shown) } else { Ok(Html(shown.render()?).into_response()) }
}

fn read(fields: &Fields, before: &[Line]) -> Vec<Line> {
    let lines = (0..).map_while(|at: usize| {
        let minutes = fields.all(&format!("minutes-{at}")).next()?.trim().to_owned();
        let one = |id: &str| fields.typed(&format!("{id}-{at}"));
        let before = before.get(at).and_then(|line| line.before.clone());
        Some(Line { activity: one("activity"), role: one("role"), basis: one("basis"), minutes, before })
    });
    lines.collect()
}
