//! Two definitions side by side, and what waits for a steward.

use crate::{
    pages::definition::EvidenceLine,
    parts::{Choice, Figure, Link, Pager, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /matches/{left}/{right}`.
#[derive(Debug, Clone, Template)]
#[template(path = "match.html")]
pub struct Match {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with the decision that was sent.
    pub problems: Vec<Problem>,
    /// What was decided just now, and where to take it back.
    pub done: Option<Link>,
    /// What is found, in a sentence.
    pub verdict: String,
    /// Whether it counts.
    pub tags: Vec<Tag>,
    /// The ruling that holds.
    pub ruling: Option<Ruling>,
    /// The two, left first.
    pub sides: [Side; 2],
    /// For stewards: the decision.
    pub form: Option<DecisionForm>,
    /// What each says, facet by facet.
    pub facets: Vec<FacetLine>,
    /// How one is computed from the other.
    pub recipe: Vec<String>,
    /// Why neither is.
    pub missing: String,
    /// Why: one line a reason, adding up.
    pub evidence: Vec<EvidenceLine>,
    /// What the lines add up to.
    pub sum: String,
    /// How likely the two are the same: `97%`.
    pub score: String,
    /// The model that found it.
    pub model: String,
}

/// A steward's ruling.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// When.
    pub day: String,
    /// What.
    pub relation: String,
    /// Why.
    pub reason: String,
    /// Whether it speaks of another version of one of the two.
    pub outdated: bool,
}

/// One of the two.
#[derive(Debug, Clone)]
pub struct Side {
    /// To it.
    pub link: Link,
    /// Its kind, its status.
    pub tags: Vec<Tag>,
    /// What it means, in the source's words.
    pub text: Vec<String>,
    /// What it says besides, each with its heading.
    pub facets: Vec<(String, String)>,
    /// Who asks it.
    pub askers: String,
}

/// A facet that at least one of the two says something of.
#[derive(Debug, Clone)]
pub struct FacetLine {
    /// The facet.
    pub facet: String,
    /// What the left says.
    pub left: String,
    /// What the right says.
    pub right: String,
    /// Whether they agree.
    pub agreement: Tag,
}

/// The decision to be made.
#[derive(Debug, Clone)]
pub struct DecisionForm {
    /// Where it is sent.
    pub action: String,
    /// The version of the left that is shown.
    pub left_version: u32,
    /// The version of the right that is shown.
    pub right_version: u32,
    /// Whether the next match that waits is shown after it.
    pub queue: bool,
    /// What is asked.
    pub legend: String,
    /// How left may stand to right.
    pub relations: Vec<Choice>,
    /// What is wrong with the answer.
    pub relation_problem: Option<String>,
    /// What is wrong with the reason.
    pub reason_problem: Option<String>,
    /// Why, as typed so far.
    pub reason: String,
    /// What can be decided by one button or one key.
    pub at_once: Vec<AtOnce>,
}

/// A button that decides, with a reason in standard words.
#[derive(Debug, Clone)]
pub struct AtOnce {
    /// The relation's code.
    pub value: String,
    /// In a few words.
    pub text: &'static str,
    /// The key that presses it.
    pub key: char,
}

/// `GET /steward/matches`.
#[derive(Debug, Clone, Template)]
#[template(path = "undecided.html")]
pub struct Undecided {
    /// What stands around it.
    pub shell: Shell,
    /// How good the matches are.
    pub figures: Vec<Figure>,
    /// How much of the sample was ruled on, in a sentence.
    pub sample: String,
    /// Which of them to show: address, name, whether it is shown.
    pub filters: Vec<Choice>,
    /// Where the list goes on.
    pub pager: Pager,
    /// Those of this page.
    pub rows: Vec<UndecidedLine>,
}

/// A match that waits.
#[derive(Debug, Clone)]
pub struct UndecidedLine {
    /// To the two side by side.
    pub link: Link,
    /// What was found.
    pub relation: String,
    /// How likely the two are the same.
    pub score: String,
    /// Working hours of twelve months that depend on it.
    pub hours: String,
    /// Why it waits.
    pub tags: Vec<Tag>,
}
