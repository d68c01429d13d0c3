//! Drafts: creating a collection, changing and deleting what is not yet submitted.

use crate::{App, Context, View, audit};
use chrono::NaiveDate;
use onus_burden::validate::DeclaredEstimate;
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation, Violations,
    audit::Change,
    collection::{Collection, SectorPath},
    organisation::OrganisationKind,
    role::Act,
    statement::BurdenStatement,
    version::{Admission, Content, Version, VersionState},
};

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
        check_content(&new.content, &view, context.today(), &mut found);
        check_owner(&new.owner, &view, &mut found);
        let id = match new.id {
            Some(id) => Some(id),
            // A title that is missing was said to be already.
            None if new.content.title.trim().is_empty() => None,
            None => found.take(
                CollectionId::from_title(&new.content.title).map_err(|violation| violation.at("title")),
            ),
        };
        found.into_result()?;
        let Some(id) = id else { return Err(Error::internal("a checked title gave no identifier")) };
        if self.store().collection_with_versions(&id).await?.is_some() {
            return Err(Error::AlreadyExists { kind: "collection", name: format!("collections/{id}") });
        }
        let collection = Collection {
            id: id.clone(),
            owner: new.owner,
            sector_path: new.sector_path,
            reference: None,
            source_id: None,
            revision: 1,
        };
        let version = draft(id, 1, new.content);
        if validate_only {
            return Ok((collection, version));
        }
        let resource = format!("collections/{}", collection.id);
        let created = audit::change(context, "collection.create", resource, None, Some(&collection), "")?;
        let changes = [
            created.of(&collection.owner, false),
            of_draft(context, "version.create", None, Some(&version), &collection.owner)?,
        ];
        self.commit(context, async |tx| {
            tx.insert_collections(std::slice::from_ref(&collection)).await?;
            tx.insert_versions(std::slice::from_ref(&version)).await?;
            Ok(((collection.clone(), version.clone()), changes.to_vec()))
        })
        .await
    }

    /// Creates the next version of a collection as a draft beside the one in force, beginning with that one's content.
    pub async fn create_draft(
        &self,
        context: &Context,
        id: &CollectionId,
        validate_only: bool,
    ) -> Result<Version> {
        let (collection, versions) = self.collection(context, id).await?;
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        let open = |v: &&Version| {
            matches!(
                v.state,
                VersionState::Draft
                    | VersionState::Submitted
                    | VersionState::InReview
                    | VersionState::Returned
            )
        };
        if let Some(open) = versions.iter().find(open) {
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
        let version = draft(id.clone(), last.number + 1, last.content.clone());
        if validate_only {
            return Ok(version);
        }
        let created = of_draft(context, "version.create", None, Some(&version), &collection.owner)?;
        self.commit(context, async |tx| {
            tx.insert_versions(std::slice::from_ref(&version)).await?;
            Ok((version.clone(), vec![created.clone()]))
        })
        .await
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
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        if before.state != VersionState::Draft {
            return Err(not_a_draft(&before));
        }
        check_etag(&before.name(), etag, before.revision)?;
        let content = edit(before.content.clone())?;
        let mut found = Violations::new();
        check_content(&content, &*self.view().await?, context.today(), &mut found);
        found.into_result()?;
        let after = Version { content, revision: before.revision + 1, ..before.clone() };
        if validate_only {
            return Ok(after);
        }
        let updated = of_draft(context, "version.update", Some(&before), Some(&after), &collection.owner)?;
        self.commit(context, async |tx| {
            tx.update_version(&after, before.revision).await?;
            Ok((after.clone(), vec![updated.clone()]))
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
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        if draft.state != VersionState::Draft {
            return Err(not_a_draft(&draft));
        }
        check_etag(&draft.name(), etag, draft.revision)?;
        if validate_only {
            return Ok(());
        }
        let of_version = of_draft(context, "version.delete", Some(&draft), None, &collection.owner)?;
        let name = format!("collections/{id}");
        let of_collection = audit::change(context, "collection.delete", name, Some(&collection), None, "")?
            .of(&collection.owner, false);
        let (of_version, of_collection) = (&of_version, &of_collection);
        self.commit(context, async |tx| {
            tx.delete_draft(id, number, draft.revision).await?;
            let left = tx.collection_with_versions(id).await?;
            if left.is_none_or(|(_, versions)| !versions.is_empty()) {
                return Ok(((), vec![of_version.clone()]));
            }
            tx.delete_collection(id, collection.revision).await?;
            Ok(((), vec![of_version.clone(), of_collection.clone()]))
        })
        .await
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

/// The change of a draft, which its owner's people and the panel may learn of.
fn of_draft(
    context: &Context,
    action: &str,
    before: Option<&Version>,
    after: Option<&Version>,
    owner: &OdsCode,
) -> Result<Change> {
    let name = before.or(after).map(Version::name).unwrap_or_default();
    Ok(audit::change(context, action, name, before, after, "")?.of(owner, false))
}

fn draft(collection: CollectionId, number: u32, content: Content) -> Version {
    Version {
        collection,
        number,
        state: VersionState::Draft,
        admission: Admission::None,
        content,
        live_from: None,
        live_to: None,
        suspensions: vec![],
        expires_on: None,
        evidence: String::new(),
        submitted_by: None,
        revision: 1,
    }
}

fn not_a_draft(version: &Version) -> Error {
    Error::Precondition {
        rule: "VERSION_STATE",
        subject: version.name(),
        message: format!(
            "only a DRAFT can be changed; this version is {}: make a new version",
            version.state
        ),
    }
}

fn check_owner(owner: &OdsCode, view: &View, found: &mut Violations) {
    let kind = view.snapshot.organisation(owner).map(|organisation| organisation.kind);
    found.require(
        matches!(kind, Some(OrganisationKind::NationalBody | OrganisationKind::Commissioner)),
        || {
            Violation::new(
                "owner",
                "KNOWN",
                owner,
                "the ODS code of a registered national body or commissioner",
            )
        },
    );
}

/// What is wrong with a draft's content by itself and against what is registered.
fn check_content(content: &Content, view: &View, today: NaiveDate, found: &mut Violations) {
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
            found.require(
                view.snapshot
                    .organisation(code)
                    .is_some_and(onus_domain::organisation::Organisation::is_provider),
                || Violation::new("respondents", "KNOWN", code, "the ODS code of a registered provider"),
            );
        }
    }
}
