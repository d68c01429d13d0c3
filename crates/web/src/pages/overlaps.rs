//! The list of pairs of collections that share something.

use crate::{
    parts::{Choice, Link, Pager},
    shell::Shell,
};
use askama::Template;

/// `GET /overlaps`.
#[derive(Debug, Clone, Template)]
#[template(path = "overlaps.html")]
pub struct Overlaps {
    /// What stands around it.
    pub shell: Shell,
    /// Asked twice, or shared definitions only.
    pub kinds: Vec<Choice>,
    /// Words in the name of one side.
    pub query: String,
    /// Which collections ask what others ask, drawn.
    pub matrix: Option<String>,
    /// Whether any filter is in force.
    pub filtered: bool,
    /// The pairs of this page.
    pub rows: Vec<OverlapLine>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// Two collections that share something.
#[derive(Debug, Clone)]
pub struct OverlapLine {
    /// The one.
    pub left: Link,
    /// The other.
    pub right: Link,
    /// Facts asked twice.
    pub facts: String,
    /// Definitions in common, of any role, whatever they are asked about.
    pub definitions: String,
    /// Those as a share of all that the smaller asks.
    pub containment: String,
    /// Providers who owe both.
    pub providers: String,
    /// To the two side by side.
    pub compare: String,
}
