//! What an hour costs: everybody reads it, the publisher loads it.

use crate::{
    answers::{go_to, refused},
    build::Scene,
    fields::Fields,
    forms::Posted,
    handlers::{Application, Page, scene},
    pages::{
        fields::Field,
        tariffs::{LoadForm, TariffLines, Tariffs},
    },
    parts::{Problem, problem_of},
    refusal::Refusal,
    registrar::file::said,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::State,
    response::{Html, Response},
};
use onus_app::{Context, tariffs::TariffFile};
use onus_burden::{Pence, Ratio, scm::with_overhead_percent};
use onus_domain::{Error, Violation, display, role::Act, tariff::TariffTable};

/// What the table is called in problems.
const TYPED: &str = "table";
const HEADINGS: &str = "staff_role,from_date,pence_per_hour,overhead_percent\n";

fn lines(table: &TariffTable) -> TariffLines {
    let overheads = with_overhead_percent(&Ratio::from_decimal(table.overhead_percent));
    let pounds = |pence: &Pence| format!("£{}", display::number(pence.in_pounds().to_f64(), 2));
    let rate = |(role, pence): &(onus_domain::statement::StaffRole, u64)| {
        let pay = Pence::whole(*pence);
        [display::words(role.as_str()), pounds(&pay), pounds(&pay.times(&overheads))]
    };
    TariffLines {
        from: display::day(table.from_date),
        overhead: format!("{}%", table.overhead_percent),
        rates: table.rates.iter().map(rate).collect(),
    }
}

fn page(scene: &Scene, context: &Context, typed: Option<&Fields>, problems: Vec<Problem>) -> Tariffs {
    let (tables, is_default) = scene.view.tariff_tables();
    let may = Act::LoadTariffs.allowed_to(&context.actor, None);
    let text =
        |name: &str, otherwise: &str| typed.map_or_else(|| otherwise.to_owned(), |fields| fields.typed(name));
    Tariffs {
        shell: scene.shell("What an hour costs", Area::Other).under("/about", "How the figures are made"),
        is_default,
        tables: tables.iter().rev().map(lines).collect(),
        form: may.then(|| LoadForm {
            text: Field {
                id: "text".into(),
                label: "Tables (CSV)".into(),
                hint: "The columns of the published tariffs.csv: the role, the first day, pay of an hour in pence, overheads in per cent"
                    .into(),
                value: text("text", HEADINGS),
                rows: 8,
                problem: problem_of(&problems, "text"),
                ..Field::default()
            },
            reason: Field {
                id: "reason".into(),
                label: "Where the figures are from, or why the past changes".into(),
                hint: "Published. Needed if a table holds already, or takes the place of another".into(),
                value: text("reason", ""),
                rows: 2,
                problem: problem_of(&problems, "reason"),
                ..Field::default()
            },
            request_id: context.new_id().to_string(),
        }),
        problems,
    }
}

/// `GET /tariffs`.
pub(crate) async fn tariffs(State(app): Application, Caller(context): Caller) -> Page {
    Ok(Html(page(&scene(&app).await?, &context, None, vec![]).render()?))
}

/// `POST /tariffs`: loads tables.
pub(crate) async fn load(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::LoadTariffs, None)?;
    let loaded = match TariffFile::read(TYPED, fields.typed("text").as_bytes()) {
        Ok(file) => {
            let (once, reason) = (fields.once(&context)?, fields.typed("reason"));
            let made = app.once(&once, app.load_tariffs(&once, file.tables.clone(), &reason, false)).await;
            made.map_err(|error| file.located(error)).map(|_| ())
        }
        Err(error) => Err(error),
    };
    match loaded {
        Ok(()) => Ok(go_to("/tariffs")),
        Err(Error::Invalid(wrong)) => {
            refused(&page(&scene(&app).await?, &context, Some(&fields), told(&wrong)))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong, by the field that it stands in.
fn told(wrong: &[Violation]) -> Vec<Problem> {
    let of_reason = |(one, problem): (&Violation, Problem)| {
        if one.field == "reason" {
            Problem { field: "reason".into(), text: format!("Say {}", one.expected) }
        } else {
            problem
        }
    };
    wrong.iter().zip(said(wrong)).map(of_reason).collect()
}
