//! Editions: the list, one month's, its files; and what a publisher does: look at a month before it is published, publish it, correct it.

use crate::{
    answers::{go_to, problems, refused},
    build::editions::{self as build, Told},
    fields::Fields,
    forms::Posted,
    handlers::{Application, Page, key},
    headers::FILE_POLICY,
    parts::Problem,
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context};
use onus_domain::{
    Error, Month, OdsCode, Result,
    edition::{Edition, EditionFile},
    role::Act,
};
use serde::Deserialize;

fn publishes(context: &Context) -> bool {
    Act::MakeEdition.allowed_to(&context.actor, None)
}

/// The month that can be published by hand: the last whole one, unless it is.
fn unpublished(app: &App, context: &Context, editions: &[Edition]) -> Option<Month> {
    let month = app.last_month();
    (publishes(context) && !editions.iter().any(|edition| edition.month == month)).then_some(month)
}

/// `GET /editions`.
pub(crate) async fn list(State(app): Application, Caller(context): Caller) -> Page {
    let editions = app.editions().await?;
    let month = unpublished(&app, &context, &editions);
    let page = build::editions(app.settings().sample, &editions, month, context.new_id());
    Ok(Html(page.render()?))
}

/// `POST /editions`: publishes a month.
pub(crate) async fn publish(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::MakeEdition, None)?;
    let month: Month = key("edition", fields.text("month"))?;
    let once = fields.once(&context)?;
    let made = async { Ok(app.make_edition(&once, month).await?.edition) };
    app.once(&once, made).await?;
    Ok(go_to(&format!("/editions/{month}")))
}

async fn page(
    app: &App,
    context: &Context,
    edition: &Edition,
    told: Told,
) -> Result<crate::pages::editions::Edition> {
    let latest = app.edition(edition.month, None).await?.revision;
    let told = Told {
        revises: publishes(context) && latest == edition.revision,
        request_id: context.new_id().to_string(),
        prints: app.prints(),
        ..told
    };
    Ok(build::edition(app.settings().sample, edition, latest, told))
}

/// `GET /editions/{month}`.
pub(crate) async fn one(State(app): Application, Caller(context): Caller, Path(month): Path<String>) -> Page {
    let edition = app.edition(key::<Month>("edition", &month)?, None).await?;
    Ok(Html(page(&app, &context, &edition, Told::default()).await?.render()?))
}

/// `GET /editions/{month}/revisions/{number}`.
pub(crate) async fn revision(
    State(app): Application,
    Caller(context): Caller,
    Path((month, number)): Path<(String, String)>,
) -> Page {
    let edition = revision_of(&app, &month, &number).await?;
    Ok(Html(page(&app, &context, &edition, Told::default()).await?.render()?))
}

async fn revision_of(app: &App, month: &str, number: &str) -> Result<Edition> {
    let number: u32 = number.parse().map_err(|_| Error::not_found("edition", number))?;
    app.edition(key::<Month>("edition", month)?, Some(number)).await
}

/// `POST /editions/{month}`: publishes a correction.
pub(crate) async fn revise(
    State(app): Application,
    Caller(context): Caller,
    Path(month): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::MakeEdition, None)?;
    let month: Month = key("edition", &month)?;
    let (once, reason) = (fields.once(&context)?, fields.typed("reason"));
    let wrong = match app.once(&once, app.revise_edition(&once, month, &reason, false)).await {
        Ok(_) => return Ok(go_to(&format!("/editions/{month}"))),
        Err(Error::Invalid(violations)) => problems(&violations, &[("reason", "reason", "Why")]),
        Err(Error::Precondition { rule: "SOMETHING_DIFFERS", .. }) => {
            let text = "Every table is as it was published: there is nothing to correct";
            vec![Problem { field: String::new(), text: text.into() }]
        }
        Err(error) => return Err(error.into()),
    };
    let edition = app.edition(month, None).await?;
    refused(&page(&app, &context, &edition, Told { problems: wrong, reason, ..Told::default() }).await?)
}

/// `GET /editions/{month}/preview`: what the report would say if it were published now.
pub(crate) async fn preview(
    State(app): Application,
    Caller(context): Caller,
    Path(month): Path<String>,
) -> Result<Response, Refusal> {
    let page = app.preview_report(&context, key::<Month>("edition", &month)?).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, page).into_response())
}

/// Whose report is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    code: String,
}

/// `GET /editions/{month}/reports?code=CODE`: to the report of a provider or a body.
pub(crate) async fn find_report(
    State(app): Application,
    Caller(context): Caller,
    Path(month): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(wanted) = wanted.map_err(|refused| Refusal::query(refused.body_text()))?;
    let edition = app.edition(key::<Month>("edition", &month)?, None).await?;
    let code = wanted.code.trim().to_uppercase();
    if let Ok(code) = OdsCode::new(&code) {
        for folder in ["providers", "bodies"] {
            let path = format!("{folder}/{code}.html");
            if app.edition_file(&edition, &path).await.is_ok() {
                return Ok(go_to(&format!("/editions/{month}/{path}")));
            }
        }
    }
    let told = Told { not_found: Some(code), ..Told::default() };
    Ok((StatusCode::NOT_FOUND, Html(page(&app, &context, &edition, told).await?.render()?)).into_response())
}

/// `GET /editions/{month}/{path}`: a file of a month's latest revision.
pub(crate) async fn file(
    State(app): Application,
    Path((month, path)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let edition = app.edition(key::<Month>("edition", &month)?, None).await?;
    send(&app, &edition, &path).await
}

/// `GET /editions/{month}/revisions/{number}/{path}`: a file of a revision.
pub(crate) async fn file_of_revision(
    State(app): Application,
    Path((month, number, path)): Path<(String, String, String)>,
) -> Result<Response, Refusal> {
    let edition = revision_of(&app, &month, &number).await?;
    send(&app, &edition, &path).await
}

async fn send(app: &App, edition: &Edition, path: &str) -> Result<Response, Refusal> {
    if app.prints() && path.strip_suffix(".pdf").is_some() {
        let bytes = app.printed(edition, path).await?;
        let name = format!("inline; filename=\"{}-{}\"", edition.month, file_name(path));
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
            (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Error::internal)?),
        ];
        return Ok((headers, bytes.to_vec()).into_response());
    }
    let (file, bytes) = app.edition_file(edition, path).await?;
    published(edition, &file, bytes)
}

/// A path as a name that every system takes.
fn file_name(path: &str) -> String {
    path.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect()
}

/// A file as it was published. A page among them may show its own styles, and do nothing else.
fn published(edition: &Edition, file: &EditionFile, bytes: Vec<u8>) -> Result<Response, Refusal> {
    let shown = file.media_type.starts_with("text/html");
    let name = file_name(&file.path);
    let disposition =
        if shown { "inline".into() } else { format!("attachment; filename=\"{}-{name}\"", edition.month) };
    let text = |value: &str| HeaderValue::from_str(value).map_err(Error::internal);
    let headers = [
        (header::CONTENT_TYPE, text(&file.media_type)?),
        (header::CONTENT_DISPOSITION, text(&disposition)?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY)),
        (header::ETAG, text(&format!("\"{}\"", file.sha256))?),
    ];
    Ok((headers, bytes).into_response())
}
