//! What a list is asked for: search, filters, page. Read from the address, turned into the app's filter.

use crate::parts::{Choice, Pager};
use onus_app::paging::{ListRequest, Page};
use onus_domain::{Result, Violations, display, parse_code};
use serde::Deserialize;
use std::{fmt::Write as _, str::FromStr};
use strum::VariantNames;

/// Rows on a page of results, each of several lines.
pub(crate) const RESULTS: i32 = 25;
/// Rows on a page of a table.
pub(crate) const ROWS: i32 = 50;

/// The words of a list's address. Every list takes those it has a use for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    pub q: String,
    pub owner: String,
    pub frequency: String,
    pub provider_type: String,
    pub region: String,
    pub kind: String,
    pub status: String,
    pub section: String,
    pub page_token: String,
}

/// A list's filter as it is put together.
#[derive(Default)]
pub(crate) struct Filters {
    terms: Vec<String>,
    wrong: Violations,
    /// What the address of another page of the same list carries.
    carried: String,
}

impl Filters {
    /// Takes every word of a search: each must stand somewhere.
    pub fn search(mut self, text: &str) -> Self {
        let words = text.split_whitespace().map(|word| word.replace('"', "")).filter(|word| !word.is_empty());
        self.terms.extend(words.map(|word| format!("\"{word}\"")));
        self.carry("q", text);
        self
    }

    /// Takes a code of a closed set, or says which codes there are.
    pub fn code<T: FromStr + VariantNames>(mut self, field: &str, value: &str) -> Self {
        if !value.is_empty() && self.wrong.take(parse_code::<T>(field, value)).is_some() {
            self.terms.push(format!("{field} = \"{value}\""));
        }
        self.carry(field, value);
        self
    }

    /// Takes a value of an open set.
    pub fn value(mut self, field: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.terms.push(format!("{field} = \"{}\"", value.replace('"', "")));
        }
        self.carry(field, value);
        self
    }

    /// Takes a condition that is not the reader's.
    pub fn always(mut self, term: &str) -> Self {
        self.terms.push(term.to_owned());
        self
    }

    fn carry(&mut self, field: &str, value: &str) {
        if !value.is_empty() {
            let _ = write!(self.carried, "{field}={}&", encoded(value));
        }
    }

    /// Whether the reader asked for less than everything.
    pub fn any(&self) -> bool {
        !self.carried.is_empty()
    }

    /// What to ask the app for, and the words that the address of another page carries.
    pub fn request(self, page_size: i32, page_token: &str) -> Result<(ListRequest, String)> {
        self.wrong.into_result()?;
        let filter = self.terms.join(" AND ");
        let request = ListRequest {
            page_size,
            page_token: page_token.to_owned(),
            filter,
            order_by: String::new(),
            read_time: None,
        };
        Ok((request, self.carried))
    }
}

/// Where a list goes on.
pub(crate) fn pager<T>(
    page: &Page<T>,
    path: &str,
    carried: &str,
    token: &str,
    (one, many): (&str, &str),
) -> Pager {
    let next = (!page.next_page_token.is_empty())
        .then(|| format!("{path}?{carried}page_token={}", encoded(&page.next_page_token)));
    let first = (!token.is_empty()).then(|| format!("{path}?{}", carried.trim_end_matches('&')));
    Pager { total: total(page.total_size, one, many), first, next }
}

pub(crate) fn total(count: usize, one: &str, many: &str) -> String {
    if count == 0 { format!("No {one}") } else { display::things(count, one, many) }
}

/// The choices of a closed set of codes.
pub(crate) fn codes<T: VariantNames>(any: &str, chosen: &str) -> Vec<Choice> {
    let known = T::VARIANTS.iter().map(|code| ((*code).to_owned(), display::words(code)));
    Choice::list(any, known, chosen)
}

/// A value as it stands in an address.
pub(crate) fn encoded(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::schedule::Frequency;

    #[test]
    fn words_and_codes_become_a_filter_and_are_carried_to_the_next_page() {
        let filters = Filters::default()
            .search(" critical \"care\" ")
            .code::<Frequency>("frequency", "MONTHLY")
            .value("owner", "");
        assert!(filters.any());
        let (request, carried) = filters.request(25, "").unwrap();
        assert_eq!(request.filter, "\"critical\" AND \"care\" AND frequency = \"MONTHLY\"");
        assert_eq!(carried, "q=%20critical%20%22care%22%20&frequency=MONTHLY&");
    }

    #[test]
    fn all_unknown_codes_are_refused_at_once() {
        let filters = Filters::default()
            .code::<Frequency>("frequency", "OFTEN")
            .code::<onus_domain::organisation::ProviderType>("provider_type", "BIG");
        let refused = filters.request(25, "").unwrap_err().to_string();
        assert!(
            refused.contains("frequency: one of DAILY") && refused.contains("provider_type"),
            "{refused}"
        );
    }
}
