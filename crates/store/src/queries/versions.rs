//! Versions with what they ask.

use super::{
    Which,
    bundle::{Bundle, Found},
    codec::{Reader, to_json, to_text},
    contents::Parts,
    stored::Stored,
};
use crate::{
    Tx, error,
    tables::{collection, item, respondents_rule, schedule, version},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, Result,
    collection::Collection,
    version::{Content, Version, VersionState},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap};

impl Tx {
    /// A collection with all its versions, first first, in any state.
    pub async fn collection_with_versions(
        &self,
        id: &CollectionId,
    ) -> Result<Option<(Collection, Vec<Version>)>> {
        let which = collection::Column::Id.eq(id.as_str());
        let bundle = self.bundle().and::<collection::Entity>(Condition::all().add(which));
        let found = self.run(with_versions(bundle, Which::Of(id))).await?;
        let Some(row) = found.rows::<collection::Entity>()?.pop() else { return Ok(None) };
        Ok(Some((Collection::of_row(row)?, versions_in(&found)?)))
    }

    /// Every version in any state, by collection, number.
    pub async fn all_versions(&self) -> Result<Vec<Version>> {
        self.versions(Which::All).await
    }

    /// A version in any state.
    pub async fn version(&self, id: &CollectionId, number: u32) -> Result<Option<Version>> {
        let found = self.run(with_versions(self.bundle(), Which::One(id, number))).await?;
        Ok(versions_in(&found)?.pop())
    }

    /// Many versions, by collection, number: four statements.
    pub(crate) async fn versions(&self, which: Which<'_>) -> Result<Vec<Version>> {
        let rows = self.select(version::Entity::find().filter(which.of_versions())).await?;
        to_versions(rows, self.parts(which).await?)
    }

    /// Inserts versions of registered collections with what they ask. `AlreadyExists` names the first that is held, or given twice.
    pub async fn insert_versions<'a>(&self, list: &'a [Version]) -> Result<()> {
        let rows = list.iter().map(of_version).collect::<Result<Vec<_>>>()?;
        if self.looks_first() {
            let held = self.held::<version::Entity>(&rows).await?;
            let mut taken: BTreeSet<_> =
                held.iter().map(|row| (row.collection.as_str(), row.number)).collect();
            let key = |one: &'a Version| (one.collection.as_str(), one.number.into());
            if let Some(twice) = list.iter().find(|one| !taken.insert(key(one))) {
                let name = name(&twice.collection, twice.number);
                return Err(Error::AlreadyExists { kind: "version", name });
            }
        }
        self.insert::<version::Entity>(rows).await?;
        self.insert_parts(list).await
    }

    /// Writes a version over the one held, which must be in revision `expected`. What it asks may differ only while the one held is a
    /// DRAFT.
    ///
    /// Errors: `NotFound`; `StaleEtag` if it is in another revision; `Precondition` `VERSION_FROZEN` if the content of a version past DRAFT
    /// would change. In each case nothing is written.
    pub async fn update_version(&self, changed: &Version, expected: u32) -> Result<()> {
        let held = self.version_in(&changed.collection, changed.number, expected).await?;
        let has_new_content = held.content != changed.content;
        if has_new_content && held.state != VersionState::Draft {
            return Err(frozen(&changed.collection, changed.number, held.state.as_str()));
        }
        let unchanged = version::Column::Revision.eq(i64::from(expected));
        if self.update_row::<version::Entity>(&of_version(changed)?, unchanged).await? != 1 {
            return Err(error::stale(name(&changed.collection, changed.number), expected, held.revision));
        }
        if has_new_content {
            self.delete_parts(Which::One(&changed.collection, changed.number)).await?;
            self.insert_parts(std::slice::from_ref(changed)).await?;
        }
        Ok(())
    }

    /// All versions of some collections, by collection, number: four statements.
    pub async fn versions_of(&self, ids: &[CollectionId]) -> Result<Vec<Version>> {
        self.versions(Which::OfSome(ids)).await
    }

    /// Writes new contents over drafts, each given as it is held and as it is to be: a number of statements that does not grow with the
    /// drafts but by the size of what they ask. `StaleEtag` names the first that is held otherwise; then nothing is written.
    pub async fn update_drafts(&self, drafts: &[(Version, Version)]) -> Result<()> {
        let ids: Vec<_> = drafts.iter().map(|(before, _)| before.collection.clone()).collect();
        let held = self.select(version::Entity::find().filter(Which::OfSome(&ids).of_versions())).await?;
        let held: HashMap<_, _> =
            held.iter().map(|row| ((row.collection.as_str(), row.number), row)).collect();
        for (before, _) in drafts {
            let row = held.get(&(before.collection.as_str(), i64::from(before.number)));
            let row = row.ok_or_else(|| Error::not_found("version", before.name()))?;
            if row.revision != i64::from(before.revision) {
                let current = u32::try_from(row.revision).unwrap_or_default();
                return Err(error::stale(before.name(), before.revision, current));
            }
            if row.state != VersionState::Draft.as_str() {
                return Err(frozen(&before.collection, before.number, &row.state));
            }
        }
        let after: Vec<_> = drafts.iter().map(|(_, after)| after.clone()).collect();
        let rows = after.iter().map(of_version).collect::<Result<_>>()?;
        self.insert_or_replace::<version::Entity>(rows).await?;
        let keys: Vec<_> = after.iter().map(|one| (one.collection.clone(), one.number)).collect();
        self.delete_parts_of(&keys).await?;
        self.insert_parts(&after).await
    }

    /// Deletes a draft that is in revision `expected`, with what it asks and its burden statements. `Precondition` `VERSION_FROZEN` if it is
    /// past DRAFT.
    pub async fn delete_draft(&self, id: &CollectionId, number: u32, expected: u32) -> Result<()> {
        let held = self.version_in(id, number, expected).await?;
        if held.state != VersionState::Draft {
            return Err(Error::Precondition {
                rule: "VERSION_FROZEN",
                subject: name(id, number),
                message: format!("it is {}: only a DRAFT can be deleted", held.state),
            });
        }
        self.delete_rows::<version::Entity>(&[of_version(&held)?]).await
    }

    /// The collections of which a version is to begin or to end by `today` and has not, by key: one statement.
    pub async fn collections_due(&self, today: NaiveDate) -> Result<Vec<CollectionId>> {
        let is =
            |states: &[VersionState]| version::Column::State.is_in(states.iter().map(|state| state.as_str()));
        let begins =
            Condition::all().add(is(&[VersionState::Approved])).add(version::Column::LiveFrom.lte(today));
        let ends = Condition::all()
            .add(is(&[VersionState::Approved, VersionState::Live, VersionState::Suspended]))
            .add(version::Column::ExpiresOn.lte(today));
        let due = version::Entity::find().filter(Condition::any().add(begins).add(ends));
        let rows = self.select(due).await?;
        let ids: BTreeSet<_> = rows.into_iter().map(|row| row.collection).collect();
        let read = |id: String| Reader { table: "version", key: &id }.parse("collection", &id);
        ids.into_iter().map(read).collect()
    }

    /// A version that must be in revision `expected`.
    async fn version_in(&self, id: &CollectionId, number: u32, expected: u32) -> Result<Version> {
        let held =
            self.version(id, number).await?.ok_or_else(|| Error::not_found("version", name(id, number)))?;
        if held.revision == expected {
            Ok(held)
        } else {
            Err(error::stale(name(id, number), expected, held.revision))
        }
    }
}

