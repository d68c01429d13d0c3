//! Sessions of browsers, and sign-ins that were taken.

use super::{codec::moment, stored::Stored};
use crate::{
    Tx,
    tables::{session, used_login},
};
use chrono::{DateTime, Utc};
use onus_domain::{AccountId, Result, account::Session};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr};
use std::cmp::Ordering;

impl Stored for Session {
    type Entity = session::Entity;
    const KIND: &'static str = "session";

    fn to_row(&self) -> Result<session::Model> {
        Ok(session::Model {
            digest: self.digest.clone(),
            account: self.account.clone(),
            created_at: moment(self.created_at),
            seen_at: moment(self.seen_at),
            id_token: self.id_token.clone(),
        })
    }

    fn of_row(row: session::Model) -> Result<Self> {
        let session::Model { digest, account, created_at, seen_at, id_token } = row;
        Ok(Self { digest, account, created_at, seen_at, id_token })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.digest.cmp(&other.digest)
    }

    fn name(&self) -> String {
        "session".into()
    }
}

impl Tx {
    /// The session of a key's digest.
    pub async fn session(&self, digest: &str) -> Result<Option<Session>> {
        self.one(session::Entity::find_by_id(digest)).await
    }

    /// Begins a session.
    pub async fn insert_session(&self, session: &Session) -> Result<()> {
        self.insert_new(std::slice::from_ref(session)).await
    }

    /// Notes that a session was used.
    pub async fn note_session_seen(&self, digest: &str, at: DateTime<Utc>) -> Result<()> {
        let update = session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::val(moment(at)))
            .filter(session::Column::Digest.eq(digest));
        update.exec(self.db()).await.map_err(|error| self.fail(&error)).map(drop)
    }

    /// Ends a session; whether there was one.
    pub async fn delete_session(&self, digest: &str) -> Result<bool> {
        let one = Condition::all().add(session::Column::Digest.eq(digest));
        Ok(self.delete::<session::Entity>(one).await? > 0)
    }

    /// Ends all sessions of an account.
    pub async fn delete_sessions_of(&self, account: &AccountId) -> Result<u64> {
        self.delete::<session::Entity>(Condition::all().add(session::Column::Account.eq(account.as_str())))
            .await
    }

    /// Forgets sessions not used since `unseen`, and sign-ins taken before `taken`.
    pub async fn forget_sessions(&self, unseen: DateTime<Utc>, taken: DateTime<Utc>) -> Result<u64> {
        self.delete::<used_login::Entity>(Condition::all().add(used_login::Column::At.lt(moment(taken))))
            .await?;
        self.delete::<session::Entity>(Condition::all().add(session::Column::SeenAt.lt(moment(unseen)))).await
    }

    /// Takes a sign-in, once: whether it had not been taken.
    pub async fn take_login(&self, digest: &str, at: DateTime<Utc>) -> Result<bool> {
        let taken = self.select_one(used_login::Entity::find_by_id(digest)).await?;
        if taken.is_some() {
            return Ok(false);
        }
        let row = used_login::Model { digest: digest.to_owned(), at: moment(at) };
        self.insert::<used_login::Entity>(vec![row]).await?;
        Ok(true)
    }
}
