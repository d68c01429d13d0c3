//! What an ADMIN sees: what runs, accounts, the audit log.

use crate::{
    parts::{Choice, Figure, Link, Pager, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /admin`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin.html")]
pub struct Admin {
    /// What stands around it.
    pub shell: Shell,
    /// How work stands.
    pub figures: Vec<Figure>,
    /// Work that does not go well: what, how, why.
    pub stuck: Vec<StuckLine>,
    /// What waits too long, and messages that are given up, in sentences.
    pub warnings: Vec<String>,
    /// The latest editions, and when each was made.
    pub editions: Vec<(Link, String)>,
    /// The audit log's latest head.
    pub head: Option<HeadLine>,
}

/// Work that does not go well.
#[derive(Debug, Clone)]
pub struct StuckLine {
    /// What.
    pub name: String,
    /// Whether it is tried again.
    pub state: Tag,
    /// How often it failed in a row.
    pub failures: String,
    /// What went wrong last.
    pub last_error: String,
}

/// A head of the audit log.
#[derive(Debug, Clone)]
pub struct HeadLine {
    /// How many entries it is over.
    pub entries: String,
    /// Their root.
    pub root: String,
    /// When it was signed.
    pub at: String,
    /// Which log.
    pub origin: String,
    /// Public keys whose heads are trusted.
    pub keys: Vec<String>,
}

/// `GET /admin/accounts`.
#[derive(Debug, Clone, Template)]
#[template(path = "accounts.html")]
pub struct Accounts {
    /// What stands around it.
    pub shell: Shell,
    /// What is searched for.
    pub query: String,
    /// Kinds to choose.
    pub kinds: Vec<Choice>,
    /// Roles to choose.
    pub roles: Vec<Choice>,
    /// Whether they may act.
    pub states: Vec<Choice>,
    /// Whether fewer than all are shown.
    pub filtered: bool,
    /// Where the list goes on.
    pub pager: Pager,
    /// Those of this page.
    pub rows: Vec<AccountLine>,
}

/// An account in a list.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// To it: its name in words.
    pub link: Link,
    /// Its key.
    pub key: String,
    /// Its kind, and whether it is disabled.
    pub tags: Vec<Tag>,
    /// What it may do.
    pub roles: String,
    /// For whom it acts.
    pub organisation: String,
}

/// `GET /admin/accounts/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "admin_account.html")]
pub struct Account {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: String,
    /// A token that was made just now, shown this once.
    pub secret: String,
    /// Its kind, and whether it is disabled.
    pub tags: Vec<Tag>,
    /// What is known of it: each with its heading.
    pub facts: Vec<(String, String)>,
    /// Where forms are sent.
    pub action: String,
    /// To change it; nothing if it is one's own.
    pub form: Option<AccountForm>,
    /// Its tokens, if it is a machine's.
    pub tokens: Option<Vec<TokenLine>>,
    /// To make another, if it can have one.
    pub token_form: Option<TokenForm>,
}

/// What an ADMIN says of an account.
#[derive(Debug, Clone, Default)]
pub struct AccountForm {
    /// The etag of what is shown; empty of one that is new.
    pub etag: String,
    /// Whether it is a machine's.
    pub machine: bool,
    /// Its name in words.
    pub display_name: String,
    /// What is wrong with it.
    pub display_name_problem: Option<String>,
    /// Roles that can be granted.
    pub roles: Vec<Choice>,
    /// What is wrong with the choice.
    pub roles_problem: Option<String>,
    /// The code of the organisation that it acts for.
    pub organisation: String,
    /// What is wrong with it.
    pub organisation_problem: Option<String>,
    /// SHA-256 of its client certificate.
    pub certificate: String,
    /// What is wrong with it.
    pub certificate_problem: Option<String>,
    /// Whether it may act.
    pub disabled: Vec<Choice>,
    /// What is wrong with the choice.
    pub disabled_problem: Option<String>,
}

/// A service token.
#[derive(Debug, Clone)]
pub struct TokenLine {
    /// Its key.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// When it was made, and by whom.
    pub made: String,
    /// Until when it is good.
    pub ends: String,
    /// The last day on which it was shown.
    pub last_used: String,
    /// Whether it is good.
    pub state: Tag,
    /// Whether it can be revoked.
    pub good: bool,
}

/// A token to be made.
#[derive(Debug, Clone, Default)]
pub struct TokenForm {
    /// Tells this form from all others: sent twice, it makes one token.
    pub request: String,
    /// What it is for.
    pub label: String,
    /// What is wrong with that.
    pub label_problem: Option<String>,
    /// For how long it can be good.
    pub days: Vec<Choice>,
    /// What is wrong with the choice.
    pub days_problem: Option<String>,
}

/// `GET /admin/new-account`.
#[derive(Debug, Clone, Template)]
#[template(path = "new_account.html")]
pub struct NewAccount {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Its key.
    pub account_id: String,
    /// What is wrong with it.
    pub account_id_problem: Option<String>,
    /// The rest.
    pub form: AccountForm,
}

/// `GET /admin/audit`.
#[derive(Debug, Clone, Template)]
#[template(path = "audit.html")]
pub struct Audit {
    /// What stands around it.
    pub shell: Shell,
    /// Of what.
    pub resource: String,
    /// By whom.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Whose.
    pub owner: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub until: String,
    /// Whether fewer than all are shown.
    pub filtered: bool,
    /// Where the list goes on.
    pub pager: Pager,
    /// Those of this page, latest first.
    pub rows: Vec<AuditLine>,
}

/// A change in a list.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// To it: its moment.
    pub link: Link,
    /// What was done.
    pub action: String,
    /// To what.
    pub resource: String,
    /// By whom.
    pub actor: String,
    /// Its place in the log.
    pub place: String,
}

/// `GET /admin/audit/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "audit_entry.html")]
pub struct AuditEntry {
    /// What stands around it.
    pub shell: Shell,
    /// What is said of the change: each with its heading.
    pub facts: Vec<(String, String)>,
    /// Hashes: each with its heading, and what it is of.
    pub digests: Vec<(String, String)>,
    /// To other changes of the same.
    pub others: Link,
    /// That it stands in the log.
    pub proof: Option<Proof>,
    /// Why there is no proof.
    pub no_proof: String,
}

/// That an entry stands in the log.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Its place, counted from 0, among how many.
    pub place: String,
    /// The text that is hashed.
    pub text: String,
    /// Its hash.
    pub leaf: String,
    /// The hashes that lead to the root.
    pub path: Vec<String>,
    /// The root.
    pub root: String,
    /// Public keys whose heads are trusted.
    pub keys: Vec<String>,
}
