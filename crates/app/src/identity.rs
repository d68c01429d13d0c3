//! Who calls. Until bodies log in (OpenID Connect and service tokens), only the demo knows identities, and only on loopback.

use onus_domain::{
    Error, OdsCode, Result,
    role::{Actor, Role},
};
use std::collections::BTreeSet;

/// A demo identity: name, organisation it acts for, role.
pub type DemoIdentity = (&'static str, Option<&'static str>, Role);

/// The identities of the demo, one a role.
pub const DEMO_IDENTITIES: &[DemoIdentity] = &[
    ("provider", Some("R0A"), Role::ProviderUser),
    ("registrar", Some("X24"), Role::Registrar),
    ("panel-member", None, Role::PanelMember),
    ("panel-chair", None, Role::PanelChair),
    ("steward", None, Role::Steward),
    ("publisher", None, Role::Publisher),
    ("admin", None, Role::Admin),
];

/// The actor that an `authorization` value names: `Demo registrar`. Nothing given is the public.
pub fn identify(authorization: Option<&str>, demo_identities: bool) -> Result<Actor> {
    let Some(value) = authorization else { return Ok(Actor::public()) };
    if !demo_identities {
        return Err(Error::Unauthenticated(
            "this server knows no identities: it is read-only to callers".into(),
        ));
    }
    value.strip_prefix("Demo ").map(str::trim).and_then(demo_actor).ok_or_else(|| {
        let names: Vec<_> = DEMO_IDENTITIES.iter().map(|(name, ..)| *name).collect();
        let names = names.join(", ");
        Error::Unauthenticated(format!("authorization must be \"Demo NAME\", NAME being one of {names}"))
    })
}

/// The demo identity of a name.
pub fn demo_actor(name: &str) -> Option<Actor> {
    let (name, organisation, role) = DEMO_IDENTITIES.iter().find(|(known, ..)| *known == name)?;
    Some(Actor {
        account: format!("demo-{name}"),
        organisation: organisation.and_then(|code| OdsCode::new(code).ok()),
        roles: BTreeSet::from([*role]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_known_in_the_demo_only() {
        assert_eq!(identify(None, false).unwrap(), Actor::public());
        assert!(identify(Some("Demo registrar"), true).unwrap().has(Role::Registrar));
        for (value, demo) in
            [("Demo registrar", false), ("Demo nobody", true), ("Bearer x", true), ("", true)]
        {
            assert!(matches!(identify(Some(value), demo), Err(Error::Unauthenticated(_))), "{value}");
        }
    }

    #[test]
    fn every_demo_identity_is_sound() {
        for (name, organisation, _) in DEMO_IDENTITIES {
            let actor = identify(Some(&format!("Demo {name}")), true).unwrap();
            assert_eq!(actor.organisation.as_ref().map(OdsCode::as_str), *organisation);
        }
    }
}
