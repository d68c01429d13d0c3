//! Reading collections: lists, one, its versions, a reference.

use crate::{
    App, CollectionRow, Context, View,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, Result,
    collection::Collection,
    organisation::ProviderType,
    reference::Reference,
    role::Act,
    version::{Version, VersionState},
};

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
    /// What a reference is worth on `day`; `None` if no collection has it. A mistyped one is a [`Violation`].
    pub fn look_up_reference(&self, text: &str, day: NaiveDate) -> Result<Option<FoundReference<'_>>> {
        let reference: Reference = text.parse()?;
        let row = self.collection_rows().find(|row| row.collection.reference == Some(reference));
        Ok(row.map(|row| FoundReference { row, standing: standing(row.version, day) }))
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
    /// A collection and its versions, as far as the caller may see them: everybody the published ones, its owner's registrars, the
    /// panel and ADMIN all.
    pub async fn collection(
        &self,
        context: &Context,
        id: &CollectionId,
    ) -> Result<(Collection, Vec<Version>)> {
        let unknown = || Error::not_found("collection", format!("collections/{id}"));
        let view = self.view().await?;
        let published = view.snapshot.collection(id);
        if !context.actor.is_known() {
            let collection = published.ok_or_else(unknown)?;
            return Ok((collection.clone(), view.snapshot.versions_of(id).to_vec()));
        }
        let (collection, versions) = self.store().collection_with_versions(id).await?.ok_or_else(unknown)?;
        if Act::ReadUnpublished.allowed_to(&context.actor, Some(&collection.owner)) {
            return Ok((collection, versions));
        }
        let collection = published.ok_or_else(unknown)?;
        Ok((collection.clone(), view.snapshot.versions_of(id).to_vec()))
    }

    /// One version, as far as the caller may see it.
    pub async fn version(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<(Collection, Version)> {
        let (collection, versions) = self.collection(context, id).await?;
        let version = versions.into_iter().find(|version| version.number == number);
        let version = version
            .ok_or_else(|| Error::not_found("version", format!("collections/{id}/versions/{number}")))?;
        Ok((collection, version))
    }
}
