//! Roles and actors. Deny by default: an act is allowed only where [`Act::allowed_to`] says so.

use crate::{OdsCode, codes::codes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

codes! {
    /// What an account may do.
    Role {
        /// Reads approved collections, definitions, editions.
        Public,
        /// Its own organisation's obligations, time returns, challenges, feedback.
        ProviderUser,
        /// Its own body's collections.
        Registrar,
        /// Reviews.
        PanelMember,
        /// Reviews; alone may approve in an emergency.
        PanelChair,
        /// Definitions and matches.
        Steward,
        /// Editions, tariffs, plans.
        Publisher,
        /// Organisations, accounts, settings; adopts.
        Admin,
        /// A machine account; it also has one of the others.
        Service,
    }
}

/// The account of anybody who has not said who they are.
const PUBLIC: &str = "public";

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Account name.
    pub account: String,
    /// The organisation it acts for.
    pub organisation: Option<OdsCode>,
    /// What it may do.
    pub roles: BTreeSet<Role>,
}

impl Actor {
    /// Anybody who has not said who they are.
    pub fn public() -> Self {
        Self { account: PUBLIC.into(), organisation: None, roles: BTreeSet::from([Role::Public]) }
    }

    /// Onus itself: imports, scheduled work.
    pub fn system() -> Self {
        Self {
            account: "system".into(),
            organisation: None,
            roles: BTreeSet::from([Role::Service, Role::Admin]),
        }
    }

    /// Whether it is Onus itself. No account is called so: none is given the name.
    pub fn is_system(&self) -> bool {
        self.account == "system" && self.has(Role::Service)
    }

    /// Whether it is known at all; what it may do is another matter.
    pub fn is_known(&self) -> bool {
        self.account != PUBLIC
    }

    /// Whether it has the role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it has the role and acts for `organisation`.
    pub fn has_for(&self, role: Role, organisation: &OdsCode) -> bool {
        self.has(role) && self.organisation.as_ref() == Some(organisation)
    }
}

codes! {
    /// Acts that need a role, apart from the moves of a version (see [`crate::lifecycle::Move`]).
    Act {
        /// Create, change or delete a draft of one's own body's.
        WriteDraft,
        /// Read drafts and versions under review.
        ReadUnpublished,
        /// Register or change an organisation.
        WriteOrganisation,
        /// Register or change a definition.
        WriteDefinition,
        /// Rule on how two definitions stand to each other, and see what waits for a ruling.
        RuleOnDefinitions,
        /// Import files into the registry.
        Import,
        /// Make an edition.
        MakeEdition,
        /// Publish a body's plan and its targets, change or withdraw it.
        WritePlan,
        /// Load tables of what an hour costs.
        LoadTariffs,
        /// Read accounts and their tokens, and change them.
        ManageAccounts,
        /// See how the server's background work stands.
        SeeOperations,
    }
}

impl Act {
    /// Whether `actor` may do this to what belongs to `owner`.
    pub fn allowed_to(self, actor: &Actor, owner: Option<&OdsCode>) -> bool {
        let own = |role| owner.is_some_and(|owner| actor.has_for(role, owner));
        match self {
            Self::WriteDraft => own(Role::Registrar),
            Self::ReadUnpublished => {
                own(Role::Registrar)
                    || actor.has(Role::PanelMember)
                    || actor.has(Role::PanelChair)
                    || actor.has(Role::Admin)
            }
            Self::WriteOrganisation | Self::Import | Self::ManageAccounts | Self::SeeOperations => {
                actor.has(Role::Admin)
            }
            Self::WriteDefinition => actor.has(Role::Registrar) || actor.has(Role::Steward),
            Self::RuleOnDefinitions => actor.has(Role::Steward),
            Self::WritePlan | Self::LoadTariffs => actor.has(Role::Publisher),
            Self::MakeEdition => actor.has(Role::Publisher) || actor.has(Role::Admin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn the_public_may_do_none_of_these() {
        for act in Act::VARIANTS {
            assert!(!act.allowed_to(&Actor::public(), Some(&OdsCode::new("X24").unwrap())), "{act}");
        }
    }

    #[test]
    fn a_registrar_writes_only_its_own_bodys_drafts() {
        let own = OdsCode::new("X24").unwrap();
        let actor = Actor {
            account: "r".into(),
            organisation: Some(own.clone()),
            roles: BTreeSet::from([Role::Registrar]),
        };
        assert!(Act::WriteDraft.allowed_to(&actor, Some(&own)));
        assert!(!Act::WriteDraft.allowed_to(&actor, Some(&OdsCode::new("X25").unwrap())));
    }
}
