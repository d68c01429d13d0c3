//! Looking up a reference.

use crate::{parts::Link, shell::Shell};
use askama::Template;

/// `GET /look-up?reference=`.
#[derive(Debug, Clone, Template)]
#[template(path = "look_up.html")]
pub struct LookUp {
    /// What stands around it.
    pub shell: Shell,
    /// What was asked for, as given.
    pub given: String,
    /// What is known of it.
    pub answer: Answer,
    /// References one slip away that there are, to their own answers.
    pub near: Vec<Link>,
}

/// What is known of a reference.
#[derive(Debug, Clone)]
pub enum Answer {
    /// Nothing was asked yet.
    Nothing,
    /// It is not a reference; what would be right.
    Mistyped(String),
    /// It is well formed, and no collection has it.
    Unknown(String),
    /// The request may be answered.
    Valid(Holder),
    /// Its approval or adoption has ended.
    Expired(Holder),
    /// Stopped for a while.
    Suspended(Holder),
}

/// The collection that has a reference.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The reference.
    pub reference: String,
    /// To the collection.
    pub collection: Link,
    /// Whose it is.
    pub owner: String,
    /// Approved or adopted.
    pub admission: String,
    /// Last day on which it is valid.
    pub until: String,
}

impl LookUp {
    /// What is wrong with what was given, if anything is.
    pub fn error(&self) -> Option<&str> {
        if let Answer::Mistyped(expected) = &self.answer { Some(expected) } else { None }
    }
}