/// Adds versions with their parts to a bundle.
fn with_versions(bundle: Bundle, which: Which<'_>) -> Bundle {
    use respondents_rule::Column as Rule;
    bundle
        .and::<version::Entity>(which.of_versions())
        .and::<respondents_rule::Entity>(which.condition(Rule::Collection, Rule::Version))
        .and::<schedule::Entity>(which.condition(schedule::Column::Collection, schedule::Column::Version))
        .and::<item::Entity>(which.condition(item::Column::Collection, item::Column::Version))
}

/// The versions that a bundle found.
fn versions_in(found: &Found) -> Result<Vec<Version>> {
    let parts = Parts::of(
        found.rows::<respondents_rule::Entity>()?,
        found.rows::<schedule::Entity>()?,
        found.rows::<item::Entity>()?,
    )?;
    to_versions(found.rows::<version::Entity>()?, parts)
}

/// By collection, number.
fn to_versions(rows: Vec<version::Model>, mut parts: Parts) -> Result<Vec<Version>> {
    let versions = rows.into_iter().map(|row| to_version(row, &mut parts));
    let mut versions = versions.collect::<Result<Vec<_>>>()?;
    versions.sort_unstable_by(|a, b| (&a.collection, a.number).cmp(&(&b.collection, b.number)));
    Ok(versions)
}

fn frozen(collection: &CollectionId, number: u32, state: &str) -> Error {
    Error::Precondition {
        rule: "VERSION_FROZEN",
        subject: name(collection, number),
        message: format!("it is {state}: only the content of a DRAFT can change; make a new version"),
    }
}

fn name(collection: &CollectionId, number: u32) -> String {
    format!("collections/{collection}/versions/{number}")
}

fn of_version(of: &Version) -> Result<version::Model> {
    let content = &of.content;
    Ok(version::Model {
        collection: to_text(&of.collection),
        number: of.number.into(),
        state: to_text(of.state),
        admission: to_text(of.admission),
        title: content.title.clone(),
        purpose: content.purpose.clone(),
        legal_basis: content.legal_basis.clone(),
        method: content.method.clone(),
        uses: content.uses.clone(),
        feedback: content.feedback.clone(),
        contact: content.contact.clone(),
        live_from: of.live_from,
        live_to: of.live_to,
        expires_on: of.expires_on,
        evidence: of.evidence.clone(),
        submitted_by: of.submitted_by.clone(),
        revision: of.revision.into(),
        suspensions: to_json(&of.suspensions)?,
        conditions: to_json(&of.conditions)?,
        renews: of.renews.map(Into::into),
    })
}

fn to_version(row: version::Model, parts: &mut Parts) -> Result<Version> {
    let read = Reader { table: "version", key: format_args!("{}/{}", row.collection, row.number) };
    let (respondents, schedule, items) = parts.take(&row.collection, row.number);
    Ok(Version {
        collection: read.parse("collection", &row.collection)?,
        number: read.number("number", row.number)?,
        state: read.parse("state", &row.state)?,
        admission: read.parse("admission", &row.admission)?,
        revision: read.number("revision", row.revision)?,
        content: Content {
            title: row.title,
            purpose: row.purpose,
            legal_basis: row.legal_basis,
            method: row.method,
            uses: row.uses,
            feedback: row.feedback,
            contact: row.contact,
            respondents,
            schedule,
            items,
        },
        live_from: row.live_from,
        live_to: row.live_to,
        suspensions: read.json("suspensions", &row.suspensions)?,
        expires_on: row.expires_on,
        evidence: row.evidence,
        submitted_by: row.submitted_by,
        conditions: read.json("conditions", &row.conditions)?,
        renews: read.number_some("renews", row.renews)?,
    })
}
