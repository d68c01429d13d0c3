//! History: what collections, definitions and organisations were at a time, as was known then. It is read from the states that changes
//! left, which are kept with their audit entries.

use crate::{App, Context, View};
use chrono::{DateTime, Utc};
use onus_burden::Settings;
use onus_domain::{
    CollectionId, DefinitionId, Error, Month, OdsCode, Result, Violation,
    clock::{Clock, FixedClock},
    collection::Collection,
    role::Act,
    snapshot::Snapshot,
    tariff::TariffTable,
    version::Version,
};
use onus_store::{Past, PastOf};
use serde::de::DeserializeOwned;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// Lists of the past that are kept: they never change, and their pages are asked for one after another.
const KEPT: usize = 4;
/// How long after a time nothing of that time can still be on its way.
const SETTLED: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// Which resources a view of the past holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Collections and their versions.
    Collections,
    /// Definitions.
    Definitions,
    /// Organisations.
    Organisations,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Collections => "collections",
            Self::Definitions => "definitions",
            Self::Organisations => "organisations",
        }
    }
}

/// A view of the past: of what, and when.
type PastView = (Kind, DateTime<Utc>, Arc<View>);

/// Views of the past that were made.
#[derive(Default)]
pub(crate) struct PastViews(Mutex<Vec<PastView>>);

impl PastViews {
    fn get(&self, kind: Kind, at: DateTime<Utc>) -> Option<Arc<View>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, then, _)| (*of, *then) == (kind, at)).map(|(.., view)| Arc::clone(view))
    }

    fn keep(&self, kind: Kind, at: DateTime<Utc>, view: &Arc<View>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT - 1);
        kept.insert(0, (kind, at, Arc::clone(view)));
    }
}

impl App {
    /// What everybody could read of a kind of resources at a time. A list of it is made as the present one is.
    pub async fn past_view(&self, kind: Kind, at: DateTime<Utc>) -> Result<Arc<View>> {
        self.check_read_time(at)?;
        if let Some(kept) = self.past.get(kind, at) {
            return Ok(kept);
        }
        let of = PastOf::Kind(kind.word());
        let found = self.store().past(&of, at).await?;
        let settings = Settings { base_month: self.settings().base_month };
        let made = tokio::task::spawn_blocking(move || view_of(&found, at, settings));
        let view = Arc::new(made.await.map_err(Error::internal)??);
        if at + SETTLED < self.clock().now() {
            self.past.keep(kind, at, &view);
        }
        Ok(view)
    }

    /// What everybody could read of a kind of resources at a time, or can now.
    pub async fn view_at(&self, kind: Kind, at: Option<DateTime<Utc>>) -> Result<Arc<View>> {
        match at {
            Some(at) => self.past_view(kind, at).await,
            None => self.view().await,
        }
    }

    /// A collection and its versions, at a time or now.
    pub async fn collection_at(
        &self,
        context: &Context,
        id: &CollectionId,
        at: Option<DateTime<Utc>>,
    ) -> Result<(Collection, Vec<Version>)> {
        match at {
            Some(at) => self.past_collection(context, id, at).await,
            None => self.collection(context, id).await,
        }
    }

    /// One version, at a time or now.
    pub async fn version_at(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
        at: Option<DateTime<Utc>>,
    ) -> Result<(Collection, Version)> {
        match at {
            Some(at) => self.past_version(context, id, number, at).await,
            None => self.version(context, id, number).await,
        }
    }

    /// A collection and its versions at a time, as far as the caller may see them: everybody what was published then, its owner's
    /// registrars, the panel and ADMIN all.
    pub async fn past_collection(
        &self,
        context: &Context,
        id: &CollectionId,
        at: DateTime<Utc>,
    ) -> Result<(Collection, Vec<Version>)> {
        self.check_read_time(at)?;
        let name = format!("collections/{id}");
        let unknown = || Error::not_found("collection", name.clone());
        let found = self.store().past(&PastOf::Roots(vec![name.clone()]), at).await?;
        let mut snapshot = snapshot_of(&found)?;
        let collection = snapshot.collections.pop().ok_or_else(unknown)?;
        let mut versions = snapshot.versions;
        if !Act::ReadUnpublished.allowed_to(&context.actor, Some(&collection.owner)) {
            versions.retain(|version| version.state.is_published());
            if versions.is_empty() {
                return Err(unknown());
            }
        }
        Ok((collection, versions))
    }

    /// One version at a time, as far as the caller may see it.
    pub async fn past_version(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
        at: DateTime<Utc>,
    ) -> Result<(Collection, Version)> {
        let unknown = || Error::not_found("version", format!("collections/{id}/versions/{number}"));
        let (collection, versions) = self.past_collection(context, id, at).await?;
        let version = versions.into_iter().find(|version| version.number == number);
        Ok((collection, version.ok_or_else(unknown)?))
    }

