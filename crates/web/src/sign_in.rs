//! Signing in and out, and one's own account.

use crate::{
    cookies,
    forms::Posted,
    pages::account::{Account, Fact, SignIn, SignedOut},
    parts::Link,
    refusal::Refusal,
    registrar,
    shell::{Area, Shell},
    visit::{Caller, Visit},
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, DEMO_IDENTITIES};
use onus_domain::{Error, Result, display, role::Role};
use serde::Deserialize;
use std::sync::Arc;

type Application = State<Arc<App>>;

/// How long a browser keeps what it began to sign in with, in seconds.
const KEPT_SECONDS: u32 = 600;

/// An answer that is not kept, with cookies.
fn fresh(body: impl IntoResponse, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let mut response = body.into_response();
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Goes on at an address.
fn go_to(address: &str) -> Result<(StatusCode, [(header::HeaderName, HeaderValue); 1])> {
    let address = HeaderValue::from_str(address).map_err(Error::internal)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]))
}

fn shell(title: &str) -> Shell {
    Shell::new(title, Area::Other, false)
}

/// Where to go on after signing in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct GoOn {
    go_on: String,
}

/// Sends the browser to the issuer; in the demo, offers its identities.
pub(crate) async fn sign_in(
    State(app): Application,
    Query(asked): Query<GoOn>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let visit = Visit::current();
    if !app.can_sign_in() {
        return Err(Refusal::no_page("/sign-in"));
    }
    let secure = visit.secure;
    if app.identity().issuer.is_some() {
        let started = app.start_login(&asked.go_on).await?;
        let kept = cookies::set(cookies::SIGN_IN, &started.kept, Some(KEPT_SECONDS), secure);
        return Ok(fresh(go_to(&started.url)?, [kept]));
    }
    let held = cookies::read(&headers, cookies::BROWSER, secure);
    let secret = held.clone().map_or_else(|| app.browser_secret(), Ok)?;
    let mut shell = shell("Sign in");
    if visit.visitor.is_none() {
        shell.visitor.form_token = app.form_token(&secret);
    }
    let identities = DEMO_IDENTITIES.iter().map(|(name, organisation, role)| {
        let acts = organisation.map(|code| format!(" for {code}")).unwrap_or_default();
        (
            Link::new(
                *name,
                format!("Sign in as the demo's {}", display::words(role.as_str()).to_lowercase()),
            ),
            acts,
        )
    });
    let page = SignIn { shell, go_on: asked.go_on, identities: identities.collect() };
    let browser = held.is_none().then(|| cookies::set(cookies::BROWSER, &secret, None, secure)).flatten();
    Ok(fresh(Html(page.render()?), [browser]))
}

/// Which of the demo's identities to sign in as.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    identity: String,
    #[serde(default)]
    go_on: String,
}

/// Signs in as one of the demo's identities.
pub(crate) async fn sign_in_demo(
    State(app): Application,
    Posted(chosen): Posted<Chosen>,
) -> Result<Response, Refusal> {
    let visit = Visit::current();
    let key = app.sign_in_demo(&chosen.identity, visit.session.as_deref()).await?;
    let session = cookies::set(cookies::SESSION, &key, None, visit.secure);
    Ok(fresh(go_to(app.go_on(&chosen.go_on))?, [session]))
}

/// What the issuer sends the browser back with.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Back {
    state: String,
    code: String,
    error: String,
}

/// Completes a sign-in with the issuer.
pub(crate) async fn callback(
    State(app): Application,
    Query(back): Query<Back>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let visit = Visit::current();
    let secure = visit.secure;
    let kept = cookies::read(&headers, cookies::SIGN_IN, secure);
    let done = cookies::clear(cookies::SIGN_IN, secure);
    let outcome = if back.error.is_empty() {
        app.complete_login(kept.as_deref(), &back.state, &back.code, visit.session.as_deref()).await
    } else {
        // What the issuer says of it is not repeated: anybody can write such an address.
        let refused = app.check_login(kept.as_deref(), &back.state);
        refused.and(Err(Error::Unauthenticated(
            "you were not signed in: the issuer refused, or you went back".into(),
        )))
    };
    match outcome {
        Ok((key, go_on)) => {
            let session = cookies::set(cookies::SESSION, &key, None, secure);
            Ok(fresh(go_to(&go_on)?, [session, done]))
        }
        Err(error) => Ok(fresh(Refusal(error), [done])),
    }
}

/// A form that says nothing but that it was sent.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// Ends the session, and goes on to sign out at the issuer where that can be done.
pub(crate) async fn sign_out(
    State(app): Application,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Refusal> {
    let visit = Visit::current();
    let next = match &visit.session {
        Some(key) => app.sign_out(key).await?,
        None => None,
    };
    let gone = cookies::clear(cookies::SESSION, visit.secure);
    let Some(next) = next else { return Ok(fresh(go_to("/signed-out")?, [gone])) };
    // Not a redirect: the policy of pages lets forms lead nowhere else, not even by way of this server.
    let refresh = HeaderValue::from_str(&format!("0; url={next}")).map_err(Error::internal)?;
    let page = Visit::nobody(&visit)
        .within(|| SignedOut { shell: shell("Signing out"), next: Some(next) }.render())?;
    let mut response = fresh(Html(page), [gone]);
    response.headers_mut().insert(header::REFRESH, refresh);
    Ok(response)
}

/// Says that one is signed out.
pub(crate) async fn signed_out() -> Result<Html<String>, Refusal> {
    Ok(Html(SignedOut { shell: shell("You are signed out"), next: None }.render()?))
}

/// Who one is to this registry.
pub(crate) async fn account(State(app): Application, Caller(context): Caller) -> Result<Response, Refusal> {
    let visit = Visit::current();
    let view = app.view().await?;
    let organisation = context.actor.organisation.as_ref().map(|code| {
        let known = view.snapshot.organisation(code);
        known.map_or_else(|| code.to_string(), |body| format!("{} ({code})", display::name(&body.name)))
    });
    let roles = context.actor.roles.iter().map(|role| Fact::role(*role)).collect();
    let name = visit.visitor.as_ref().map(|visitor| visitor.name.clone());
    let facts = name.map(|name| (name, context.actor.account.clone(), organisation, roles));
    let tasks = registrar::work::tasks(&context.actor);
    let page = Account { shell: shell("Your account"), facts, tasks, can_sign_in: visit.can_sign_in };
    Ok(fresh(Html(page.render()?), []))
}

impl Fact {
    /// What a role is called, and what it lets one do.
    fn role(role: Role) -> Self {
        let lets = match role {
            Role::Public => "Read what is published.",
            Role::ProviderUser => {
                "Answer for your own organisation: obligations, time returns, challenges, feedback."
            }
            Role::Registrar => "Register your own body's collections and submit them.",
            Role::PanelMember => "Review what is submitted.",
            Role::PanelChair => "Review what is submitted, and approve alone in an emergency.",
            Role::Steward => "Keep definitions, and decide on matches.",
            Role::Publisher => "Publish editions, tariffs and plans.",
            Role::Admin => "Keep organisations, accounts and settings, and adopt collections.",
            Role::Service => "Act as a program.",
        };
        Self { name: display::words(role.as_str()), text: lets.into() }
    }
}
