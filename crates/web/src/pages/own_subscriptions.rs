//! One's own subscriptions: being told of events by e-mail or by a webhook.

use crate::{
    parts::{Choice, Link, Pager, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /subscriptions`.
#[derive(Debug, Clone, Template)]
#[template(path = "own_subscriptions.html")]
pub struct OwnSubscriptions {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: String,
    /// One's subscriptions, oldest first.
    pub rows: Vec<SubscriptionLine>,
    /// To make another.
    pub form: SubscriptionForm,
}

/// A subscription in a list.
#[derive(Debug, Clone)]
pub struct SubscriptionLine {
    /// To it.
    pub link: Link,
    /// How, and where.
    pub told: String,
    /// Of what.
    pub of: String,
    /// Where it stands.
    pub state: Tag,
}

/// A subscription to be made.
#[derive(Debug, Clone)]
pub struct SubscriptionForm {
    /// Tells this form from all others: sent twice, it makes one subscription.
    pub request: String,
    /// What it is called.
    pub display_name: String,
    /// What is wrong with it.
    pub display_name_problem: Option<String>,
    /// How one can be told.
    pub channels: Vec<Choice>,
    /// What is wrong with the choice.
    pub channel_problem: Option<String>,
    /// Where.
    pub address: String,
    /// What is wrong with it.
    pub address_problem: Option<String>,
    /// What can happen.
    pub kinds: Vec<Choice>,
    /// What is wrong with the choice.
    pub kinds_problem: Option<String>,
    /// Codes of bodies, one a line.
    pub owners: String,
    /// What is wrong with them.
    pub owners_problem: Option<String>,
    /// Keys of collections, one a line.
    pub collections: String,
    /// What is wrong with them.
    pub collections_problem: Option<String>,
    /// When.
    pub cadences: Vec<Choice>,
    /// What is wrong with the choice.
    pub cadence_problem: Option<String>,
}

/// `GET /subscriptions/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "own_subscription.html")]
pub struct OwnSubscription {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: String,
    /// What its webhook is signed with, shown this once.
    pub secret: String,
    /// Where it stands.
    pub state: Tag,
    /// What is known of it: each with its heading.
    pub facts: Vec<(String, String)>,
    /// Where forms are sent.
    pub action: String,
    /// Its etag.
    pub etag: String,
    /// What else can be done with it: what is sent, and what the button says.
    pub steps: Vec<(String, String)>,
    /// Where the list of what was sent goes on.
    pub pager: Pager,
    /// What was sent, latest first.
    pub deliveries: Vec<DeliveryLine>,
}

/// Something that was sent, or is to be.
#[derive(Debug, Clone)]
pub struct DeliveryLine {
    /// Its key.
    pub id: String,
    /// What.
    pub what: String,
    /// When it was made.
    pub made: String,
    /// Where it stands.
    pub state: Tag,
    /// How often it was tried, and what went wrong last.
    pub tried: String,
    /// Whether it can be sent again.
    pub again: bool,
}
