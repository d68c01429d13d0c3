//! The sample registry: what stands in it twice is found, what only looks like it is not, and every way of matching gives the same bytes.

mod support;

use onus_domain::{
    DefinitionId,
    concept::Strength,
    definition::{Definition, DefinitionKind},
    relation::{Match, Relation, Standing},
};
use onus_matching::{Matcher, overlap};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
};

static REGISTRY: LazyLock<Vec<Definition>> = LazyLock::new(support::registry);
static MATCHES: LazyLock<Vec<Match>> = LazyLock::new(|| Matcher::match_all(&REGISTRY, &|_, _| ()));

fn confirmed(matches: &[Match]) -> BTreeSet<(String, String)> {
    matches
        .iter()
        .filter(|found| found.relation == Relation::Same && found.strength == Strength::Confirmed)
        .map(|found| (found.left.to_string(), found.right.to_string()))
        .collect()
}

fn csv_rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = support::sample(name);
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// The identifier that the support module gives to an entry of the labelled data.
fn id(labelled: &str) -> String {
    let name = labelled.strip_prefix("dd-").unwrap_or(labelled);
    DefinitionId::from_name(name).unwrap_or_else(|error| panic!("{error}")).to_string()
}

#[test]
fn every_known_duplicate_is_confirmed_and_nothing_else() {
    let known = csv_rows("known_duplicates.csv");
    assert_eq!(known.len(), 82);
    let same: BTreeSet<(String, String)> = known
        .iter()
        .filter(|row| row["label"] == "same")
        .map(|row| {
            let (a, b) = (id(&row["left"]), id(&row["right"]));
            if a < b { (a, b) } else { (b, a) }
        })
        .collect();
    assert_eq!(same.len(), 22);
    assert_eq!(confirmed(&MATCHES), same);
}

#[test]
fn twins_of_the_sample_stay_apart() {
    let said = |left: &str, right: &str| {
        let of = |id: &str| REGISTRY.iter().find(|d| d.id.as_str() == id).unwrap();
        let found = Matcher::compare(of(left), of(right));
        (found.relation, found.strength)
    };
    for (left, right) in [
        ("ncdr-metric-1", "ncdr-metric-2"),
        ("ncdr-metric-1", "ncdr-metric-3"),
        ("ncdr-metric-189", "ncdr-metric-478"),
        ("ncdr-metric-189", "ncdr-metric-191"),
        ("ncdr-metric-190", "ncdr-metric-480"),
        ("ncdr-metric-471", "ncdr-metric-472"),
        ("ncdr-metric-473", "ncdr-metric-474"),
        ("ncdr-metric-349", "ncdr-metric-350"),
        ("fingertips-91040", "fingertips-91112"),
        ("overseas-visitor-charging-category", "overseas-visitor-charging-category-at-cds-activity-date"),
        ("ethnic-category", "ethnic-category-mother"),
        ("person-gender-code-current", "person-stated-gender-code"),
    ] {
        assert_ne!(said(left, right).1, Strength::Confirmed, "{left} / {right}");
    }
    for (left, right) in [
        ("ncdr-metric-189", "ncdr-metric-478"),
        ("ncdr-metric-189", "ncdr-metric-191"),
        ("ncdr-metric-349", "ncdr-metric-350"),
    ] {
        assert_eq!(said(left, right).0, Relation::Different, "{left} / {right}");
    }
    // Counts past half an hour, and past an hour.
    assert_eq!(said("ncdr-metric-473", "ncdr-metric-474").0, Relation::Broader);
}

#[test]
fn one_by_one_in_any_order_equals_the_batch_byte_for_byte() {
    let batch = serde_json::to_string(&*MATCHES).unwrap();
    assert!(MATCHES.len() > 500);
    // Forward, and stepping through by a number prime to the count.
    for step in [1, 571] {
        let mut registry = Matcher::new();
        let mut matches: Vec<Match> = (0..REGISTRY.len())
            .flat_map(|at| registry.insert(&REGISTRY[at * step % REGISTRY.len()]))
            .collect();
        matches.sort_by(|a, b| (&a.left, &a.right).cmp(&(&b.left, &b.right)));
        assert!(serde_json::to_string(&matches).unwrap() == batch, "step {step} differs");
    }
}

#[test]
fn progress_is_told_to_the_end() {
    let most = AtomicUsize::new(0);
    let few = &REGISTRY[..50];
    Matcher::match_all(few, &|done, total| {
        assert_eq!(total, 50);
        most.fetch_max(done, Ordering::Relaxed);
    });
    assert_eq!(most.into_inner(), 50);
}

