//! An edition's files: the month's report for people, and its figures as open data. The same figures give the same bytes.

mod body;
mod catalogue;
mod figures;
mod method;
pub mod packed;
mod page;
mod parts;
mod provider;
mod records;
mod tables;
mod targets;
mod workbook;

use chrono::NaiveDate;
use onus_burden::{Burden, effective_statements, effective_tariffs};
use onus_domain::{CollectionId, Error, Month, Result, display::day, snapshot::Snapshot};
use onus_exchange::{
    open_data::{Package, TableFile, TableSchema, data_package, sha256},
    registry,
};
use serde::Deserialize;

/// The month's report for people.
pub const REPORT: &str = "index.html";
/// The audit log's head when an edition was made.
pub const AUDIT_HEAD: &str = "audit_head.json";

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

impl AuditHead {
    /// Reads what `audit_head.json` says.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Said {
            size: u64,
            root: String,
        }
        let Said { size, root } = serde_json::from_slice(bytes).map_err(Error::internal)?;
        Ok(Self { size, root, json: String::from_utf8_lossy(bytes).into_owned() })
    }
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

impl Publication<'_> {
    fn title(&self) -> String {
        format!("The burden of information requests, {}", self.month.in_words())
    }
}

impl OutputFile {
    /// A file.
    pub fn new(path: impl Into<String>, media_type: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path: path.into(), media_type, bytes: bytes.into() }
    }
}

/// The month's report for people alone, as [`files`] makes it.
pub fn page(publication: &Publication<'_>) -> Result<String> {
    page::render(publication)
}

/// All files of an edition, the checksums of the others last.
///
/// An edition carries the registry that its figures were computed from beside the figures, under one data package: references from
/// figures to the registry hold within the folder, and whoever has the folder can recompute it, also when the registry has moved on.
pub fn files(publication: &Publication<'_>) -> Result<Vec<OutputFile>> {
    let (figures, about) = (figures::of(publication), about(publication));
    let mut files = vec![OutputFile::new(REPORT, "text/html; charset=utf-8", page::render(publication)?)];
    let bodies = packed::pack(body::reports(publication)?.into_iter().map(Ok))?;
    let providers = packed::pack(provider::reports(publication))?;
    for (folder, pages) in [(packed::BODIES, bodies), (packed::PROVIDERS, providers)] {
        files.push(OutputFile::new(packed::archive(folder), "application/zip", pages));
    }
    let workbook = workbook::bytes(&publication.title(), &about, &figures)?;
    files.push(OutputFile::new(workbook::FILE, WORKBOOK, workbook));
    files.push(OutputFile::new(records::FILE, "application/json", records::bytes(&figures)?));
    let tables = tables(publication, figures)?;
    let package = data_package_of(publication, &about, &tables)?;
    let csv = |file: TableFile| OutputFile::new(file.table.file, "text/csv; charset=utf-8", file.bytes);
    files.extend(tables.into_iter().map(csv));
    files.push(OutputFile::new("datapackage.json", "application/json", package));
    let method = method::text(publication.burden.settings().base_month);
    files.push(OutputFile::new("method.md", "text/markdown; charset=utf-8", method));
    if let Some(head) = &publication.audit_head {
        files.push(OutputFile::new(AUDIT_HEAD, "application/json", head.json.as_bytes()));
    }
    let catalogue = catalogue::bytes(publication, &about, &files)?;
    files.push(OutputFile::new(catalogue::FILE, "application/ld+json", catalogue));
    let sums = checksums(&files);
    files.push(OutputFile::new("SHA256SUMS", "text/plain; charset=utf-8", sums));
    Ok(files)
}

/// Media type of a workbook.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The figures, then what they were computed from.
fn tables(
    publication: &Publication<'_>,
    figures: Vec<(TableSchema, Vec<Vec<String>>)>,
) -> Result<Vec<TableFile>> {
    let snapshot = publication.snapshot;
    let written = figures.into_iter().map(|(table, rows)| table.write(rows));
    let mut tables = written.collect::<Result<Vec<_>>>()?;
    let (statements, tariffs) = (effective_statements(snapshot), effective_tariffs(snapshot));
    tables.extend(registry::table_files(snapshot, &statements, &tariffs)?);
    Ok(tables)
}

/// What readers must know of the data.
fn about(publication: &Publication<'_>) -> String {
    let about = format!(
        "Figures (provider_month, body_month, pair_month, national_month) and the registry that they were computed from, counted to {}.",
        day(publication.closing_date)
    );
    [Some(about.as_str()), publication.notice.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn data_package_of(publication: &Publication<'_>, about: &str, tables: &[TableFile]) -> Result<Vec<u8>> {
    let package = Package {
        name: &format!("onus-edition-{}", publication.month),
        title: &publication.title(),
        about,
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
