//! What the panel does: sees what waits, and decides on it.

use crate::{
    build::{
        panel::{self, QueueQuery, address, read_ticked},
        panel_forms::{COMMENT, Typed, done, problems, put_in_order, read},
        panel_version::{Found, review},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, Page, key, scene, show},
    pages::panel::Outcome,
    parts::Problem,
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context, moves::MoveRequest, paging::ListRequest, panel::NewComment};
use onus_domain::{CollectionId, Error, Result, Violation, lifecycle::Move, review::CommentAudience};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Requests that can be ticked at once: those of one page.
const MOST_TICKED: usize = 50;

type AskedQueue = Result<Query<QueueQuery>, QueryRejection>;

async fn shown(app: &App, context: &Context, query: AskedQueue, outcome: Option<Outcome>) -> Page {
    let Query(query) = query.map_err(|refused| Refusal::query(refused.body_text()))?;
    let (request, ..) = panel::asked(&query)?;
    let page = app.list_queue(context, &request).await?;
    let all = ListRequest { page_size: 1_000, ..ListRequest::default() };
    let all = app.list_queue(context, &all).await?;
    let owners: BTreeSet<_> = all.rows.into_iter().map(|row| row.collection.owner).collect();
    let scene = scene(app).await?;
    Ok(Html(panel::queue(&scene, &query, &owners, &page, outcome)?.render()?))
}

/// `GET /panel`.
pub(crate) async fn queue(State(app): Application, Caller(context): Caller, query: AskedQueue) -> Page {
    shown(&app, &context, query, None).await
}

/// `POST /panel`: the same move for all that are ticked, each by itself.
pub(crate) async fn decide_ticked(
    State(app): Application,
    Caller(context): Caller,
    query: AskedQueue,
    Posted(sent): Posted<Fields>,
) -> Page {
    let step = match sent.text("step") {
        "START_REVIEW" => Move::StartReview,
        "APPROVE" => Move::Approve,
        other => return Err(Error::not_found("move of several requests", other).into()),
    };
    let ticked = sent.all("ticked").map(read_ticked).collect::<Result<Vec<_>>>()?;
    if ticked.len() > MOST_TICKED {
        let expected = format!("at most {MOST_TICKED} requests at once");
        return Err(Refusal(Violation::new("ticked", "COUNT", ticked.len(), expected).into()));
    }
    let titles =
        app.list_queue(&context, &ListRequest { page_size: 1_000, ..ListRequest::default() }).await?;
    let mut all = vec![];
    for one in ticked {
        let waiting = titles.rows.iter().find(|row| row.collection.id == one.collection);
        let title = waiting.map(|row| row.title.clone()).unwrap_or_default();
        let made = Box::pin(app.move_ticked(&context, step, &one)).await;
        if let Err(error @ (Error::Internal { .. } | Error::Unavailable { .. })) = made {
            return Err(error.into());
        }
        all.push((one, title, made));
    }
    let outcome = panel::outcome(&scene(&app).await?, step, all);
    shown(&app, &context, query, Some(outcome)).await
}

/// What a version's page is shown with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    /// The section of its items to show.
    section: String,
    /// What was done just now.
    done: String,
}

type Place = (CollectionId, u32);

fn place((id, number): (String, String)) -> Result<Place> {
    let number = number.parse().map_err(|_| Error::not_found("version", &number))?;
    Ok((key("collection", &id)?, number))
}

