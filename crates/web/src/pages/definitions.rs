//! The list of definitions.

use crate::{
    parts::{Choice, Link, Pager, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /definitions`.
#[derive(Debug, Clone, Template)]
#[template(path = "definitions.html")]
pub struct Definitions {
    /// What stands around it.
    pub shell: Shell,
    /// What was searched for.
    pub query: String,
    /// Element or metric.
    pub kinds: Vec<Choice>,
    /// Registration status.
    pub statuses: Vec<Choice>,
    /// Whether any filter is in force.
    pub filtered: bool,
    /// The definitions of this page.
    pub rows: Vec<DefinitionResult>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// A definition in a list.
#[derive(Debug, Clone)]
pub struct DefinitionResult {
    /// To its page.
    pub link: Link,
    /// Its kind, its status.
    pub tags: Vec<Tag>,
    /// The beginning of its text.
    pub text: String,
    /// How many collections use it.
    pub asked_in: String,
    /// How many other definitions ask the same question; empty if none.
    pub same: String,
}
