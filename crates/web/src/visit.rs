//! Who looks at a page: found by the browser's session before the page is made, and known to whatever makes it.

use crate::{cookies, refusal::Refusal};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use onus_app::{App, Context, identity::Visitor};
use onus_domain::role::Actor;
use std::{convert::Infallible, future::Future, sync::Arc};

tokio::task_local! {
    /// The visit that is being answered. Every page's surroundings say who is signed in, those of refusals too, which know no request.
    static VISIT: Arc<Visit>;
}

/// A request for a page, and by whom.
#[derive(Debug, Default)]
pub(crate) struct Visit {
    /// Who is signed in.
    pub visitor: Option<Visitor>,
    /// The session's key.
    pub session: Option<String>,
    /// The secret of the browser, from before it signed in.
    pub browser: Option<String>,
    /// What forms carry of a browser that has not signed in.
    pub form_token: Option<String>,
    /// Whether anybody can sign in here.
    pub can_sign_in: bool,
    /// What is looked at: where to go on after signing in.
    pub address: String,
    /// Whether browsers come by https.
    pub secure: bool,
}

impl Visit {
    /// The visit that is being answered; outside of any, one by nobody.
    pub fn current() -> Arc<Self> {
        VISIT.try_with(Arc::clone).unwrap_or_default()
    }

    /// Runs `work`, on whatever thread, as a part of this visit.
    pub fn within<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        VISIT.sync_scope(Arc::clone(self), work)
    }

    /// The same, seen by nobody: after signing out.
    pub fn nobody(visit: &Self) -> Arc<Self> {
        let (can_sign_in, secure) = (visit.can_sign_in, visit.secure);
        Arc::new(Self { can_sign_in, secure, address: "/".into(), ..Self::default() })
    }

    async fn answering<T>(self: &Arc<Self>, work: impl Future<Output = T>) -> T {
        VISIT.scope(Arc::clone(self), work).await
    }

    /// Who acts.
    pub fn actor(&self) -> Actor {
        self.visitor.as_ref().map_or_else(Actor::public, |visitor| visitor.actor.clone())
    }

    /// What the forms of this browser's pages carry.
    pub fn expected_form_token(&self) -> Option<&str> {
        self.visitor.as_ref().map(|visitor| visitor.form_token.as_str()).or(self.form_token.as_deref())
    }

    /// Whether a form with `token` is of this browser: of its session, or of the browser itself, which holds a form across signing in.
    pub fn takes_form_token(&self, token: &str) -> bool {
        self.expected_form_token() == Some(token) || self.form_token.as_deref() == Some(token)
    }

    /// Whether a form with `token` is of a page that was shown to somebody who was signed in then, and is not now.
    pub fn was_signed_out(&self, token: Option<&str>) -> bool {
        let for_anybody = ["/sign", "/subscriptions/", "/asked"];
        self.visitor.is_none()
            && self.can_sign_in
            && token.is_some_and(|token| !token.is_empty())
            && !for_anybody.iter().any(|start| self.address.starts_with(start))
    }
}

/// Finds out whose session a request belongs to.
async fn find(app: &App, headers: &HeaderMap, address: String) -> Result<Visit, Refusal> {
    let secure = app.identity().secure;
    let session = cookies::read(headers, cookies::SESSION, secure);
    let visitor = match &session {
        Some(key) => app.visitor(key).await?,
        None => None,
    };
    let browser = cookies::read(headers, cookies::BROWSER, secure);
    Ok(Visit {
        session: session.filter(|_| visitor.is_some()),
        visitor,
        form_token: browser.as_deref().map(|secret| app.form_token(secret)),
        browser,
        can_sign_in: app.can_sign_in(),
        address,
        secure,
    })
}

/// Answers a request as a visit. What only a signed-in browser may see is kept by nobody.
pub(crate) async fn answer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/assets/") || path == "/healthz" {
        return next.run(request).await;
    }
    let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let visit = match find(&app, request.headers(), address).await {
        Ok(visit) => Arc::new(visit),
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = visit.answering(next.run(request)).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("cookie"));
    if visit.visitor.is_some() {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Who asks, and when: what a handler gives to use cases.
pub(crate) struct Caller(pub Context);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, app: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Self(app.context(Visit::current().actor())))
    }
}
