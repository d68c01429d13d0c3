//! Vocabulary that a steward adds without a rebuild: files of the same names and columns as the built-in ones (`data/*.csv`), whose rows
//! are added to theirs. A row that says something else of what a built-in row speaks of stands in its place. What is wrong is refused
//! all at once, with file, line and column.

use crate::{
    data::{self, Data, Tables},
    live,
    normalise::{self, Vocabulary as Writing},
};
use onus_domain::{Result, Violation, Violations};
use std::collections::{BTreeMap, BTreeSet};

/// The files, by name, with their columns.
pub const FILES: [(&str, &[&str]); 6] = [
    ("boilerplate.csv", &["phrase", "reason", "provenance"]),
    ("common_words.csv", &["word", "per_mille", "provenance"]),
    ("contrasts.csv", &["group", "scope", "restricts", "value", "term", "provenance"]),
    ("facets.csv", &["facet", "value", "term", "provenance"]),
    ("registries.csv", &["registry", "identifies", "provenance"]),
    ("vocabulary.csv", &["term", "canonical", "kind", "provenance"]),
];

/// The built-in vocabulary with a steward's rows.
#[derive(Debug)]
pub struct Vocabulary {
    pub(crate) data: Data,
    pub(crate) told: Told,
}

/// What is told of a vocabulary that was taken up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The first twelve digits of the SHA-256 of its files, one after another by name.
    pub digest: String,
    /// Rows that say what no built-in row says.
    pub added: usize,
    /// Rows that stand in the place of built-in ones, each in words.
    pub replaced: Vec<String>,
}

impl Vocabulary {
    /// Reads files, each a name and a text, in any order; none of them need be there.
    pub fn read(files: &[(String, String)]) -> Result<Self> {
        let mut files: Vec<&(String, String)> = files.iter().collect();
        files.sort();
        let mut merging = Merging::default();
        for (name, text) in &files {
            merging.header(name, text);
        }
        let text = |name: &str| files.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
        let mut tables = Tables::built_in();
        let before = normalise::vocabulary(&tables.vocabulary);
        merging.writing(&mut tables, text("vocabulary.csv"));
        let writing = normalise::vocabulary(&tables.vocabulary);
        merging.canonical(&tables.vocabulary, &before, &writing);
        merging.contrasts(&mut tables, text("contrasts.csv"), &writing);
        merging.facets(&mut tables, text("facets.csv"), &writing);
        merging.boilerplate(&mut tables, text("boilerplate.csv"));
        merging.registries(&mut tables, text("registries.csv"));
        merging.common_words(&mut tables, text("common_words.csv"), &writing);
        merging.found.into_result()?;
        let all: String = files.iter().map(|(_, text)| text.as_str()).collect();
        let told = Told { digest: live::digest(&all), added: merging.added, replaced: merging.replaced };
        Ok(Self { data: Data::new(tables), told })
    }

    /// What is told of it.
    pub fn told(&self) -> &Told {
        &self.told
    }
}

/// Rows on their way into the built-in ones.
#[derive(Default)]
struct Merging {
    found: Violations,
    /// Lines of the rows of `vocabulary.csv`.
    lines: BTreeMap<[String; 4], u64>,
    added: usize,
    replaced: Vec<String>,
}

/// A file's rows as they are merged: its name, what a row speaks of, and which columns it says of it.
struct File<'a, const N: usize> {
    name: &'static str,
    key: &'a dyn Fn(&[String; N]) -> Vec<String>,
    says: &'static [usize],
}

/// What is wrong with a row, cell by cell.
struct Row<'a> {
    file: &'static str,
    line: u64,
    is_sound: bool,
    found: &'a mut Violations,
}

