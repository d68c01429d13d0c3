//! The Merkle log over audit entries: what waits for its place, the tree, the heads, and the entries in their order.

use super::{
    audit::{of_row, root_of},
    codec::{Reader, moment, to_number},
};
use crate::{
    Tx,
    tables::{audit_entry, audit_head, audit_node},
};
use chrono::{DateTime, Utc};
use onus_domain::{
    Error, Result,
    audit::{Head, Logged},
    merkle::{Hash, Node},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoSimpleExpr, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Statement, Value,
    sea_query::{ExprTrait, Func},
};
use std::{collections::HashMap, fmt::Write as _};
use uuid::Uuid;

/// Entries whose place is written in one statement.
const MAX_PLACED: usize = 500;

/// An entry without its state.
#[derive(FromQueryResult)]
struct Bare {
    id: Uuid,
    at: DateTime<Utc>,
    actor: String,
    salt: String,
    action: String,
    resource: String,
    owner: Option<String>,
    audience: String,
    before_digest: Option<String>,
    after_digest: Option<String>,
    reason: String,
    seq: Option<i64>,
    has_state: bool,
}

fn of_bare(row: Bare) -> Result<Logged> {
    let has_state = row.has_state;
    let entry = audit_entry::Model {
        id: row.id,
        at: row.at,
        actor: row.actor,
        action: row.action,
        resource: row.resource,
        before_digest: row.before_digest,
        after_digest: row.after_digest,
        reason: row.reason,
        owner: row.owner,
        audience: row.audience,
        state: None,
        salt: row.salt,
        root: String::new(),
        seq: row.seq,
    };
    to_logged(entry, has_state)
}

pub(super) fn to_logged(row: audit_entry::Model, has_state: bool) -> Result<Logged> {
    let seq = Reader { table: "audit_entry", key: row.id }.number_some("seq", row.seq)?;
    Ok(Logged { seq, has_state, entry: of_row(row)? })
}

/// Entries without their states, which are large.
pub(super) fn bare() -> Select<audit_entry::Entity> {
    use audit_entry::Column as C;
    audit_entry::Entity::find()
        .select_only()
        .columns([
            C::Id,
            C::At,
            C::Actor,
            C::Salt,
            C::Action,
            C::Resource,
            C::Owner,
            C::Audience,
            C::BeforeDigest,
            C::AfterDigest,
            C::Reason,
            C::Seq,
        ])
        .expr_as(C::State.is_not_null(), "has_state")
}

/// Says what a resource was left as: an entry with neither digest says nothing of that.
fn says_state() -> Condition {
    use audit_entry::Column as C;
    Condition::any().add(C::BeforeDigest.is_not_null()).add(C::AfterDigest.is_not_null())
}

/// The statement that gives entries without a place theirs, from `first` on.
fn placing(first: i64, entries: &[Uuid]) -> Result<(String, Vec<Value>)> {
    // Both databases call the columns of a list of values so.
    let mut sql = String::from("UPDATE audit_entry SET seq = placed.column2 FROM (VALUES ");
    let mut values: Vec<Value> = Vec::with_capacity(entries.len() * 2);
    for (seq, id) in (first..).zip(entries) {
        let at = values.len();
        let comma = if at > 0 { ", " } else { "" };
        write!(sql, "{comma}(${}, ${})", at + 1, at + 2).map_err(Error::internal)?;
        values.extend([Value::from(*id), Value::from(seq)]);
    }
    // The plus keeps SQLite from going through all that wait for a place, once for each of these: it finds each by its key.
    sql.push_str(") AS placed WHERE audit_entry.id = placed.column1 AND +audit_entry.seq IS NULL");
    Ok((sql, values))
}

impl Tx {
    pub(super) async fn logged(&self, select: Select<audit_entry::Entity>) -> Result<Vec<Logged>> {
        let rows = select.into_model::<Bare>().all(self.db()).await.map_err(|error| self.fail(&error))?;
        rows.into_iter().map(of_bare).collect()
    }

    /// Entries that have no place in the log yet, by key, at most `limit`.
    pub async fn waiting_audit(&self, limit: u64) -> Result<Vec<Logged>> {
        use audit_entry::Column as C;
        self.logged(bare().filter(C::Seq.is_null()).order_by_asc(C::Id).limit(limit)).await
    }

    /// Those of them that are of one of `resources`, by key.
    pub async fn waiting_audit_of(&self, resources: &[&str]) -> Result<Vec<Logged>> {
        use audit_entry::Column as C;
        self.logged(bare().filter(C::Seq.is_null()).filter(of_resources(resources)).order_by_asc(C::Id)).await
    }

