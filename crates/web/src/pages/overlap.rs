//! Two collections side by side.

use crate::{
    parts::{Claim, Figure, Link, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /overlaps/{left}/{right}`.
#[derive(Debug, Clone, Template)]
#[template(path = "overlap.html")]
pub struct Overlap {
    /// What stands around it.
    pub shell: Shell,
    /// The two, left first.
    pub sides: [Side; 2],
    /// How much of the one the other has too, in a sentence or two; empty if they share nothing.
    pub in_short: String,
    /// How much they share.
    pub figures: Vec<Figure>,
    /// What is asked twice.
    pub facts: Vec<SharedLine>,
    /// What both have about the same people, but one of them need not be given.
    pub optional: Vec<SharedLine>,
    /// What is shared about other people.
    pub definitions: Vec<SharedLine>,
    /// What is shared to join records or describe people, whatever it is about.
    pub joining: Vec<SharedLine>,
}

/// One of the two.
#[derive(Debug, Clone)]
pub struct Side {
    /// To it.
    pub link: Link,
    /// Who asks.
    pub owner: String,
    /// What it is about.
    pub subjects: String,
    /// Who must answer.
    pub respondents: Option<Claim>,
    /// How often.
    pub frequency: Option<Claim>,
    /// How many items it has.
    pub items: String,
}

/// A question that both ask.
#[derive(Debug, Clone)]
pub struct SharedLine {
    /// The item on the left.
    pub left: Link,
    /// Where it stands and what it is about.
    pub left_place: String,
    /// The item on the right.
    pub right: Link,
    /// Where it stands and what it is about.
    pub right_place: String,
    /// How the two are the same.
    pub how: Tag,
    /// Why it counts where it does.
    pub reason: String,
}
