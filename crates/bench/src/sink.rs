//! A collector that takes everything and keeps nothing. Counts spans, so that it can be told whether all came.

use crate::Failed;
use http::{Request, Response};
use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};
use tonic::{
    Status,
    body::Body,
    server::{Grpc, NamedService, UnaryService},
    transport::{Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;
use tower::Service;

/// `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`, as far as spans are counted in it.
#[derive(Clone, PartialEq, prost::Message)]
struct Export {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<Resource>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Resource {
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<Scope>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Scope {
    #[prost(bytes = "vec", repeated, tag = "2")]
    spans: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Nothing {}

/// Serves until the process is ended. Prints the number of spans each second in which some came.
pub async fn serve(listen: SocketAddr) -> Result<(), Failed> {
    let incoming = TcpIncoming::bind(listen)?;
    let spans = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&spans);
    tokio::spawn(async move {
        let (mut each, mut last) = (tokio::time::interval(std::time::Duration::from_secs(1)), 0);
        loop {
            each.tick().await;
            let now = told.load(Ordering::Relaxed);
            if now != last {
                println!("{now}");
                last = now;
            }
        }
    });
    let (traces, metrics) = (Traces(spans), Metrics);
    Server::builder().add_service(traces).add_service(metrics).serve_with_incoming(incoming).await?;
    Ok(())
}

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, Infallible>> + Send>>;

#[derive(Clone)]
struct Traces(Arc<AtomicU64>);

impl NamedService for Traces {
    const NAME: &'static str = "opentelemetry.proto.collector.trace.v1.TraceService";
}

impl UnaryService<Export> for Traces {
    type Response = Nothing;
    type Future = Ready<Result<tonic::Response<Nothing>, Status>>;

    fn call(&mut self, request: tonic::Request<Export>) -> Self::Future {
        let export = request.into_inner();
        let spans =
            export.resources.iter().flat_map(|resource| &resource.scopes).map(|scope| scope.spans.len());
        self.0.fetch_add(spans.sum::<usize>() as u64, Ordering::Relaxed);
        ready(Ok(tonic::Response::new(Nothing {})))
    }
}

#[derive(Clone)]
struct Metrics;

impl NamedService for Metrics {
    const NAME: &'static str = "opentelemetry.proto.collector.metrics.v1.MetricsService";
}

impl UnaryService<Nothing> for Metrics {
    type Response = Nothing;
    type Future = Ready<Result<tonic::Response<Nothing>, Status>>;

    fn call(&mut self, _: tonic::Request<Nothing>) -> Self::Future {
        ready(Ok(tonic::Response::new(Nothing {})))
    }
}

/// Serves one unary call of `$message` by whatever path.
macro_rules! served {
    ($service:ty, $message:ty) => {
        impl Service<Request<Body>> for $service {
            type Response = Response<Body>;
            type Error = Infallible;
            type Future = Answer<Response<Body>>;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: Request<Body>) -> Self::Future {
                let service = self.clone();
                let codec = ProstCodec::<Nothing, $message>::default();
                Box::pin(async move { Ok(Grpc::new(codec).unary(service, request).await) })
            }
        }
    };
}

served!(Traces, Export);
served!(Metrics, Nothing);

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    #[test]
    fn spans_are_counted_without_being_read() {
        let scope = Scope { spans: vec![vec![1], vec![2]] };
        let export = Export { resources: vec![Resource { scopes: vec![scope] }] };
        let read = Export::decode(export.encode_to_vec().as_slice()).unwrap();
        let mut traces = Traces(Arc::default());
        drop(UnaryService::call(&mut traces, tonic::Request::new(read)));
        assert_eq!(traces.0.load(Ordering::Relaxed), 2);
    }
}
