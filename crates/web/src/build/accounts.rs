//! Accounts and their tokens, for an ADMIN.

use super::{
    Scene,
    admin::moment,
    claims,
    query::{Filters, ROWS, codes, pager},
};
use crate::{
    fields::Fields,
    pages::admin::{
        Account as AccountPage, AccountForm, AccountLine, Accounts, NewAccount, TokenForm, TokenLine,
    },
    parts::{Choice, Link, Problem, Tag, problem_of},
    shell::Area,
};
use chrono::{DateTime, Utc};
use onus_app::{
    drafts::etag,
    identity::AccountChange,
    paging::{ListRequest, Page},
};
use onus_domain::{
    Error, OdsCode, Result, Violation, Violations,
    account::{Account, AccountKind, Grant, ServiceToken},
    display,
    role::Role,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use strum::VariantArray;

const PATH: &str = "/admin/accounts";

/// What the address of the list asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AccountsQuery {
    q: String,
    kind: String,
    role: String,
    disabled: String,
    page_token: String,
}

/// For how long a token can be good, in days.
const DAYS: [(u16, &str); 4] = [(30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "One year")];

/// The address of an account's page.
pub(crate) fn address(account: &impl std::fmt::Display) -> String {
    format!("{PATH}/{account}")
}

/// Roles that can be granted: everybody is PUBLIC, and a machine is SERVICE by being one.
fn granted_roles() -> impl Iterator<Item = Role> {
    Role::VARIANTS.iter().copied().filter(|role| !matches!(role, Role::Public | Role::Service))
}

/// What the app is asked for, and what the address of another page carries.
pub(crate) fn asked(query: &AccountsQuery) -> Result<(ListRequest, String, bool)> {
    let filters = Filters::default()
        .search(&query.q)
        .code::<AccountKind>("kind", &query.kind)
        .code::<Role>("role", &query.role)
        .value("disabled", &query.disabled);
    let filtered = filters.any();
    let (request, carried) = filters.request(ROWS, &query.page_token)?;
    Ok((request, carried, filtered))
}

/// The list, of which the app gave a page.
pub(crate) fn accounts(scene: &Scene, query: &AccountsQuery, page: &Page<Account>) -> Result<Accounts> {
    let (_, carried, filtered) = asked(query)?;
    let roles = granted_roles().map(|role| (role.to_string(), display::words(role.as_str())));
    let states = [("false", "May act"), ("true", "Disabled")];
    let states = states.map(|(value, text)| (value.to_owned(), text.to_owned()));
    Ok(Accounts {
        shell: scene.shell("Accounts", Area::Other).under("/admin", "Administration"),
        query: query.q.clone(),
        kinds: codes::<AccountKind>("Any kind", &query.kind),
        roles: Choice::list("Any role", roles, &query.role),
        states: Choice::list("Any", states, &query.disabled),
        filtered,
        pager: pager(page, PATH, &carried, &query.page_token, ("account", "accounts")),
        rows: page.rows.iter().map(|row| line(scene, row)).collect(),
    })
}

fn line(scene: &Scene, account: &Account) -> AccountLine {
    let actor = account.actor();
    AccountLine {
        link: Link::new(address(&account.id), &account.display_name),
        key: account.id.to_string(),
        tags: tags(account),
        roles: roles_in_words(&actor.roles),
        organisation: actor.organisation.map_or_else(|| "–".into(), |code| organisation(scene, &code)),
    }
}

fn tags(account: &Account) -> Vec<Tag> {
    let mut tags = vec![match account.kind {
        AccountKind::Person => Tag::new("Person", "blue"),
        AccountKind::Machine => Tag::new("Program", "purple"),
    }];
    if !account.is_enabled() {
        tags.push(Tag::new("Disabled", "red"));
    }
    tags
}

fn roles_in_words(roles: &BTreeSet<Role>) -> String {
    if roles.is_empty() {
        return "None".into();
    }
    claims::list(roles.iter().map(|role| display::words(role.as_str())))
}

fn organisation(scene: &Scene, code: &OdsCode) -> String {
    format!("{} ({code})", scene.organisation(code))
}

/// What an account's page is shown with.
#[derive(Default)]
pub(crate) struct Typed {
    /// The fields as they were sent, if any were.
    pub fields: Fields,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: String,
    /// A token that was made just now.
    pub secret: String,
}

/// An account's page, as the ADMIN whose account is `own` sees it; `request` is the key of a form that makes a token.
pub(crate) fn account(
    scene: &Scene,
    account: &Account,
    tokens: &[ServiceToken],
    (own, now, request): (&str, DateTime<Utc>, String),
    typed: &Typed,
) -> AccountPage {
    let machine = account.kind == AccountKind::Machine;
    let title = if account.display_name.is_empty() { account.id.as_str() } else { &account.display_name };
    AccountPage {
        shell: scene.shell(title, Area::Other).under("/admin", "Administration").under(PATH, "Accounts"),
        problems: typed.problems.clone(),
        done: typed.done.clone(),
        secret: typed.secret.clone(),
        tags: tags(account),
        facts: facts(scene, account),
        action: address(&account.id),
        form: (account.id.as_str() != own).then(|| form(Some(account), typed)),
        tokens: machine.then(|| tokens.iter().rev().map(|token| token_line(token, now)).collect()),
        token_form: (machine && account.is_enabled()).then(|| token_form(request, typed)),
    }
}