    /// A view that holds a definition as it was at a time, and nothing else.
    pub async fn past_definition(&self, id: &DefinitionId, at: DateTime<Utc>) -> Result<View> {
        self.check_read_time(at)?;
        let found = self.store().past(&PastOf::Roots(vec![format!("definitions/{id}")]), at).await?;
        view_of(&found, at, Settings { base_month: self.settings().base_month })
    }

    /// A view that holds an organisation as it was at a time, with its sizes and successions.
    pub async fn past_organisation(&self, code: &OdsCode, at: DateTime<Utc>) -> Result<View> {
        self.check_read_time(at)?;
        let own = PastOf::Roots(vec![format!("organisations/{code}")]);
        let mut found = self.store().past(&own, at).await?;
        // A succession lies under its predecessor.
        found.extend(self.store().past(&PastOf::Successor(code.to_string()), at).await?);
        view_of(&found, at, Settings { base_month: self.settings().base_month })
    }

    fn check_read_time(&self, at: DateTime<Utc>) -> Result<()> {
        let now = self.clock().now();
        if at <= now {
            return Ok(());
        }
        let expected = format!("a time that has come: at the latest {}", now.to_rfc3339());
        Err(Violation::new("read_time", "PAST", at.to_rfc3339(), expected).into())
    }
}

/// What everybody could read.
fn view_of(found: &[Past], at: DateTime<Utc>, settings: Settings) -> Result<View> {
    let mut snapshot = snapshot_of(found)?;
    snapshot.versions.retain(|version| version.state.is_published());
    let published: BTreeSet<_> = snapshot.versions.iter().map(|version| version.collection.clone()).collect();
    snapshot.collections.retain(|collection| published.contains(&collection.id));
    let month = Month::of(FixedClock(at).today()).plus(-1);
    Ok(View::new(snapshot, settings, month))
}

/// The resources that states are of, in order of their keys.
pub(crate) fn snapshot_of(found: &[Past]) -> Result<Snapshot> {
    let mut snapshot = Snapshot::default();
    for past in found {
        let parts: Vec<_> = past.resource.split('/').collect();
        match parts[..] {
            ["organisations", _] => snapshot.organisations.push(read(past)?),
            ["organisations", _, "successors", ..] => snapshot.successions.push(read(past)?),
            ["organisations", _, "sizes", ..] => snapshot.sizes.push(read(past)?),
            ["subjects", _] => snapshot.subjects.push(read(past)?),
            ["definitions", _] => snapshot.definitions.push(read(past)?),
            ["definitions", _, "derivations", _] => snapshot.derivations.push(read(past)?),
            ["decisions", _] => snapshot.decisions.push(read(past)?),
            ["reuseAgreements", _] => snapshot.reuse.push(read(past)?),
            ["plans", _] => snapshot.plans.push(read(past)?),
            ["tariffTables", _] => snapshot.tariffs.extend(read::<TariffTable>(past)?.tariffs()),
            ["collections", _] => snapshot.collections.push(read(past)?),
            ["collections", _, "versions", _] => snapshot.versions.push(read(past)?),
            ["collections", _, "versions", _, "statements", _] => snapshot.statements.push(read(past)?),
            ["collections", _, "versions", _, "submissions", _] => snapshot.submissions.push(read(past)?),
            _ => {}
        }
    }
    snapshot.organisations.sort_by(|a, b| a.code.cmp(&b.code));
    snapshot
        .successions
        .sort_by(|a, b| (&a.predecessor, &a.successor, a.date).cmp(&(&b.predecessor, &b.successor, b.date)));
    snapshot.sizes.sort_by(|a, b| {
        (&a.organisation, a.measure, a.from_date).cmp(&(&b.organisation, b.measure, b.from_date))
    });
    snapshot.definitions.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.collections.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.versions.sort_by(|a, b| (&a.collection, a.number).cmp(&(&b.collection, b.number)));
    snapshot.statements.sort_by(|a, b| {
        (&a.collection, a.version, a.from_date).cmp(&(&b.collection, b.version, b.from_date))
    });
    snapshot.subjects.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot
        .derivations
        .sort_by(|a, b| (&a.from_definition, &a.to_definition).cmp(&(&b.from_definition, &b.to_definition)));
    snapshot.decisions.sort_by_key(|one| (one.at, one.id));
    snapshot.reuse.sort_by_key(|one| one.id);
    snapshot.tariffs.sort_by_key(|one| (one.staff_role, one.from_date));
    snapshot.submissions.sort_by(|a, b| a.obligation.cmp(&b.obligation));
    snapshot.plans.sort_by(|a, b| a.owner.cmp(&b.owner));
    Ok(snapshot)
}

fn read<T: DeserializeOwned>(past: &Past) -> Result<T> {
    let state = past.state.as_deref().ok_or_else(|| Error::Precondition {
        rule: "HISTORY_KEPT",
        subject: past.resource.clone(),
        message: format!("what {} was then was not kept: it was written before states were", past.resource),
    })?;
    serde_json::from_str(state)
        .map_err(|error| Error::internal(format!("the state of {}: {error}", past.resource)))
}
