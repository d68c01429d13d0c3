//! An issuer: what it says of itself (OpenID Connect Discovery 1.0) and its keys, read when first needed and kept fresh.

use crate::{
    IssuerSettings,
    client::HttpClient,
    client_key::ClientKey,
    keys::{Keys, Written},
};
use onus_domain::{Error, Result};
use serde::Deserialize;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::{sync::Mutex, time::Instant};

/// How long what an issuer says of itself is taken as still so.
const FRESH: Duration = Duration::from_hours(1);
/// Shortest time between two readings: a token with a key that nobody knows does not make us ask at once again.
const SHORTEST: Duration = Duration::from_secs(5);

/// What an issuer says of itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    jwks_uri: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: Option<String>,
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
}

/// What is known of an issuer.
pub(crate) struct Known {
    pub metadata: Metadata,
    pub keys: Keys,
    read_at: Instant,
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.read_at.elapsed() < FRESH
    }
}

/// An issuer of identities.
pub struct Issuer {
    pub(crate) settings: IssuerSettings,
    pub(crate) client: HttpClient,
    pub(crate) key: Option<ClientKey>,
    known: RwLock<Option<Arc<Known>>>,
    /// When it was last asked; who holds it is asking.
    asked: Mutex<Option<Instant>>,
}

impl Issuer {
    /// An issuer that is not asked yet. The error names a file of certificates or of a key that cannot be read.
    pub fn new(settings: IssuerSettings) -> Result<Self> {
        let client = HttpClient::new(&settings)?;
        let key = settings.client_key_file.as_deref();
        let key = key.map(|file| ClientKey::read(file, &settings.client_key_id)).transpose()?;
        Ok(Self { settings, client, key, known: RwLock::default(), asked: Mutex::default() })
    }

    /// Its address, as its tokens name it.
    pub fn address(&self) -> &str {
        &self.settings.issuer
    }

    /// Asks it what it says of itself, so that whoever starts a server learns whether it can be reached.
    pub async fn reach(&self) -> Result<()> {
        self.known().await.map(drop)
    }

    /// What is known of it. When it cannot be asked again, what it said before still holds.
    pub(crate) async fn known(&self) -> Result<Arc<Known>> {
        match self.held().filter(|known| known.is_fresh()) {
            Some(known) => Ok(known),
            None => self.ask(Known::is_fresh).await,
        }
    }

    /// The same, asked again if it has no key called `kid`: keys are changed from time to time.
    pub(crate) async fn known_with(&self, kid: Option<&str>) -> Result<Arc<Known>> {
        let known = self.known().await?;
        if known.keys.has(kid) { Ok(known) } else { self.ask(|known| known.keys.has(kid)).await }
    }

    fn held(&self) -> Option<Arc<Known>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks it, unless another did meanwhile and got what is `enough`, or it was asked just now.
    async fn ask(&self, enough: impl Fn(&Known) -> bool) -> Result<Arc<Known>> {
        let mut asked = self.asked.lock().await;
        let held = self.held();
        if let Some(known) = held.as_ref().filter(|known| enough(known)) {
            return Ok(Arc::clone(known));
        }
        if asked.is_some_and(|at| at.elapsed() < SHORTEST) {
            return held.ok_or_else(|| away("it was asked just now and did not answer"));
        }
        *asked = Some(Instant::now());
        match self.read().await {
            Ok(known) => {
                let known = Arc::new(known);
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
                Ok(known)
            }
            Err(cause) => {
                tracing::warn!(cause, "the issuer of identities cannot be asked");
                held.ok_or_else(|| away(&cause))
            }
        }
    }

    async fn read(&self) -> Result<Known, String> {
        let place = format!("{}/.well-known/openid-configuration", self.address().trim_end_matches('/'));
        let metadata: Metadata = self.client.fetch(&place, None).await?;
        if metadata.issuer != self.address() {
            return Err(format!("{place} is of another issuer: {:.200}", metadata.issuer));
        }
        let keys = Keys::read(self.client.fetch::<Written>(&metadata.jwks_uri, None).await?);
        tracing::info!(keys = keys.count(), "the issuer of identities was asked");
        Ok(Known { metadata, keys, read_at: Instant::now() })
    }
}

/// The issuer does not answer.
pub(crate) fn away(cause: &str) -> Error {
    Error::Unavailable {
        public: "the issuer of identities cannot be reached: try again in a moment".into(),
        private: format!("issuer: {cause}"),
    }
}
