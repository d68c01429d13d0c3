//! Everything wrong with a set of files, gathered before anything is refused.

use onus_domain::{Error, Result, Violation};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Most problems that are listed; the rest are counted.
pub const MOST_LISTED: usize = 100;

/// Problems found so far. At most [`MOST_LISTED`] are kept; all are counted.
#[derive(Debug, Default)]
pub struct Problems {
    listed: Vec<Violation>,
    count: usize,
}

impl Problems {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, violation: Violation) {
        self.count += 1;
        if self.listed.len() < MOST_LISTED {
            self.listed.push(violation);
        }
    }

    /// Takes a result's value, or notes its violation as one of `field`.
    pub fn take<T>(&mut self, field: impl Into<String>, result: Result<T, Violation>) -> Option<T> {
        result.map_err(|violation| self.push(violation.at(field))).ok()
    }

    /// Notes a violation unless `holds`.
    pub fn require(&mut self, holds: bool, violation: impl FnOnce() -> Violation) {
        if !holds {
            self.push(violation());
        }
    }

    /// How many there are, listed or not.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The error to refuse with, if anything is wrong. Problems past the limit are one last entry that counts them.
    pub fn into_result(mut self) -> Result<()> {
        let unlisted = self.count - self.listed.len();
        if unlisted > 0 {
            self.listed.push(Violation::new(
                "files",
                "MORE",
                unlisted,
                format!("no problems; {unlisted} more are not listed, mend these first"),
            ));
        }
        if self.listed.is_empty() { Ok(()) } else { Err(Error::Invalid(self.listed)) }
    }
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: Arc<str>,
    line: u64,
}

impl Place {
    /// A line, counted from 1, of a file.
    pub fn new(file: impl Into<Arc<str>>, line: u64) -> Self {
        Self { file: file.into(), line }
    }

    /// The path of a column there, such as `collections.csv:14:frequency`.
    pub fn of(&self, column: &str) -> String {
        format!("{self}:{column}")
    }

    /// Whether both are in one file.
    pub fn same_file(&self, other: &Self) -> bool {
        self.file == other.file
    }

    /// Its line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Keys seen in a file, to find those that stand twice.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, u64>);

impl Keys {
    /// Notes a key; a second one is a problem of `column` at `place`. An empty key is none: whoever reads the cell says so.
    pub fn add(&mut self, key: impl Into<String>, place: &Place, column: &str, problems: &mut Problems) {
        let key = key.into();
        if key.is_empty() {
            return;
        }
        match self.0.get(&key) {
            Some(first) => problems.push(Violation::new(
                place.of(column),
                "DUPLICATE",
                &key,
                format!("a key that no other line has; line {first} has it too"),
            )),
            None => drop(self.0.insert(key, place.line())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_cut_and_the_rest_counted() {
        let mut problems = Problems::new();
        for line in 1..=250 {
            problems.push(Violation::new(Place::new("a.csv", line).of("x"), "RULE", line, "less"));
        }
        assert_eq!(problems.count(), 250);
        let Err(Error::Invalid(listed)) = problems.into_result() else { panic!("accepted") };
        assert_eq!(listed.len(), MOST_LISTED + 1);
        assert_eq!((listed[99].field.as_str(), listed[100].value.as_str()), ("a.csv:100:x", "150"));
    }

    #[test]
    fn a_second_key_names_the_first_line() {
        let (mut keys, mut problems) = (Keys::default(), Problems::new());
        keys.add("k", &Place::new("a.csv", 2), "id", &mut problems);
        keys.add("k", &Place::new("a.csv", 9), "id", &mut problems);
        let text = problems.into_result().unwrap_err().to_string();
        assert!(text.contains("a.csv:9:id") && text.contains("line 2"), "{text}");
    }
}
