//! Consultations: a draft shown to chosen providers, with what they say. The rules are in [`onus_domain::consultation`].

use crate::{
    App, Context, audit,
    drafts::check_etag,
    filter::Field,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violations,
    consultation::{Answer, Comment, Consultation, ConsultationAct, consulted},
    role::Role,
    version::Version,
};
use onus_store::Tx;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A consultation to be opened.
#[derive(Debug, Clone)]
pub struct NewConsultation {
    /// The collection.
    pub collection: CollectionId,
    /// The version that is shown.
    pub version: u32,
    /// To whom.
    pub providers: BTreeSet<OdsCode>,
    /// What one wants to know of them.
    pub question: String,
    /// Last day for comments.
    pub closes_on: NaiveDate,
}

/// A consultation as lists show it.
#[derive(Debug, Clone)]
pub struct ConsultationRow {
    /// The consultation.
    pub consultation: Consultation,
    /// Whether comments are taken.
    pub open: bool,
}

impl App {
    /// Shows a version to providers.
    pub async fn open_consultation(
        &self,
        context: &Context,
        new: NewConsultation,
        validate_only: bool,
    ) -> Result<Consultation> {
        let (collection, version) = self.version(context, &new.collection, new.version).await?;
        let opened = Consultation {
            id: context.new_id(),
            collection: new.collection,
            version: new.version,
            owner: collection.owner,
            providers: new.providers,
            question: new.question,
            opened_on: context.today(),
            closes_on: new.closes_on,
            closed_on: None,
            revision: 1,
        };
        authorise(context, ConsultationAct::Open, &opened)?;
        let view = self.view().await?;
        let mut found = Violations::new();
        opened.check(&version, |code| view.snapshot.organisation(code), &mut found);
        found.into_result()?;
        if validate_only {
            return Ok(opened);
        }
        let change = audit::change(context, "consultation.open", opened.name(), None, Some(&opened), "")?;
        let change = change.of(&opened.owner, false);
        let opened = &opened;
        self.commit(context, async |tx: Tx| {
            tx.insert_consultation(opened).await?;
            Ok((opened.clone(), vec![change.clone()]))
        })
        .await
    }

    /// Closes a consultation before its day.
    pub async fn close_consultation(
        &self,
        context: &Context,
        id: Uuid,
        etag: &str,
        validate_only: bool,
    ) -> Result<Consultation> {
        let (before, _) = self.consultation(context, id).await?;
        authorise(context, ConsultationAct::Close, &before)?;
        check_etag(&before.name(), etag, before.revision)?;
        let mut after = before.clone();
        after.close(context.today())?;
        if validate_only {
            return Ok(after);
        }
        let name = after.name();
        let change = audit::change(context, "consultation.close", name, Some(&before), Some(&after), "")?;
        let change = change.of(&after.owner, false);
        let after = &after;
        self.commit(context, async |tx: Tx| {
            tx.update_consultation(after, before.revision).await?;
            Ok((after.clone(), vec![change.clone()]))
        })
        .await
    }

    /// One consultation, with what was said of it as far as the caller may read that: providers read their own comments.
    pub async fn consultation(&self, context: &Context, id: Uuid) -> Result<(Consultation, Vec<Comment>)> {
        let found = self.store().consultation(id).await?;
        let found = found.filter(|(one, _)| ConsultationAct::Read.allowed_to(&context.actor, one));
        let (consultation, mut comments) =
            found.ok_or_else(|| Error::not_found("consultation", format!("consultations/{id}")))?;
        comments.retain(|comment| comment.is_for(&context.actor, &consultation));
        Ok((consultation.as_seen_by(&context.actor), comments))
    }