    /// What the log left each of `resources` as: its last digest; nothing for one that is gone, and for one that the log does not know.
    pub async fn left_as(&self, resources: &[&str]) -> Result<HashMap<String, String>> {
        use audit_entry::Column as C;
        let mut left = HashMap::new();
        for some in resources.chunks(MAX_PLACED) {
            let last = audit_entry::Entity::find()
                .select_only()
                .expr(Func::max(C::Seq.into_simple_expr()))
                .filter(of_resources(some))
                .filter(C::Seq.is_not_null())
                .filter(says_state())
                .group_by(C::Resource)
                .into_query();
            let rows: Vec<(String, Option<String>)> = audit_entry::Entity::find()
                .select_only()
                .columns([C::Resource, C::AfterDigest])
                .filter(C::Seq.in_subquery(last))
                .into_tuple()
                .all(self.db())
                .await
                .map_err(|error| self.fail(&error))?;
            left.extend(rows.into_iter().filter_map(|(resource, digest)| Some((resource, digest?))));
        }
        Ok(left)
    }

    /// Gives `entries` their places from `first` on, and adds to the tree what became whole by them, and the head over them. If another
    /// does the same at once, one of the two fails and is tried again.
    pub async fn append_to_log(
        &self,
        first: u64,
        entries: &[Uuid],
        nodes: &[(Node, Hash)],
        head: &Head,
    ) -> Result<()> {
        // First: the key of the first leaf lets one in and keeps all others out.
        let rows = nodes.iter().map(|(node, hash)| of_node(*node, *hash)).collect::<Result<_>>()?;
        self.insert::<audit_node::Entity>(rows).await?;
        let mut seq = to_number("seq", first)?;
        for some in entries.chunks(MAX_PLACED) {
            let placed = self.place(seq, some).await?;
            if placed != some.len() as u64 {
                let private = format!("{placed} of {} entries from {seq} on had no place yet", some.len());
                return Err(Error::Unavailable {
                    public: "the audit log is being appended to".into(),
                    private,
                });
            }
            seq += i64::try_from(some.len()).unwrap_or_default();
        }
        self.insert::<audit_head::Entity>(vec![of_head(head)?]).await
    }

    /// Writes the places of entries that have none, from `first` on; answers how many that were.
    async fn place(&self, first: i64, entries: &[Uuid]) -> Result<u64> {
        let (sql, values) = placing(first, entries)?;
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let done = self.db().execute_raw(statement).await.map_err(|error| self.fail(&error))?;
        Ok(done.rows_affected())
    }

    /// The head over the first `size` entries, or the latest.
    pub async fn audit_head(&self, size: Option<u64>) -> Result<Option<Head>> {
        let mut found = audit_head::Entity::find();
        if let Some(size) = size {
            found = found.filter(audit_head::Column::Size.eq(to_number("size", size)?));
        }
        let found = found.order_by_desc(audit_head::Column::Size).limit(1);
        self.select_one(found).await?.map(to_head).transpose()
    }

    /// Heads over fewer than `below` entries (all, without it), largest first, at most `limit`.
    pub async fn audit_heads(&self, below: Option<u64>, limit: u64) -> Result<Vec<Head>> {
        let mut found = audit_head::Entity::find();
        if let Some(below) = below {
            found = found.filter(audit_head::Column::Size.lt(to_number("size", below)?));
        }
        let rows = self.select(found.order_by_desc(audit_head::Column::Size).limit(limit)).await?;
        rows.into_iter().map(to_head).collect()
    }

