//! Drafts: creating a collection, changing and deleting what is not yet submitted.

use crate::{App, Context, View, audit, comply};
use chrono::NaiveDate;
use onus_burden::validate::DeclaredEstimate;
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation, Violations,
    audit::Change,
    collection::{Collection, SectorPath},
    item::Item,
    lifecycle::Edit,
    organisation::Organisation,
    role::Act,
    statement::BurdenStatement,
    version::{Content, Version, VersionState},
};
use std::collections::BTreeMap;

/// The etag of a revision (AIP-154).
pub fn etag(revision: u32) -> String {
    format!("\"{revision}\"")
}

/// Refuses an etag that is given and not the present one.
pub fn check_etag(name: &str, given: &str, revision: u32) -> Result<()> {
    let current = etag(revision);
    if given.is_empty() || given == current {
        return Ok(());
    }
    Err(Error::StaleEtag { name: name.to_owned(), given: given.to_owned(), current })
}

/// A collection to be created with its first draft.
#[derive(Debug, Clone)]
pub struct NewCollection {
    /// Its key; `None` makes it of the title.
    pub id: Option<CollectionId>,
    /// Who asks.
    pub owner: OdsCode,
    /// National or local.
    pub sector_path: SectorPath,
    /// What the first draft asks.
    pub content: Content,
}

impl App {
    /// Creates a collection with draft version 1. With `validate_only` nothing is stored.
    pub async fn create_collection(
        &self,
        context: &Context,
        new: NewCollection,
        validate_only: bool,
    ) -> Result<(Collection, Version)> {
        context.authorise(Act::WriteDraft, Some(&new.owner))?;
        let view = self.view().await?;
        let mut found = Violations::new();
        let made = new_collection(new, &view, context.today(), &mut found);
        found.into_result()?;
        let Some((collection, version)) = made else {
            return Err(Error::internal("a checked title gave no identifier"));
        };
        if self.store().collection(&collection.id).await?.is_some() {
            let name = format!("collections/{}", collection.id);
            return Err(Error::AlreadyExists { kind: "collection", name });
        }
        if validate_only {
            return Ok((collection, version));
        }
        let changes = created(context, &collection, &version)?;
        self.commit(context, async |tx| {
            tx.insert_collections(std::slice::from_ref(&collection)).await?;
            tx.insert_versions(std::slice::from_ref(&version)).await?;
            Ok(((collection.clone(), version.clone()), changes.to_vec()))
        })
        .await
    }

    /// Creates the next version of a collection as a draft beside the one in force, beginning with the latest one's content and what was
    /// said of its items.
    pub async fn create_draft(
        &self,
        context: &Context,
        id: &CollectionId,
        validate_only: bool,
    ) -> Result<Version> {
        let found = self.collection(context, id).await?;
        let (collection, versions) = self.settled(context, found).await?;
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        let number = Self::next_number(id, &versions)?;
        let last =
            versions.last().ok_or_else(|| Error::internal(format!("collections/{id} has no version")))?;
        let version = Version::draft(id.clone(), number, last.content.clone());
        if validate_only {
            return Ok(version);
        }
        let mut said = self.store().explanations(id, last.number).await?;
        // Why an item was kept belongs to the renewal in which it was.
        for one in &mut said {
            one.keep_reason.clear();
        }
        let created = of_draft(context, "version.create", None, Some(&version), &collection.owner)?;
        let mut changes = vec![created];
        changes.extend(comply::said(context, &version, &collection.owner, (&[], &said))?);
        self.commit(context, async |tx| {
            tx.insert_versions(std::slice::from_ref(&version)).await?;
            tx.replace_explanations(id, number, &said).await?;
            Ok((version.clone(), changes.clone()))
        })
        .await
    }

    /// The number of the next version; refused while one is in the making.
    pub(crate) fn next_number(id: &CollectionId, versions: &[Version]) -> Result<u32> {
        if let Some(open) = versions.iter().find(|version| version.state.is_open()) {
            return Err(Error::Precondition {
                rule: "ONE_OPEN_VERSION",
                subject: format!("collections/{id}"),
                message: format!(
                    "version {} is {}: finish or withdraw it before you begin another",
                    open.number, open.state
                ),
            });
        }
        let last =
            versions.last().ok_or_else(|| Error::internal(format!("collections/{id} has no version")))?;
        Ok(last.number + 1)
    }

