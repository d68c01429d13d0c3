//! Secrets that callers show, and the digests that are kept of them. A secret has 256 random bits: a plain digest of it tells nothing.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use onus_domain::{Error, Result};
use sha2::{Digest, Sha256};

/// Service tokens begin so, so that they are known where they should not be.
pub(crate) const TOKEN_PREFIX: &str = "onus_";

/// Random bytes of the operating system's.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// A new secret, as text.
pub(crate) fn secret() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A new opaque key of a person's account, such as `p-3f9ab2c41d07e586`.
pub(crate) fn account_key() -> Result<String> {
    Ok(format!("p-{:016x}", u64::from_be_bytes(random()?)))
}

/// What is kept of a secret: its SHA-256 in hexadecimal.
pub(crate) fn digest(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}

/// A token that a form of a session's own pages carries, which no other site's page can know.
pub(crate) fn form_token(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::new().chain_update("onus form\0").chain_update(key).finalize())
}
