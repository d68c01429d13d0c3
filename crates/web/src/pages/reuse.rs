//! Reuse agreements.

use super::fields::{DayField, Field};
use crate::{
    parts::{Link, Problem, Tag},
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
    /// Those of the reader's own body, or that the panel has to see to: what waits first. Nothing for those who have none to see.
    pub own: Option<Vec<OwnReuse>>,
    /// The agreements that everybody may know of, latest first.
    pub rows: Vec<ReuseLine>,
}

/// An agreement that its parties see, in whatever state it is.
#[derive(Debug, Clone)]
pub struct OwnReuse {
    /// To the agreement: what it is needed for.
    pub link: Link,
    /// Who needs it.
    pub recipient: String,
    /// Who holds it.
    pub holder: String,
    /// How many items it is about.
    pub items: String,
    /// Where it stands.
    pub state: Tag,
    /// Whom it waits for, and until when.
    pub waits_for: String,
}

/// `GET /reuse/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "reuse_agreement.html")]
pub struct Agreement {
    /// What stands around it.
    pub shell: Shell,
    /// Where it stands.
    pub state: Tag,
    /// Whom it waits for, and until when; empty if for nobody.
    pub waits_for: String,
    /// What it is needed for.
    pub needed_for: String,
    /// Where that can be read.
    pub collection: Option<String>,
    /// Who needs it.
    pub recipient: String,
    /// Who holds it.
    pub holder: String,
    /// What is needed, and in what the holder has it.
    pub needs: Vec<ReuseNeed>,
    /// For which months of data.
    pub months: String,
    /// At which grain.
    pub grain: String,
    /// The law it rests on.
    pub legal_basis: String,
    /// What it is for.
    pub purpose: String,
    /// What happened, in order: what, and when.
    pub course: Vec<(String, String)>,
    /// What was said with the last answer.
    pub reason: Vec<String>,
    /// What the reader can do.
    pub steps: Vec<ReuseStep>,
    /// The revision that a step is of.
    pub revision: u32,
    /// The form's own key.
    pub request_id: String,
    /// Where a step is sent.
    pub action: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Something that is needed.
#[derive(Debug, Clone)]
pub struct ReuseNeed {
    /// The item's place.
    pub position: String,
    /// What it asks.
    pub definition: Link,
    /// The holder's collections that ask it.
    pub held_in: Vec<Link>,
}

/// Something that can be done with an agreement.
#[derive(Debug, Clone)]
pub struct ReuseStep {
    /// The move.
    pub key: String,
    /// It, in words.
    pub label: String,
    /// From when on, if it asks that.
    pub day: Option<DayField>,
    /// What is said with it.
    pub reason: Field,
    /// Whether it ends something.
    pub warns: bool,
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
    /// To the agreement itself.
    pub href: String,
    /// The law it rests on.
    pub legal_basis: String,
}
