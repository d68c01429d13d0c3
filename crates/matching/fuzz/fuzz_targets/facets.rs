//! The facets of any definition are read; it agrees with itself in all of them, and two show the same from either side.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onus_matching::{Matcher, side_by_side::Agreement};
use onus_matching_fuzz::two;

fuzz_target!(|text: &str| {
    let [left, right] = two(text);
    let alone = Matcher::side_by_side(&left, &left);
    for facet in &alone.facets {
        assert_eq!(facet.agreement, Agreement::Agrees, "{facet:?}");
        assert_eq!(facet.left, facet.right);
    }
    let (here, there) = (Matcher::side_by_side(&left, &right), Matcher::side_by_side(&right, &left));
    assert_eq!(here.facets.len(), there.facets.len());
    for (one, other) in here.facets.iter().zip(&there.facets) {
        assert_eq!(
            (one.facet, &one.left, &one.right, one.agreement),
            (other.facet, &other.right, &other.left, other.agreement)
        );
    }
});
