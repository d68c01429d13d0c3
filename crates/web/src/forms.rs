//! Forms that are sent: only those of a page that this server showed to the same browser are taken.

use crate::{
    cookies,
    pages::errors::SignedOutMeanwhile,
    refusal::Refusal,
    shell::{Area, Shell},
    visit::Visit,
};
use askama::Template;
use axum::{
    extract::{FromRequest, RawForm, Request},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::App;
use onus_domain::{Error, Violation};
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::Arc;

/// What a form says, once it is sure that it is one of ours. The template puts `parts::form_token(shell)` in every form that is posted.
pub(crate) struct Posted<T>(pub T);

#[derive(Deserialize)]
struct Token {
    form_token: String,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let visit = Visit::current();
        let elsewhere = is_of_another_site(request.headers());
        let form = RawForm::from_request(request, app).await;
        let RawForm(bytes) = form.map_err(|refused| unreadable(refused.body_text()).into_response())?;
        let token = serde_urlencoded::from_bytes::<Token>(&bytes).ok().map(|token| token.form_token);
        let ours = token.as_deref().is_some_and(|token| visit.takes_form_token(token));
        if elsewhere || !ours {
            if !elsewhere && visit.was_signed_out(token.as_deref()) {
                return Err(kept(app, &visit, &bytes).unwrap_or_else(IntoResponse::into_response));
            }
            let message = "this form was not sent from a page that this server showed to you, or you were signed out meanwhile: \
                           go back, load the page again, and send it once more";
            return Err(Refusal(Error::PermissionDenied(message.into())).into_response());
        }
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(|error| unreadable(error).into_response())
    }
}

/// A form of somebody whose session ended while they wrote: nothing is done, and the answer holds all of it, to be sent again once they have
/// signed in. It carries the token of the browser, which outlives the session.
fn kept(app: &App, visit: &Visit, bytes: &[u8]) -> Result<Response, Refusal> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(unreadable)?;
    let (secret, cookie) = if let Some(secret) = &visit.browser {
        (secret.clone(), None)
    } else {
        let secret = app.browser_secret()?;
        let cookie = cookies::set(cookies::BROWSER, &secret, None, visit.secure);
        (secret, cookie)
    };
    let mut shell = Shell::new("You were signed out", Area::Other, false);
    shell.visitor.form_token = app.form_token(&secret);
    let page = SignedOutMeanwhile {
        shell,
        action: visit.address.clone(),
        fields: fields.into_iter().filter(|(name, _)| name != "form_token").collect(),
    };
    let mut response = (StatusCode::UNAUTHORIZED, Html(page.render()?)).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

fn unreadable(reason: impl std::fmt::Display) -> Refusal {
    let expected = "a form as its page sends it, each field at most once";
    Refusal(Violation::new("form", "FORM", reason, expected).into())
}

/// Whether a browser says that another site's page sent this.
fn is_of_another_site(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    from.is_some_and(|from| !matches!(from, "same-origin" | "none"))
}
