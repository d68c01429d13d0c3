//! Between the domain's types and the contract's messages. Reading names every field that is wrong by its path in the request.

mod account;
mod audit;
mod burden;
mod challenge;
mod change;
mod codes;
mod collection;
mod consultation;
mod decision;
mod definition;
mod edition;
mod exact;
mod fact;
mod feedback;
mod matching;
mod organisation;
mod paths;
mod plan;
mod reuse;
mod review;
mod statement;
mod submission;
mod tariff;
mod version;
mod versions;
mod why;

pub use account::*;
pub use audit::*;
pub use burden::*;
pub use challenge::*;
pub use change::*;
pub use codes::{code, optional_code, read_code, required_code};
pub use collection::*;
pub use consultation::*;
pub use decision::*;
pub use definition::*;
pub use edition::*;
pub use exact::*;
pub use fact::*;
pub use feedback::*;
pub use matching::*;
pub use organisation::*;
pub use paths::{
    apply_mask, in_batch, in_definition, in_draft, in_new_collection, in_organisation, in_statement,
    in_version, relocate,
};
pub use plan::*;
pub use reuse::*;
pub use review::*;
pub use statement::*;
pub use submission::*;
pub use tariff::*;
pub use version::*;
pub use versions::*;
pub use why::*;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use onus_domain::{Decimal, Error, Result, Violation, Violations};
use prost_types::Timestamp;

/// Reads a message: its value, or every violation found in it at once.
pub fn read<T>(reader: impl FnOnce(&mut Violations) -> Option<T>) -> Result<T> {
    let mut found = Violations::new();
    let value = reader(&mut found);
    found.into_result()?;
    value.ok_or_else(|| Error::internal("a message without violations gave no value"))
}

/// Reads a submessage that must be there.
pub fn required<T>(field: &str, value: Option<T>, found: &mut Violations) -> Option<T> {
    if value.is_none() {
        found.push(Violation::new(field, "REQUIRED", "", "a value"));
    }
    value
}

/// Something was given and could not be read; its violations are noted.
#[derive(Debug)]
pub struct Unread;

/// Reads what may be left out.
pub fn optional<T, U>(given: Option<T>, reader: impl FnOnce(T) -> Option<U>) -> Result<Option<U>, Unread> {
    given.map(|given| reader(given).ok_or(Unread)).transpose()
}

/// Reads the names of a batch, with `reader` for each.
pub fn read_names<T>(
    names: &[String],
    reader: impl Fn(&str, &str) -> Result<T, Violation>,
) -> Result<Vec<T>> {
    let mut found = Violations::new();
    let read =
        names.iter().enumerate().filter_map(|(at, name)| found.take(reader(&format!("names[{at}]"), name)));
    let read = read.collect();
    found.into_result()?;
    Ok(read)
}

/// Reads a day; empty is `None`.
pub fn read_day(field: &str, text: &str) -> Result<Option<NaiveDate>, Violation> {
    if text.is_empty() {
        return Ok(None);
    }
    let refuse = || {
        Violation::new(
            field,
            "DATE",
            text,
            "a day as YYYY-MM-DD between 1900-01-01 and 2200-12-31, such as 2026-10-31",
        )
    };
    let form = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    let day = text
        .parse::<NaiveDate>()
        .ok()
        .filter(|day| form && ("1900".."2201").contains(&&*day.format("%Y").to_string()));
    day.map(Some).ok_or_else(refuse)
}

/// Reads a day that must be there.
pub fn read_required_day(field: &str, text: &str) -> Result<NaiveDate, Violation> {
    read_day(field, text)?.ok_or_else(|| Violation::new(field, "REQUIRED", "", "a day as YYYY-MM-DD"))
}

/// A day as text; `None` is empty.
pub fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Reads a declared number; empty is `None`.
pub fn read_decimal(field: &str, text: &str) -> Result<Option<Decimal>, Violation> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|violation: Violation| violation.at(field))
}

/// A moment as the contract has it.
pub fn timestamp(moment: DateTime<Utc>) -> Timestamp {
    let nanos = i32::try_from(moment.timestamp_subsec_nanos()).unwrap_or_default();
    Timestamp { seconds: moment.timestamp(), nanos }
}

/// Reads a moment that may be left out.
pub fn read_timestamp(field: &str, given: Option<Timestamp>) -> Result<Option<DateTime<Utc>>, Violation> {
    let Some(given) = given else { return Ok(None) };
    let nanos = u32::try_from(given.nanos).ok();
    let read = nanos.and_then(|nanos| DateTime::from_timestamp(given.seconds, nanos));
    // What databases can compare.
    let read = read.filter(|read| (1900..2200).contains(&read.year()));
    read.map(Some).ok_or_else(|| {
        let value = format!("{} s, {} ns", given.seconds, given.nanos);
        Violation::new(field, "TIME", value, "a time between 1900 and 2200")
    })
}

/// Reads a moment that must be there.
pub fn required_timestamp(field: &str, given: Option<Timestamp>) -> Result<DateTime<Utc>, Violation> {
    read_timestamp(field, given)?.ok_or_else(|| Violation::new(field, "REQUIRED", "", "a moment"))
}

/// A count as the contract has it; one beyond its type's range is its greatest value.
pub fn count(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}

/// A large count as the contract has it.
pub fn large_count(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// Text as the contract has it: unknown is empty.
pub fn text(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

/// Text as the domain has it: empty is unknown.
pub fn read_text(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
