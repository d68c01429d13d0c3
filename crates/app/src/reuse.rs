//! Reuse agreements: requested from a duplicate finding, moved, listed. The rules are in [`onus_domain::reuse`]; here they meet the store.

mod finding;

use crate::{
    App, Context, audit,
    drafts::check_etag,
    filter::Field,
    jobs::{Kind, Next, Run, Working},
    paging::{ListRequest, Page, page, read_list},
};
use chrono::{NaiveDate, TimeDelta};
use finding::Finding;
use onus_domain::{
    CollectionId, Error, Month, OdsCode, Result, Violations,
    audit::Change,
    reuse::{Making, ReuseAgreement, ReuseMove, ReuseWarning, published, warnings},
    role::{Act, Actor},
    version::Version,
};
use onus_store::Tx;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Escalates what holders did not answer in time.
pub(crate) const ESCALATE: Kind = Kind::recurring("reuse.escalate", TimeDelta::minutes(30), escalate);

/// Two that run at once escalate nothing twice: each agreement changes under its etag.
fn escalate<'a>(app: &'a App, run: &'a Run) -> Working<'a> {
    Box::pin(async move {
        app.escalate_overdue_reuse(&run.context()).await?;
        Ok(Next::AsUsual)
    })
}

/// What is asked of a holder: which items of a version, and what a finding does not say.
#[derive(Debug, Clone)]
pub struct NewReuse {
    /// The collection that needs it.
    pub collection: CollectionId,
    /// The version, in any state from which something can still come of it.
    pub version: u32,
    /// The items of it that are asked already.
    pub positions: Vec<u32>,
    /// Who holds it; `None` takes the body that was found to ask all of them.
    pub holder: Option<OdsCode>,
    /// The first month of data; `None` takes that in which the present period of the version begins.
    pub from: Option<Month>,
    /// The last month of data.
    pub to: Option<Month>,
    /// At which grain; empty takes that at which the holder asks.
    pub grain: String,
    /// The law it rests on; empty takes that of the version.
    pub legal_basis: String,
    /// What it is for; empty takes the purpose of the version.
    pub purpose: String,
}

impl NewReuse {
    /// Asks a holder for items of a version: what else is to be said is taken of the version and the finding.
    pub fn of(version: &Version, positions: Vec<u32>, holder: OdsCode) -> Self {
        Self {
            collection: version.collection.clone(),
            version: version.number,
            positions,
            holder: Some(holder),
            from: None,
            to: None,
            grain: String::new(),
            legal_basis: String::new(),
            purpose: String::new(),
        }
    }
}

/// What is said with a move.
#[derive(Debug, Clone, Default)]
pub struct ReuseMoveRequest {
    /// The agreement's etag as read; empty to go without.
    pub etag: String,
    /// Why.
    pub reason: String,
    /// For a first delivery the day on which data came, for an end the first day without; `None` takes today.
    pub on: Option<NaiveDate>,
    /// Say what would happen; store nothing.
    pub validate_only: bool,
}

/// An agreement as lists show it.
#[derive(Debug, Clone)]
pub struct ReuseRow {
    /// The agreement.
    pub agreement: ReuseAgreement,
    /// Whether its holder is late to answer.
    pub overdue: bool,
}

impl App {
    /// Asks the holder of what a version's items ask already for it, instead of the providers.
    pub async fn request_reuse(
        &self,
        context: &Context,
        new: NewReuse,
        validate_only: bool,
    ) -> Result<ReuseAgreement> {
        let (collection, version) = self.version(context, &new.collection, new.version).await?;
        context.authorise(Act::WriteDraft, Some(&collection.owner))?;
        if version.state.is_over() {
            return Err(Error::Precondition {
                rule: "VERSION_OVER",
                subject: version.name(),
                message: format!("this version is {}: nothing more will be asked by it", version.state),
            });
        }
        let agreement = self.new_agreement(context, &collection.owner, &version, new).await?;
        if validate_only {
            return Ok(agreement);
        }
        let changes = self.reuse_changes(context, ReuseMove::Request, None, &agreement, "").await?;
        let (agreement, version) = (&agreement, &version);
        self.commit(context, async |tx: Tx| {
            insert(&tx, version, std::slice::from_ref(agreement)).await?;
            Ok((agreement.clone(), changes.clone()))
        })
        .await
    }

