//! The source's files as they are, each line with its place.

use super::{Files, json};
use crate::{
    problems::{Keys, Place, Problems},
    table::{Row, Table},
};
use chrono::NaiveDate;
use onus_domain::{Basis, Decimal, OdsCode, SubjectId, Violation, schedule::Frequency, subject::Subject};
use std::collections::BTreeMap;

/// Everything the source says.
pub(super) struct Source {
    pub collections: Vec<SourceCollection>,
    pub items: Vec<SourceItem>,
    pub elements: Vec<Element>,
    pub metrics: Vec<Metric>,
    /// With the line that declares each.
    pub subjects: Vec<(Subject, Place)>,
    /// Subject of a data set, with the line that says so.
    pub collection_subjects: BTreeMap<String, (SubjectId, Place)>,
    pub trusts: Vec<Trust>,
    pub practices: Vec<Practice>,
}

/// A line of `collections.csv`.
pub(super) struct SourceCollection {
    pub place: Place,
    pub id: String,
    pub name: String,
    pub purpose: String,
    pub standards: String,
    /// How often, as far as the source says.
    pub frequencies: Vec<Frequency>,
    /// The sentences that say how often.
    pub frequency_evidence: String,
    /// The sentences that say who submits.
    pub who_submits: String,
    pub items: u32,
    pub source: String,
    pub licence: String,
}

/// A line of `collection_items.csv`.
pub(super) struct SourceItem {
    pub place: Place,
    pub collection: String,
    pub position: u32,
    pub section: String,
    pub mandation: String,
    pub element: String,
}

/// A line of `data_elements.jsonl`.
pub(super) struct Element {
    pub place: Place,
    pub id: String,
    pub name: String,
    pub description: String,
    pub format: String,
    pub replacement: String,
    pub aliases: Vec<String>,
    /// Code and meaning.
    pub codes: Vec<[String; 2]>,
}

/// A line of `metrics.jsonl`; fields that only one of the two sources has are empty in the other.
pub(super) struct Metric {
    pub place: Place,
    pub id: String,
    pub collection: String,
    /// By name of the field.
    pub fields: BTreeMap<&'static str, String>,
}

/// A line of `providers_trusts.csv`.
pub(super) struct Trust {
    pub place: Place,
    pub code: OdsCode,
    pub name: String,
    pub region: String,
    pub icb: String,
    pub eric_type: String,
    pub floor_area: Option<Decimal>,
    pub open_date: Option<NaiveDate>,
    pub close_date: Option<NaiveDate>,
}

/// A line of `providers_gp_practices.csv`.
pub(super) struct Practice {
    pub place: Place,
    pub code: OdsCode,
    pub name: String,
    pub region: String,
    pub icb: String,
    pub open_date: Option<NaiveDate>,
    pub list_size: Option<Decimal>,
}

/// Texts of a metric beside its identifiers.
pub(super) const METRIC_FIELDS: [&str; 16] = [
    "name",
    "definition",
    "rationale",
    "numerator",
    "denominator",
    "calculation",
    "method",
    "numerator_source",
    "denominator_source",
    "data_source",
    "level",
    "frequency",
    "unit",
    "value_type",
    "period_type",
    "polarity",
];

/// Days in the files of the Organisation Data Service.
const ODS_DAY: &str = "%Y%m%d";

impl Source {
    pub fn read(files: &Files, problems: &mut Problems) -> Option<Self> {
        let collections = collections(files, problems);
        let items = items(files, problems);
        let elements = elements(files, problems);
        let metrics = metrics(files, problems);
        let subjects = subjects("subjects.csv", files, problems);
        let collection_subjects = collection_subjects(files, problems);
        let trusts = trusts(files, problems);
        let practices = practices(files, problems);
        Some(Self {
            collections: collections?,
            items: items?,
            elements: elements?,
            metrics: metrics?,
            subjects: subjects?,
            collection_subjects: collection_subjects?,
            trusts: trusts?,
            practices: practices?,
        })
    }
}

