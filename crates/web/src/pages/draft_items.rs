//! What registrars work with to say what a draft asks: its items, registered definitions to pick from, files.

use super::fields::{Choices, DraftForm, Field};
use crate::{
    parts::{Link, Pager, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /drafts/{id}/{number}/items`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_items.html")]
pub struct Items {
    /// What stands around it.
    pub shell: Shell,
    /// How many there are.
    pub total: String,
    /// The items.
    pub rows: Vec<ItemRow>,
    /// Where registered definitions are found.
    pub pick: Link,
    /// Where a file is sent.
    pub file: Link,
    /// What was done just now.
    pub done: String,
    /// What stands around them.
    pub form: DraftForm,
}

/// An item of a draft.
#[derive(Debug, Clone)]
pub struct ItemRow {
    /// Its place.
    pub position: String,
    /// What it asks.
    pub definition: Link,
    /// Where it is changed.
    pub change: Link,
    /// The heading it stands under.
    pub section: String,
    /// Whether it must be answered.
    pub mandation: String,
    /// What it is there for.
    pub role: Tag,
    /// What its answer is about.
    pub subject: String,
    /// Improvement or judgement; empty if it is not said.
    pub purpose: String,
    /// What it feeds; empty if it is not said.
    pub used: String,
}

/// `GET /drafts/{id}/{number}/items/{position}`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_item.html")]
pub struct OneItem {
    /// What stands around it.
    pub shell: Shell,
    /// Which one it is.
    pub place: String,
    /// What it asks.
    pub definition: Link,
    /// The heading it stands under.
    pub section: Field,
    /// Whether it must be answered.
    pub mandation: Choices,
    /// What it is there for.
    pub role: Choices,
    /// What its answer is about.
    pub subject: Choices,
    /// Improvement or judgement.
    pub purpose: Choices,
    /// What it feeds.
    pub used: Field,
    /// What stands around them.
    pub form: DraftForm,
}

/// `GET /drafts/{id}/{number}/items/add`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_pick.html")]
pub struct Pick {
    /// What stands around it.
    pub shell: Shell,
    /// What is searched for.
    pub query: String,
    /// Whether anything is.
    pub asked: bool,
    /// Where the list goes on.
    pub pager: Pager,
    /// What was found.
    pub found: Vec<Found>,
    /// What answers are about.
    pub subject: Choices,
    /// The heading they stand under.
    pub section: Field,
    /// Whether they must be answered.
    pub mandation: Choices,
    /// What stands around them.
    pub form: DraftForm,
}

/// A registered definition to pick.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its key.
    pub key: String,
    /// It.
    pub link: Link,
    /// What it means.
    pub text: String,
    /// Who asks it.
    pub asked_in: String,
    /// Whether it is picked.
    pub chosen: bool,
    /// Whether the draft asks it already.
    pub held: bool,
}

/// `GET /drafts/{id}/{number}/items/file`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_file.html")]
pub struct FileForm {
    /// What stands around it.
    pub shell: Shell,
    /// What was pasted.
    pub text: String,
    /// What is wrong with it.
    pub text_problem: Option<String>,
    /// The template.
    pub template: Link,
    /// What stands around them.
    pub form: DraftForm,
}

/// A table whose headings nobody knows.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_columns.html")]
pub struct NameColumns {
    /// What stands around it.
    pub shell: Shell,
    /// Its columns.
    pub columns: Vec<ColumnName>,
    /// All of it.
    pub csv: String,
    /// What stands around them.
    pub form: DraftForm,
}

/// A column to be named.
#[derive(Debug, Clone)]
pub struct ColumnName {
    /// What it may be.
    pub choices: Choices,
    /// Its first cells.
    pub cells: Vec<String>,
}

/// A table row by row, before it is taken.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_preview.html")]
pub struct Preview {
    /// What stands around it.
    pub shell: Shell,
    /// What was found, in a sentence.
    pub in_short: String,
    /// What answers are about that nobody asks yet.
    pub subject: Choices,
    /// The rows.
    pub rows: Vec<PreviewRow>,
    /// All of it.
    pub csv: String,
    /// What stands around them.
    pub form: DraftForm,
}

/// A row before it is taken.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    /// What it is called.
    pub label: String,
    /// What it means.
    pub text: String,
    /// What it is to the registry.
    pub standing: Tag,
    /// The nearest registered definition.
    pub near: Option<Link>,
    /// What tells it from that one, or makes it alike.
    pub differs: String,
    /// What can be done with it.
    pub choices: Choices,
    /// What it means, where the row does not say it.
    pub meaning: Option<Field>,
}
