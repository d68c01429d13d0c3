//! Pages that say what went wrong, and what would be right.

use crate::shell::Shell;
use askama::Template;
use onus_domain::Violation;

/// Any request that is refused.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct Problem {
    /// What stands around it.
    pub shell: Shell,
    /// What happened, in paragraphs.
    pub text: Vec<String>,
    /// What was wrong with what was given.
    pub violations: Vec<Violation>,
}

/// What somebody is answered whose session ended while they filled a form in.
#[derive(Debug, Clone, Template)]
#[template(path = "signed_out_meanwhile.html")]
pub struct SignedOutMeanwhile {
    /// What stands around it.
    pub shell: Shell,
    /// Where the form goes.
    pub action: String,
    /// What was filled in: names and values.
    pub fields: Vec<(String, String)>,
}
