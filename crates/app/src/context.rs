//! What every use case is told first: who acts, when, in which request.

use crate::audit;
use chrono::{DateTime, NaiveDate, Utc};
use onus_domain::{
    Error, OdsCode, Result,
    clock::{Clock, FixedClock},
    request::RequestKey,
    role::{Act, Actor},
};
use uuid::Uuid;

/// Who acts, when, in which request.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: DateTime<Utc>,
    /// The key of the request, if the caller gave it one: made again, it is answered as before.
    pub request: Option<RequestKey>,
}

impl Context {
    /// Onus itself, at a moment.
    pub fn system(now: DateTime<Utc>) -> Self {
        Self { actor: Actor::system(), now, request: None }
    }

    /// Today, in England.
    pub fn today(&self) -> NaiveDate {
        FixedClock(self.now).today()
    }

    /// A new key of this moment.
    pub fn new_id(&self) -> Uuid {
        audit::id_at(self.now)
    }

    /// Refuses unless the actor may do `act` to what belongs to `owner`.
    pub fn authorise(&self, act: Act, owner: Option<&OdsCode>) -> Result<()> {
        if act.allowed_to(&self.actor, owner) {
            return Ok(());
        }
        if !self.actor.is_known() {
            return Err(Error::Unauthenticated(format!("{act} needs an identity: none was given")));
        }
        let of = owner.map(|owner| format!(" of {owner}")).unwrap_or_default();
        Err(Error::PermissionDenied(format!("{} may not {act}{of}", self.actor.account)))
    }
}
