//! Editions: the list, and one month's.

use crate::{
    pages::fields::Field,
    parts::{Figure, Link, Problem},
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
    /// The month that whoever looks may publish.
    pub to_publish: Option<ToPublish>,
}

/// A month that waits to be published.
#[derive(Debug, Clone)]
pub struct ToPublish {
    /// As YYYY-MM.
    pub month: String,
    /// For people.
    pub in_words: String,
    /// Which request it is: sent twice, it is done once.
    pub request_id: String,
}

/// The form of a correction.
#[derive(Debug, Clone)]
pub struct Correction {
    /// Where it goes.
    pub action: String,
    /// What it would say.
    pub preview: Link,
    /// Which request it is: sent twice, it is done once.
    pub request_id: String,
    /// Why.
    pub reason: Field,
}

/// An edition in the list.
#[derive(Debug, Clone)]
pub struct EditionLine {
    /// To its page.
    pub link: Link,
    /// Its revision.
    pub revision: String,
    /// Figures count to the end of this day.
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
    /// Figures count to the end of this day.
    pub closing_date: String,
    /// When it was made.
    pub made_at: String,
    /// The registry is taken as it was known on this day.
    pub known_at: String,
    /// The other revisions of the month.
    pub others: Vec<Link>,
    /// What is wrong with a correction.
    pub problems: Vec<Problem>,
    /// Where a correction is published, for whoever may.
    pub correction: Option<Correction>,
    /// Why it was made again, if it was.
    pub reason: String,
    /// Its headline figures.
    pub figures: Vec<Figure>,
    /// To the report itself, if there is one.
    pub report: Option<Link>,
    /// To the same as PDF, where reports are printed.
    pub printed: Option<Link>,
    /// Where the report of a provider or a body is found by its code, if there are such reports.
    pub finder: Option<String>,
    /// The code that was looked for and has no report.
    pub not_found: Option<String>,
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
