//! Signing in and out, and one's own account.

use crate::{parts::Link, shell::Shell};
use askama::Template;

/// `GET /sign-in` in the demo: its identities.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// What stands around it.
    pub shell: Shell,
    /// Where to go on.
    pub go_on: String,
    /// Identities, and whom each acts for.
    pub identities: Vec<(Link, String)>,
}

/// `GET /signed-out`, and the way to the issuer.
#[derive(Debug, Clone, Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// What stands around it.
    pub shell: Shell,
    /// Where to sign out too.
    pub next: Option<String>,
}

/// A role, and what it lets one do.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is called.
    pub name: String,
    /// What it lets one do.
    pub text: String,
}

/// `GET /account`.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct Account {
    /// What stands around it.
    pub shell: Shell,
    /// Name, key of the account, organisation, roles; nothing if nobody is signed in.
    pub facts: Option<(String, String, Option<String>, Vec<Fact>)>,
    /// What one can do here with one's roles.
    pub tasks: Vec<Link>,
    /// Whether anybody can sign in here.
    pub can_sign_in: bool,
}
