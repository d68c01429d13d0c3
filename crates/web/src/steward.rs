//! What stewards do: see what waits, and decide how two definitions stand to each other.

use crate::{
    build::matching::{
        Typed, WITHDRAWN, address, asked, left_to_right, side_by_side, standard_reason, undecided,
    },
    forms::Posted,
    handlers::{Application, Asked, Page, key, scene, show},
    parts::{Link, Problem},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context, decisions::NewDecision, paging::ListRequest};
use onus_domain::{DefinitionId, Error, Result, relation::Relation, role::Act};
use serde::Deserialize;

/// What the page of a match is shown with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    /// Whether the next match that waits is shown after a decision.
    queue: String,
    /// The pair that was decided just now: both keys, `~` between.
    decided: String,
}

/// A decision as its form sends it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decided {
    relation: String,
    reason: String,
    /// The relation of the button that decides at once, with a reason in standard words.
    at_once: String,
    left_version: Option<u32>,
    right_version: Option<u32>,
    queue: String,
}

impl Decided {
    /// With the answer and the reason that a button stands for.
    fn in_full(mut self) -> Self {
        if let Ok(relation) = self.at_once.parse() {
            self.relation.clone_from(&self.at_once);
            self.reason = standard_reason(relation);
        }
        self
    }
}

type Pair = (DefinitionId, DefinitionId);

fn pair((left, right): (String, String)) -> Result<Pair> {
    Ok((key("definition", &left)?, key("definition", &right)?))
}

/// `GET /matches/{left}/{right}`.
pub(crate) async fn one(
    State(app): Application,
    Caller(context): Caller,
    Path(path): Path<(String, String)>,
    shown: Result<Query<Shown>, axum::extract::rejection::QueryRejection>,
) -> Page {
    let Query(shown) = shown.map_err(|refused| Refusal::query(refused.body_text()))?;
    let pair = pair(path)?;
    let to_stewards = Act::RuleOnDefinitions.allowed_to(&context.actor, None);
    show(&app, move |scene| {
        let just = shown.decided.split_once('~').filter(|_| to_stewards).and_then(|(left, right)| {
            let (left, right) = (left.parse().ok()?, right.parse().ok()?);
            let (relation, _) = scene.view.ruling(&left, &right)?;
            let names = [&left, &right].map(|id| scene.definition(id).text);
            let text = format!("{} and {}: {}", names[0], names[1], left_to_right(relation));
            Some(Link::new(address(&left, &right), text))
        });
        let typed = Typed { queue: shown.queue == "next", done: just, ..Typed::default() };
        side_by_side(scene, (&pair.0, &pair.1), typed, to_stewards)
    })
    .await
}

/// `POST /matches/{left}/{right}`.
pub(crate) async fn decide(
    State(app): Application,
    Caller(context): Caller,
    Path(path): Path<(String, String)>,
    Posted(sent): Posted<Decided>,
) -> Result<Response, Refusal> {
    let sent = sent.in_full();
    let (left, right) = pair(path)?;
    let relation = read_relation(&sent.relation);
    let new = NewDecision {
        left: left.clone(),
        left_version: sent.left_version,
        right: right.clone(),
        right_version: sent.right_version,
        relation: relation.unwrap_or_default(),
        reason: sent.reason.clone(),
    };
    // Without an answer the rest is checked all the same: all that is wrong is said at once.
    let tried = app.decide(&context, new, relation.is_none()).await;
    let mut problems = match tried {
        Err(error) => problems(error)?,
        Ok(_) => vec![],
    };
    if relation.is_none() {
        let text = "Say how the two stand to each other".into();
        problems.insert(0, Problem { field: "relation".into(), text });
    }
    if problems.is_empty() {
        return Ok(go_on(&app, &context, (&left, &right), &sent.queue).await?.into_response());
    }
    let typed = Typed {
        relation: sent.relation,
        reason: sent.reason,
        queue: sent.queue == "next",
        problems,
        done: None,
    };
    let page = show(&app, move |scene| side_by_side(scene, (&left, &right), typed, true)).await?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

/// The relation of a code; `Some(None)` takes the ruling back.
#[expect(clippy::option_option, reason = "no answer, the answer that there is none, or one")]
fn read_relation(code: &str) -> Option<Option<Relation>> {
    if code == WITHDRAWN { Some(None) } else { code.parse().ok().map(Some) }
}

/// What is wrong with a decision, for its form; what is no fault of the form is refused as ever.
fn problems(error: Error) -> Result<Vec<Problem>> {
    match error {
        Error::Invalid(violations) => Ok(violations
            .into_iter()
            .map(|violation| match violation.field.as_str() {
                "reason" => Problem { field: "reason".into(), text: format!("Say {}", violation.expected) },
                "left_version" | "right_version" => Problem {
                    field: String::new(),
                    text: "One of the two was changed while you looked at it: read it again, then decide"
                        .into(),
                },
                field => Problem { field: String::new(), text: format!("{field}: {}", violation.expected) },
            })
            .collect()),
        Error::Precondition { message, .. } => Ok(vec![Problem { field: "relation".into(), text: message }]),
        error => Err(error),
    }
}

/// Where a steward goes on: to the next match that waits, or back to the one that was decided.
async fn go_on(
    app: &App,
    context: &Context,
    (left, right): (&DefinitionId, &DefinitionId),
    queue: &str,
) -> Result<(StatusCode, [(header::HeaderName, String); 1])> {
    let done = format!("decided={left}~{right}");
    let first = ListRequest { page_size: 1, ..ListRequest::default() };
    let place = match queue {
        // Taken back: it waits again.
        "again" => format!("{}?queue=next", address(left, right)),
        "next" => match app.list_undecided(context, &first).await?.rows.first() {
            Some(next) => format!("{}?queue=next&{done}", address(&next.found.left, &next.found.right)),
            None => "/steward/matches".into(),
        },
        _ => format!("{}?{done}", address(left, right)),
    };
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]))
}

/// `GET /steward/matches`.
pub(crate) async fn queue(
    State(app): Application,
    Caller(context): Caller,
    Asked(query): Asked,
) -> Result<Html<String>, Refusal> {
    let (request, carried) = asked(&query)?;
    let page = app.list_undecided(&context, &request).await?;
    let scene = scene(&app).await?;
    Ok(Html(undecided(&scene, &query, &carried, &page).render()?))
}
