//! Keyset pages (AIP-158): a page token names the last row seen, never a number of rows to skip.

use crate::filter::{Field, Filter};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use onus_domain::{Error, Result, Violation, Violations};
use serde::{Deserialize, Serialize};

/// Rows a page holds unless the caller says otherwise.
pub const DEFAULT_PAGE_SIZE: usize = 50;
/// Most rows a page holds; more is taken as this.
pub const MAX_PAGE_SIZE: usize = 1_000;

/// What a caller asks of a list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// Rows wanted; 0 takes [`DEFAULT_PAGE_SIZE`].
    pub page_size: i32,
    /// The token that the page before gave; empty for the first.
    pub page_token: String,
    /// Which rows (AIP-160 subset, see [`crate::filter`]).
    pub filter: String,
    /// In which order: one field, with ` desc` behind it for the reverse; empty for the list's own order.
    pub order_by: String,
    /// At which time the list is read, if not now: it is part of the token.
    pub read_time: Option<DateTime<Utc>>,
}

/// Some rows of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The token of the next page; empty on the last.
    pub next_page_token: String,
    /// Rows on all pages.
    pub total_size: usize,
}

impl<T> Page<T> {
    /// The same page of something made of each row.
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(make).collect(),
            next_page_token: self.next_page_token,
            total_size: self.total_size,
        }
    }
}

/// Reads what a list is asked: which rows, of which `fields`, and by which of `orders` they are ordered (the first unless it says
/// otherwise). All that is wrong with the request is said at once, its size and token too.
pub(crate) fn read_list<'f, 'o, T>(
    request: &ListRequest,
    fields: &'f [Field<T>],
    orders: &[&'o str],
) -> Result<(Filter<'f, T>, &'o str)> {
    let mut found = Violations::new();
    let filter = match Filter::read(&request.filter, fields) {
        Err(Error::Invalid(violations)) => {
            for violation in violations {
                found.push(violation);
            }
            None
        }
        read => Some(read?),
    };
    let by = found.take(order(request, orders));
    found.take(size(request.page_size));
    found.take(read_token(request));
    found.into_result()?;
    filter.zip(by).ok_or_else(|| Error::internal("a list read without a problem gave nothing"))
}

/// The field that a list is to be ordered by: the first of `known` unless the request says otherwise.
fn order<'o>(request: &ListRequest, known: &[&'o str]) -> Result<&'o str, Violation> {
    let asked = request.order_by.trim_end_matches(" desc").trim();
    if asked.is_empty() && request.order_by.is_empty() {
        return Ok(known.first().copied().unwrap_or_default());
    }
    known.iter().find(|name| **name == asked).copied().ok_or_else(|| {
        let expected = format!("one of {}, with ` desc` behind it for the reverse", known.join(", "));
        Violation::new("order_by", "KNOWN_FIELD", &request.order_by, expected)
    })
}

/// What a token holds: the last row's place, and which list it belongs to.
#[derive(Serialize, Deserialize)]
struct Token {
    place: (String, String),
    list: String,
}

/// Cuts a page out of `rows`, which are filtered already, ordered by `place`: (what is ordered by, key), the second unique. A page costs
/// the same wherever it stands in the list: each row is looked at once, and only those of the page are put in order.
pub fn page<T>(
    rows: Vec<T>,
    request: &ListRequest,
    place: impl Fn(&T) -> (String, String),
) -> Result<Page<T>> {
    let mut found = Violations::new();
    let size = found.take(size(request.page_size)).unwrap_or_default();
    let after = found.take(read_token(request)).flatten();
    found.into_result()?;

    let descending = request.order_by.ends_with(" desc");
    let order = |one: &(String, String), other: &(String, String)| {
        let order = one.cmp(other);
        if descending { order.reverse() } else { order }
    };
    let total_size = rows.len();
    let mut rows: Vec<_> = rows.into_iter().map(|row| (place(&row), row)).collect();
    if let Some(after) = after {
        rows.retain(|(place, _)| order(place, &after).is_gt());
    }
    let more = rows.len() > size;
    if more {
        // The one after the last of the page, with all before it on its left.
        rows.select_nth_unstable_by(size, |(one, _), (other, _)| order(one, other));
        rows.truncate(size);
    }
    rows.sort_unstable_by(|(one, _), (other, _)| order(one, other));
    let last = rows.last().filter(|_| more).map(|(place, _)| place.clone());
    Ok(Page {
        next_page_token: last.map(|place| write_token(place, request)).unwrap_or_default(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        total_size,
    })
}

pub(crate) fn size(asked: i32) -> Result<usize, Violation> {
    match usize::try_from(asked) {
        Ok(0) => Ok(DEFAULT_PAGE_SIZE),
        Ok(size) => Ok(size.min(MAX_PAGE_SIZE)),
        Err(_) => Err(Violation::new("page_size", "RANGE", asked, "0 (for 50) to 1000")),
    }
}

fn list_of(request: &ListRequest) -> String {
    let read_time = request.read_time.map(|at| at.to_rfc3339()).unwrap_or_default();
    format!("{}\n{}\n{read_time}", request.filter, request.order_by)
}

pub(crate) fn write_token(place: (String, String), request: &ListRequest) -> String {
    let token = Token { place, list: list_of(request) };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&token).unwrap_or_default())
}

pub(crate) fn read_token(request: &ListRequest) -> Result<Option<(String, String)>, Violation> {
    if request.page_token.is_empty() {
        return Ok(None);
    }
    let refuse = |expected| Violation::new("page_token", "PAGE_TOKEN", &request.page_token, expected);
    let bytes = URL_SAFE_NO_PAD.decode(&request.page_token).ok();
    let token: Option<Token> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let token = token.ok_or_else(|| {
        refuse("the next_page_token of the page before, unchanged, or nothing for the first page")
    })?;
    if token.list != list_of(request) {
        return Err(refuse(
            "a token of this same list: keep filter and order_by as they were on the page before",
        ));
    }
    Ok(Some(token.place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(order_by: &str, size: i32) -> Vec<u32> {
        let mut request =
            ListRequest { page_size: size, order_by: order_by.into(), ..ListRequest::default() };
        let mut seen = vec![];
        loop {
            let rows: Vec<u32> = (0..25).collect();
            let page = page(rows, &request, |n| (format!("{}", n % 3), format!("{n:02}"))).unwrap();
            assert_eq!(page.total_size, 25);
            seen.extend(page.rows);
            if page.next_page_token.is_empty() {
                return seen;
            }
            request.page_token = page.next_page_token;
        }
    }

    #[test]
    fn pages_hold_every_row_once_in_order() {
        for size in [1, 7, 24, 25, 26, 0] {
            let up = walk("x", size);
            let mut down = walk("x desc", size);
            down.reverse();
            assert_eq!(up.len(), 25);
            assert_eq!(up, down);
        }
    }

    #[test]
    fn bad_sizes_and_tokens_are_all_named_at_once() {
        let request = ListRequest { page_size: -1, page_token: "?".into(), ..ListRequest::default() };
        let text = page(vec![1], &request, |n| (String::new(), n.to_string())).unwrap_err().to_string();
        assert!(text.contains("page_size") && text.contains("page_token"), "{text}");
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let first = ListRequest { page_size: 1, ..ListRequest::default() };
        let token = page(vec![1, 2], &first, |n| (String::new(), n.to_string())).unwrap().next_page_token;
        let other = ListRequest { page_token: token, filter: "a=1".into(), ..first };
        assert!(page(vec![1, 2], &other, |n| (String::new(), n.to_string())).is_err());
    }
}
