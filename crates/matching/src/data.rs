//! The data files: vocabulary, contrasts, facets, boilerplate, registries, common words. Each entry carries its provenance. They are
//! compiled in; a steward may add rows of the same files ([`crate::vocabulary`]).

use onus_domain::{Violation, Violations};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

static DATA: OnceLock<Data> = OnceLock::new();

/// Everything the data files say: what was taken up, else what is built in. Read once.
///
/// The built-in files are part of the program; a test parses them, so a broken one never ships. Should one be broken nevertheless, its
/// broken lines are missing, and matching only becomes more cautious.
pub(crate) fn data() -> &'static Data {
    DATA.get_or_init(|| Data::new(Tables::built_in()))
}

/// Takes data up in place of what is built in; `false` if something was read before.
pub(crate) fn take_up(data: Data) -> bool {
    DATA.set(data).is_ok()
}

/// The rows of all data files.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// term, canonical, kind, provenance.
    pub vocabulary: Vec<[String; 4]>,
    /// group, scope, restricts, value, term, provenance.
    pub contrasts: Vec<[String; 6]>,
    /// facet, value, term, provenance.
    pub facets: Vec<[String; 4]>,
    /// phrase, reason, provenance.
    pub boilerplate: Vec<[String; 3]>,
    /// registry, identifies, provenance.
    pub registries: Vec<[String; 3]>,
    /// word, per mille, provenance.
    pub common_words: Vec<[String; 3]>,
}

impl Tables {
    /// Those of the program.
    pub fn built_in() -> Self {
        fn read<const N: usize>(file: &str, text: &str) -> Vec<[String; N]> {
            rows(file, text, &mut Violations::new()).into_iter().map(|(_, row)| row).collect()
        }
        Self {
            vocabulary: read("vocabulary.csv", include_str!("../data/vocabulary.csv")),
            contrasts: read("contrasts.csv", include_str!("../data/contrasts.csv")),
            facets: read("facets.csv", include_str!("../data/facets.csv")),
            boilerplate: read("boilerplate.csv", include_str!("../data/boilerplate.csv")),
            registries: read("registries.csv", include_str!("../data/registries.csv")),
            common_words: read("common_words.csv", include_str!("../data/common_words.csv")),
        }
    }
}

/// What the data files say.
#[derive(Debug)]
pub(crate) struct Data {
    /// term, canonical, kind, provenance.
    pub vocabulary: Vec<[String; 4]>,
    /// group, scope, restricts, value, term, provenance.
    pub contrasts: Vec<[String; 6]>,
    /// facet, value, term, provenance.
    pub facets: Vec<[String; 4]>,
    /// Phrases of sentences that say nothing of the meaning.
    pub boilerplate: Vec<String>,
    /// Registries whose keys name one definition each.
    pub identifying: Vec<String>,
    /// Weights of common words, −10 ln(share of definitions they stand in).
    pub common: FxHashMap<String, u8>,
}

impl Data {
    /// Of the rows of the files.
    pub fn new(tables: Tables) -> Self {
        Self {
            vocabulary: tables.vocabulary,
            contrasts: tables.contrasts,
            facets: tables.facets,
            boilerplate: tables.boilerplate.into_iter().map(|[phrase, ..]| phrase).collect(),
            identifying: tables
                .registries
                .into_iter()
                .filter_map(|[registry, identifies, _]| (identifies == "yes").then_some(registry))
                .collect(),
            common: tables
                .common_words
                .into_iter()
                .filter_map(|[word, per_mille, _]| Some((word, weight(per_mille.parse().ok()?))))
                .collect(),
        }
    }
}

/// Weight of a word that stands in so many of a thousand definitions: its information, −10 ln(share), at least 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held within 1 and 69 by the clamp"
)]
fn weight(per_mille: u16) -> u8 {
    (-10.0 * (f64::from(per_mille.clamp(1, 1_000)) / 1_000.0).ln()).round().max(1.0) as u8
}

/// The rows of a data file with their lines, without its header; every broken line is noted.
pub(crate) fn rows<const N: usize>(
    file: &str,
    text: &str,
    found: &mut Violations,
) -> Vec<(u64, [String; N])> {
    let mut out = Vec::new();
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                found.push(Violation::new(file, "CSV", error, "a readable CSV file in UTF-8"));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| line(text, position));
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        let given = fields.join(",");
        if let Ok(row) = <[String; N]>::try_from(fields) {
            found.require(row.last().is_some_and(|provenance| !provenance.is_empty()), || {
                let field = format!("{file}:{line} provenance");
                Violation::new(field, "PROVENANCE", &given, "where the entry comes from")
            });
            out.push((line, row));
        } else {
            let field = format!("{file}:{line}");
            found.push(Violation::new(field, "COLUMNS", &given, format!("{N} columns")));
        }
    }
    out
}

/// The line of a record: its position is where the one before ended, ahead of line ends and blank lines.
fn line(text: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).ok().and_then(|byte| text.as_bytes().get(byte..));
    let ends = from.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_whole() {
        let tables = Tables::built_in();
        let words = tables.common_words.len();
        let data = Data::new(tables);
        let sizes = [data.vocabulary.len(), data.contrasts.len(), data.facets.len(), data.boilerplate.len()];
        assert!(sizes.iter().all(|size| *size > 20) && !data.identifying.is_empty(), "{sizes:?}");
        assert_eq!(words, data.common.len(), "a share is no number, or a word stands twice");
    }

    #[test]
    fn a_broken_line_is_told_by_number() {
        let mut found = Violations::new();
        rows::<3>("x.csv", "a,b,provenance\n1,2,p\n1,2\n1,2,\n", &mut found);
        let refused = found.into_result().unwrap_err().to_string();
        assert!(
            refused.contains("x.csv:3: 3 columns") && refused.contains("x.csv:4 provenance: where"),
            "{refused}"
        );
        let read = |text| rows::<2>("x.csv", text, &mut Violations::new());
        let lines: Vec<u64> = read("a,b\r\n1,p\r\n\r\n2,p\r\n").into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 4]);
    }
}
