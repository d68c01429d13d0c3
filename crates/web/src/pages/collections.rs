//! The list of collections.

use crate::{
    parts::{Choice, Link, Pager, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /collections`.
#[derive(Debug, Clone, Template)]
#[template(path = "collections.html")]
pub struct Collections {
    /// What stands around it.
    pub shell: Shell,
    /// What was searched for.
    pub query: String,
    /// Who may be asked to ask.
    pub owners: Vec<Choice>,
    /// How often it may be asked.
    pub frequencies: Vec<Choice>,
    /// Who may answer.
    pub provider_types: Vec<Choice>,
    /// Whether any filter is in force.
    pub filtered: bool,
    /// The collections of this page.
    pub rows: Vec<CollectionResult>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// A collection in a list.
#[derive(Debug, Clone)]
pub struct CollectionResult {
    /// To its page.
    pub link: Link,
    /// Its state, and how it came in.
    pub tags: Vec<Tag>,
    /// The beginning of its purpose.
    pub purpose: String,
    /// Who asks.
    pub owner: String,
    /// How often, and whether that is assumed.
    pub frequency: String,
    /// Who answers, and whether that is assumed.
    pub respondents: String,
    /// How many items it asks.
    pub items: String,
    /// With how many other collections it asks something twice; empty if with none.
    pub asked_twice: String,
}
