//! What an ADMIN does: sees what runs, keeps accounts, reads the audit log.

use crate::{
    answers::go_to,
    build::{
        accounts::{self, AccountsQuery, Typed, address, done, problems, read_change, read_days, read_grant},
        admin::admin,
        audit::{self, AuditQuery},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, Page, key, scene},
    parts::Problem,
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use chrono::TimeDelta;
use onus_app::{
    App, Context,
    identity::{NewMachine, NewToken},
};
use onus_domain::{AccountId, Error, Result, Violations, merkle::Hash, request::RequestKey, role::Act};
use serde::Deserialize;

type Asked<T> = Result<Query<T>, QueryRejection>;

fn read<T>(asked: Asked<T>) -> Result<T, Refusal> {
    asked.map(|Query(query)| query).map_err(|refused| Refusal::query(refused.body_text()))
}

/// `GET /admin`.
pub(crate) async fn overview(State(app): Application, Caller(context): Caller) -> Page {
    let found = app.operations(&context).await?;
    let page = admin(&scene(&app).await?, &found, &app.editions().await?, app.audit_keys());
    Ok(Html(page.render()?))
}

/// `GET /admin/accounts`.
pub(crate) async fn list(
    State(app): Application,
    Caller(context): Caller,
    query: Asked<AccountsQuery>,
) -> Page {
    let query = read(query)?;
    let (request, ..) = accounts::asked(&query)?;
    let page = app.list_accounts(&context, &request).await?;
    Ok(Html(accounts::accounts(&scene(&app).await?, &query, &page)?.render()?))
}

/// What was done just now.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    done: String,
}

async fn shown(app: &App, context: &Context, id: &AccountId, typed: Typed) -> Page {
    let account = app.account(context, id).await?;
    let tokens = app.list_tokens(context, id).await?;
    let seen = (context.actor.account.as_str(), context.now, context.new_id().to_string());
    Ok(Html(accounts::account(&scene(app).await?, &account, &tokens, seen, &typed).render()?))
}

/// `GET /admin/accounts/{id}`.
pub(crate) async fn account(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    query: Asked<Shown>,
) -> Page {
    let done = done(&read(query)?.done).to_owned();
    shown(&app, &context, &key("account", &id)?, Typed { done, ..Typed::default() }).await
}

/// `POST /admin/accounts/{id}`: a change of it, a token for it, or the end of a token.
pub(crate) async fn change(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    Posted(sent): Posted<Fields>,
) -> Result<Response, Refusal> {
    let id: AccountId = key("account", &id)?;
    let step = sent.text("step").to_owned();
    let mut typed = Typed::default();
    let outcome = match step.as_str() {
        "UPDATE" => update(&app, &context, &id, &sent).await,
        "REVOKE" => revoke(&app, &context, &id, &sent).await,
        "TOKEN" => match make_token(&app, &context, &id, &sent).await {
            // Not a redirect: the secret stands in this one answer, and in no address.
            Ok(secret) if !secret.is_empty() => {
                typed.secret = secret;
                return Ok(shown(&app, &context, &id, typed).await?.into_response());
            }
            Ok(_) => {
                let text = "This token was made already. It was shown once: if you did not keep it, revoke it and make another";
                typed.problems = vec![Problem { field: String::new(), text: text.into() }];
                Ok(())
            }
            Err(error) => Err(error),
        },
        other => Err(Error::not_found("change of an account", other)),
    };
    match outcome {
        Ok(()) if typed.problems.is_empty() => Ok(go_to(&format!("{}?done={step}", address(&id)))),
        Ok(()) => Ok((StatusCode::CONFLICT, shown(&app, &context, &id, typed).await?).into_response()),
        Err(error) => {
            let typed = Typed { problems: problems(error)?, fields: sent, ..Typed::default() };
            Ok((StatusCode::BAD_REQUEST, shown(&app, &context, &id, typed).await?).into_response())
        }
    }
}

/// What cannot be read of a form, and what the use case says is wrong with the rest: all at once.
fn together(unread: Violations, tried: Result<()>) -> Result<()> {
    let mut all = unread;
    match tried {
        Err(Error::Invalid(others)) => others.into_iter().for_each(|violation| all.push(violation)),
        other if all.is_empty() => return other,
        _ => {}
    }
    all.into_result()
}

async fn update(app: &App, context: &Context, id: &AccountId, sent: &Fields) -> Result<()> {
    let kind = app.account(context, id).await?.kind;
    let mut unread = Violations::new();
    let change = read_change(sent, kind, &mut unread);
    let dry = !unread.is_empty();
    let tried = app.update_account(context, id, change, sent.text("etag"), dry).await;
    together(unread, tried.map(|_| ()))
}

