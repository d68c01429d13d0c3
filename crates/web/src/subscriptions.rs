//! Where the links of e-mails lead. Opening one shows a page with a button; pressing it, or one request of a mail program (RFC 8058), does
//! it. Whoever has the link has what it is for: no other identity is asked.

use crate::{
    pages::subscriptions::{Step, Subscription},
    refusal::Refusal,
    shell::{Area, Shell},
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::Html,
};
use onus_app::App;
use onus_domain::{Error, Result, role::Actor};
use serde::Deserialize;
use std::sync::Arc;

type Page = Result<Html<String>, Refusal>;
type Application = State<Arc<App>>;

/// What a link carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Link {
    token: String,
}

type Asked = Result<Query<Link>, axum::extract::rejection::QueryRejection>;
type Sent = Result<Form<Link>, axum::extract::rejection::FormRejection>;

fn page(app: &App, step: Step, token: &str) -> Page {
    let title = match step {
        Step::Confirm => "May Onus write to you?",
        Step::Confirmed => "Your e-mail address is confirmed",
        Step::End => "Stop these messages?",
        Step::Ended => "You will get no more of these messages",
    };
    let shell = Shell::new(title, Area::Other, app.settings().sample);
    Ok(Html(Subscription { shell, step, token: token.to_owned() }.render()?))
}

fn given(link: Link) -> Result<String, Refusal> {
    if link.token.is_empty() || link.token.len() > 200 {
        return Err(Error::not_found("subscription", "of this link: it was not copied whole").into());
    }
    Ok(link.token)
}

fn read(asked: Asked) -> Result<String, Refusal> {
    given(asked.map_err(|refused| Refusal::query(refused.body_text()))?.0)
}

/// `GET /subscriptions/confirm`.
pub(crate) async fn ask_to_confirm(State(app): Application, asked: Asked) -> Page {
    page(&app, Step::Confirm, &read(asked)?)
}

/// `POST /subscriptions/confirm`.
pub(crate) async fn confirm(State(app): Application, sent: Sent) -> Page {
    let Form(link) = sent.map_err(|refused| Refusal::query(refused.body_text()))?;
    app.confirm_subscription(&app.context(Actor::public()), &given(link)?, false).await?;
    page(&app, Step::Confirmed, "")
}

/// `GET /subscriptions/unsubscribe`.
pub(crate) async fn ask_to_end(State(app): Application, asked: Asked) -> Page {
    page(&app, Step::End, &read(asked)?)
}

/// `POST /subscriptions/unsubscribe`.
pub(crate) async fn end(State(app): Application, asked: Asked) -> Page {
    app.unsubscribe(&app.context(Actor::public()), &read(asked)?).await?;
    page(&app, Step::Ended, "")
}
