//! Pages of bodies that ask.

use crate::{
    parts::{Choice, Figure, Link, Succeeded},
    shell::Shell,
};
use askama::Template;

/// `GET /bodies`.
#[derive(Debug, Clone, Template)]
#[template(path = "bodies.html")]
pub struct Bodies {
    /// What stands around it.
    pub shell: Shell,
    /// The twelve months end with it.
    pub month: String,
    /// In which order: the address of each.
    pub orders: Vec<Choice>,
    /// National bodies.
    pub national: Vec<BodyLine>,
    /// Local commissioners.
    pub local: Vec<BodyLine>,
    /// All together; bodies' avoidable hours add up to it.
    pub total: BodyLine,
    /// Who asks what others ask, drawn.
    pub matrix: Option<String>,
    /// The same in figures.
    pub pairs: Vec<PairLine>,
    /// The tables that were published last.
    pub files: Vec<Link>,
}

/// A body and what it asks.
#[derive(Debug, Clone)]
pub struct BodyLine {
    /// To it.
    pub link: Link,
    /// Its collections in force.
    pub collections: String,
    /// Asks of the twelve months.
    pub asks: String,
    /// Hours of all providers in the twelve months.
    pub hours: String,
    /// The share of them that is assumed.
    pub assumed: String,
    /// The share of its asks that is not redundant.
    pub rate: String,
    /// Its equal part of what would fall away.
    pub avoidable: String,
    /// Facts that it has from others.
    pub reuse: String,
}

/// Two bodies that ask the same facts, or one that asks them several times.
#[derive(Debug, Clone)]
pub struct PairLine {
    /// One.
    pub one: Link,
    /// The other.
    pub other: Link,
    /// Facts of the twelve months that both ask.
    pub facts: String,
    /// Hours that would fall away.
    pub avoidable: String,
}

/// `GET /bodies/{code}`.
#[derive(Debug, Clone, Template)]
#[template(path = "body.html")]
pub struct Body {
    /// What stands around it.
    pub shell: Shell,
    /// Its code.
    pub code: String,
    /// National or local.
    pub kind: &'static str,
    /// Mergers and splits that it took part in.
    pub successions: Vec<Succeeded>,
    /// The twelve months end with it.
    pub month: String,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// What it asks.
    pub collections: Vec<CollectionLine>,
    /// With whom it asks the same.
    pub pairs: Vec<PairLine>,
    /// To its plan, its published report, what is said of its requests.
    pub more: Vec<Link>,
}

/// A collection of a body.
#[derive(Debug, Clone)]
pub struct CollectionLine {
    /// To it.
    pub link: Link,
    /// Providers that must answer.
    pub providers: String,
    /// Submissions that are due in the twelve months.
    pub submissions: String,
    /// Asks of the twelve months.
    pub asks: String,
    /// Hours of the twelve months.
    pub hours: String,
    /// The share of them that is assumed.
    pub assumed: String,
}
