use super::*;
use onus_domain::{
    DefinitionId,
    definition::{DefinitionKind, PermittedValue, RegistrationStatus},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn metric(id: &str, name: &str, text: &str) -> Definition {
    Definition {
        text: text.into(),
        status: RegistrationStatus::Recorded,
        ..Definition::new(DefinitionId::new(id).unwrap(), DefinitionKind::Metric, name)
    }
}

fn element(id: &str, name: &str, text: &str) -> Definition {
    Definition { kind: DefinitionKind::Element, ..metric(id, name, text) }
}

fn verdict(a: &Definition, b: &Definition) -> String {
    let found = compare(a, b);
    format!("{} {}", found.relation, found.strength)
}

/// Twins that differ in one facet, under one name, with all words but a few in common.
#[test]
fn a_contradiction_is_never_the_same() {
    for (left, right) in [
        (
            "Percentage of attendances seen within 4 hours of arrival",
            "Percentage of attendances seen within 12 hours of arrival",
        ),
        ("Response time to category 1 incidents", "Response time to category 2 incidents"),
        ("Mean days from referral to treatment", "Median days from referral to treatment"),
        ("Number of incomplete pathways at month end", "Number of completed pathways at month end"),
        ("Adults admitted to critical care", "Children admitted to critical care"),
        ("Patients readmitted after discharge", "Patients not readmitted after discharge"),
        (
            "Transfusions where haemoglobin was under 70 g/L",
            "Transfusions where haemoglobin was 70 g/L or higher",
        ),
        ("Number of patients seen by a dietitian", "Percentage of patients seen by a dietitian"),
        ("MRSA cases in the trust", "MSSA cases in the trust"),
        ("School nurses employed, FTE", "School nurses employed, headcount"),
        ("People aged 65 and over admitted after a fall", "People aged 75 and over admitted after a fall"),
    ] {
        let found =
            compare(&metric("a", "One name for both", left), &metric("b", "One name for both", right));
        assert_ne!(found.relation, Relation::Same, "{left} / {right}: {:#?}", found.evidence);
    }
}

#[test]
fn a_contradiction_caps_the_score_whatever_speaks_for_it() {
    let keyed = |id: &str, text: &str| Definition {
        external_ids: BTreeMap::from([("cms_id".to_owned(), "CMS1".to_owned())]),
        ..metric(id, "One name for both", text)
    };
    let found = compare(&keyed("a", "Mean days from referral"), &keyed("b", "Median days from referral"));
    assert_eq!(found.relation, Relation::Different);
    assert!(found.score < 0.2, "{:#?}", found.evidence);
    assert_eq!(found.evidence.last().map(|reason| reason.facet.as_str()), Some("cap"));
}

#[test]
fn fields_of_their_own_contradict_too() {
    let base = Definition {
        numerator: "Patients seen".into(),
        denominator: "Patients referred".into(),
        ..metric("a", "Patients seen in time", "Percentage of patients seen in time")
    };
    let twin = |change: fn(&mut Definition)| {
        let mut twin = Definition { id: DefinitionId::new("b").unwrap(), ..base.clone() };
        change(&mut twin);
        twin
    };
    assert_eq!(verdict(&base, &twin(|_| ())), "SAME CONFIRMED");
    let monthly = Definition { period_type: "Monthly".into(), grain: "CCG".into(), ..base.clone() };
    for (change, expected) in [
        ((|t| t.period_type = "Quarterly".into()) as fn(&mut Definition), "RELATED POSSIBLE"),
        (|t| t.grain = "Provider".into(), "RELATED POSSIBLE"),
        (|t| t.period_type = "every month".into(), "SAME CONFIRMED"),
        (|t| t.kind = DefinitionKind::Element, "RELATED POSSIBLE"),
        (|t| t.numerator = "Patients not seen".into(), "DIFFERENT POSSIBLE"),
        (|t| t.denominator = "Patients aged 18 or over referred".into(), "BROADER POSSIBLE"),
        (|t| t.denominator = "Staff employed".into(), "POSSIBLE"),
        (|t| t.text.push_str(". The standard is met at 90 %."), "SAME CONFIRMED"),
        (|t| t.text.push_str(". Only urgent referrals count."), "BROADER POSSIBLE"),
        (|t| t.text = "Percentage of resident patients seen in time".into(), "POSSIBLE"),
        (|t| t.text = "Percentage of resident patients treated in time".into(), "POSSIBLE"),
        (|t| t.population = "Residents".into(), "SAME CONFIRMED"),
        (|t| t.numerator = String::new(), "SAME CONFIRMED"),
    ] {
        let found = verdict(&monthly, &twin(change));
        assert!(found.ends_with(expected), "{found}, not {expected}");
    }
}

#[test]
fn other_words_for_the_same_are_the_same() {
    let left =
        metric("a", "A&E waits", "Number of attendances at A&E seen within 60 minutes, per 100 WTE staff");
    let right = metric(
        "b",
        "Emergency Department waits",
        "Count of attendances at ED seen in one hour or less, % FTE staff",
    );
    assert_eq!(
        verdict(
            &left,
            &metric("b", &right.name, "Count of attendances at ED seen within one hour, % FTE staff")
        ),
        "SAME CONFIRMED"
    );
    assert_ne!(verdict(&left, &right), "DIFFERENT POSSIBLE");
}

#[test]
fn nothing_is_confirmed_without_evidence() {
    assert_eq!(verdict(&metric("a", "", ""), &metric("b", "", "")), "DIFFERENT POSSIBLE");
    assert_eq!(verdict(&element("a", "Status", ""), &element("b", "Status", "")), "RELATED POSSIBLE");
    let name = "Date of first assessment";
    assert_eq!(verdict(&element("a", name, ""), &element("b", name, "")), "SAME POSSIBLE");
    let text = "Percentage of eligible people who were invited and seen";
    let other = compare(&metric("a", "People invited", text), &metric("b", "People seen", text));
    assert_eq!(other.strength, Strength::Possible, "each name may be another part of the text");
}

#[test]
fn a_key_names_one_definition_only_where_its_registry_says_so() {
    let with = |id: &str, registry: &str| Definition {
        external_ids: BTreeMap::from([(registry.to_owned(), "person_birth_date".to_owned())]),
        ..element(id, "PERSON BIRTH DATE", "")
    };
    assert_eq!(
        verdict(&with("a", "nhs_data_dictionary"), &with("b", "nhs_data_dictionary")),
        "SAME CONFIRMED"
    );
    assert_eq!(
        verdict(&with("a", "nhs_data_dictionary"), &with("b", "nhs_data_dictionary_attribute")),
        "SAME POSSIBLE"
    );
    assert_eq!(
        verdict(&with("a", "nhs_data_dictionary_attribute"), &with("b", "nhs_data_dictionary_attribute")),
        "SAME POSSIBLE"
    );
}

#[test]
fn a_long_list_of_values_under_one_name_is_evidence() {
    let list = |id: &str, meaning: &str| Definition {
        value_set: (1..=12)
            .map(|n| PermittedValue { code: n.to_string(), meaning: format!("{meaning} {n}") })
            .collect(),
        format: "an2".into(),
        grain: "record".into(),
        ..element(id, "ETHNIC CATEGORY", "")
    };
    assert_eq!(verdict(&list("a", "group"), &list("b", "Group")), "SAME CONFIRMED");
    assert_eq!(verdict(&list("a", "group"), &list("b", "class")), "DIFFERENT POSSIBLE");
}

#[test]
fn only_replacement_by_exactly_one_item_confirms() {
    let old = |sentence: &str, successor: Option<&str>| Definition {
        successor: successor.map(|id| DefinitionId::new(id).unwrap()),
        format: "an1".into(),
        ..element("old", "PERSON GENDER CODE CURRENT", sentence)
    };
    let new = element("stated", "PERSON STATED GENDER CODE", "");
    let one = "PERSON GENDER CODE CURRENT will be replaced with PERSON STATED GENDER CODE, when it has been approved.";
    assert_eq!(verdict(&old(one, Some("stated")), &new), "SAME CONFIRMED");
    assert_eq!(verdict(&old("", None), &Definition { text: one.into(), ..new.clone() }), "SAME CONFIRMED");
    let either = "PERSON GENDER CODE CURRENT will be replaced with PERSON STATED GENDER CODE or PERSON PHENOTYPIC SEX, which is newer.";
    let related = compare(&old(either, Some("stated")), &new);
    assert_eq!(related.strength, Strength::Possible);
    assert!(related.evidence.iter().any(|reason| reason.finding.contains("one among several")));
    assert_eq!(compare(&old("", Some("stated")), &new).strength, Strength::Possible);
}

#[test]
fn a_match_is_told_reason_by_reason() {
    let left = Definition {
        numerator: "Total response times across all C1 incidents".into(),
        denominator: "Total number of C1 incidents".into(),
        period_type: "Monthly".into(),
        ..metric(
            "ncdr-metric-189",
            "Category 1 mean response time",
            "Category 1 responses are to people with life-threatening injuries.",
        )
    };
    let right = Definition {
        id: DefinitionId::new("ncdr-metric-477").unwrap(),
        text: format!("{} Operational standard is that mean is no greater than 7 minutes.", left.text),
        ..left.clone()
    };
    insta::assert_json_snapshot!(compare(&right, &left));
}

const WORDS: &[&str] = &[
    "number of",
    "percentage of",
    "patients",
    "adults",
    "children",
    "seen",
    "not",
    "within",
    "4 hours",
    "12 hours",
    "category 1",
    "mean",
    "median",
    "A&E",
    "60 minutes",
    "under 18",
    "18 or over",
    "<b>",
    "'s",
    "will be replaced with",
    "date",
    "time",
    "or",
    ".",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(WORDS), 0..10).prop_map(|words| words.join(" ")),
        "\\PC{0,40}",
    ]
}

