//! Reading entries: as far as the reader may know of a change.

use crate::{
    App, Context,
    filter::{self, Operator, Term},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, OdsCode, Result, Violation, Violations,
    audit::{Audience, AuditEntry, Logged},
    role::{Actor, Role},
};
use onus_store::{LogQuery, LogReader};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const DEFAULT_PAGE_SIZE: u64 = 50;
const MAX_PAGE_SIZE: u64 = 1_000;
const ORDERS: [&str; 2] = ["seq", "seq desc"];
const FIELDS: &str = "resource, actor, action, owner";

/// An entry as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEntry {
    /// The entry; without the account and its salt for who may not know them.
    pub logged: Logged,
    /// The hash that stands for the account.
    pub actor_digest: String,
}

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct EntriesRequest {
    /// Entries wanted; 0 takes 50.
    pub page_size: i32,
    /// The token that the page before gave; empty for the first.
    pub page_token: String,
    /// `resource = NAME` (this one), `resource : NAME` (it and what lies under it), `actor = …`, `action = …`, `owner = CODE`.
    pub filter: String,
    /// `seq` (the log's order) or `seq desc`.
    pub order_by: String,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}

/// A page of entries.
#[derive(Debug, Clone)]
pub struct EntriesPage {
    /// The entries.
    pub entries: Vec<SeenEntry>,
    /// Token of the next page; empty on the last.
    pub next_page_token: String,
}

/// What a token holds: the place of the last entry, and which list it belongs to.
#[derive(Serialize, Deserialize)]
struct Token {
    seq: u64,
    list: String,
}

impl App {
    /// Entries of the log that the caller may know of, in its order. One statement.
    pub async fn audit_entries(&self, context: &Context, request: &EntriesRequest) -> Result<EntriesPage> {
        let mut query = read(request)?;
        query.reader = reader(&context.actor, query.actor.is_some())?;
        let size = query.limit;
        query.limit += 1;
        let mut found = self.store().audit_log(&query).await?;
        let more = found.len() as u64 > size;
        found.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        let last = found.last().filter(|_| more).and_then(|last| last.seq);
        Ok(EntriesPage {
            next_page_token: last.map(|seq| write_token(seq, request)).unwrap_or_default(),
            entries: found.into_iter().map(|logged| seen(&context.actor, logged)).collect(),
        })
    }

    /// One entry, if the caller may know of it.
    pub async fn audit_entry(&self, context: &Context, id: Uuid) -> Result<SeenEntry> {
        let found = self.store().audit_entry(id).await?;
        let found = found.filter(|logged| may_know(&context.actor, &logged.entry));
        let found = found.ok_or_else(|| Error::not_found("audit entry", format!("auditEntries/{id}")))?;
        Ok(seen(&context.actor, found))
    }
}

fn is_panel(actor: &Actor) -> bool {
    actor.has(Role::PanelMember) || actor.has(Role::PanelChair)
}

fn is_of(actor: &Actor, owner: Option<&OdsCode>) -> bool {
    actor.is_known() && owner.is_some() && actor.organisation.as_ref() == owner
}

/// Whether an actor may know of a change.
fn may_know(actor: &Actor, entry: &AuditEntry) -> bool {
    match entry.audience {
        Audience::Public => true,
        Audience::Insiders => actor.has(Role::Admin) || is_panel(actor) || is_of(actor, entry.owner.as_ref()),
        Audience::Admin => actor.has(Role::Admin),
    }
}

/// The entry as an actor sees it, who may know of it: who did it is for its owner's people, the panel and ADMIN.
fn seen(actor: &Actor, mut logged: Logged) -> SeenEntry {
    let actor_digest = super::actor_digest(&logged.entry);
    let knows = actor.has(Role::Admin) || is_panel(actor) || is_of(actor, logged.entry.owner.as_ref());
    if !knows {
        logged.entry.actor.clear();
        logged.entry.salt.clear();
    }
    SeenEntry { logged, actor_digest }
}

