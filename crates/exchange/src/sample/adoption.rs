//! The adoption files: every judgement that the source leaves open, each line with its reason.

use super::{Files, request::Request, source};
use crate::{
    problems::{Keys, Place, Problems},
    table::Row,
};
use chrono::NaiveDate;
use onus_domain::{
    Basis, CollectionId, OdsCode, SubjectId, Violation,
    item::{ItemRole, Mandation},
    organisation::{OrganisationKind, ProviderType, Succession},
    subject::Subject,
};
use std::collections::BTreeMap;

/// Every judgement.
pub(super) struct Adoption {
    pub families: Vec<Family>,
    pub requests: BTreeMap<CollectionId, Request>,
    pub subjects: Vec<(Subject, Place)>,
    pub section_subjects: Vec<SectionSubject>,
    /// Subject of a metric, with the line that says so.
    pub metric_subjects: BTreeMap<String, (SubjectId, Place)>,
    pub roles: Vec<RoleRule>,
    /// What the source writes, and what it means.
    pub mandations: BTreeMap<String, Option<Mandation>>,
    pub placeholders: Vec<String>,
    pub bodies: Vec<Body>,
    pub successions: Vec<(Succession, Place)>,
    pub eric_types: BTreeMap<String, ProviderType>,
    pub provider_types: BTreeMap<OdsCode, (ProviderType, Basis, Place)>,
}

/// A line of `families.csv`: where a data set of the source goes.
pub(super) struct Family {
    pub place: Place,
    pub source: String,
    pub collection: CollectionId,
    pub title: String,
    pub version: u32,
    pub section: String,
    pub live_from: NaiveDate,
    pub live_to: Option<NaiveDate>,
    pub basis: Basis,
    pub reason: String,
}

/// A line of `section_subjects.csv`: what part of a data set is about something else than the whole.
pub(super) struct SectionSubject {
    pub place: Place,
    pub source: String,
    pub section: String,
    pub positions: Option<(u32, u32)>,
    pub subject: SubjectId,
    pub section_title: String,
}

/// A line of `item_roles.csv`. The first that fits an item rules it.
pub(super) struct RoleRule {
    pub place: Place,
    pub element: String,
    pub section: String,
    pub collection: String,
    pub role: ItemRole,
}

/// A line of `bodies.csv`: somebody who asks.
pub(super) struct Body {
    pub place: Place,
    pub code: OdsCode,
    pub name: String,
    pub kind: OrganisationKind,
    pub open_date: Option<NaiveDate>,
    pub close_date: Option<NaiveDate>,
    pub code_is_sure: bool,
}

/// Days in the adoption files.
pub(super) const DAY: &str = "%Y-%m-%d";

impl Adoption {
    pub fn read(files: &Files, problems: &mut Problems) -> Option<Self> {
        let families = families(files, problems);
        let requests = Request::read_all(files, problems);
        let subjects = source::subjects("adoption/subjects.csv", files, problems);
        let section_subjects = section_subjects(files, problems);
        let metric_subjects = metric_subjects(files, problems);
        let roles = roles(files, problems);
        let mandations = mandations(files, problems);
        let placeholders = placeholders(files, problems);
        let bodies = bodies(files, problems);
        let successions = successions(files, problems);
        let eric_types = eric_types(files, problems);
        let provider_types = provider_types(files, problems);
        Some(Self {
            families: families?,
            requests: requests?,
            subjects: subjects?,
            section_subjects: section_subjects?,
            metric_subjects: metric_subjects?,
            roles: roles?,
            mandations: mandations?,
            placeholders: placeholders?,
            bodies: bodies?,
            successions: successions?,
            eric_types: eric_types?,
            provider_types: provider_types?,
        })
    }

    /// The text, or nothing if it is one of the words that stand in the source where nothing is known.
    pub fn known<'a>(&self, text: &'a str) -> &'a str {
        if self.placeholders.iter().any(|word| word == text) { "" } else { text }
    }
}

