//! What else may be done to a version, and in which states of its life.

use super::Move;
use crate::{
    Error, OdsCode, Result,
    codes::codes,
    role::{Actor, Role},
    version::{Version, VersionState},
};
use strum::VariantArray;

codes! {
    /// What is done to a version without moving it.
    Edit {
        /// Changes what it asks.
        Update,
        /// Deletes it.
        Delete,
        /// Says why an item is asked though something like it is held, or kept though it was not used.
        Explain,
        /// States what answering it costs.
        StateBurden,
        /// Records that an item's answers were used.
        RecordUse,
        /// Comments on it, for its owner and the panel.
        Comment,
        /// Comments on it, for the panel alone.
        CommentToPanel,
        /// Begins the next version, as a draft beside it.
        NewDraft,
        /// Begins the next version as its renewal.
        Renew,
    }
}

impl Edit {
    /// Whether it can be done to a version in `state`.
    pub fn possible_in(self, state: VersionState) -> bool {
        use VersionState as S;
        match self {
            Self::Update | Self::Delete | Self::Explain => state == S::Draft,
            Self::StateBurden => !state.is_over(),
            Self::RecordUse => {
                matches!(state, S::Live | S::Suspended | S::Expired | S::Retired | S::Superseded)
            }
            Self::Comment | Self::CommentToPanel => matches!(
                state,
                S::Submitted | S::InReview | S::Returned | S::Approved | S::Live | S::Suspended
            ),
            Self::NewDraft => !state.is_open(),
            Self::Renew => matches!(state, S::Live | S::Suspended | S::Expired),
        }
    }

    /// Whether `actor` may do it to a version of `owner`'s, leaving its state aside.
    pub fn allowed_to(self, actor: &Actor, owner: &OdsCode) -> bool {
        let panel = actor.has(Role::PanelMember) || actor.has(Role::PanelChair);
        let own = actor.has_for(Role::Registrar, owner);
        match self {
            Self::Comment => own || panel,
            Self::CommentToPanel => panel,
            Self::Update
            | Self::Delete
            | Self::Explain
            | Self::StateBurden
            | Self::RecordUse
            | Self::NewDraft
            | Self::Renew => own,
        }
    }

    /// Refuses unless `actor` may do it to `version`, a version of `owner`'s, in the state it is in.
    pub fn admit(self, version: &Version, actor: &Actor, owner: &OdsCode) -> Result<()> {
        if !actor.is_known() {
            return Err(Error::Unauthenticated(format!("{self} needs an identity: none was given")));
        }
        if !self.allowed_to(actor, owner) {
            return Err(Error::PermissionDenied(format!(
                "{} may not {self} a version of {owner}",
                actor.account
            )));
        }
        if self.possible_in(version.state) {
            return Ok(());
        }
        let states: Vec<_> = VersionState::VARIANTS
            .iter()
            .filter(|state| self.possible_in(**state))
            .map(|state| state.as_str())
            .collect();
        Err(Error::Precondition {
            rule: "VERSION_STATE",
            subject: version.name(),
            message: format!(
                "{self} needs a version that is {}; this one is {}",
                states.join(" or "),
                version.state
            ),
        })
    }
}

/// Whatever is done to a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// Moves it.
    Move(Move),
    /// Leaves it where it is.
    Edit(Edit),
}

impl Deed {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        let moves = Move::VARIANTS.iter().copied().map(Self::Move);
        moves.chain(Edit::VARIANTS.iter().copied().map(Self::Edit))
    }

    /// Its code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Move(step) => step.as_str(),
            Self::Edit(edit) => edit.as_str(),
        }
    }

    /// Where it leaves a version that is in `state`; `None` if it cannot be done to it.
    pub fn leads_to(self, state: VersionState) -> Option<VersionState> {
        match self {
            Self::Move(step) => step.leads_to(state),
            Self::Edit(edit) => edit.possible_in(state).then_some(state),
        }
    }

    /// Whether `actor` may do it to a version of `owner`'s, leaving its state aside.
    pub fn allowed_to(self, actor: &Actor, owner: &OdsCode) -> bool {
        match self {
            Self::Move(step) => step.allowed_to(actor, owner),
            Self::Edit(edit) => edit.allowed_to(actor, owner),
        }
    }
}
