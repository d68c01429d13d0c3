//! An edition's files: the month's report for people, and its figures as open data. The same figures give the same bytes.

mod figures;
mod method;
mod page;
mod tables;

use chrono::NaiveDate;
use onus_burden::{Burden, effective_statements, effective_tariffs};
use onus_domain::{CollectionId, Month, Result, display::day, snapshot::Snapshot};
use onus_exchange::{
    open_data::{Package, TableFile, data_package, sha256},
    registry,
};

/// What is published.
pub struct Publication<'a> {
    /// The registry as it is known now.
    pub snapshot: &'a Snapshot,
    /// Its figures.
    pub burden: &'a Burden,
    /// Pairs of collections that share definitions, by left and right.
    pub overlaps: Vec<Overlap>,
    /// The month.
    pub month: Month,
    /// The edition's revision, from 1.
    pub revision: u32,
    /// Figures count to the end of this day.
    pub closing_date: NaiveDate,
    /// What readers must know first, such as that the data is a sample.
    pub notice: Option<String>,
    /// The audit log's head when it was made.
    pub audit_head: Option<AuditHead>,
}

/// The audit log's head when an edition was made: whoever keeps the edition can prove later that no entry before it was changed.
#[derive(Debug, Clone)]
pub struct AuditHead {
    /// How many entries it is over.
    pub size: u64,
    /// The root of their tree, in hexadecimal.
    pub root: String,
    /// What `audit_head.json` says.
    pub json: String,
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
///
/// An edition carries the registry that its figures were computed from beside the figures, under one data package: references from
/// figures to the registry hold within the folder, and whoever has the folder can recompute it, also when the registry has moved on.
pub fn files(publication: &Publication<'_>) -> Result<Vec<OutputFile>> {
    let tables = tables(publication)?;
    let package = data_package_of(publication, &tables)?;
    let method = method::text(publication.burden.settings().base_month);
    let mut files =
        vec![OutputFile::new("index.html", "text/html; charset=utf-8", page::render(publication)?)];
    let csv = |file: TableFile| OutputFile::new(file.table.file, "text/csv; charset=utf-8", file.bytes);
    files.extend(tables.into_iter().map(csv));
    files.push(OutputFile::new("datapackage.json", "application/json", package));
    files.push(OutputFile::new("method.md", "text/markdown; charset=utf-8", method));
    if let Some(head) = &publication.audit_head {
        files.push(OutputFile::new("audit_head.json", "application/json", head.json.as_bytes()));
    }
    let sums = checksums(&files);
    files.push(OutputFile::new("SHA256SUMS", "text/plain; charset=utf-8", sums));
    Ok(files)
}

/// The figures, then what they were computed from.
fn tables(publication: &Publication<'_>) -> Result<Vec<TableFile>> {
    let snapshot = publication.snapshot;
    let mut tables = figures::of(publication)
        .into_iter()
        .map(|(table, rows)| table.write(rows))
        .collect::<Result<Vec<_>>>()?;
    let (statements, tariffs) = (effective_statements(snapshot), effective_tariffs(snapshot));
    tables.extend(registry::table_files(snapshot, &statements, &tariffs)?);
    Ok(tables)
}

fn data_package_of(publication: &Publication<'_>, tables: &[TableFile]) -> Result<Vec<u8>> {
    let month = publication.month;
    let about = format!(
        "Figures (provider_month, body_month, pair_month, national_month) and the registry that they were computed from, counted to {}.",
        day(publication.closing_date)
    );
    let about =
        [Some(about.as_str()), publication.notice.as_deref()].into_iter().flatten().collect::<Vec<_>>();
    let package = Package {
        name: &format!("onus-edition-{month}"),
        title: &format!("The burden of information requests, {}", month.in_words()),
        about: &about.join(" "),
        version: Some(&format!("{}.0.0", publication.revision)),
    };
    data_package(&package, tables)
}

/// As `sha256sum -c` reads them.
fn checksums(files: &[OutputFile]) -> String {
    files.iter().flat_map(|file| [sha256(&file.bytes), "  ".into(), file.path.clone(), "\n".into()]).collect()
}

#[cfg(test)]
mod tests;