/// As [`source::each`], of a file whose lines all give a reason.
pub(super) fn each_with_reason<T>(
    file: &str,
    columns: &[&'static str],
    files: &Files,
    problems: &mut Problems,
    mut line: impl FnMut(Row<'_>, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let mut columns = columns.to_vec();
    columns.push("reason");
    source::each(file, &columns, files, problems, |row, problems| {
        row.required("reason", problems);
        line(row, problems)
    })
}

fn families(files: &Files, problems: &mut Problems) -> Option<Vec<Family>> {
    let columns =
        ["source_collection", "collection", "title", "version", "section", "live_from", "live_to", "basis"];
    let mut keys = Keys::default();
    each_with_reason("adoption/families.csv", &columns, files, problems, |row, problems| {
        let source = row.required("source_collection", problems);
        keys.add(row.text("source_collection"), row.place(), "source_collection", problems);
        let collection = row.value("collection", problems);
        let title = row.required("title", problems);
        let version = row.number("version", problems);
        let live_from =
            row.required("live_from", problems).and_then(|_| row.date("live_from", DAY, problems));
        let live_to = row.date("live_to", DAY, problems);
        let basis = row.code("basis", problems);
        Some(Family {
            place: row.place().clone(),
            source: source?.to_owned(),
            collection: collection?,
            title: title?.to_owned(),
            version: version?,
            section: row.text("section").to_owned(),
            live_from: live_from??,
            live_to: live_to?,
            basis: basis?,
            reason: row.text("reason").to_owned(),
        })
    })
}

fn section_subjects(files: &Files, problems: &mut Problems) -> Option<Vec<SectionSubject>> {
    let columns =
        ["source_collection", "section", "from_position", "to_position", "subject", "section_title"];
    each_with_reason("adoption/section_subjects.csv", &columns, files, problems, |row, problems| {
        let source = row.required("source_collection", problems);
        let subject = row.value("subject", problems);
        let bounded = ["from_position", "to_position"].iter().any(|column| !row.text(column).is_empty());
        let positions = if bounded {
            let (from, to) = (row.number("from_position", problems), row.number("to_position", problems));
            let (from, to) = (from?, to?);
            problems.require(from <= to, || {
                Violation::new(row.path("to_position"), "RANGE", to, format!("a position not before {from}"))
            });
            Some((from, to))
        } else {
            None
        };
        Some(SectionSubject {
            place: row.place().clone(),
            source: source?.to_owned(),
            section: row.text("section").to_owned(),
            positions,
            subject: subject?,
            section_title: row.text("section_title").to_owned(),
        })
    })
}

fn metric_subjects(files: &Files, problems: &mut Problems) -> Option<BTreeMap<String, (SubjectId, Place)>> {
    let columns = ["metric", "subject"];
    let mut keys = Keys::default();
    let lines =
        each_with_reason("adoption/metric_subjects.csv", &columns, files, problems, |row, problems| {
            let metric = row.required("metric", problems);
            keys.add(row.text("metric"), row.place(), "metric", problems);
            let subject = row.value("subject", problems);
            Some((metric?.to_owned(), (subject?, row.place().clone())))
        })?;
    Some(lines.into_iter().collect())
}

fn roles(files: &Files, problems: &mut Problems) -> Option<Vec<RoleRule>> {
    let columns = ["element", "section", "collection", "role"];
    let mut keys = Keys::default();
    each_with_reason("adoption/item_roles.csv", &columns, files, problems, |row, problems| {
        let pattern =
            |column| Some(row.text(column)).filter(|text| !text.is_empty()).unwrap_or("*").to_owned();
        let [element, section, collection] = ["element", "section", "collection"].map(pattern);
        keys.add(format!("{element} / {section} / {collection}"), row.place(), "element", problems);
        let role = row.code("role", problems)?;
        Some(RoleRule { place: row.place().clone(), element, section, collection, role })
    })
}

fn mandations(files: &Files, problems: &mut Problems) -> Option<BTreeMap<String, Option<Mandation>>> {
    let mut keys = Keys::default();
    let columns = ["source_text", "mandation"];
    let lines = each_with_reason("adoption/mandations.csv", &columns, files, problems, |row, problems| {
        // A blank source text is one of the texts: the source does not say.
        let text = row.text("source_text");
        keys.add(format!("{text:?}"), row.place(), "source_text", problems);
        let mandation = match row.text("mandation") {
            "" => None,
            _ => Some(row.code("mandation", problems)?),
        };
        Some((text.to_owned(), mandation))
    })?;
    Some(lines.into_iter().collect())
}

fn placeholders(files: &Files, problems: &mut Problems) -> Option<Vec<String>> {
    each_with_reason("adoption/placeholders.csv", &["word"], files, problems, |row, problems| {
        Some(row.required("word", problems)?.to_owned())
    })
}

fn bodies(files: &Files, problems: &mut Problems) -> Option<Vec<Body>> {
    let columns = ["code", "name", "kind", "open_date", "close_date", "code_is_sure"];
    let mut keys = Keys::default();
    each_with_reason("adoption/bodies.csv", &columns, files, problems, |row, problems| {
        let code = row.value("code", problems);
        keys.add(row.text("code"), row.place(), "code", problems);
        let name = row.required("name", problems);
        let kind = row.code("kind", problems);
        let open_date = row.date("open_date", DAY, problems);
        let close_date = row.date("close_date", DAY, problems);
        let sure = row.text("code_is_sure");
        problems.require(matches!(sure, "YES" | "NO"), || {
            Violation::new(row.path("code_is_sure"), "KNOWN_CODE", sure, "YES or NO")
        });
        problems.require(kind != Some(OrganisationKind::Provider), || {
            Violation::new(row.path("kind"), "BODY", "PROVIDER", "NATIONAL_BODY or COMMISSIONER")
        });
        Some(Body {
            place: row.place().clone(),
            code: code?,
            name: name?.to_owned(),
            kind: kind?,
            open_date: open_date?,
            close_date: close_date?,
            code_is_sure: sure == "YES",
        })
    })
}

fn successions(files: &Files, problems: &mut Problems) -> Option<Vec<(Succession, Place)>> {
    let columns = ["predecessor", "successor", "date", "share"];
    each_with_reason("adoption/successions.csv", &columns, files, problems, |row, problems| {
        let predecessor = row.value("predecessor", problems);
        let successor = row.value("successor", problems);
        let date = row.required("date", problems).and_then(|_| row.date("date", DAY, problems));
        let share = row.value("share", problems);
        let succession =
            Succession { predecessor: predecessor?, successor: successor?, date: date??, share: share? };
        Some((succession, row.place().clone()))
    })
}

fn eric_types(files: &Files, problems: &mut Problems) -> Option<BTreeMap<String, ProviderType>> {
    let mut keys = Keys::default();
    let columns = ["eric_type", "provider_type"];
    let lines = each_with_reason("adoption/eric_types.csv", &columns, files, problems, |row, problems| {
        let eric_type = row.required("eric_type", problems);
        keys.add(row.text("eric_type"), row.place(), "eric_type", problems);
        let provider_type = row.code("provider_type", problems);
        Some((eric_type?.to_owned(), provider_type?))
    })?;
    Some(lines.into_iter().collect())
}

fn provider_types(
    files: &Files,
    problems: &mut Problems,
) -> Option<BTreeMap<OdsCode, (ProviderType, Basis, Place)>> {
    let mut keys = Keys::default();
    let columns = ["code", "provider_type", "basis"];
    let lines =
        each_with_reason("adoption/provider_types.csv", &columns, files, problems, |row, problems| {
            let code = row.value("code", problems);
            keys.add(row.text("code"), row.place(), "code", problems);
            let provider_type = row.code("provider_type", problems);
            let basis = row.code("basis", problems);
            Some((code?, (provider_type?, basis?, row.place().clone())))
        })?;
    Some(lines.into_iter().collect())
}
