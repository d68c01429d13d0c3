//! Onus' own key at an issuer: what it shows in the place of a secret (`private_key_jwt`: OpenID Connect Core 1.0, 9; RFC 7523).

use crate::Algorithm;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, Violation};
use ring::{
    rand::SystemRandom,
    signature::{
        self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        RsaEncoding, RsaKeyPair,
    },
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::json;
use std::path::Path;

/// How long an assertion holds, seconds.
const HOLDS: i64 = 60;
/// What an RSA key signs by, the first that the issuer takes: NHS CIS2 takes RS512 alone.
const OF_RSA: [Algorithm; 6] = [
    Algorithm::Rs512,
    Algorithm::Rs384,
    Algorithm::Rs256,
    Algorithm::Ps512,
    Algorithm::Ps384,
    Algorithm::Ps256,
];

/// A private key, and what the issuer calls it.
pub(crate) struct ClientKey {
    kid: String,
    pair: Pair,
}

enum Pair {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKeyPair, Algorithm),
    Ed25519(Ed25519KeyPair),
}

impl ClientKey {
    /// Reads the key from a file in PEM.
    pub fn read(file: &Path, kid: &str) -> Result<Self> {
        let refuse = |expected: String| {
            Violation::new("identity.client_key_file", "PRIVATE_KEY", file.display(), expected)
        };
        let read = PrivateKeyDer::from_pem_file(file)
            .map_err(|error| refuse(format!("a private key in PEM that can be read ({error})")))?;
        let pair = Pair::of(&read).ok_or_else(|| {
            refuse("a private key of RSA (2048 bits or more), P-256, P-384 or Ed25519".into())
        })?;
        Ok(Self { kid: kid.to_owned(), pair })
    }

    /// Says that `client` asks `audience` now, signed by an algorithm that the issuer `takes`; an issuer that names none takes RS256.
    pub fn assertion(
        &self,
        client: &str,
        audience: &str,
        id: &str,
        takes: &[String],
        now: DateTime<Utc>,
    ) -> Result<String> {
        let algorithm = self.pair.algorithm(takes);
        let at = now.timestamp();
        let mut head = json!({ "alg": algorithm.name(), "typ": "JWT" });
        if !self.kid.is_empty() {
            head["kid"] = json!(self.kid);
        }
        let claims = json!({
            "iss": client, "sub": client, "aud": audience, "jti": id, "iat": at, "exp": at + HOLDS,
        });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", part(head), part(claims));
        let signature = self.pair.sign(algorithm, said.as_bytes())?;
        Ok(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl Pair {
    fn of(key: &PrivateKeyDer<'_>) -> Option<Self> {
        let der = match key {
            PrivateKeyDer::Pkcs1(key) => {
                return RsaKeyPair::from_der(key.secret_pkcs1_der()).ok().map(Self::Rsa);
            }
            PrivateKeyDer::Pkcs8(key) => key.secret_pkcs8_der(),
            _ => return None,
        };
        let random = SystemRandom::new();
        let ecdsa = |kind, algorithm| {
            EcdsaKeyPair::from_pkcs8(kind, der, &random).ok().map(|pair| Self::Ecdsa(pair, algorithm))
        };
        RsaKeyPair::from_pkcs8(der)
            .ok()
            .map(Self::Rsa)
            .or_else(|| ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING, Algorithm::Es256))
            .or_else(|| ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING, Algorithm::Es384))
            .or_else(|| Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Self::Ed25519))
    }

    fn algorithm(&self, takes: &[String]) -> Algorithm {
        match self {
            Self::Ecdsa(_, algorithm) => *algorithm,
            Self::Ed25519(_) => Algorithm::EdDsa,
            Self::Rsa(_) => {
                let taken = |algorithm: &Algorithm| takes.iter().any(|name| name == algorithm.name());
                OF_RSA.into_iter().find(taken).unwrap_or(Algorithm::Rs256)
            }
        }
    }

    fn sign(&self, algorithm: Algorithm, said: &[u8]) -> Result<Vec<u8>> {
        let random = SystemRandom::new();
        match self {
            Self::Ed25519(pair) => Ok(pair.sign(said).as_ref().to_vec()),
            Self::Ecdsa(pair, _) => Ok(pair.sign(&random, said).map_err(Error::internal)?.as_ref().to_vec()),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(encoding(algorithm), &random, said, &mut signature).map_err(Error::internal)?;
                Ok(signature)
            }
        }
    }
}

/// How RSA writes what it signs.
fn encoding(algorithm: Algorithm) -> &'static dyn RsaEncoding {
    match algorithm {
        Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
        Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
        Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
        Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
        _ => &signature::RSA_PKCS1_SHA256,
    }
}
