//! "Have we been asked this already?": what was pasted or uploaded is read within bounds, checked, and kept by nobody.

use crate::{
    build::asked::{Typed, answer, page, problem},
    handlers::{Application, Page, scene},
    parts::Problem,
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::{
    App, Context,
    asked::{Found, Question},
};
use onus_domain::{Error, OdsCode, Result, Violation};

/// Most that a form may bring, bytes: the largest file and what stands around it.
pub(crate) const MOST_BYTES: usize = 21 << 20;

/// What a form brings.
#[derive(Default)]
pub(crate) struct Sent {
    pub text: String,
    pub provider: String,
    pub file: String,
    pub bytes: Vec<u8>,
}

pub(crate) async fn read(mut form: Multipart) -> Result<Sent, Refusal> {
    let unread = |error: &dyn std::fmt::Display| {
        let expected = "a form as its page sends it, with a file of at most 20 MB";
        Refusal(Violation::new("form", "FORM", error, expected).into())
    };
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|error| unread(&error.body_text()))?;
        match name.as_str() {
            "text" => sent.text = String::from_utf8_lossy(&bytes).into_owned(),
            "provider" => sent.provider = String::from_utf8_lossy(&bytes).trim().to_uppercase(),
            "file" if !bytes.is_empty() => (sent.file, sent.bytes) = (file, bytes.to_vec()),
            _ => {}
        }
    }
    Ok(sent)
}

/// Checks what was sent; with whose it is.
async fn check(app: &App, sent: &Sent) -> Result<(Found, Option<OdsCode>)> {
    let provider = match sent.provider.as_str() {
        "" => None,
        code => Some(OdsCode::new(code).map_err(|violation| violation.at("provider"))?),
    };
    let file = (!sent.bytes.is_empty()).then(|| (sent.file.clone(), sent.bytes.clone()));
    if file.is_none() && sent.text.trim().is_empty() {
        return Err(Violation::new("text", "REQUIRED", "", "what you were asked, or choose a file").into());
    }
    let question = Question { file, text: sent.text.clone(), provider: provider.clone() };
    let found = app.have_we_been_asked(question).await?;
    Ok((found, provider))
}

/// `GET /asked`.
pub(crate) async fn ask(State(app): Application, Caller(context): Caller) -> Page {
    let scene = scene(&app).await?;
    let typed = Typed { provider: own_provider(&app, &context).await?, ..Typed::default() };
    Ok(Html(page(&scene, typed, None).render()?))
}

/// The provider that whoever is signed in acts for.
async fn own_provider(app: &App, context: &Context) -> Result<String> {
    let view = app.view().await?;
    let own = context.actor.organisation.as_ref().filter(|code| view.provider(code).is_ok());
    Ok(own.map(ToString::to_string).unwrap_or_default())
}

/// `POST /asked`.
pub(crate) async fn answered(State(app): Application, form: Multipart) -> Result<Response, Refusal> {
    let sent = read(form).await?;
    let scene = scene(&app).await?;
    let outcome = check(&app, &sent).await;
    let mut typed = Typed { text: sent.text, provider: sent.provider, problems: vec![] };
    let (status, made) = match outcome {
        Ok((found, provider)) => {
            let answer = answer(&scene, &found, provider.as_ref());
            (StatusCode::OK, page(&scene, typed, Some(answer)))
        }
        Err(error) => {
            typed.problems = problems(error)?;
            (StatusCode::BAD_REQUEST, page(&scene, typed, None))
        }
    };
    Ok((status, Html(made.render()?)).into_response())
}

fn problems(error: Error) -> Result<Vec<Problem>> {
    match error {
        Error::Invalid(violations) => Ok(violations.iter().map(problem).collect()),
        Error::NotFound { .. } => Ok(vec![Problem {
            field: "provider".into(),
            text: "Enter the code of a registered provider".into(),
        }]),
        error => Err(error),
    }
}

/// `POST /asked/crosswalk.csv`.
pub(crate) async fn crosswalk(State(app): Application, form: Multipart) -> Result<Response, Refusal> {
    let sent = read(form).await?;
    let (found, _) = check(&app, &sent).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"crosswalk.csv\"")),
    ];
    Ok((headers, found.crosswalk()?).into_response())
}
