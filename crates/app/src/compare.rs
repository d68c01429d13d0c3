//! Comparing two versions of a collection.

use crate::{App, Context, moves::find};
use onus_domain::{
    CollectionId, Result, Violation,
    diff::Diff,
    version::{Version, VersionState},
};

impl App {
    /// What differs between two versions of a collection, as far as the caller may see them. Without a `base` it is the version in force
    /// (else the one before), so that a draft is compared with what it would take the place of.
    pub async fn compare_versions(
        &self,
        context: &Context,
        id: &CollectionId,
        base: Option<u32>,
        number: u32,
    ) -> Result<(Version, Version, Diff)> {
        let (_, versions) = self.collection(context, id).await?;
        let after = find(&versions, id, number)?;
        let before = match base {
            Some(base) => find(&versions, id, base)?,
            None => base_of(&versions, number).ok_or_else(|| {
                Violation::new(
                    "base",
                    "REQUIRED",
                    "",
                    "a version to compare with: there is none in force and none before",
                )
            })?,
        };
        Ok((before.clone(), after.clone(), Diff::between(&before.content, &after.content)))
    }
}

/// The version that another is compared with unless said otherwise.
fn base_of(versions: &[Version], number: u32) -> Option<&Version> {
    let others = || versions.iter().filter(|version| version.number != number);
    let live = others().find(|version| version.state == VersionState::Live);
    live.or_else(|| others().rfind(|version| version.number < number))
}