/// What is not there is nothing; every other refusal stays one.
fn if_there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound { .. } | Error::Invalid(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A version and all that belongs to it, for its owner and the panel.
async fn find(app: &App, context: &Context, (id, number): &Place) -> Result<Found> {
    let number = *number;
    let all = ListRequest { page_size: 1_000, ..ListRequest::default() };
    // First: it refuses those who may not read what is not published.
    let rulings = app.list_reviews(context, id, number, &all).await?.rows;
    let (collection, versions) = app.collection(context, id).await?;
    let count = versions.len();
    let version = versions.into_iter().find(|version| version.number == number);
    let version =
        version.ok_or_else(|| Error::not_found("version", format!("collections/{id}/versions/{number}")))?;
    let compared = if_there(app.compare_versions(context, id, None, number).await)?;
    let renewal = match version.renews {
        Some(_) => Some(app.renewal(context, id, number).await?.1),
        None => None,
    };
    let mut consultations = vec![];
    let own = ListRequest { filter: format!("collection = \"{id}\" AND version = {number}"), ..all.clone() };
    for row in app.list_consultations(context, &own).await?.rows {
        consultations.push(app.consultation(context, row.consultation.id).await?);
    }
    Ok(Found {
        report: if_there(app.duplicate_report(context, id, number).await)?,
        compared: compared.map(|(base, _, diff)| (base, diff)),
        renewal,
        consultations,
        comments: app.list_comments(context, id, number, &all).await?.rows,
        rulings,
        versions: count,
        collection,
        version,
    })
}

async fn page(app: &App, context: &Context, found: Found, typed: Typed, section: String) -> Page {
    let actor = context.actor.clone();
    show(app, move |scene| review(scene, &found, &actor, &typed, &section)).await
}

/// `GET /panel/{id}/{number}`.
pub(crate) async fn version(
    State(app): Application,
    Caller(context): Caller,
    Path(path): Path<(String, String)>,
    shown: Result<Query<Shown>, QueryRejection>,
) -> Page {
    let Query(shown) = shown.map_err(|refused| Refusal::query(refused.body_text()))?;
    let found = find(&app, &context, &place(path)?).await?;
    let typed = Typed { done: done(&shown.done, &found.version), ..Typed::default() };
    page(&app, &context, found, typed, shown.section).await
}

/// `POST /panel/{id}/{number}`: a move, or a comment.
pub(crate) async fn decide(
    State(app): Application,
    Caller(context): Caller,
    Path(path): Path<(String, String)>,
    Posted(sent): Posted<Fields>,
) -> Result<Response, Refusal> {
    let place = place(path)?;
    let (mut problems, word) = if sent.text("step") == COMMENT {
        (comment(&app, &context, &place, &sent).await?, COMMENT)
    } else {
        make(&app, &context, &place, &sent).await?
    };
    if problems.is_empty() {
        let to = format!("{}?done={word}", address(&place.0, place.1));
        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response());
    }
    put_in_order(&mut problems);
    let found = find(&app, &context, &place).await?;
    let typed = Typed { fields: sent, problems, done: String::new() };
    let page = page(&app, &context, found, typed, String::new()).await?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

/// Makes the move that was sent, unless something is wrong with it; all of it is said at once.
async fn make(
    app: &App,
    context: &Context,
    (id, number): &Place,
    sent: &Fields,
) -> Result<(Vec<Problem>, &'static str)> {
    let asked = read(sent);
    let mut wrong = asked.problems;
    let Some(step) = asked.step else { return Ok((wrong, "")) };
    let request = MoveRequest {
        etag: sent.text("etag").into(),
        reason: sent.text("reason").into(),
        expires_on: asked.expires_on,
        conditions: if step.is_approval() { sent.lines("conditions") } else { vec![] },
        live_from: None,
        validate_only: !wrong.is_empty(),
    };
    if let Err(error) = Box::pin(app.make_move(context, step, id, *number, &request)).await {
        let (collection, version) = app.version(context, id, *number).await?;
        let four_eyes = step.is_approval() && step.allowed_to(&context.actor, &collection.owner);
        wrong.extend(problems(error, &version, four_eyes)?);
    }
    Ok((wrong, step.as_str()))
}

/// Adds the comment that was sent, unless something is wrong with it.
async fn comment(app: &App, context: &Context, (id, number): &Place, sent: &Fields) -> Result<Vec<Problem>> {
    let (_, version) = app.version(context, id, *number).await?;
    let mut wrong = vec![];
    let position = sent.number("position", "a number").or_else(|violation| {
        wrong.extend(problems(violation.into(), &version, false)?);
        Ok::<_, Error>(None)
    })?;
    let audience = match sent.text("audience") {
        "PANEL" => CommentAudience::Panel,
        _ => CommentAudience::OwnerAndPanel,
    };
    let new = NewComment { position, audience, text: sent.text("text").into() };
    let validate_only = !wrong.is_empty();
    if let Err(error) = app.add_comment(context, (id, *number), new, validate_only).await {
        wrong.extend(problems(error, &version, false)?);
    }
    Ok(wrong)
}
