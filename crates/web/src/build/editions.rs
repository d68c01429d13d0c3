//! Editions: the list, and one month's.

use super::home::{burden_figures, registered_figures};
use crate::{
    pages::{
        editions::{Correction, Edition as Page, EditionLine, Editions, FileLine, ToPublish},
        fields::Field,
    },
    parts::{Link, Problem, problem_of},
    shell::{Area, Shell},
};
use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;
use onus_app::summary::Summary;
use onus_domain::{
    Month, display,
    edition::{Edition, EditionFile},
};
use uuid::Uuid;

/// The reports of providers.
const PROVIDERS: &str = "providers.zip";

/// What a publisher is told of a correction.
#[derive(Default)]
pub(crate) struct Told {
    /// Whether whoever looks may correct it.
    pub revises: bool,
    /// Which request a correction is.
    pub request_id: String,
    /// What was typed.
    pub reason: String,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Whether reports can be had as PDF.
    pub prints: bool,
    /// The code of a provider or body that has no report.
    pub not_found: Option<String>,
}

pub(crate) fn editions(
    sample: bool,
    editions: &[Edition],
    to_publish: Option<Month>,
    request_id: Uuid,
) -> Editions {
    Editions {
        shell: Shell::new("Monthly reports and open data", Area::Editions, sample),
        rows: editions.iter().map(line).collect(),
        to_publish: to_publish.map(|month| ToPublish {
            month: month.to_string(),
            in_words: month.in_words(),
            request_id: request_id.to_string(),
        }),
    }
}

fn line(edition: &Edition) -> EditionLine {
    EditionLine {
        link: Link::new(format!("/editions/{}", edition.month), edition.month.in_words()),
        revision: edition.revision.to_string(),
        closing_date: display::day(edition.closing_date),
        made_at: made_at(edition),
        files: edition.files.len().to_string(),
    }
}

fn made_at(edition: &Edition) -> String {
    in_words(edition.made_at)
}

fn in_words(at: DateTime<Utc>) -> String {
    display::day(at.with_timezone(&London).date_naive())
}

pub(crate) fn edition(sample: bool, edition: &Edition, latest: u32, told: Told) -> Page {
    let title = format!("Report for {}", edition.month.in_words());
    // A summary that an older Onus wrote otherwise is left out: the files hold the figures.
    let summary = serde_json::from_str::<Summary>(&edition.summary).ok();
    let figures =
        summary.iter().flat_map(|summary| [registered_figures(summary), burden_figures(summary)].concat());
    let report = edition.files.iter().find(|file| file.media_type.starts_with("text/html"));
    Page {
        shell: Shell::new(title, Area::Editions, sample).under("/editions", "Monthly reports"),
        revision: edition.revision.to_string(),
        closing_date: display::day(edition.closing_date),
        made_at: made_at(edition),
        known_at: in_words(edition.known_at),
        reason: edition.reason.clone(),
        others: others(edition, latest),
        correction: told.revises.then(|| Correction {
            action: format!("/editions/{}", edition.month),
            preview: Link::new(format!("/editions/{}/preview", edition.month), "See what it would say now"),
            request_id: told.request_id,
            reason: Field {
                id: "reason".into(),
                label: "What was wrong and is put right".into(),
                hint: "It stands at the head of the revision, for every reader".into(),
                value: told.reason,
                rows: 3,
                problem: problem_of(&told.problems, "reason"),
                ..Field::default()
            },
        }),
        problems: told.problems,
        figures: figures.collect(),
        report: report.map(|file| Link::new(file_path(edition, latest, file), "Read the report")),
        printed: report.filter(|_| told.prints).map(|file| {
            let path = file_path(edition, latest, file);
            Link::new(
                path.strip_suffix("html").map_or_else(String::new, |path| format!("{path}pdf")),
                "The report as PDF",
            )
        }),
        finder: edition
            .files
            .iter()
            .any(|file| file.path == PROVIDERS)
            .then(|| format!("/editions/{}/reports", edition.month)),
        not_found: told.not_found,
        files: edition.files.iter().map(|file| file_line(edition, latest, file)).collect(),
    }
}

