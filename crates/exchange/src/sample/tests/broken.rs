//! What a broken file gets: every problem of all files at once, each with its file, line and column, and nothing read.

use crate::sample::{Files, Grouping, read};
use onus_domain::Error;
use rstest::rstest;

type Found = Vec<(String, String)>;

fn problems(change: impl FnOnce(&mut std::collections::BTreeMap<String, Vec<u8>>)) -> Found {
    let mut files = Files::embedded();
    change(&mut files);
    match read(&Files::Memory(files), Grouping::Families) {
        Err(Error::Invalid(found)) => found.into_iter().map(|v| (v.field, v.rule)).collect(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("the broken files were accepted"),
    }
}

fn replace(file: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains(from), "{from}");
    *file = text.replacen(from, to, 1).into_bytes();
}

#[rstest]
#[case::no_such_frequency("collections.csv", ",monthly,", ",each moon,", "frequency", "KNOWN_FREQUENCY")]
#[case::wrong_number("collections.csv", ",36,36,27,", ",thirty-six,36,27,", "n_items", "NUMBER")]
#[case::wrong_count("collections.csv", ",36,36,27,", ",37,36,27,", "n_items", "COUNT")]
#[case::missing_column(
    "collections.csv",
    "frequency,frequency_evidence",
    "often,frequency_evidence",
    "frequency",
    "COLUMN"
)]
#[case::duplicate_collection(
    "collections.csv",
    "dd:national_workforce_data_set,",
    "dd:community_services_data_set,",
    "collection_id",
    "DUPLICATE"
)]
#[case::unknown_element(
    "collection_items.csv",
    ",person_family_name",
    ",person_clan_name",
    "element_id",
    "UNKNOWN"
)]
#[case::unknown_collection(
    "collection_items.csv",
    "dd:national_workforce_data_set,1,",
    "dd:no_such_set,1,",
    "collection_id",
    "UNKNOWN"
)]
#[case::duplicate_position(
    "collection_items.csv",
    "minimum_data_set,2,",
    "minimum_data_set,1,",
    "position",
    "DUPLICATE"
)]
#[case::unknown_mandation(
    "collection_items.csv",
    "Patient details,M,",
    "Patient details,Z,",
    "mandation",
    "UNKNOWN"
)]
#[case::unknown_subject("collection_subjects.csv", ",STAFF_POSTS,", ",STAFF_POST,", "subject", "UNKNOWN")]
#[case::bad_basis(
    "collection_subjects.csv",
    ",STAFF_POSTS,STATED,",
    ",STAFF_POSTS,SAID,",
    "basis",
    "KNOWN_CODE"
)]
#[case::ring(
    "subjects.csv",
    "ADMITTED_CARE,Admitted patient care episodes,,",
    "ADMITTED_CARE,Admitted patient care episodes,ADMITTED_CARE_BIRTHS,",
    "contained_in",
    "RING"
)]
#[case::bad_subject("subjects.csv", "STOP_SMOKING_CLIENTS,", "stop smoking,", "subject", "IDENTIFIER")]
#[case::bad_date("providers_trusts.csv", ",20171001,", ",20171301,", "open_date", "DATE")]
#[case::absurd_date("providers_gp_practices.csv", ",19740401,", ",09740401,", "open_date", "DATE")]
#[case::bad_code("providers_gp_practices.csv", "A81001,", "a81001,", "code", "IDENTIFIER")]
#[case::bad_size("providers_gp_practices.csv", ",4055\r", ",4 055\r", "list_size_2022_05", "DECIMAL")]
#[case::no_size("providers_gp_practices.csv", ",4055\r", ",0\r", "list_size_2022_05", "RANGE")]
#[case::unknown_type("providers_trusts.csv", "AMBULANCE,", "TAXI,", "eric_type_2016_17", "KNOWN_TYPE")]
#[case::duplicate_element(
    "data_elements.jsonl",
    "\"element_id\": \"accommodation_status__snomed_ct_\"",
    "\"element_id\": \"accommodation_status_code\"",
    "element_id",
    "DUPLICATE"
)]
#[case::no_name(
    "data_elements.jsonl",
    "\"name\": \"ACCOMMODATION STATUS CODE\"",
    "\"name\": \"\"",
    "name",
    "REQUIRED"
)]
#[case::no_metric_subject(
    "metrics.jsonl",
    "\"id\": \"ncdr-metric-1\"",
    "\"id\": \"ncdr-metric-9999\"",
    "id",
    "NO_SUBJECT"
)]
#[case::json("metrics.jsonl", "{\"id\": \"ncdr-metric-2\"", "{\"id\" \"ncdr-metric-2\"", "", "JSON")]
#[case::unquoted_evidence(
    "adoption/requests.csv",
    "Data will be reported monthly.",
    "Data are reported monthly.",
    "frequency_evidence",
    "QUOTE"
)]
#[case::unquoted_respondents(
    "adoption/requests.csv",
    "of acute activity are required",
    "of acute activity were required",
    "respondents_evidence",
    "QUOTE"
)]
#[case::unknown_owner("adoption/requests.csv", ",UKHSA,", ",UKHSB,", "owner", "UNKNOWN")]
#[case::unknown_region("adoption/requests.csv", ";Y63,", ";Y99,", "regions", "UNKNOWN")]
#[case::unknown_provider_type(
    "adoption/requests.csv",
    "COMMUNITY;GP_PRACTICE",
    "COMMUNITY;DENTIST",
    "provider_types",
    "KNOWN_CODE"
)]
#[case::gap_between_versions(
    "adoption/families.csv",
    ",2025-04-01,,ASSUMED",
    ",2025-05-01,,ASSUMED",
    "live_from",
    "ORDER"
)]
#[case::not_placed(
    "adoption/families.csv",
    "dd:national_workforce_data_set,",
    "dd:no_such_set,",
    "source_collection",
    "UNKNOWN"
)]
#[case::unused_rule("adoption/item_roles.csv", "consultant_code,", "consultant_cod,", "element", "UNUSED")]
#[case::no_reason("adoption/mandations.csv", "NHS Data Dictionary: P is piloted.", "", "reason", "REQUIRED")]
#[case::unused_section(
    "adoption/section_subjects.csv",
    ",156,182,",
    ",956,982,",
    "source_collection",
    "UNUSED"
)]
#[case::bad_share("adoption/successions.csv", ",1,NHS", ",2,NHS", "share", "RANGE")]
fn each_broken_cell_is_named(
    #[case] file: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] column: &str,
    #[case] rule: &str,
) {
    let found = problems(|files| replace(files.get_mut(file).unwrap(), from, to));
    let hit = |(field, of): &&(String, String)| {
        field.starts_with(&format!("{file}:"))
            && (column.is_empty() || field.ends_with(&format!(":{column}")))
            && of == rule
    };
    assert!(found.iter().any(|one| hit(&one)), "{found:?}");
}

