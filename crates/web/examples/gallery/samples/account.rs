use super::{HOSTILE, Sample, sample, shell};
use onus_web::{
    pages::account::{Account, Fact, SignIn, SignedOut},
    parts::Link,
    shell::{Area, Looking, Shell},
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    let roles = || {
        vec![
            Fact { name: "Registrar".into(), text: "Register your own body's collections.".into() },
            Fact { name: "Steward".into(), text: "Keep definitions.".into() },
        ]
    };
    Ok(vec![
        sample("sign-in", &sign_in())?,
        sample("signed-out", &SignedOut { shell: shell("You are signed out", Area::Other), next: None })?,
        sample("account", &account("Ann Other", Some("NHS England (X24)"), roles()))?,
        sample("account-without-role", &account(HOSTILE, None, vec![]))?,
        sample("account-nobody", &Account { facts: None, ..account("", None, vec![]) })?,
    ])
}

/// Surroundings as whoever is signed in sees them.
pub(super) fn signed_in(title: &str, name: &str) -> Shell {
    let visitor = Looking { name: Some(name.into()), form_token: "token".into(), sign_in: None };
    Shell { visitor, ..shell(title, Area::Other) }
}

fn sign_in() -> SignIn {
    let visitor =
        Looking { name: None, form_token: "token".into(), sign_in: Some("/sign-in?go_on=/".into()) };
    SignIn {
        shell: Shell { visitor, ..shell("Sign in", Area::Other) },
        go_on: HOSTILE.into(),
        identities: vec![
            (Link::new("registrar", "Sign in as the demo's registrar"), " for X24".into()),
            (Link::new("steward", "Sign in as the demo's steward"), String::new()),
        ],
    }
}

fn account(name: &str, organisation: Option<&str>, roles: Vec<Fact>) -> Account {
    Account {
        shell: signed_in("Your account", name),
        facts: Some((name.into(), "p-3f9ab2c41d07e586".into(), organisation.map(Into::into), roles)),
        tasks: vec![Link::new("/steward/matches", "Decide which definitions ask the same")],
        can_sign_in: true,
    }
}
