//! "Have we been asked this already?"

use crate::{
    parts::{Link, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /asked` and what its form answers.
#[derive(Debug, Clone, Template)]
#[template(path = "asked.html")]
pub struct Asked {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// What is wrong with the provider's code.
    pub provider_problem: Option<String>,
    /// What is wrong with the text or the file.
    pub text_problem: Option<String>,
    /// The text, as typed.
    pub text: String,
    /// The provider's code, as typed.
    pub provider: String,
    /// What was found, once something was sent.
    pub answer: Option<Answer>,
}

/// What is known of what was sent.
#[derive(Debug, Clone)]
pub struct Answer {
    /// In a sentence or two.
    pub in_short: String,
    /// What is known of the references that stand in it.
    pub references: Vec<Reference>,
    /// Item by item.
    pub rows: Vec<Row>,
    /// Whether the provider is known, so that there is a crosswalk to download.
    pub crosswalk: bool,
    /// The items as sent, for the crosswalk.
    pub items: String,
}

/// A reference that stands in what was sent.
#[derive(Debug, Clone)]
pub struct Reference {
    /// To what is known of it.
    pub link: Link,
    /// Whether it is valid.
    pub standing: Tag,
}

/// One item.
#[derive(Debug, Clone)]
pub struct Row {
    /// What the request calls it.
    pub item: String,
    /// How it stands to what is held.
    pub standing: Tag,
    /// The definition that it is likest, if any is held.
    pub held: Option<Link>,
    /// The registered definition that is nearest, if none holds it.
    pub nearest: Option<Link>,
    /// Who asks that already.
    pub askers: Vec<AskedBy>,
    /// How to answer from what was sent.
    pub recipe: String,
}

/// A collection that asks an item already.
#[derive(Debug, Clone)]
pub struct AskedBy {
    /// To it.
    pub collection: Link,
    /// Who asks, how often.
    pub how: String,
    /// What the provider was asked of it last; empty if it is not asked.
    pub last: String,
}
