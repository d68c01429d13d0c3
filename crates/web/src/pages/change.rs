//! Why burden changed between two months.

use crate::{
    parts::{Choice, Figure, Link},
    shell::Shell,
};
use askama::Template;

/// `GET /change` and `GET /providers/{code}/change`.
#[derive(Debug, Clone, Template)]
#[template(path = "change.html")]
pub struct Change {
    /// What stands around it.
    pub shell: Shell,
    /// Where the form is sent.
    pub action: String,
    /// Months to begin with.
    pub from: Vec<Choice>,
    /// Months to end with.
    pub to: Vec<Choice>,
    /// What changed, in a sentence.
    pub in_short: String,
    /// The change.
    pub figures: Vec<Figure>,
    /// The waterfall: from the first month's hours to the second's.
    pub steps: Vec<Step>,
    /// The same by who asks.
    pub by_body: Vec<BodyPart>,
    /// The same by collection, the greatest first.
    pub by_collection: Vec<CollectionPart>,
    /// How many more there are, if any.
    pub more: String,
    /// The parts as a file.
    pub file: Link,
}

/// One step of the waterfall.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which effect; or the month that it begins or ends with.
    pub label: String,
    /// What it adds; empty of a month.
    pub hours: String,
    /// The hours so far.
    pub running: String,
    /// Where its bar begins, in hundredths of the drawing.
    pub bar_from: String,
    /// How long its bar is, in hundredths of the drawing.
    pub bar_length: String,
    /// How it is drawn: a whole, more, or less.
    pub kind: &'static str,
}

/// What one collection did, by effect.
#[derive(Debug, Clone)]
pub struct CollectionPart {
    /// It.
    pub collection: Link,
    /// What happened to it.
    pub what: String,
    /// The effect.
    pub part: BodyPart,
}

/// What one body's requests did, by effect.
#[derive(Debug, Clone)]
pub struct BodyPart {
    /// Who asks.
    pub body: String,
    /// Which effect.
    pub effect: String,
    /// By how much the hours changed.
    pub hours: String,
    /// By how much the cost changed.
    pub cost: String,
}
