//! `onus account` and `onus token`: for the operator of the machine, who needs no account. A server may run beside them.

use crate::{
    cli::{Account as AccountCommand, Form, Granted, Output, Token as TokenCommand},
    commands::{check_held, clock, open_app, print_json, table},
    config::Settings,
};
use chrono::{DateTime, Days, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Europe::London;
use onus_app::{
    App, Context,
    identity::{AccountChange, NewMachine, NewToken},
    paging::ListRequest,
};
use onus_domain::{
    AccountId, Error, Result, Violation, Violations,
    account::{Account, AccountKind, Grant, ServiceToken},
    role::Role,
};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

async fn open(settings: &Settings) -> Result<(App, Context)> {
    check_held(settings)?;
    let app = open_app(settings).await?;
    Ok((app, Context::system(clock().now())))
}

/// `onus account`.
pub async fn account(settings: &Settings, command: &AccountCommand) -> Result<()> {
    let (app, context) = open(settings).await?;
    match command {
        AccountCommand::List(output) => list(&app, &context, *output).await,
        AccountCommand::Grant { account, granted, output } => {
            let change = AccountChange {
                roles: Some(roles(granted)),
                organisation: Some(granted.organisation.clone()),
                ..AccountChange::default()
            };
            let changed = app.update_account(&context, account, change, "", false).await?;
            show(&[changed], *output)
        }
        AccountCommand::Disable { account } => able(&app, &context, account, true).await,
        AccountCommand::Enable { account } => able(&app, &context, account, false).await,
    }
}

fn roles(granted: &Granted) -> BTreeSet<Role> {
    granted.roles.iter().copied().collect()
}

async fn able(app: &App, context: &Context, account: &AccountId, disabled: bool) -> Result<()> {
    let change = AccountChange { disabled: Some(disabled), ..AccountChange::default() };
    app.update_account(context, account, change, "", false).await?;
    println!("accounts/{account} is {}", if disabled { "disabled" } else { "enabled" });
    Ok(())
}

async fn list(app: &App, context: &Context, output: Output) -> Result<()> {
    let mut request = ListRequest { page_size: 1_000, ..ListRequest::default() };
    let mut all = vec![];
    loop {
        let page = app.list_accounts(context, &request).await?;
        all.extend(page.rows);
        if page.next_page_token.is_empty() {
            return show(&all, output);
        }
        request.page_token = page.next_page_token;
    }
}

fn show(accounts: &[Account], output: Output) -> Result<()> {
    let names = |roles: &BTreeSet<Role>| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>();
    if output.output == Form::Json {
        let one = |account: &Account| {
            json!({
                "account": account.id, "name": account.display_name, "kind": account.kind,
                "roles": names(&account.granted.roles), "claimed_roles": names(&account.claimed.roles),
                "organisation": account.actor().organisation, "disabled": !account.is_enabled(),
            })
        };
        return print_json(&accounts.iter().map(one).collect::<Vec<_>>());
    }
    let mut table = table(&["account", "name", "kind", "granted", "claimed", "organisation", ""]);
    for account in accounts {
        let organisation = account.actor().organisation;
        table.add_row([
            account.id.to_string(),
            account.display_name.clone(),
            account.kind.to_string(),
            names(&account.granted.roles).join(" "),
            names(&account.claimed.roles).join(" "),
            organisation.map(|code| code.to_string()).unwrap_or_default(),
            if account.is_enabled() { String::new() } else { "disabled".into() },
        ]);
    }
    println!("{table}");
    Ok(())
}

/// `onus token`.
pub async fn token(settings: &Settings, command: &TokenCommand) -> Result<()> {
    let (app, context) = open(settings).await?;
    match command {
        TokenCommand::Create { account, granted, label, expires, output } => {
            let new = NewToken { label: label.clone(), expires_at: end_of(*expires)? };
            // Before the account is made: a token that cannot be made leaves nothing behind.
            let mut found = Violations::new();
            ServiceToken::check_new(&new.label, new.expires_at, context.now, &mut found);
            found.into_result()?;
            machine(&app, &context, account, granted).await?;
            let (token, secret) = app.create_token(&context, account, new, false).await?;
            if output.output == Form::Json {
                return print_json(&json!({ "token": token.name(), "secret": secret }));
            }
            eprintln!("{}: shown this once; send it as `authorization: Bearer …`", token.name());
            println!("{secret}");
            Ok(())
        }
        TokenCommand::List { account, output } => {
            show_tokens(&app.list_tokens(&context, account).await?, *output)
        }
        TokenCommand::Revoke { token } => {
            let (account, id) = read_name(token)?;
            let revoked = app.revoke_token(&context, &account, id, false).await?;
            println!("{} is revoked", revoked.name());
            Ok(())
        }
    }
}

/// The machine account of a token: made if it is not there; otherwise it must have been granted the same, if anything is said.
async fn machine(app: &App, context: &Context, id: &AccountId, granted: &Granted) -> Result<()> {
    let wanted = Grant { organisation: granted.organisation.clone(), roles: roles(granted) };
    match app.account(context, id).await {
        Ok(held) if wanted == Grant::none() || wanted == held.granted || held.kind == AccountKind::Person => {
            Ok(())
        }
        Ok(held) => Err(Error::Precondition {
            rule: "SAME_GRANT",
            subject: held.name(),
            message: format!(
                "{} was granted something else: say nothing of roles and organisation, or change them with `onus account grant`",
                held.name()
            ),
        }),
        Err(Error::NotFound { .. }) => {
            let new = NewMachine {
                id: id.clone(),
                display_name: id.to_string(),
                granted: wanted,
                certificate: None,
            };
            app.create_machine(context, new, false).await.map(drop)
        }
        Err(error) => Err(error),
    }
}

/// The end of a day in England.
fn end_of(day: NaiveDate) -> Result<DateTime<Utc>> {
    let next = day.checked_add_days(Days::new(1)).and_then(|next| next.and_hms_opt(0, 0, 0));
    let end = next.and_then(|next| next.and_local_timezone(London).earliest());
    let end = end.ok_or_else(|| Violation::new("expires", "RANGE", day, "a day within a year from now"))?;
    Ok(end.with_timezone(&Utc))
}

fn show_tokens(tokens: &[ServiceToken], output: Output) -> Result<()> {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    if output.output == Form::Json {
        let one = |token: &ServiceToken| {
            json!({
                "token": token.name(), "label": token.label, "created": moment(token.created_at),
                "created_by": token.created_by, "expires": moment(token.expires_at),
                "revoked": token.revoked_at.map(moment), "last_used_on": token.last_used_on,
            })
        };
        return print_json(&tokens.iter().map(one).collect::<Vec<_>>());
    }
    let mut table = table(&["token", "label", "expires", "revoked", "last used"]);
    for token in tokens {
        table.add_row([
            token.name(),
            token.label.clone(),
            moment(token.expires_at),
            token.revoked_at.map(moment).unwrap_or_default(),
            token.last_used_on.map(|day| day.to_string()).unwrap_or_default(),
        ]);
    }
    println!("{table}");
    Ok(())
}

fn read_name(name: &str) -> Result<(AccountId, Uuid)> {
    let refuse = || {
        Violation::new(
            "token",
            "RESOURCE_NAME",
            name,
            "accounts/ACCOUNT/tokens/TOKEN, as `onus token list` shows it",
        )
    };
    let parts: Vec<_> = name.split('/').collect();
    let ["accounts", account, "tokens", id] = parts[..] else { return Err(refuse().into()) };
    let account = AccountId::new(account).map_err(|_| refuse())?;
    Ok((account, Uuid::try_parse(id).map_err(|_| refuse())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_in_england() {
        let end = |day: &str| end_of(day.parse().unwrap()).unwrap().to_rfc3339();
        assert_eq!(end("2027-03-31"), "2027-03-31T23:00:00+00:00");
        assert_eq!(end("2027-01-31"), "2027-02-01T00:00:00+00:00");
    }

    #[test]
    fn names_of_tokens_are_read() {
        assert!(read_name("accounts/a/tokens/0193f1a4-7c1e-7000-8000-000000000000").is_ok());
        for bad in [
            "",
            "accounts/a",
            "accounts/a/tokens/x",
            "accounts/A/tokens/0193f1a4-7c1e-7000-8000-000000000000",
        ] {
            assert!(read_name(bad).unwrap_err().to_string().contains("onus token list"), "{bad}");
        }
    }
}
