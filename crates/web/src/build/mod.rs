//! From the registry to pages: what is read, and how it is said. No rule of the registry is decided here.

pub(crate) mod accounts;
pub(crate) mod admin;
pub(crate) mod asked;
pub(crate) mod audit;
pub(crate) mod bodies;
pub(crate) mod calendar;
pub(crate) mod carried;
pub(crate) mod change;
pub(crate) mod claims;
pub(crate) mod collection;
pub(crate) mod collections;
pub(crate) mod definition;
pub(crate) mod definitions;
pub(crate) mod editions;
pub(crate) mod home;
pub(crate) mod items;
pub(crate) mod look_up;
pub(crate) mod matching;
pub(crate) mod overlaps;
pub(crate) mod own_subscriptions;
pub(crate) mod panel;
pub(crate) mod panel_forms;
pub(crate) mod panel_version;
pub(crate) mod plans;
pub(crate) mod provider;
pub(crate) mod providers;
pub(crate) mod query;
pub(crate) mod reuse;
pub(crate) mod search;
pub(crate) mod successions;

use crate::{
    parts::Link,
    shell::{Area, Shell},
};
use chrono::NaiveDate;
use onus_app::View;
use onus_domain::{CollectionId, DefinitionId, Month, OdsCode, SubjectId, display};
use std::sync::Arc;

/// The registry at the moment a page is made.
pub(crate) struct Scene {
    /// The registry with its figures.
    pub view: Arc<View>,
    /// Today, in England.
    pub today: NaiveDate,
    /// The month that figures are of: the last whole one.
    pub month: Month,
    /// The month in which the index is 100.
    pub base_month: Month,
    /// Whether it is the sample.
    pub sample: bool,
}

impl Scene {
    pub fn shell(&self, title: impl Into<String>, area: Area) -> Shell {
        Shell::new(title, area, self.sample)
    }

    /// An organisation's name, or its code if it is not registered.
    pub fn organisation(&self, code: &OdsCode) -> String {
        let known = self.view.snapshot.organisation(code);
        known.map_or_else(|| code.to_string(), |organisation| display::name(&organisation.name))
    }

    /// To where everybody sees an organisation, be it a provider or a body that asks.
    pub fn party(&self, code: &OdsCode) -> Link {
        match self.view.snapshot.organisation(code) {
            Some(provider) if provider.is_provider() => Link::provider(code, self.organisation(code)),
            _ => self.body(code),
        }
    }

    /// To the page of a body that asks.
    pub fn body(&self, code: &OdsCode) -> Link {
        Link::new(format!("/bodies/{code}"), self.organisation(code))
    }

    /// What answers are about, in plain words.
    pub fn subject(&self, id: &SubjectId) -> String {
        let known = self.view.snapshot.subjects.iter().find(|subject| subject.id == *id);
        known.map_or_else(|| display::words(id.as_str()), |subject| subject.name.clone())
    }

    /// A collection's title, or its key if nothing of it is published.
    pub fn title(&self, id: &CollectionId) -> String {
        self.view.collection_row(id).map_or_else(|| id.to_string(), |row| row.version.content.title.clone())
    }

    pub fn collection(&self, id: &CollectionId) -> Link {
        Link::collection(id, self.title(id))
    }

    pub fn definition(&self, id: &DefinitionId) -> Link {
        let known = self.view.snapshot.definition(id);
        Link::definition(id, known.map_or_else(|| id.to_string(), |definition| definition.name.clone()))
    }
}

/// The last day before one on which something no longer holds.
pub(crate) fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}
