//! Several selections in one statement: one round trip, and one moment without a transaction.
//!
//! Each selection comes as one column, a JSON list of its rows, each a list of its columns in the table's order. Both databases write numbers,
//! text and days in JSON as the rows' types read them; bytes are not for this.

use crate::{Tx, error};
use onus_domain::{Error, Result};
use sea_orm::{
    Condition, ConnectionTrait, DbBackend, EntityTrait, Iterable, QueryFilter, QueryResult, QuerySelect,
    QueryTrait,
    sea_query::{Alias, Expr, Func, Query, SelectStatement},
};
use serde::de::DeserializeOwned;

/// Selections that are run together.
pub(crate) struct Bundle {
    backend: DbBackend,
    select: SelectStatement,
}

/// What they found.
pub(crate) struct Found(QueryResult);

impl Bundle {
    /// Adds the rows of a table of which a condition holds.
    pub fn and<E: EntityTrait>(mut self, which: Condition) -> Self {
        let (list, row) = match self.backend {
            DbBackend::Sqlite => ("json_group_array", "json_array"),
            _ => ("json_agg", "json_build_array"),
        };
        let columns = E::Column::iter().map(|column| Expr::col((E::default(), column)));
        let row = Func::cust(Alias::new(row)).args(columns);
        let rows = Func::cast_as(Func::cust(Alias::new(list)).arg(row), Alias::new("text"));
        let rows = E::find().select_only().expr(Expr::from(rows)).filter(which).into_query();
        self.select.expr_as(Expr::SubQuery(None, Box::new(rows.into())), Alias::new(E::default().as_str()));
        self
    }
}

impl Found {
    /// Rows of a table, in no order.
    pub fn rows<E: EntityTrait<Model: DeserializeOwned>>(&self) -> Result<Vec<E::Model>> {
        let table = E::default();
        let text: Option<String> =
            self.0.try_get("", table.as_str()).map_err(|error| error::of_statement(&error))?;
        let read = |text: String| {
            let broken = |error| Error::internal(format!("rows of table {}: {error}", table.as_str()));
            serde_json::from_str(&text).map_err(broken)
        };
        // PostgreSQL's list of nothing is nothing.
        text.map_or_else(|| Ok(Vec::new()), read)
    }
}

impl Tx {
    /// Selections to be run together by [`Tx::run`].
    pub(crate) fn bundle(&self) -> Bundle {
        Bundle { backend: self.db().get_database_backend(), select: Query::select() }
    }

    /// Runs selections in one statement.
    pub(crate) async fn run(&self, bundle: Bundle) -> Result<Found> {
        let row = self.db().query_one(&bundle.select).await.map_err(|error| self.fail(&error))?;
        row.map(Found).ok_or_else(|| Error::internal("a selection of lists gave no row"))
    }
}