    /// Replaces a draft's content. `edit` is given the present content and answers the new one, so that a field mask can be applied.
    pub async fn update_draft(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        etag: &str,
        edit: impl FnOnce(Content) -> Result<Content>,
        validate_only: bool,
    ) -> Result<Version> {
        let (collection, before) = self.version(context, id, number).await?;
        Edit::Update.admit(&before, &context.actor, &collection.owner)?;
        check_etag(&before.name(), etag, before.revision)?;
        let content = edit(before.content.clone())?;
        let mut found = Violations::new();
        check_content(&content, &*self.view().await?, context.today(), &mut found);
        found.into_result()?;
        let after = Version { content: in_order(content), revision: before.revision + 1, ..before.clone() };
        if validate_only {
            return Ok(after);
        }
        let updated = of_draft(context, "version.update", Some(&before), Some(&after), &collection.owner)?;
        let stale = no_longer_asked(&before.content, &after.content);
        let (after, updated, owner) = (&after, &updated, &collection.owner);
        self.commit(context, async |tx| {
            tx.update_version(after, before.revision).await?;
            let mut changes = vec![updated.clone()];
            if !stale.is_empty() {
                let held = tx.explanations(id, number).await?;
                tx.delete_explanations(id, number, &stale).await?;
                let left = comply::without(&held, &stale);
                changes.extend(comply::said(context, after, owner, (&held, &left))?);
            }
            Ok((after.clone(), changes))
        })
        .await
    }

    /// Deletes a draft with its burden statements; a collection of which it was the only version goes with it.
    pub async fn delete_draft(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        etag: &str,
        validate_only: bool,
    ) -> Result<()> {
        let (collection, draft) = self.version(context, id, number).await?;
        Edit::Delete.admit(&draft, &context.actor, &collection.owner)?;
        check_etag(&draft.name(), etag, draft.revision)?;
        self.check_free(&draft).await?;
        if validate_only {
            return Ok(());
        }
        let of_version = of_draft(context, "version.delete", Some(&draft), None, &collection.owner)?;
        let name = format!("collections/{id}");
        let of_collection = audit::change(context, "collection.delete", name, Some(&collection), None, "")?
            .of(&collection.owner, false);
        let (of_version, of_collection, owner) = (&of_version, &of_collection, &collection.owner);
        let draft = &draft;
        self.commit(context, async |tx| {
            let held = tx.explanations(id, number).await?;
            let mut changes = vec![of_version.clone()];
            changes.extend(comply::said(context, draft, owner, (&held, &[]))?);
            tx.delete_draft(id, number, draft.revision).await?;
            let left = tx.collection_with_versions(id).await?;
            if left.is_none_or(|(_, versions)| !versions.is_empty()) {
                return Ok(((), changes));
            }
            tx.delete_collection(id, collection.revision).await?;
            changes.push(of_collection.clone());
            Ok(((), changes))
        })
        .await
    }

    /// Refuses to let a draft go on which providers were consulted, or for which another body was asked for data and may still give it.
    async fn check_free(&self, draft: &Version) -> Result<()> {
        let refuse = |rule, message| Err(Error::Precondition { rule, subject: draft.name(), message });
        let consultations = self.store().consultations_of(&draft.collection).await?;
        if let Some(one) = consultations.iter().find(|one| one.version == draft.number) {
            let why =
                format!("providers were consulted on it ({}): what they said stays with it", one.name());
            return refuse("CONSULTED", why);
        }
        let agreements = self.store().reuse_of(&draft.collection).await?;
        match agreements.iter().find(|one| one.version == draft.number && one.stands()) {
            Some(one) => refuse("REUSE_STANDS", format!("data was asked for it: end {} first", one.name())),
            None => Ok(()),
        }
    }

    /// Adds a burden statement to a version of one's own body's. The estimates that its owner declares with it are recomputed, and
    /// refused with the statement where their arithmetic does not hold; they are not kept.
    pub async fn state_burden(
        &self,
        context: &Context,
        statement: BurdenStatement,
        estimates: &[DeclaredEstimate],
        validate_only: bool,
    ) -> Result<BurdenStatement> {
        let (collection, version) = self.version(context, &statement.collection, statement.version).await?;
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        let mut found = Violations::new();
        statement.admit(&version, context.today(), &mut found)?;
        for (at, estimate) in estimates.iter().enumerate() {
            found.within(&format!("estimates[{at}]"), |found| estimate.check(found));
        }
        found.into_result()?;
        if validate_only {
            return Ok(statement);
        }
        let resource = format!("{}/statements/{}", version.name(), statement.from_date);
        let stated = audit::change(context, "statement.create", resource, None, Some(&statement), "")?
            .of(&collection.owner, version.state.is_published());
        self.commit(context, async |tx| {
            tx.insert_statements(std::slice::from_ref(&statement)).await?;
            Ok((statement.clone(), vec![stated.clone()]))
        })
        .await
    }
}

