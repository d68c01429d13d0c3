//! Bodies under watch: a request's must keep coming, an answer's must be taken.

use super::watched::Watched;
use http_body::{Body, Frame, SizeHint};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// What goes wrong with a request's body.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The next part of a request's body did not come.
#[derive(Debug)]
struct TooSlow(Duration);

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rest of the request did not come within {} s", self.0.as_secs())
    }
}

impl std::error::Error for TooSlow {}

/// A request's body that fails when its next part takes too long.
pub struct Coming<B> {
    inner: B,
    patience: Duration,
    waits: Option<Pin<Box<Sleep>>>,
}

impl<B> Coming<B> {
    /// Each part may take `patience`.
    pub fn new(inner: B, patience: Duration) -> Self {
        Self { inner, patience, waits: None }
    }
}

impl<B> Body for Coming<B>
where
    B: Body + Unpin,
    B::Error: Into<BodyError>,
{
    type Data = B::Data;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BodyError>>> {
        if let Poll::Ready(part) = Pin::new(&mut self.inner).poll_frame(cx) {
            self.waits = None;
            return Poll::Ready(part.map(|part| part.map_err(Into::into)));
        }
        let patience = self.patience;
        let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(patience)));
        waits.as_mut().poll(cx).map(|()| Some(Err(TooSlow(patience).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A request under way on its connection, until it is dropped.
pub struct UnderWay {
    watched: Arc<Watched>,
    number: u64,
}

impl UnderWay {
    /// Its head is complete.
    pub fn begin(watched: &Arc<Watched>) -> Self {
        Self { number: watched.begin(), watched: Arc::clone(watched) }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.watched.end(self.number);
    }
}

/// An answer's body that notes which of its parts wait to be taken.
pub struct Given<B> {
    inner: B,
    request: UnderWay,
}

impl<B> Given<B> {
    /// The answer to `request`.
    pub fn new(inner: B, request: UnderWay) -> Self {
        // Its head is given.
        request.watched.give(request.number);
        Self { inner, request }
    }
}

impl<B: Body + Unpin> Body for Given<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let part = Pin::new(&mut self.inner).poll_frame(cx);
        let UnderWay { watched, number } = &self.request;
        if part.is_ready() {
            watched.give(*number);
        } else {
            watched.take(*number);
        }
        part
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