    /// Consultations that the caller may read; those that close last first unless ordered by `opened_on`.
    pub async fn list_consultations(
        &self,
        context: &Context,
        request: &ListRequest,
    ) -> Result<Page<ConsultationRow>> {
        let fields = fields();
        let (filter, by) = read_list(request, &fields, &["closes_on", "opened_on"])?;
        let today = context.today();
        let all = self.store().consultations().await?.into_iter();
        let own = all.filter(|one| ConsultationAct::Read.allowed_to(&context.actor, one));
        let rows = own.map(|one| ConsultationRow {
            open: one.is_open(today),
            consultation: one.as_seen_by(&context.actor),
        });
        let rows: Vec<_> = rows.filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let one = &row.consultation;
            let place = if by == "opened_on" { one.opened_on } else { one.closes_on };
            (place.to_string(), one.id.to_string())
        })
    }

    /// What a consulted provider says.
    pub async fn comment(
        &self,
        context: &Context,
        id: Uuid,
        (position, text): (Option<u32>, String),
        validate_only: bool,
    ) -> Result<Comment> {
        let (consultation, _) = self.consultation(context, id).await?;
        authorise(context, ConsultationAct::Comment, &consultation)?;
        let provider = consulted(&context.actor, &consultation)
            .ok_or_else(|| Error::internal("a consulted provider is none"))?;
        let (_, version) = self.version(context, &consultation.collection, consultation.version).await?;
        let comment = Comment {
            id: context.new_id(),
            consultation: id,
            provider: provider.clone(),
            position,
            text,
            author: context.actor.account.clone(),
            at: context.now,
            answer: None,
            revision: 1,
        };
        consultation.check_comment(&comment, &version, context.today())?;
        if validate_only {
            return Ok(comment);
        }
        let change =
            audit::change(context, "consultation.comment", comment.name(), None, Some(&comment), "")?;
        let change = change.of(&consultation.owner, false);
        let comment = &comment;
        self.commit(context, async |tx: Tx| {
            tx.insert_comment(comment).await?;
            Ok((comment.clone(), vec![change.clone()]))
        })
        .await
    }

    /// What the body answers to a comment, or answers instead.
    pub async fn answer_comment(
        &self,
        context: &Context,
        (id, comment): (Uuid, Uuid),
        (text, etag): (String, &str),
        validate_only: bool,
    ) -> Result<Comment> {
        let (consultation, comments) = self.consultation(context, id).await?;
        authorise(context, ConsultationAct::Answer, &consultation)?;
        let name = format!("consultations/{id}/comments/{comment}");
        let before = comments.into_iter().find(|one| one.id == comment);
        let before = before.ok_or_else(|| Error::not_found("comment", name))?;
        check_etag(&before.name(), etag, before.revision)?;
        let mut after = before.clone();
        let author = context.actor.account.clone();
        after.answer(Answer { text, author, at: context.now })?;
        if validate_only {
            return Ok(after);
        }
        let name = after.name();
        let change = audit::change(context, "consultation.answer", name, Some(&before), Some(&after), "")?;
        // The provider that spoke is the one that has to learn of it.
        let change = change.of(&after.provider, false);
        let after = &after;
        self.commit(context, async |tx: Tx| {
            tx.update_comment(after, before.revision).await?;
            Ok((after.clone(), vec![change.clone()]))
        })
        .await
    }

    /// Of a collection's versions those that the caller sees because its provider is, or was, consulted on them.
    pub(crate) async fn shown_in_consultation(
        &self,
        context: &Context,
        id: &CollectionId,
        versions: &[Version],
    ) -> Result<Vec<Version>> {
        if !context.actor.has(Role::ProviderUser) {
            return Ok(vec![]);
        }
        let all = self.store().consultations_of(id).await?;
        let own = all.iter().filter(|one| consulted(&context.actor, one).is_some());
        let shown: BTreeSet<u32> = own.map(|one| one.version).collect();
        Ok(versions.iter().filter(|version| shown.contains(&version.number)).cloned().collect())
    }
}

/// Refuses unless the caller may do it; the consultation is one that it may read, or is about to be opened.
fn authorise(context: &Context, act: ConsultationAct, consultation: &Consultation) -> Result<()> {
    if act.allowed_to(&context.actor, consultation) {
        return Ok(());
    }
    if !context.actor.is_known() {
        return Err(Error::Unauthenticated(format!("{act} needs an identity: none was given")));
    }
    let who = match act {
        ConsultationAct::Comment => "a consulted provider".to_owned(),
        _ => format!("a registrar of {}", consultation.owner),
    };
    let (account, name) = (&context.actor.account, consultation.name());
    Err(Error::PermissionDenied(format!("{account} may not {act} {name}: only {who}")))
}

/// What consultations can be filtered by.
fn fields() -> [Field<ConsultationRow>; 5] {
    [
        ("collection", |row| vec![row.consultation.collection.to_string()]),
        ("version", |row| vec![row.consultation.version.to_string()]),
        ("owner", |row| vec![row.consultation.owner.to_string()]),
        ("provider", |row| row.consultation.providers.iter().map(ToString::to_string).collect()),
        ("open", |row| vec![row.open.to_string()]),
    ]
}
