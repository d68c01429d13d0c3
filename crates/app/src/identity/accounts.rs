//! Accounts: what an ADMIN does with them.

use super::known::of_account;
use crate::{
    App, Context,
    drafts::check_etag,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_domain::{
    AccountId, Error, OdsCode, Result, Violation, Violations,
    account::{Account, AccountKind, Grant},
    role::{Act, Role},
};
use std::collections::BTreeSet;

/// What accounts can be filtered by.
const FIELDS: &[Field<Account>] = &[
    ("name", |row| vec![row.display_name.clone()]),
    ("account", |row| vec![row.id.to_string()]),
    ("kind", |row| vec![row.kind.to_string()]),
    ("organisation", |row| row.actor().organisation.iter().map(ToString::to_string).collect()),
    ("role", |row| row.actor().roles.iter().map(ToString::to_string).collect()),
    ("disabled", |row| vec![(!row.is_enabled()).to_string()]),
];

/// A machine account to be made.
#[derive(Debug, Clone)]
pub struct NewMachine {
    /// Its key.
    pub id: AccountId,
    /// Its name in words.
    pub display_name: String,
    /// What it may do, for whom.
    pub granted: Grant,
    /// SHA-256 of the client certificate that it shows.
    pub certificate: Option<String>,
}

/// What is changed of an account; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// A machine's name in words.
    pub display_name: Option<String>,
    /// The roles granted.
    pub roles: Option<BTreeSet<Role>>,
    /// The organisation granted; an inner `None` leaves it to the claims.
    pub organisation: Option<Option<OdsCode>>,
    /// The digest of a machine's client certificate; an inner `None` takes it away.
    pub certificate: Option<Option<String>>,
    /// Whether it may do nothing any more.
    pub disabled: Option<bool>,
}

impl App {
    /// What the caller is called; empty if they have no account.
    pub async fn own_name(&self, context: &Context) -> Result<String> {
        let account = self.store().account(&context.actor.account).await?;
        Ok(account.map(|account| account.display_name).unwrap_or_default())
    }

    /// Accounts, by key (role ADMIN).
    pub async fn list_accounts(&self, context: &Context, request: &ListRequest) -> Result<Page<Account>> {
        context.authorise(Act::ManageAccounts, None)?;
        let (filter, _) = read_list(request, FIELDS, &["account"])?;
        let mut rows = self.store().accounts().await?;
        rows.retain(|row| filter.admits(row));
        page(rows, request, |row| (String::new(), row.id.to_string()))
    }

    /// An account (role ADMIN).
    pub async fn account(&self, context: &Context, id: &AccountId) -> Result<Account> {
        context.authorise(Act::ManageAccounts, None)?;
        let found = self.store().account(id.as_str()).await?;
        found.ok_or_else(|| Error::not_found("account", format!("accounts/{id}")))
    }

    /// Makes a machine account (role ADMIN). With `validate_only` nothing is stored.
    pub async fn create_machine(
        &self,
        context: &Context,
        new: NewMachine,
        validate_only: bool,
    ) -> Result<Account> {
        context.authorise(Act::ManageAccounts, None)?;
        let account = Account {
            id: new.id,
            kind: AccountKind::Machine,
            display_name: new.display_name,
            granted: new.granted,
            claimed: Grant::none(),
            identity: None,
            certificate: new.certificate,
            created_at: context.now,
            disabled_at: None,
            revision: 1,
        };
        let mut found = Violations::new();
        account.check(&mut found);
        found.require(account.id.is_free(), || {
            let expected = "a key that does not begin with `demo-` and is neither `system` nor `public`";
            Violation::new("account_id", "RESERVED", &account.id, expected)
        });
        self.check_body(&account.granted, &mut found).await?;
        found.into_result()?;
        self.check_certificate(&account).await?;
        if self.store().account(account.id.as_str()).await?.is_some() {
            return Err(Error::AlreadyExists { kind: "account", name: account.name() });
        }
        if validate_only {
            return Ok(account);
        }
        self.commit(context, async |tx| {
            tx.insert_accounts(std::slice::from_ref(&account)).await?;
            let change = of_account(context, "account.create", None, &account)?;
            Ok((account.clone(), vec![change]))
        })
        .await
    }

    /// Changes an account (role ADMIN, not one's own). What is disabled is refused from now on, on every server, and its sessions end.
    pub async fn update_account(
        &self,
        context: &Context,
        id: &AccountId,
        change: AccountChange,
        etag: &str,
        validate_only: bool,
    ) -> Result<Account> {
        let before = self.account(context, id).await?;
        if context.actor.account == id.as_str() {
            return Err(Error::Precondition {
                rule: "OTHERS_ACCOUNT",
                subject: before.name(),
                message: "nobody changes their own account: another ADMIN does".into(),
            });
        }
        check_etag(&before.name(), etag, before.revision)?;
        let after = changed(context, &before, change)?;
        let mut found = Violations::new();
        after.check(&mut found);
        self.check_body(&after.granted, &mut found).await?;
        found.into_result()?;
        self.check_certificate(&after).await?;
        if validate_only {
            return Ok(after);
        }
        let answer = self
            .commit(context, async |tx| {
                tx.update_account(&after, before.revision).await?;
                if !after.is_enabled() {
                    tx.delete_sessions_of(id).await?;
                }
                let action = match (before.is_enabled(), after.is_enabled()) {
                    (true, false) => "account.disable",
                    (false, true) => "account.enable",
                    _ => "account.update",
                };
                Ok((after.clone(), vec![of_account(context, action, Some(&before), &after)?]))
            })
            .await?;
        self.recent.forget();
        Ok(answer)
    }

    /// Notes an organisation that is not registered.
    async fn check_body(&self, granted: &Grant, found: &mut Violations) -> Result<()> {
        let Some(code) = &granted.organisation else { return Ok(()) };
        let is_known = self.store().organisation(code).await?.is_some();
        found.require(is_known, || {
            Violation::new("organisation", "KNOWN", code, "the code of a registered organisation")
        });
        Ok(())
    }

    /// Refuses the certificate of another account.
    async fn check_certificate(&self, account: &Account) -> Result<()> {
        let Some(digest) = &account.certificate else { return Ok(()) };
        match self.store().account_of_certificate(digest).await? {
            Some(other) if other.id != account.id => {
                Err(Error::AlreadyExists { kind: "certificate", name: digest.clone() })
            }
            _ => Ok(()),
        }
    }
}

/// The account after a change.
fn changed(context: &Context, before: &Account, change: AccountChange) -> Result<Account> {
    let mut after = before.clone();
    if let Some(name) = change.display_name.filter(|name| *name != before.display_name) {
        if before.kind == AccountKind::Person {
            let expected = "nothing: a person's name comes from the issuer";
            return Err(Violation::new("display_name", "MACHINE", "", expected).into());
        }
        after.display_name = name;
    }
    if let Some(roles) = change.roles {
        after.granted.roles = roles;
    }
    if let Some(organisation) = change.organisation {
        after.granted.organisation = organisation;
    }
    if let Some(certificate) = change.certificate {
        after.certificate = certificate;
    }
    match change.disabled {
        Some(true) => after.disabled_at = before.disabled_at.or(Some(context.now)),
        Some(false) => after.disabled_at = None,
        None => {}
    }
    after.revision += 1;
    Ok(after)
}
