//! The published registry in memory.

use crate::{
    Store,
    queries::Which,
    tables::{collection, version},
};
use onus_domain::{Result, collection::Collection, reuse::published, snapshot::Snapshot};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

impl Store {
    /// The published registry as it is at one moment: versions that are APPROVED or were once, and the collections that have one. A constant
    /// number of statements however much there is; every list in the order of its key.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        self.read(async |tx| {
            let of_published = version::Entity::find()
                .select_only()
                .column(version::Column::Collection)
                .filter(Which::Published.of_versions())
                .into_query();
            let with_some =
                collection::Entity::find().filter(collection::Column::Id.in_subquery(of_published));
            let versions = tx.versions(Which::Published).await?;
            Ok(Snapshot {
                organisations: tx.organisations().await?,
                successions: tx.successions().await?,
                sizes: tx.sizes().await?,
                subjects: tx.subjects().await?,
                collections: tx.list::<Collection>(with_some).await?,
                reuse: published(tx.reuse_agreements().await?, &versions),
                versions,
                definitions: tx.definitions().await?,
                concepts: tx.concepts().await?,
                derivations: tx.derivations().await?,
                matches: tx.matches().await?,
                decisions: tx.decisions().await?,
                statements: tx.statements(Which::Published).await?,
                tariffs: tx.tariffs().await?,
                submissions: tx.submissions().await?,
                plans: tx.plans().await?,
            })
        })
        .await
    }
}
