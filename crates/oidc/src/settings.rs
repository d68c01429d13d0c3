//! What is configured of an issuer.

use chrono::TimeDelta;
use onus_domain::{Violation, Violations};
use std::{path::PathBuf, str::FromStr};
use url::Url;

/// Algorithms by which an issuer may sign (RFC 7518): those with a public key. `none` and HMAC, whose keys could be taken from what is
/// public, are not among them and cannot be configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::Rs256),
    ("RS384", Algorithm::Rs384),
    ("RS512", Algorithm::Rs512),
    ("PS256", Algorithm::Ps256),
    ("PS384", Algorithm::Ps384),
    ("PS512", Algorithm::Ps512),
    ("ES256", Algorithm::Es256),
    ("ES384", Algorithm::Es384),
    ("EdDSA", Algorithm::EdDsa),
];

impl Algorithm {
    /// Its name in tokens.
    pub(crate) fn name(self) -> &'static str {
        ALGORITHMS.into_iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}

impl FromStr for Algorithm {
    type Err = Violation;

    fn from_str(name: &str) -> Result<Self, Violation> {
        let known = ALGORITHMS.into_iter().find(|(known, _)| *known == name);
        known.map(|(_, algorithm)| algorithm).ok_or_else(|| {
            let names = ALGORITHMS.map(|(name, _)| name).join(", ");
            Violation::new("algorithms", "KNOWN_CODE", name, format!("one of {names}"))
        })
    }
}

/// What is configured of an issuer.
#[derive(Debug, Clone)]
pub struct IssuerSettings {
    /// Its address, exactly as its tokens name it.
    pub issuer: String,
    /// Who Onus is to it.
    pub client_id: String,
    /// The secret that Onus shares with it; empty for a public client and for one with a key.
    pub client_secret: String,
    /// A file with the private key (PEM) that Onus shows it in the place of a secret.
    pub client_key_file: Option<PathBuf>,
    /// What the issuer calls that key; empty if it need not be named.
    pub client_key_id: String,
    /// Where it sends browsers back to.
    pub redirect_url: Url,
    /// Where it sends browsers after they signed out there.
    pub signed_out_url: Url,
    /// What is asked of it beside `openid`.
    pub scopes: Vec<String>,
    /// How people must have signed in, in its own words; empty leaves it to the issuer.
    pub acr_values: String,
    /// Whether to ask its userinfo endpoint for claims too.
    pub userinfo: bool,
    /// For whom tokens that programs bring must be made; empty takes none.
    pub audiences: Vec<String>,
    /// By which algorithms it may sign.
    pub algorithms: Vec<Algorithm>,
    /// How far its clock may be from ours.
    pub skew: TimeDelta,
    /// A file of root certificates (PEM) to trust instead of the usual ones.
    pub ca_file: Option<PathBuf>,
}

impl IssuerSettings {
    /// Whether the issuer is on this machine: the one case in which it need not use TLS.
    pub(crate) fn is_local(&self) -> bool {
        Url::parse(&self.issuer).is_ok_and(|url| is_loopback(&url))
    }

    /// Notes what is wrong with an address of an issuer: it must use TLS unless it is on this machine.
    pub fn check_address(field: &str, address: &str, found: &mut Violations) {
        let url = Url::parse(address).ok();
        let is_sound = url.as_ref().is_some_and(|url| {
            let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
            plain
                && url.has_host()
                && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        });
        found.require(is_sound, || {
            let expected =
                "an address such as https://login.example.org/tenant: https (http on loopback only), without query";
            Violation::new(field, "ADDRESS", address, expected)
        });
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_algorithms_with_public_keys_are_known() {
        for name in ["RS256", "PS512", "ES384", "EdDSA"] {
            assert!(name.parse::<Algorithm>().is_ok(), "{name}");
        }
        for name in ["none", "HS256", "HS384", "HS512", "rs256", "ES512", ""] {
            assert!(name.parse::<Algorithm>().unwrap_err().expected.contains("RS256"), "{name}");
        }
    }

    #[test]
    fn an_issuer_uses_tls_unless_it_is_on_this_machine() {
        let wrong = |address: &str| {
            let mut found = Violations::new();
            IssuerSettings::check_address("identity.issuer", address, &mut found);
            !found.is_empty()
        };
        for fine in [
            "https://id.example",
            "https://am.example:443/openam/x",
            "http://127.0.0.1:9",
            "http://localhost",
            "http://[::1]:9",
        ] {
            assert!(!wrong(fine), "{fine}");
        }
        for bad in [
            "http://id.example",
            "https://",
            "id.example",
            "https://a@id.example",
            "https://x/?q",
            "file:///etc",
        ] {
            assert!(wrong(bad), "{bad}");
        }
    }
}
