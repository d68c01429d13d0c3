//! Any two definitions are compared: alike from either side, the reasons adding up, SAME never without evidence; what is found of two
//! that are registered is what comparing them finds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onus_domain::relation::Relation;
use onus_matching::{Matcher, score};
use onus_matching_fuzz::two;

fuzz_target!(|text: &str| {
    let [left, right] = two(text);
    let found = Matcher::compare(&left, &right);
    assert_eq!(found, Matcher::compare(&right, &left));
    assert!((score::score_of(score::sum(&found.evidence)) - found.score).abs() < 1e-12);
    if found.relation == Relation::Same {
        assert!(found.score >= score::SAME_THRESHOLD && found.evidence.len() > 1);
    }
    let registered = Matcher::match_all(&[left, right], &|_, _| ());
    assert!(registered.len() <= 1 && registered.iter().all(|one| *one == found));
});
