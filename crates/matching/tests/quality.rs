//! Quality on labelled pairs: what the matcher confirms is right, and it confirms as much as it did.

mod support;

use onus_domain::{concept::Strength, definition::Definition, relation::Relation};
use onus_matching::Matcher;
use std::collections::HashMap;

/// Least share of CONFIRMED SAME that is labelled same.
const PRECISION: f64 = 0.98;

#[test]
fn what_is_confirmed_on_labelled_pairs_is_right() {
    let records: HashMap<String, Definition> = support::lines(&support::labelled_data("records.jsonl"))
        .iter()
        .map(|record| {
            (
                record["id"].as_str().unwrap().to_owned(),
                support::labelled(record["id"].as_str().unwrap(), record),
            )
        })
        .collect();
    let (mut right, mut wrong, mut possible) = (0_u32, Vec::new(), 0_u32);
    let pairs = support::lines(&support::labelled_data("pairs.jsonl"));
    assert_eq!(pairs.len(), 2_537);
    for pair in &pairs {
        let of = |side: &str| &records[pair[side].as_str().unwrap()];
        let found = Matcher::compare(of("left"), of("right"));
        let is_same = pair["label"] == "same";
        possible += u32::from(is_same && found.relation == Relation::Same);
        if found.strength == Strength::Confirmed {
            if is_same {
                right += 1;
            } else {
                wrong.push(format!(
                    "{} {}: {}, {}",
                    pair["family"], pair["label"], pair["left"], pair["right"]
                ));
            }
        }
    }
    let precision = f64::from(right) / (f64::from(right) + f64::from(u32::try_from(wrong.len()).unwrap()));
    assert!(precision >= PRECISION, "precision {precision}; wrong: {wrong:#?}");
    // 760 pairs are labelled same: so many are confirmed, and so many at least shown.
    assert!(right >= 110, "only {right} confirmed");
    assert!(possible >= 540, "only {possible} found SAME");
}

#[test]
fn no_one_facet_twin_is_confirmed() {
    let cases = support::lines(&support::labelled_data("relations_sample.jsonl"));
    assert_eq!(cases.len(), 60);
    let mut confirmed = Vec::new();
    for case in &cases {
        let right = support::labelled("right", &case["right"]);
        let left = Definition { kind: right.kind, ..support::labelled("left", &case["left"]) };
        let found = Matcher::compare(&left, &right);
        if found.strength == Strength::Confirmed {
            assert_eq!(case["relation"], "SAME", "{}: {:#?}", case["id"], found.evidence);
            confirmed.push(case["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(confirmed, ["S04", "S23", "S58"]);
}
