//! Who must answer a version, from when to when: the days of a respondents rule as spans, cut to the days the version is in force.

use chrono::NaiveDate;
use onus_domain::{
    Basis, Decimal, OdsCode,
    organisation::{Organisation, SizeMeasure},
    respondents::RespondentsRule,
    version::Version,
};

/// Days from `from` to `to`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Span {
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    pub fn meet(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// What is left of it outside `other`.
    fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = other.from.pred_opt().map(|to| Self { from: self.from, to: self.to.min(to) });
        let after = other.to.succ_opt().map(|from| Self { from: self.from.max(from), to: self.to });
        [before, after].into_iter().flatten().filter(|span| span.from <= span.to)
    }
}

/// The days on which each of a collection's versions, first first, is the one in force. Where the dates of two meet, the later version
/// holds: a period is owed once.
pub(crate) fn in_force(versions: &[&Version]) -> Vec<Vec<Span>> {
    let mut taken: Vec<Span> = vec![];
    let mut spans: Vec<_> = versions
        .iter()
        .rev()
        .map(|version| {
            let own = own_days(version);
            let free = taken.iter().fold(Vec::from_iter(own), |left, other| {
                left.into_iter().flat_map(|span| span.without(*other)).collect()
            });
            taken.extend(own);
            free
        })
        .collect();
    spans.reverse();
    spans
}

/// The days of [`Version::in_force`].
fn own_days(version: &Version) -> Option<Span> {
    let ends = version.live_to.into_iter().chain(version.expires_on).min();
    let to = ends.map_or(Some(NaiveDate::MAX), |end| end.pred_opt())?;
    version.live_from.filter(|from| *from <= to).map(|from| Span { from, to })
}

/// The days on which `organisation` must answer by `rule`, given the days from which its sizes are known.
pub(crate) fn days(
    rule: &RespondentsRule,
    organisation: &Organisation,
    size_days: impl Fn(SizeMeasure) -> Vec<NaiveDate>,
    size_on: impl Fn(SizeMeasure, NaiveDate) -> Option<Decimal>,
) -> Vec<Span> {
    let open = organisation.open_date.unwrap_or(NaiveDate::MIN);
    let close = organisation.close_date.unwrap_or(NaiveDate::MAX);
    let mut starts = vec![open];
    if let Some(bounds) = &rule.size_bounds {
        starts.extend(size_days(bounds.measure).into_iter().filter(|day| open < *day && *day <= close));
    }
    let mut spans: Vec<Span> = vec![];
    for (at, from) in starts.iter().enumerate() {
        let to = starts.get(at + 1).and_then(NaiveDate::pred_opt).unwrap_or(close);
        if !rule.includes(organisation, *from, |measure| size_on(measure, *from)) {
            continue;
        }
        match spans.last_mut() {
            Some(last) if last.to.succ_opt() == Some(*from) => last.to = to,
            _ => spans.push(Span { from: *from, to }),
        }
    }
    spans
}

/// Whether it is only assumed that the organisation must answer: the rule says so, or rests on a provider type that is assumed.
pub(crate) fn is_assumed(rule: &RespondentsRule, organisation: &Organisation) -> bool {
    let named = rule.include.contains(&organisation.code);
    rule.basis == Basis::Assumed || (!named && organisation.provider_type_basis == Basis::Assumed)
}

/// A respondent of a version, from when to when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respondent {
    /// Who answers.
    pub provider: OdsCode,
    /// First day; none if it always did.
    pub from_date: Option<NaiveDate>,
    /// Last day; none if there is no end.
    pub to_date: Option<NaiveDate>,
    /// Whether a source says so.
    pub basis: Basis,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::builder::{day, version};

    fn dated(from: &str, to: Option<&str>) -> Version {
        Version { live_from: Some(day(from)), live_to: to.map(day), ..version("c", 1) }
    }

    #[test]
    fn the_later_of_two_versions_holds_where_their_days_meet() {
        let (first, second) = (dated("2024-01-01", None), dated("2024-04-01", Some("2024-07-01")));
        let spans = in_force(&[&first, &second]);
        let shown: Vec<Vec<String>> =
            spans.iter().map(|list| list.iter().map(|s| format!("{}", s.from)).collect()).collect();
        assert_eq!(shown, [vec!["2024-01-01", "2024-07-01"], vec!["2024-04-01"]]);
        assert_eq!(spans[0][0].to, day("2024-03-31"));
        for offset in 0..400 {
            let day = day("2023-12-01") + chrono::Days::new(offset);
            let by_dates = [&first, &second].iter().rposition(|version| version.in_force(day));
            let by_spans = spans.iter().position(|list| list.iter().any(|span| span.holds(day)));
            assert_eq!(by_dates, by_spans, "{day}");
        }
    }
}