impl Row<'_> {
    /// Notes a cell of a column unless `holds`.
    fn require(
        &mut self,
        holds: bool,
        column: &str,
        rule: &str,
        value: &str,
        expected: impl FnOnce() -> String,
    ) {
        self.is_sound &= holds;
        let field = format!("{}:{} {column}", self.file, self.line);
        self.found.require(holds, || Violation::new(field, rule, value, expected()));
    }

    fn one_of(&mut self, column: &str, value: &str, known: &[&str]) {
        let expected = || format!("one of {}", known.join(", "));
        self.require(known.contains(&value), column, "ONE_OF", value, expected);
    }

    fn some(&mut self, column: &str, value: &str) {
        self.require(!value.is_empty(), column, "REQUIRED", value, || "a text".to_owned());
    }

    /// A phrase of which something is left when it is read.
    fn readable(&mut self, column: &str, value: &str, tokens: &[String]) {
        let expected = || "a phrase with a word that counts".to_owned();
        self.require(!tokens.is_empty(), column, "REQUIRED", value, expected);
    }
}

impl Merging {
    /// A file must be one of those that are read, under its own header.
    fn header(&mut self, name: &str, text: &str) {
        let Some((_, columns)) = FILES.iter().find(|(known, _)| *known == name) else {
            let known: Vec<&str> = FILES.iter().map(|(known, _)| *known).collect();
            let expected = format!("one of {}", known.join(", "));
            self.found.push(Violation::new(name, "KNOWN_FILE", name, expected));
            return;
        };
        let first = text.trim_start_matches('\u{feff}').lines().next().unwrap_or_default();
        let given: Vec<&str> = first.split(',').map(str::trim).collect();
        self.found.require(given == *columns, || {
            Violation::new(format!("{name}:1"), "HEADER", first, columns.join(","))
        });
    }

