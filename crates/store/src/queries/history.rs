//! What resources were at a time, as audit entries left them.

use super::audit::root_of;
use crate::Tx;
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result};
use sea_orm::{ConnectionTrait, Statement, Value};
use std::fmt::Write as _;

/// What a resource was left as by the last entry about it until a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The resource.
    pub resource: String,
    /// Its state; unknown if it was not kept.
    pub state: Option<String>,
}

/// Which resources are wanted as they were.
#[derive(Debug, Clone)]
pub enum PastOf {
    /// These, and all that lies under them: found by index.
    Roots(Vec<String>),
    /// Successions to the organisation of this code, whoever came before it: looked for in the whole log.
    Successor(String),
    /// All whose names begin with this word, such as `collections`: looked for in the whole log.
    Kind(&'static str),
}

impl Tx {
    /// What resources were at a time, those left out that were not there. One statement. Entries that have no place in the log yet come
    /// behind those that have.
    pub async fn past(&self, of: &PastOf, at: DateTime<Utc>) -> Result<Vec<Past>> {
        let mut values = vec![Value::from(at)];
        let which = match of {
            PastOf::Roots(roots) if roots.is_empty() => return Ok(vec![]),
            PastOf::Roots(roots) => {
                let mut list = String::new();
                for root in roots {
                    values.push(Value::from(root_of(root).to_owned()));
                    let comma = if list.is_empty() { "" } else { ", " };
                    write!(list, "{comma}${}", values.len()).map_err(Error::internal)?;
                }
                format!("root IN ({list})")
            }
            PastOf::Successor(code) => {
                values.push(Value::from(format!("organisations/%/successors/{code}/%")));
                "resource LIKE $2".into()
            }
            PastOf::Kind(word) => {
                let begin = format!("{word}/");
                let length = begin.len();
                values.push(Value::from(begin));
                format!("substr(root, 1, {length}) = $2")
            }
        };
        // What of an agreement or a submission is published stands beside the whole of it, which is what it was.
        // The states are large: which are the last is found without them.
        let sql = format!(
            "SELECT e.resource AS resource, e.state AS state FROM audit_entry e JOIN (\
             SELECT id, ROW_NUMBER() OVER (PARTITION BY resource ORDER BY \
             CASE WHEN seq IS NULL THEN 1 ELSE 0 END DESC, seq DESC, at DESC, id DESC) AS turn \
             FROM audit_entry WHERE at <= $1 AND {which} \
             AND (before_digest IS NOT NULL OR after_digest IS NOT NULL) AND action NOT IN ('reuse.publish', 'submission.publish')) last ON last.id = e.id \
             WHERE last.turn = 1 AND e.after_digest IS NOT NULL"
        );
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let rows = self.db().query_all_raw(statement).await.map_err(|error| self.fail(&error))?;
        let read = |row: &sea_orm::QueryResult| {
            Ok(Past { resource: row.try_get("", "resource")?, state: row.try_get("", "state")? })
        };
        rows.iter().map(|row| read(row).map_err(|error| self.fail(&error))).collect()
    }
}
