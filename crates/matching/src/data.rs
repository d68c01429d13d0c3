//! The data files, compiled in: vocabulary, contrasts, boilerplate, registries, common words. Each entry carries its provenance.

use onus_domain::{Violation, Violations};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Everything the data files say, parsed once.
///
/// The files are part of the program; a test parses them, so a broken one never ships. Should one be broken nevertheless, its entries
/// are missing, and matching only becomes more cautious.
pub(crate) static DATA: LazyLock<Data> = LazyLock::new(|| Data {
    vocabulary: rows("vocabulary.csv", include_str!("../data/vocabulary.csv")).unwrap_or_default(),
    contrasts: rows("contrasts.csv", include_str!("../data/contrasts.csv")).unwrap_or_default(),
    facets: rows("facets.csv", include_str!("../data/facets.csv")).unwrap_or_default(),
    boilerplate: rows("boilerplate.csv", include_str!("../data/boilerplate.csv"))
        .unwrap_or_default()
        .into_iter()
        .map(|[phrase, ..]: [String; 3]| phrase)
        .collect(),
    identifying: rows("registries.csv", include_str!("../data/registries.csv"))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|[registry, identifies, _]: [String; 3]| (identifies == "yes").then_some(registry))
        .collect(),
    common: rows("common_words.csv", include_str!("../data/common_words.csv"))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|[word, per_mille, _]: [String; 3]| Some((word, weight(per_mille.parse().ok()?))))
        .collect(),
});

/// What the data files say.
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

/// Weight of a word that stands in so many of a thousand definitions: its information, −10 ln(share), at least 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held within 1 and 69 by the clamp"
)]
fn weight(per_mille: u16) -> u8 {
    (-10.0 * (f64::from(per_mille.clamp(1, 1_000)) / 1_000.0).ln()).round().max(1.0) as u8
}

/// The rows of a data file, without its header; every broken line is told.
pub(crate) fn rows<const N: usize>(file: &str, text: &str) -> onus_domain::Result<Vec<[String; N]>> {
    let mut found = Violations::new();
    let mut out = Vec::new();
    for record in csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes()).records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                let fields: Vec<String> = record.iter().map(str::to_owned).collect();
                let given = fields.join(",");
                if let Ok(row) = <[String; N]>::try_from(fields) {
                    found.require(row.last().is_some_and(|provenance| !provenance.is_empty()), || {
                        Violation::new(
                            format!("{file}:{line}"),
                            "PROVENANCE",
                            &given,
                            "where the entry comes from",
                        )
                    });
                    out.push(row);
                } else {
                    found.push(Violation::new(
                        format!("{file}:{line}"),
                        "COLUMNS",
                        &given,
                        format!("{N} columns"),
                    ));
                }
            }
            Err(error) => found.push(Violation::new(file, "CSV", error, "a readable CSV file in UTF-8")),
        }
    }
    found.into_result().map(|()| out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_file_is_whole() {
        let vocabulary: Vec<[String; 4]> = rows("v", include_str!("../data/vocabulary.csv")).unwrap();
        let kinds = ["SYNONYM", "NUMBER", "UNIT", "COMPARATOR", "FILLER"];
        let mut terms = BTreeSet::new();
        for [term, canonical, kind, _] in &vocabulary {
            assert!(kinds.contains(&kind.as_str()), "{term}: kind {kind}");
            assert_eq!(canonical.is_empty(), kind == "FILLER", "{term}");
            assert!(terms.insert(term), "{term} stands twice");
        }
        let contrasts: Vec<[String; 6]> = rows("c", include_str!("../data/contrasts.csv")).unwrap();
        for [group, scope, restricts, _, term, _] in &contrasts {
            assert!(
                ["ANY", "NAME", "UNIT", "GRAIN", "PERIOD"].contains(&scope.as_str()),
                "{group} {term}: {scope}"
            );
            assert!(["yes", "no"].contains(&restricts.as_str()), "{group} {term}: {restricts}");
        }
        assert!(!DATA.boilerplate.is_empty() && !DATA.identifying.is_empty());
        let common: Vec<[String; 3]> = rows("w", include_str!("../data/common_words.csv")).unwrap();
        assert_eq!(common.len(), DATA.common.len(), "a share is no number, or a word stands twice");
    }

    #[test]
    fn a_broken_line_is_told_by_number() {
        let refused = rows::<3>("x.csv", "a,b,provenance\n1,2,p\n1,2\n1,2,\n").unwrap_err().to_string();
        assert!(refused.contains("x.csv:3: 3 columns") && refused.contains("x.csv:4: where"), "{refused}");
    }
}
