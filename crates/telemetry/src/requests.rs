//! A span and two metrics for each request, named as the OpenTelemetry conventions for HTTP servers name them:
//! `http.server.request.duration` (a histogram in seconds; its count is the number of requests) and
//! `http.server.active_requests`. Without an endpoint both cost a few comparisons.

use crate::export::is_exporting;
use http::{HeaderMap, Method, Request, Response};
use opentelemetry::{
    KeyValue, global,
    metrics::{Histogram, UpDownCounter},
    propagation::Extractor,
};
use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};
use tower::{Layer, Service};
use tracing::{Instrument as _, Span, field::Empty};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Bounds of the duration histogram's buckets, in seconds, as the conventions advise.
const BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The header with a request's identifier.
const REQUEST_ID: &str = "x-request-id";

/// Measures every request. `route` gives the pattern a request matched, such as `/collections/{collection}`: a small
/// set of names, never the path itself, which names what people look at. Make it after [`crate::init`].
#[derive(Debug, Clone)]
pub struct RequestLayer<R> {
    route: R,
    /// None if nobody is told of them.
    metrics: Option<Arc<Metrics>>,
}

impl<R> RequestLayer<R> {
    /// Measures requests by the pattern that `route` gives; `None` for a request that matched nothing.
    pub fn new(route: R) -> Self {
        Self { route, metrics: is_exporting().then(|| Arc::new(Metrics::new())) }
    }
}

impl<S, R: Clone> Layer<S> for RequestLayer<R> {
    type Service = RequestService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestService { inner, layer: self.clone() }
    }
}

/// What [`RequestLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct RequestService<S, R> {
    inner: S,
    layer: RequestLayer<R>,
}

impl<S, R, B, C> Service<Request<B>> for RequestService<S, R>
where
    S: Service<Request<B>, Response = Response<C>>,
    S::Future: Send + 'static,
    R: Fn(&Request<B>) -> Option<Arc<str>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let route = (self.layer.route)(&request).unwrap_or_else(|| "unmatched".into());
        let method = method_name(request.method());
        let span = span(method, &route, request.headers());
        let mut measured = Measured::begin(self.layer.metrics.clone(), method, route);
        let answer = span.in_scope(|| self.inner.call(request));
        let record = span.clone();
        Box::pin(
            async move {
                let answer = answer.await?;
                measured.answered(&answer, &record);
                Ok(answer)
            }
            .instrument(span),
        )
    }
}

/// A request's span, a child of the caller's if its headers name one (W3C Trace Context).
fn span(method: &'static str, route: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        rpc.grpc.status_code = Empty,
        request.id = request_id(headers),
    );
    // Without an endpoint nobody makes traces, and there is no parent to set.
    if is_exporting() {
        let parent = global::get_text_map_propagator(|propagator| propagator.extract(&Headers(headers)));
        let _ = span.set_parent(parent);
    }
    span
}

/// Whether a request has an identifier that it can go by, or none: what else a caller sent must be replaced.
pub fn has_sound_id(headers: &HeaderMap) -> bool {
    !headers.contains_key(REQUEST_ID) || request_id(headers).is_some()
}

/// The identifier that a request goes by in logs, if it is one: a caller may send anything.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(REQUEST_ID)?.to_str().ok()?;
    let sound = given.len() <= 64 && given.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    sound.then_some(given)
}

/// The method, if HTTP names it: anything may stand in a request, and each word would be a series of its own.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

#[derive(Debug)]
struct Metrics {
    duration: Histogram<f64>,
    active: UpDownCounter<i64>,
}

impl Metrics {
    fn new() -> Self {
        let meter = global::meter("onus");
        let duration = meter
            .f64_histogram("http.server.request.duration")
            .with_unit("s")
            .with_description("Time from a request's head to its answer's head")
            .with_boundaries(BUCKETS.to_vec())
            .build();
        let active = meter
            .i64_up_down_counter("http.server.active_requests")
            .with_unit("{request}")
            .with_description("Requests that wait for their answer's head")
            .build();
        Self { duration, active }
    }
}

/// One request on its way; counted when it ends, also if it ends without an answer: the client went away.
struct Measured {
    metrics: Option<Arc<Metrics>>,
    attributes: Vec<KeyValue>,
    status: Option<i64>,
    start: Instant,
}

impl Measured {
    fn begin(metrics: Option<Arc<Metrics>>, method: &'static str, route: Arc<str>) -> Self {
        let mut attributes = vec![];
        if let Some(metrics) = &metrics {
            attributes =
                vec![KeyValue::new("http.request.method", method), KeyValue::new("http.route", route)];
            metrics.active.add(1, &attributes);
        }
        Self { metrics, attributes, status: None, start: Instant::now() }
    }

    fn answered<C>(&mut self, answer: &Response<C>, span: &Span) {
        let status = answer.status();
        self.status = Some(i64::from(status.as_u16()));
        span.record("http.response.status_code", status.as_u16());
        let elapsed = self.start.elapsed();
        tracing::debug!(status = status.as_u16(), ?elapsed, "answered");
        if status.is_server_error() {
            span.record("otel.status_code", "ERROR");
        }
        // gRPC answers that have no message carry their status in the head.
        if let Some(code) = answer.headers().get("grpc-status").and_then(|value| value.to_str().ok()) {
            span.record("rpc.grpc.status_code", code);
        }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let Some(metrics) = &self.metrics else { return };
        metrics.active.add(-1, &self.attributes);
        if let Some(status) = self.status {
            self.attributes.push(KeyValue::new("http.response.status_code", status));
        } else {
            self.attributes.push(KeyValue::new("error.type", "no_answer"));
        }
        metrics.duration.record(self.start.elapsed().as_secs_f64(), &self.attributes);
    }
}