async fn revoke(app: &App, context: &Context, id: &AccountId, sent: &Fields) -> Result<()> {
    let token = sent.text("token");
    let token = token.parse().map_err(|_| Error::not_found("service token", token))?;
    app.revoke_token(context, id, token, false).await.map(|_| ())
}

/// Makes a token and gives its secret; nothing if this very form made one before.
async fn make_token(app: &App, context: &Context, id: &AccountId, sent: &Fields) -> Result<String> {
    let mut unread = Violations::new();
    let days = unread.take(read_days(sent)).unwrap_or(1);
    let label = sent.text("label").to_owned();
    let asked = format!("token\n{id}\n{label}\n{days}");
    // Sent again, as by loading the page again, it makes no other token.
    let request = sent.text("request").parse().ok().map(|id| RequestKey {
        account: context.actor.account.clone(),
        id,
        digest: Hash::of_leaf(asked.as_bytes()).to_string(),
    });
    let context = Context { request, ..context.clone() };
    let new = NewToken { label, expires_at: context.now + TimeDelta::days(days.into()) };
    let dry = !unread.is_empty();
    match Box::pin(app.create_token(&context, id, new, dry)).await {
        Ok((_, secret)) => together(unread, Ok(())).map(|()| secret),
        Err(error) => together(unread, Err(error)).map(|()| String::new()),
    }
}

/// `GET /admin/new-account`.
pub(crate) async fn ask(State(app): Application, Caller(context): Caller) -> Page {
    context.authorise(Act::ManageAccounts, None)?;
    Ok(Html(accounts::new_account(&scene(&app).await?, &Typed::default()).render()?))
}

/// `POST /admin/new-account`.
pub(crate) async fn create(
    State(app): Application,
    Caller(context): Caller,
    Posted(sent): Posted<Fields>,
) -> Result<Response, Refusal> {
    match make(&app, &context, &sent).await {
        Ok(id) => Ok(go_to(&format!("{}?done=CREATE", address(&id)))),
        Err(error) => {
            let typed = Typed { problems: problems(error)?, fields: sent, ..Typed::default() };
            let page = accounts::new_account(&scene(&app).await?, &typed);
            Ok((StatusCode::BAD_REQUEST, Html(page.render()?)).into_response())
        }
    }
}

async fn make(app: &App, context: &Context, sent: &Fields) -> Result<AccountId> {
    let mut unread = Violations::new();
    let id = unread.take(AccountId::new(sent.text("account_id")).map_err(|wrong| wrong.at("account_id")));
    let (granted, certificate) = read_grant(sent, &mut unread);
    let new = NewMachine {
        // Any key does to find out what else is wrong.
        id: id.map_or_else(|| AccountId::new("unread"), Ok)?,
        display_name: sent.text("display_name").to_owned(),
        granted,
        certificate,
    };
    let made = new.id.clone();
    let dry = !unread.is_empty();
    let tried = Box::pin(app.create_machine(context, new, dry)).await;
    together(unread, tried.map(|_| ()))?;
    Ok(made)
}

fn is_admin(context: &Context) -> bool {
    Act::SeeOperations.allowed_to(&context.actor, None)
}

/// `GET /admin/audit`.
pub(crate) async fn log(State(app): Application, Caller(context): Caller, query: Asked<AuditQuery>) -> Page {
    let query = read(query)?;
    let page = app.audit_entries(&context, &audit::asked(&query)?).await?;
    Ok(Html(audit::audit(&scene(&app).await?, &query, &page, is_admin(&context)).render()?))
}

/// `GET /admin/audit/{id}`.
pub(crate) async fn entry(State(app): Application, Caller(context): Caller, Path(id): Path<String>) -> Page {
    let id = id.parse().map_err(|_| Error::not_found("audit entry", &id))?;
    let seen = app.audit_entry(&context, id).await?;
    let proof = match app.audit_inclusion(&context, id, 0).await {
        Ok(found) => Ok(found),
        Err(Error::NotFound { .. }) => {
            Err("No head of this log is signed yet, so there is nothing to prove it against.".into())
        }
        Err(Error::Precondition { .. } | Error::Invalid(_)) => {
            Err("It has no place under a signed head yet. Load this page again in a moment.".into())
        }
        Err(error) => return Err(error.into()),
    };
    let page = audit::entry(
        &scene(&app).await?,
        &seen,
        proof.as_ref().map_err(Clone::clone),
        app.audit_keys(),
        is_admin(&context),
    );
    Ok(Html(page.render()?))
}
