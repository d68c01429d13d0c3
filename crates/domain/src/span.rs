//! Runs of days: when something holds.

use chrono::NaiveDate;

/// Days from `from` to `to`, both among them. The least and greatest days that there are stand for no beginning and no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Span {
    /// From `first`, if it ever began, to `last`, if it ever ends. Nothing if it would end before it begins.
    pub fn new(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Option<Self> {
        let (from, to) = (first.unwrap_or(NaiveDate::MIN), last.unwrap_or(NaiveDate::MAX));
        (from <= to).then_some(Self { from, to })
    }

    /// From `first`, if it ever began, until the day before `end`, if it ever ends. Nothing if there is no such day.
    pub fn until(first: Option<NaiveDate>, end: Option<NaiveDate>) -> Option<Self> {
        let last = match end {
            Some(end) => Some(end.pred_opt()?),
            None => None,
        };
        Self::new(first, last)
    }

    /// First day; none if it always was.
    pub fn first(self) -> Option<NaiveDate> {
        (self.from != NaiveDate::MIN).then_some(self.from)
    }

    /// Last day; none if it has no end.
    pub fn last(self) -> Option<NaiveDate> {
        (self.to != NaiveDate::MAX).then_some(self.to)
    }

    /// First day no longer among them; none if it has no end.
    pub fn end(self) -> Option<NaiveDate> {
        self.to.succ_opt()
    }

    /// Whether a day is among them.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// The days that are among both.
    pub fn meet(self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// What is left of it outside `other`.
    pub fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = other.from.pred_opt().map(|to| Self { from: self.from, to: self.to.min(to) });
        let after = other.to.succ_opt().map(|from| Self { from: self.from.max(from), to: self.to });
        [before, after].into_iter().flatten().filter(|span| span.from <= span.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "as spans take and give days")]
    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn the_end_is_the_day_after_the_last() {
        let span = Span::until(day("2024-02-01"), day("2024-03-01")).unwrap();
        assert_eq!(
            (span.first(), span.last(), span.end()),
            (day("2024-02-01"), day("2024-02-29"), day("2024-03-01"))
        );
        assert_eq!(Span::new(day("2024-02-01"), day("2024-02-29")), Some(span));
        assert_eq!(Span::until(day("2024-02-01"), day("2024-02-01")), None);
        assert_eq!(Span::new(day("2024-02-02"), day("2024-02-01")), None);
    }

    #[test]
    fn without_beginning_and_end_there_are_no_such_days() {
        let always = Span::new(None, None).unwrap();
        assert_eq!((always.first(), always.last(), always.end()), (None, None, None));
        assert_eq!(always.without(always).count(), 0);
    }
}
