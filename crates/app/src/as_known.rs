//! The published registry as it was known at a moment, put together from the states that changes left. What follows from other resources
//! (matches, concepts) is worked out again.

use crate::{App, View, history};
use chrono::{DateTime, Utc};
use onus_burden::Settings;
use onus_domain::{Error, Month, Result, reuse, snapshot::Snapshot};
use onus_matching::Matcher;
use onus_store::PastOf;
use std::collections::BTreeSet;

/// The words that names of resources begin with, of those that a snapshot is made of.
const KINDS: [&str; 8] = [
    "organisations",
    "subjects",
    "definitions",
    "collections",
    "decisions",
    "reuseAgreements",
    "plans",
    "tariffTables",
];

impl App {
    /// Whether any collection was registered at a moment.
    pub(crate) async fn had_collections(&self, at: DateTime<Utc>) -> Result<bool> {
        Ok(!self.store().past(&PastOf::Kind("collections"), at).await?.is_empty())
    }

    /// The published registry with its figures, as it was known at a moment that has passed. It reads the whole log, and takes its time.
    pub async fn view_as_known(&self, at: DateTime<Utc>, month: Month) -> Result<View> {
        let mut found = vec![];
        for kind in KINDS {
            found.extend(self.store().past(&PastOf::Kind(kind), at).await?);
        }
        let settings = Settings { base_month: self.settings().base_month };
        let made = tokio::task::spawn_blocking(move || {
            let snapshot = published(history::snapshot_of(&found)?);
            Ok::<_, Error>(View::new(snapshot, settings, month))
        });
        made.await.map_err(Error::internal)?
    }
}

/// What was published of `known`, with what follows from it.
fn published(mut known: Snapshot) -> Snapshot {
    known.versions.retain(|version| version.state.is_published());
    let published: BTreeSet<_> =
        known.versions.iter().map(|version| (version.collection.clone(), version.number)).collect();
    let collections: BTreeSet<_> = published.iter().map(|(collection, _)| collection.clone()).collect();
    known.collections.retain(|collection| collections.contains(&collection.id));
    known
        .submissions
        .retain(|one| published.contains(&(one.obligation.collection.clone(), one.obligation.version)));
    known.statements.retain(|one| published.contains(&(one.collection.clone(), one.version)));
    known.reuse = reuse::published(known.reuse, &known.versions);
    let mut matcher = Matcher::new();
    matcher.extend(&known.definitions);
    known.matches = Matcher::match_all(&known.definitions, &|_, _| {});
    known.concepts = matcher.concepts(&known.matches, &known.decisions);
    known
}
