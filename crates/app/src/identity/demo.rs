//! The demo's identities: clearly marked, at least one a role, known on loopback only and never beside an issuer.

use onus_domain::{
    Error, OdsCode, Result,
    role::{Actor, Role},
};
use std::collections::BTreeSet;

/// A demo identity: name, organisation it acts for, role.
pub type DemoIdentity = (&'static str, Option<&'static str>, Role);

/// The identities of the demo: one a role, and a registrar of a second body, which can ask the first for data.
pub const DEMO_IDENTITIES: &[DemoIdentity] = &[
    ("provider", Some("R0A"), Role::ProviderUser),
    ("registrar", Some("X24"), Role::Registrar),
    ("registrar-of-ukhsa", Some("UKHSA"), Role::Registrar),
    ("panel-member", None, Role::PanelMember),
    ("panel-chair", None, Role::PanelChair),
    ("steward", None, Role::Steward),
    ("publisher", None, Role::Publisher),
    ("admin", None, Role::Admin),
];

/// What accounts of the demo begin with.
const MARK: &str = "demo-";

/// The demo identity of a name.
pub fn demo_actor(name: &str) -> Option<Actor> {
    let (name, organisation, role) = DEMO_IDENTITIES.iter().find(|(known, ..)| *known == name)?;
    Some(Actor {
        account: format!("{MARK}{name}"),
        organisation: organisation.and_then(|code| OdsCode::new(code).ok()),
        roles: BTreeSet::from([*role]),
    })
}

/// The demo identity whose account has a key.
pub(crate) fn of_account(account: &str) -> Option<Actor> {
    demo_actor(account.strip_prefix(MARK)?)
}

/// The demo identity that is named, or which there are.
pub(crate) fn named(name: &str) -> Result<Actor> {
    demo_actor(name).ok_or_else(|| {
        let names: Vec<_> = DEMO_IDENTITIES.iter().map(|(name, ..)| *name).collect();
        let names = names.join(", ");
        Error::Unauthenticated(format!("authorization must be \"Demo NAME\", NAME being one of {names}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_identity_is_sound() {
        for (name, organisation, role) in DEMO_IDENTITIES {
            let actor = named(name).unwrap();
            assert_eq!(actor.organisation.as_ref().map(OdsCode::as_str), *organisation);
            assert!(actor.has(*role) && of_account(&actor.account) == Some(actor));
        }
        assert!(
            matches!(named("nobody"), Err(Error::Unauthenticated(_))) && of_account("registrar").is_none()
        );
    }
}
