//! Forms that are sent: only those of a page that this server showed to the same browser are taken.

use crate::{refusal::Refusal, visit::Visit};
use axum::{
    extract::{FromRequest, RawForm, Request},
    http::HeaderMap,
};
use onus_domain::{Error, Violation};
use serde::{Deserialize, de::DeserializeOwned};

/// What a form says, once it is sure that it is one of ours. The template puts `parts::form_token(shell)` in every form that is posted.
pub(crate) struct Posted<T>(pub T);

#[derive(Deserialize)]
struct Token {
    form_token: String,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Posted<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let visit = Visit::current();
        let elsewhere = is_of_another_site(request.headers());
        let form = RawForm::from_request(request, state).await;
        let RawForm(bytes) = form.map_err(|refused| unreadable(refused.body_text()))?;
        let token = serde_urlencoded::from_bytes::<Token>(&bytes).ok().map(|token| token.form_token);
        let ours = visit.expected_form_token().is_some_and(|expected| token.as_deref() == Some(expected));
        if elsewhere || !ours {
            let message = "this form was not sent from a page that this server showed to you, or you were signed out meanwhile: \
                           go back, load the page again, and send it once more";
            return Err(Error::PermissionDenied(message.into()).into());
        }
        serde_urlencoded::from_bytes(&bytes).map(Self).map_err(unreadable)
    }
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
