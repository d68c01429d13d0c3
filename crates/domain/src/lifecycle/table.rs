//! The state table, as `docs/life.md` shows it: what can be done to a version in each state, and who may do it.

use super::Deed;
use crate::{
    OdsCode,
    role::{Actor, Role},
    version::VersionState,
};
use std::{collections::BTreeSet, fmt::Write as _};
use strum::VariantArray;

/// Somebody, by role and by whether the version is their own body's.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// In words, such as `REGISTRAR of the owner`.
    pub name: String,
    /// As an actor.
    pub actor: Actor,
}

/// Everybody there is to a version of `owner`'s: each role, of the owner and of another organisation where that makes a difference, and
/// Onus itself.
pub fn everybody(owner: &OdsCode, other: &OdsCode) -> Vec<Somebody> {
    let of = |role: Role, organisation: Option<&OdsCode>, whose: &str| Somebody {
        name: format!("{role}{whose}"),
        actor: Actor {
            account: format!("{role}{whose}").to_lowercase().replace(' ', "-"),
            organisation: organisation.cloned(),
            roles: BTreeSet::from([role]),
        },
    };
    let mut all = vec![Somebody { name: "PUBLIC".into(), actor: Actor::public() }];
    for role in Role::VARIANTS.iter().filter(|role| **role != Role::Public) {
        if *role == Role::Registrar {
            all.push(of(*role, Some(owner), " of the owner"));
            all.push(of(*role, Some(other), " of another"));
        } else {
            all.push(of(*role, Some(other), ""));
        }
    }
    all.push(Somebody { name: "Onus itself".into(), actor: Actor::system() });
    all
}

/// The table in Markdown: a row a deed, a column a state, and who may do it.
pub fn markdown() -> String {
    let codes = OdsCode::new("X24").ok().zip(OdsCode::new("X26").ok());
    let Some((owner, other)) = codes else { return String::new() };
    let everybody = everybody(&owner, &other);
    let mut out = String::from("| |");
    for state in VersionState::VARIANTS {
        let _ = write!(out, " {state} |");
    }
    out.push_str(" who |\n|---|");
    out.push_str(&"---|".repeat(VersionState::VARIANTS.len() + 1));
    out.push('\n');
    for deed in Deed::all() {
        let _ = write!(out, "| `{}` |", deed.as_str());
        for state in VersionState::VARIANTS {
            let cell = match deed.leads_to(*state) {
                None => String::new(),
                Some(to) if to == *state => "yes".into(),
                Some(to) => format!("→ {to}"),
            };
            let _ = write!(out, " {cell} |");
        }
        let who: Vec<_> = everybody
            .iter()
            .filter(|one| deed.allowed_to(&one.actor, &owner))
            .map(|one| one.name.as_str())
            .collect();
        let _ = writeln!(out, " {} |", who.join(", "));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_there() {
        let codes = ["X24", "X26"].map(|code| OdsCode::new(code).unwrap());
        let all = everybody(&codes[0], &codes[1]);
        assert!(Role::VARIANTS.iter().all(|role| all.iter().any(|one| one.actor.has(*role))));
        assert!(all.iter().any(|one| one.actor.is_system()));
    }

    #[test]
    fn the_table_in_the_documents_is_the_one_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/life.md");
        let document = std::fs::read_to_string(path).unwrap();
        assert!(
            document.contains(&markdown()),
            "the state table of docs/life.md is out of date: put in what `cargo run -p onus-domain --example life` prints"
        );
    }
}
