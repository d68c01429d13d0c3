//! Accounts and the tokens of machines.

use super::{
    codec::{Reader, moment, some_text, to_json, to_text},
    stored::Stored,
};
use crate::{
    Tx, error,
    tables::{account, service_token},
};
use chrono::NaiveDate;
use onus_domain::{
    AccountId, Error, Result,
    account::{Account, Grant, IssuerIdentity, ServiceToken},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use std::cmp::Ordering;
use uuid::Uuid;

impl Stored for Account {
    type Entity = account::Entity;
    const KIND: &'static str = "account";

    fn to_row(&self) -> Result<account::Model> {
        Ok(account::Model {
            id: to_text(&self.id),
            kind: to_text(self.kind),
            display_name: self.display_name.clone(),
            organisation: some_text(self.granted.organisation.as_ref()),
            roles: to_json(&self.granted.roles)?,
            claimed_organisation: some_text(self.claimed.organisation.as_ref()),
            claimed_roles: to_json(&self.claimed.roles)?,
            issuer: self.identity.as_ref().map(|identity| identity.issuer.clone()),
            subject: self.identity.as_ref().map(|identity| identity.subject.clone()),
            certificate: self.certificate.clone(),
            created_at: moment(self.created_at),
            disabled_at: self.disabled_at.map(moment),
            revision: self.revision.into(),
        })
    }

    fn of_row(row: account::Model) -> Result<Self> {
        let read = Reader { table: "account", key: &row.id };
        let grant = |column, organisation: Option<&str>, roles: &str| -> Result<Grant> {
            Ok(Grant {
                organisation: read.parse_some(column, organisation)?,
                roles: read.json("roles", roles)?,
            })
        };
        Ok(Self {
            id: read.parse("id", &row.id)?,
            kind: read.parse("kind", &row.kind)?,
            granted: grant("organisation", row.organisation.as_deref(), &row.roles)?,
            claimed: grant("claimed_organisation", row.claimed_organisation.as_deref(), &row.claimed_roles)?,
            revision: read.number("revision", row.revision)?,
            display_name: row.display_name,
            identity: row.issuer.zip(row.subject).map(|(issuer, subject)| IssuerIdentity { issuer, subject }),
            certificate: row.certificate,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        self.name()
    }
}

impl Stored for ServiceToken {
    type Entity = service_token::Entity;
    const KIND: &'static str = "service token";

    fn to_row(&self) -> Result<service_token::Model> {
        Ok(service_token::Model {
            id: self.id,
            account: to_text(&self.account),
            label: self.label.clone(),
            digest: self.digest.clone(),
            created_at: moment(self.created_at),
            created_by: self.created_by.clone(),
            expires_at: moment(self.expires_at),
            revoked_at: self.revoked_at.map(moment),
            last_used_on: self.last_used_on,
        })
    }

    fn of_row(row: service_token::Model) -> Result<Self> {
        let account =
            Reader { table: "service_token", key: &row.id }.parse::<AccountId>("account", &row.account)?;
        let service_token::Model { id, label, digest, created_at, created_by, .. } = row;
        let (expires_at, revoked_at, last_used_on) = (row.expires_at, row.revoked_at, row.last_used_on);
        Ok(Self { id, account, label, digest, created_at, created_by, expires_at, revoked_at, last_used_on })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        self.name()
    }
}

impl Tx {
    /// All accounts, by key.
    pub async fn accounts(&self) -> Result<Vec<Account>> {
        self.all().await
    }

    /// The account of a key.
    pub async fn account(&self, id: &str) -> Result<Option<Account>> {
        self.one(account::Entity::find_by_id(id)).await
    }

    /// The account of somebody whom an issuer names so.
    pub async fn account_of(&self, issuer: &str, subject: &str) -> Result<Option<Account>> {
        let select = account::Entity::find().filter(account::Column::Issuer.eq(issuer));
        self.one(select.filter(account::Column::Subject.eq(subject))).await
    }

    /// The account that shows a client certificate of this digest.
    pub async fn account_of_certificate(&self, digest: &str) -> Result<Option<Account>> {
        self.one(account::Entity::find().filter(account::Column::Certificate.eq(digest))).await
    }

    /// Adds accounts. `AlreadyExists` names the first key that is taken.
    pub async fn insert_accounts(&self, list: &[Account]) -> Result<()> {
        self.insert_new(list).await
    }

    /// Changes an account that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there.
    pub async fn update_account(&self, changed: &Account, expected: u32) -> Result<()> {
        let held = self.account(changed.id.as_str()).await?;
        let held = held.ok_or_else(|| Error::not_found("account", changed.name()))?;
        let unchanged = account::Column::Revision.eq(i64::from(expected));
        match self.update_row::<account::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }

    /// The token of a digest.
    pub async fn token_of(&self, digest: &str) -> Result<Option<ServiceToken>> {
        self.one(service_token::Entity::find().filter(service_token::Column::Digest.eq(digest))).await
    }

    /// The token of a digest and whose it is.
    pub async fn token_with_account(&self, digest: &str) -> Result<Option<(ServiceToken, Account)>> {
        let Some(token) = self.token_of(digest).await? else { return Ok(None) };
        let account = self.account(token.account.as_str()).await?;
        Ok(account.map(|account| (token, account)))
    }

    /// The token of a key.
    pub async fn token(&self, id: Uuid) -> Result<Option<ServiceToken>> {
        self.one(service_token::Entity::find_by_id(id)).await
    }

    /// The tokens of an account, by key, which is in order of making.
    pub async fn tokens(&self, account: &AccountId) -> Result<Vec<ServiceToken>> {
        let theirs = service_token::Column::Account.eq(account.as_str());
        self.list(service_token::Entity::find().filter(theirs)).await
    }

    /// Adds a token.
    pub async fn insert_token(&self, token: &ServiceToken) -> Result<()> {
        self.insert_new(std::slice::from_ref(token)).await
    }

    /// Writes a token as it is now.
    pub async fn update_token(&self, token: &ServiceToken) -> Result<()> {
        let same = service_token::Column::Digest.eq(token.digest.as_str());
        match self.update_row::<service_token::Entity>(&token.to_row()?, same).await? {
            1 => Ok(()),
            _ => Err(Error::not_found("service token", token.name())),
        }
    }

    /// Notes the day on which a token was shown, unless it is noted.
    pub async fn note_token_used(&self, id: Uuid, day: NaiveDate) -> Result<()> {
        let update = service_token::Entity::update_many()
            .col_expr(service_token::Column::LastUsedOn, Expr::val(day))
            .filter(service_token::Column::Id.eq(id));
        update.exec(self.db()).await.map_err(|error| self.fail(&error)).map(drop)
    }
}
