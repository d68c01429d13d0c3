//! The list of providers.

use crate::{
    parts::{Choice, Link, Pager, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /providers`.
#[derive(Debug, Clone, Template)]
#[template(path = "providers.html")]
pub struct Providers {
    /// What stands around it.
    pub shell: Shell,
    /// What was searched for.
    pub query: String,
    /// Provider types.
    pub provider_types: Vec<Choice>,
    /// Regions.
    pub regions: Vec<Choice>,
    /// Whether any filter is in force.
    pub filtered: bool,
    /// The month its figures are of, in words.
    pub month: String,
    /// The providers of this page.
    pub rows: Vec<ProviderLine>,
    /// Where the list goes on.
    pub pager: Pager,
}

/// A provider in a list.
#[derive(Debug, Clone)]
pub struct ProviderLine {
    /// To its page.
    pub link: Link,
    /// Its code.
    pub code: String,
    /// Its type.
    pub provider_type: String,
    /// Marks a type that is assumed.
    pub type_basis: Option<Tag>,
    /// Its region.
    pub region: String,
    /// Hours in the 12 months.
    pub hours: String,
    /// The share of them that is assumed.
    pub assumed: String,
    /// Submit-once rate, strict.
    pub rate: String,
}
