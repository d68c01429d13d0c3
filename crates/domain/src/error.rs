//! One error for the whole of Onus. Transports map it once each; internals never reach a caller.

use chrono::{Months, NaiveDate};
use std::fmt;

/// What a use case answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// One thing wrong with what a caller gave: the field, the rule it breaks, the value as given (cut) and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{field}: {expected} (given: {value:?}; rule {rule})")]
pub struct Violation {
    /// Path of the field, such as `items[3].definition` or `collections.csv:14:frequency`.
    pub field: String,
    /// The rule's code, stable, in `SCREAMING_SNAKE_CASE`.
    pub rule: String,
    /// The value as given, cut to a readable length.
    pub value: String,
    /// What would be right, as a phrase.
    pub expected: String,
}

impl Violation {
    /// Longest part of a value that is repeated to its sender, in characters.
    const CUT: usize = 80;

    /// A violation of `rule` by `field`.
    pub fn new(
        field: impl Into<String>,
        rule: impl Into<String>,
        value: impl fmt::Display,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
            value: cut(&value.to_string()),
            expected: expected.into(),
        }
    }

    /// The same violation, of a field inside `parent`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = format!("{parent}.{}", self.field);
        self
    }

    /// The same violation, said of another field.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }
}

fn cut(value: &str) -> String {
    let clean: String = value.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    match clean.char_indices().nth(Violation::CUT) {
        Some((at, _)) => format!("{}…", &clean[..at]),
        None => clean,
    }
}

/// Collects every violation before anything is refused: all problems at once.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// Takes a result's value, or notes its violation.
    pub fn take<T>(&mut self, result: Result<T, Violation>) -> Option<T> {
        result.map_err(|violation| self.push(violation)).ok()
    }

    /// Notes a violation unless `holds`.
    pub fn require(&mut self, holds: bool, violation: impl FnOnce() -> Violation) {
        if !holds {
            self.push(violation());
        }
    }

    /// Notes what is wrong with a text: more than `most` characters, or control characters besides tabs and line ends, which no
    /// reader can see and no store keeps alike.
    pub fn text(&mut self, field: &str, value: &str, most: usize) {
        self.require(value.chars().count() <= most, || {
            Violation::new(field, "LENGTH", value, format!("at most {most} characters"))
        });
        let control = value.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r'));
        if let Some(control) = control {
            let expected =
                format!("a text without control characters: U+{:04X} stands in it", u32::from(control));
            self.push(Violation::new(field, "CONTROL_CHARACTER", value, expected));
        }
    }

    /// Notes what is wrong with a day: one before the NHS began (5 July 1948) or more than ten years after `today` is a slip of the pen.
    pub fn day(&mut self, field: &str, day: NaiveDate, today: NaiveDate) {
        let first = NaiveDate::from_ymd_opt(1948, 7, 5).unwrap_or_default();
        let last = today.checked_add_months(Months::new(120)).unwrap_or(NaiveDate::MAX);
        self.require((first..=last).contains(&day), || {
            Violation::new(field, "RANGE", day, format!("a day from {first} to {last}"))
        });
    }

    /// Notes what `check` finds as wrong inside `parent`.
    pub fn within(&mut self, parent: &str, check: impl FnOnce(&mut Self)) {
        let mut inner = Self::new();
        check(&mut inner);
        self.0.extend(inner.0.into_iter().map(|violation| violation.within(parent)));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds all of `other`.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The error to refuse with, if anything is wrong.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

/// Everything that can go wrong, by what a caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was given is wrong; every problem is listed.
    #[error("{}", list(.0))]
    Invalid(Vec<Violation>),
    /// There is no such resource.
    #[error("there is no {kind} {name:?}")]
    NotFound {
        /// Kind of resource, such as `collection`.
        kind: &'static str,
        /// The name asked for.
        name: String,
    },
    /// A resource of this name is there already.
    #[error("{kind} {name:?} exists already")]
    AlreadyExists {
        /// Kind of resource.
        kind: &'static str,
        /// The name given.
        name: String,
    },
    /// A rule of the registry forbids this now; the message says what would be needed.
    #[error("{message}")]
    Precondition {
        /// The rule's code.
        rule: &'static str,
        /// Name of what it is about.
        subject: String,
        /// What forbids it, and what would be needed.
        message: String,
    },
    /// Somebody changed the resource since it was read.
    #[error(
        "{name} was changed since you read it: your etag is {given:?}, the present one {current:?}; read it again"
    )]
    StaleEtag {
        /// Name of the resource.
        name: String,
        /// The etag given.
        given: String,
        /// The etag now.
        current: String,
    },
    /// The caller is not known.
    #[error("{0}")]
    Unauthenticated(String),
    /// The caller is known and may not do this.
    #[error("{0}")]
    PermissionDenied(String),
    /// A limit is reached; trying again later may succeed.
    #[error("{0}")]
    Exhausted(String),
    /// The store is busy or away; trying again may succeed.
    #[error("{public}")]
    Unavailable {
        /// What a caller may read.
        public: String,
        /// What the log says.
        private: String,
    },
    /// A fault of Onus or its surroundings. Callers see `public` only.
    #[error("{public}")]
    Internal {
        /// What a caller may read.
        public: String,
        /// What the log says.
        private: String,
    },
}

