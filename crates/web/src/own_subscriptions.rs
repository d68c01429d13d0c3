//! One's own subscriptions: made, tried, paused, ended; and what was sent.

use crate::{
    answers::go_to,
    build::own_subscriptions::{Typed, address, done, list, one, problems, read},
    fields::Fields,
    forms::Posted,
    handlers::{Application, Page, scene},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context, paging::ListRequest, subscriptions::Wanted};
use onus_domain::{
    Error, Result, Violations,
    merkle::Hash,
    request::RequestKey,
    subscription::{Channel, Subscription},
};
use serde::Deserialize;

/// Messages on a page.
const SENT: i32 = 25;

/// What a page is shown with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    done: String,
    page_token: String,
}

type Asked = Result<Query<Shown>, QueryRejection>;

fn asked(query: Asked) -> Result<Shown, Refusal> {
    query.map(|Query(shown)| shown).map_err(|refused| Refusal::query(refused.body_text()))
}

fn unread(id: &str) -> Error {
    Error::not_found("subscription", format!("subscriptions/{id}"))
}

async fn all(app: &App, context: &Context, typed: &Typed) -> Page {
    let own = app.subscriptions(context, false).await?;
    Ok(Html(list(&scene(app).await?, &own, context.new_id().to_string(), typed).render()?))
}

/// `GET /subscriptions`.
pub(crate) async fn own(State(app): Application, Caller(context): Caller, query: Asked) -> Page {
    let done = done(&asked(query)?.done).to_owned();
    all(&app, &context, &Typed { done, ..Typed::default() }).await
}

/// `POST /subscriptions`.
pub(crate) async fn create(
    State(app): Application,
    Caller(context): Caller,
    Posted(sent): Posted<Fields>,
) -> Result<Response, Refusal> {
    let mut found = Violations::new();
    let wanted = read(&sent, &mut found);
    let dry = !found.is_empty();
    let made = match wanted {
        Some(wanted) => make(&app, &context, &sent, wanted, dry).await.map(Some),
        None => Ok(None),
    };
    let made = match (found.into_result(), made) {
        (Err(Error::Invalid(mut unread)), Err(Error::Invalid(others))) => {
            unread.extend(others);
            Err(Error::Invalid(unread))
        }
        (Err(unread), _) => Err(unread),
        (Ok(()), made) => made,
    };
    match made {
        Ok(Some(made)) if made.channel == Channel::Webhook => {
            // Not a redirect: the secret stands in this one answer, and in no address.
            let typed = Typed { secret: made.secret.clone(), ..Typed::default() };
            Ok(page(&app, &context, &made, "", &typed).await?.into_response())
        }
        Ok(made) => {
            let place = made.map_or_else(|| "/subscriptions".into(), |made| address(&made.id));
            Ok(go_to(&format!("{place}?done=CREATE")))
        }
        Err(error) => {
            let typed = Typed { problems: problems(error)?, fields: sent, ..Typed::default() };
            Ok((StatusCode::BAD_REQUEST, all(&app, &context, &typed).await?).into_response())
        }
    }
}

/// Makes it; the same form sent again makes no other.
async fn make(
    app: &App,
    context: &Context,
    sent: &Fields,
    wanted: Wanted,
    dry: bool,
) -> Result<Subscription> {
    let request = sent.text("request").parse().ok().map(|id| RequestKey {
        account: context.actor.account.clone(),
        id,
        digest: Hash::of_leaf(format!("{wanted:?}").as_bytes()).to_string(),
    });
    let context = Context { request: request.filter(|_| !dry), ..context.clone() };
    Box::pin(app.once(&context, app.create_subscription(&context, wanted, dry))).await
}

async fn page(app: &App, context: &Context, found: &Subscription, token: &str, typed: &Typed) -> Page {
    let request = ListRequest { page_size: SENT, page_token: token.to_owned(), ..ListRequest::default() };
    let sent = app.deliveries(context, found.id, None, &request).await?;
    Ok(Html(one(&scene(app).await?, found, &sent, token, typed).render()?))
}

/// `GET /subscriptions/{id}`.
pub(crate) async fn subscription(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    query: Asked,
) -> Page {
    let shown = asked(query)?;
    let found = app.subscription(&context, id.parse().map_err(|_| unread(&id))?).await?;
    let typed = Typed { done: done(&shown.done).to_owned(), ..Typed::default() };
    page(&app, &context, &found, &shown.page_token, &typed).await
}

/// `POST /subscriptions/{id}`.
pub(crate) async fn change(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    Posted(sent): Posted<Fields>,
) -> Result<Response, Refusal> {
    let key = id.parse().map_err(|_| unread(&id))?;
    let (step, etag) = (sent.text("step"), sent.text("etag"));
    let pause = |paused: bool| move |wanted: Wanted| Ok(Wanted { paused, ..wanted });
    let made: Result<()> = match step {
        "TRY" => app.test_subscription(&context, key, false).await.map(|_| ()),
        "PAUSE" | "RESUME" => {
            let edit = pause(step == "PAUSE");
            Box::pin(app.update_subscription(&context, (key, etag), edit, (false, false))).await.map(|_| ())
        }
        "AGAIN" => app.redeliver(&context, key, sent.text("delivery"), false).await.map(|_| ()),
        "DELETE" => app.delete_subscription(&context, (key, etag), false).await,
        other => Err(Error::not_found("change of a subscription", other)),
    };
    match made {
        Ok(()) if step == "DELETE" => Ok(go_to("/subscriptions?done=DELETE")),
        Ok(()) => Ok(go_to(&format!("{}?done={step}", address(&id)))),
        Err(error) => {
            let typed = Typed { problems: problems(error)?, ..Typed::default() };
            let found = app.subscription(&context, key).await?;
            Ok((StatusCode::BAD_REQUEST, page(&app, &context, &found, "", &typed).await?).into_response())
        }
    }
}