fn facts(scene: &Scene, account: &Account) -> Vec<(String, String)> {
    let grant = |grant: &Grant| {
        let of = grant.organisation.as_ref().map(|code| format!(", for {}", organisation(scene, code)));
        format!("{}{}", roles_in_words(&grant.roles), of.unwrap_or_default())
    };
    let disabled = account.disabled_at.map(moment).unwrap_or_default();
    let claimed = if account.kind == AccountKind::Person { grant(&account.claimed) } else { String::new() };
    let known = [
        ("Key", account.id.to_string()),
        ("Roles granted here", grant(&account.granted)),
        ("Roles from where they sign in", claimed),
        ("Client certificate", account.certificate.clone().unwrap_or_default()),
        ("Since", moment(account.created_at)),
        ("Disabled since", disabled),
    ];
    let known = known.into_iter().filter(|(_, value)| !value.is_empty());
    known.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The form of an account: as it is, or as it was sent.
fn form(account: Option<&Account>, typed: &Typed) -> AccountForm {
    let sent = typed.fields.text("step") == "UPDATE" || account.is_none();
    let text = |field: &str, held: &str| {
        if sent { typed.fields.text(field).to_owned() } else { held.to_owned() }
    };
    let held = account.map(|account| account.granted.clone()).unwrap_or_default();
    let chosen: BTreeSet<Role> = if sent {
        typed.fields.all("roles").filter_map(|role| role.parse().ok()).collect()
    } else {
        held.roles
    };
    let roles = granted_roles().map(|role| Choice {
        value: role.to_string(),
        text: display::words(role.as_str()),
        chosen: chosen.contains(&role),
    });
    let code = held.organisation.map(|code| code.to_string()).unwrap_or_default();
    let disabled = account.is_some_and(|account| !account.is_enabled());
    let disabled = if sent { typed.fields.text("disabled") == "true" } else { disabled };
    let states = [("false", "Yes"), ("true", "No: disable it, and end its sessions")];
    let problem = |field: &str| problem_of(&typed.problems, field);
    AccountForm {
        etag: account.map(|account| etag(account.revision)).unwrap_or_default(),
        machine: account.is_none_or(|account| account.kind == AccountKind::Machine),
        display_name: text("display_name", account.map_or("", |account| &account.display_name)),
        display_name_problem: problem("display_name"),
        roles: roles.collect(),
        roles_problem: problem("roles"),
        organisation: text("organisation", &code),
        organisation_problem: problem("organisation"),
        certificate: text(
            "certificate",
            account.and_then(|one| one.certificate.as_deref()).unwrap_or_default(),
        ),
        certificate_problem: problem("certificate"),
        disabled: states
            .map(|(value, text)| Choice {
                value: value.into(),
                text: text.into(),
                chosen: (value == "true") == disabled,
            })
            .into(),
        disabled_problem: problem("disabled"),
    }
}

/// The page on which an account is made.
pub(crate) fn new_account(scene: &Scene, typed: &Typed) -> NewAccount {
    let shell = scene.shell("Make an account for a program", Area::Other);
    NewAccount {
        shell: shell.under("/admin", "Administration").under(PATH, "Accounts"),
        problems: typed.problems.clone(),
        account_id: typed.fields.text("account_id").into(),
        account_id_problem: problem_of(&typed.problems, "account_id"),
        form: form(None, typed),
    }
}

fn token_line(token: &ServiceToken, now: DateTime<Utc>) -> TokenLine {
    let good = token.is_good(now);
    let state = match (good, token.revoked_at.is_some()) {
        (true, _) => Tag::new("Good", "green"),
        (_, true) => Tag::new("Revoked", "red"),
        _ => Tag::new("Ended", "grey"),
    };
    TokenLine {
        id: token.id.to_string(),
        label: if token.label.is_empty() { "Not said".into() } else { token.label.clone() },
        made: format!("{} by {}", moment(token.created_at), token.created_by),
        ends: moment(token.expires_at),
        last_used: token.last_used_on.map_or_else(|| "Never".into(), display::day),
        state,
        good,
    }
}

fn token_form(request: String, typed: &Typed) -> TokenForm {
    let sent = typed.fields.text("days");
    let chosen = if sent.is_empty() { "90" } else { sent };
    let days = DAYS.map(|(days, text)| Choice {
        chosen: days.to_string() == chosen,
        value: days.to_string(),
        text: text.into(),
    });
    // A token that was made leaves an empty form.
    let label = if typed.secret.is_empty() { typed.fields.text("label").into() } else { String::new() };
    TokenForm {
        request,
        label,
        label_problem: problem_of(&typed.problems, "label"),
        days: days.into(),
        days_problem: problem_of(&typed.problems, "days"),
    }
}

/// How long a token is to be good, in days.
pub(crate) fn read_days(fields: &Fields) -> Result<u16, Violation> {
    let text = fields.text("days");
    let known = DAYS.iter().map(|(days, _)| *days).find(|days| days.to_string() == text);
    known.ok_or_else(|| Violation::new("days", "CHOICE", text, "one of the choices"))
}

/// What an account is granted, and its certificate, as a form sends it. All that cannot be read is noted.
pub(crate) fn read_grant(fields: &Fields, found: &mut Violations) -> (Grant, Option<String>) {
    let mut roles = BTreeSet::new();
    for role in fields.all("roles") {
        roles.extend(found.take(onus_domain::parse_code::<Role>("roles", role)));
    }
    let organisation = match fields.text("organisation") {
        "" => None,
        code => found.take(OdsCode::new(code.to_uppercase())),
    };
    let certificate = Some(fields.text("certificate")).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    (Grant { organisation, roles }, certificate)
}

/// A change as its form sends it.
pub(crate) fn read_change(fields: &Fields, kind: AccountKind, found: &mut Violations) -> AccountChange {
    let (grant, certificate) = read_grant(fields, found);
    let machine = kind == AccountKind::Machine;
    AccountChange {
        display_name: machine.then(|| fields.text("display_name").to_owned()),
        roles: Some(grant.roles),
        organisation: Some(grant.organisation),
        certificate: machine.then_some(certificate),
        disabled: Some(fields.text("disabled") == "true"),
    }
}

/// What is wrong with what was sent, for its form; what is no fault of the form is refused as ever.
pub(crate) fn problems(error: Error) -> Result<Vec<Problem>> {
    let one = |field: &str, text: String| Ok(vec![Problem { field: field.into(), text }]);
    match error {
        Error::Invalid(all) => Ok(all.into_iter().map(problem).collect()),
        Error::AlreadyExists { kind: "certificate", .. } => {
            one("certificate", "Another account shows this certificate: each has its own".into())
        }
        Error::AlreadyExists { .. } => one("account_id", "There is an account of this key: choose another".into()),
        Error::StaleEtag { .. } => one(
            "",
            "Somebody changed this account while you looked at it. Look at it as it is now, then send your change once more".into(),
        ),
        Error::Precondition { message, .. } => one("", claims::first_capital(&message)),
        error => Err(error),
    }
}

fn problem(wrong: Violation) -> Problem {
    let expected = wrong.expected;
    let (field, text) = match (wrong.field.as_str(), wrong.rule.as_str()) {
        ("account" | "account_id", _) => ("account_id", format!("The key must be {expected}")),
        ("display_name", "REQUIRED") => ("display_name", "Give it a name in words".into()),
        ("display_name", _) => ("display_name", format!("The name must be {expected}")),
        ("roles", _) => ("roles", format!("Choose {expected}")),
        ("organisation", "REQUIRED") => ("organisation", format!("Give {expected}")),
        ("organisation", _) => ("organisation", format!("The organisation must be {expected}")),
        ("certificate", _) => ("certificate", format!("The certificate must be {expected}")),
        ("label", _) => ("label", format!("What it is for must be {expected}")),
        ("request_id", _) => ("", "You used this form before. Check it, then send it once more".into()),
        ("days", _) => ("days", "Choose how long it is good".into()),
        (field, _) => ("", format!("{field}: {expected}")),
    };
    Problem { field: field.into(), text }
}

/// That something was done.
pub(crate) fn done(word: &str) -> &'static str {
    match word {
        "CREATE" => "The account is made. Make a token for it, unless it shows a certificate",
        "UPDATE" => "The change is saved. It holds at once",
        "REVOKE" => "The token is revoked. It is refused from now on",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(sent: &str) -> Fields {
        serde_urlencoded::from_bytes(sent.as_bytes()).unwrap()
    }

    #[test]
    fn roles_that_everybody_or_every_machine_has_are_not_offered() {
        let offered: Vec<_> = granted_roles().collect();
        assert!(offered.contains(&Role::Admin) && offered.len() == Role::VARIANTS.len() - 2);
        assert!(!offered.contains(&Role::Public) && !offered.contains(&Role::Service));
    }

    #[test]
    fn a_form_is_read_with_all_that_is_wrong() {
        let mut found = Violations::new();
        let sent = fields("roles=STEWARD&roles=KING&organisation=x&certificate=");
        let (grant, certificate) = read_grant(&sent, &mut found);
        assert_eq!((grant.roles, certificate), (BTreeSet::from([Role::Steward]), None));
        let named: Vec<_> =
            problems(found.into_result().unwrap_err()).unwrap().into_iter().map(|one| one.field).collect();
        assert_eq!(named, ["roles", "organisation"]);
        let lower = read_grant(&fields("organisation=x24"), &mut Violations::new()).0;
        assert_eq!(lower.organisation, Some(OdsCode::new("X24").unwrap()));
        assert!(read_days(&fields("days=90")).is_ok() && read_days(&fields("days=9000")).is_err());
    }
}
