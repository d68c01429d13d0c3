//! `[server.tls]`: the second listener.

use onus_domain::{Error, Result, Violation, Violations};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde::Deserialize;
use std::{net::SocketAddr, sync::Arc};

/// The second listener: the same pages and calls, with TLS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    listen: String,
    certificate: String,
    key: String,
    client_ca: String,
}

impl Tls {
    /// Where it listens, and how it speaks; nothing if there is none. All that is wrong is said at once.
    pub fn server(&self) -> Result<Option<(SocketAddr, ServerConfig)>> {
        if self.listen.is_empty() {
            return Ok(None);
        }
        let mut found = Violations::new();
        let address = found.take(self.listen.parse::<SocketAddr>().map_err(|_| {
            let expected = "an address and a port, such as 0.0.0.0:8443";
            Violation::new("server.tls.listen", "VALUE", &self.listen, expected)
        }));
        let chain = found.take(certificates("certificate", &self.certificate));
        let key = found.take(PrivateKeyDer::from_pem_file(&self.key).map_err(|error| {
            refuse("key", &self.key, format!("a file with a private key in PEM that can be read ({error})"))
        }));
        let clients = found.take(self.clients());
        found.into_result()?;
        let (Some(address), Some(chain), Some(key), Some(clients)) = (address, chain, key, clients) else {
            return Err(Error::internal("settings without violations gave nothing"));
        };
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(Error::internal)?;
        let builder = match clients {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_single_cert(chain, key).map_err(|error| {
            let expected = format!("the private key of server.tls.certificate ({error})");
            refuse("key", &self.key, expected)
        })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some((address, config)))
    }

    /// Who signs certificates of clients; nobody, if none is configured. A client may always come without one.
    fn clients(&self) -> Result<Option<Arc<dyn ClientCertVerifier>>, Violation> {
        if self.client_ca.is_empty() {
            return Ok(None);
        }
        let wrong = |error: &dyn std::fmt::Display| {
            refuse("client_ca", &self.client_ca, format!("a file of root certificates in PEM ({error})"))
        };
        let mut roots = RootCertStore::empty();
        for root in certificates("client_ca", &self.client_ca)? {
            roots.add(root).map_err(|error| wrong(&error))?;
        }
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .allow_unauthenticated()
            .build()
            .map_err(|error| wrong(&error))?;
        Ok(Some(verifier))
    }
}

fn refuse(key: &str, file: &str, expected: String) -> Violation {
    Violation::new(format!("server.tls.{key}"), "PEM", file, expected)
}

/// The certificates in a file; at least one.
fn certificates(key: &str, file: &str) -> Result<Vec<CertificateDer<'static>>, Violation> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(read) if !read.is_empty() => Ok(read),
        Ok(_) => Err(refuse(key, file, "a file with at least one certificate in PEM".into())),
        Err(error) => {
            Err(refuse(key, file, format!("a file of certificates in PEM that can be read ({error})")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_address_there_is_none_and_wrong_files_are_all_named() {
        let tls = |listen: &str| Tls {
            listen: listen.into(),
            certificate: "/no/such.pem".into(),
            key: concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into(),
            client_ca: "/no/ca.pem".into(),
        };
        assert!(tls("").server().unwrap().is_none());
        let said = tls("here").server().unwrap_err().to_string();
        for part in ["server.tls.listen", "server.tls.certificate", "server.tls.key", "server.tls.client_ca"]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