/// What of the log an actor may read. Who asks for the entries of an account gets those of which the account may be known.
fn reader(actor: &Actor, by_account: bool) -> Result<Option<LogReader>> {
    if actor.has(Role::Admin) {
        return Ok(None);
    }
    if by_account && !actor.is_known() {
        return Err(Error::Unauthenticated(
            "to ask who changed what needs an identity: none was given".into(),
        ));
    }
    Ok(Some(LogReader {
        panel: is_panel(actor),
        organisation: actor.organisation.clone().filter(|_| actor.is_known()),
        known_actors: by_account,
    }))
}

fn read(request: &EntriesRequest) -> Result<LogQuery> {
    let mut found = Violations::new();
    let mut query = LogQuery { from: request.from, until: request.until, ..LogQuery::default() };
    match filter::parse(&request.filter) {
        Ok(terms) => terms.into_iter().for_each(|term| {
            found.take(add(term, &mut query));
        }),
        Err(Error::Invalid(violations)) => violations.into_iter().for_each(|violation| found.push(violation)),
        Err(error) => return Err(error),
    }
    let order = request.order_by.as_str();
    found.require(order.is_empty() || ORDERS.contains(&order), || {
        Violation::new("order_by", "KNOWN_FIELD", order, "seq or seq desc")
    });
    query.descending = order == "seq desc";
    match u64::try_from(request.page_size) {
        Ok(0) => query.limit = DEFAULT_PAGE_SIZE,
        Ok(size) => query.limit = size.min(MAX_PAGE_SIZE),
        Err(_) => found.push(Violation::new("page_size", "RANGE", request.page_size, "0 (for 50) to 1000")),
    }
    query.after = found.take(read_token(request)).flatten();
    found.into_result()?;
    Ok(query)
}

/// Adds a condition to a query.
fn add(term: Term, query: &mut LogQuery) -> Result<(), Violation> {
    let Term { field, operator, value } = term;
    let field = field.unwrap_or_default();
    match (field.as_str(), operator) {
        ("resource", Operator::Is) => query.resource = Some(value),
        ("resource", Operator::Has) => query.under = Some(value),
        ("actor", Operator::Is) => query.actor = Some(value),
        ("action", Operator::Is) => query.action = Some(value),
        ("owner", Operator::Is) => {
            query.owner = Some(OdsCode::new(value).map_err(|violation| violation.at("filter"))?);
        }
        ("resource" | "actor" | "action" | "owner", _) => {
            let expected = format!("{field} = VALUE; resource : NAME for it and what lies under it");
            return Err(Violation::new("filter", "FILTER", field, expected));
        }
        _ => {
            let given = if field.is_empty() { value } else { field };
            return Err(Violation::new(
                "filter",
                "KNOWN_FIELD",
                given,
                format!("one of the fields {FIELDS}"),
            ));
        }
    }
    Ok(())
}

fn list_of(request: &EntriesRequest) -> String {
    let time = |at: Option<DateTime<Utc>>| at.map(super::leaf::moment).unwrap_or_default();
    [&request.filter, &request.order_by, &time(request.from), &time(request.until)]
        .map(String::as_str)
        .join("\n")
}

fn write_token(seq: u64, request: &EntriesRequest) -> String {
    let token = Token { seq, list: list_of(request) };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
}

fn read_token(request: &EntriesRequest) -> Result<Option<u64>, Violation> {
    if request.page_token.is_empty() {
        return Ok(None);
    }
    let bytes = URL_SAFE_NO_PAD.decode(&request.page_token).ok();
    let token: Option<Token> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let token = token.filter(|token| token.list == list_of(request)).ok_or_else(|| {
        let expected = "the next_page_token of the page before, with every other field as it was then";
        Violation::new("page_token", "PAGE_TOKEN", &request.page_token, expected)
    })?;
    Ok(Some(token.seq))
}
