//! From what a caller shows to who acts.

use super::{demo, mapping::Claims, secrets};
use crate::{App, Context, audit};
use chrono::{DateTime, Utc};
use onus_domain::{
    AccountId, Error, Result, Violations,
    account::{Account, AccountKind, Grant, IssuerIdentity},
    role::Actor,
};
use onus_oidc::Issuer;

/// Said of every token that is not one of ours: not which part of it is wrong.
const NOT_ACCEPTED: &str = "the bearer token is not accepted";

impl App {
    /// Who an `authorization` value names; nothing given is the public. `Bearer` goes before a service token or a token of the issuer's;
    /// in the demo, `Demo` goes before an identity's name.
    pub async fn identify(&self, authorization: Option<&str>) -> Result<Actor> {
        let Some(value) = authorization else { return Ok(Actor::public()) };
        let (scheme, shown) = value.split_once(' ').unwrap_or((value, ""));
        if scheme.eq_ignore_ascii_case("Bearer") {
            return self.bearer(shown.trim()).await;
        }
        if scheme == "Demo" && self.settings().demo_identities {
            return demo::named(shown.trim());
        }
        let expected = if self.settings().demo_identities {
            "authorization must be \"Bearer TOKEN\" or, in this demo, \"Demo NAME\""
        } else {
            "authorization must be \"Bearer TOKEN\""
        };
        Err(Error::Unauthenticated(expected.into()))
    }

    /// Who shows a client certificate whose SHA-256 is `digest`.
    pub async fn identify_certificate(&self, digest: &str) -> Result<Actor> {
        let shown = format!("certificate {digest}");
        if let Some(actor) = self.recent.get(&shown) {
            return Ok(actor);
        }
        let account = self.store().account_of_certificate(digest).await?;
        let account = account
            .ok_or_else(|| Error::Unauthenticated("the client certificate belongs to no account".into()))?;
        let actor = enabled(&account)?.actor();
        self.recent.put(shown, actor.clone());
        Ok(actor)
    }

    /// Who acts by an account as it is now, for what was asked for before; `None` when it is disabled or gone.
    pub(crate) async fn acting(&self, account: &str) -> Result<Option<Actor>> {
        if self.settings().demo_identities
            && let Some(actor) = demo::of_account(account)
        {
            return Ok(Some(actor));
        }
        let shown = format!("account {account}");
        if let Some(actor) = self.recent.get(&shown) {
            return Ok(Some(actor));
        }
        let held = self.store().account(account).await?.filter(Account::is_enabled);
        let actor = held.map(|held| held.actor());
        if let Some(actor) = &actor {
            self.recent.put(shown, actor.clone());
        }
        Ok(actor)
    }

    async fn bearer(&self, token: &str) -> Result<Actor> {
        let digest = secrets::digest(token);
        if let Some(actor) = self.recent.get(&digest) {
            return Ok(actor);
        }
        let actor = if token.starts_with(secrets::TOKEN_PREFIX) {
            self.of_service_token(&digest).await?
        } else if let Some(issuer) = &self.identity.issuer {
            self.of_issuer_token(issuer, token).await?
        } else {
            return Err(Error::Unauthenticated(NOT_ACCEPTED.into()));
        };
        self.recent.put(digest, actor.clone());
        Ok(actor)
    }

    async fn of_service_token(&self, digest: &str) -> Result<Actor> {
        let found = self.store().token_with_account(digest).await?;
        let (token, account) = found.ok_or_else(|| Error::Unauthenticated(NOT_ACCEPTED.into()))?;
        let context = self.context(Actor::system());
        if token.revoked_at.is_some() {
            return Err(Error::Unauthenticated("the service token was revoked".into()));
        }
        if !token.is_good(context.now) {
            return Err(Error::Unauthenticated("the service token has expired".into()));
        }
        let actor = enabled(&account)?.actor();
        let today = context.today();
        if token.last_used_on != Some(today) {
            self.store().write(async |tx| tx.note_token_used(token.id, today).await).await?;
        }
        Ok(actor)
    }

    async fn of_issuer_token(&self, issuer: &Issuer, token: &str) -> Result<Actor> {
        let (subject, claims) = issuer.check_bearer(token, self.clock().now()).await?;
        let claimed = self.identity.mapping.grant(&claims)?;
        let account = match self.store().account_of(issuer.address(), &subject).await? {
            Some(account) => account,
            None => self.account_of_person(issuer.address(), &subject, &claims, &claimed).await?,
        };
        // What this token says counts, not what another said at the last sign-in.
        Ok(enabled(&account)?.acting_with(&claimed))
    }

    /// The account of somebody whom the issuer names, made if it is not there, with its name and claims as they are now.
    pub(super) async fn account_of_person(
        &self,
        issuer: &str,
        subject: &str,
        claims: &Claims,
        claimed: &Grant,
    ) -> Result<Account> {
        let name = name_in(claims);
        let context = self.context(Actor::system());
        let fresh = AccountId::new(secrets::account_key()?)?;
        self.commit(&context, async |tx| {
            let Some(before) = tx.account_of(issuer, subject).await? else {
                let made = new_person(&fresh, issuer, subject, &name, claimed, context.now);
                tx.insert_accounts(std::slice::from_ref(&made)).await?;
                let change = of_account(&context, "account.create", None, &made)?;
                return Ok((made, vec![change]));
            };
            let mut after = Account { claimed: claimed.clone(), ..before.clone() };
            after.display_name.clone_from(&name);
            if after == before || !before.is_enabled() {
                return Ok((before, vec![]));
            }
            after.revision += 1;
            tx.update_account(&after, before.revision).await?;
            let changes = if after.claimed == before.claimed {
                vec![]
            } else {
                vec![of_account(&context, "account.claim", Some(&before), &after)?]
            };
            Ok((after, changes))
        })
        .await
    }
}

/// The audit entry of a change of an account.
pub(super) fn of_account(
    context: &Context,
    action: &str,
    before: Option<&Account>,
    after: &Account,
) -> Result<onus_domain::audit::Change> {
    let (before, state) = (before.map(Account::state), after.state());
    audit::change(context, action, after.name(), before.as_ref(), Some(&state), "")
}

/// An account that may act.
pub(super) fn enabled(account: &Account) -> Result<&Account> {
    if account.is_enabled() {
        return Ok(account);
    }
    Err(Error::Unauthenticated("the account is disabled: ask an administrator of this registry".into()))
}

fn new_person(
    id: &AccountId,
    issuer: &str,
    subject: &str,
    name: &str,
    claimed: &Grant,
    now: DateTime<Utc>,
) -> Account {
    Account {
        id: id.clone(),
        kind: AccountKind::Person,
        display_name: name.to_owned(),
        granted: Grant::none(),
        claimed: claimed.clone(),
        identity: Some(IssuerIdentity { issuer: issuer.to_owned(), subject: subject.to_owned() }),
        certificate: None,
        created_at: now,
        disabled_at: None,
        revision: 1,
    }
}

/// What somebody is called, as far as the issuer says so in a form that can be shown.
fn name_in(claims: &Claims) -> String {
    let said = ["name", "preferred_username", "email"].into_iter();
    let mut said = said.filter_map(|claim| claims.get(claim)?.as_str()).map(str::trim);
    let fits = |name: &&str| {
        let mut found = Violations::new();
        found.text("name", name, Account::MAX_NAME);
        found.is_empty() && !name.is_empty()
    };
    said.find(fits).unwrap_or("Unnamed").to_owned()
}
