//! A definition: what it means, who asks it, what is like it.

use crate::{
    parts::{Link, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /definitions/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "definition.html")]
pub struct Definition {
    /// What stands around it.
    pub shell: Shell,
    /// Its kind, its status.
    pub tags: Vec<Tag>,
    /// What it means, in the source's words.
    pub text: Vec<String>,
    /// What it says besides, each with its heading.
    pub facets: Vec<(String, String)>,
    /// The definition that replaces it.
    pub successor: Option<Link>,
    /// Permitted values: code and meaning.
    pub values: Vec<(String, String)>,
    /// Who asks it.
    pub askers: Vec<AskedIn>,
    /// The concept it is in.
    pub concept: String,
    /// The other definitions in it.
    pub same: Vec<Link>,
    /// What can be computed from it, or it from what.
    pub derivations: Vec<DerivationLine>,
    /// Definitions found to be like it, most alike first.
    pub matches: Vec<MatchLine>,
}

/// A collection that asks a definition.
#[derive(Debug, Clone)]
pub struct AskedIn {
    /// To it.
    pub collection: Link,
    /// Whose it is.
    pub owner: String,
    /// Where in it.
    pub section: String,
    /// About whom or what.
    pub subject: String,
    /// What it is there for.
    pub role: Tag,
}

/// That one definition can be computed from another.
#[derive(Debug, Clone)]
pub struct DerivationLine {
    /// What is computed.
    pub computed: Link,
    /// What it is computed from.
    pub held: Link,
    /// How.
    pub recipe: String,
    /// How sure it is.
    pub strength: Tag,
}

/// A definition that is like this one, and why.
#[derive(Debug, Clone)]
pub struct MatchLine {
    /// To the other.
    pub other: Link,
    /// How this one stands to it.
    pub relation: String,
    /// Whether it counts.
    pub strength: Tag,
    /// How likely the two are the same: `97%`.
    pub score: String,
    /// Where the two stand side by side.
    pub side_by_side: String,
    /// The model that found it.
    pub model: String,
    /// Why: one line a facet, adding up.
    pub evidence: Vec<EvidenceLine>,
    /// What the lines add up to.
    pub sum: String,
}

/// One step of a waterfall.
#[derive(Debug, Clone)]
pub struct EvidenceLine {
    /// What was compared.
    pub facet: String,
    /// What was found.
    pub finding: String,
    /// What it adds.
    pub weight: String,
    /// The sum so far.
    pub running: String,
    /// Where its bar begins, in hundredths of the drawing.
    pub bar_from: String,
    /// How long its bar is, in hundredths of the drawing.
    pub bar_length: String,
    /// Whether it speaks for the two being the same.
    pub speaks_for: bool,
}
