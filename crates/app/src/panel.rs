//! The panel's queue, rulings and comments.

use crate::{
    App, Context, audit,
    drafts::etag,
    filter::Field,
    moves::MoveRequest,
    paging::{ListRequest, Page, page, read_list},
};
use chrono::{DateTime, Utc};
use onus_domain::{
    CollectionId, Error, OdsCode, Result, Violation, Violations,
    lifecycle::{Edit, Move},
    renewal,
    review::{Comment, CommentAudience, QueueEntry, Review},
    role::{Act, Role},
    version::{Version, VersionState},
};

/// The states of what waits for the panel or is with it.
const WAITING: [VersionState; 2] = [VersionState::Submitted, VersionState::InReview];
/// The states of what is not settled yet.
const OPEN: [VersionState; 5] = [
    VersionState::Draft,
    VersionState::Submitted,
    VersionState::InReview,
    VersionState::Returned,
    VersionState::Approved,
];

/// What a queue can be filtered by.
fn fields() -> [Field<QueueEntry>; 8] {
    [
        ("collection", |row| vec![row.collection.id.to_string()]),
        ("title", |row| vec![row.title.clone()]),
        ("owner", |row| vec![row.collection.owner.to_string()]),
        ("state", |row| vec![row.state.to_string()]),
        ("sector_path", |row| vec![row.collection.sector_path.to_string()]),
        ("method", |row| row.filed.iter().map(|filed| filed.method.to_string()).collect()),
        ("referred", |row| {
            vec![row.filed.as_ref().is_some_and(|filed| !filed.referred.is_empty()).to_string()]
        }),
        ("renewal", |row| vec![row.renews.is_some().to_string()]),
    ]
}

/// Most items that a refusal names.
const MOST_NAMED: usize = 5;

/// A comment to be made.
#[derive(Debug, Clone)]
pub struct NewComment {
    /// The item that it is about, if it is about one.
    pub position: Option<u32>,
    /// Who reads it.
    pub audience: CommentAudience,
    /// What is said.
    pub text: String,
}

/// A version that was ticked in the queue, as it stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    /// The collection.
    pub collection: CollectionId,
    /// The version.
    pub number: u32,
    /// When what stood there was submitted.
    pub filed_at: Option<DateTime<Utc>>,
}

impl App {
    /// The versions that wait for the panel or are with it: longest waiting first unless ordered by `hours` or `pounds`, most first.
    pub async fn list_queue(&self, context: &Context, request: &ListRequest) -> Result<Page<QueueEntry>> {
        if !is_panel(context) {
            return Err(denied(context, "read the panel's queue"));
        }
        self.queue(&WAITING, None, request).await
    }

    /// The versions that a body is at work on, the panel has, or that wait to come into force: in the same orders. For its registrars, the
    /// panel and ADMIN.
    pub async fn list_open_versions(
        &self,
        context: &Context,
        owner: &OdsCode,
        request: &ListRequest,
    ) -> Result<Page<QueueEntry>> {
        context.authorise(Act::ReadUnpublished, Some(owner))?;
        // Whose they are is part of the filter, so that a page's token fits no other body's list.
        let and = if request.filter.trim().is_empty() { "" } else { " AND " };
        let filter = format!("owner = \"{owner}\"{and}{}", request.filter);
        self.queue(&OPEN, Some(owner), &ListRequest { filter, ..request.clone() }).await
    }

    async fn queue(
        &self,
        states: &[VersionState],
        owner: Option<&OdsCode>,
        request: &ListRequest,
    ) -> Result<Page<QueueEntry>> {
        let fields = fields();
        let (filter, by) = read_list(request, &fields, &["age", "hours", "pounds"])?;
        let rows = self.store().queue(states, owner).await?;
        let rows = rows.into_iter().filter(|row| filter.admits(row)).collect();
        page(rows, request, |row| {
            let filed = row.filed.as_ref();
            // What is most stands first: turned round and padded.
            let most_first = |value: u64| format!("{:020}", u64::MAX - value);
            let place = match by {
                "hours" => most_first(filed.map_or(0, |filed| filed.seconds)),
                "pounds" => most_first(filed.map_or(0, |filed| filed.pence)),
                _ => filed.map(|filed| filed.at.to_rfc3339()).unwrap_or_default(),
            };
            (place, format!("{} {:010}", row.collection.id, row.number))
        })
    }

