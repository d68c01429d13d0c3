//! Signing in: authorisation code with PKCE (S256), state and nonce (OpenID Connect Core 1.0, RFC 7636); and signing out at the issuer.

use crate::{
    Algorithm, Claims, Issuer,
    issuer::{Known, away},
    keys,
    token::{Checked, Refused, audiences_of, text},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use http::{Request, StatusCode, header};
use onus_domain::{Error, Result};
use serde::Deserialize;
use url::{Url, form_urlencoded};

/// What ID tokens may say they are.
const KINDS: [&str; 1] = ["JWT"];

/// The kind of an assertion that a client signs (RFC 7523, 2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A sign-in that began: what the browser must bring back.
#[derive(Debug, Clone)]
pub struct LoginBegun {
    /// Where to send the browser.
    pub url: String,
    /// Comes back with the browser.
    pub state: String,
    /// Comes back in the issuer's token.
    pub nonce: String,
    /// Proves that who brings the code began the sign-in.
    pub verifier: String,
}

/// Who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The issuer's key of the person.
    pub subject: String,
    /// What it says of the person.
    pub claims: Claims,
    /// Its token, to be shown to it when the session ends.
    pub id_token: String,
}

/// What the issuer gives for a code.
#[derive(Deserialize)]
struct Given {
    access_token: String,
    id_token: String,
}

impl Issuer {
    /// Begins a sign-in.
    pub async fn begin_login(&self) -> Result<LoginBegun> {
        let known = self.known().await?;
        let (state, nonce, verifier) = (secret()?, secret()?, secret()?);
        let challenge = URL_SAFE_NO_PAD.encode(keys::digest(Algorithm::Rs256, verifier.as_bytes()));
        let mut url = address(&known.metadata.authorization_endpoint)?;
        let scopes = self.settings.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid");
        let scopes: Vec<_> = std::iter::once("openid").chain(scopes).collect();
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", self.settings.redirect_url.as_str())
            .append_pair("scope", &scopes.join(" "))
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !self.settings.acr_values.is_empty() {
            query.append_pair("acr_values", &self.settings.acr_values);
        }
        drop(query);
        Ok(LoginBegun { url: url.into(), state, nonce, verifier })
    }

