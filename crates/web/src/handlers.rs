//! Requests to pages: read the address, take the registry as it is, build, render.

use crate::{
    build::{
        self, Scene,
        change::{self, Months},
        provider::Published,
        query::ListQuery,
    },
    pages::texts::{About, Accessibility, Defaults},
    refusal::Refusal,
    shell::{Area, Shell},
    visit::Visit,
};
use askama::Template;
use axum::{
    extract::{FromRequestParts, Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, Uri, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use onus_app::App;
use onus_domain::{CollectionId, DefinitionId, Error, OdsCode, Result, display};
use serde::Deserialize;
use std::sync::Arc;

pub(crate) type Page = Result<Html<String>, Refusal>;
pub(crate) type Application = State<Arc<App>>;

/// A list's address. What cannot be read of it is refused with a page.
pub(crate) struct Asked(pub ListQuery);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(query)| Self(query)).map_err(|refused| Refusal::query(refused.body_text()))
    }
}

pub(crate) async fn scene(app: &App) -> Result<Scene> {
    Ok(Scene {
        view: app.view().await?,
        today: app.clock().today(),
        month: app.last_month(),
        base_month: app.settings().base_month,
        sample: app.settings().sample,
    })
}

/// Builds and renders a page. Figures may have to be computed first, so it is done apart from the threads that serve.
pub(crate) async fn show<T: Template>(
    app: &App,
    build: impl FnOnce(&Scene) -> Result<T> + Send + 'static,
) -> Page {
    let (scene, visit) = (scene(app).await?, Visit::current());
    // What it logs stands under the request.
    let span = tracing::Span::current();
    let made = tokio::task::spawn_blocking(move || -> Result<String, Refusal> {
        span.in_scope(|| visit.within(|| Ok(build(&scene)?.render()?)))
    });
    Ok(Html(made.await.map_err(Error::internal)??))
}

/// A key in an address: what cannot be one names nothing.
pub(crate) fn key<T: TryFrom<String>>(kind: &'static str, value: &str) -> Result<T> {
    T::try_from(value.to_owned()).map_err(|_| Error::not_found(kind, value))
}

pub(crate) async fn home(State(app): Application) -> Page {
    show(&app, |scene| Ok(build::home::home(scene))).await
}

pub(crate) async fn search(State(app): Application, Asked(query): Asked) -> Page {
    show(&app, move |scene| build::search::search(scene, &query)).await
}

pub(crate) async fn collections(State(app): Application, Asked(query): Asked) -> Page {
    show(&app, move |scene| build::collections::collections(scene, &query)).await
}

pub(crate) async fn collection(State(app): Application, Path(id): Path<String>, Asked(query): Asked) -> Page {
    let id: CollectionId = key("collection", &id)?;
    show(&app, move |scene| build::collection::collection(scene, &id, &query.section)).await
}

pub(crate) async fn version(
    State(app): Application,
    Path((id, number)): Path<(String, String)>,
    Asked(query): Asked,
) -> Page {
    let id: CollectionId = key("collection", &id)?;
    let number: u32 = number.parse().map_err(|_| Error::not_found("version", &number))?;
    show(&app, move |scene| build::collection::version(scene, &id, number, &query.section)).await
}

pub(crate) async fn overlaps(State(app): Application, Asked(query): Asked) -> Page {
    show(&app, move |scene| build::overlaps::overlaps(scene, &query)).await
}

pub(crate) async fn overlap(State(app): Application, Path((left, right)): Path<(String, String)>) -> Page {
    let (left, right): (CollectionId, CollectionId) = (key("collection", &left)?, key("collection", &right)?);
    show(&app, move |scene| build::overlaps::overlap(scene, &left, &right)).await
}

pub(crate) async fn definitions(State(app): Application, Asked(query): Asked) -> Page {
    show(&app, move |scene| build::definitions::definitions(scene, &query)).await
}

pub(crate) async fn definition(State(app): Application, Path(id): Path<String>) -> Page {
    let id: DefinitionId = key("definition", &id)?;
    show(&app, move |scene| build::definition::definition(scene, &id)).await
}

/// The month that was published last.
async fn published(app: &App) -> Result<Option<Published>> {
    let latest = app.latest_edition().await?;
    Ok(latest.map(|edition| Published { month: edition.month, prints: app.prints() }))
}

/// In which order bodies are shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ordered {
    order: String,
}

pub(crate) async fn bodies(State(app): Application, asked: Result<Query<Ordered>, QueryRejection>) -> Page {
    let Query(asked) = asked.map_err(|refused| Refusal::query(refused.body_text()))?;
    let published = published(&app).await?;
    show(&app, move |scene| build::bodies::bodies(scene, &asked.order, published.as_ref())).await
}

pub(crate) async fn body(State(app): Application, Path(code): Path<String>) -> Page {
    let code: OdsCode = key("body", &code)?;
    let published = published(&app).await?;
    show(&app, move |scene| build::bodies::body(scene, &code, published.as_ref())).await
}