    /// How many heads there are over at most `size` entries.
    pub async fn count_audit_heads(&self, size: u64) -> Result<u64> {
        use sea_orm::PaginatorTrait;
        let found = audit_head::Entity::find().filter(audit_head::Column::Size.lte(to_number("size", size)?));
        found.count(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// Heads over more than `above` entries (all, without it), smallest first, at most `limit`.
    pub async fn audit_heads_from(&self, above: Option<u64>, limit: u64) -> Result<Vec<Head>> {
        let mut found = audit_head::Entity::find();
        if let Some(above) = above {
            found = found.filter(audit_head::Column::Size.gt(to_number("size", above)?));
        }
        let rows = self.select(found.order_by_asc(audit_head::Column::Size).limit(limit)).await?;
        rows.into_iter().map(to_head).collect()
    }

    /// Hashes of whole subtrees; those that are not there are left out. One statement.
    pub async fn audit_nodes(&self, nodes: &[Node]) -> Result<HashMap<Node, Hash>> {
        use audit_node::Column as C;
        if nodes.is_empty() {
            return Ok(HashMap::new());
        }
        let mut which = Condition::any();
        for node in nodes {
            let place = to_number("place", node.index)?;
            which = which.add(C::Level.eq(i64::from(node.level)).and(C::Place.eq(place)));
        }
        self.select(audit_node::Entity::find().filter(which)).await?.into_iter().map(to_node).collect()
    }

    /// All subtrees of a level from `first` on, in order, at most `limit`.
    pub async fn audit_level(&self, level: u8, first: u64, limit: u64) -> Result<Vec<(Node, Hash)>> {
        use audit_node::Column as C;
        let found = audit_node::Entity::find()
            .filter(C::Level.eq(i64::from(level)))
            .filter(C::Place.gte(to_number("place", first)?))
            .order_by_asc(C::Place)
            .limit(limit);
        self.select(found).await?.into_iter().map(to_node).collect()
    }

    /// How many entries have a place in the log.
    pub async fn count_sequenced(&self) -> Result<u64> {
        use sea_orm::PaginatorTrait;
        let found = audit_entry::Entity::find().filter(audit_entry::Column::Seq.is_not_null());
        found.count(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// Whether any entry has no place in the log yet.
    pub async fn audit_waits(&self) -> Result<bool> {
        use audit_entry::Column as C;
        let found = audit_entry::Entity::find().select_only().column(C::Id).filter(C::Seq.is_null()).limit(1);
        let found = found.into_tuple::<Uuid>().one(self.db()).await.map_err(|error| self.fail(&error))?;
        Ok(found.is_some())
    }

    /// How many entries have no place in the log yet, and since when the first of them waits.
    pub async fn audit_lag(&self) -> Result<(u64, Option<DateTime<Utc>>)> {
        use audit_entry::Column as C;
        let found = audit_entry::Entity::find()
            .select_only()
            .expr(C::Id.count())
            .expr(C::At.min())
            .filter(C::Seq.is_null())
            .into_tuple::<(i64, Option<DateTime<Utc>>)>()
            .one(self.db())
            .await
            .map_err(|error| self.fail(&error))?;
        let (waiting, since) = found.unwrap_or_default();
        Ok((u64::try_from(waiting).unwrap_or_default(), since))
    }
}

fn of_resources(resources: &[&str]) -> Condition {
    use audit_entry::Column as C;
    Condition::all()
        .add(C::Root.is_in(resources.iter().map(|name| root_of(name))))
        .add(C::Resource.is_in(resources.iter().copied()))
}

fn of_node(node: Node, hash: Hash) -> Result<audit_node::Model> {
    Ok(audit_node::Model {
        level: node.level.into(),
        place: to_number("place", node.index)?,
        hash: hash.0.to_vec(),
    })
}

fn to_hash(table: &'static str, key: impl std::fmt::Display, bytes: Vec<u8>) -> Result<Hash> {
    let bytes = bytes.try_into().map_err(|bytes: Vec<u8>| {
        Error::internal(format!("table {table}, row {key}: a hash of {} bytes", bytes.len()))
    })?;
    Ok(Hash(bytes))
}

fn to_node(row: audit_node::Model) -> Result<(Node, Hash)> {
    let key = format!("{}/{}", row.level, row.place);
    let read = Reader { table: "audit_node", key: &key };
    let node = Node { level: read.number("level", row.level)?, index: read.number("place", row.place)? };
    Ok((node, to_hash("audit_node", &key, row.hash)?))
}

fn of_head(of: &Head) -> Result<audit_head::Model> {
    Ok(audit_head::Model {
        size: to_number("size", of.size)?,
        origin: of.origin.clone(),
        root: of.root.0.to_vec(),
        at: moment(of.at),
        key: of.key.clone(),
        signature: of.signature.clone(),
    })
}

fn to_head(row: audit_head::Model) -> Result<Head> {
    Ok(Head {
        size: Reader { table: "audit_head", key: row.size }.number("size", row.size)?,
        root: to_hash("audit_head", row.size, row.root)?,
        origin: row.origin,
        at: row.at,
        key: row.key,
        signature: row.signature,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Store};

    #[tokio::test]
    async fn entries_get_their_places_by_key_however_many_wait() {
        let store = Store::connect(&Options::new("sqlite::memory:")).await.unwrap();
        store.migrate().await.unwrap();
        let entries: Vec<_> = (0..MAX_PLACED as u128).map(Uuid::from_u128).collect();
        let (sql, values) = placing(0, &entries).unwrap();
        let plan = Statement::from_sql_and_values(
            store.db.get_database_backend(),
            format!("EXPLAIN QUERY PLAN {sql}"),
            values,
        );
        let rows = store.db.query_all_raw(plan).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.try_get("", "detail").unwrap()).collect();
        let of_entries: Vec<_> = steps.iter().filter(|step| step.contains("audit_entry")).collect();
        assert!(
            matches!(of_entries[..], [step] if step.contains("SEARCH") && step.ends_with("(id=?)")),
            "{steps:?}"
        );
    }
}
