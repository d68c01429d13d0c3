//! Readers that ask for pages too often are told when they may ask again.

use crate::refusal::Refusal;
use axum::{
    extract::Request,
    http::{HeaderValue, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};
use onus_app::rate::{Throttle, TooOften};
use onus_domain::Error;

/// Whoever asks how the server is must learn it also when others ask too much.
const ALWAYS: &str = "/healthz";

/// Counts a request where the server that takes requests from the network says so by a [`Throttle`] among its extensions.
pub(crate) async fn admit(request: Request, next: Next) -> Response {
    let throttle = request.extensions().get::<Throttle>().filter(|_| request.uri().path() != ALWAYS);
    match throttle.map_or(Ok(()), |throttle| throttle.arrive(false)) {
        Ok(()) => next.run(request).await,
        Err(wait) => refuse(wait),
    }
}

fn refuse(wait: TooOften) -> Response {
    let seconds = wait.seconds();
    let plural = if seconds == 1 { "" } else { "s" };
    let said = format!("Too many requests came from where you are: try again in {seconds} second{plural}.");
    let mut response = Refusal(Error::Exhausted(said)).into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use onus_app::rate::{Limiter, Rates};
    use std::sync::Arc;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn who_asks_too_often_is_told_when_to_come_back() {
        let limiter = Arc::new(Limiter::new(Rates { account: 1, address: 1, refused: 1 }));
        let router = Router::new()
            .route("/", get(|| async { "a page" }))
            .route("/healthz", get(|| async { "ok" }))
            .layer(middleware::from_fn(admit));
        let ask = |path: &str| {
            let mut request = Request::builder().uri(path).body(Body::empty()).unwrap();
            request.extensions_mut().insert(Throttle::new(Arc::clone(&limiter), [127, 0, 0, 1].into()));
            router.clone().oneshot(request)
        };
        for _ in 0..10 {
            assert_eq!(ask("/").await.unwrap().status(), StatusCode::OK);
        }
        let refused = ask("/").await.unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[RETRY_AFTER], "1");
        let page = axum::body::to_bytes(refused.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains("try again in 1 second."));
        assert_eq!(ask("/healthz").await.unwrap().status(), StatusCode::OK);
    }
}
