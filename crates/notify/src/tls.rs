//! TLS of what goes out: rustls with ring, and whom it trusts.

use onus_domain::{Result, Violation};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use std::{path::Path, sync::Arc};

/// The certificates of a file; `key` is the setting that names it.
pub fn certificates(key: &str, file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let refuse = |why: String| Violation::new(key, "PEM", file.display(), why);
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let read =
        read.map_err(|error| refuse(format!("a file of certificates in PEM that can be read ({error})")))?;
    if read.is_empty() {
        return Err(refuse("a file with at least one certificate in PEM".into()).into());
    }
    Ok(read)
}

/// A client that trusts the certificates of a file, or without it the authorities that browsers trust.
pub fn client(key: &str, file: Option<&Path>) -> Result<ClientConfig> {
    let mut roots = RootCertStore { roots: vec![] };
    match file {
        Some(file) => {
            for certificate in certificates(key, file)? {
                let refuse = |error: rustls::Error| {
                    Violation::new(key, "PEM", file.display(), format!("root certificates ({error})"))
                };
                roots.add(certificate).map_err(refuse)?;
            }
        }
        None => roots.roots.extend_from_slice(webpki_roots::TLS_SERVER_ROOTS),
    }
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(crate::internal)?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}
