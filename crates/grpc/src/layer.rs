//! Around every call: its deadline, and an `ErrorInfo` on the transport's own errors, so that a client finds one on every error.

use crate::status::of_transport;
use http::{HeaderMap, Request, Response};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tonic::{Code, Status};
use tower::{Layer, Service};

/// Longest deadline that a client may ask for, in the eight digits that `grpc-timeout` has.
const MAX_DIGITS: usize = 8;

/// Puts a deadline on calls: the caller's (`grpc-timeout`) or the server's, whichever is shorter.
#[derive(Debug, Clone, Copy)]
pub struct CallLayer {
    longest: Duration,
}

impl CallLayer {
    /// No call takes longer than `longest` until it begins to answer.
    pub fn new(longest: Duration) -> Self {
        Self { longest }
    }
}

impl<S> Layer<S> for CallLayer {
    type Service = CallService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        CallService { inner, longest: self.longest }
    }
}

/// What [`CallLayer`] makes of a service.
#[derive(Debug, Clone)]
pub struct CallService<S> {
    inner: S,
    longest: Duration,
}

impl<S, B, C> Service<Request<B>> for CallService<S>
where
    S: Service<Request<B>, Response = Response<C>>,
    S::Future: Send + 'static,
    C: Default,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let deadline =
            asked_deadline(request.headers()).map_or(self.longest, |asked| asked.min(self.longest));
        let work = self.inner.call(request);
        Box::pin(async move {
            let Ok(answer) = tokio::time::timeout(deadline, work).await else {
                let message =
                    format!("the call did not end within {} ms, its deadline", deadline.as_millis());
                return Ok(of_transport(Code::DeadlineExceeded, "DEADLINE_EXCEEDED", &message).into_http());
            };
            answer.map(|mut response| {
                complete(response.headers_mut());
                response
            })
        })
    }
}

/// The deadline that `grpc-timeout` asks for: up to eight digits and a unit. What cannot be read asks for none.
fn asked_deadline(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > MAX_DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(number * 3600)),
        "M" => Some(Duration::from_secs(number * 60)),
        "S" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_millis(number)),
        "u" => Some(Duration::from_micros(number)),
        "n" => Some(Duration::from_nanos(number)),
        _ => None,
    }
}

/// Gives an error of the transport's own its details. Ours have them already, and answers that begin well have no status here.
fn complete(headers: &mut HeaderMap) {
    let Some(bare) = Status::from_header_map(headers) else { return };
    if bare.code() == Code::Ok || !bare.details().is_empty() {
        return;
    }
    let (code, reason) = match bare.code() {
        // The transport's decoder says so of a message over the limit; gRPC's own servers say RESOURCE_EXHAUSTED.
        Code::OutOfRange => (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"),
        // The transport's decoder says so of bytes that are no message of the call's.
        Code::Internal => (Code::InvalidArgument, "MALFORMED_MESSAGE"),
        Code::Unimplemented => (Code::Unimplemented, "UNIMPLEMENTED"),
        other => (other, "TRANSPORT"),
    };
    let said = if bare.message().is_empty() { "there is no such call" } else { bare.message() };
    let completed = of_transport(code, reason, said);
    for name in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
        headers.remove(name);
    }
    // Cannot fail: code, reason and a percent-encoded message make valid headers; were it to, the call would end as UNKNOWN.
    let _ = completed.add_header(headers);
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use tonic_types::StatusExt;

    fn deadline(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", HeaderValue::from_str(text).unwrap());
        asked_deadline(&headers)
    }

    #[test]
    fn deadlines_are_read_as_the_protocol_writes_them() {
        assert_eq!(deadline("2H"), Some(Duration::from_hours(2)));
        assert_eq!(deadline("3M"), Some(Duration::from_mins(3)));
        assert_eq!(deadline("4S"), Some(Duration::from_secs(4)));
        assert_eq!(deadline("100m"), Some(Duration::from_millis(100)));
        assert_eq!(deadline("5u"), Some(Duration::from_micros(5)));
        assert_eq!(deadline("99999999n"), Some(Duration::from_nanos(99_999_999)));
        for bad in ["", "H", "1", "-1S", "1.5S", "123456789S", "1s", "1 S"] {
            assert_eq!(deadline(bad), None, "{bad}");
        }
    }

    fn completed(code: Code, message: &str) -> Status {
        let mut headers = HeaderMap::new();
        Status::new(code, message).add_header(&mut headers).unwrap();
        complete(&mut headers);
        Status::from_header_map(&headers).unwrap()
    }

    #[test]
    fn the_transports_errors_get_details_too() {
        for (given, code, reason) in [
            (Code::OutOfRange, Code::ResourceExhausted, "MESSAGE_TOO_LARGE"),
            (Code::Internal, Code::InvalidArgument, "MALFORMED_MESSAGE"),
            (Code::Unimplemented, Code::Unimplemented, "UNIMPLEMENTED"),
            (Code::Cancelled, Code::Cancelled, "TRANSPORT"),
        ] {
            let status = completed(given, "what tonic says");
            let info = status.get_details_error_info().unwrap();
            assert_eq!((status.code(), info.reason.as_str(), info.domain.as_str()), (code, reason, "onus"));
            assert_eq!(status.message(), "what tonic says");
        }
        let mut fine = HeaderMap::new();
        complete(&mut fine);
        assert!(fine.is_empty());
    }

    #[test]
    fn our_own_errors_are_left_as_they_are() {
        let ours = crate::status::status(onus_domain::Error::internal("secret"));
        let mut headers = HeaderMap::new();
        ours.add_header(&mut headers).unwrap();
        let before = headers.clone();
        complete(&mut headers);
        assert_eq!(before, headers);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_at_the_shorter_deadline() {
        let slow = tower::service_fn(|_: Request<()>| async {
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok::<_, std::convert::Infallible>(Response::new(()))
        });
        for (asked, longest, ends) in [("1S", 30, 1), ("40S", 30, 30), ("x", 30, 30), ("1H", 90, 60)] {
            let mut service = CallLayer::new(Duration::from_secs(longest)).layer(slow);
            let start = tokio::time::Instant::now();
            let request = Request::builder().header("grpc-timeout", asked).body(()).unwrap();
            let response = service.call(request).await.unwrap();
            assert_eq!(start.elapsed().as_secs(), ends, "{asked}");
            let status = Status::from_header_map(response.headers());
            let passed = status.map(|status| status.get_details_error_info().unwrap().reason);
            assert_eq!(passed.as_deref(), (ends < 60).then_some("DEADLINE_EXCEEDED"), "{asked}");
        }
    }
}