fn any_definition() -> impl Strategy<Value = Definition> {
    (any_text(), any_text(), any_text(), any_text(), any::<bool>()).prop_map(
        |(name, text, numerator, grain, is_metric)| Definition {
            numerator,
            grain,
            ..if is_metric { metric("a", &name, &text) } else { element("a", &name, &text) }
        },
    )
}

proptest! {
    #[test]
    fn the_waterfall_adds_up_and_the_order_does_not_matter(a in any_definition(), b in any_definition()) {
        let b = Definition { id: DefinitionId::new("b").unwrap(), ..b };
        let found = compare(&a, &b);
        prop_assert_eq!(score_of(sum(&found.evidence)).to_bits(), found.score.to_bits());
        prop_assert!((0.0..=1.0).contains(&found.score));
        prop_assert_eq!(&found, &compare(&b, &a));
        prop_assert!(found.left <= found.right);
        if a.kind != b.kind {
            prop_assert_ne!(found.relation, Relation::Same);
        }
    }
}

/// The model that is compiled in is the one that its name says, made for the measures and the normaliser of this version.
#[test]
fn the_model_of_this_version_is_whole() {
    let text = include_str!("../../data/model.txt");
    let model = Model::from_text("model.txt", text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((model.name.as_str(), model.normaliser), (MODEL, crate::normalise::NORMALISER_VERSION));
    assert!(model == *DEFAULT && model.trees.len() > 1 && model.to_text() == text);
    let cut: Vec<&str> = text.lines().take(20).collect();
    assert!(
        Model::from_text("model.txt", &cut.join("\n")).is_err(),
        "a model that lacks measures is refused"
    );
}

#[test]
fn two_with_nothing_but_common_words_are_not_the_same() {
    let definition = |name: &str, text: &str| {
        let id = DefinitionId::from_name(name).unwrap();
        Definition { text: text.into(), ..Definition::new(id, DefinitionKind::Metric, name) }
    };
    let bicycles = definition(
        "Parking spaces for staff bicycles",
        "Number of spaces under a roof on the last day of the month",
    );
    let admitted =
        definition("Admitted patients in month total", "The total number of PATIENTS admitted in the month");
    assert_ne!(compare(&bicycles, &admitted).relation, Relation::Same);
}
