//! Reuse agreements.

use crate::{
    parts::{Link, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /reuse`.
#[derive(Debug, Clone, Template)]
#[template(path = "reuse.html")]
pub struct Reuse {
    /// What stands around it.
    pub shell: Shell,
    /// The month its figures are of, in words.
    pub month: String,
    /// Bodies that do not ask because others give.
    pub bodies: Vec<ReuseBody>,
    /// The agreements, latest first.
    pub rows: Vec<ReuseLine>,
}

/// A body's needs met by reuse.
#[derive(Debug, Clone)]
pub struct ReuseBody {
    /// The body.
    pub body: String,
    /// Facts met by reuse.
    pub facts: String,
    /// Asks that were left.
    pub asks: String,
}

/// An agreement.
#[derive(Debug, Clone)]
pub struct ReuseLine {
    /// To the collection that needs it.
    pub collection: Link,
    /// Who needs it.
    pub recipient: String,
    /// Who holds it.
    pub holder: String,
    /// What is not asked.
    pub items: Vec<Link>,
    /// When data first came.
    pub since: String,
    /// The last day on which it comes.
    pub until: String,
    /// Whether data comes.
    pub state: Tag,
    /// The law it rests on.
    pub legal_basis: String,
}
