//! The second listener: TLS, and who a client's certificate says it is.

use crate::config::Tls;
use axum::http::Extensions;
use onus_app::identity::ClientCertificate;
use onus_domain::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::{io, sync::Arc};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Takes the second listener's port, if one is configured, and what it needs to shake hands.
pub async fn bind(settings: &Tls) -> Result<Option<(TcpListener, TlsAcceptor)>> {
    let Some((address, config)) = settings.server()? else { return Ok(None) };
    let listener = super::bind(address).await.map_err(|error| match error {
        Error::Invalid(found) => {
            Error::Invalid(found.into_iter().map(|one| one.at("server.tls.listen")).collect())
        }
        other => other,
    })?;
    tracing::info!(%address, "serving by TLS too");
    Ok(Some((listener, TlsAcceptor::from(Arc::new(config)))))
}

/// Shakes hands. What is served over the connection, and the digest of the certificate that the client showed, if it showed one that
/// is signed as configured.
pub async fn greet(
    acceptor: TlsAcceptor,
    stream: TcpStream,
) -> io::Result<(TlsStream<TcpStream>, Extensions)> {
    let stream = acceptor.accept(stream).await?;
    let mut known = Extensions::new();
    let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    if let Some(certificate) = shown {
        known.insert(ClientCertificate(format!("{:x}", Sha256::digest(certificate.as_ref()))));
    }
    Ok((stream, known))
}
