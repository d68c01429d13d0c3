//! Who calls: by a service token, a token of the issuer's, a client certificate, a browser's session; in the demo, by name.

mod accounts;
mod demo;
mod known;
mod login;
mod mapping;
mod recent;
mod secrets;
mod sessions;
mod tokens;

pub use accounts::{AccountChange, NewMachine};
pub use demo::{DEMO_IDENTITIES, DemoIdentity, demo_actor};
pub use login::LoginStarted;
pub use mapping::{Claims, Mapping, Rule};
pub use sessions::Visitor;
pub use tokens::NewToken;

pub(crate) use recent::Recent;

use chrono::TimeDelta;
use onus_domain::account::SessionLimits;
use onus_oidc::Issuer;
use std::sync::Arc;

/// SHA-256 of the certificate that a client showed on the connection of a request, in hexadecimal. Among a request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate(pub String);

/// How callers are known.
#[derive(Clone)]
pub struct IdentitySettings {
    /// Who signs people in; nobody if there is none.
    pub issuer: Option<Arc<Issuer>>,
    /// What the issuer is called on pages.
    pub issuer_name: String,
    /// How its claims become roles.
    pub mapping: Mapping,
    /// How long sessions last.
    pub limits: SessionLimits,
    /// Whether browsers reach this server by https only.
    pub secure: bool,
}

impl Default for IdentitySettings {
    fn default() -> Self {
        let limits = SessionLimits { idle: TimeDelta::minutes(30), longest: TimeDelta::hours(12) };
        Self { issuer: None, issuer_name: String::new(), mapping: Mapping::default(), limits, secure: false }
    }
}