    /// Merges the rows of a file, each checked by `check`.
    fn merge<const N: usize>(
        &mut self,
        file: &File<'_, N>,
        text: Option<&str>,
        built_in: &mut Vec<[String; N]>,
        check: impl Fn(&[String; N], &mut Row<'_>),
    ) {
        let rows = data::rows::<N>(file.name, text.unwrap_or_default(), &mut self.found);
        let own: Vec<Vec<String>> = built_in.iter().map(file.key).collect();
        let says =
            |row: &[String; N]| -> Vec<String> { file.says.iter().map(|at| row[*at].clone()).collect() };
        let mut seen = BTreeMap::new();
        for (line, row) in rows {
            let mut cells = Row { file: file.name, line, is_sound: true, found: &mut self.found };
            check(&row, &mut cells);
            let key = (file.key)(&row);
            let before = seen.entry(key.clone()).or_insert_with(|| says(&row));
            let expected = || format!("`{}`, as a row before it says of the same", before.join(","));
            cells.require(*before == says(&row), "row", "ONCE", &row.join(","), expected);
            if !cells.is_sound {
                continue;
            }
            let mut is_known = false;
            for known in own.iter().zip(&mut *built_in).filter(|(of, _)| **of == key).map(|(_, row)| row) {
                is_known = true;
                if says(known) != says(&row) {
                    let (was, is) = (known[..N - 1].join(","), row[..N - 1].join(","));
                    self.replaced.push(format!("{}:{line} {is} (built in: {was})", file.name));
                    known.clone_from(&row);
                }
            }
            if !is_known {
                self.added += 1;
                built_in.push(row);
            }
        }
    }

    fn writing(&mut self, tables: &mut Tables, text: Option<&str>) {
        const KINDS: [&str; 5] = ["SYNONYM", "NUMBER", "UNIT", "COMPARATOR", "FILLER"];
        let key = |row: &[String; 4]| normalise::words(&row[0]);
        let file = File { name: "vocabulary.csv", key: &key, says: &[1, 2] };
        let lines = data::rows(file.name, text.unwrap_or_default(), &mut Violations::new());
        self.lines = lines.into_iter().map(|(line, row)| (row, line)).collect();
        self.merge(&file, text, &mut tables.vocabulary, |row, cells| {
            let [term, canonical, kind, _] = row;
            cells.readable("term", term, &key(row));
            cells.one_of("kind", kind, &KINDS);
            let (holds, expected) = match kind.as_str() {
                "FILLER" => (canonical.is_empty(), "nothing: a filler stands for nothing"),
                "NUMBER" => {
                    let number = canonical.split(' ').next().unwrap_or_default();
                    (number.parse::<f64>().is_ok(), "a number in digits, with its unit if it has one")
                }
                "COMPARATOR" => (["≤", "<", ">", "≥", "="].contains(&canonical.as_str()), "one of ≤ < > ≥ ="),
                "SYNONYM" | "UNIT" => {
                    (!normalise::words(canonical).is_empty(), "the words that the term is written as")
                }
                _ => (true, ""),
            };
            cells.require(holds, "canonical", "CANONICAL", canonical, || expected.to_owned());
        });
    }

    /// What a term is written as must stay as it is: no other row may write it otherwise. Built-in rows that never held that are let be.
    fn canonical(&mut self, rows: &[[String; 4]], before: &Writing, after: &Writing) {
        for row @ [term, canonical, ..] in rows {
            let holds = |writing| {
                let written = normalise::rewritten(writing, normalise::words(canonical));
                (written == normalise::rewritten(writing, normalise::words(term)), written.join(" "))
            };
            let ((stays, written), (stayed, _)) = (holds(after), holds(before));
            if stays || (!stayed && !self.lines.contains_key(row)) {
                continue;
            }
            let (field, expected) = match self.lines.get(row) {
                Some(line) => {
                    (format!(":{line} canonical"), format!("`{written}`, as `{canonical}` is written itself"))
                }
                None => (
                    " canonical".to_owned(),
                    format!(
                        "what no row writes otherwise, here as `{written}`: the built-in `{term}` is written as it"
                    ),
                ),
            };
            self.found.push(Violation::new(
                format!("vocabulary.csv{field}"),
                "CANONICAL",
                canonical,
                expected,
            ));
        }
    }

    fn contrasts(&mut self, tables: &mut Tables, text: Option<&str>, writing: &Writing) {
        let key = |row: &[String; 6]| phrase_key(&[&row[0], &row[1]], &row[4], writing);
        let file = File { name: "contrasts.csv", key: &key, says: &[2, 3] };
        let groups: Vec<(String, String)> =
            tables.contrasts.iter().map(|row| (row[0].clone(), row[2].clone())).collect();
        self.merge(&file, text, &mut tables.contrasts, |row, cells| {
            let [group, scope, restricts, value, term, _] = row;
            cells.some("group", group);
            cells.some("value", value);
            cells.one_of("scope", scope, &["ANY", "NAME", "UNIT", "GRAIN", "PERIOD"]);
            cells.one_of("restricts", restricts, &["yes", "no"]);
            cells.readable("term", term, &normalise::tokens_by(writing, term));
            if let Some((_, other)) = groups.iter().find(|(of, _)| of == group) {
                cells.require(other == restricts, "restricts", "GROUP", restricts, || {
                    format!("{other}, as all of the group `{group}`")
                });
            }
        });
        self.kept_apart("contrasts.csv", &tables.contrasts, &key, |row| (&row[4], &row[3]));
    }

    fn facets(&mut self, tables: &mut Tables, text: Option<&str>, writing: &Writing) {
        let key = |row: &[String; 4]| phrase_key(&[&row[0]], &row[2], writing);
        let file = File { name: "facets.csv", key: &key, says: &[1] };
        let known: BTreeSet<(String, String)> =
            tables.facets.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
        self.merge(&file, text, &mut tables.facets, |row, cells| {
            let [facet, value, term, _] = row;
            let facets: BTreeSet<&str> = known.iter().map(|(facet, _)| facet.as_str()).collect();
            let values: Vec<&str> =
                known.iter().filter(|(of, _)| of == facet).map(|(_, value)| value.as_str()).collect();
            cells.one_of("facet", facet, &facets.into_iter().collect::<Vec<_>>());
            if !values.is_empty() {
                cells.one_of("value", value, &values);
            }
            cells.readable("term", term, &normalise::tokens_by(writing, term));
        });
        self.kept_apart("facets.csv", &tables.facets, &key, |row| (&row[2], &row[1]));
    }

    /// Phrases of one group that stand for different values must not come to be written alike.
    fn kept_apart<const N: usize>(
        &mut self,
        file: &str,
        rows: &[[String; N]],
        key: &dyn Fn(&[String; N]) -> Vec<String>,
        of: impl Fn(&[String; N]) -> (&String, &String),
    ) {
        let mut known: BTreeMap<Vec<String>, &[String; N]> = BTreeMap::new();
        for row in rows {
            let key = key(row);
            let is_read = key.last().is_some_and(|tokens| !tokens.is_empty());
            self.found.require(is_read, || {
                let expected = format!("no row that leaves nothing of `{}`: {file} reads it", of(row).0);
                Violation::new("vocabulary.csv", "READ", of(row).0, expected)
            });
            let first = *known.entry(key).or_insert(row);
            let ((term, value), (other, another)) = (of(row), of(first));
            self.found.require(value == another, || {
                let expected =
                    format!("no row that makes one of `{other}` and `{term}`: {file} tells them apart");
                Violation::new("vocabulary.csv", "TOLD_APART", term, expected)
            });
        }
    }

    fn boilerplate(&mut self, tables: &mut Tables, text: Option<&str>) {
        let key = |row: &[String; 3]| vec![row[0].clone()];
        let file = File { name: "boilerplate.csv", key: &key, says: &[] };
        self.merge(&file, text, &mut tables.boilerplate, |[phrase, ..], cells| {
            let holds = phrase.len() >= 6 && *phrase == phrase.to_lowercase();
            let expected = || "six letters or more, in lower case: sentences with it are not read".to_owned();
            cells.require(holds, "phrase", "PHRASE", phrase, expected);
        });
    }

    fn registries(&mut self, tables: &mut Tables, text: Option<&str>) {
        let key = |row: &[String; 3]| vec![row[0].clone()];
        let file = File { name: "registries.csv", key: &key, says: &[1] };
        self.merge(&file, text, &mut tables.registries, |[registry, identifies, _], cells| {
            let holds = !registry.is_empty() && *registry == registry.to_lowercase();
            cells.require(holds, "registry", "REGISTRY", registry, || "a registry in lower case".to_owned());
            cells.one_of("identifies", identifies, &["yes", "no"]);
        });
    }

    fn common_words(&mut self, tables: &mut Tables, text: Option<&str>, writing: &Writing) {
        let key = |row: &[String; 3]| vec![row[0].clone()];
        let file = File { name: "common_words.csv", key: &key, says: &[1] };
        self.merge(&file, text, &mut tables.common_words, |[word, per_mille, _], cells| {
            let read = normalise::tokens_by(writing, word);
            let expected = || format!("one word as it is read: `{}`", read.join(" "));
            cells.require(read == [word.as_str()], "word", "WORD", word, expected);
            let share = per_mille.parse().is_ok_and(|share: u16| (1..=1_000).contains(&share));
            let expected = || "of a thousand definitions, 1 to 1000".to_owned();
            cells.require(share, "per_mille", "RANGE", per_mille, expected);
        });
    }
}

/// What a phrase is found by: where it counts, and its words as they are written.
fn phrase_key(of: &[&String], term: &str, writing: &Writing) -> Vec<String> {
    let tokens = normalise::tokens_by(writing, term);
    of.iter().map(|one| (*one).clone()).chain([tokens.join(" ")]).collect()
}

#[cfg(test)]
mod tests;
