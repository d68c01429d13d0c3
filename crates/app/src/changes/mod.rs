//! Changes as others hear of them: events, in the order in which the audit log has their entries.
//!
//! The log gives each committed entry one place, without gaps, so that a place is all that a reader needs to go on where it stopped: nothing
//! is missed and nothing comes twice, whichever server it asks and however often it begins again.

mod event;
mod feed;
mod token;
mod watch;

pub use token::ResumeToken;
pub use watch::{Watched, Watcher};

pub(crate) use event::event_of;
pub(crate) use feed::Feed;

use crate::{App, View};
use onus_domain::{
    Error, Result, Violation, Violations,
    audit::AuditEntry,
    event::{Event, EventFilter},
};

/// An entry of the log with its place and the state that it left.
#[derive(Debug, Clone)]
pub(crate) struct LogEntry {
    /// Its place, from 0.
    pub seq: u64,
    /// It.
    pub entry: AuditEntry,
    /// What it left, as JSON.
    pub state: Option<String>,
}

impl App {
    /// Entries of the log from place `first` on, in order, at most `limit`.
    pub(crate) async fn log_from(&self, first: u64, limit: u64) -> Result<Vec<LogEntry>> {
        let found = self.store().log_from(first, limit).await?;
        Ok(found.into_iter().map(|(seq, entry, state)| LogEntry { seq, entry, state }).collect())
    }
}

/// Whether an event is asked for by a filter.
pub(crate) fn admits(filter: &EventFilter, event: &Event, view: &View) -> bool {
    let snapshot = &view.snapshot;
    filter.admits(
        event,
        |definition| view.concept_of(definition),
        |code, rule| {
            let Some(provider) = snapshot.organisation(code) else { return false };
            // Whoever must answer some day from now on, or had to when it happened.
            let days = rule.days(provider, |measure| snapshot.sizes(code, measure));
            days.iter().any(|days| days.last().is_none_or(|last| last >= event.at.date_naive()))
        },
    )
}

/// Refuses a filter that names what is not registered: it would never be told of anything.
pub(crate) fn check_filter(filter: &EventFilter, view: &View, found: &mut Violations) {
    let snapshot = &view.snapshot;
    for (field, codes) in [("owners", &filter.owners), ("providers", &filter.providers)] {
        for (at, code) in codes.iter().enumerate() {
            found.require(snapshot.organisation(code).is_some(), || {
                let expected = "the ODS code of a registered organisation";
                Violation::new(format!("filter.{field}[{at}]"), "KNOWN", code, expected)
            });
        }
    }
    for (at, concept) in filter.concepts.iter().enumerate() {
        found.require(view.members_of(concept).next().is_some(), || {
            Violation::new(format!("filter.concepts[{at}]"), "KNOWN", concept, "a concept of the registry")
        });
    }
}

/// The error of a server that has as many watchers as it takes.
fn too_many() -> Error {
    Error::Exhausted("this server has as many watchers as it takes: try another, or again later".into())
}