#[test]
fn every_definition_has_one_concept_and_the_shared_ones_are_right() {
    let matcher = registered();
    let members = matcher.concepts(&MATCHES, &[]);
    let confirmed: BTreeMap<&str, &str> = members
        .iter()
        .filter(|m| m.strength == Strength::Confirmed)
        .map(|m| (m.definition.as_str(), m.concept.as_str()))
        .collect();
    assert_eq!(confirmed.len(), 1_249);
    assert_eq!(members.iter().filter(|m| m.strength == Strength::Confirmed).count(), 1_249);
    assert_eq!(confirmed["ncdr-metric-477"], "ncdr-metric-189");
    assert_eq!(confirmed["site-code-of-treatment"], "organisation-site-identifier-of-treatment");
    // Both are replaced by one item, yet one message carries both: they are not one question.
    assert_ne!(confirmed["cds-copy-recipient-identity"], confirmed["cds-prime-recipient-identity"]);
    assert_eq!(confirmed.values().collect::<BTreeSet<_>>().len(), 1_249 - 21);
}

/// A matcher with the sample's definitions in it.
fn registered() -> Matcher {
    let mut matcher = Matcher::new();
    matcher.extend(REGISTRY.iter());
    matcher
}

#[test]
fn a_new_version_takes_the_place_of_the_old() {
    let mut matcher = registered();
    let count = matcher.len();
    let old = REGISTRY.iter().find(|d| d.id.as_str() == "ncdr-metric-189").unwrap();
    let changed = Definition {
        version: 2,
        name: "Something else entirely".into(),
        external_ids: BTreeMap::new(),
        ..old.clone()
    };
    let found = matcher.insert(&changed);
    assert!(!confirmed(&found).iter().any(|(_, right)| right == "ncdr-metric-477"));
    let back = Definition { version: 3, ..old.clone() };
    let found = matcher.insert(&back);
    assert!(confirmed(&found).contains(&("ncdr-metric-189".into(), "ncdr-metric-477".into())));
    assert!(found.iter().all(|found| found.left != back.id || found.left_version == 3));
    assert_eq!(matcher.len(), count);
}

#[test]
fn a_draft_is_checked_against_what_is_held() {
    let matcher = registered();
    let held = REGISTRY.iter().find(|d| d.id.as_str() == "ncdr-metric-189").unwrap();
    let identical = matcher.check(held, 3);
    assert_eq!(
        (identical[0].standing, identical[0].definition.as_str()),
        (Standing::Identical, "ncdr-metric-189")
    );
    assert_eq!(
        (identical[1].standing, identical[1].definition.as_str()),
        (Standing::Same, "ncdr-metric-477")
    );
    let draft = Definition {
        id: DefinitionId::new("a-draft").unwrap(),
        external_ids: BTreeMap::new(),
        ..held.clone()
    };
    let hits = matcher.check(&draft, 10);
    let first: Vec<_> = hits.iter().take(2).map(|hit| (hit.standing, hit.match_.strength)).collect();
    assert_eq!(first, [(Standing::Same, Strength::Confirmed); 2]);
    assert!(matcher.check(&draft, 1).len() == 1);
    let dictionary = Definition {
        id: DefinitionId::new("our-birth-date").unwrap(),
        external_ids: BTreeMap::from([("nhs_data_dictionary".into(), "person_birth_date".into())]),
        ..support::definition("x", DefinitionKind::Element, "Date of birth", "")
    };
    let hits = matcher.check(&dictionary, 5);
    assert_eq!((hits[0].standing, hits[0].definition.as_str()), (Standing::Identical, "person-birth-date"));
    let new = support::definition(
        "new",
        DefinitionKind::Metric,
        "Snow ploughs owned",
        "Number of snow ploughs owned by the estate",
    );
    assert!(matcher.check(&new, 5).iter().all(|hit| hit.standing == Standing::Related));
}

#[test]
fn a_proposal_is_not_identical_because_of_its_name() {
    let matcher = registered();
    let parking = Definition {
        id: DefinitionId::proposed(),
        ..support::definition(
            "x",
            DefinitionKind::Element,
            "CRITICAL CARE UNIT FUNCTION",
            "The number of parking spaces for visitors beside the main entrance of the hospital site.",
        )
    };
    let hits = matcher.check(&parking, 10);
    let namesake = hits.iter().find(|hit| hit.definition.as_str() == "critical-care-unit-function").unwrap();
    assert!(hits.iter().all(|hit| hit.standing != Standing::Identical), "{hits:#?}");
    let facets: BTreeSet<_> = namesake.match_.evidence.iter().map(|reason| reason.facet.as_str()).collect();
    assert!(facets.contains("name") && !facets.contains("identifier"), "{facets:?}");
    assert_eq!(namesake.match_.strength, Strength::Possible, "a person must look: {namesake:#?}");
}

