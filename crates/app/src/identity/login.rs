//! Signing in with the issuer: what the browser keeps between leaving and coming back.

use super::secrets;
use crate::App;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use onus_domain::{Error, Result};
use onus_oidc::Issuer;
use serde::{Deserialize, Serialize};

/// Longest time between leaving and coming back.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// Longest address to go back to, bytes.
const LONGEST_ADDRESS: usize = 1_000;

/// A sign-in that began.
#[derive(Debug, Clone)]
pub struct LoginStarted {
    /// Where to send the browser.
    pub url: String,
    /// What the browser keeps, in a cookie that no script reads, until it comes back.
    pub kept: String,
}

/// What the browser keeps: it alone can complete the sign-in that it began.
#[derive(Serialize, Deserialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    go_on: String,
    at: DateTime<Utc>,
}

impl App {
    /// Begins a sign-in with the issuer, after which the browser goes on at `go_on`.
    pub async fn start_login(&self, go_on: &str) -> Result<LoginStarted> {
        let begun = self.issuer()?.begin_login().await?;
        let kept = Kept {
            state: begun.state,
            nonce: begun.nonce,
            verifier: begun.verifier,
            go_on: own_address(go_on).to_owned(),
            at: self.clock().now(),
        };
        let kept = serde_json::to_vec(&kept).map_err(Error::internal)?;
        Ok(LoginStarted { url: begun.url, kept: URL_SAFE_NO_PAD.encode(kept) })
    }

    /// Completes a sign-in: `kept` is what the browser kept, `state` and `code` what it came back with, `previous` the session it had.
    /// Answers the key of the new session, and where to go on.
    pub async fn complete_login(
        &self,
        kept: Option<&str>,
        state: &str,
        code: &str,
        previous: Option<&str>,
    ) -> Result<(String, String)> {
        let issuer = self.issuer()?;
        let kept = self.kept(kept, state)?;
        let signed_in = issuer.complete_login(code, &kept.nonce, &kept.verifier, self.clock().now()).await?;
        let claimed = self.identity.mapping.grant(&signed_in.claims)?;
        let account =
            self.account_of_person(issuer.address(), &signed_in.subject, &signed_in.claims, &claimed).await?;
        super::known::enabled(&account)?;
        let key = self
            .begin_session(account.id.as_str(), Some(signed_in.id_token), previous, Some(&kept.state))
            .await?;
        Ok((key, own_address(&kept.go_on).to_owned()))
    }

    /// Refuses what comes back without having been begun by the same browser, or too late.
    pub fn check_login(&self, kept: Option<&str>, state: &str) -> Result<()> {
        self.kept(kept, state).map(drop)
    }

    fn kept(&self, kept: Option<&str>, state: &str) -> Result<Kept> {
        let kept = kept.and_then(|kept| URL_SAFE_NO_PAD.decode(kept).ok());
        let kept: Option<Kept> = kept.and_then(|kept| serde_json::from_slice(&kept).ok());
        let now = self.clock().now();
        kept.filter(|kept| {
            let age = now - kept.at;
            !state.is_empty()
                && secrets::digest(&kept.state) == secrets::digest(state)
                && age < PATIENCE
                && age > -PATIENCE
        })
        .ok_or_else(|| {
            let message = "this sign-in was not begun by this browser, was used already, or took too long: sign in again";
            Error::Unauthenticated(message.into())
        })
    }

    fn issuer(&self) -> Result<&Issuer> {
        self.identity.issuer.as_deref().ok_or_else(|| Error::not_found("page", "/sign-in"))
    }

    /// Where to go on: an address of this server's own, whatever was asked for.
    pub fn go_on<'a>(&self, asked: &'a str) -> &'a str {
        own_address(asked)
    }

    /// Whether anybody can sign in with a browser.
    pub fn can_sign_in(&self) -> bool {
        self.settings().demo_identities || self.identity.issuer.is_some()
    }
}

/// An address of this server's own to go on at: anything else is taken as the home page, so that nobody is sent elsewhere from here.
pub(super) fn own_address(asked: &str) -> &str {
    let sound = asked.starts_with('/')
        && !asked.starts_with("//")
        && asked.len() <= LONGEST_ADDRESS
        && asked.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !["/sign-in", "/sign-out", "/signed-out"].iter().any(|own| asked.starts_with(own));
    if sound { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for fine in ["/", "/collections?q=a%20b&page=2#items", "/account"] {
            assert_eq!(own_address(fine), fine);
        }
        for bad in [
            "",
            "collections",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "/é",
            "/sign-in?go_on=/",
            "/sign-out",
            "\t//evil.example",
        ] {
            assert_eq!(own_address(bad), "/", "{bad}");
        }
        assert_eq!(own_address(&format!("/{}", "a".repeat(1_000))), "/");
    }
}
