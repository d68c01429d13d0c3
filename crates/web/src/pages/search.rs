//! One box for everything.

use crate::{
    parts::{Choice, Link, Pager, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /search`.
#[derive(Debug, Clone, Template)]
#[template(path = "search.html")]
pub struct Search {
    /// What stands around it.
    pub shell: Shell,
    /// What is searched for.
    pub query: String,
    /// Kinds to look at alone, with where each leads.
    pub kinds: Vec<Choice>,
    /// What was found.
    pub rows: Vec<SearchRow>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// Something that was found.
#[derive(Debug, Clone)]
pub struct SearchRow {
    /// It.
    pub link: Link,
    /// What kind of thing it is, and its state.
    pub tags: Vec<Tag>,
    /// What it is about.
    pub text: String,
}
