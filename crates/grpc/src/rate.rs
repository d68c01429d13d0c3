//! Callers that call too often are told when they may call again. Counted where the server that takes requests from the network says so
//! by a [`Throttle`] among a request's extensions.

use crate::status::too_often;
use http::{Extensions, HeaderMap, Request, Response, header::AUTHORIZATION};
use onus_app::rate::{Throttle, TooOften};
use onus_domain::role::Actor;
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};
use tonic::{Code, Status};
use tower::{Layer, Service};

/// Whoever asks how the server is must learn it also when others ask too much.
const ALWAYS: &str = "/grpc.health.v1.Health/";

/// Where in a call's way it is counted.
#[derive(Debug, Clone, Copy)]
enum Stage {
    /// Before it is known who calls.
    Arrival,
    /// When it is known.
    Identified,
}

/// Counts calls and refuses those that come too often.
#[derive(Debug, Clone, Copy)]
pub struct RateLayer(Stage);

impl RateLayer {
    /// Stands before whatever finds out who calls.
    pub fn arrival() -> Self {
        Self(Stage::Arrival)
    }

    /// Stands behind it: an [`Actor`] is among a call's extensions.
    pub fn identified() -> Self {
        Self(Stage::Identified)
    }
}

impl<S> Layer<S> for RateLayer {
    type Service = RateService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RateService { inner, stage: self.0 }
    }
}

/// What [`RateLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct RateService<S> {
    inner: S,
    stage: Stage,
}

impl<S, B, C> Service<Request<B>> for RateService<S>
where
    S: Service<Request<B>, Response = Response<C>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    C: Default + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let has_credentials = request.headers().contains_key(AUTHORIZATION);
        let throttle = request.extensions().get::<Throttle>();
        let Some(throttle) = throttle.filter(|_| !request.uri().path().starts_with(ALWAYS)) else {
            return Box::pin(self.inner.call(request));
        };
        let admitted = match self.stage {
            Stage::Arrival => throttle.arrive(has_credentials),
            Stage::Identified if has_credentials => throttle.identified(account(request.extensions())),
            Stage::Identified => Ok(()),
        };
        if let Err(TooOften(wait)) = admitted {
            return Box::pin(std::future::ready(Ok(too_often(wait).into_http())));
        }
        let watched = has_credentials.then(|| throttle.clone());
        let call = self.inner.call(request);
        match (self.stage, watched) {
            (Stage::Arrival, Some(throttle)) => Box::pin(async move {
                let answer = call.await?;
                if is_unauthenticated(answer.headers()) {
                    throttle.nobody();
                }
                Ok(answer)
            }),
            _ => Box::pin(call),
        }
    }
}

/// The account that calls, if any.
fn account(extensions: &Extensions) -> Option<&str> {
    extensions.get::<Actor>().filter(|actor| actor.is_known()).map(|actor| actor.account.as_str())
}

fn is_unauthenticated(headers: &HeaderMap) -> bool {
    Status::from_header_map(headers).is_some_and(|status| status.code() == Code::Unauthenticated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_app::rate::{Limiter, Rates};
    use std::{convert::Infallible, sync::Arc};
    use tonic_types::StatusExt;

    /// Calls of one address with the credentials given; how each was answered.
    async fn calls(credentials: Option<&str>, path: &str, answer: fn() -> Status, times: usize) -> Vec<Code> {
        let limiter = Arc::new(Limiter::new(Rates { account: 1, address: 1, refused: 1 }));
        let inner = tower::service_fn(move |_: Request<()>| async move {
            Ok::<_, Infallible>(answer().into_http::<()>())
        });
        let inner = tower::ServiceBuilder::new()
            .layer(RateLayer::arrival())
            .map_request(|mut request: Request<()>| {
                request.extensions_mut().insert(Actor::system());
                request
            })
            .layer(RateLayer::identified())
            .service(inner);
        let mut codes = vec![];
        for _ in 0..times {
            let mut request = Request::builder().uri(path).body(()).unwrap();
            if let Some(credentials) = credentials {
                request.headers_mut().insert(AUTHORIZATION, credentials.parse().unwrap());
            }
            let throttle = Throttle::new(Arc::clone(&limiter), [127, 0, 0, 1].into());
            request.extensions_mut().insert(throttle);
            let answer = tower::ServiceExt::oneshot(inner.clone(), request).await.unwrap();
            let status = Status::from_header_map(answer.headers()).unwrap();
            if status.code() == Code::ResourceExhausted {
                let wait = status.get_details_retry_info().unwrap().retry_delay.unwrap();
                assert!(!wait.is_zero() && wait.as_secs() <= 1, "{wait:?}");
                assert_eq!(status.get_details_error_info().unwrap().reason, "RATE");
            }
            codes.push(status.code());
        }
        codes
    }

    #[tokio::test]
    async fn who_calls_too_often_is_told_when_to_come_back() {
        let fine = || Status::ok("");
        let nobody = || Status::unauthenticated("who?");
        let expected = |first: Code| [vec![first; 10], vec![Code::ResourceExhausted; 2]].concat();
        assert_eq!(calls(None, "/a.B/C", fine, 12).await, expected(Code::Ok));
        assert_eq!(calls(Some("Bearer x"), "/a.B/C", fine, 12).await, expected(Code::Ok));
        assert_eq!(calls(Some("Bearer x"), "/a.B/C", nobody, 12).await, expected(Code::Unauthenticated));
        let health = calls(None, "/grpc.health.v1.Health/Check", fine, 30).await;
        assert_eq!(health, vec![Code::Ok; 30]);
    }
}
