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
use onus_domain::{
    CollectionId, Error, Result,
    collection::Collection,
    version::{Content, Version, VersionState},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use std::collections::BTreeSet;

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
            return Err(Error::Precondition {
                rule: "VERSION_FROZEN",
                subject: name(&changed.collection, changed.number),
                message: format!(
                    "it is {}: only the content of a DRAFT can change; make a new version",
                    held.state
                ),
            });
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
    })
}
