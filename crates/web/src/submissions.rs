//! What a provider sent, and what that took: its people see what is owed, and record it one at a time.

use crate::{
    answers::{go_to, problems, refused},
    build::{
        Scene,
        provider::period,
        query::{ROWS, pager},
    },
    fields::{Fields, TypedDay},
    forms::Posted,
    handlers::{Application, Asked, Page, key, scene, show},
    pages::{
        fields::{DayField, Field},
        submissions::{OneSubmission, SubmissionLine, Submissions},
    },
    parts::{Link, Problem, Tag, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use chrono::{Months, NaiveDate};
use onus_app::{
    Context,
    paging::{ListRequest, page},
    submissions::{SubmissionKey, SubmissionRow},
};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation, Violations, display,
    role::Role,
    submission::{Obligation, Receipt, Submission, TimeReturn, read_moment},
};
use std::collections::BTreeMap;

/// Days ahead of which what has begun is shown.
const AHEAD: u64 = 31;

/// The provider at an address, which must be the reader's own.
pub(crate) fn own(context: &Context, code: &str) -> Result<OdsCode> {
    let code: OdsCode = key("provider", code)?;
    if context.actor.has_for(Role::ProviderUser, &code) {
        return Ok(code);
    }
    Err(if context.actor.is_known() {
        Error::PermissionDenied(format!("only people of {code} see and record what it sent"))
    } else {
        Error::Unauthenticated("to record what your organisation sent, sign in".into())
    })
}

pub(crate) fn home(code: &OdsCode) -> String {
    format!("/providers/{code}/submissions")
}

/// What a provider owes of periods that have begun, due in the last year or soon; each with what is recorded of it.
pub(crate) fn owed(
    scene: &Scene,
    context: &Context,
    code: &OdsCode,
) -> Result<Vec<(Obligation, Option<SubmissionRow>)>> {
    let from = scene.today.checked_sub_months(Months::new(12)).unwrap_or(scene.today);
    let to = scene.today + chrono::Days::new(AHEAD);
    let held = scene.view.submissions(context, code)?.into_iter();
    let mut held: BTreeMap<_, _> = held.map(|row| (row.submission.obligation.clone(), row)).collect();
    let owed = scene.view.obligations(code, from, to)?.into_iter().map(|owed| owed.obligation);
    let begun = owed.filter(|owed| owed.period_start <= scene.today);
    Ok(begun
        .map(|owed| {
            let row = held.remove(&owed);
            (owed, row)
        })
        .collect())
}

fn took(of: &Submission) -> String {
    let Some(time) = of.time_return else { return String::new() };
    let minutes = display::things(time.minutes as usize, "minute", "minutes");
    format!("{minutes}, {}", display::things(time.people as usize, "person", "people"))
}

fn sent(of: &Submission) -> String {
    format!("Sent on {}", display::day(of.sent_on()))
}

pub(crate) fn line(scene: &Scene, owed: &Obligation, held: Option<(&Submission, bool)>) -> SubmissionLine {
    let href = format!("{}/{}/{}/{}", home(&owed.provider), owed.collection, owed.version, owed.period_start);
    let state = match held {
        Some((held, _)) if held.is_late() => Tag::new("Late", "orange"),
        Some(_) => Tag::new("Sent", "green"),
        None if owed.due_date < scene.today => Tag::new("Not recorded", "red"),
        None => Tag::new("Due", "blue"),
    };
    SubmissionLine {
        link: Link::new(href, scene.title(&owed.collection)),
        period: period(owed.period_start, owed.period_end),
        due: display::day(owed.due_date),
        state,
        sent: held.map(|(held, _)| sent(held)).unwrap_or_default(),
        took: held.map(|(held, _)| took(held)).unwrap_or_default(),
        far: held.is_some_and(|(_, far)| far),
    }
}

/// `GET /providers/{code}/submissions`.
pub(crate) async fn list(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
    Asked(query): Asked,
) -> Page {
    let code = own(&context, &code)?;
    show(&app, move |scene| {
        let request = ListRequest {
            page_size: ROWS,
            page_token: query.page_token.clone(),
            filter: code.to_string(),
            order_by: "due_date desc".into(),
            read_time: None,
        };
        let place = |(owed, _): &(Obligation, _)| {
            (
                owed.due_date.to_string(),
                format!("{} {:06} {}", owed.collection, owed.version, owed.period_start),
            )
        };
        let page = page(owed(scene, &context, &code)?, &request, place)?;
        let held = |row: &Option<SubmissionRow>| row.as_ref().map(|row| (row.submission.clone(), row.is_far));
        let rows = page.rows.iter().map(|(owed, row)| {
            let held = held(row);
            line(scene, owed, held.as_ref().map(|(held, far)| (held, *far)))
        });
        Ok(Submissions {
            shell: scene
                .shell("What you sent, and what it took", Area::Providers)
                .under(format!("/providers/{code}"), scene.organisation(&code)),
            rows: rows.collect(),
            pager: pager(&page, &home(&code), "", &query.page_token, ("submission owed", "submissions owed")),
            file: Link::new(format!("{}/file", home(&code)), "Record many from a file"),
        })
    })
    .await
}

/// Where one obligation is recorded.
pub(crate) type At = Path<(String, String, String, String)>;

/// What is said at an address of nothing yet.
fn named(
    context: &Context,
    (code, collection, version, start): (String, String, String, String),
) -> Result<Receipt> {
    let unknown = || Error::not_found("submission", format!("{collection}/{version}/{code}~{start}"));
    Ok(Receipt {
        provider: own(context, &code)?,
        collection: CollectionId::new(&collection).map_err(|_| unknown())?,
        version: version.parse().map_err(|_| unknown())?,
        period_start: start.parse().map_err(|_| unknown())?,
        submitted_at: None,
        time_return: None,
    })
}

/// The form of one obligation, with what was typed.
fn one_page(
    scene: &Scene,
    context: &Context,
    of: &Receipt,
    typed: Option<&Fields>,
    problems: Vec<Problem>,
) -> Result<OneSubmission> {
    let all = scene.view.burden.begun(&of.provider, &of.collection, scene.today);
    let owed = of.find(&all).map_err(|_| {
        Error::not_found(
            "submission",
            format!("{}/{}/{}~{}", of.collection, of.version, of.provider, of.period_start),
        )
    })?;
    let rows = scene.view.submissions(context, &of.provider)?;
    let held = rows.iter().find(|row| row.submission.obligation == *owed);
    let time = held.and_then(|row| row.submission.time_return);
    let field = |id: &str, label: &str, hint: &str, known: Option<u32>| Field {
        id: id.into(),
        label: label.into(),
        hint: hint.into(),
        value: typed.map_or_else(
            || known.map(|known| known.to_string()).unwrap_or_default(),
            |fields| fields.text(id).to_owned(),
        ),
        rows: 1,
        width: "5",
        problem: problem_of(&problems, id),
    };
    let later = if held.is_some() { "" } else { ". You can say it later" };
    Ok(OneSubmission {
        shell: scene
            .shell("What did it take?", Area::Providers)
            .under(home(&of.provider), "What you sent, and what it took"),
        collection: scene.collection(&owed.collection),
        period: format!(
            "{}, due on {}",
            period(owed.period_start, owed.period_end),
            display::day(owed.due_date)
        ),
        sent: held.map(|row| sent(&row.submission)).unwrap_or_default(),
        day: held.is_none().then(|| day_field(scene.today, typed, &problems)),
        minutes: field(
            "minutes",
            "Minutes, of all people together",
            &format!("From opening the request to sending the answer{later}"),
            time.map(|time| time.minutes),
        ),
        people: field("people", "How many people", "Who worked on it", time.map(|time| time.people)),
        far: held.is_some_and(|row| row.is_far),
        withdraw: held.map(|_| Field {
            id: "reason".into(),
            label: "Why".into(),
            hint: "Your people and the panel read it".into(),
            value: typed.map(|fields| fields.typed("reason")).unwrap_or_default(),
            rows: 2,
            width: "",
            problem: problem_of(&problems, "reason"),
        }),
        request_id: context.new_id().to_string(),
        action: format!("{}/{}/{}/{}", home(&of.provider), of.collection, of.version, of.period_start),
        problems,
    })
}

fn day_field(today: NaiveDate, typed: Option<&Fields>, problems: &[Problem]) -> DayField {
    let day = typed.map_or_else(|| TypedDay::of(today), |fields| fields.typed_day("submitted_at"));
    day.show("submitted_at", "When was it sent?", "", problems)
}

/// `GET /providers/{code}/submissions/{collection}/{version}/{start}`.
pub(crate) async fn one(State(app): Application, Caller(context): Caller, Path(at): At) -> Page {
    let of = named(&context, at)?;
    show(&app, move |scene| one_page(scene, &context, &of, None, vec![])).await
}

/// `POST /providers/{code}/submissions/{collection}/{version}/{start}`: records, or takes back.
pub(crate) async fn record(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let of = named(&context, at)?;
    let once = fields.once(&context)?;
    let done = if fields.text("step") == "withdraw" {
        let key = SubmissionKey {
            collection: of.collection.clone(),
            version: of.version,
            provider: of.provider.clone(),
            period_start: of.period_start,
        };
        let reason = fields.typed("reason");
        app.once(&once, app.withdraw_submission(&once, &key, &reason, false)).await
    } else {
        match read(&context, &of, &fields) {
            Ok(said) => app.once(&once, app.record_submissions(&once, vec![said], false)).await.map(drop),
            Err(error) => Err(error),
        }
    };
    let violations = match done {
        Ok(()) => return Ok(go_to(&home(&of.provider))),
        Err(Error::Invalid(violations)) => violations,
        Err(error) => return Err(error.into()),
    };
    let places = [
        ("reason", "reason", "Why"),
        ("requests[0].submitted_at", "submitted_at", "When it was sent"),
        ("requests[0].minutes", "minutes", "Minutes"),
        ("requests[0].people", "people", "How many people"),
    ];
    let page = one_page(&scene(&app).await?, &context, &of, Some(&fields), problems(&violations, &places))?;
    refused(&page)
}

/// What the form says of an obligation.
fn read(context: &Context, of: &Receipt, fields: &Fields) -> Result<Receipt> {
    let mut found = Violations::new();
    let mut said = of.clone();
    found.within("requests[0]", |found| {
        let day = found.take(fields.typed_day("submitted_at").read("submitted_at")).flatten();
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        said.submitted_at = found.take(read_moment("submitted_at", &day, context.now)).flatten();
        let minutes = found.take(fields.number("minutes", "a whole number of minutes, such as 45"));
        let people = found.take(fields.number("people", "a whole number of people, such as 1"));
        said.time_return = match (minutes.flatten(), people.flatten()) {
            (None, None) => None,
            (minutes, people) => {
                found.require(minutes.is_some() || !fields.text("minutes").is_empty(), || {
                    Violation::new("minutes", "REQUIRED", "", "a whole number of minutes, such as 45")
                });
                minutes.map(|minutes| TimeReturn { minutes, people: people.unwrap_or(0) })
            }
        };
    });
    found.into_result().map(|()| said)
}
