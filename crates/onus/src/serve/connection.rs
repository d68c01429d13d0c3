//! One connection from its beginning to its end, over whatever carries bytes: HTTP/1.1 or HTTP/2, whichever the client speaks.

use super::{
    bodies::{Coming, Given, UnderWay},
    clients::Proxies,
    connections::{Connections, Place},
    patient::Patient,
    watched::{Fault, Patience, Watched},
};
use crate::config::Limits;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Extensions, HeaderValue, Version, header::CONNECTION},
    response::Response,
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use onus_app::rate::{Limiter, Throttle};
use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{Instant, interval, timeout},
};
use tower::Service as _;

/// How often a connection is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long a connection that is told to end may take for its farewell, once nothing is under way.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a client that is between two requests when the server ends may take to send the next.
const LAST_REQUEST: Duration = Duration::from_millis(500);

/// Serves connections: the same to all listeners of a server.
pub struct Serving {
    router: Router,
    protocol: Builder<TokioExecutor>,
    patience: Patience,
    proxies: Proxies,
    limiter: Arc<Limiter>,
    connections: Arc<Connections>,
    stop: watch::Sender<bool>,
}

/// The other end of a connection.
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// What else is known of it, such as its certificate: goes with every request.
    pub known: Extensions,
}

impl Serving {
    /// Serves `router` within `limits`.
    pub fn new(router: Router, limits: &Limits, proxies: Proxies, limiter: Arc<Limiter>) -> Self {
        let connections =
            Connections::new(limits.connections, limits.connections_per_address, proxies.clone());
        Self {
            router,
            protocol: protocol(limits),
            patience: limits.patience(),
            proxies,
            limiter,
            connections: Arc::new(connections),
            stop: watch::Sender::new(false),
        }
    }

    /// Tells all connections to end: requests under way finish, new ones are not taken.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Learns of [`Serving::stop`]. While any of these is held, [`Serving::ended`] waits.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Waits until all who learn of the stop are gone: listeners and connections.
    pub async fn ended(&self) {
        self.stop.closed().await;
    }

    /// A place for a connection of `address`, or none if there is no room.
    pub fn enter(&self, address: SocketAddr) -> Option<Place> {
        self.connections.enter(address.ip())
    }

    /// How long a client may take for a head, or for what comes before it on a connection.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Serves a connection until it ends.
    pub async fn connection<I>(self: &Arc<Self>, io: I, peer: Peer, place: &Place)
    where
        I: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let watched = Arc::clone(&place.watched);
        let io = TokioIo::new(Patient::new(io, Arc::clone(&watched), self.patience.stalled));
        let stopping = self.stopping();
        let one = Arc::new(One { serving: Arc::clone(self), peer, watched, stopping });
        let of_requests = Arc::clone(&one);
        let service = service_fn(move |request| Arc::clone(&of_requests).request(request));
        let mut connection = pin!(self.protocol.serve_connection(io, service));
        let mut end = pin!(one.told_to_end());
        let mut looks = interval(LOOK);
        let mut ending: Option<Instant> = None;
        loop {
            let ends = tokio::select! {
                _ = connection.as_mut() => return,
                () = end.as_mut(), if ending.is_none() => true,
                _ = looks.tick() => match one.watched.fault(&self.patience) {
                    Some(fault @ (Fault::SlowHead | Fault::Stalled)) => {
                        tracing::debug!(?fault, "a connection was cut");
                        return;
                    }
                    Some(Fault::Idle) => true,
                    None => false,
                },
            };
            match ending {
                None if ends => {
                    connection.as_mut().graceful_shutdown();
                    ending = Some(Instant::now());
                }
                Some(since) if since.elapsed() > FAREWELL && !one.watched.is_active() => return,
                _ => {}
            }
        }
    }
}

/// What a connection's requests share.
struct One {
    serving: Arc<Serving>,
    peer: Peer,
    watched: Arc<Watched>,
    stopping: watch::Receiver<bool>,
}

impl One {
    /// Done when the connection should end: the server stops, or others need its place.
    async fn told_to_end(&self) {
        let watched = &self.watched;
        let mut stopping = self.stopping.clone();
        tokio::select! {
            () = watched.evicted() => return,
            // An error says that the server itself is gone.
            _ = stopping.wait_for(|stops| *stops) => {}
        }
        // HTTP/2 ends without losing a request. On HTTP/1.1 a request may be on its way: it is answered, with word that it was the last.
        if watched.is_new() || (!watched.is_http2() && !watched.is_active()) {
            let _ = timeout(LAST_REQUEST, watched.request_began()).await;
        }
    }

    async fn request(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Given<Body>>, Infallible> {
        let under_way = UnderWay::begin(&self.watched);
        let serving = &self.serving;
        let is_http1 = request.version() < Version::HTTP_2;
        let mut request = request.map(|body| Body::new(Coming::new(body, serving.patience.body)));
        let client = serving.proxies.client(self.peer.address.ip(), request.headers());
        let extensions = request.extensions_mut();
        extensions.extend(self.peer.known.clone());
        extensions.insert(Throttle::new(Arc::clone(&serving.limiter), client));
        let mut answer = serving.router.clone().call(request).await?;
        if is_http1 && *self.stopping.borrow() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(answer.map(|body| Given::new(body, under_way)))
    }
}

/// HTTP/1.1 and HTTP/2 within `limits`.
fn protocol(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // Time between requests; the head itself is watched apart.
        .header_read_timeout(limits.patience().idle)
        .max_buf_size(limits.header_bytes);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(limits.streams_per_connection)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .max_local_error_reset_streams(limits.error_resets)
        .keep_alive_interval(Duration::from_secs(limits.keep_alive_seconds))
        .keep_alive_timeout(Duration::from_secs(limits.keep_alive_seconds));
    builder
}
