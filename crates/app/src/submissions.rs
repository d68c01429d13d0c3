//! Submissions: that obligations were met, and what it took. The rules are in [`onus_domain::submission`]; here they meet the store.

use crate::{
    App, Context, View, audit,
    batches::{check_size, request},
    paging::{ListRequest, Page, page},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, Month, OdsCode, Result, Violation, Violations,
    audit::Change,
    submission::{Obligation, Receipt, Submission},
};
use onus_store::Tx;
use std::collections::{BTreeMap, BTreeSet};

pub use onus_exchange::receipts::{Receipts, template};

/// Longest reason to take one back.
const MAX_REASON: usize = 4_000;

/// A submission as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionRow {
    /// The submission, as far as the reader may see it.
    pub submission: Submission,
    /// Whether it took much more, or much less, than others say or its owner declares; told only to whom its time return is.
    pub is_far: bool,
}

impl View {
    /// A provider's submissions, by obligation, each as far as the caller may see it.
    pub fn submissions(&self, context: &Context, provider: &OdsCode) -> Result<Vec<SubmissionRow>> {
        self.provider(provider)?;
        let own = self.snapshot.submissions.iter().filter(|one| one.obligation.provider == *provider);
        let seen: Vec<_> = own.map(|one| one.clone().as_seen_by(&context.actor)).collect();
        let timed = seen.iter().filter(|one| one.time_return.is_some());
        let far = self.far(&timed.map(|one| one.obligation.collection.clone()).collect(), context);
        let row = |submission: Submission| SubmissionRow {
            is_far: submission.time_return.is_some() && far.contains(&submission.obligation),
            submission,
        };
        Ok(seen.into_iter().map(row).collect())
    }

    /// The submissions to some collections that took much more or much less than others did.
    fn far(&self, collections: &BTreeSet<CollectionId>, context: &Context) -> BTreeSet<Obligation> {
        if collections.is_empty() {
            return BTreeSet::new();
        }
        let versions = self.burden.evidence_of(collections, Month::of(context.today()));
        versions.into_iter().flat_map(|version| version.flagged).map(|one| one.obligation).collect()
    }

    /// The same a page at a time.
    pub fn list_submissions(
        &self,
        context: &Context,
        provider: &OdsCode,
        request: &ListRequest,
    ) -> Result<Page<SubmissionRow>> {
        page(self.submissions(context, provider)?, request, |row| {
            let of = &row.submission.obligation;
            (of.due_date.to_string(), row.submission.name())
        })
    }

    /// The obligation of each receipt. Whatever is wrong is noted with its place.
    fn obligations_of(
        &self,
        context: &Context,
        given: &[Receipt],
        found: &mut Violations,
    ) -> Vec<Option<Obligation>> {
        let (mut owed, mut seen) = (BTreeMap::new(), BTreeSet::new());
        let mut find = |one: &Receipt, found: &mut Violations| {
            let known = self.provider(&one.provider).is_ok();
            found.require(known, || {
                Violation::new("provider", "KNOWN", &one.provider, "the ODS code of a registered provider")
            });
            let versions = self.snapshot.versions_of(&one.collection);
            let published = versions.iter().any(|version| version.number == one.version);
            found.require(published, || {
                let given = format!("{} version {}", one.collection, one.version);
                Violation::new("version", "KNOWN", given, "a version that is published")
            });
            let all = owed
                .entry((one.collection.clone(), one.provider.clone()))
                .or_insert_with(|| self.burden.begun(&one.provider, &one.collection, context.today()));
            let obligation = found.take(one.find(all).cloned()).filter(|_| known && published)?;
            found.require(seen.insert(obligation.clone()), || {
                let expected = "a period that no other of the batch is of";
                Violation::new("period_start", "UNIQUE", one.period_start, expected)
            });
            Some(obligation)
        };
        let places = given.iter().enumerate();
        let all = places.map(|(at, one)| {
            let mut obligation = None;
            found.within(&request(at), |found| obligation = find(one, found));
            obligation
        });
        all.collect()
    }
}

