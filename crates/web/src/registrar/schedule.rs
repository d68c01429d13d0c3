//! When a draft is to be answered.

use super::{At, Draft, Saved, Told, save};
use crate::{
    answers::{Place, go_to, problems, refused},
    build::claims::first_capital,
    fields::{Fields, TypedDay},
    forms::Posted,
    handlers::Application,
    pages::{
        fields::{Choices, Field},
        registrar::Schedule as Page,
    },
    parts::{Choice, Problem, problem_of},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_domain::{
    Basis,
    schedule::{Frequency, Schedule},
    version::Content,
};
use strum::VariantArray;

const PLACES: [Place<'_>; 4] = [
    ("schedule.first_period", "first", "First day of the first period"),
    ("schedule.due_lag_days", "lag", "Days to answer"),
    ("schedule.last_period", "last", "Last day on which a period begins"),
    ("schedule", "frequency", "How often"),
];

/// The form, as typed.
#[derive(Default)]
struct Typed {
    frequency: String,
    first: TypedDay,
    lag: String,
    last: TypedDay,
}

impl Typed {
    fn of_schedule(schedule: &Schedule) -> Self {
        Self {
            frequency: schedule.frequency.to_string(),
            first: TypedDay::of(schedule.first_period),
            lag: schedule.due_lag_days.to_string(),
            last: schedule.last_period.map(TypedDay::of).unwrap_or_default(),
        }
    }

    fn of_form(fields: &Fields) -> Self {
        Self {
            frequency: fields.text("frequency").to_owned(),
            first: fields.typed_day("first"),
            lag: fields.typed("lag"),
            last: fields.typed_day("last"),
        }
    }

    /// The schedule that it says, or all that is wrong with it. What a source stated of it before stays where it is not changed.
    fn read(&self, before: Option<&Schedule>) -> Result<Schedule, Vec<Problem>> {
        let mut wrong = vec![];
        let mut refuse =
            |field: &str, text: &str| wrong.push(Problem { field: field.into(), text: text.into() });
        let frequency = self.frequency.parse::<Frequency>().ok();
        if frequency.is_none() {
            refuse("frequency", "Choose how often it is to be answered");
        }
        let first = self.first.read("first").ok().flatten();
        if first.is_none() {
            refuse("first", "First day of the first period: enter a real day, such as 1 4 2027");
        }
        let lag = if self.lag.is_empty() { None } else { self.lag.parse::<u32>().ok() };
        if lag.is_none() {
            refuse("lag", "Days to answer: enter a whole number of days, such as 20");
        }
        let last = self.last.read("last");
        if last.is_err() {
            refuse("last", "Last day on which a period begins: enter a real day, or leave it empty");
        }
        let Some(((frequency, first_period), due_lag_days)) = frequency.zip(first).zip(lag) else {
            return Err(wrong);
        };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let made = Schedule {
            frequency,
            first_period,
            due_lag_days,
            last_period: last.ok().flatten(),
            basis: Basis::Stated,
            evidence: String::new(),
        };
        // A source's own words hold for as long as they say the same.
        let same = before
            .filter(|old| Schedule { basis: made.basis, evidence: String::new(), ..(*old).clone() } == made);
        Ok(same.filter(|old| old.basis == Basis::Stated).cloned().unwrap_or(made))
    }

    fn show(self, draft: &Draft, told: Told) -> Page {
        let problem = |id: &str| problem_of(&told.problems, id);
        let often = Frequency::VARIANTS.iter().map(|one| Choice {
            value: one.to_string(),
            text: first_capital(one.in_words()),
            chosen: self.frequency == one.as_str(),
        });
        Page {
            shell: draft.shell("When"),
            frequency: Choices {
                id: "frequency".into(),
                legend: "How often is it to be answered?".into(),
                hint: String::new(),
                choices: often.collect(),
                problem: problem("frequency"),
            },
            first: self.first.show("first", PLACES[0].2, "For example, 1 4 2027", &told.problems),
            lag: Field {
                id: "lag".into(),
                label: "Days to answer, from a period’s last day".into(),
                hint: "At most 731. For example, 20".into(),
                value: self.lag,
                rows: 1,
                width: "4",
                problem: problem("lag"),
            },
            last: self.last.show(
                "last",
                "Last day on which a period begins (optional)",
                "Leave it empty if no end is set",
                &told.problems,
            ),
            form: draft.form("/schedule", told),
        }
    }
}

/// `GET /drafts/{id}/{number}/schedule`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let typed = draft.content().schedule.as_ref().map(Typed::of_schedule).unwrap_or_default();
    Ok(Html(typed.show(&draft, Told::default()).render()?).into_response())
}

/// `POST /drafts/{id}/{number}/schedule`.
pub(crate) async fn write(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let typed = Typed::of_form(&fields);
    let schedule = match typed.read(draft.content().schedule.as_ref()) {
        Ok(schedule) => schedule,
        Err(problems) => return refused(&typed.show(&draft, Told { problems, overtaken: vec![] })),
    };
    let edit = |content: &mut Content| content.schedule = Some(schedule.clone());
    match save(&app, &context, draft, &fields, edit).await? {
        Saved::Done => Ok(go_to(&format!("/drafts/{}/{}", at.0, at.1))),
        Saved::Not(draft, violations, overtaken) => {
            refused(&typed.show(&draft, Told { problems: problems(&violations, &PLACES), overtaken }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        let day = |of: [&str; 3]| {
            let [day, month, year] = of.map(ToOwned::to_owned);
            TypedDay { day, month, year }
        };
        Typed {
            frequency: "MONTHLY".into(),
            first: day(["1", "4", "2027"]),
            lag: "20".into(),
            last: TypedDay::default(),
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let last = TypedDay { day: "31".into(), month: "2".into(), year: "2028".into() };
        let wrong = Typed { last, ..Typed::default() };
        let fields: Vec<_> = wrong.read(None).unwrap_err().into_iter().map(|one| one.field).collect();
        assert_eq!(fields, ["frequency", "first", "lag", "last"]);
    }

    #[test]
    fn what_a_source_stated_stays_while_it_says_the_same() {
        let mut stated = typed().read(None).unwrap();
        stated.evidence = "“monthly, within 20 days”".into();
        assert_eq!(typed().read(Some(&stated)).unwrap(), stated);
        let other = Typed { lag: "21".into(), ..typed() };
        assert_eq!(other.read(Some(&stated)).unwrap().evidence, "");
        stated.basis = Basis::Assumed;
        assert_eq!(typed().read(Some(&stated)).unwrap().basis, Basis::Stated, "its owner says so now");
    }
}