    /// The agreement that a holder is to be asked for, if nothing speaks against it.
    pub(crate) async fn new_agreement(
        &self,
        context: &Context,
        recipient: &OdsCode,
        version: &Version,
        new: NewReuse,
    ) -> Result<ReuseAgreement> {
        let finding = Finding::new(self, recipient, version, &new).await?;
        let mut agreement = finding.agreement(context, version, new);
        ReuseMove::Request
            .make(&mut agreement, &making(context, &context.actor, &ReuseMoveRequest::default()))?;
        refuse_standing(&agreement, version, &self.store().reuse_of(&version.collection).await?)?;
        Ok(agreement)
    }

    /// Makes a move on an agreement.
    pub async fn move_reuse(
        &self,
        context: &Context,
        step: ReuseMove,
        id: Uuid,
        request: &ReuseMoveRequest,
    ) -> Result<ReuseAgreement> {
        if !context.actor.is_known() {
            return Err(Error::Unauthenticated(format!("{step} needs an identity: none was given")));
        }
        let before = self.reuse_agreement(context, id).await?;
        let mut after = before.clone();
        let made = step.make(&mut after, &making(context, &context.actor, request));
        // Who may not is told so before what else is wrong.
        if matches!(made, Err(Error::PermissionDenied(_))) {
            made?;
        } else {
            check_etag(&before.name(), &request.etag, before.revision)?;
            made?;
        }
        if request.validate_only {
            return Ok(after);
        }
        let changes = self.reuse_changes(context, step, Some(&before), &after, &request.reason).await?;
        let (before, after) = (&before, &after);
        self.commit(context, async |tx: Tx| {
            tx.update_reuse(after, before.revision).await?;
            Ok((after.clone(), changes.clone()))
        })
        .await
    }

    /// One agreement, as far as the caller may see it: its parties, the panel and ADMIN all of it, everybody what has come into effect.
    pub async fn reuse_agreement(&self, context: &Context, id: Uuid) -> Result<ReuseAgreement> {
        let unknown = || Error::not_found("reuse agreement", format!("reuseAgreements/{id}"));
        if context.actor.is_known() {
            let held = self.store().reuse_agreement(id).await?.ok_or_else(unknown)?;
            if held.is_for(&context.actor) {
                return Ok(held);
            }
        }
        let view = self.view().await?;
        view.snapshot.reuse.iter().find(|one| one.id == id).cloned().ok_or_else(unknown)
    }

