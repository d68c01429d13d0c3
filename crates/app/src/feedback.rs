//! Feedback: given, answered, counted. The rules are in [`onus_domain::feedback`].

use crate::{
    App, Context, audit,
    drafts::check_etag,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use onus_domain::{
    Error, OdsCode, Result, Violations,
    audit::Change,
    feedback::{Feedback, FeedbackAct, FeedbackAnswer, FeedbackTheme, ThemeCount, theme_counts},
    role::Role,
};
use onus_store::Tx;
use uuid::Uuid;

/// What a provider says.
#[derive(Debug, Clone)]
pub struct NewFeedback {
    /// Who says it.
    pub provider: OdsCode,
    /// Of whom.
    pub body: OdsCode,
    /// What it is about.
    pub theme: FeedbackTheme,
    /// What.
    pub text: String,
    /// How dealing with the body is, from 1 (bad) to 5 (good).
    pub rating: Option<u32>,
}

/// What the panel answers.
#[derive(Debug, Clone)]
pub struct FeedbackReply {
    /// The feedback's etag as read; empty to go without.
    pub etag: String,
    /// What it is about; `None` confirms what the provider said.
    pub theme: Option<FeedbackTheme>,
    /// What was done, or will be.
    pub text: String,
    /// Say what would happen; store nothing.
    pub validate_only: bool,
}

impl App {
    /// Gives feedback, for one's own provider.
    pub async fn create_feedback(
        &self,
        context: &Context,
        new: NewFeedback,
        validate_only: bool,
    ) -> Result<Feedback> {
        let feedback = Feedback {
            id: context.new_id(),
            provider: new.provider,
            body: new.body,
            theme: new.theme,
            text: new.text,
            rating: new.rating,
            given_on: context.today(),
            author: context.actor.account.clone(),
            answer: None,
            revision: 1,
        };
        authorise(context, FeedbackAct::Create, &feedback)?;
        let view = self.view().await?;
        let mut found = Violations::new();
        feedback.check(|code| view.snapshot.organisation(code), &mut found);
        found.into_result()?;
        if validate_only {
            return Ok(feedback);
        }
        let change = change(context, "feedback.create", None, &feedback)?;
        let feedback = &feedback;
        self.commit(context, async |tx: Tx| {
            tx.insert_feedback(feedback).await?;
            Ok((feedback.clone(), vec![change.clone()]))
        })
        .await
    }

    /// Feedback of a key, if the caller may read it.
    pub async fn feedback(&self, context: &Context, id: Uuid) -> Result<Feedback> {
        let found = self.store().feedback(id).await?;
        let found = found.filter(|one| FeedbackAct::Read.allowed_to(&context.actor, one));
        found.ok_or_else(|| Error::not_found("feedback", format!("feedback/{id}")))
    }

    /// A provider's feedback, or for the panel everybody's, as far as the caller may read it; first first, or ordered by `body`.
    pub async fn list_feedback(
        &self,
        context: &Context,
        provider: Option<&OdsCode>,
        request: &ListRequest,
    ) -> Result<Page<Feedback>> {
        let actor = &context.actor;
        let panel = actor.has(Role::PanelMember) || actor.has(Role::PanelChair);
        let own = provider.is_some_and(|provider| actor.has_for(Role::ProviderUser, provider));
        if !panel && !own {
            if !actor.is_known() {
                return Err(Error::Unauthenticated("feedback needs an identity: none was given".into()));
            }
            let of = provider.map_or("every provider's".to_owned(), |provider| format!("{provider}'s"));
            let said =
                format!("{} may not read {of} feedback: only its own users and the panel", actor.account);
            return Err(Error::PermissionDenied(said));
        }
        let fields = fields();
        let (filter, by) = read_list(request, &fields, &["given_on", "body"])?;
        let mut rows = self.store().feedback_of(provider).await?;
        rows.retain(|one| FeedbackAct::Read.allowed_to(actor, one) && filter.admits(one));
        page(rows, request, |one| {
            let place = if by == "body" { one.body.to_string() } else { one.given_on.to_string() };
            (place, one.id.to_string())
        })
    }

    /// Answers feedback, as the panel.
    pub async fn answer_feedback(
        &self,
        context: &Context,
        id: Uuid,
        reply: FeedbackReply,
    ) -> Result<Feedback> {
        let before = self.feedback(context, id).await?;
        authorise(context, FeedbackAct::Answer, &before)?;
        check_etag(&before.name(), &reply.etag, before.revision)?;
        let mut after = before.clone();
        let author = context.actor.account.clone();
        let theme = reply.theme.unwrap_or(before.theme);
        after.give_answer(FeedbackAnswer { theme, text: reply.text, author, on: context.today() })?;
        if reply.validate_only {
            return Ok(after);
        }
        let change = change(context, "feedback.answer", Some(&before), &after)?;
        let after = &after;
        self.commit(context, async |tx: Tx| {
            tx.update_feedback(after, before.revision).await?;
            Ok((after.clone(), vec![change.clone()]))
        })
        .await
    }

    /// What is published of feedback: how often providers spoke of a theme, by body and NHS year.
    pub async fn list_feedback_themes(&self, request: &ListRequest) -> Result<Page<ThemeCount>> {
        let fields = theme_fields();
        let (filter, by) = read_list(request, &fields, &["body", "year"])?;
        let mut rows = theme_counts(&self.store().feedback_themes().await?);
        rows.retain(|row| filter.admits(row));
        page(rows, request, |row| {
            let key = format!("{} {} {}", row.body, row.year, row.theme);
            (if by == "year" { row.year.to_string() } else { String::new() }, key)
        })
    }
}

/// The log has a digest of feedback and not its words: nobody reads these but its provider and the panel.
fn change(context: &Context, action: &str, before: Option<&Feedback>, after: &Feedback) -> Result<Change> {
    let change = audit::change(context, action, after.name(), before, Some(after), "")?;
    Ok(change.digest_only().of(&after.provider, false))
}

/// Refuses unless the caller may do it; the feedback is about to be given, or one that it may read.
fn authorise(context: &Context, act: FeedbackAct, feedback: &Feedback) -> Result<()> {
    if act.allowed_to(&context.actor, feedback) {
        return Ok(());
    }
    if !context.actor.is_known() {
        return Err(Error::Unauthenticated(format!("{act} needs an identity: none was given")));
    }
    let who = match act {
        FeedbackAct::Create => format!("a provider user of {}", feedback.provider),
        _ => "a member of the panel who does not act for the body".into(),
    };
    let account = &context.actor.account;
    Err(Error::PermissionDenied(format!(
        "{account} may not {act} feedback of {}: only {who}",
        feedback.provider
    )))
}

/// What feedback can be filtered by.
fn fields() -> [Field<Feedback>; 5] {
    [
        ("provider", |one| vec![one.provider.to_string()]),
        ("body", |one| vec![one.body.to_string()]),
        ("state", |one| vec![one.state().to_string()]),
        ("theme", |one| vec![one.answer.as_ref().map_or(one.theme, |answer| answer.theme).to_string()]),
        ("rating", |one| one.rating.iter().map(ToString::to_string).collect()),
    ]
}

/// What themes can be filtered by.
fn theme_fields() -> [Field<ThemeCount>; 3] {
    [
        ("body", |row| vec![row.body.to_string()]),
        ("year", |row| vec![row.year.to_string()]),
        ("theme", |row| vec![row.theme.to_string()]),
    ]
}
