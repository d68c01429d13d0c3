//! Between values of the domain and what a column holds.

use crate::error;
use chrono::{DateTime, SubsecRound, Utc};
use onus_domain::{Decimal, Error, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Display, str::FromStr};

/// A row being read: names it when a column holds what the domain does not know.
pub(crate) struct Reader<K> {
    /// Its table.
    pub table: &'static str,
    /// Its key, for the log.
    pub key: K,
}

impl<K: Display> Reader<K> {
    /// A code or an identifier.
    pub fn parse<T: FromStr<Err: Display>>(&self, column: &str, value: &str) -> Result<T> {
        value.parse().map_err(|error| self.broken(column, value, error))
    }

    /// A code or an identifier that may be missing.
    pub fn parse_some<T: FromStr<Err: Display>>(
        &self,
        column: &str,
        value: Option<&str>,
    ) -> Result<Option<T>> {
        value.map(|value| self.parse(column, value)).transpose()
    }

    /// A list or set.
    pub fn json<T: DeserializeOwned>(&self, column: &str, value: &str) -> Result<T> {
        serde_json::from_str(value).map_err(|error| self.broken(column, value, error))
    }

    /// A count.
    pub fn number<T: TryFrom<i64, Error: Display>>(&self, column: &str, value: i64) -> Result<T> {
        value.try_into().map_err(|error| self.broken(column, value, error))
    }

    /// A count that may be missing.
    pub fn number_some<T: TryFrom<i64, Error: Display>>(
        &self,
        column: &str,
        value: Option<i64>,
    ) -> Result<Option<T>> {
        value.map(|value| self.number(column, value)).transpose()
    }

    fn broken(&self, column: &str, value: impl Display, error: impl Display) -> Error {
        Error::internal(format!(
            "table {}, row {}: column {column} holds {value:.80}: {error}",
            self.table, self.key
        ))
    }
}

/// A list or set as JSON.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// A code or identifier as text.
pub(crate) fn to_text(value: impl Display) -> String {
    value.to_string()
}

/// A code or identifier that may be missing, as text.
pub(crate) fn some_text<T: Display>(value: Option<&T>) -> Option<String> {
    value.map(to_text)
}

/// A count of pence or bytes.
pub(crate) fn to_number(field: &str, value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| error::too_large(field, value))
}

/// A decimal that may be missing.
pub(crate) fn units(value: Option<Decimal>) -> Option<i64> {
    value.map(Decimal::units)
}

/// A moment to the microsecond: PostgreSQL keeps no more, so SQLite is given no more.
pub(crate) fn moment(value: DateTime<Utc>) -> DateTime<Utc> {
    value.trunc_subsecs(6)
}
