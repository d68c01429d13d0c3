//! Collections and their references.

use super::{
    codec::{Reader, some_text, to_text},
    stored::Stored,
};
use crate::{Tx, error, tables::collection};
use onus_domain::{CollectionId, Error, Result, collection::Collection, reference::Reference};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::{cmp::Ordering, collections::BTreeSet};

impl Stored for Collection {
    type Entity = collection::Entity;
    const KIND: &'static str = "collection";

    fn to_row(&self) -> Result<collection::Model> {
        Ok(collection::Model {
            id: to_text(&self.id),
            owner: to_text(&self.owner),
            sector_path: to_text(self.sector_path),
            reference: some_text(self.reference.as_ref()),
            source_id: self.source_id.clone(),
            revision: self.revision.into(),
        })
    }

    fn of_row(row: collection::Model) -> Result<Self> {
        let read = Reader { table: "collection", key: &row.id };
        Ok(Self {
            id: read.parse("id", &row.id)?,
            owner: read.parse("owner", &row.owner)?,
            sector_path: read.parse("sector_path", &row.sector_path)?,
            reference: read.parse_some("reference", row.reference.as_deref())?,
            revision: read.number("revision", row.revision)?,
            source_id: row.source_id,
        })
    }

    fn by_key(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }

    fn name(&self) -> String {
        format!("collections/{}", self.id)
    }
}

impl Tx {
    /// All collections, published or not, by key.
    pub async fn collections(&self) -> Result<Vec<Collection>> {
        self.all().await
    }

    /// The collection of a key, published or not.
    pub async fn collection(&self, id: &CollectionId) -> Result<Option<Collection>> {
        self.one(collection::Entity::find_by_id(id.as_str())).await
    }

    /// References that collections have.
    pub async fn references(&self) -> Result<BTreeSet<Reference>> {
        let having = collection::Entity::find().filter(collection::Column::Reference.is_not_null());
        Ok(self
            .list::<Collection>(having)
            .await?
            .into_iter()
            .filter_map(|collection| collection.reference)
            .collect())
    }

    /// Registers collections, without versions. `AlreadyExists` names the first key or reference that is taken.
    pub async fn insert_collections(&self, list: &[Collection]) -> Result<()> {
        if self.looks_first() && list.iter().any(|collection| collection.reference.is_some()) {
            let mut taken = self.references().await?;
            for reference in list.iter().filter_map(|collection| collection.reference) {
                if !taken.insert(reference) {
                    return Err(taken_already(reference));
                }
            }
        }
        self.insert_new(list).await
    }

    /// Changes a collection that is in revision `expected`. `StaleEtag` if it is in another, `NotFound` if it is not there, `AlreadyExists`
    /// if another has its reference.
    pub async fn update_collection(&self, changed: &Collection, expected: u32) -> Result<()> {
        let held = self.collection_in(&changed.id, expected).await?;
        if let Some(reference) = changed.reference.filter(|_| held.reference != changed.reference)
            && self.looks_first()
            && self.references().await?.contains(&reference)
        {
            return Err(taken_already(reference));
        }
        let unchanged = collection::Column::Revision.eq(i64::from(expected));
        match self.update_row::<collection::Entity>(&changed.to_row()?, unchanged).await? {
            1 => Ok(()),
            _ => Err(error::stale(changed.name(), expected, held.revision)),
        }
    }

    /// Deletes a collection that is in revision `expected`, with all its versions and what belongs to them. Whether it may go is the
    /// caller's to know.
    pub async fn delete_collection(&self, id: &CollectionId, expected: u32) -> Result<()> {
        let held = self.collection_in(id, expected).await?;
        self.delete_rows::<collection::Entity>(&[held.to_row()?]).await
    }

    /// A collection that must be in revision `expected`.
    async fn collection_in(&self, id: &CollectionId, expected: u32) -> Result<Collection> {
        let held = self
            .collection(id)
            .await?
            .ok_or_else(|| Error::not_found("collection", format!("collections/{id}")))?;
        if held.revision == expected {
            Ok(held)
        } else {
            Err(error::stale(held.name(), expected, held.revision))
        }
    }
}

fn taken_already(reference: Reference) -> Error {
    Error::AlreadyExists { kind: "reference", name: reference.to_string() }
}
