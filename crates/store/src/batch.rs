//! Inserts that are run together: one round trip for all.

use sea_orm::{
    DbBackend, Statement, StatementBuilder, Values,
    sea_query::{Alias, CommonTableExpression, InsertStatement, WithClause},
};

/// Binds in one statement: PostgreSQL takes 65,535.
const MOST_BINDS: usize = 60_000;

/// Inserts in the order they were asked for.
#[derive(Default)]
pub(crate) struct Batch {
    inserts: Vec<InsertStatement>,
    binds: usize,
}

impl Batch {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.inserts.is_empty()
    }

    /// Whether so many binds more are not too many.
    pub fn has_room(&self, binds: usize) -> bool {
        self.binds + binds <= MOST_BINDS
    }

    /// Adds one.
    pub fn add(&mut self, insert: InsertStatement, binds: usize) {
        self.inserts.push(insert);
        self.binds += binds;
    }

    /// All as one statement; `None` if there is nothing.
    pub fn into_statement(mut self, backend: DbBackend) -> Option<Statement> {
        let last = self.inserts.pop()?;
        if self.inserts.is_empty() {
            return Some(StatementBuilder::build(&last, &backend));
        }
        Some(match backend {
            DbBackend::Sqlite => {
                self.inserts.push(last);
                one_after_the_other(&self.inserts)
            }
            _ => StatementBuilder::build(&last.with(each_in_a_clause(self.inserts)), &backend),
        })
    }
}

/// SQLite runs several statements as one.
fn one_after_the_other(inserts: &[InsertStatement]) -> Statement {
    let (mut sql, mut values) = (String::new(), Vec::new());
    for insert in inserts {
        let one = StatementBuilder::build(insert, &DbBackend::Sqlite);
        sql.push_str(&one.sql);
        sql.push_str("; ");
        values.extend(one.values.into_iter().flat_map(|values| values.0));
    }
    Statement { sql, values: Some(Values(values)), db_backend: DbBackend::Sqlite }
}

/// PostgreSQL runs what stands in the clauses of a `WITH` too, and sees whether rows name others when all are there.
fn each_in_a_clause(inserts: Vec<InsertStatement>) -> WithClause {
    let mut clauses = WithClause::new();
    for (at, insert) in inserts.into_iter().enumerate() {
        let mut clause = CommonTableExpression::new();
        clause.table_name(Alias::new(format!("insert_{at}"))).query(insert);
        clauses.cte(clause);
    }
    clauses
}