    /// Makes a move on a version that was ticked among others. It must wait as it was shown, and whatever is approved in this way must be a
    /// renewal that asks nothing new, each item of it used or kept for a reason. For the rest the rules are those of every move.
    pub async fn move_ticked(&self, context: &Context, step: Move, ticked: &Ticked) -> Result<Version> {
        if !is_panel(context) {
            return Err(denied(context, "decide on what is ticked in the panel's queue"));
        }
        let (id, number) = (&ticked.collection, ticked.number);
        let (_, version) = self.inside(context, id, number).await?;
        let refuse = |rule, message| Err(Error::Precondition { rule, subject: version.name(), message });
        let queue = self.store().queue(&WAITING, None).await?;
        let waiting = queue.iter().find(|row| row.collection.id == *id && row.number == number);
        if waiting.is_none_or(|row| row.filed.as_ref().map(|filed| filed.at) != ticked.filed_at) {
            return refuse(
                "AS_SHOWN",
                "it does not wait any more as you saw it: look at the queue again".into(),
            );
        }
        if step.is_approval() {
            if version.renews.is_none() {
                let message = "it is no renewal: decide on it on its own page".into();
                return refuse("ROUTINE_RENEWAL", message);
            }
            let (_, lines) = self.renewal(context, id, number).await?;
            let others = renewal::out_of_routine(&version, &lines);
            if !others.is_empty() {
                let places: Vec<_> = others.iter().take(MOST_NAMED).map(ToString::to_string).collect();
                let more = if others.len() > MOST_NAMED { " and others" } else { "" };
                let message = format!(
                    "items {}{more} are new, or neither used nor kept for a reason: decide on it on its own page",
                    places.join(", ")
                );
                return refuse("ROUTINE_RENEWAL", message);
            }
        }
        let request = MoveRequest { etag: etag(version.revision), ..MoveRequest::default() };
        Ok(Box::pin(self.make_move(context, step, id, number, &request)).await?.1)
    }

    /// The rulings on a version, first first, for its owner and the panel.
    pub async fn list_reviews(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
        request: &ListRequest,
    ) -> Result<Page<Review>> {
        self.inside(context, id, number).await?;
        let rows = self.store().reviews_of(id, number).await?;
        page(rows, request, |row| (row.at.to_rfc3339(), row.id.to_string()))
    }

    /// The comments on a version that the caller may read, first first.
    pub async fn list_comments(
        &self,
        context: &Context,
        id: &CollectionId,
        number: u32,
        request: &ListRequest,
    ) -> Result<Page<Comment>> {
        self.inside(context, id, number).await?;
        let panel = is_panel(context) || context.actor.has(Role::Admin);
        let mut rows = self.store().comments_of(id, number).await?;
        rows.retain(|comment| panel || comment.audience != CommentAudience::Panel);
        page(rows, request, |row| (row.at.to_rfc3339(), row.id.to_string()))
    }

    /// Comments on a version.
    pub async fn add_comment(
        &self,
        context: &Context,
        (id, number): (&CollectionId, u32),
        new: NewComment,
        validate_only: bool,
    ) -> Result<Comment> {
        let (collection, version) = self.version(context, id, number).await?;
        let to_panel = new.audience == CommentAudience::Panel;
        let edit = if to_panel { Edit::CommentToPanel } else { Edit::Comment };
        edit.admit(&version, &context.actor, &collection.owner)?;
        let comment = Comment {
            id: context.new_id(),
            collection: id.clone(),
            version: number,
            position: new.position,
            audience: new.audience,
            text: new.text,
            author: context.actor.account.clone(),
            at: context.now,
        };
        let mut found = Violations::new();
        comment.check(&mut found);
        if let Some(position) = comment.position {
            found.require(version.content.items.iter().any(|item| item.position == position), || {
                Violation::new("position", "KNOWN", position, "the position of an item of the version")
            });
        }
        found.into_result()?;
        if validate_only {
            return Ok(comment);
        }
        let name = format!("{}/comments/{}", version.name(), comment.id);
        let mut said = audit::change(context, "comment.create", name, None, Some(&comment), "")?;
        // What the panel says to itself, the owner's people do not learn.
        if !to_panel {
            said = said.of(&collection.owner, false);
        }
        self.commit(context, async |tx| {
            tx.insert_comments(std::slice::from_ref(&comment)).await?;
            Ok((comment.clone(), vec![said.clone()]))
        })
        .await
    }
}

fn is_panel(context: &Context) -> bool {
    context.actor.has(Role::PanelMember) || context.actor.has(Role::PanelChair)
}

fn denied(context: &Context, what: &str) -> Error {
    if context.actor.is_known() {
        Error::PermissionDenied(format!("{} may not {what}", context.actor.account))
    } else {
        Error::Unauthenticated(format!("to {what} needs an identity: none was given"))
    }
}
