//! Talks with an issuer of identities by OpenID Connect: reads what it says of itself, keeps its keys, signs people in by authorisation code
//! with PKCE, and checks the tokens that programs bring. Signatures are checked by ring, which also speaks TLS: there is no other
//! cryptography in Onus.
//!
//! What a claim means in Onus is not decided here but in `onus-app`.

mod bearer;
mod client;
mod client_key;
mod issuer;
mod keys;
mod login;
mod settings;
mod token;

#[cfg(test)]
mod tests;

pub use issuer::Issuer;
pub use login::{LoginBegun, SignedIn};
pub use settings::{Algorithm, IssuerSettings};

/// Claims of a checked token, as the issuer wrote them.
pub type Claims = serde_json::Map<String, serde_json::Value>;
