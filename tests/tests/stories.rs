//! The stories that the sample's description tells an NHS reader, found where they are looked for: on the pages and in the month's
//! report. What is asked twice and what is only defined alike are told apart in both.

use onus_tests::{Database, Demo, Server, words};
use rstest::rstest;
use std::fs;

/// A served demo, with the report that it wrote.
struct Told {
    server: Server,
    report: String,
    _demo: Demo,
}

impl Told {
    fn new(database: Database) -> Self {
        let demo = Demo::copy(database);
        let month = demo.summary()["month"].as_str().expect("a month").to_owned();
        let report = demo.data().join("editions").join(month).join("index.html");
        let report = fs::read_to_string(report).expect("the month's report");
        Self { server: Server::start(&demo), report, _demo: demo }
    }

    /// The words of a page.
    fn page(&self, path: &str) -> String {
        let answer = self.server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        words(&answer.body)
    }

    /// The page of two collections side by side, and the words of its part `id`.
    fn pair(&self, left: &str, right: &str, id: &str) -> (String, String) {
        let path = format!("/overlaps/{left}/{right}");
        let body = self.server.get(&path).body;
        let from = format!("id=\"{id}\"");
        let part = body.split_once(&from).unwrap_or_else(|| panic!("no {id} on {path}")).1;
        (words(&body), words(part.split("<h2").next().unwrap_or_default()))
    }

    /// The words of a section of the report.
    fn section(&self, id: &str) -> String {
        let from = format!("<h2 id=\"{id}\"");
        let part = self.report.split_once(&from).unwrap_or_else(|| panic!("no section {id} in the report")).1;
        words(part.split("</section>").next().unwrap_or_default())
    }
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
}

#[rstest]
fn all_critical_care_items_are_also_in_the_commissioning_data_sets(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let told = Told::new(database);
    let story = "All 34 items of Critical Care Minimum Data Set are also in Commissioning Data Sets (CDS V6-2). \
                 22 of them must be answered in both";
    has(&told.page("/"), &[story]);
    let (page, twice) = told.pair("commissioning-data-sets", "critical-care-minimum-data-set", "asked-twice");
    has(&page, &[story]);
    has(&twice, &["ADVANCED RESPIRATORY SUPPORT DAYS"]);
    has(
        &told.section("twice"),
        &[
            "All 34 questions of Critical Care Minimum Data Set are also in Commissioning Data Sets (CDS V6-2).",
        ],
    );
}

#[rstest]
fn most_of_aggregate_contract_monitoring_is_also_asked_patient_by_patient(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let told = Told::new(database);
    let story = "28 of 36 items of Aggregate Contract Monitoring Data Set are also in Patient Level Contract \
                 Monitoring Data Set. 15 of them must be answered in both";
    has(&told.page("/"), &[story, "13 are optional in one or both"]);
    let (left, right) =
        ("aggregate-contract-monitoring-data-set", "patient-level-contract-monitoring-data-set");
    has(&told.pair(left, right, "asked-twice").0, &[story]);
    has(
        &told.section("twice"),
        &[
            "28 of 36 questions of Aggregate Contract Monitoring Data Set are also in Patient Level Contract Monitoring Data Set.",
        ],
    );
}

#[rstest]
fn ambulance_times_and_18_week_waits_stand_in_two_reports(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let told = Told::new(database);
    let contract = "nhs-standard-contract-measures";
    let times = ["Category 1 mean", "Category 2 mean", "Category 3 90th centile", "Category 4 90th centile"];
    let times = times.map(|time| format!("{time} response time"));
    let times = times.each_ref().map(String::as_str);
    let waits = "Patients waiting 18 weeks or less from referral to hospital treatment";

    let (page, twice) = told.pair("national-combined-statistics-report", contract, "asked-twice");
    has(&twice, &times);
    has(
        &page,
        &[
            "are also in National Combined Statistics, Chief Executives' Report. All of them must be answered in both.",
        ],
    );
    let (page, twice) = told.pair("improvement-and-assessment-framework", contract, "asked-twice");
    has(&twice, &[waits]);
    has(
        &page,
        &[
            "The only item of Improvement and Assessment Framework (IAF) is also in NHS Standard Contract Measures.",
        ],
    );

    let report = told.section("twice");
    has(&report, &times);
    has(&report, &[waits, "NHS Standard Contract Measures are also in National Combined Statistics"]);
    has(
        &report,
        &["The only question of Improvement and Assessment Framework (IAF) is also in NHS Standard Contract"],
    );
}

#[rstest]
#[case::paediatric_in_neonatal(
    ("neonatal-critical-care-minimum-data-set", "paediatric-critical-care-minimum-data-set"),
    "All 12 definitions of Paediatric Critical Care Minimum Data Set are also used in Neonatal Critical Care Minimum Data Set",
    "Neonatal Critical Care Minimum Data Set Paediatric Critical Care Minimum Data Set 12 14 12"
)]
#[case::mental_health_and_community(
    ("community-services-data-set", "mental-health-services-data-set"),
    "111 of 171 definitions of Community Services Data Set are also used in Mental Health Services Data Set",
    "Community Services Data Set Mental Health Services Data Set 111 171 284"
)]
#[case::talking_therapies_and_mental_health(
    ("mental-health-services-data-set", "talking-therapies-data-set"),
    "64 of 106 definitions of NHS Talking Therapies (Improving Access to Psychological Therapies) Data Set are also used in Mental Health Services Data Set",
    "Mental Health Services Data Set NHS Talking Therapies (Improving Access to Psychological Therapies) Data Set 64 284 106"
)]
fn shared_definitions_about_other_patients_are_no_duplicates(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
    #[case] (left, right): (&str, &str),
    #[case] story: &str,
    #[case] row: &str,
) {
    let told = Told::new(database);
    let (page, twice) = told.pair(left, right, "asked-twice");
    has(&page, &[&format!("{story}, about other people or things. No provider is asked twice.")]);
    has(&twice, &["Nothing is asked twice by these two."]);
    has(&told.section("shared"), &["Nobody is asked twice", row]);
    let names = row.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    assert!(!told.section("twice").contains(names), "{names} are not among what is asked twice");
}

#[rstest]
fn birth_date_stands_in_33_of_71_data_sets(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let told = Told::new(database);
    let story = "NHS Data Model and Dictionary, where it stands in 33 of 71 data sets";
    has(&told.page("/definitions/person-birth-date"), &[story]);
    let report = told.section("shared");
    let (_, said) = report.split_once("Person Birth Date stands in").expect("birth date in the report");
    has(said.split("data sets").next().unwrap_or_default(), &["33 of 71"]);
}
