//! Editions: the list, and one month's.

use crate::{
    parts::{Figure, Link},
    shell::Shell,
};
use askama::Template;

/// `GET /editions`.
#[derive(Debug, Clone, Template)]
#[template(path = "editions.html")]
pub struct Editions {
    /// What stands around it.
    pub shell: Shell,
    /// Those that are published, latest first.
    pub rows: Vec<EditionLine>,
}

/// An edition in the list.
#[derive(Debug, Clone)]
pub struct EditionLine {
    /// To its page.
    pub link: Link,
    /// Its revision.
    pub revision: String,
    /// The registry is taken as at the end of this day.
    pub closing_date: String,
    /// When it was made.
    pub made_at: String,
    /// How many files it has.
    pub files: String,
}

/// `GET /editions/{month}`.
#[derive(Debug, Clone, Template)]
#[template(path = "edition.html")]
pub struct Edition {
    /// What stands around it.
    pub shell: Shell,
    /// Its revision.
    pub revision: String,
    /// The registry is taken as at the end of this day.
    pub closing_date: String,
    /// When it was made.
    pub made_at: String,
    /// Why it was made again, if it was.
    pub reason: String,
    /// Its headline figures.
    pub figures: Vec<Figure>,
    /// To the report itself, if there is one.
    pub report: Option<Link>,
    /// Its files.
    pub files: Vec<FileLine>,
}

/// A file of an edition.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// To it.
    pub link: Link,
    /// What it holds.
    pub about: &'static str,
    /// Its kind, for people.
    pub kind: String,
    /// Its length.
    pub size: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}