/// The other revisions of a month.
fn others(edition: &Edition, latest: u32) -> Vec<Link> {
    let others = (1..=latest).rev().filter(|number| *number != edition.revision);
    let link = |number: u32| {
        Link::new(format!("/editions/{}/revisions/{number}", edition.month), format!("Revision {number}"))
    };
    others.map(link).collect()
}

/// Where a file is: those of the latest revision under the month alone.
fn file_path(edition: &Edition, latest: u32, file: &EditionFile) -> String {
    let path: Vec<_> = file.path.split('/').map(super::query::encoded).collect();
    let of = if edition.revision == latest { format!("editions/{}", edition.month) } else { edition.name() };
    format!("/{of}/{}", path.join("/"))
}

fn file_line(edition: &Edition, latest: u32, file: &EditionFile) -> FileLine {
    FileLine {
        link: Link::new(file_path(edition, latest, file), &file.path),
        about: about(&file.path),
        kind: kind(&file.media_type),
        size: size(file.size),
        sha256: file.sha256.clone(),
    }
}

fn kind(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    match essence {
        "text/html" => "Web page".into(),
        "application/zip" => "Packed web pages".into(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "Workbook".into(),
        "application/octet-stream" | "application/x-pem-file" => "Signature".into(),
        "text/csv" => "CSV".into(),
        "application/json" | "application/ld+json" => "JSON".into(),
        "text/markdown" | "text/plain" => "Text".into(),
        other => other.to_owned(),
    }
}

/// What the files of an edition hold, by their names, which are a contract.
fn about(path: &str) -> &'static str {
    match path.rsplit('/').next().unwrap_or_default() {
        "index.html" => "The report to read",
        "provider_month.csv" => "Each provider: asks, facts, hours, cost, index",
        "body_month.csv" => "Each body that asks: collections, asks, hours, cost",
        "pair_month.csv" => "Each pair of bodies: facts both ask, avoidable hours",
        "collection_month.csv" => "Each collection: submissions, asks, hours, cost",
        "target_month.csv" => "Each target of a plan: where it is, should be, will be",
        "cross_sector_month.csv" => "All plans together",
        "targets.csv" => "Registry: what plans promise",
        "reuse.csv" => "Registry: what bodies get from each other",
        "figures.xlsx" => "The figures as a workbook",
        "figures.json" => "The figures as JSON",
        "bodies.zip" => "A report for each body that asks",
        "providers.zip" => "A report for each provider",
        "dcat.jsonld" => "The edition as a data catalogue's entry (DCAT-AP)",
        "SHA256SUMS.pem" => "The key that signed it",
        "decomposition.csv" => "What changed the burden, and by how much",
        "national_month.csv" => "All providers together",
        "organisations.csv" => "Registry: who asks or answers",
        "successions.csv" => "Registry: who took over from whom",
        "sizes.csv" => "Registry: how large providers are",
        "collections.csv" => "Registry: what is asked, by whom, why",
        "versions.csv" => "Registry: states of collections, schedules",
        "respondents.csv" => "Registry: who must answer, from when to when",
        "subjects.csv" => "Registry: what answers are about",
        "items.csv" => "Registry: each line that is asked",
        "definitions.csv" => "Registry: what items mean",
        "concepts.csv" => "Registry: definitions that ask the same",
        "derivations.csv" => "Registry: what can be computed from what",
        "statements.csv" => "Registry: what answering costs, line by line",
        "tariffs.csv" => "Registry: what an hour costs",
        "submissions.csv" => "Registry: receipts",
        "method.md" => "How the figures were made",
        "datapackage.json" => "What each file and column means",
        "audit_head.json" => "The audit log's head when the edition was made",
        "SHA256SUMS" => "Checksums of all files",
        "SHA256SUMS.sig" => "The checksums' signature",
        _ => "Other data",
    }
}

/// A length in bytes, as people read it.
fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let bytes = bytes as f64;
    match bytes {
        _ if bytes < 1_000.0 => format!("{} bytes", display::number(bytes, 0)),
        _ if bytes < 1_000_000.0 => format!("{} kB", display::number(bytes / 1_000.0, 0)),
        _ => format!("{} MB", display::number(bytes / 1_000_000.0, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_a_fitting_unit() {
        assert_eq!([0, 999, 1_234, 12_345_678].map(size), ["0 bytes", "999 bytes", "1 kB", "12.3 MB"]);
    }
}
