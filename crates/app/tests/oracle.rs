//! Collection overlap at element level over the data sets as imported one by one equals the oracle shipped with the sample, row by row.

use onus_exchange::sample::Grouping;
use onus_matching::overlap::overlaps;
use onus_testkit::{Backend, TestApp};
use std::collections::BTreeSet;

/// A line of the oracle: left, right, shared, of left, of right, Jaccard, containment.
type Row = (String, String, u32, u32, u32, f64, f64);

/// The oracle names the two in any order; here the lesser stands first.
fn ordered(row: Row) -> Row {
    let (left, right, shared, of_left, of_right, jaccard, containment) = row;
    if left < right {
        (left, right, shared, of_left, of_right, jaccard, containment)
    } else {
        (right, left, shared, of_right, of_left, jaccard, containment)
    }
}

#[tokio::test]
async fn overlap_of_the_imported_data_sets_equals_the_oracle() {
    let test = TestApp::sample(Backend::Sqlite, Grouping::OneByOne).await.unwrap();
    let view = test.app.view().await.unwrap();
    let sources = view.collection_rows().filter_map(|row| {
        let source = row.collection.source_id.as_deref().filter(|id| id.starts_with("dd:"))?;
        Some((source, row.version))
    });
    let asked: BTreeSet<_> = sources
        .flat_map(|(source, version)| {
            version.content.items.iter().map(move |item| (source, &item.definition))
        })
        .collect();
    assert_eq!(asked.iter().map(|(source, _)| source).collect::<BTreeSet<_>>().len(), 71);
    let found = overlaps(asked);

    let oracle = concat!(env!("CARGO_MANIFEST_DIR"), "/../exchange/sample/expected_collection_overlap.csv");
    let mut oracle = csv::Reader::from_path(oracle).unwrap();
    let expected: Vec<Row> = oracle.deserialize().map(Result::unwrap).map(ordered).collect();
    let expected: std::collections::BTreeMap<_, _> =
        expected.into_iter().map(|row| ((row.0.clone(), row.1.clone()), row)).collect();
    assert_eq!((found.len(), expected.len()), (978, 978));
    for (found, expected) in found.into_iter().zip(expected.into_values()) {
        let ratios = [(found.jaccard(), expected.5), (found.containment_of_smaller(), expected.6)];
        let found = (found.left, found.right, found.shared, found.left_size, found.right_size);
        assert_eq!(found, (expected.0.as_str(), expected.1.as_str(), expected.2, expected.3, expected.4));
        // The oracle prints four decimals.
        let near = ratios.iter().all(|(found, expected)| (found - expected).abs() < 0.000_050_1);
        assert!(near, "{} {}: {ratios:?}", found.0, found.1);
    }
}