    /// Agreements that the caller may see; by the day on which the holder's answer is due unless ordered by `requested_on`, `holder` or
    /// `recipient`.
    pub async fn list_reuse(&self, context: &Context, request: &ListRequest) -> Result<Page<ReuseRow>> {
        let fields = fields();
        let (filter, by) =
            read_list(request, &fields, &["answer_due", "requested_on", "holder", "recipient"])?;
        let view = self.view().await?;
        let mut seen: BTreeMap<_, _> = view.snapshot.reuse.iter().map(|one| (one.id, one.clone())).collect();
        if context.actor.is_known() {
            let all = self.store().reuse_agreements().await?;
            seen.extend(all.into_iter().filter(|one| one.is_for(&context.actor)).map(|one| (one.id, one)));
        }
        let today = context.today();
        let rows =
            seen.into_values().map(|agreement| ReuseRow { overdue: agreement.is_overdue(today), agreement });
        let rows: Vec<_> = rows.filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let one = &row.agreement;
            let place = match by {
                "requested_on" => one.requested_on.to_string(),
                "holder" => one.holder.to_string(),
                "recipient" => one.recipient.to_string(),
                _ => one.answer_due.to_string(),
            };
            (place, one.id.to_string())
        })
    }

    /// What has to be seen to in a version because an agreement that its items rest on does not carry them.
    pub async fn reuse_warnings(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
    ) -> Result<Vec<ReuseWarning>> {
        let (_, version) = self.version(context, id, number).await?;
        let mut agreements = if context.actor.is_known() { self.store().reuse_of(id).await? } else { vec![] };
        agreements.retain(|one| one.is_for(&context.actor));
        if agreements.is_empty() {
            let view = self.view().await?;
            agreements.extend(view.snapshot.reuse.iter().filter(|one| one.collection == *id).cloned());
        }
        Ok(warnings(&version, &agreements, context.today()))
    }

    /// Tells the panel of each holder that did not answer in time, once; answers how many. Run by Onus itself, as often as one likes.
    pub async fn escalate_overdue_reuse(&self, context: &Context) -> Result<usize> {
        let today = context.today();
        let all = self.store().reuse_agreements().await?;
        let mut escalated = 0;
        for late in all.iter().filter(|one| one.is_overdue(today) && one.escalated_on.is_none()) {
            let etag = crate::drafts::etag(late.revision);
            let request = ReuseMoveRequest { etag, ..ReuseMoveRequest::default() };
            match self.move_reuse(context, ReuseMove::Escalate, late.id, &request).await {
                Ok(_) => escalated += 1,
                // Answered, or escalated by another server, meanwhile.
                Err(Error::StaleEtag { .. } | Error::Precondition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(escalated)
    }

    /// The changes of a move: of the whole agreement, for the party to which it is news; and, where everybody may learn of a part of it
    /// only, of that part.
    pub(crate) async fn reuse_changes(
        &self,
        context: &Context,
        step: ReuseMove,
        before: Option<&ReuseAgreement>,
        after: &ReuseAgreement,
        reason: &str,
    ) -> Result<Vec<Change>> {
        let view = self.view().await?;
        let action = format!("reuse.{}", step.as_str().to_lowercase());
        let public = published(vec![after.clone()], &view.snapshot.versions).pop();
        let whole = public.as_ref() == Some(after);
        let owner = news_to(step, after, &context.actor);
        let change = audit::change(context, &action, after.name(), before, Some(after), reason)?;
        let mut changes = vec![change.of(owner, whole)];
        if let Some(public) = public.filter(|_| !whole) {
            let part = audit::change(context, "reuse.publish", after.name(), None, Some(&public), reason)?;
            changes.push(part.of(owner, true));
        }
        Ok(changes)
    }
}

/// The party that has to learn of a move: the other one.
fn news_to<'a>(step: ReuseMove, agreement: &'a ReuseAgreement, actor: &Actor) -> &'a OdsCode {
    match step {
        ReuseMove::Request => &agreement.holder,
        ReuseMove::End if actor.organisation.as_ref() == Some(&agreement.recipient) => &agreement.holder,
        ReuseMove::Agree | ReuseMove::Refuse | ReuseMove::Deliver | ReuseMove::Escalate | ReuseMove::End => {
            &agreement.recipient
        }
    }
}

fn making<'a>(context: &Context, actor: &'a Actor, request: &'a ReuseMoveRequest) -> Making<'a> {
    Making { actor, today: context.today(), reason: &request.reason, on: request.on }
}

/// Keeps agreements that are asked for, unless others are about the same already.
pub(crate) async fn insert(tx: &Tx, version: &Version, new: &[ReuseAgreement]) -> Result<()> {
    for agreement in new {
        refuse_standing(agreement, version, &tx.reuse_of(&version.collection).await?)?;
        tx.insert_reuse(agreement).await?;
    }
    Ok(())
}

/// Refuses what another agreement is about already.
fn refuse_standing(new: &ReuseAgreement, version: &Version, held: &[ReuseAgreement]) -> Result<()> {
    let mut found = Violations::new();
    for (at, need) in new.needs.iter().enumerate() {
        let item = version.content.items.iter().find(|item| item.position == need.position);
        let by = item.and_then(|item| held.iter().find(|one| one.answers(&version.collection, item)));
        found.require(by.is_none(), || finding::asked_for(at, need.position, by));
    }
    found.into_result()
}

/// What agreements can be filtered by.
fn fields() -> [Field<ReuseRow>; 9] {
    [
        ("holder", |row| vec![row.agreement.holder.to_string()]),
        ("recipient", |row| vec![row.agreement.recipient.to_string()]),
        ("collection", |row| vec![row.agreement.collection.to_string()]),
        ("state", |row| vec![row.agreement.state.to_string()]),
        ("overdue", |row| vec![row.overdue.to_string()]),
        ("escalated", |row| vec![row.agreement.escalated_on.is_some().to_string()]),
        ("answer_due", |row| vec![row.agreement.answer_due.to_string()]),
        ("concept", |row| row.agreement.needs.iter().map(|need| need.concept.to_string()).collect()),
        ("definition", |row| row.agreement.needs.iter().map(|need| need.definition.to_string()).collect()),
    ]
}