impl Error {
    /// A fault whose cause stays in the log.
    pub fn internal(private: impl fmt::Display) -> Self {
        Self::Internal {
            public: "something went wrong in Onus; it has been logged".into(),
            private: private.to_string(),
        }
    }

    /// There is no such resource.
    pub fn not_found(kind: &'static str, name: impl fmt::Display) -> Self {
        Self::NotFound { kind, name: cut(&name.to_string()) }
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Invalid(vec![violation])
    }
}

fn list(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bounded_and_without_control_characters() {
        let mut found = Violations::new();
        found.text("title", "two\nlines,\ttabs, é and 健", 30);
        assert!(found.is_empty());
        found.text("title", "nul\0", 3);
        let Err(Error::Invalid(all)) = found.into_result() else { panic!("accepted") };
        let rules: Vec<_> = all.iter().map(|v| v.rule.as_str()).collect();
        assert_eq!(rules, ["LENGTH", "CONTROL_CHARACTER"]);
        assert!(all[1].expected.contains("U+0000"), "{}", all[1].expected);
    }

    #[test]
    fn days_are_the_registrys_and_fields_stand_in_their_parents() {
        let today: NaiveDate = "2026-01-31".parse().unwrap();
        let mut found = Violations::new();
        found.within("statements[1]", |found| {
            for day in ["1948-07-04", "1948-07-05", "2036-01-31", "2036-02-01"] {
                found.day("from_date", day.parse().unwrap(), today);
            }
        });
        let Err(Error::Invalid(all)) = found.into_result() else { panic!("accepted") };
        let said: Vec<_> = all.iter().map(|v| (v.field.as_str(), v.value.as_str())).collect();
        assert_eq!(
            said,
            [("statements[1].from_date", "1948-07-04"), ("statements[1].from_date", "2036-02-01")]
        );
        assert!(all[0].expected.contains("1948-07-05 to 2036-01-31"), "{}", all[0].expected);
    }

    #[test]
    fn all_problems_are_listed_and_values_are_cut() {
        let mut found = Violations::new();
        found.push(Violation::new("title", "LENGTH", "x".repeat(500), "at most 200 characters"));
        found.take::<()>(Err(
            Violation::new("owner", "KNOWN", "\u{7}ZZZ", "a registered organisation").within("items[2]")
        ));
        let text = found.into_result().unwrap_err().to_string();
        assert!(text.contains("title: at most 200 characters") && text.contains("items[2].owner"), "{text}");
        assert!(text.len() < 400 && text.contains('…') && !text.contains('\u{7}'), "{text}");
    }
}
