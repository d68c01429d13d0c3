//! Service tokens: made once, shown once, refused as soon as they are revoked.

use super::secrets;
use crate::{
    App, Context, audit,
    paging::{ListRequest, Page, page},
};
use chrono::{DateTime, Utc};
use onus_domain::{
    AccountId, Error, Result, Violations,
    account::{AccountKind, ServiceToken},
    role::Act,
};
use onus_store::Tx;
use uuid::Uuid;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for, in words.
    pub label: String,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

impl App {
    /// Makes a token for a machine account (role ADMIN), and answers its secret, which nobody can read again: only its digest is kept.
    /// The same request made again is answered with the token, without its secret.
    pub async fn create_token(
        &self,
        context: &Context,
        account: &AccountId,
        new: NewToken,
        validate_only: bool,
    ) -> Result<(ServiceToken, String)> {
        let mut shown = String::new();
        let secret = format!("{}{}", secrets::TOKEN_PREFIX, secrets::secret()?);
        let made = self.once(context, async {
            let token = self.token_to_make(context, account, new, &secret).await?;
            if validate_only {
                return Ok(token);
            }
            let change =
                audit::change(context, "token.create", token.name(), None, Some(&token.state()), "")?;
            let made = self
                .commit(context, async |tx| {
                    tx.insert_token(&token).await?;
                    Ok((token.clone(), vec![change.clone()]))
                })
                .await?;
            shown.clone_from(&secret);
            Ok(made)
        });
        let made = made.await?;
        Ok((made, shown))
    }

    async fn token_to_make(
        &self,
        context: &Context,
        account: &AccountId,
        new: NewToken,
        secret: &str,
    ) -> Result<ServiceToken> {
        let owner = self.account(context, account).await?;
        let refuse = |rule, message: &str| {
            Err(Error::Precondition { rule, subject: owner.name(), message: message.into() })
        };
        if owner.kind != AccountKind::Machine {
            return refuse("MACHINE_ACCOUNT", "tokens are for machine accounts: people sign in");
        }
        if !owner.is_enabled() {
            return refuse("ENABLED_ACCOUNT", "the account is disabled: enable it first");
        }
        let token = ServiceToken {
            id: context.new_id(),
            account: owner.id,
            label: new.label,
            digest: secrets::digest(secret),
            created_at: context.now,
            created_by: context.actor.account.clone(),
            expires_at: new.expires_at,
            revoked_at: None,
            last_used_on: None,
        };
        let mut found = Violations::new();
        token.check(context.now, &mut found);
        found.into_result()?;
        Ok(token)
    }

    /// The tokens of an account, in order of making (role ADMIN). Their secrets are not among what is known of them.
    pub async fn list_tokens(&self, context: &Context, account: &AccountId) -> Result<Vec<ServiceToken>> {
        let account = self.account(context, account).await?;
        self.store().tokens(&account.id).await
    }

    /// A page of the same.
    pub async fn page_tokens(
        &self,
        context: &Context,
        account: &AccountId,
        request: &ListRequest,
    ) -> Result<Page<ServiceToken>> {
        // Keys are in the order of making.
        page(self.list_tokens(context, account).await?, request, |row| (String::new(), row.id.to_string()))
    }

    /// Revokes a token (role ADMIN): it is refused from now on, on every server. Revoking it again changes nothing. With `validate_only`
    /// nothing is stored, and it stays good.
    pub async fn revoke_token(
        &self,
        context: &Context,
        account: &AccountId,
        id: Uuid,
        validate_only: bool,
    ) -> Result<ServiceToken> {
        context.authorise(Act::ManageAccounts, None)?;
        if validate_only {
            let read = self.store().read(async |tx| token_of(&tx, account, id).await);
            return Ok(revoked(&read.await?, context.now));
        }
        let after = self
            .commit(context, async |tx| {
                let before = token_of(&tx, account, id).await?;
                if before.revoked_at.is_some() {
                    return Ok((before, vec![]));
                }
                let after = revoked(&before, context.now);
                tx.update_token(&after).await?;
                let (was, is) = (before.state(), after.state());
                let change = audit::change(context, "token.revoke", after.name(), Some(&was), Some(&is), "")?;
                Ok((after, vec![change]))
            })
            .await?;
        self.recent.forget();
        Ok(after)
    }
}

/// A token of an account.
async fn token_of(tx: &Tx, account: &AccountId, id: Uuid) -> Result<ServiceToken> {
    let held = tx.token(id).await?.filter(|token| token.account == *account);
    held.ok_or_else(|| Error::not_found("service token", format!("accounts/{account}/tokens/{id}")))
}

/// The same token, revoked: at `now`, unless it was before.
fn revoked(token: &ServiceToken, now: DateTime<Utc>) -> ServiceToken {
    ServiceToken { revoked_at: token.revoked_at.or(Some(now)), ..token.clone() }
}
