//! The home page: what Onus is, its headline figures, what it found.

use crate::{
    parts::{Figure, Link},
    shell::Shell,
};
use askama::Template;

/// `GET /`.
#[derive(Debug, Clone, Template)]
#[template(path = "home.html")]
pub struct Home {
    /// What stands around it.
    pub shell: Shell,
    /// The month its figures are of, in words.
    pub month: String,
    /// How much is registered.
    pub registered: Vec<Figure>,
    /// What is asked, of how many facts, at what cost.
    pub burden: Vec<Figure>,
    /// What is asked twice, most first.
    pub asked_twice: Vec<Finding>,
    /// What is shared without being asked twice, most first.
    pub shared_definitions: Vec<Finding>,
}

/// One finding about two collections.
#[derive(Debug, Clone)]
pub struct Finding {
    /// To the two side by side.
    pub link: Link,
    /// What was found, in a sentence or two.
    pub text: String,
}
