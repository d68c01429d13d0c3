//! An echo with nothing around it but what tonic itself needs: what a call costs that does nothing.

use crate::Failed;
use http::{Request, Response};
use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    net::SocketAddr,
    pin::Pin,
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

/// The path of the one call.
pub const PATH: &str = "/onus.bench.Echo/Echo";

/// Bytes there and back.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Bytes {
    /// Whatever.
    #[prost(bytes = "vec", tag = "1")]
    pub bytes: Vec<u8>,
}

/// Serves until the process is ended.
pub async fn serve(listen: SocketAddr, bytes: usize) -> Result<(), Failed> {
    let incoming = TcpIncoming::bind(listen)?.with_nodelay(Some(true));
    Server::builder().add_service(Echo(vec![7; bytes])).serve_with_incoming(incoming).await?;
    Ok(())
}

#[derive(Clone)]
struct Echo(Vec<u8>);

impl NamedService for Echo {
    const NAME: &'static str = "onus.bench.Echo";
}

impl UnaryService<Bytes> for Echo {
    type Response = Bytes;
    type Future = Ready<Result<tonic::Response<Bytes>, Status>>;

    fn call(&mut self, _: tonic::Request<Bytes>) -> Self::Future {
        ready(Ok(tonic::Response::new(Bytes { bytes: self.0.clone() })))
    }
}

impl Service<Request<Body>> for Echo {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let echo = self.clone();
        Box::pin(async move { Ok(Grpc::new(ProstCodec::default()).unary(echo, request).await) })
    }
}