/// Reads a CSV file line by line; a line that cannot be understood has noted its problems and is passed over.
pub(super) fn each<T>(
    file: &str,
    columns: &[&'static str],
    files: &Files,
    problems: &mut Problems,
    mut line: impl FnMut(Row<'_>, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let bytes = files.read(file, problems)?;
    let table = Table::read(file, &bytes, columns, problems)?;
    Some(table.rows().filter_map(|row| line(row, problems)).collect())
}

fn collections(files: &Files, problems: &mut Problems) -> Option<Vec<SourceCollection>> {
    let columns = [
        "collection_id",
        "name",
        "purpose",
        "standards",
        "frequency",
        "frequency_evidence",
        "who_submits_evidence",
        "n_items",
        "source",
        "licence",
    ];
    let mut keys = Keys::default();
    each("collections.csv", &columns, files, problems, |row, problems| {
        let id = row.required("collection_id", problems);
        keys.add(id.unwrap_or_default(), row.place(), "collection_id", problems);
        let name = row.required("name", problems);
        let items = row.number("n_items", problems);
        let source = row.required("source", problems);
        let licence = row.required("licence", problems);
        Some(SourceCollection {
            place: row.place().clone(),
            id: id?.to_owned(),
            name: name?.to_owned(),
            purpose: row.text("purpose").to_owned(),
            standards: row.text("standards").to_owned(),
            frequencies: frequencies(row, problems),
            frequency_evidence: row.text("frequency_evidence").to_owned(),
            who_submits: row.text("who_submits_evidence").to_owned(),
            items: items?,
            source: source?.to_owned(),
            licence: licence?.to_owned(),
        })
    })
}

/// The source's words for how often; several are parted by semicolons, and `N/A` says nothing.
fn frequencies(row: Row<'_>, problems: &mut Problems) -> Vec<Frequency> {
    let mut found = vec![];
    for word in row.list("frequency").filter(|word| *word != "N/A") {
        match word.to_ascii_lowercase().as_str() {
            "daily" => found.push(Frequency::Daily),
            "weekly" => found.push(Frequency::Weekly),
            "monthly" => found.push(Frequency::Monthly),
            "quarterly" => found.push(Frequency::Quarterly),
            "annual" | "annually" => found.push(Frequency::Annual),
            _ => {
                let expected = "daily, weekly, monthly, quarterly, annual, N/A or nothing";
                problems.push(Violation::new(row.path("frequency"), "KNOWN_FREQUENCY", word, expected));
            }
        }
    }
    found
}

fn items(files: &Files, problems: &mut Problems) -> Option<Vec<SourceItem>> {
    let columns = ["collection_id", "position", "section", "mandation", "element_id"];
    let mut keys = Keys::default();
    each("collection_items.csv", &columns, files, problems, |row, problems| {
        let collection = row.required("collection_id", problems);
        let position = row.number("position", problems);
        let element = row.required("element_id", problems);
        let key = format!("{}, position {}", collection?, position?);
        keys.add(key, row.place(), "position", problems);
        Some(SourceItem {
            place: row.place().clone(),
            collection: collection?.to_owned(),
            position: position?,
            section: row.text("section").to_owned(),
            mandation: row.text("mandation").to_owned(),
            element: element?.to_owned(),
        })
    })
}

fn elements(files: &Files, problems: &mut Problems) -> Option<Vec<Element>> {
    let bytes = files.read("data_elements.jsonl", problems)?;
    let lines = json::lines("data_elements.jsonl", &bytes, problems)?;
    let mut keys = Keys::default();
    let read = |line: json::Line| {
        let id = line.required("element_id", problems);
        keys.add(id.clone().unwrap_or_default(), &line.place, "element_id", problems);
        let name = line.required("name", problems);
        Some(Element {
            description: line.text("description", problems),
            format: line.text("format", problems),
            replacement: line.text("replacement_sentence", problems),
            aliases: aliases(&line, problems),
            codes: line.pairs("codes", ["code", "meaning"], problems),
            id: id?,
            name: name?,
            place: line.place,
        })
    };
    Some(lines.into_iter().filter_map(read).collect())
}

/// Other names, once each, in the source's order.
fn aliases(line: &json::Line, problems: &mut Problems) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for [_, alias] in line.pairs("aliases", ["context", "alias"], problems) {
        if !alias.is_empty() && !names.contains(&alias) {
            names.push(alias);
        }
    }
    names
}

fn metrics(files: &Files, problems: &mut Problems) -> Option<Vec<Metric>> {
    let bytes = files.read("metrics.jsonl", problems)?;
    let lines = json::lines("metrics.jsonl", &bytes, problems)?;
    let mut keys = Keys::default();
    let read = |line: json::Line| {
        let id = line.required("id", problems);
        keys.add(id.clone().unwrap_or_default(), &line.place, "id", problems);
        let collection = line.required("collection_id", problems);
        line.required("name", problems)?;
        let fields = METRIC_FIELDS.map(|field| (field, line.text(field, problems)));
        Some(Metric { id: id?, collection: collection?, fields: fields.into(), place: line.place })
    };
    Some(lines.into_iter().filter_map(read).collect())
}

/// A file of subjects: the source's, and the one that refines it.
pub(super) fn subjects(file: &str, files: &Files, problems: &mut Problems) -> Option<Vec<(Subject, Place)>> {
    let columns = ["subject", "name", "contained_in", "basis", "reason"];
    let mut keys = Keys::default();
    each(file, &columns, files, problems, |row, problems| {
        let id = row.value::<SubjectId>("subject", problems);
        keys.add(row.text("subject"), row.place(), "subject", problems);
        let name = row.required("name", problems);
        let basis = row.code::<Basis>("basis", problems);
        let reason = row.required("reason", problems);
        let contained_in = match row.text("contained_in") {
            "" => None,
            _ => Some(row.value::<SubjectId>("contained_in", problems)?),
        };
        let subject = Subject {
            id: id?,
            name: name?.to_owned(),
            contained_in,
            basis: basis?,
            reason: reason?.to_owned(),
        };
        Some((subject, row.place().clone()))
    })
}

fn collection_subjects(
    files: &Files,
    problems: &mut Problems,
) -> Option<BTreeMap<String, (SubjectId, Place)>> {
    let columns = ["collection_id", "subject", "basis", "reason"];
    let mut keys = Keys::default();
    let lines = each("collection_subjects.csv", &columns, files, problems, |row, problems| {
        let collection = row.required("collection_id", problems);
        keys.add(row.text("collection_id"), row.place(), "collection_id", problems);
        let subject = row.value::<SubjectId>("subject", problems);
        row.code::<Basis>("basis", problems);
        Some((collection?.to_owned(), (subject?, row.place().clone())))
    })?;
    Some(lines.into_iter().collect())
}

fn trusts(files: &Files, problems: &mut Problems) -> Option<Vec<Trust>> {
    let columns = [
        "code",
        "name",
        "region_code",
        "icb_code",
        "open_date",
        "close_date",
        "eric_type_2016_17",
        "gross_floor_area_m2_2016_17",
    ];
    let mut keys = Keys::default();
    each("providers_trusts.csv", &columns, files, problems, |row, problems| {
        let code = row.value::<OdsCode>("code", problems);
        keys.add(row.text("code"), row.place(), "code", problems);
        let name = row.required("name", problems);
        let region = row.required("region_code", problems);
        let floor_area = size("gross_floor_area_m2_2016_17", row, problems);
        let open_date = row.date("open_date", ODS_DAY, problems);
        let close_date = row.date("close_date", ODS_DAY, problems);
        Some(Trust {
            place: row.place().clone(),
            code: code?,
            name: name?.to_owned(),
            region: region?.to_owned(),
            icb: row.text("icb_code").to_owned(),
            eric_type: row.text("eric_type_2016_17").to_owned(),
            floor_area,
            open_date: open_date?,
            close_date: close_date?,
        })
    })
}

fn practices(files: &Files, problems: &mut Problems) -> Option<Vec<Practice>> {
    let columns = ["code", "name", "region_code", "icb_code", "open_date", "list_size_2022_05"];
    let mut keys = Keys::default();
    each("providers_gp_practices.csv", &columns, files, problems, |row, problems| {
        let code = row.value::<OdsCode>("code", problems);
        keys.add(row.text("code"), row.place(), "code", problems);
        let name = row.required("name", problems);
        let region = row.required("region_code", problems);
        let list_size = size("list_size_2022_05", row, problems);
        let open_date = row.date("open_date", ODS_DAY, problems);
        Some(Practice {
            place: row.place().clone(),
            code: code?,
            name: name?.to_owned(),
            region: region?.to_owned(),
            icb: row.text("icb_code").to_owned(),
            open_date: open_date?,
            list_size,
        })
    })
}

/// A size above nothing, or nothing if the cell is empty.
fn size(column: &str, row: Row<'_>, problems: &mut Problems) -> Option<Decimal> {
    if row.text(column).is_empty() {
        return None;
    }
    let size = row.value::<Decimal>(column, problems)?;
    problems.require(size > Decimal::ZERO, || {
        Violation::new(row.path(column), "RANGE", size, "a size above 0, or an empty cell if it is not known")
    });
    Some(size)
}
