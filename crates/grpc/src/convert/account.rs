//! Accounts and service tokens.

use super::{code, day, read_code, timestamp};
use crate::names;
use onus_app::identity::AccountChange;
use onus_domain::{
    Error, OdsCode, Result, Violation, Violations,
    account::{Account, Grant, ServiceToken},
    role::{Actor, Role},
};
use onus_proto::v1 as pb;
use std::collections::BTreeSet;

/// Who a caller is.
pub fn me(actor: &Actor, display_name: String) -> pb::Me {
    pb::Me {
        account: actor.account.clone(),
        display_name,
        roles: roles(&actor.roles),
        organisation: organisation_name(actor.organisation.as_ref()),
    }
}

/// An account.
pub fn account(of: &Account) -> pb::Account {
    pb::Account {
        name: names::account(&of.id),
        display_name: of.display_name.clone(),
        kind: code(of.kind),
        roles: roles(&of.granted.roles),
        organisation: organisation_name(of.granted.organisation.as_ref()),
        claimed_roles: roles(&of.claimed.roles),
        claimed_organisation: organisation_name(of.claimed.organisation.as_ref()),
        certificate: of.certificate.clone().unwrap_or_default(),
        create_time: Some(timestamp(of.created_at)),
        disabled: !of.is_enabled(),
        etag: onus_app::drafts::etag(of.revision),
    }
}

/// A service token, without its secret.
pub fn service_token(of: &ServiceToken) -> pb::ServiceToken {
    pb::ServiceToken {
        name: of.name(),
        label: of.label.clone(),
        create_time: Some(timestamp(of.created_at)),
        created_by: of.created_by.clone(),
        expire_time: Some(timestamp(of.expires_at)),
        revoke_time: of.revoked_at.map(timestamp),
        last_used_on: day(of.last_used_on),
    }
}

fn roles(of: &BTreeSet<Role>) -> Vec<i32> {
    of.iter().copied().map(code).collect()
}

fn organisation_name(of: Option<&OdsCode>) -> String {
    of.map(names::organisation).unwrap_or_default()
}

/// Reads what is granted to an account that stands in the request at `account`.
pub fn read_grant(given: &pb::Account, found: &mut Violations) -> Option<Grant> {
    let organisation = read_organisation(given, found);
    let roles = read_roles(given, found);
    Some(Grant { organisation: organisation?, roles: roles? })
}

#[expect(clippy::option_option, reason = "read or not, and if so of an organisation or of none")]
fn read_organisation(given: &pb::Account, found: &mut Violations) -> Option<Option<OdsCode>> {
    if given.organisation.is_empty() {
        return Some(None);
    }
    found.take(names::read_organisation("account.organisation", &given.organisation)).map(Some)
}

fn read_roles(given: &pb::Account, found: &mut Violations) -> Option<BTreeSet<Role>> {
    let read = given.roles.iter().enumerate().map(|(at, number)| {
        let field = format!("account.roles[{at}]");
        let role = found.take(read_code::<Role>(&field, *number))?;
        if role.is_none() {
            found.push(Violation::new(field, "REQUIRED", "", "a role"));
        }
        role
    });
    // Every one is read, so that all that is wrong is said.
    let read: Vec<_> = read.collect();
    read.into_iter().collect()
}

/// Fields of an account that can be changed, as masks name them.
const FIELDS: [&str; 5] = ["display_name", "roles", "organisation", "certificate", "disabled"];

/// Reads what is to be changed of an account (AIP-134): an empty mask those fields that are given, `*` all.
pub fn read_account_change(given: &pb::Account, paths: &[String]) -> Result<AccountChange> {
    let mut found = Violations::new();
    let is_given = |field: &str| match field {
        "display_name" => !given.display_name.is_empty(),
        "roles" => !given.roles.is_empty(),
        "organisation" => !given.organisation.is_empty(),
        "certificate" => !given.certificate.is_empty(),
        _ => given.disabled,
    };
    let all = paths.iter().any(|path| path == "*");
    let named =
        |field: &str| all || (paths.is_empty() && is_given(field)) || paths.iter().any(|path| path == field);
    for path in paths.iter().filter(|path| *path != "*" && !FIELDS.contains(&path.as_str())) {
        let expected = format!("* or one of {}", FIELDS.join(", "));
        found.push(Violation::new("update_mask", "KNOWN_FIELD", path, expected));
    }
    let certificate = Some(given.certificate.clone()).filter(|digest| !digest.is_empty());
    let change = AccountChange {
        display_name: named("display_name").then(|| given.display_name.clone()),
        roles: if named("roles") { read_roles(given, &mut found) } else { None },
        organisation: if named("organisation") { read_organisation(given, &mut found) } else { None },
        certificate: named("certificate").then_some(certificate),
        disabled: named("disabled").then_some(given.disabled),
    };
    found.into_result()?;
    Ok(change)
}

/// The error with each violation's field named as it stands in a request that holds an account.
pub fn in_account(error: Error) -> Error {
    super::relocate(error, |field| match field {
        "account_id" | "update_mask" | "account" => field.to_owned(),
        other => format!("account.{other}"),
    })
}
