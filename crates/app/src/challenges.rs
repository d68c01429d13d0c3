//! Challenges: made, moved, listed, escalated by the clock. The rules are in [`onus_domain::challenge`]; here they meet the store.

use crate::{
    App, Context, audit,
    drafts::{check_etag, etag},
    filter::Field,
    jobs::{Kind, Next, Run, Working},
    paging::{ListRequest, Page, page, read_list},
};
use chrono::TimeDelta;
use onus_domain::{
    Error, OdsCode, Result,
    audit::Change,
    challenge::{Challenge, ChallengeMove, ChallengeOutcome, Making, NewChallenge},
    role::Act,
};
use onus_store::Tx;
use uuid::Uuid;

/// Escalates what owners did not answer in time. However late it runs, each is escalated once: it changes under its etag.
pub(crate) const ESCALATE: Kind = Kind::recurring("challenges.escalate", TimeDelta::minutes(30), escalate);

fn escalate<'a>(app: &'a App, run: &'a Run) -> Working<'a> {
    Box::pin(async move {
        app.escalate_overdue_challenges(&run.context()).await?;
        Ok(Next::AsUsual)
    })
}

/// What is said with a move.
#[derive(Debug, Clone, Default)]
pub struct ChallengeMoveRequest {
    /// The challenge's etag as read; empty to go without.
    pub etag: String,
    /// For an answer and a decision: whether the provider is right.
    pub outcome: Option<ChallengeOutcome>,
    /// What will change, or why not; for other moves, why.
    pub text: String,
    /// Say what would happen; store nothing.
    pub validate_only: bool,
}

/// A challenge as lists show it.
#[derive(Debug, Clone)]
pub struct ChallengeRow {
    /// The challenge, as far as the reader may see it.
    pub challenge: Challenge,
    /// Whether its owner is late to answer.
    pub overdue: bool,
}

impl App {
    /// Challenges a request, for one's own provider.
    pub async fn create_challenge(
        &self,
        context: &Context,
        new: NewChallenge,
        validate_only: bool,
    ) -> Result<Challenge> {
        known(context, ChallengeMove::Create)?;
        let view = self.view().await?;
        let challenge = new.make(context.new_id(), &view.snapshot, &context.actor, context.today())?;
        if validate_only {
            return Ok(challenge);
        }
        let changes = changes(context, ChallengeMove::Create, None, &challenge, "")?;
        let challenge = &challenge;
        self.commit(context, async |tx: Tx| {
            tx.insert_challenge(challenge).await?;
            Ok((challenge.clone(), changes.clone()))
        })
        .await
    }

    /// Makes a move on a challenge.
    pub async fn move_challenge(
        &self,
        context: &Context,
        step: ChallengeMove,
        id: Uuid,
        request: &ChallengeMoveRequest,
    ) -> Result<Challenge> {
        known(context, step)?;
        let before = self.store().challenge(id).await?;
        // Who sees only what is published of it is refused; for whom there is nothing to see there is none.
        let before = before.filter(|one| one.clone().as_seen_by(&context.actor).is_some());
        let before = before.ok_or_else(|| unknown(id))?;
        let mut after = before.clone();
        let making = Making {
            actor: &context.actor,
            today: context.today(),
            outcome: request.outcome,
            text: &request.text,
        };
        let made = step.make(&mut after, &making);
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
        let changes = changes(context, step, Some(&before), &after, &request.text)?;
        let (before, after) = (&before, &after);
        self.commit(context, async |tx: Tx| {
            tx.update_challenge(after, before.revision).await?;
            Ok((after.clone(), changes.clone()))
        })
        .await
    }

    /// One challenge, as far as the caller may see it: whom it concerns all of it, everybody its outcome once there is one.
    pub async fn challenge(&self, context: &Context, id: Uuid) -> Result<Challenge> {
        let found = self.store().challenge(id).await?;
        found.and_then(|one| one.as_seen_by(&context.actor)).ok_or_else(|| unknown(id))
    }

