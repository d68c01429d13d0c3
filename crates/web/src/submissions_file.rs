//! What a provider sent, and what that took, from a file: looked at first, then recorded whole.

use crate::{
    answers::{go_to, refused},
    asked,
    build::Scene,
    fields::Fields,
    forms::Posted,
    handlers::{Application, Page, scene},
    pages::submissions::{FilePreview, SubmissionsFile},
    parts::{Link, Problem, problem_of},
    refusal::Refusal,
    registrar::file::said,
    shell::Area,
    submissions::{home, line, owed, own},
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Multipart, Path, State},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::submissions::{Receipts, template};
use onus_domain::{Error, OdsCode, display};

/// What a pasted table is called in problems.
const PASTED: &str = "pasted table";

fn file_page(
    scene: &Scene,
    code: &OdsCode,
    text: String,
    problems: Vec<Problem>,
    preview: Option<FilePreview>,
) -> SubmissionsFile {
    SubmissionsFile {
        shell: scene
            .shell("Record many from a file", Area::Providers)
            .under(home(code), "What you sent, and what it took"),
        text_problem: problem_of(&problems, "text"),
        problems,
        text,
        template: Link::new(
            format!("{}/template.csv", home(code)),
            "Download a file of what you owe, to fill in (CSV)",
        ),
        action: format!("{}/file", home(code)),
        preview,
    }
}

/// `GET /providers/{code}/submissions/file`.
pub(crate) async fn ask(State(app): Application, Caller(context): Caller, Path(code): Path<String>) -> Page {
    let code = own(&context, &code)?;
    Ok(Html(file_page(&scene(&app).await?, &code, String::new(), vec![], None).render()?))
}

/// `GET /providers/{code}/submissions/template.csv`: what is owed, with what is recorded of it.
pub(crate) async fn template_file(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
) -> Result<Response, Refusal> {
    let code = own(&context, &code)?;
    let scene = scene(&app).await?;
    let lacking = owed(&scene, &context, &code)?.into_iter().filter_map(|(owed, row)| {
        let held = row.map(|row| row.submission);
        let said = held.as_ref().is_some_and(|held| held.time_return.is_some());
        (!said).then(|| (owed.clone(), scene.title(&owed.collection), held))
    });
    let bytes = template(&lacking.collect::<Vec<_>>())?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"submissions.csv\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// `POST /providers/{code}/submissions/file`: says what the file would record. It changes nothing, so that it needs no token, which a
/// file's form cannot show before all of the file is there.
pub(crate) async fn look(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
    multipart: Multipart,
) -> Result<Response, Refusal> {
    let code = own(&context, &code)?;
    let sent = asked::read(multipart).await?;
    let (name, csv) = match String::from_utf8(sent.bytes) {
        Ok(csv) if csv.is_empty() => (PASTED.to_owned(), sent.text.clone()),
        Ok(csv) => (sent.file, csv),
        Err(_) => (sent.file, String::new()),
    };
    let scene = scene(&app).await?;
    if csv.trim().is_empty() {
        let problem =
            Problem { field: "text".into(), text: "Choose a CSV file (UTF-8), or paste a table".into() };
        return refused(&file_page(&scene, &code, sent.text, vec![problem], None));
    }
    let read = Receipts::read(&name, csv.as_bytes(), context.now);
    let made = match &read {
        Ok(given) => {
            let receipts = given.receipts().cloned().collect();
            app.record_submissions(&context, receipts, true).await.map_err(|error| given.located(error))
        }
        Err(_) => Ok(vec![]),
    };
    match (read, made) {
        (Ok(given), Ok(made)) => {
            let rows = made.iter().map(|one| line(&scene, &one.obligation, Some((one, false)))).collect();
            let blank = if given.blank == 0 {
                String::new()
            } else {
                format!("; {} rows are not filled in", given.blank)
            };
            let in_short = format!(
                "Nothing is in the way of {}{blank}. Nothing is recorded yet.",
                display::things(made.len(), "submission", "submissions")
            );
            let preview = FilePreview {
                in_short,
                rows,
                csv,
                request_id: context.new_id().to_string(),
                action: format!("{}/take", home(&code)),
            };
            Ok(Html(file_page(&scene, &code, String::new(), vec![], Some(preview)).render()?).into_response())
        }
        (Err(Error::Invalid(wrong)), _) | (_, Err(Error::Invalid(wrong))) => {
            refused(&file_page(&scene, &code, sent.text, said(&wrong), None))
        }
        (Err(error), _) | (_, Err(error)) => Err(error.into()),
    }
}

/// `POST /providers/{code}/submissions/take`: records all of a file that was looked at, or nothing.
pub(crate) async fn take(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let code = own(&context, &code)?;
    let csv = fields.text("csv").to_owned();
    let recorded = match Receipts::read(PASTED, csv.as_bytes(), context.now) {
        Ok(given) => {
            let (once, receipts) = (fields.once(&context)?, given.receipts().cloned().collect());
            let made = app.once(&once, app.record_submissions(&once, receipts, false)).await;
            made.map_err(|error| given.located(error)).map(|_| ())
        }
        Err(error) => Err(error),
    };
    match recorded {
        Ok(()) => Ok(go_to(&home(&code))),
        Err(Error::Invalid(wrong)) => {
            refused(&file_page(&scene(&app).await?, &code, csv, said(&wrong), None))
        }
        Err(error) => Err(error.into()),
    }
}
