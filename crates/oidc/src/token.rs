//! Signed tokens (JSON Web Tokens, RFC 7519): who signed them, and the claims that every one of them must have.

use crate::{Algorithm, Claims, Issuer};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result};
use serde::Deserialize;
use serde_json::Value;

/// Longest token that is looked at, bytes.
const LONGEST: usize = 16 * 1024;
/// Longest key of a person that an issuer may give (OpenID Connect Core 1.0, 2).
const LONGEST_SUBJECT: usize = 255;

/// Why a token is refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// It was good, once.
    Expired,
    /// It never was, for a reason that goes to the log only.
    Never(&'static str),
    /// It cannot be said now.
    Unknown(Error),
}

/// A token whose signature, issuer, audience and times are as they must be.
#[derive(Debug)]
pub(crate) struct Checked {
    pub subject: String,
    pub claims: Claims,
    /// By which it was signed.
    pub algorithm: Algorithm,
}

/// What a token says of its signature, as far as it counts.
#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl Issuer {
    /// Checks a token of one of `kinds` that must be made for one of `audiences`.
    pub(crate) async fn check(
        &self,
        token: &str,
        kinds: &[&str],
        audiences: &[String],
        now: DateTime<Utc>,
    ) -> Result<Checked, Refused> {
        let (signed, head, signature) = parts(token, kinds)?;
        let algorithm = head.alg.parse::<Algorithm>().ok();
        let algorithm = algorithm.filter(|algorithm| self.settings.algorithms.contains(algorithm));
        let algorithm = algorithm.ok_or(Refused::Never("an algorithm that is not allowed"))?;
        let kid = head.kid.as_deref();
        let known = self.known_with(kid).await.map_err(Refused::Unknown)?;
        if !known.keys.made(kid, algorithm, &head.alg, signed.as_bytes(), &signature) {
            return Err(Refused::Never("no key of the issuer's made its signature"));
        }
        let claims = payload(token).ok_or(Refused::Never("no claims"))?;
        self.check_maker_and_audience(&claims, audiences)?;
        self.check_times(&claims, now)?;
        let subject = text(&claims, "sub").filter(|sub| !sub.is_empty() && sub.len() <= LONGEST_SUBJECT);
        let subject = subject.ok_or(Refused::Never("about nobody"))?.to_owned();
        Ok(Checked { subject, claims, algorithm })
    }

    pub(crate) fn check_maker_and_audience(
        &self,
        claims: &Claims,
        audiences: &[String],
    ) -> Result<(), Refused> {
        if text(claims, "iss") != Some(self.address()) {
            return Err(Refused::Never("another issuer"));
        }
        let for_us = audiences_of(claims).any(|one| audiences.iter().any(|audience| audience == one));
        if for_us { Ok(()) } else { Err(Refused::Never("made for another audience")) }
    }

    pub(crate) fn check_times(&self, claims: &Claims, now: DateTime<Utc>) -> Result<(), Refused> {
        // A time is seconds since 1970 (RFC 7519, 2), of rare issuers with a fraction.
        let time = |name: &str| match claims.get(name).map(Value::as_f64) {
            None => Ok(None),
            Some(Some(seconds)) if seconds.is_finite() => Ok(Some(seconds)),
            Some(_) => Err(Refused::Never("a time that is none")),
        };
        let (now, skew) = (seconds(now), self.settings.skew.as_seconds_f64());
        let expires = time("exp")?.ok_or(Refused::Never("no end"))?;
        if time("nbf")?.is_some_and(|begins| now < begins - skew)
            || time("iat")?.is_some_and(|issued| now < issued - skew)
        {
            return Err(Refused::Never("before its time"));
        }
        if now >= expires + skew { Err(Refused::Expired) } else { Ok(()) }
    }
}

/// A claim that is a text.
pub(crate) fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name)?.as_str()
}

/// For whom claims were made.
pub(crate) fn audiences_of(claims: &Claims) -> impl Iterator<Item = &str> {
    let several = match claims.get("aud") {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    several.iter().filter_map(Value::as_str)
}

/// Seconds since 1970; exact to the microsecond for some centuries.
#[expect(clippy::cast_precision_loss, reason = "microseconds of this century fit a float's 53 bits")]
fn seconds(now: DateTime<Utc>) -> f64 {
    now.timestamp_micros() as f64 / 1e6
}

/// A token's signed part, head and signature.
fn parts<'t>(token: &'t str, kinds: &[&str]) -> Result<(&'t str, Head, Vec<u8>), Refused> {
    if token.len() > LONGEST {
        return Err(Refused::Never("too long"));
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Never("not a token"))?;
    let (head, payload) = signed.split_once('.').ok_or(Refused::Never("not a token"))?;
    if payload.contains('.') || signature.is_empty() {
        return Err(Refused::Never("not a signed token"));
    }
    let head = decode(head).and_then(|bytes| serde_json::from_slice::<Head>(&bytes).ok());
    let head = head.ok_or(Refused::Never("a head that cannot be read"))?;
    if head.crit.is_some() {
        return Err(Refused::Never("a head that asks for what Onus does not know"));
    }
    let is_kind = |kind: &str| kinds.iter().any(|known| kind.eq_ignore_ascii_case(known));
    if !head.typ.as_deref().is_none_or(is_kind) {
        return Err(Refused::Never("another kind of token"));
    }
    let signature = decode(signature).ok_or(Refused::Never("a signature that cannot be read"))?;
    Ok((signed, head, signature))
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part).ok()
}

fn payload(token: &str) -> Option<Claims> {
    serde_json::from_slice(&decode(token.split('.').nth(1)?)?).ok()
}
