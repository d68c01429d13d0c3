//! Sessions of browsers. A browser keeps a session's key in a cookie; only the key's digest is stored.

use super::{demo, known::enabled, secrets};
use crate::{App, audit};
use chrono::TimeDelta;
use onus_domain::{
    Error, Result,
    account::{AccountState, Session},
    role::Actor,
};

/// How long a sign-in that was taken is remembered: longer than the issuer's codes live.
const TAKEN: TimeDelta = TimeDelta::days(1);
/// How exactly it is noted when a session was last used.
const NOTED: TimeDelta = TimeDelta::minutes(1);

/// Somebody who signed in with a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Who they act as.
    pub actor: Actor,
    /// What they are called.
    pub name: String,
    /// What every form of their pages carries.
    pub form_token: String,
}

impl App {
    /// Begins a session for somebody who just signed in, and answers its key. A session that the browser had before ends: none that
    /// anybody else may know goes on.
    pub(super) async fn begin_session(
        &self,
        account: &str,
        id_token: Option<String>,
        previous: Option<&str>,
        taken: Option<&str>,
    ) -> Result<String> {
        let key = secrets::secret()?;
        let context = self.context(Actor { account: account.to_owned(), ..Actor::public() });
        let now = context.now;
        let session = Session {
            digest: secrets::digest(&key),
            account: account.to_owned(),
            created_at: now,
            seen_at: now,
            id_token,
        };
        let (previous, taken) = (previous.map(secrets::digest), taken.map(secrets::digest));
        let limits = self.identity.limits;
        self.commit(&context, async |tx| {
            if let Some(taken) = &taken
                && !tx.take_login(taken, now).await?
            {
                return Err(Error::Unauthenticated("this sign-in was used already: sign in again".into()));
            }
            if let Some(previous) = &previous {
                tx.delete_session(previous).await?;
            }
            tx.forget_sessions(now - limits.longest, now - TAKEN).await?;
            tx.insert_session(&session).await?;
            let name = format!("accounts/{}", session.account);
            let change = audit::change::<AccountState>(&context, "session.begin", name, None, None, "")?;
            Ok(((), vec![change]))
        })
        .await?;
        Ok(key)
    }

    /// Signs in as one of the demo's identities; the key of the session.
    pub async fn sign_in_demo(&self, name: &str, previous: Option<&str>) -> Result<String> {
        if !self.settings().demo_identities {
            return Err(Error::PermissionDenied("this server has no demo identities".into()));
        }
        let actor = demo::named(name)?;
        self.begin_session(&actor.account, None, previous, None).await
    }

    /// Who a browser's session is of; `None` if it has ended, or its account may do nothing any more.
    pub async fn visitor(&self, key: &str) -> Result<Option<Visitor>> {
        let digest = secrets::digest(key);
        let now = self.clock().now();
        let session = self.store().session(&digest).await?;
        let Some(session) = session.filter(|session| session.lasts(self.identity.limits, now)) else {
            return Ok(None);
        };
        let who = match demo::of_account(&session.account) {
            Some(actor) if self.settings().demo_identities => {
                Some((actor, format!("{} (demo identity)", session.account)))
            }
            Some(_) => None,
            None => {
                let account = self.store().account(&session.account).await?;
                account
                    .filter(|account| enabled(account).is_ok())
                    .map(|account| (account.actor(), account.display_name))
            }
        };
        let Some((actor, name)) = who else { return Ok(None) };
        if now - session.seen_at >= NOTED {
            self.store().write(async |tx| tx.note_session_seen(&digest, now).await).await?;
        }
        Ok(Some(Visitor { actor, name, form_token: secrets::form_token(key) }))
    }

    /// Ends a session. Answers where to go on signing out at the issuer, if there is such a place.
    pub async fn sign_out(&self, key: &str) -> Result<Option<String>> {
        let digest = secrets::digest(key);
        let Some(session) = self.store().session(&digest).await? else { return Ok(None) };
        let context = self.context(Actor { account: session.account.clone(), ..Actor::public() });
        self.commit(&context, async |tx| {
            let ended = tx.delete_session(&digest).await?;
            let name = format!("accounts/{}", session.account);
            let change = audit::change::<AccountState>(&context, "session.end", name, None, None, "")?;
            Ok(((), if ended { vec![change] } else { vec![] }))
        })
        .await?;
        match (&self.identity.issuer, &session.id_token) {
            (Some(issuer), Some(id_token)) => Ok(issuer.sign_out_url(id_token).await),
            _ => Ok(None),
        }
    }

    /// What forms carry on pages of a browser that has only this secret.
    pub fn form_token(&self, secret: &str) -> String {
        secrets::form_token(secret)
    }

    /// A new secret for a browser that has not signed in.
    pub fn browser_secret(&self) -> Result<String> {
        secrets::secret()
    }
}
