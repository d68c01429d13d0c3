//! Taking connections from a listener, until the server stops.

use super::connection::{Peer, Serving};
use axum::http::Extensions;
use std::{
    future::Future,
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

/// Wait after the system gave no connection, such as when it has no more files to give: those that close make room.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes connections until the server stops, and those that wait then: their clients believe that they are through.
///
/// `greet` makes of a connection what is served over it: itself, or what a handshake gives, with what that tells of the client.
pub async fn accept<I, G, F>(listener: TcpListener, serving: Arc<Serving>, greet: G)
where
    I: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    G: Fn(TcpStream) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = io::Result<(I, Extensions)>> + Send + 'static,
{
    let mut stopping = serving.stopping();
    loop {
        let came = tokio::select! {
            _ = stopping.wait_for(|stops| *stops) => break,
            came = listener.accept() => came,
        };
        take(came, &serving, &greet).await;
    }
    while let Ok(came) = timeout(Duration::ZERO, listener.accept()).await {
        take(came, &serving, &greet).await;
    }
}

/// Serves one connection beside the others, if there is room.
async fn take<I, G, F>(came: io::Result<(TcpStream, SocketAddr)>, serving: &Arc<Serving>, greet: &G)
where
    I: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    G: Fn(TcpStream) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = io::Result<(I, Extensions)>> + Send + 'static,
{
    let (stream, address) = match came {
        Ok(came) => came,
        Err(error) if is_of_client(&error) => return,
        Err(error) => {
            tracing::warn!(%error, "the system gave no connection");
            return sleep(PAUSE).await;
        }
    };
    let Some(place) = serving.enter(address) else {
        tracing::debug!("a connection was refused: there is no room");
        return;
    };
    // Answers are small and must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let (serving, greet) = (Arc::clone(serving), greet.clone());
    // Held from the start, so that the server does not end before this one.
    let stopping = serving.stopping();
    tokio::spawn(async move {
        let _stopping = stopping;
        let Ok(Ok((io, known))) = timeout(serving.patience().head, greet(stream)).await else { return };
        serving.connection(io, Peer { address, known }, &place).await;
    });
}

/// Whether it went away before it was taken.
fn is_of_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}
