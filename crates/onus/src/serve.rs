//! Serving: pages, gRPC-Web and gRPC on one port, and an end without a failed request.

use crate::config::Server;
use axum::http::StatusCode;
use onus_app::App;
use onus_domain::{Error, Result, Violation};
use std::{future::Future, io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tower_http::{compression::CompressionLayer, timeout::TimeoutLayer};

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
    let router = grpc.into_axum_router().merge(pages);

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
