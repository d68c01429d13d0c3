//! Public keys of an issuer (JSON Web Keys, RFC 7517), and signatures checked by them.

use crate::Algorithm;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;
use serde_json::Value;

/// The keys of an issuer. Those of kinds that Onus does not know are passed over.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<Key>);

/// A key, with what it is for.
#[derive(Debug)]
struct Key {
    kid: Option<String>,
    /// The one algorithm that it may be used with, if it says so.
    only: Option<String>,
    public: Public,
}

#[derive(Debug)]
enum Public {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// Uncompressed points, on P-256 and P-384.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A set of keys, as an issuer writes it.
#[derive(Deserialize)]
pub(crate) struct Written {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kty: String,
    #[serde(rename = "use")]
    used: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Keys {
    /// Reads them.
    pub fn read(written: Written) -> Self {
        Self(
            written.keys.into_iter().filter_map(|key| Key::read(serde_json::from_value(key).ok()?)).collect(),
        )
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether there is one called `kid`; without a name, whether there is any.
    pub fn has(&self, kid: Option<&str>) -> bool {
        self.named(kid).next().is_some()
    }

    /// Whether one of them, that called `kid` if it is given, made `signature` over `signed` by `algorithm`.
    pub fn made(
        &self,
        kid: Option<&str>,
        algorithm: Algorithm,
        name: &str,
        signed: &[u8],
        signature: &[u8],
    ) -> bool {
        let mut keys = self.named(kid).filter(|key| key.only.as_deref().is_none_or(|only| only == name));
        keys.any(|key| key.public.made(algorithm, signed, signature))
    }

    fn named<'k>(&'k self, kid: Option<&'k str>) -> impl Iterator<Item = &'k Key> {
        self.0.iter().filter(move |key| kid.is_none() || key.kid.as_deref() == kid)
    }
}

fn decode(part: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part?).ok()
}

impl Key {
    fn read(written: WrittenKey) -> Option<Self> {
        if written.used.is_some_and(|used| used != "sig") {
            return None;
        }
        let point = |length: usize| {
            let (x, y) = (decode(written.x.as_ref())?, decode(written.y.as_ref())?);
            (x.len() == length && y.len() == length).then(|| [&[4], &x[..], &y[..]].concat())
        };
        let public = match (written.kty.as_str(), written.crv.as_deref()) {
            ("RSA", _) => Public::Rsa { n: decode(written.n.as_ref())?, e: decode(written.e.as_ref())? },
            ("EC", Some("P-256")) => Public::P256(point(32)?),
            ("EC", Some("P-384")) => Public::P384(point(48)?),
            ("OKP", Some("Ed25519")) => Public::Ed25519(decode(written.x.as_ref())?),
            _ => return None,
        };
        Some(Self { kid: written.kid, only: written.alg, public })
    }
}

impl Public {
    /// A key of one kind never checks a signature of another: what a token says of its algorithm does not choose how a key is read.
    fn made(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let rsa = |parameters: &'static RsaParameters| match self {
            Self::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(parameters, signed, signature).is_ok()
            }
            _ => false,
        };
        let curve = |of: &'static dyn VerificationAlgorithm, key: Option<&Vec<u8>>| {
            key.is_some_and(|key| UnparsedPublicKey::new(of, key).verify(signed, signature).is_ok())
        };
        match algorithm {
            Algorithm::Rs256 => rsa(&RSA_PKCS1_2048_8192_SHA256),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_2048_8192_SHA384),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_2048_8192_SHA512),
            Algorithm::Ps256 => rsa(&RSA_PSS_2048_8192_SHA256),
            Algorithm::Ps384 => rsa(&RSA_PSS_2048_8192_SHA384),
            Algorithm::Ps512 => rsa(&RSA_PSS_2048_8192_SHA512),
            Algorithm::Es256 => curve(&ECDSA_P256_SHA256_FIXED, self.p256()),
            Algorithm::Es384 => curve(&ECDSA_P384_SHA384_FIXED, self.p384()),
            Algorithm::EdDsa => curve(&ED25519, self.ed25519()),
        }
    }

    fn p256(&self) -> Option<&Vec<u8>> {
        if let Self::P256(point) = self { Some(point) } else { None }
    }

    fn p384(&self) -> Option<&Vec<u8>> {
        if let Self::P384(point) = self { Some(point) } else { None }
    }

    fn ed25519(&self) -> Option<&Vec<u8>> {
        if let Self::Ed25519(point) = self { Some(point) } else { None }
    }
}

/// SHA-2 of the length that an algorithm has.
pub(crate) fn digest(algorithm: Algorithm, bytes: &[u8]) -> Vec<u8> {
    use ring::digest::{SHA256, SHA384, SHA512, digest};
    let by = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => &SHA256,
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => &SHA384,
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => &SHA512,
    };
    digest(by, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
    };
    use serde_json::json;

    fn keys(written: Value) -> Keys {
        Keys::read(serde_json::from_value(written).unwrap())
    }

    fn encode(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    #[test]
    fn a_key_checks_what_it_signed_and_nothing_else() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let curve =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let edwards = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let point = curve.public_key().as_ref();
        let held = keys(json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "kid": "c", "x": encode(&point[1..33]), "y": encode(&point[33..]) },
            { "kty": "OKP", "crv": "Ed25519", "kid": "e", "alg": "EdDSA", "x": encode(edwards.public_key().as_ref()) },
        ]}));
        assert_eq!(held.count(), 2);
        let signature = curve.sign(&random, b"signed").unwrap();
        let signature = signature.as_ref();
        let made = |kid, algorithm, name, signed: &[u8]| held.made(kid, algorithm, name, signed, signature);
        assert!(made(Some("c"), Algorithm::Es256, "ES256", b"signed"));
        assert!(made(None, Algorithm::Es256, "ES256", b"signed"), "without a name every key is tried");
        assert!(!made(Some("e"), Algorithm::Es256, "ES256", b"signed"));
        assert!(!made(Some("x"), Algorithm::Es256, "ES256", b"signed"));
        assert!(!made(Some("c"), Algorithm::Es256, "ES256", b"other"));
        for algorithm in [Algorithm::Rs256, Algorithm::Ps512, Algorithm::Es384, Algorithm::EdDsa] {
            assert!(!made(Some("c"), algorithm, "ES256", b"signed"), "{algorithm:?}");
        }
        let by_edwards = edwards.sign(b"signed");
        assert!(held.made(Some("e"), Algorithm::EdDsa, "EdDSA", b"signed", by_edwards.as_ref()));
        assert!(
            !held.made(Some("e"), Algorithm::EdDsa, "RS256", b"signed", by_edwards.as_ref()),
            "EdDSA only"
        );
    }

    #[test]
    fn keys_for_other_ends_and_of_other_kinds_are_passed_over() {
        let held = keys(json!({ "keys": [
            { "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB" },
            { "kty": "oct", "k": "AQAB" },
            { "kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB" },
            { "kty": "EC", "crv": "secp256k1", "x": "AQAB", "y": "AQAB" },
            { "kty": "RSA", "n": "?", "e": "AQAB" },
            { "kty": 7 },
            "key",
        ]}));
        assert!(held.count() == 0 && !held.has(None));
    }
}
