//! Errors as pages. What is internal goes to the log, never to a reader.

use crate::{
    pages::errors::Problem,
    shell::{Area, Shell},
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use onus_domain::{Error, Violation};
use std::any::Any;

/// A request that is refused.
#[derive(Debug)]
pub(crate) struct Refusal(pub Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<askama::Error> for Refusal {
    fn from(error: askama::Error) -> Self {
        Self(Error::internal(error))
    }
}

impl Refusal {
    /// There is no page at an address.
    pub fn no_page(path: &str) -> Self {
        Self(Error::not_found("page", path))
    }

    /// What an address asks for cannot be read.
    pub fn query(reason: impl std::fmt::Display) -> Self {
        let expected = "each filter at most once, with its special characters escaped as in %20";
        Self(Violation::new("query", "QUERY", reason, expected).into())
    }

    fn status(&self) -> StatusCode {
        match &self.0 {
            Error::Invalid(_) => StatusCode::BAD_REQUEST,
            Error::NotFound { .. } => StatusCode::NOT_FOUND,
            Error::AlreadyExists { .. } | Error::Precondition { .. } => StatusCode::CONFLICT,
            Error::StaleEtag { .. } => StatusCode::PRECONDITION_FAILED,
            Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
            Error::PermissionDenied(_) => StatusCode::FORBIDDEN,
            Error::Exhausted(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Error::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match &self.0 {
            Error::Invalid(_) => "That cannot be shown",
            Error::NotFound { .. } => "Page not found",
            Error::Exhausted(_) => "Too much at once",
            Error::Unavailable { .. } => "Sorry, Onus is busy",
            Error::Internal { .. } => "Sorry, there is a problem",
            _ => "That is not possible",
        }
    }

    fn text(&self) -> Vec<String> {
        match &self.0 {
            Error::Invalid(_) => vec!["Something in the address is not as it should be. Nothing was changed.".into()],
            Error::NotFound { .. } => vec![
                format!("{}.", crate::build::claims::first_capital(&self.0.to_string())),
                "If you typed the address, check that it is right. If you followed a link, what it led to may have ended.".into(),
            ],
            Error::Unavailable { public, .. } | Error::Internal { public, .. } => {
                vec![format!("{}.", crate::build::claims::first_capital(public)), "Try again in a moment.".into()]
            }
            _ => vec![self.0.to_string()],
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if let Error::Internal { private, .. } | Error::Unavailable { private, .. } = &self.0 {
            tracing::error!(error = %private, "a page could not be made");
        }
        let violations = if let Error::Invalid(violations) = &self.0 { violations.clone() } else { vec![] };
        // No figure stands on these pages, so they need not say what figures rest on.
        let shell = Shell::new(self.title(), Area::Other, false);
        let page = Problem { shell, text: self.text(), violations };
        match page.render() {
            Ok(page) => (self.status(), Html(page)).into_response(),
            Err(error) => {
                tracing::error!(%error, "the page of an error could not be made");
                (self.status(), format!("{}\n", self.title())).into_response()
            }
        }
    }
}

/// What a reader is told of a page that panicked; the panic itself is in the log.
pub(crate) fn after_panic(_: Box<dyn Any + Send>) -> Response {
    Refusal(Error::internal("a page panicked")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::Request, routing::get};
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    #[tokio::test]
    async fn a_panic_is_a_page_that_says_sorry() {
        async fn broken() -> &'static str {
            panic!("a fault")
        }
        let router = Router::new().route("/", get(broken)).layer(CatchPanicLayer::custom(after_panic));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let page = body(response).await;
        assert!(page.contains("Sorry, there is a problem") && !page.contains("a fault"), "{page}");
    }

    fn refuse(error: Error) -> Response {
        Refusal(error).into_response()
    }

    async fn body(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn internals_never_reach_a_reader() {
        for error in [
            Error::internal("password=hunter2"),
            Error::Unavailable { public: "the store is busy".into(), private: "password=hunter2".into() },
        ] {
            let response = refuse(error);
            assert!(response.status().is_server_error());
            assert!(!body(response).await.contains("hunter2"));
        }
    }

    #[tokio::test]
    async fn a_refusal_names_field_rule_value_and_what_is_right() {
        let violation = Violation::new("page_token", "PAGE_TOKEN", "<b>", "the token of the page before");
        let response = refuse(violation.into());
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        let page = body(response).await;
        for part in ["page_token", "PAGE_TOKEN", "&#60;b&#62;", "the token of the page before"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
}
