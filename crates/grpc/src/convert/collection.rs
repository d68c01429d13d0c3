//! Collections and references.

use super::{code, count, day, optional, optional_code, read_text, required, required_code};
use crate::names;
use onus_app::{
    CollectionRow, Context,
    collections::{FoundReference, ReferenceStanding},
    drafts::{NewCollection, etag},
};
use onus_domain::{
    CollectionId, Violations, collection::Collection, reference::Reference, role::Act, version::Version,
};
use onus_proto::v1 as pb;

/// A collection with the version that its reader sees.
pub fn collection(of: &Collection, version: Option<&Version>) -> pb::Collection {
    let schedule = version.and_then(|version| version.content.schedule.as_ref());
    pb::Collection {
        name: names::collection(&of.id),
        owner: names::organisation(&of.owner),
        sector_path: code(of.sector_path),
        reference: of.reference.map(|reference| reference.to_string()).unwrap_or_default(),
        source_id: of.source_id.clone().unwrap_or_default(),
        current_version: version.map(names::of_version).unwrap_or_default(),
        title: version.map(|version| version.content.title.clone()).unwrap_or_default(),
        current_state: optional_code(version.map(|version| version.state)),
        frequency: optional_code(schedule.map(|schedule| schedule.frequency)),
        item_count: version.map(|version| count(version.content.items.len())).unwrap_or_default(),
        etag: etag(of.revision),
    }
}

/// Whether a caller sees more of a collection than is published: its owner's registrars, the panel, ADMIN.
pub fn is_insider(context: &Context, of: &Collection) -> bool {
    Act::ReadUnpublished.allowed_to(&context.actor, Some(&of.owner))
}

/// A published collection.
pub fn collection_row(of: CollectionRow<'_>) -> pb::Collection {
    collection(of.collection, Some(of.version))
}

/// Reads a collection to be registered.
pub fn read_new_collection(
    given: pb::CreateCollectionRequest,
    found: &mut Violations,
) -> Option<NewCollection> {
    let pb::CreateCollectionRequest { collection_id, collection, content, .. } = given;
    let id = optional(read_text(collection_id), |id| {
        found.take(CollectionId::new(id).map_err(|violation| violation.at("collection_id")))
    });
    let collection = required("collection", collection, found);
    let content = required("content", content, found);
    let parts = collection.map(|collection| {
        let owner = found.take(names::read_organisation("collection.owner", &collection.owner));
        (owner, found.take(required_code("collection.sector_path", collection.sector_path)))
    });
    let content = content.and_then(|content| super::read_content("content", content, found));
    let (owner, sector_path) = parts?;
    Some(NewCollection { id: id.ok()?, owner: owner?, sector_path: sector_path?, content: content? })
}

/// What a reference is worth; `None` if no collection has it, and then those that it may have been meant for.
pub fn reference(
    asked: Reference,
    found: Option<&FoundReference<'_>>,
    near: &[Reference],
) -> pb::LookupReferenceResponse {
    let standing = found.map_or(pb::ReferenceStanding::Unknown, |found| match found.standing {
        ReferenceStanding::Valid => pb::ReferenceStanding::Valid,
        ReferenceStanding::Expired => pb::ReferenceStanding::Expired,
        ReferenceStanding::Suspended => pb::ReferenceStanding::Suspended,
    });
    pb::LookupReferenceResponse {
        reference: asked.to_string(),
        standing: standing.into(),
        collection: found.map(|found| collection_row(found.row)),
        expires_on: day(found.and_then(|found| found.row.version.expires_on)),
        suggestions: near.iter().map(ToString::to_string).collect(),
    }
}
