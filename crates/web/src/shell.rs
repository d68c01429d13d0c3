//! What stands around every page: title, where one is, header, footer.

use crate::{assets, parts::Link};

/// The part of the site a page belongs to: its entry in the header is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// What is asked.
    Collections,
    /// What is asked twice.
    Overlaps,
    /// What items mean.
    Definitions,
    /// Who answers.
    Providers,
    /// Monthly reports.
    Editions,
    /// Looking up a reference.
    LookUp,
    /// None of these.
    Other,
}

/// Entries of the header.
const AREAS: [(Area, &str, &str); 6] = [
    (Area::Collections, "/collections", "Collections"),
    (Area::Overlaps, "/overlaps", "Overlaps"),
    (Area::Definitions, "/definitions", "Definitions"),
    (Area::Providers, "/providers", "Providers"),
    (Area::Editions, "/editions", "Monthly reports"),
    (Area::LookUp, "/look-up", "Look up a reference"),
];

/// An entry of the header.
pub struct NavEntry {
    /// Where it leads.
    pub link: Link,
    /// Whether the page belongs there.
    pub current: bool,
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The page's title; the browser's adds the service's name.
    pub title: String,
    /// The part of the site it belongs to.
    pub area: Area,
    /// Where it lies, from the home page down, itself not among them.
    pub crumbs: Vec<Link>,
    /// Whether the registry is the sample: every page says what its figures rest on.
    pub sample: bool,
}

impl Shell {
    /// The surroundings of a page called `title`.
    pub fn new(title: impl Into<String>, area: Area, sample: bool) -> Self {
        Self { title: title.into(), area, crumbs: vec![Link::new("/", "Home")], sample }
    }

    /// The same, one level lower.
    #[must_use]
    pub fn under(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.crumbs.push(Link::new(href, text));
        self
    }

    /// The same without a way up: the home page itself.
    #[must_use]
    pub fn at_home(mut self) -> Self {
        self.crumbs.clear();
        self
    }

    /// The path of an asset.
    pub fn asset(&self, file: &str) -> String {
        assets::path(file)
    }

    /// Entries of the header.
    pub fn nav(&self) -> impl Iterator<Item = NavEntry> + use<> {
        let here = self.area;
        AREAS
            .into_iter()
            .map(move |(area, href, text)| NavEntry { link: Link::new(href, text), current: area == here })
    }
}