    /// Completes a sign-in with the code that the browser brought: takes the issuer's token for it and checks that in full. `nonce` and
    /// `verifier` are those it began with.
    pub async fn complete_login(
        &self,
        code: &str,
        nonce: &str,
        verifier: &str,
        now: DateTime<Utc>,
    ) -> Result<SignedIn> {
        let known = self.known().await?;
        let given = self.exchange(&known, code, verifier, now).await?;
        let ours = std::slice::from_ref(&self.settings.client_id);
        let checked = match self.check(&given.id_token, &KINDS, ours, now).await {
            Ok(checked) => checked,
            Err(Refused::Unknown(error)) => return Err(error),
            Err(Refused::Expired) => return Err(refused("an ID token that has expired")),
            Err(Refused::Never(cause)) => return Err(refused(cause)),
        };
        self.check_login(&checked, nonce, &given.access_token)?;
        let Checked { subject, mut claims, .. } = checked;
        if self.settings.userinfo {
            let more = self.ask_userinfo(&known, &given.access_token, &subject).await?;
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(SignedIn { subject, claims, id_token: given.id_token })
    }

    /// Where to send a browser that signed out of Onus, to sign out at the issuer too, if the issuer has such a place.
    pub async fn sign_out_url(&self, id_token: &str) -> Option<String> {
        let known = self.known().await.ok()?;
        let mut url = address(known.metadata.end_session_endpoint.as_ref()?).ok()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", id_token)
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", self.settings.signed_out_url.as_str());
        Some(url.into())
    }

    /// Takes the issuer's tokens for a code.
    async fn exchange(&self, known: &Known, code: &str, verifier: &str, now: DateTime<Utc>) -> Result<Given> {
        let place = &known.metadata.token_endpoint;
        let assertion = self.assertion(known, now)?;
        let request = self.token_request(known, code, verifier, assertion.as_deref());
        let request = request.map_err(|error| away(&format!("{place}: {error}")))?;
        let answer = self.client.send(request).await.map_err(|error| away(&format!("{place}: {error}")))?;
        if answer.status() != StatusCode::OK {
            let cause = format!("{place} answered {}", answer.status());
            return Err(if answer.status().is_client_error() { refused(&cause) } else { away(&cause) });
        }
        serde_json::from_slice(answer.body()).map_err(|error| away(&format!("{place}: {error}")))
    }

    /// What is shown in the place of a secret, if Onus has a key.
    fn assertion(&self, known: &Known, now: DateTime<Utc>) -> Result<Option<String>> {
        let Some(key) = &self.key else { return Ok(None) };
        let said = &known.metadata;
        let takes = &said.token_endpoint_auth_signing_alg_values_supported;
        key.assertion(&self.settings.client_id, &said.token_endpoint, &secret()?, takes, now).map(Some)
    }

    /// Asks for tokens, showing the client's `assertion`, or its secret in the way that the issuer takes.
    fn token_request(
        &self,
        known: &Known,
        code: &str,
        verifier: &str,
        assertion: Option<&str>,
    ) -> Result<Request<String>, http::Error> {
        let (id, secret) = (&self.settings.client_id, &self.settings.client_secret);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", self.settings.redirect_url.as_str())
            .append_pair("code_verifier", verifier);
        let mut request = Request::post(&known.metadata.token_endpoint)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        // Without a word of the issuer's it is by Basic (OpenID Connect Discovery 1.0, 3).
        let methods = &known.metadata.token_endpoint_auth_methods_supported;
        let by_body = !methods.is_empty() && !methods.iter().any(|method| method == "client_secret_basic");
        if let Some(assertion) = assertion {
            form.append_pair("client_id", id)
                .append_pair("client_assertion_type", ASSERTION)
                .append_pair("client_assertion", assertion);
        } else if secret.is_empty() {
            form.append_pair("client_id", id);
        } else if by_body {
            form.append_pair("client_id", id).append_pair("client_secret", secret);
        } else {
            // Each part is written as in a form first (RFC 6749, 2.3.1).
            let part = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", part(id), part(secret)));
            request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
        }
        request.body(form.finish())
    }

    /// Checks what an ID token must have beside what every token must: the nonce that the sign-in began with, no other audience without a
    /// word of who may use it, and the access token that it came with.
    pub(crate) fn check_login(&self, checked: &Checked, nonce: &str, access_token: &str) -> Result<()> {
        let claims = &checked.claims;
        if text(claims, "nonce") != Some(nonce) {
            return Err(refused("an ID token of another sign-in"));
        }
        let party = text(claims, "azp");
        if party.is_some_and(|party| party != self.settings.client_id)
            || (party.is_none() && audiences_of(claims).count() > 1)
        {
            return Err(refused("an ID token for another program"));
        }
        if let Some(expected) = text(claims, "at_hash") {
            let digest = keys::digest(checked.algorithm, access_token.as_bytes());
            let half = digest.get(..digest.len() / 2).unwrap_or_default();
            if URL_SAFE_NO_PAD.encode(half) != expected {
                return Err(refused("another access token than the ID token's"));
            }
        }
        Ok(())
    }

    /// What the issuer's userinfo endpoint says of `subject`.
    async fn ask_userinfo(&self, known: &Known, access_token: &str, subject: &str) -> Result<Claims> {
        let Some(place) = &known.metadata.userinfo_endpoint else { return Ok(Claims::new()) };
        let claims: Claims =
            self.client.fetch(place, Some(access_token)).await.map_err(|cause| away(&cause))?;
        if text(&claims, "sub") != Some(subject) {
            return Err(refused("userinfo is about another person than the ID token"));
        }
        Ok(claims)
    }
}

/// A text that nobody can guess: 256 random bits.
fn secret() -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// An address that the issuer gave.
fn address(text: &str) -> Result<Url> {
    Url::parse(text).map_err(|error| away(&format!("an address that cannot be read: {error}")))
}

/// A sign-in that is not accepted. Why stays in the log: it names no person.
fn refused(cause: &str) -> Error {
    tracing::warn!(cause, "a sign-in was refused");
    Error::Unauthenticated("the sign-in was not accepted: sign in again".into())
}
