//! Batches (AIP-233, 234): up to a thousand creations or changes in one transaction, all or nothing. Whatever is wrong is said at once, each
//! with its place in the batch. A batch is under every rule that a single call is under.

use crate::{
    App, Context, audit, comply, definitions,
    drafts::{
        NewCollection, check_content, check_etag, created, in_order, new_collection, no_longer_asked,
        of_draft,
    },
};
use onus_domain::{
    CollectionId, DefinitionId, Error, Result, Violation, Violations,
    collection::Collection,
    definition::{Definition, RegistrationStatus},
    lifecycle::Edit,
    role::Act,
    version::{Content, Version},
};
use std::collections::{BTreeMap, BTreeSet};

/// Most requests of a batch.
pub const MAX_BATCH: usize = 1_000;

/// A change of a draft in a batch.
pub struct DraftChange<F> {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub number: u32,
    /// Its etag as read; empty to go without.
    pub etag: String,
    /// Is given the present content and answers the new one.
    pub edit: F,
}

impl App {
    /// Creates collections, each with draft version 1.
    pub async fn create_collections(
        &self,
        context: &Context,
        new: Vec<NewCollection>,
        validate_only: bool,
    ) -> Result<Vec<(Collection, Version)>> {
        check_size(new.len())?;
        for one in &new {
            context.authorise(Act::WriteDraft, Some(&one.owner))?;
        }
        let (view, today) = (self.view().await?, context.today());
        let mut taken: BTreeSet<_> =
            self.store().collections().await?.into_iter().map(|one| one.id).collect();
        let (mut found, mut made) = (Violations::new(), vec![]);
        for (at, one) in new.into_iter().enumerate() {
            found.within(&request(at), |found| {
                let Some((collection, version)) = new_collection(one, &view, today, found) else { return };
                found.require(taken.insert(collection.id.clone()), || {
                    let expected = "a key that no collection has and no other of the batch";
                    Violation::new("id", "UNIQUE", &collection.id, expected)
                });
                made.push((collection, version));
            });
        }
        found.into_result()?;
        if validate_only {
            return Ok(made);
        }
        let mut changes = vec![];
        for (collection, version) in &made {
            changes.extend(created(context, collection, version)?);
        }
        let (collections, versions): (Vec<_>, Vec<_>) = made.iter().cloned().unzip();
        self.commit(context, async |tx| {
            tx.insert_collections(&collections).await?;
            tx.insert_versions(&versions).await?;
            Ok((made.clone(), changes.clone()))
        })
        .await
    }

    /// Replaces the content of drafts.
    pub async fn update_drafts<F: FnOnce(Content) -> Result<Content>>(
        &self,
        context: &Context,
        drafts: Vec<DraftChange<F>>,
        validate_only: bool,
    ) -> Result<Vec<Version>> {
        check_size(drafts.len())?;
        let (view, today) = (self.view().await?, context.today());
        let ids: Vec<_> = drafts.iter().map(|draft| draft.collection.clone()).collect();
        let (collections, versions) =
            self.store().read(async |tx| Ok((tx.collections().await?, tx.versions_of(&ids).await?))).await?;
        let collections: BTreeMap<_, _> = collections.iter().map(|one| (&one.id, one)).collect();
        let held: BTreeMap<_, _> = versions.iter().map(|one| ((&one.collection, one.number), one)).collect();
        let (mut found, mut seen, mut made) = (Violations::new(), BTreeSet::new(), vec![]);
        for (at, draft) in drafts.into_iter().enumerate() {
            let name = format!("collections/{}/versions/{}", draft.collection, draft.number);
            let unknown = || Error::not_found("version", &name);
            let collection = collections.get(&draft.collection).ok_or_else(unknown)?;
            // Who may not see a draft is told that there is none.
            if !Act::ReadUnpublished.allowed_to(&context.actor, Some(&collection.owner)) {
                return Err(unknown());
            }
            let before = *held.get(&(&draft.collection, draft.number)).ok_or_else(unknown)?;
            Edit::Update.admit(before, &context.actor, &collection.owner)?;
            check_etag(&name, &draft.etag, before.revision)?;
            let mut inner = Violations::new();
            inner.require(seen.insert(name.clone()), || {
                Violation::new("version", "UNIQUE", &name, "a draft that no other of the batch changes")
            });
            match (draft.edit)(before.content.clone()) {
                Ok(content) => {
                    check_content(&content, &view, today, &mut inner);
                    let after = Version {
                        content: in_order(content),
                        revision: before.revision + 1,
                        ..before.clone()
                    };
                    made.push((collection.owner.clone(), before.clone(), after));
                }
                Err(Error::Invalid(all)) => all.into_iter().for_each(|violation| inner.push(violation)),
                Err(other) => return Err(other),
            }
            found.within(&request(at), |found| found.extend(inner));
        }
        found.into_result()?;
        let after: Vec<_> = made.iter().map(|(_, _, after)| after.clone()).collect();
        if validate_only {
            return Ok(after);
        }
        let (mut changes, mut stale) = (vec![], vec![]);
        for (owner, before, after) in &made {
            changes.push(of_draft(context, "version.update", Some(before), Some(after), owner)?);
            stale.push((
                after.collection.clone(),
                after.number,
                no_longer_asked(&before.content, &after.content),
            ));
        }
        let drafts: Vec<_> = made.iter().map(|(_, before, after)| (before.clone(), after.clone())).collect();
        let (made, stale, updated) = (&made, &stale, &changes);
        self.commit(context, async |tx| {
            tx.update_drafts(&drafts).await?;
            let said = tx.delete_explanations_of(stale).await?;
            let mut changes = updated.clone();
            for (((owner, _, version), held), (.., gone)) in made.iter().zip(&said).zip(stale) {
                let left = comply::without(held, gone);
                changes.extend(comply::said(context, version, owner, (held, &left))?);
            }
            Ok((after.clone(), changes))
        })
        .await
    }

    /// Registers definitions, matches each with what is held and with the others, and finds their concepts.
    pub async fn create_definitions(
        &self,
        context: &Context,
        new: Vec<Definition>,
        validate_only: bool,
    ) -> Result<Vec<Definition>> {
        context.authorise(Act::WriteDefinition, None)?;
        check_size(new.len())?;
        let view = self.view().await?;
        let held = self.store().definitions().await?;
        let mut taken: BTreeSet<DefinitionId> = held.into_iter().map(|one| one.id).collect();
        let (mut found, mut made) = (Violations::new(), vec![]);
        for (at, one) in new.into_iter().enumerate() {
            found.within(&request(at), |found| {
                definitions::check(&one, &view, found);
                found.require(taken.insert(one.id.clone()), || {
                    let expected = "a key that no definition has and no other of the batch";
                    Violation::new("id", "UNIQUE", &one.id, expected)
                });
            });
            made.push(Definition { version: 1, status: RegistrationStatus::Candidate, ..one });
        }
        found.into_result()?;
        if validate_only {
            return Ok(made);
        }
        let mut changes = vec![];
        for one in &made {
            let name = format!("definitions/{}", one.id);
            changes.push(audit::change(context, "definition.create", name, None, Some(one), "")?.public());
        }
        self.register(context, made, changes).await
    }
}

pub(crate) fn check_size(requests: usize) -> Result<()> {
    if (1..=MAX_BATCH).contains(&requests) {
        return Ok(());
    }
    Err(Violation::new("requests", "COUNT", requests, format!("1 to {MAX_BATCH} requests")).into())
}

/// Where a request of a batch stands.
pub(crate) fn request(at: usize) -> String {
    format!("requests[{at}]")
}
