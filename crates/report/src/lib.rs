//! An edition's files: the month's report for people, and its figures as open data. The same figures give the same bytes.

mod figures;
mod method;
mod page;
mod tables;

use chrono::NaiveDate;
use onus_burden::Burden;
use onus_domain::{CollectionId, Month, Result, snapshot::Snapshot};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What is published.
pub struct Publication<'a> {
    /// The registry as at the closing date.
    pub snapshot: &'a Snapshot,
    /// Its figures.
    pub burden: &'a Burden,
    /// Pairs of collections that share definitions, by left and right.
    pub overlaps: Vec<Overlap>,
    /// The month.
    pub month: Month,
    /// The edition's revision, from 1.
    pub revision: u32,
    /// The registry is taken as at the end of this day.
    pub closing_date: NaiveDate,
    /// What readers must know first, such as that the data is a sample.
    pub notice: Option<String>,
}

/// Two collections that have definitions in common, and may ask the same facts.
#[derive(Debug, Clone)]
pub struct Overlap {
    /// One.
    pub left: CollectionId,
    /// The other.
    pub right: CollectionId,
    /// Concepts that both ask.
    pub shared_concepts: u32,
    /// Concepts that the left asks.
    pub left_concepts: u32,
    /// Concepts that the right asks.
    pub right_concepts: u32,
    /// CONTENT concepts of which both ask the same fact: duplication.
    pub shared_facts: usize,
    /// Providers who owe both.
    pub shared_respondents: u64,
}

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// Its path in the edition's folder.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl OutputFile {
    fn new(path: impl Into<String>, media_type: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), media_type, bytes: bytes.into() }
    }
}

/// All files of an edition, the checksums of the others last.
pub fn files(publication: &Publication<'_>) -> Result<Vec<OutputFile>> {
    let mut files =
        vec![OutputFile::new("index.html", "text/html; charset=utf-8", page::render(publication)?)];
    for (table, rows) in figures::of(publication) {
        files.push(OutputFile::new(table.file, "text/csv; charset=utf-8", table.render(rows)?));
    }
    files.push(OutputFile::new("method.md", "text/markdown; charset=utf-8", method::TEXT));
    let sums = checksums(&files);
    files.push(OutputFile::new("SHA256SUMS", "text/plain; charset=utf-8", sums));
    Ok(files)
}

/// As `sha256sum -c` reads them.
fn checksums(files: &[OutputFile]) -> String {
    let mut sums = String::new();
    for file in files {
        for byte in Sha256::digest(&file.bytes) {
            let _ = write!(sums, "{byte:02x}");
        }
        let _ = writeln!(sums, "  {}", file.path);
    }
    sums
}