pub(crate) async fn providers(State(app): Application, Asked(query): Asked) -> Page {
    show(&app, move |scene| build::providers::providers(scene, &query)).await
}

pub(crate) async fn provider(State(app): Application, Path(code): Path<String>, Asked(query): Asked) -> Page {
    let code: OdsCode = key("provider", &code)?;
    let published = published(&app).await?;
    show(&app, move |scene| match build::provider::provider(scene, &code, &query, published.as_ref()) {
        // A code of a body that asks names no provider.
        Err(Error::Invalid(violations)) if violations.iter().any(|one| one.field == "provider") => {
            Err(Error::not_found("provider", &code))
        }
        made => made,
    })
    .await
}

type AskedMonths = Result<Query<Months>, QueryRejection>;

fn months(asked: AskedMonths) -> Result<Months, Refusal> {
    asked.map(|Query(months)| months).map_err(|refused| Refusal::query(refused.body_text()))
}

pub(crate) async fn change(State(app): Application, asked: AskedMonths) -> Page {
    let months = months(asked)?;
    show(&app, move |scene| change::change(scene, &change::Asked::read(scene, None, &months)?)).await
}

pub(crate) async fn provider_change(
    State(app): Application,
    Path(code): Path<String>,
    asked: AskedMonths,
) -> Page {
    let (code, months): (OdsCode, _) = (key("provider", &code)?, months(asked)?);
    show(&app, move |scene| change::change(scene, &change::Asked::read(scene, Some(code), &months)?)).await
}

/// A file that is made of the registry as it is.
async fn file(
    app: &App,
    (media_type, name): (&'static str, String),
    make: impl FnOnce(&Scene) -> Result<String> + Send + 'static,
) -> Result<Response, Refusal> {
    let scene = scene(app).await?;
    let span = tracing::Span::current();
    let made = tokio::task::spawn_blocking(move || span.in_scope(|| make(&scene)));
    let text = made.await.map_err(Error::internal)??;
    let disposition =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, text).into_response())
}

const CSV: &str = "text/csv; charset=utf-8; header=present";

pub(crate) async fn change_file(State(app): Application, asked: AskedMonths) -> Result<Response, Refusal> {
    let months = months(asked)?;
    let make = move |scene: &Scene| change::file(scene, &change::Asked::read(scene, None, &months)?);
    file(&app, (CSV, "change.csv".into()), make).await
}

pub(crate) async fn provider_change_file(
    State(app): Application,
    Path(code): Path<String>,
    asked: AskedMonths,
) -> Result<Response, Refusal> {
    let (code, months): (OdsCode, _) = (key("provider", &code)?, months(asked)?);
    let name = format!("change-{code}.csv");
    let make = move |scene: &Scene| change::file(scene, &change::Asked::read(scene, Some(code), &months)?);
    file(&app, (CSV, name), make).await
}

pub(crate) async fn provider_calendar(
    State(app): Application,
    Path(code): Path<String>,
) -> Result<Response, Refusal> {
    let code: OdsCode = key("provider", &code)?;
    let name = format!("due-{code}.ics");
    let make = move |scene: &Scene| build::calendar::calendar(scene, &code);
    file(&app, ("text/calendar; charset=utf-8", name), make).await
}

/// What is to be looked up.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct LookUpQuery {
    reference: String,
}

pub(crate) async fn look_up(
    State(app): Application,
    query: Result<Query<LookUpQuery>, QueryRejection>,
) -> Result<(StatusCode, Html<String>), Refusal> {
    let Query(query) = query.map_err(|refused| Refusal::query(refused.body_text()))?;
    let page = build::look_up::look_up(&scene(&app).await?, &display::beginning(&query.reference, 80))?;
    let status = if page.error().is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok((status, Html(page.render()?)))
}

pub(crate) async fn about(State(app): Application) -> Page {
    show(&app, |scene| {
        let shell = scene.shell("How the figures are made", Area::Other);
        Ok(About { shell, base_month: scene.base_month.in_words() })
    })
    .await
}

pub(crate) async fn defaults(State(app): Application) -> Page {
    show(&app, |scene| {
        let shell = scene.shell("What stands in for a statement", Area::Other);
        let rows = onus_burden::default_statements().into_iter().flat_map(|of| {
            let frequency = display::words(of.frequency.as_str());
            of.lines.into_iter().map(move |line| (frequency.clone(), build::collection::cost_line(&line)))
        });
        Ok(Defaults { shell: shell.under("/about", "How the figures are made"), rows: rows.collect() })
    })
    .await
}

pub(crate) async fn accessibility() -> Page {
    let page = Accessibility { shell: Shell::new("Accessibility statement", Area::Other, false) };
    Ok(Html(page.render()?))
}

/// Whether the process serves at all.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

pub(crate) async fn no_page(uri: Uri) -> Refusal {
    Refusal::no_page(uri.path())
}
