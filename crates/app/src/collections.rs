//! Reading collections: lists, one, its versions, a reference.

use crate::{
    App, CollectionRow, Context, View,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, Result, Violation,
    collection::Collection,
    organisation::ProviderType,
    reference::{Reference, near_misses},
    role::{Act, Role},
    version::{Version, VersionState},
};
use std::collections::BTreeSet;

/// What collections can be filtered by.
fn fields<'v>() -> [Field<CollectionRow<'v>>; 10] {
    [
        ("id", |row| vec![row.collection.id.to_string()]),
        ("title", |row| vec![row.version.content.title.clone()]),
        ("owner", |row| vec![row.collection.owner.to_string()]),
        ("reference", |row| row.collection.reference.iter().map(ToString::to_string).collect()),
        ("state", |row| vec![row.version.state.to_string()]),
        ("admission", |row| vec![row.version.admission.to_string()]),
        ("sector_path", |row| vec![row.collection.sector_path.to_string()]),
        ("purpose", |row| vec![row.version.content.purpose.clone()]),
        ("frequency", |row| row.version.content.schedule.iter().map(|s| s.frequency.to_string()).collect()),
        ("provider_type", |row| provider_types(row.version).iter().map(ToString::to_string).collect()),
    ]
}

fn provider_types(version: &Version) -> Vec<ProviderType> {
    version.content.respondents.iter().flat_map(|rule| rule.provider_types.iter().copied()).collect()
}

impl View {
    /// Published collections; by title unless ordered by `id`, `title`, `owner` or `reference`.
    pub fn list_collections(&self, request: &ListRequest) -> Result<Page<CollectionRow<'_>>> {
        let fields = fields();
        let (filter, by) = read_list(request, &fields, &["title", "id", "owner", "reference"])?;
        let rows: Vec<_> = self.collection_rows().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let place = match by {
                "owner" => row.collection.owner.to_string(),
                "reference" => row.collection.reference.map(|r| r.to_string()).unwrap_or_default(),
                "id" => String::new(),
                _ => row.version.content.title.to_lowercase(),
            };
            (place, row.collection.id.to_string())
        })
    }
}

/// What a reference is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceStanding {
    /// The request may be answered.
    Valid,
    /// Its approval or adoption has ended: the request may be ignored.
    Expired,
    /// Stopped for a while.
    Suspended,
}

/// What is known of a reference.
pub struct FoundReference<'v> {
    /// The collection it belongs to.
    pub row: CollectionRow<'v>,
    /// What it is worth on the day asked.
    pub standing: ReferenceStanding,
}

impl View {
    /// What a reference is worth on `day`; `None` if no collection has it. A mistyped one is a [`Violation`] that names those which it may
    /// have been meant for.
    pub fn look_up_reference(&self, text: &str, day: NaiveDate) -> Result<Option<FoundReference<'_>>> {
        let reference: Reference = text.parse().map_err(|violation: Violation| {
            let near: Vec<_> = self.near_references(text).iter().map(ToString::to_string).collect();
            if near.is_empty() {
                return violation;
            }
            Violation {
                expected: format!("{}; near it is {}", violation.expected, near.join(", ")),
                ..violation
            }
        })?;
        let row = self.collection_rows().find(|row| row.collection.reference == Some(reference));
        Ok(row.map(|row| FoundReference { row, standing: standing(row.version, day) }))
    }
}

impl View {
    /// The references that a mistyped one may have been meant for: those that there are one slip away from it, at most
    /// [`onus_domain::reference::MOST_NEAR`].
    pub fn near_references(&self, text: &str) -> Vec<Reference> {
        let there: BTreeSet<_> = self.collection_rows().filter_map(|row| row.collection.reference).collect();
        near_misses(text, |reference| there.contains(reference))
    }
}

fn standing(version: &Version, day: NaiveDate) -> ReferenceStanding {
    match version.state {
        VersionState::Suspended => ReferenceStanding::Suspended,
        VersionState::Live | VersionState::Approved if version.expires_on.is_none_or(|end| day < end) => {
            ReferenceStanding::Valid
        }
        _ => ReferenceStanding::Expired,
    }
}

impl App {
    /// Shows a collection and its versions, as far as the caller may see them: everybody the published ones, its owner's registrars, the
    /// panel and ADMIN all; a provider besides those that it is, or was, consulted on. What is published is not copied for it.
    pub async fn show_collection<T>(
        &self,
        context: &Context,
        id: &CollectionId,
        show: impl FnOnce(&Collection, &[Version]) -> T,
    ) -> Result<T> {
        let unknown = || Error::not_found("collection", format!("collections/{id}"));
        let sees_all = |of: &Collection| Act::ReadUnpublished.allowed_to(&context.actor, Some(&of.owner));
        let is_consulted = context.actor.has(Role::ProviderUser);
        let view = self.view().await?;
        let published = view.snapshot.collection(id);
        // Whose it is never changes: who sees no more than is published need not wait for the store.
        let is_enough = !context.actor.is_known()
            || published.is_some_and(|collection| !sees_all(collection) && !is_consulted);
        if !is_enough {
            let (collection, versions) =
                self.store().collection_with_versions(id).await?.ok_or_else(unknown)?;
            if sees_all(&collection) {
                return Ok(show(&collection, &versions));
            }
            let mut seen = self.shown_in_consultation(context, id, &versions).await?;
            if !seen.is_empty() {
                seen.retain(|version| !version.state.is_published());
                seen.extend_from_slice(view.snapshot.versions_of(id));
                seen.sort_by_key(|version| version.number);
                return Ok(show(published.unwrap_or(&collection), &seen));
            }
        }
        Ok(show(published.ok_or_else(unknown)?, view.snapshot.versions_of(id)))
    }

    /// The same, to keep.
    pub async fn collection(
        &self,
        context: &Context,
        id: &CollectionId,
    ) -> Result<(Collection, Vec<Version>)> {
        self.show_collection(context, id, |collection, versions| (collection.clone(), versions.to_vec()))
            .await
    }

    /// One version, as far as the caller may see it.
    pub async fn version(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<(Collection, Version)> {
        let found = self
            .show_collection(context, id, |collection, versions| {
                let version = versions.iter().find(|version| version.number == number)?;
                Some((collection.clone(), version.clone()))
            })
            .await?;
        found.ok_or_else(|| Error::not_found("version", format!("collections/{id}/versions/{number}")))
    }
}
