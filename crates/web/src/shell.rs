//! What stands around every page: title, where one is, header, footer.

use crate::{assets, parts::Link, visit::Visit};

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
    /// Whether something was asked already.
    Asked,
    /// Looking up a reference.
    LookUp,
    /// What waits for whoever is signed in.
    Work,
    /// None of these.
    Other,
}

/// Entries of the header.
const AREAS: [(Area, &str, &str); 7] = [
    (Area::Collections, "/collections", "Collections"),
    (Area::Overlaps, "/overlaps", "Overlaps"),
    (Area::Definitions, "/definitions", "Definitions"),
    (Area::Providers, "/providers", "Providers"),
    (Area::Editions, "/editions", "Monthly reports"),
    (Area::Asked, "/asked", "Asked already?"),
    (Area::LookUp, "/look-up", "Look up"),
];

/// An entry of the header.
pub struct NavEntry {
    /// Where it leads.
    pub link: Link,
    /// Whether the page belongs there.
    pub current: bool,
}

/// Longest address that a link to sign in carries, bytes.
const LONGEST_ADDRESS: usize = 1_000;

/// Who looks at a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looking {
    /// What whoever is signed in is called.
    pub name: Option<String>,
    /// What forms that are posted carry.
    pub form_token: String,
    /// Where to sign in, if nobody is and anybody can.
    pub sign_in: Option<String>,
}

impl Looking {
    /// Whoever looks at the page that is being made.
    fn now() -> Self {
        let visit = Visit::current();
        let name = visit.visitor.as_ref().map(|visitor| visitor.name.clone());
        // From the pages of signing in and out one goes on at the home page.
        let elsewhere = !visit.address.starts_with("/sign") && visit.address.len() <= LONGEST_ADDRESS;
        let go_on = if elsewhere { url_escaped(&visit.address) } else { "/".to_owned() };
        Self {
            sign_in: (name.is_none() && visit.can_sign_in).then(|| format!("/sign-in?go_on={go_on}")),
            name,
            form_token: visit.expected_form_token().unwrap_or_default().to_owned(),
        }
    }
}

/// An address as a value in another.
fn url_escaped(address: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    let one = |b: u8| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") };
    address.bytes().map(one).collect()
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
    /// Who looks at it.
    pub visitor: Looking,
}

impl Shell {
    /// The surroundings of a page called `title`.
    pub fn new(title: impl Into<String>, area: Area, sample: bool) -> Self {
        Self {
            title: title.into(),
            area,
            crumbs: vec![Link::new("/", "Home")],
            sample,
            visitor: Looking::now(),
        }
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

    /// Whether the header has a box to search in: not where the page itself has one.
    pub fn has_search(&self) -> bool {
        !self.crumbs.is_empty() && !Visit::current().address.starts_with("/search")
    }

    /// The path of an asset.
    pub fn asset(&self, file: &str) -> String {
        assets::path(file)
    }

    /// Entries of the header; one's own work for whoever is signed in.
    pub fn nav(&self) -> impl Iterator<Item = NavEntry> + use<> {
        let here = self.area;
        let work = self.visitor.name.is_some().then_some((Area::Work, "/work", "Your work"));
        AREAS
            .into_iter()
            .chain(work)
            .map(move |(area, href, text)| NavEntry { link: Link::new(href, text), current: area == here })
    }
}
