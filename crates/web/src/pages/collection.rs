//! A collection, and one version of it.

use crate::{
    pages::reuse::ReuseLine,
    parts::{Claim, Figure, Link, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /collections/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "collection.html")]
pub struct Collection {
    /// What stands around it.
    pub shell: Shell,
    /// What it asks, of whom, why.
    pub asks: Asks,
    /// If it was adopted: until when, by what evidence.
    pub adopted: Option<Adopted>,
    /// What answering takes.
    pub burden: Vec<Figure>,
    /// The month its figures are of, in words.
    pub month: String,
    /// The lines of its burden statement.
    pub cost_lines: Vec<CostLine>,
    /// How the statement is known.
    pub method: Tag,
    /// Collections that ask the same facts.
    pub asked_twice: Vec<Shared>,
    /// Agreements by which it gets what it does not ask.
    pub reuse: Vec<ReuseLine>,
    /// Collections that use the same definitions about others.
    pub shared_definitions: Vec<Shared>,
    /// Its items.
    pub items: Items,
    /// Its versions, latest first.
    pub history: Vec<VersionLine>,
}

/// `GET /collections/{id}/versions/{number}`.
#[derive(Debug, Clone, Template)]
#[template(path = "version.html")]
pub struct Version {
    /// What stands around it.
    pub shell: Shell,
    /// What it asks, of whom, why.
    pub asks: Asks,
    /// Its place among the versions: `Version 2 of 3`.
    pub place: String,
    /// The version that is in force, unless it is this one.
    pub current: Option<Link>,
    /// Its items.
    pub items: Items,
}

/// What a version asks, of whom, when, why.
#[derive(Debug, Clone)]
pub struct Asks {
    /// Its title.
    pub title: String,
    /// Its reference; empty if it has none.
    pub reference: String,
    /// Its state, and how it came in.
    pub tags: Vec<Tag>,
    /// Who asks.
    pub owner: Link,
    /// National or local.
    pub sector_path: String,
    /// Why, in paragraphs.
    pub purpose: Vec<String>,
    /// The law it rests on.
    pub legal_basis: Vec<String>,
    /// What the answers are used for.
    pub uses: Vec<String>,
    /// What respondents get back.
    pub feedback: Vec<String>,
    /// How it is collected.
    pub method: Vec<String>,
    /// Whom to ask about it.
    pub contact: Vec<String>,
    /// Who must answer.
    pub respondents: Option<Claim>,
    /// How many of each type must answer today.
    pub respondents_by_type: Vec<(String, String)>,
    /// How often, and from when.
    pub frequency: Option<Claim>,
    /// When answers are due.
    pub due: String,
    /// From when to when it is in force, and when that ends unless it is approved anew.
    pub in_force: String,
    /// How it came in: approved, on the light path, adopted.
    pub admission: String,
    /// What its approval depends on.
    pub conditions: Vec<String>,
    /// Where it comes from.
    pub evidence: Vec<String>,
}

/// That a version is in force without having been reviewed.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// The day by which it must have passed the panel.
    pub expires_on: String,
    /// Its reference.
    pub reference: String,
    /// Whether that day is past.
    pub expired: bool,
}

/// A line of a burden statement.
#[derive(Debug, Clone)]
pub struct CostLine {
    /// What is done.
    pub activity: String,
    /// By whom.
    pub staff_role: String,
    /// Minutes.
    pub minutes: String,
    /// On what they are spent.
    pub basis: String,
}

/// Another collection that shares something.
#[derive(Debug, Clone)]
pub struct Shared {
    /// To the other collection.
    pub other: Link,
    /// Whose it is.
    pub owner: String,
    /// How many facts, or definitions, are shared.
    pub shared: String,
    /// How many more both have about the same people, optional in one of them.
    pub optional: String,
    /// How many of them are content of both; the others join, describe or administer.
    pub content: String,
    /// How many of this collection's concepts these are: `34 of 34`.
    pub share: String,
    /// How many providers owe both.
    pub providers: String,
    /// To the two side by side.
    pub compare: Link,
}

/// The items of a version: all of them in folded sections, or one section of many.
#[derive(Debug, Clone)]
pub struct Items {
    /// How many there are, by role: `34 items: 30 content, 4 linkage`.
    pub total: String,
    /// Sections to choose from, if there are too many items for one page.
    pub contents: Vec<SectionLink>,
    /// The sections shown.
    pub sections: Vec<Section>,
}

/// A section to choose.
#[derive(Debug, Clone)]
pub struct SectionLink {
    /// To it.
    pub link: Link,
    /// How many items it has.
    pub count: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// A section of items.
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading.
    pub heading: String,
    /// How many items it has.
    pub count: String,
    /// What its items are about.
    pub subjects: String,
    /// Its items.
    pub rows: Vec<ItemLine>,
}

/// An item.
#[derive(Debug, Clone)]
pub struct ItemLine {
    /// Its place.
    pub position: String,
    /// The definition asked for.
    pub definition: Link,
    /// Whether it must be answered.
    pub mandation: String,
    /// What it is there for.
    pub role: Tag,
    /// Who else asks the fact.
    pub asked_twice_by: Vec<Link>,
    /// That it is not asked, because somebody gives it; empty if it is asked.
    pub met_by: String,
}

/// A version in a history.
#[derive(Debug, Clone)]
pub struct VersionLine {
    /// To it.
    pub link: Link,
    /// Its state.
    pub state: Tag,
    /// First day in force.
    pub live_from: String,
    /// Last day in force.
    pub live_to: String,
    /// How many items it has.
    pub items: String,
}
