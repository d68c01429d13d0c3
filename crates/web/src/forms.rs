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
use onus_app::{App, Context};
use onus_domain::{Error, Violation, request::RequestKey};
use serde::{Deserialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, sync::Arc};
use uuid::Uuid;

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
    let (secret, cookie) = match &visit.browser {
        Some(secret) => (secret.clone(), None),
        None => {
            let secret = app.browser_secret()?;
            let cookie = cookies::set(cookies::BROWSER, &secret, None, visit.secure);
            (secret, cookie)
        }
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

/// The fields of a form, in order; several may have one name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// What a field says; empty if it is not there.
    pub fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// A text of one or more lines, without the blanks around it and with plain line ends.
    pub fn text(&self, name: &str) -> String {
        self.one(name).trim().replace("\r\n", "\n")
    }

    /// What all fields of a name say.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The fields themselves.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The context of what the form asks for: sent twice, it is done once.
    pub fn once(&self, context: &Context) -> Result<Context, Error> {
        let id = self.one(REQUEST_ID);
        let expected = "the key that the form was shown with: load its page again";
        let id: Uuid = id.parse().map_err(|_| Violation::new(REQUEST_ID, "UUID", id, expected))?;
        let mut digest = Sha256::new();
        for (name, value) in self.iter().filter(|(name, _)| *name != "form_token") {
            digest.update(format!("{}:{name}{}:{value}", name.len(), value.len()));
        }
        let digest = digest.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let request = RequestKey { account: context.actor.account.clone(), id, digest };
        Ok(Context { request: Some(request), ..context.clone() })
    }
}

/// The field of a form that says which request it is.
const REQUEST_ID: &str = "request_id";

fn unreadable(reason: impl std::fmt::Display) -> Refusal {
    let expected = "a form as its page sends it, each field at most once";
    Refusal(Violation::new("form", "FORM", reason, expected).into())
}

/// Whether a browser says that another site's page sent this.
fn is_of_another_site(headers: &HeaderMap) -> bool {
    let from = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    from.is_some_and(|from| !matches!(from, "same-origin" | "none"))
}
