//! Serving: pages, gRPC-Web and gRPC on one port, and an end without a failed request.

mod accept;
mod bodies;
mod clients;
mod connection;
mod connections;
mod numbers;
mod patient;
mod tls;
mod watched;

pub use clients::Proxies;
pub use watched::Patience;

use crate::config::Server;
use accept::accept;
use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{Extensions, StatusCode},
};
use connection::Serving;
use numbers::Numbers;
use onus_app::{App, rate::Limiter};
use onus_domain::{Error, Result, Violation};
use onus_grpc::Health;
use onus_telemetry::RequestLayer;
use std::{
    collections::HashSet,
    future::{Future, ready},
    io::ErrorKind,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::{
    compression::CompressionLayer,
    request_id::{PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
};

/// Takes the port, or says plainly why not.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let expected = if error.kind() == ErrorKind::AddrInUse {
            "a free port: another program listens on this one; choose another with --listen".to_owned()
        } else {
            format!("an address of this machine that may be listened on ({error})")
        };
        Violation::new("listen", "ADDRESS", address, expected).into()
    })
}

/// Serves until `stop` is done; requests under way may then take `drain_seconds` to finish.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    server: &Server,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    let keeper = Arc::clone(&app);
    let audit = tokio::spawn(async move { keeper.keep_audit(async { drop(end.await) }).await });
    let tls = tls::bind(&server.tls).await?;
    let (router, health) = router(app, server).await?;
    let limiter = Arc::new(Limiter::new(server.rate.into()));
    let serving = Arc::new(Serving::new(router, &server.limits, server.proxies()?, limiter));
    let plain = |stream| ready(Ok((stream, Extensions::new())));
    tokio::spawn(accept(listener, Arc::clone(&serving), plain));
    if let Some((listener, acceptor)) = tls {
        let greet = move |stream| tls::greet(acceptor.clone(), stream);
        tokio::spawn(accept(listener, Arc::clone(&serving), greet));
    }

    stop.await;
    health.drain().await;
    tokio::time::sleep(Duration::from_secs(server.drain_notice_seconds)).await;
    tracing::info!("draining: no new connections, requests under way may finish");
    serving.stop();
    health.end_streams();
    let drained = tokio::time::timeout(Duration::from_secs(server.drain_seconds), serving.ended()).await;
    if drained.is_err() {
        tracing::warn!("requests were still under way after {} s: ended", server.drain_seconds);
    }
    // What was committed last has its place in the audit log before the process ends.
    drop(ended);
    audit.await.map_err(Error::internal)
}

/// Pages and calls, as they are served on every listener.
async fn router(app: Arc<App>, server: &Server) -> Result<(Router, Health)> {
    let timeout = Duration::from_secs(server.request_timeout_seconds);
    let limits = onus_grpc::Limits { longest: timeout, message_bytes: server.limits.message_bytes };
    let (grpc, health) = onus_grpc::routes(Arc::clone(&app), limits).await?;
    let pages = onus_web::router(app)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CompressionLayer::new());
    Ok((measured(grpc.into_axum_router().merge(pages))?, health))
}

/// Gives every request an identifier, which its answer carries, and a span and metrics under the pattern it matched.
fn measured(router: Router) -> Result<Router> {
    let methods: HashSet<Arc<str>> = onus_grpc::methods()?.into_iter().map(Arc::from).collect();
    let methods = Arc::new(methods);
    let route = move |request: &Request| {
        let matched = || request.extensions().get::<MatchedPath>().map(|path| Arc::from(path.as_str()));
        methods.get(request.uri().path()).cloned().or_else(matched)
    };
    let layers = ServiceBuilder::new()
        .map_request(|mut request: Request| {
            if !onus_telemetry::has_sound_id(request.headers()) {
                request.headers_mut().remove("x-request-id");
            }
            request
        })
        .layer(SetRequestIdLayer::x_request_id(Numbers::new()))
        .layer(RequestLayer::new(route))
        .layer(PropagateRequestIdLayer::x_request_id());
    Ok(router.layer(layers))
}

/// Done when the process is told to stop: SIGTERM or Ctrl-C.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, routing::get};
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_requests_id_is_given_back_or_made() {
        let router = measured(Router::new().route("/", get(|| async { "ok" }))).unwrap();
        let (long, bad) = ("x".repeat(65), "a b@c");
        for (path, given, kept) in [
            ("/", Some("abc-123"), true),
            ("/", Some(bad), false),
            ("/", Some(long.as_str()), false),
            ("/", None, false),
            ("/nowhere", None, false),
        ] {
            let mut request = Request::builder().uri(path);
            if let Some(id) = given {
                request = request.header("x-request-id", id);
            }
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let id = answer.headers()["x-request-id"].to_str().unwrap();
            if kept { assert_eq!(Some(id), given) } else { assert_eq!(id.len(), 36, "{path} {given:?}") }
        }
    }
}