impl App {
    /// The burden statements of a version, first first, for its owner's registrars, the panel and ADMIN.
    pub async fn statements(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<Vec<BurdenStatement>> {
        self.inside(context, id, number).await?;
        self.store().statements_of(id, number).await
    }

    /// States the burden of a draft, in place of what was stated of it on the same day: nobody has answered it yet, so that nothing was
    /// known by the other.
    pub async fn restate_burden(
        &self,
        context: &Context,
        statement: BurdenStatement,
    ) -> Result<BurdenStatement> {
        let (collection, draft) = self.version(context, &statement.collection, statement.version).await?;
        Edit::StateBurden.admit(&draft, &context.actor, &collection.owner)?;
        let held = self.store().statements_of(&statement.collection, statement.version).await?;
        let held = held.into_iter().find(|one| one.from_date == statement.from_date);
        let Some(held) = held.filter(|_| draft.state == VersionState::Draft) else {
            return self.state_burden(context, statement, &[], false).await;
        };
        let mut found = Violations::new();
        statement.admit(&draft, context.today(), &mut found)?;
        found.into_result()?;
        let resource = format!("{}/statements/{}", draft.name(), statement.from_date);
        let restated =
            audit::change(context, "statement.restate", resource, Some(&held), Some(&statement), "")?
                .of(&collection.owner, false);
        self.commit(context, async |tx| {
            tx.delete_statement(&held).await?;
            tx.insert_statements(std::slice::from_ref(&statement)).await?;
            Ok((statement.clone(), vec![restated.clone()]))
        })
        .await
    }
}

/// The change of a draft, which its owner's people and the panel may learn of.
pub(crate) fn of_draft(
    context: &Context,
    action: &str,
    before: Option<&Version>,
    after: Option<&Version>,
    owner: &OdsCode,
) -> Result<Change> {
    let name = before.or(after).map(Version::name).unwrap_or_default();
    Ok(audit::change(context, action, name, before, after, "")?.of(owner, false))
}

/// The changes that registering a collection with its first draft is.
pub(crate) fn created(context: &Context, collection: &Collection, version: &Version) -> Result<[Change; 2]> {
    let resource = format!("collections/{}", collection.id);
    let created = audit::change(context, "collection.create", resource, None, Some(collection), "")?;
    Ok([
        created.of(&collection.owner, false),
        of_draft(context, "version.create", None, Some(version), &collection.owner)?,
    ])
}

/// A collection to be registered with its first draft, unless something is found wrong with it.
pub(crate) fn new_collection(
    new: NewCollection,
    view: &View,
    today: NaiveDate,
    found: &mut Violations,
) -> Option<(Collection, Version)> {
    check_content(&new.content, view, today, found);
    check_owner(&new.owner, view, found);
    let id = match new.id {
        Some(id) => id,
        // A title that is missing was said to be already.
        None if new.content.title.trim().is_empty() => return None,
        None => found
            .take(CollectionId::from_title(&new.content.title).map_err(|violation| violation.at("title")))?,
    };
    let collection = Collection {
        id: id.clone(),
        owner: new.owner,
        sector_path: new.sector_path,
        reference: None,
        source_id: None,
        revision: 1,
    };
    Some((collection, Version::draft(id, 1, in_order(new.content))))
}

/// Content with its items in order of position, as it is kept and read back: the audit entry of a change is of what is kept.
pub(crate) fn in_order(mut content: Content) -> Content {
    content.items.sort_by_key(|item| item.position);
    content
}

/// The places whose items ask something else than before, or are gone: what was said of them was said of something else.
pub(crate) fn no_longer_asked(before: &Content, after: &Content) -> Vec<u32> {
    let question = |item: &Item| (item.definition.clone(), item.subject.clone());
    let now: BTreeMap<_, _> = after.items.iter().map(|item| (item.position, question(item))).collect();
    let stays = |item: &&Item| now.get(&item.position) == Some(&question(item));
    before.items.iter().filter(|item| !stays(item)).map(|item| item.position).collect()
}

fn check_owner(owner: &OdsCode, view: &View, found: &mut Violations) {
    found.require(view.snapshot.organisation(owner).is_some_and(Organisation::asks), || {
        let expected = "the ODS code of a registered national body or commissioner";
        Violation::new("owner", "KNOWN", owner, expected)
    });
}

/// What is wrong with a draft's content by itself and against what is registered.
pub(crate) fn check_content(content: &Content, view: &View, today: NaiveDate, found: &mut Violations) {
    content.check_draft(today, found);
    for (at, item) in content.items.iter().enumerate() {
        found.require(view.snapshot.definition(&item.definition).is_some(), || {
            Violation::new(
                format!("items[{at}].definition"),
                "KNOWN",
                &item.definition,
                "a registered definition: register it first",
            )
        });
        found.require(view.snapshot.subjects.iter().any(|subject| subject.id == item.subject), || {
            Violation::new(format!("items[{at}].subject"), "KNOWN", &item.subject, "a registered subject")
        });
    }
    if let Some(rule) = &content.respondents {
        for code in rule.include.union(&rule.exclude) {
            found.require(view.snapshot.organisation(code).is_some_and(Organisation::is_provider), || {
                Violation::new("respondents", "KNOWN", code, "the ODS code of a registered provider")
            });
        }
    }
}
