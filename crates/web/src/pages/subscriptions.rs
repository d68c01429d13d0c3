//! Confirming an e-mail address and ending its messages: where the links of e-mails lead.

use crate::shell::Shell;
use askama::Template;

/// How far it is. A link alone changes nothing: mail servers follow links to look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Whether the address may be written to.
    Confirm,
    /// It was confirmed.
    Confirmed,
    /// Whether the messages are to stop.
    End,
    /// They stopped.
    Ended,
}

/// `GET` and `POST /subscriptions/confirm` and `/subscriptions/unsubscribe`.
#[derive(Debug, Clone, Template)]
#[template(path = "subscription.html")]
pub struct Subscription {
    /// What stands around it.
    pub shell: Shell,
    /// How far it is.
    pub step: Step,
    /// What the link carries.
    pub token: String,
}