    /// Challenges that the caller may see; by the day on which the owner's answer is due unless ordered by `raised_on`, `owner` or
    /// `provider`.
    pub async fn list_challenges(
        &self,
        context: &Context,
        request: &ListRequest,
    ) -> Result<Page<ChallengeRow>> {
        let fields = fields();
        let (filter, by) = read_list(request, &fields, &["answer_due", "raised_on", "owner", "provider"])?;
        let actor = &context.actor;
        let found = if Act::ReadUnpublished.allowed_to(actor, None) {
            self.store().challenges().await?
        } else {
            self.store().challenges_told(actor.organisation.as_ref()).await?
        };
        let today = context.today();
        let seen = found.into_iter().filter_map(|one| one.as_seen_by(actor));
        let rows = seen.map(|challenge| ChallengeRow { overdue: challenge.is_overdue(today), challenge });
        let rows: Vec<_> = rows.filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let one = &row.challenge;
            let place = match by {
                "raised_on" => one.raised_on.to_string(),
                "owner" => one.owner.to_string(),
                "provider" => one.provider.to_string(),
                _ => one.answer_due.to_string(),
            };
            (place, one.id.to_string())
        })
    }

    /// Hands the panel each challenge that its owner did not answer in time, once; answers how many. Run by Onus itself, as often as one
    /// likes.
    pub async fn escalate_overdue_challenges(&self, context: &Context) -> Result<usize> {
        let mut escalated = 0;
        for late in self.store().challenges_overdue(context.today()).await? {
            let request =
                ChallengeMoveRequest { etag: etag(late.revision), ..ChallengeMoveRequest::default() };
            match self.move_challenge(context, ChallengeMove::Escalate, late.id, &request).await {
                Ok(_) => escalated += 1,
                // Withdrawn, or escalated by another server, meanwhile.
                Err(Error::StaleEtag { .. } | Error::Precondition { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(escalated)
    }
}

fn known(context: &Context, step: ChallengeMove) -> Result<()> {
    if context.actor.is_known() {
        return Ok(());
    }
    Err(Error::Unauthenticated(format!("{step} needs an identity: none was given")))
}

fn unknown(id: Uuid) -> Error {
    Error::not_found("challenge", format!("challenges/{id}"))
}

/// The changes of a move: of the whole challenge, for those whom it concerns; and of what everybody may know of it, if that changed.
fn changes(
    context: &Context,
    step: ChallengeMove,
    before: Option<&Challenge>,
    after: &Challenge,
    text: &str,
) -> Result<Vec<Change>> {
    let action = format!("challenge.{}", step.as_str().to_lowercase());
    let whole = audit::change(context, &action, after.name(), before, Some(after), text)?;
    let mut changes = vec![whole.of(news_to(step, after), false)];
    if let Some(public) = after.published() {
        let before = before.and_then(Challenge::published);
        let said = match step {
            ChallengeMove::Answer | ChallengeMove::Decide => text,
            // The provider's words are not published.
            ChallengeMove::Create | ChallengeMove::Escalate | ChallengeMove::Withdraw => "",
        };
        let name = after.name();
        let part = audit::change(context, "challenge.publish", name, before.as_ref(), Some(&public), said)?;
        changes.push(part.of(&after.owner, true));
    }
    Ok(changes)
}

/// The party that has to learn of a move.
fn news_to(step: ChallengeMove, challenge: &Challenge) -> &OdsCode {
    match step {
        ChallengeMove::Answer | ChallengeMove::Decide => &challenge.provider,
        ChallengeMove::Create | ChallengeMove::Escalate | ChallengeMove::Withdraw => &challenge.owner,
    }
}

/// What challenges can be filtered by.
fn fields() -> [Field<ChallengeRow>; 12] {
    [
        ("collection", |row| row.challenge.collection.iter().map(ToString::to_string).collect()),
        ("owner", |row| vec![row.challenge.owner.to_string()]),
        ("provider", |row| vec![row.challenge.provider.to_string()]),
        ("state", |row| vec![row.challenge.state.to_string()]),
        ("reason", |row| vec![row.challenge.reason.to_string()]),
        ("outcome", |row| row.challenge.outcome().iter().map(|ruling| ruling.outcome.to_string()).collect()),
        ("text", |row| vec![row.challenge.text.clone()]),
        ("reference", |row| vec![row.challenge.reference.clone()]),
        ("overdue", |row| vec![row.overdue.to_string()]),
        ("answer_due", |row| vec![row.challenge.answer_due.to_string()]),
        ("duplicate_of", |row| row.challenge.duplicate_of.iter().map(ToString::to_string).collect()),
        ("definition", |row| row.challenge.duplicate_definitions.iter().map(ToString::to_string).collect()),
    ]
}
