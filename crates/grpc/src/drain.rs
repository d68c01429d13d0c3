//! The end of streams when the server ends: one that has nothing to say for a while is ended with word that the caller should go on with
//! another server. What has something to say goes on saying it.

use crate::status::stopping;
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame, SizeHint};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::watch;
use tower::{Layer, Service};

/// How long a stream may be silent while the server ends.
const SILENCE: Duration = Duration::from_secs(1);

/// Ends silent streams when the server ends.
#[derive(Debug, Clone)]
pub struct DrainLayer(watch::Receiver<bool>);

impl DrainLayer {
    /// The server ends when `draining` turns true.
    pub fn new(draining: watch::Receiver<bool>) -> Self {
        Self(draining)
    }
}

impl<S> Layer<S> for DrainLayer {
    type Service = DrainService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DrainService { inner, draining: self.0.clone() }
    }
}

/// What [`DrainLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct DrainService<S> {
    inner: S,
    draining: watch::Receiver<bool>,
}

impl<S, B, C> Service<Request<B>> for DrainService<S>
where
    S: Service<Request<B>, Response = Response<C>>,
    S::Future: Send + 'static,
    C: Default,
{
    type Response = Response<Streamed<C>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (work, draining) = (self.inner.call(request), self.draining.clone());
        Box::pin(async move {
            Ok(work.await?.map(|inner| Streamed { inner, draining, silence: None, ended: false }))
        })
    }
}

/// An answer that ends when the server ends and it has nothing to say.
pub struct Streamed<B> {
    inner: B,
    draining: watch::Receiver<bool>,
    /// Done when it was silent for too long; only there while it is silent.
    silence: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    ended: bool,
}

impl<B: Default> Default for Streamed<B> {
    /// Nothing at all: what an answer without a message carries.
    fn default() -> Self {
        Self {
            inner: B::default(),
            draining: watch::Sender::new(false).subscribe(),
            silence: None,
            ended: false,
        }
    }
}

async fn silent_too_long(mut draining: watch::Receiver<bool>) {
    // An error says that nobody will ever say so.
    if draining.wait_for(|drains| *drains).await.is_err() {
        std::future::pending::<()>().await;
    }
    tokio::time::sleep(SILENCE).await;
}

impl<B: Body + Unpin> Body for Streamed<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let part = Pin::new(&mut self.inner).poll_frame(cx);
        if part.is_ready() {
            self.silence = None;
            return part;
        }
        let Self { silence, draining, .. } = &mut *self;
        let silence = silence.get_or_insert_with(|| Box::pin(silent_too_long(draining.clone())));
        silence.as_mut().poll(cx).map(|()| {
            self.ended = true;
            let mut trailers = HeaderMap::new();
            // Cannot fail, as its words are ours; were it to, the stream would end as UNKNOWN.
            let _ = stopping().add_header(&mut trailers);
            Some(Ok(Frame::trailers(trailers)))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
