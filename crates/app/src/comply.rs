//! Comply or explain: what the owner of a draft says of its items, and what was found of a version.

mod answer;

pub use answer::Answers;

use crate::{App, Context, audit, drafts::check_etag, moves::find};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violations,
    audit::Change,
    duplicates::{DuplicateReport, Explanation, check_explanations},
    lifecycle::Edit,
    reuse::ReuseAgreement,
    role::Act,
    version::Version,
};
use std::collections::{BTreeMap, BTreeSet};

impl App {
    /// Says of some items of a draft why they are asked, or kept. What was said of others stays; what says nothing takes back what was
    /// said. Answers the draft in its new revision and all that is said of it.
    pub async fn explain_items(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        etag: &str,
        given: Vec<Explanation>,
        validate_only: bool,
    ) -> Result<(Version, Vec<Explanation>)> {
        let (collection, versions) = self.collection(context, id).await?;
        let before = find(&versions, id, number)?;
        Edit::Explain.admit(before, &context.actor, &collection.owner)?;
        check_etag(&before.name(), etag, before.revision)?;
        let positions: BTreeSet<_> = before.content.items.iter().map(|item| item.position).collect();
        let agreements = self.agreements_of(id).await?;
        let mut found = Violations::new();
        check_explanations(&given, &positions, &agreements, &mut found);
        found.into_result()?;

        let held = self.store().explanations(id, number).await?;
        let mut all: BTreeMap<_, _> = held.iter().map(|one| (one.position, one.clone())).collect();
        all.extend(given.into_iter().map(|one| (one.position, one)));
        all.retain(|position, one| positions.contains(position) && !one.is_empty());
        let all: Vec<_> = all.into_values().collect();
        let after = Version { revision: before.revision + 1, ..before.clone() };
        if validate_only {
            return Ok((after, all));
        }
        let updated =
            audit::change(context, "version.update", before.name(), Some(before), Some(&after), "")?
                .of(&collection.owner, false);
        let mut changes = vec![updated];
        changes.extend(said(context, before, &collection.owner, (&held, &all))?);
        self.commit(context, async |tx| {
            tx.update_version(&after, before.revision).await?;
            tx.replace_explanations(id, number, &all).await?;
            Ok(((after.clone(), all.clone()), changes.clone()))
        })
        .await
    }

    /// What is said of a version's items, for its owner and the panel.
    pub async fn explanations(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<Vec<Explanation>> {
        self.inside(context, id, number).await?;
        self.store().explanations(id, number).await
    }

    /// What was found of a version when it was submitted; of a draft, what is found of it now. For its owner and the panel.
    pub async fn duplicate_report(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<DuplicateReport> {
        let (collection, version) = self.inside(context, id, number).await?;
        if Edit::Explain.possible_in(version.state) {
            let explanations = self.store().explanations(id, number).await?;
            return self.report(context, (&collection, &version), &explanations).await;
        }
        let kept = self.store().duplicate_report(id, number).await?;
        kept.ok_or_else(|| {
            Error::not_found("duplicate report", format!("{}/duplicateReport", version.name()))
        })
    }

    /// A version, for those who see more of it than is published.
    pub(crate) async fn inside(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<(onus_domain::collection::Collection, Version)> {
        let (collection, version) = self.version(context, id, number).await?;
        context.authorise(Act::ReadUnpublished, Some(&collection.owner))?;
        Ok((collection, version))
    }

    /// Names of the reuse agreements that items of a body's collection may rest on.
    pub(crate) async fn agreements_of(&self, id: &CollectionId) -> Result<BTreeSet<String>> {
        let all = self.store().reuse_of(id).await?;
        Ok(all.iter().filter(|agreement| agreement.stands()).map(ReuseAgreement::name).collect())
    }
}

/// The change of what is said of a version's items, from what it was to what it is, if it is another. Where nothing is said, there is
/// nothing of it in the audit log either: every way of writing that begins, changes or ends it says so by this.
pub(crate) fn said(
    context: &Context,
    version: &Version,
    owner: &OdsCode,
    (before, after): (&[Explanation], &[Explanation]),
) -> Result<Option<Change>> {
    let some = |all: &[Explanation]| {
        let some: Vec<_> = all.iter().filter(|one| !one.is_empty()).cloned().collect();
        (!some.is_empty()).then_some(some)
    };
    let (before, after) = (some(before), some(after));
    if before == after {
        return Ok(None);
    }
    let name = format!("{}/explanations", version.name());
    let change = audit::change(context, "version.explain", name, before.as_ref(), after.as_ref(), "")?;
    Ok(Some(change.of(owner, false)))
}

/// What is left of what was said of items when those at some places are no longer asked.
pub(crate) fn without(all: &[Explanation], positions: &[u32]) -> Vec<Explanation> {
    all.iter().filter(|one| !positions.contains(&one.position)).cloned().collect()
}
