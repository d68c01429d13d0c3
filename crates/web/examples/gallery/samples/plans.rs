//! Plans and their targets.

use super::{HOSTILE, Sample, sample, shell};
use onus_domain::plan::TargetStatus;
use onus_web::{
    pages::{
        fields::{Choices, DayField, Field},
        plans::{Course, Plan, PlanForm, PlanLine, Plans, RegrowthLine, TargetFields, TargetLine},
    },
    parts::{Choice, Link, Problem, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let none = Plans { together: vec![], plans: vec![], regrowth: vec![], publishes: true, ..plans(0) };
    Ok(vec![
        sample("plans", &plans(2))?,
        sample("plans-none", &none)?,
        sample("plans-extreme", &plans(40))?,
        sample("plan", &plan("Ask once", 1))?,
        sample("plan-extreme", &plan(HOSTILE, 12))?,
        sample("plan-form", &form(false))?,
        sample("plan-form-refused", &form(true))?,
    ])
}

fn line(status: Option<TargetStatus>) -> TargetLine {
    TargetLine {
        measure: "Submit-once rate",
        baseline: "0.598".into(),
        current: if status.is_some() { "0.640".into() } else { "–".into() },
        trajectory: "0.655".into(),
        value: "0.850".into(),
        date: "31 March 2028".into(),
        forecast: "0.700".into(),
        status: Tag::target(status),
    }
}

fn lines() -> Vec<TargetLine> {
    use TargetStatus::{AtRisk, OffTrack, OnTrack};
    [Some(OnTrack), Some(AtRisk), Some(OffTrack), None].map(line).into()
}

fn plans(bodies: usize) -> Plans {
    let plan =
        PlanLine { link: Link::new("/plans/X24", "NHS England"), title: HOSTILE.into(), targets: lines() };
    let rose = RegrowthLine { body: "NHS England".into(), before: "92,376".into(), after: "92,422".into() };
    Plans {
        shell: shell("Plans and targets", Area::Editions).under("/editions", "Monthly reports"),
        month: "October 2026".into(),
        together: lines(),
        plans: (0..bodies)
            .map(|at| PlanLine { link: Link::new("/plans/X24", format!("Body {at}")), ..plan.clone() })
            .collect(),
        regrowth: vec![rose; bodies],
        publishes: false,
    }
}

fn plan(title: &str, courses: usize) -> Plan {
    let course = |at: usize| Course {
        heading: format!("Hours a year: 90,000 by 31 March 2028 ({at})"),
        caption: format!("Hours a year by month, target {at}"),
        chart: None,
        months: vec![["Oct 2026".into(), "91,393".into(), "92,422".into()]; 24],
    };
    Plan {
        shell: shell(title, Area::Editions).under("/plans", "Plans and targets"),
        body: "NHS England".into(),
        text: vec![HOSTILE.into(), "Items without use lapse.".into()],
        month: "October 2026".into(),
        targets: lines(),
        courses: (1..=courses).map(course).collect(),
        change: Some(Link::new("/plans/X24/change", "Change this plan")),
    }
}

fn form(refused: bool) -> PlanForm {
    let wrong = |text: &str| refused.then(|| text.to_owned());
    let field = |id: &str, label: &str, rows: u32, problem: Option<String>| Field {
        id: id.into(),
        label: label.into(),
        value: HOSTILE.into(),
        rows,
        problem,
        ..Field::default()
    };
    let choices = |id: &str, legend: &str| Choices {
        id: id.into(),
        legend: legend.into(),
        choices: vec![Choice { value: "HOURS".into(), text: "Hours a year".into(), chosen: true }],
        ..Choices::default()
    };
    let value = "Target 1, what you promise: a number";
    PlanForm {
        shell: shell("Change a plan", Area::Editions).under("/plans", "Plans and targets"),
        problems: if refused {
            vec![Problem { field: "value-0".into(), text: value.into() }]
        } else {
            vec![]
        },
        action: "/plans/X24/change".into(),
        request_id: "0191d3a0-0000-4000-8000-000000000001".into(),
        revision: 2,
        body: None,
        title: field("title", "Title", 1, None),
        text: field("text", "What you will do (optional)", 5, None),
        targets: vec![TargetFields {
            number: 1,
            measure: choices("measure-0", "What is measured"),
            value: field("value-0", "What you promise", 1, wrong(value)),
            date: DayField {
                id: "date-0".into(),
                legend: "By when".into(),
                day: "31".into(),
                month: "3".into(),
                year: "2028".into(),
                ..DayField::default()
            },
            baseline_month: choices("baseline_month-0", "Measured from"),
            baseline: field("baseline-0", "Value at the start (optional)", 1, None),
        }],
        reason: Some(field("reason", "Why it changes", 2, wrong("Why: a reason"))),
    }
}
