//! Moves of a version through its life: the rules are in [`onus_domain::lifecycle`]; here they meet the store.

use crate::{App, Context, audit, drafts::check_etag, matching::CheckReport};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, OdsCode, Result,
    audit::Change,
    collection::Collection,
    lifecycle::{Making, Move},
    reference::Reference,
    role::Actor,
    version::{Version, VersionState},
};
use std::{collections::BTreeSet, future::Future};

/// What is said with a move.
#[derive(Debug, Clone, Default)]
pub struct MoveRequest {
    /// The version's etag as read; empty to go without.
    pub etag: String,
    /// Why.
    pub reason: String,
    /// For approvals: first day on which it no longer holds.
    pub expires_on: Option<NaiveDate>,
    /// For publishing: first day in force.
    pub live_from: Option<NaiveDate>,
    /// Say what would happen; store nothing.
    pub validate_only: bool,
}

impl App {
    /// Makes a move on a version, with all that follows from it: approval gives the collection its reference, and publishing supersedes
    /// the version that was in force. One transaction.
    pub async fn make_move(
        &self,
        context: &Context,
        step: Move,
        id: &CollectionId,
        number: u32,
        request: &MoveRequest,
    ) -> Result<(Collection, Version)> {
        let (collection, versions) = self.collection(context, id).await?;
        let find = |number| versions.iter().find(move |version: &&Version| version.number == number);
        let before = find(number)
            .ok_or_else(|| Error::not_found("version", format!("collections/{id}/versions/{number}")))?;
        if !context.actor.is_known() {
            return Err(Error::Unauthenticated(format!("{step} needs an identity: none was given")));
        }
        check_etag(&before.name(), &request.etag, before.revision)?;
        let mut after = before.clone();
        let in_force = versions.iter().find(|other| other.number != number && is_in_force(other));
        let said = making(context, &context.actor, &collection.owner, request);
        step.make(&mut after, &Making { in_force, ..said })?;
        let superseded =
            if step == Move::Publish { supersede(context, &collection, &versions, &after)? } else { None };
        if request.validate_only {
            let named = with_reference(step, &collection, || self.store().references()).await?;
            return Ok((named, after));
        }

        let action = format!("version.{}", step.as_str().to_lowercase());
        let owner = &collection.owner;
        let mut changes = vec![of_version(context, &action, before, &after, owner, &request.reason)?];
        if let Some((old, new)) = &superseded {
            changes.push(of_version(context, "version.supersede", old, new, owner, "")?);
        }
        self.commit(context, async |tx| {
            tx.update_version(&after, before.revision).await?;
            if let Some((old, new)) = &superseded {
                tx.update_version(new, old.revision).await?;
            }
            let named = with_reference(step, &collection, || tx.references()).await?;
            let mut changes = changes.clone();
            if named != collection {
                tx.update_collection(&named, collection.revision).await?;
                let name = format!("collections/{id}");
                let referred =
                    audit::change(context, "collection.refer", name, Some(&collection), Some(&named), "")?;
                changes.push(referred.of(owner, true));
            }
            Ok(((named, after.clone()), changes))
        })
        .await
    }
}

/// The change of a version by a move: public once the version is.
fn of_version(
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

impl App {
    /// Submits a version, with the report on what of it is asked already: made first, so that nothing is submitted without.
    pub async fn submit(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
        request: &MoveRequest,
    ) -> Result<(Version, CheckReport)> {
        let trial = MoveRequest { validate_only: true, ..request.clone() };
        let (_, version) = self.make_move(context, Move::Submit, id, number, &trial).await?;
        let report = self.check_version(&version).await?;
        if request.validate_only {
            return Ok((version, report));
        }
        // Its answer is another than the move's.
        let context = Context { request: None, ..context.clone() };
        let (_, version) = self.make_move(&context, Move::Submit, id, number, request).await?;
        Ok((version, report))
    }
}

/// The collection with a reference, if the move gives it its first. `taken` are the references that others have.
async fn with_reference<Taken>(
    step: Move,
    collection: &Collection,
    taken: impl FnOnce() -> Taken,
) -> Result<Collection>
where
    Taken: Future<Output = Result<BTreeSet<Reference>>>,
{
    let gives = matches!(step, Move::Approve | Move::ApproveEmergency | Move::Adopt);
    if !gives || collection.reference.is_some() {
        return Ok(collection.clone());
    }
    let reference = Reference::first_free(&collection.id, &taken().await?)?;
    Ok(Collection { reference: Some(reference), revision: collection.revision + 1, ..collection.clone() })
}

/// The version in force that `next` takes the place of, before and after.
fn supersede(
    context: &Context,
    collection: &Collection,
    versions: &[Version],
    next: &Version,
) -> Result<Option<(Version, Version)>> {
    let Some(old) = versions.iter().find(|version| is_in_force(version)) else { return Ok(None) };
    let request = MoveRequest { live_from: next.live_from, ..MoveRequest::default() };
    let mut new = old.clone();
    Move::Supersede.make(&mut new, &making(context, &context.actor, &collection.owner, &request))?;
    Ok(Some((old.clone(), new)))
}

/// Whether a version has the place that the next one takes.
fn is_in_force(version: &Version) -> bool {
    matches!(version.state, VersionState::Live | VersionState::Suspended)
}

fn making<'a>(
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
    }
}