impl App {
    /// Records that obligations were met, what that took, or both: all, or none if anything is wrong with any. What is recorded so already
    /// stays as it is, so that a file may come again.
    pub async fn record_submissions(
        &self,
        context: &Context,
        given: Vec<Receipt>,
        validate_only: bool,
    ) -> Result<Vec<Submission>> {
        check_size(given.len())?;
        let view = self.view().await?;
        for one in &given {
            let collection = view.snapshot.collection(&one.collection);
            one.authorise(&context.actor, collection.map(|collection| &collection.owner))?;
        }
        let mut found = Violations::new();
        let owed = view.obligations_of(context, &given, &mut found);
        let known: Vec<_> = owed.iter().flatten().cloned().collect();
        let wrong = match found.into_result() {
            Err(Error::Invalid(wrong)) => wrong,
            _ => vec![],
        };
        let (given, owed, wrong) = (&given, &owed, &wrong);
        let admit = |held: &[Submission]| -> Result<Vec<Submission>> {
            let mut found = Violations::new();
            wrong.iter().cloned().for_each(|violation| found.push(violation));
            let mut made = vec![];
            for (at, (one, obligation)) in given.iter().zip(owed).enumerate() {
                let Some(obligation) = obligation else { continue };
                let before = of(held, obligation);
                found.within(&request(at), |found| {
                    made.extend(one.admit(obligation, before, context.now, found));
                });
            }
            found.into_result().map(|()| made)
        };
        if validate_only {
            return admit(&self.store().read(async |tx: Tx| tx.submissions_of(&known).await).await?);
        }
        let (known, admit) = (&known, &admit);
        self.commit(context, async |tx: Tx| {
            let held = tx.submissions_of(known).await?;
            let made = admit(&held)?;
            let changed = |one: &&Submission| of(&held, &one.obligation) != Some(*one);
            let changed: Vec<_> = made.iter().filter(changed).cloned().collect();
            let mut changes = vec![];
            for one in &changed {
                changes.extend(recorded(context, of(&held, &one.obligation), one)?);
            }
            tx.write_submissions(&changed).await?;
            Ok((made, changes))
        })
        .await
    }
}

/// A submission by what its name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmissionKey {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub version: u32,
    /// Who met it.
    pub provider: OdsCode,
    /// First day of the period.
    pub period_start: NaiveDate,
}

impl SubmissionKey {
    fn name(&self) -> String {
        let Self { collection, version, provider, period_start } = self;
        format!("collections/{collection}/versions/{version}/submissions/{provider}~{period_start}")
    }
}

impl App {
    /// Takes back what was recorded of an obligation by mistake.
    pub async fn withdraw_submission(
        &self,
        context: &Context,
        key: &SubmissionKey,
        reason: &str,
        validate_only: bool,
    ) -> Result<()> {
        let view = self.view().await?;
        let owner = view.snapshot.collection(&key.collection).map(|collection| &collection.owner);
        let admit = async |tx: &Tx| {
            let version = (&key.collection, key.version);
            let held = tx.submission(version, &key.provider, key.period_start).await?;
            // Whoever may not withdraw anything here learns no more than that.
            let held = held.ok_or_else(|| Error::not_found("submission", key.name()))?;
            Receipt::authorise_withdrawal(&context.actor, owner, &held)?;
            let mut found = Violations::new();
            found.text("reason", reason, MAX_REASON);
            found.require(!reason.trim().is_empty(), || {
                Violation::new("reason", "REQUIRED", reason, "the reason, in words")
            });
            found.into_result().map(|()| held)
        };
        if validate_only {
            return self.store().read(async |tx: Tx| admit(&tx).await.map(drop)).await;
        }
        self.commit(context, async |tx: Tx| {
            let held = admit(&tx).await?;
            tx.delete_submission(&held).await?;
            Ok(((), withdrawn(context, &held, reason)?.into()))
        })
        .await
    }
}

/// The changes of a submission that is taken back: why is for its provider and the panel.
fn withdrawn(context: &Context, held: &Submission, reason: &str) -> Result<[Change; 2]> {
    let (provider, name) = (&held.obligation.provider, held.name());
    let whole = audit::change(context, "submission.withdraw", name.clone(), Some(held), None, reason)?;
    let receipt = Submission { time_return: None, ..held.clone() };
    let part = audit::change(context, "submission.publish", name, Some(&receipt), None, "")?;
    Ok([whole.of(provider, false), part.of(provider, true)])
}

/// What is held of an obligation, `held` being by obligation.
fn of<'s>(held: &'s [Submission], obligation: &Obligation) -> Option<&'s Submission> {
    held.binary_search_by(|one| one.obligation.cmp(obligation)).ok().map(|at| &held[at])
}

/// The changes of a submission: of all of it, for its provider and the panel; and of what everybody may know. Figures rest on both.
fn recorded(context: &Context, before: Option<&Submission>, after: &Submission) -> Result<[Change; 2]> {
    let provider = &after.obligation.provider;
    let whole = audit::change(context, "submission.record", after.name(), before, Some(after), "")?;
    let public = |one: &Submission| Submission { time_return: None, ..one.clone() };
    let (before, now) = (before.map(public), public(after));
    let part = audit::change(context, "submission.publish", after.name(), before.as_ref(), Some(&now), "")?;
    Ok([whole.of(provider, false), part.of(provider, true)])
}
