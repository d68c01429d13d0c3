//! Pages of text: how the figures are made, and accessibility.

use super::collection::CostLine;
use crate::shell::Shell;
use askama::Template;

/// `GET /about`.
#[derive(Debug, Clone, Template)]
#[template(path = "about.html")]
pub struct About {
    /// What stands around it.
    pub shell: Shell,
    /// The month in which the index is 100, in words.
    pub base_month: String,
}

/// `GET /defaults`.
#[derive(Debug, Clone, Template)]
#[template(path = "defaults.html")]
pub struct Defaults {
    /// What stands around it.
    pub shell: Shell,
    /// How often a request is answered, and what that is taken to take.
    pub rows: Vec<(String, CostLine)>,
}

/// `GET /accessibility`.
#[derive(Debug, Clone, Template)]
#[template(path = "accessibility.html")]
pub struct Accessibility {
    /// What stands around it.
    pub shell: Shell,
}
