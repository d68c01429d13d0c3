//! Reading entries of the audit log: which are wanted, and which their reader may know of.

use super::{
    audit::root_of,
    audit_log::{bare, to_logged},
    codec::{to_number, to_text},
};
use crate::{Tx, tables::audit_entry};
use chrono::{DateTime, Utc};
use onus_domain::{
    OdsCode, Result,
    audit::{Audience, Logged},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

/// Which entries of the log are wanted, and in which order. They come in the order of the log, from `after` on.
#[derive(Debug, Clone, Default)]
pub struct LogQuery {
    /// Of this resource.
    pub resource: Option<String>,
    /// Of this resource and of what lies under it.
    pub under: Option<String>,
    /// By this account.
    pub actor: Option<String>,
    /// Of this action.
    pub action: Option<String>,
    /// Of what belongs to this organisation.
    pub owner: Option<OdsCode>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Who reads; without it, ADMIN, who may know of all.
    pub reader: Option<LogReader>,
    /// Latest first.
    pub descending: bool,
    /// Behind this one, in the order wanted.
    pub after: Option<u64>,
    /// At most so many.
    pub limit: u64,
}

/// What a reader may know of the log.
#[derive(Debug, Clone, Default)]
pub struct LogReader {
    /// Whether the reader is of the panel, which knows of all but what is for ADMIN alone.
    pub panel: bool,
    /// Whose people the reader is one of.
    pub organisation: Option<OdsCode>,
    /// Whether only entries are wanted whose account the reader may know.
    pub known_actors: bool,
}

impl Tx {
    /// Entries of the log, without their states. One statement.
    pub async fn audit_log(&self, query: &LogQuery) -> Result<Vec<Logged>> {
        use audit_entry::Column as C;
        let mut found = bare().filter(C::Seq.is_not_null()).filter(which(query));
        if let Some(after) = query.after {
            let after = to_number("seq", after)?;
            found = found.filter(if query.descending { C::Seq.lt(after) } else { C::Seq.gt(after) });
        }
        let found = if query.descending { found.order_by_desc(C::Seq) } else { found.order_by_asc(C::Seq) };
        self.logged(found.limit(query.limit)).await
    }

    /// An entry by its key.
    pub async fn audit_entry(&self, id: Uuid) -> Result<Option<Logged>> {
        Ok(self.logged(bare().filter(audit_entry::Column::Id.eq(id))).await?.pop())
    }

    /// The entry at a place of the log.
    pub async fn audit_entry_at(&self, seq: u64) -> Result<Option<Logged>> {
        let seq = to_number("seq", seq)?;
        Ok(self.logged(bare().filter(audit_entry::Column::Seq.eq(seq))).await?.pop())
    }

    /// Entries of the log with their states and roots, in order, from place `first` on, at most `limit`.
    pub async fn audit_log_whole(
        &self,
        first: u64,
        limit: u64,
    ) -> Result<Vec<(Logged, Option<String>, String)>> {
        use audit_entry::Column as C;
        let found = audit_entry::Entity::find()
            .filter(C::Seq.gte(to_number("seq", first)?))
            .order_by_asc(C::Seq)
            .limit(limit);
        let read = |row: audit_entry::Model| {
            let (state, root) = (row.state.clone(), row.root.clone());
            let has_state = state.is_some();
            Ok((to_logged(row, has_state)?, state, root))
        };
        self.select(found).await?.into_iter().map(read).collect()
    }
}

/// Which entries a query is about.
fn which(query: &LogQuery) -> Condition {
    use audit_entry::Column as C;
    let mut all = Condition::all();
    if let Some(resource) = &query.resource {
        all = all.add(C::Root.eq(root_of(resource))).add(C::Resource.eq(resource.as_str()));
    }
    if let Some(resource) = &query.under {
        all = all.add(C::Root.eq(root_of(resource)));
        if root_of(resource) != resource {
            // No LIKE: it means different things on the two databases.
            let below = format!("{resource}/");
            let length = i32::try_from(below.chars().count()).unwrap_or(i32::MAX);
            let begin = Func::cust("substr").arg(Expr::col(C::Resource)).arg(1_i32).arg(length);
            let begins = Expr::expr(begin).eq(below);
            all = all.add(Condition::any().add(C::Resource.eq(resource.as_str())).add(begins));
        }
    }
    let equal = [(C::Actor, query.actor.clone()), (C::Action, query.action.clone())];
    for (column, wanted) in equal {
        all = all.add_option(wanted.map(|wanted| column.eq(wanted)));
    }
    all = all
        .add_option(query.owner.as_ref().map(|owner| C::Owner.eq(to_text(owner))))
        .add_option(query.from.map(|from| C::At.gte(from)))
        .add_option(query.until.map(|until| C::At.lt(until)));
    match &query.reader {
        None => all,
        Some(reader) => all.add(of_reader(reader)),
    }
}

/// What a reader may know of.
fn of_reader(reader: &LogReader) -> Condition {
    use audit_entry::Column as C;
    let of = |audiences: &[Audience]| C::Audience.is_in(audiences.iter().map(to_text));
    if reader.panel {
        return Condition::all().add(of(&[Audience::Public, Audience::Insiders]));
    }
    let own = reader.organisation.as_ref().map(|own| {
        Condition::all().add(C::Owner.eq(to_text(own))).add(of(&[Audience::Public, Audience::Insiders]))
    });
    match (own, reader.known_actors) {
        (Some(own), true) => own,
        (own, false) => Condition::any().add(of(&[Audience::Public])).add_option(own),
        (None, true) => Condition::all().add(of(&[])),
    }
}
