//! Serving: pages, gRPC-Web and gRPC on one port, and an end without a failed request.

use crate::config::Server;
use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::StatusCode,
};
use onus_app::App;
use onus_domain::{Error, Result, Violation};
use onus_telemetry::RequestLayer;
use std::{future::Future, io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tower::ServiceBuilder;
use tower_http::{
    compression::CompressionLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
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
    let timeout = Duration::from_secs(server.request_timeout_seconds);
    let (grpc, health) = onus_grpc::routes(Arc::clone(&app), timeout).await?;
    let pages = onus_web::router(app)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout))
        .layer(CompressionLayer::new());
    let router = measured(grpc.into_axum_router().merge(pages))?;

    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let drained = async move {
        stop.await;
        health.drain().await;
        tracing::info!("draining: no new connections, requests under way may finish");
        let _ = stopping.send(());
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(drained);
    let deadline = async {
        // Never stopped: wait for the serving itself to end.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_secs(server.drain_seconds)).await;
    };
    tokio::select! {
        served = serving => served.map_err(Error::internal),
        () = deadline => {
            tracing::warn!("requests were still under way after {} s: ended", server.drain_seconds);
            Ok(())
        }
    }
}

/// Gives every request an identifier, which its answer carries, and a span and metrics under the pattern it matched.
fn measured(router: Router) -> Result<Router> {
    let methods = Arc::new(onus_grpc::methods()?);
    let route = move |request: &Request| {
        let path = request.uri().path();
        let matched = || request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        methods.get(path).map(String::as_str).or_else(matched).map(str::to_owned)
    };
    let layers = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
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
        for (path, given) in [("/", Some("abc-123")), ("/", None), ("/nowhere", None)] {
            let mut request = Request::builder().uri(path);
            if let Some(id) = given {
                request = request.header("x-request-id", id);
            }
            let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let id = answer.headers()["x-request-id"].to_str().unwrap();
            given.map_or_else(|| assert_eq!(id.len(), 36, "{path}"), |given| assert_eq!(id, given));
        }
    }
}