#[test]
fn candidates_hold_the_known_duplicates() {
    let matcher = registered();
    for row in csv_rows("known_duplicates.csv").iter().filter(|row| row["label"] == "same") {
        let (left, right) = (id(&row["left"]), id(&row["right"]));
        let of = |wanted: &str| REGISTRY.iter().find(|d| d.id.as_str() == wanted).unwrap();
        let found = matcher.candidates(of(&left), 100);
        assert!(
            found.len() <= 100 && found.iter().any(|id| id.as_str() == right),
            "{left} does not meet {right}"
        );
    }
}

#[test]
fn hostile_definitions_are_borne() {
    let mut matcher = Matcher::new();
    let huge = "Number of patients seen within 4 hours. ".repeat(25_000);
    let texts = [
        "",
        "\u{0}\u{7}\u{202e}",
        "🚑🚑🚑",
        "<script>alert(1)</script>",
        "患者数",
        &huge,
        "a a a a a a a a",
        "+ + + 5 + +",
        "will be replaced with",
    ];
    for (at, text) in texts.iter().enumerate() {
        let name: String = text.chars().take(300).collect();
        for found in
            matcher.insert(&support::definition(&format!("d{at}"), DefinitionKind::Metric, &name, text))
        {
            assert_ne!(found.strength, Strength::Confirmed, "{found:#?}");
        }
    }
}

#[test]
fn overlap_of_the_data_sets_equals_the_oracle_in_every_row() {
    let items = csv_rows("collection_items.csv");
    let sets: BTreeSet<&str> = items.iter().map(|row| row["collection_id"].as_str()).collect();
    assert_eq!(sets.len(), 71);
    let found = overlap::overlaps(
        items.iter().map(|row| (row["collection_id"].as_str(), row["element_id"].as_str())),
    );
    let expected = csv_rows("expected_collection_overlap.csv");
    assert_eq!((found.len(), expected.len()), (978, 978));
    let mut expected: BTreeMap<(&str, &str), &BTreeMap<String, String>> =
        expected.iter().map(|row| ((row["left"].as_str(), row["right"].as_str()), row)).collect();
    for overlap in &found {
        let row = expected
            .remove(&(overlap.left, overlap.right))
            .unwrap_or_else(|| panic!("{overlap:?} is not in the oracle"));
        let counts = [overlap.shared, overlap.left_size, overlap.right_size].map(|count| count.to_string());
        assert_eq!(
            [&row["shared_elements"], &row["left_elements"], &row["right_elements"]].map(String::as_str),
            counts.each_ref().map(String::as_str)
        );
        for (name, value) in
            [("jaccard", overlap.jaccard()), ("containment_of_smaller", overlap.containment_of_smaller())]
        {
            // The oracle prints four decimals.
            let printed: f64 = row[name].parse().unwrap();
            assert!(
                (value - printed).abs() <= 0.000_050_000_1,
                "{overlap:?}: {name} {value} against {printed}"
            );
        }
    }
    assert!(expected.is_empty());
}

/// Of a letter there is often a name and no more: whoever knows a definition by its name finds it, and finds nothing else the same.
#[test]
fn a_registered_name_alone_finds_its_definition() {
    let matcher = registered();
    let alike = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    for held in REGISTRY.iter().filter(|one| one.name.contains(' ')).step_by(37) {
        let asked = support::definition("asked", DefinitionKind::Element, &held.name.to_lowercase(), "");
        let hits = matcher.check(&asked, 10);
        let first = hits.first().unwrap_or_else(|| panic!("nothing is near {:?}", held.name));
        assert_eq!(first.standing, Standing::Same, "{:?} finds {}", held.name, first.definition);
        let same: Vec<_> = hits.iter().filter(|hit| hit.standing.is_held()).collect();
        assert!(
            same.iter().any(|hit| {
                let found = REGISTRY.iter().find(|one| one.id == hit.definition).unwrap();
                alike(&found.name) == alike(&held.name)
            }),
            "{:?} is not among what it is the same as",
            held.name
        );
    }
}
