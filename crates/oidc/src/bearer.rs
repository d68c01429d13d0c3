//! Tokens that programs bring: access tokens of the issuer's, as JSON Web Tokens (RFC 9068).

use crate::{
    Claims, Issuer,
    token::{Checked, Refused},
};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result};

/// What tokens that programs bring may say they are; some issuers say no more than that they are tokens.
const KINDS: [&str; 3] = ["at+jwt", "application/at+jwt", "JWT"];

impl Issuer {
    /// Checks a token that a program brings: who signed it, for whom it was made, and whether it is in its time. Answers whom it is about
    /// and what it says. `Unauthenticated` tells no more than whether a token that was good has expired.
    pub async fn check_bearer(&self, token: &str, now: DateTime<Utc>) -> Result<(String, Claims)> {
        match self.check(token, &KINDS, &self.settings.audiences, now).await {
            Ok(Checked { subject, claims, .. }) => Ok((subject, claims)),
            Err(Refused::Unknown(error)) => Err(error),
            Err(Refused::Expired) => {
                Err(Error::Unauthenticated("the bearer token has expired: get a new one".into()))
            }
            Err(Refused::Never(cause)) => {
                tracing::debug!(cause, "a bearer token was refused");
                Err(Error::Unauthenticated("the bearer token is not accepted".into()))
            }
        }
    }
}
