//! Parts that the pages of an edition are made of.

use crate::Publication;
use onus_burden::{Decomposition, Ratio};
use onus_domain::{
    CollectionId, Month, OdsCode,
    display::{self, hours, index, percent, rate},
    snapshot::Snapshot,
};

/// What stands around the content of a page.
pub struct Frame {
    pub style: &'static str,
    pub title: String,
    pub month: Month,
    pub revision: u32,
    pub closing_date: String,
    pub notice: Option<String>,
    /// Where the national report is, from a page that is not it.
    pub national: Option<&'static str>,
}

impl Frame {
    /// The frame of a page of an edition.
    pub fn new(publication: &Publication<'_>, title: String, national: Option<&'static str>) -> Self {
        Self {
            style: include_str!("../templates/report.css"),
            title,
            month: publication.month,
            revision: publication.revision,
            closing_date: display::day(publication.closing_date),
            notice: publication.notice.clone(),
            national,
        }
    }
}

/// A headline figure.
pub struct Figure {
    pub name: &'static str,
    pub value: String,
    pub note: String,
}

/// A table whose first `words` columns are words and whose others are numbers.
pub struct Table {
    pub caption: String,
    pub words: usize,
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

pub fn share(of: Option<&Ratio>) -> String {
    of.map_or("nothing to assume".into(), |share| format!("{} assumed", percent(share.to_f64())))
}

pub fn shown_share(of: Option<&Ratio>) -> String {
    of.map_or("–".into(), |of| percent(of.to_f64()))
}

pub fn shown_rate(of: Option<Ratio>) -> String {
    of.map_or("–".into(), |of| rate(of.to_f64()))
}

pub fn shown_index(of: Option<&Ratio>) -> String {
    of.map_or("–".into(), |of| index(of.to_f64()))
}

pub fn title(snapshot: &Snapshot, id: &CollectionId) -> String {
    snapshot.current_version(id).map_or_else(|| id.to_string(), |version| version.content.title.clone())
}

/// An organisation's name, or its code if it is not registered.
pub fn organisation(snapshot: &Snapshot, code: &OdsCode) -> String {
    snapshot.organisation(code).map_or_else(|| code.to_string(), |known| display::name(&known.name))
}

/// A difference of hours, with its sign.
pub fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", hours(value)) } else { hours(value) }
}

/// Why hours changed over the year, effect by effect.
pub fn why_changed(found: &Decomposition) -> Table {
    let effects = found.by_effect();
    let rows = effects.iter().filter(|(_, (hours, _))| !hours.is_zero());
    let rows = rows.map(|(effect, (hours, _))| vec![effect.in_words().to_owned(), signed(hours.to_f64())]);
    let all = vec!["All together".to_owned(), signed(found.hours().to_f64())];
    Table {
        caption: format!("Hours of 12 months, {} against {}", found.to.in_words(), found.from.in_words()),
        words: 1,
        head: vec!["Effect", "Hours"],
        rows: rows.chain([all]).collect(),
    }
}