#[test]
fn the_line_is_that_of_the_file() {
    let found = problems(|files| {
        // Line 3 of the file: the header is line 1.
        replace(files.get_mut("collection_items.csv").unwrap(), ",person_given_name\r", ",unknown\r");
    });
    assert_eq!(found, [("collection_items.csv:3:element_id".to_owned(), "UNKNOWN".to_owned())]);
}

#[test]
fn a_missing_file_and_a_wrong_encoding_are_told_together() {
    let found = problems(|files| {
        files.remove("subjects.csv");
        files.get_mut("providers_trusts.csv").unwrap().extend(b"R99,CAF\xC9 TRUST,Y56,,,,,,,,,\r\n");
        replace(files.get_mut("metrics.jsonl").unwrap(), "\"name\"", "\"name\u{1}\"");
    });
    for expected in [
        ("subjects.csv", "MISSING_FILE"),
        ("providers_trusts.csv:214", "ENCODING"),
        ("metrics.jsonl:1", "CONTROL_CHARACTER"),
    ] {
        assert!(found.iter().any(|(field, rule)| (field.as_str(), rule.as_str()) == expected), "{found:?}");
    }
}

#[test]
fn a_thousand_problems_are_cut_and_counted() {
    let found = problems(|files| {
        let file = files.get_mut("collection_items.csv").unwrap();
        *file = String::from_utf8(file.clone()).unwrap().replace(",M,", ",Z,").into_bytes();
    });
    assert_eq!(found.len(), 101);
    assert_eq!(found[100], ("files".to_owned(), "MORE".to_owned()));
}
