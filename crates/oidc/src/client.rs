//! The HTTP client that asks issuers: TLS by rustls with ring, no redirects, nothing that takes long or is large.

use crate::IssuerSettings;
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Inner, connect::HttpConnector},
    rt::TokioExecutor,
};
use onus_domain::{Error, Result, Violation};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde::de::DeserializeOwned;
use std::{path::Path, sync::Arc, time::Duration};

/// Longest time that an issuer may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer of an issuer, bytes.
const LARGEST: usize = 1024 * 1024;

/// Asks issuers.
pub(crate) struct HttpClient(Inner<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl HttpClient {
    /// A client that trusts what is configured, and speaks without TLS only to this machine.
    pub fn new(settings: &IssuerSettings) -> Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?
            .with_root_certificates(roots(settings.ca_file.as_deref())?)
            .with_no_client_auth();
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
        let builder = if settings.is_local() { builder.https_or_http() } else { builder.https_only() };
        Ok(Self(Inner::builder(TokioExecutor::new()).build(builder.enable_http1().build())))
    }

    /// Sends a request. Redirects are answers like any other: nobody is followed to another place. The error is for the log.
    pub async fn send(&self, request: Request<String>) -> Result<Response<Vec<u8>>, String> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, Full::new(Bytes::from(body)));
        let work = async {
            let answer = self.0.request(request).await.map_err(|error| chain(&error))?;
            let (parts, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST).collect().await;
            let body = body.map_err(|error| error.to_string())?.to_bytes();
            Ok(Response::from_parts(parts, body.to_vec()))
        };
        let late = || format!("no answer within {} s", PATIENCE.as_secs());
        tokio::time::timeout(PATIENCE, work).await.map_err(|_| late())?
    }

    /// Fetches JSON, with a token if the place wants one.
    pub async fn fetch<T: DeserializeOwned>(&self, place: &str, token: Option<&str>) -> Result<T, String> {
        let mut request = Request::get(place).header(header::ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(String::new()).map_err(|error| format!("{place}: {error}"))?;
        let answer = self.send(request).await.map_err(|error| format!("{place}: {error}"))?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{place} answered {}", answer.status()));
        }
        serde_json::from_slice(answer.body()).map_err(|error| format!("{place}: {error}"))
    }
}

/// An error with all its causes, for the log.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}

fn roots(file: Option<&Path>) -> Result<RootCertStore> {
    let Some(file) = file else {
        return Ok(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
    };
    let refuse = |expected: String| Violation::new("identity.ca_file", "PEM", file.display(), expected);
    let read = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| refuse(format!("a file of certificates in PEM that can be read ({error})")))?;
    let mut roots = RootCertStore::empty();
    for certificate in read {
        roots.add(certificate).map_err(|error| refuse(format!("root certificates ({error})")))?;
    }
    if roots.is_empty() {
        return Err(refuse("a file with at least one certificate in PEM".into()).into());
    }
    Ok(roots)
}
