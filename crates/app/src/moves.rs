//! Moves of a version through its life: the rules are in [`onus_domain::lifecycle`]; here they meet the store.

use crate::{App, Context, audit, drafts::check_etag};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, OdsCode, Result,
    audit::Change,
    collection::Collection,
    lifecycle::{Making, Move},
    reference::Reference,
    review::{Review, Verdict},
    role::Actor,
    version::{Version, VersionState},
};
use onus_store::Tx;

/// What is said with a move.
#[derive(Debug, Clone, Default)]
pub struct MoveRequest {
    /// The version's etag as read; empty to go without.
    pub etag: String,
    /// Why.
    pub reason: String,
    /// For approvals: first day on which it no longer holds.
    pub expires_on: Option<NaiveDate>,
    /// For approvals: what they depend on.
    pub conditions: Vec<String>,
    /// For publishing: first day in force. A day to come is kept until it comes.
    pub live_from: Option<NaiveDate>,
    /// Say what would happen; store nothing.
    pub validate_only: bool,
}

/// All that follows from a move: what is written in one transaction.
#[derive(Clone)]
pub(crate) struct Moved {
    pub collection: Collection,
    pub before: Version,
    pub after: Version,
    /// Versions whose place it takes, each before and after.
    pub superseded: Vec<(Version, Version)>,
    /// Rulings, if it is one.
    pub reviews: Vec<Review>,
    pub changes: Vec<Change>,
}

impl App {
    /// Makes a move on a version, with all that follows from it: approval gives the collection its reference, and publishing supersedes
    /// the versions before. One transaction. To publish on a day to come is to set that day.
    pub async fn make_move(
        &self,
        context: &Context,
        step: Move,
        id: &CollectionId,
        number: u32,
        request: &MoveRequest,
    ) -> Result<(Collection, Version)> {
        if step == Move::Submit {
            // No way round what is found of it.
            let alone = Context { request: None, ..context.clone() };
            let done = Box::pin(self.submit(&alone, id, number, request)).await?;
            return Ok((done.collection, done.version));
        }
        let found = self.collection(context, id).await?;
        known(context, step)?;
        let (collection, versions) = self.settled(context, found).await?;
        let before = find(&versions, id, number)?;
        check_etag(&before.name(), &request.etag, before.revision)?;
        let ahead = request.live_from.is_some_and(|day| context.today() < day);
        let step = if step == Move::Publish && ahead { Move::Schedule } else { step };
        let submitters = if step.is_approval() { self.store().submitters(id, number).await? } else { vec![] };
        let moved = prepare(context, step, &collection, &versions, before, (request, &submitters))?;
        if request.validate_only {
            let taken = self.store().references().await?;
            let named = with_reference(&moved.after, &collection, || taken)?;
            return Ok((named, moved.after));
        }
        self.commit(context, async |tx| {
            let (named, changes) = moved.clone().write(context, &tx).await?;
            Ok(((named, moved.after.clone()), changes))
        })
        .await
    }
}

/// The version of a number.
pub(crate) fn find<'v>(versions: &'v [Version], id: &CollectionId, number: u32) -> Result<&'v Version> {
    let found = versions.iter().find(|version| version.number == number);
    found.ok_or_else(|| Error::not_found("version", format!("collections/{id}/versions/{number}")))
}

/// Refuses those who have not said who they are.
pub(crate) fn known(context: &Context, step: Move) -> Result<()> {
    if context.actor.is_known() {
        return Ok(());
    }
    Err(Error::Unauthenticated(format!("{step} needs an identity: none was given")))
}

/// Makes a move on one of a collection's versions, in memory, with all that follows from it.
pub(crate) fn prepare(
    context: &Context,
    step: Move,
    collection: &Collection,
    versions: &[Version],
    before: &Version,
    (request, submitters): (&MoveRequest, &[String]),
) -> Result<Moved> {
    let owner = &collection.owner;
    let in_force = versions.iter().find(|other| other.number != before.number && is_in_force(other));
    let said = making(context, &context.actor, owner, request);
    let mut after = before.clone();
    step.make(&mut after, &Making { in_force, submitters, ..said })?;
    let action = format!("version.{}", step.as_str().to_lowercase());
    let mut changes = vec![of_version(context, &action, before, &after, owner, &request.reason)?];
    let superseded =
        if step == Move::Publish { supersede(context, owner, versions, &after)? } else { vec![] };
    for (old, new) in &superseded {
        changes.push(of_version(context, "version.supersede", old, new, owner, "")?);
    }
    let verdict = Verdict::of_move(step);
    let reviews =
        verdict.map(|verdict| ruling(context, &after, verdict, &request.reason)).into_iter().collect();
    Ok(Moved { collection: collection.clone(), before: before.clone(), after, superseded, reviews, changes })
}

