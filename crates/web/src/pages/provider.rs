//! A provider: what it is asked, what answering takes, what it is asked twice, what is due.

use crate::{
    parts::{Claim, Figure, Link, Pager, Succeeded, Tag},
    shell::Shell,
};
use askama::Template;
use onus_chart::Chart;

/// `GET /providers/{code}`.
#[derive(Debug, Clone, Template)]
#[template(path = "provider.html")]
pub struct Provider {
    /// What stands around it.
    pub shell: Shell,
    /// Its code.
    pub code: String,
    /// To its published report, and to the same as PDF.
    pub reports: Vec<Link>,
    /// Its type.
    pub provider_type: Claim,
    /// Its region.
    pub region: String,
    /// Its integrated care board, or whom it answers to.
    pub parent: String,
    /// When it opened, and closed.
    pub open: String,
    /// Its size in its type's measure.
    pub size: String,
    /// Mergers and splits that it took part in.
    pub successions: Vec<Succeeded>,
    /// The month its figures are of, in words.
    pub month: String,
    /// What answering takes.
    pub figures: Vec<Figure>,
    /// Its burden index, drawn.
    pub chart: Option<Chart>,
    /// What the index says in words.
    pub index_note: String,
    /// Its burden index month by month.
    pub index: Vec<IndexLine>,
    /// Submit once, by role of the items.
    pub submit_once: Vec<RoleLine>,
    /// What it is asked twice, on this page.
    pub asked_twice: Vec<TwiceLine>,
    /// How much there is, and where it goes on.
    pub asked_twice_pager: Pager,
    /// Who asks it, and what answering each takes.
    pub by_body: Vec<BodyLine>,
    /// What is due in the next three months, by month.
    pub calendar: Vec<CalendarMonth>,
    /// Whether the reader records what it sends.
    pub records: bool,
    /// Providers of its type around it, by hours for its size.
    pub peers: Vec<PeerLine>,
    /// Where it stands among them, in words.
    pub peer_note: String,
    /// The size that hours are compared by, such as `1,000 registered patients`.
    pub peer_unit: String,
}

/// A month of the index.
#[derive(Debug, Clone)]
pub struct IndexLine {
    /// The month.
    pub month: String,
    /// Hours in the 12 months that end with it.
    pub hours: String,
    /// The index.
    pub index: String,
    /// Its type's index.
    pub type_index: String,
}

/// Submit once for one role of items.
#[derive(Debug, Clone)]
pub struct RoleLine {
    /// The role.
    pub role: String,
    /// Asks.
    pub asks: String,
    /// Facts, plain.
    pub facts_plain: String,
    /// Facts after folding.
    pub facts_strict: String,
    /// Rate, plain.
    pub rate_plain: String,
    /// Rate after folding.
    pub rate_strict: String,
    /// Asks whose definition is asked elsewhere about others.
    pub shared_definitions: String,
}

/// A fact that is asked twice.
#[derive(Debug, Clone)]
pub struct TwiceLine {
    /// What is asked.
    pub question: Link,
    /// About whom or what.
    pub subject: String,
    /// By whom.
    pub askers: Vec<Link>,
    /// For how many periods.
    pub periods: String,
    /// How the asks stand.
    pub how: Tag,
    /// Why that is asking twice.
    pub reason: String,
}

/// A body that asks, and what answering it takes.
#[derive(Debug, Clone)]
pub struct BodyLine {
    /// Who asks.
    pub body: String,
    /// How many of its collections ask anything.
    pub collections: String,
    /// Asks.
    pub asks: String,
    /// Facts that it shares with others, or asks more than once.
    pub facts_shared: String,
    /// Hours.
    pub hours: String,
    /// Its equal part of the hours that would fall away if nothing were asked twice.
    pub avoidable: String,
}

/// What is due in a month.
#[derive(Debug, Clone)]
pub struct CalendarMonth {
    /// The month.
    pub month: String,
    /// How many submissions are due: `12 submissions`.
    pub total: String,
    /// Those that are due, first first.
    pub rows: Vec<Due>,
}

/// A submission that is due.
#[derive(Debug, Clone)]
pub struct Due {
    /// When.
    pub due: String,
    /// To the collection.
    pub collection: Link,
    /// About which period.
    pub period: String,
    /// Marks a schedule that is assumed.
    pub basis: Tag,
}

/// A provider of the same type.
#[derive(Debug, Clone)]
pub struct PeerLine {
    /// Its place by hours for its size, fewest first.
    pub place: String,
    /// To it.
    pub provider: Link,
    /// Hours in the 12 months for its size.
    pub hours_for_size: String,
    /// Hours in the 12 months.
    pub hours: String,
    /// Whether it is the provider of the page.
    pub here: bool,
}