impl Moved {
    /// Writes it, and answers the collection as it is then, with all changes.
    pub async fn write(self, context: &Context, tx: &Tx) -> Result<(Collection, Vec<Change>)> {
        let Self { collection, before, after, superseded, reviews, mut changes } = self;
        tx.update_version(&after, before.revision).await?;
        for (old, new) in &superseded {
            tx.update_version(new, old.revision).await?;
        }
        if !reviews.is_empty() {
            tx.insert_reviews(&reviews).await?;
        }
        if !needs_reference(&after, &collection) {
            return Ok((collection, changes));
        }
        let taken = tx.references().await?;
        let named = with_reference(&after, &collection, || taken)?;
        tx.update_collection(&named, collection.revision).await?;
        let name = format!("collections/{}", collection.id);
        let referred = audit::change(context, "collection.refer", name, Some(&collection), Some(&named), "")?;
        changes.push(referred.of(&collection.owner, true));
        Ok((named, changes))
    }
}

/// The change of a version by a move: public once the version is.
pub(crate) fn of_version(
    context: &Context,
    action: &str,
    before: &Version,
    after: &Version,
    owner: &OdsCode,
    reason: &str,
) -> Result<Change> {
    let public = before.state.is_published() || after.state.is_published();
    Ok(audit::change(context, action, before.name(), Some(before), Some(after), reason)?.of(owner, public))
}

/// The record of a ruling.
pub(crate) fn ruling(context: &Context, after: &Version, verdict: Verdict, reason: &str) -> Review {
    let approved = after.state == VersionState::Approved;
    Review {
        id: context.new_id(),
        collection: after.collection.clone(),
        version: after.number,
        verdict,
        reason: reason.to_owned(),
        conditions: if approved { after.conditions.clone() } else { vec![] },
        expires_on: after.expires_on.filter(|_| approved),
        reviewer: context.actor.account.clone(),
        at: context.now,
    }
}

/// Whether a version's move gives its collection its first reference.
fn needs_reference(after: &Version, collection: &Collection) -> bool {
    after.state.is_published() && collection.reference.is_none()
}

/// The collection with a reference, if a version's move gives it its first. `taken` are the references that others have.
fn with_reference(
    after: &Version,
    collection: &Collection,
    taken: impl FnOnce() -> std::collections::BTreeSet<Reference>,
) -> Result<Collection> {
    if !needs_reference(after, collection) {
        return Ok(collection.clone());
    }
    let reference = Reference::first_free(&collection.id, &taken())?;
    Ok(Collection { reference: Some(reference), revision: collection.revision + 1, ..collection.clone() })
}

/// The versions that `next` takes the place of, each before and after: the one in force, and those that were approved before it and have
/// not begun.
fn supersede(
    context: &Context,
    owner: &OdsCode,
    versions: &[Version],
    next: &Version,
) -> Result<Vec<(Version, Version)>> {
    let request = MoveRequest { live_from: next.live_from, ..MoveRequest::default() };
    let overtaken = |version: &&Version| {
        let approved = version.number < next.number && version.state == VersionState::Approved;
        version.number != next.number && (approved || is_in_force(version))
    };
    let pair = |old: &Version| {
        let mut new = old.clone();
        Move::Supersede.make(&mut new, &making(context, &context.actor, owner, &request))?;
        Ok((old.clone(), new))
    };
    versions.iter().filter(overtaken).map(pair).collect()
}

/// Whether a version has the place that the next one takes.
fn is_in_force(version: &Version) -> bool {
    matches!(version.state, VersionState::Live | VersionState::Suspended)
}

pub(crate) fn making<'a>(
    context: &Context,
    actor: &'a Actor,
    owner: &'a OdsCode,
    request: &'a MoveRequest,
) -> Making<'a> {
    Making {
        actor,
        owner,
        today: context.today(),
        reason: &request.reason,
        expires_on: request.expires_on,
        live_from: request.live_from,
        in_force: None,
        conditions: &request.conditions,
        submitters: &[],
        passed: None,
    }
}
