use super::{HOSTILE, Sample, admitted, critical_care, pager, sample, shell};
use onus_domain::definition::DefinitionKind;
use onus_web::{
    pages::{
        collections::{CollectionResult, Collections},
        definitions::{DefinitionResult, Definitions},
        home::{Finding, Home},
    },
    parts::{Choice, Figure, Link, Tag},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    Ok(vec![
        sample("home", &home())?,
        sample("home-empty", &home_empty())?,
        sample("collections", &collections(typical_rows()))?,
        sample("collections-none", &collections(vec![]))?,
        sample("collections-extreme", &collections(vec![extreme_row(); 50]))?,
        sample("definitions", &definitions(false))?,
        sample("definitions-none", &definitions(true))?,
    ])
}

fn home() -> Home {
    let finding = |text: &str| Finding {
        link: Link::overlap(&"a", &"b", "Critical Care Minimum Data Set and admitted patient care"),
        text: text.into(),
    };
    Home {
        shell: shell("what the NHS asks its providers", Area::Other).at_home(),
        month: "October 2026".into(),
        registered: vec![
            Figure::new("Collections", "58").note("from 6 bodies"),
            Figure::new("Items asked", "3,870").note("of 1,249 definitions"),
            Figure::new("Providers", "6,718").note("that must answer at least one"),
        ],
        burden: vec![
            Figure::new("Asks", "48,201,912").note("one item, one period, one provider"),
            Figure::new("Facts", "47,911,004").note("47,604,311 after folding (strict)"),
            Figure::new("Submit-once rate", "0.993").note("0.987 strict; 1 means nothing is asked twice"),
            Figure::new("Burden", "2,841,377").unit("hours").assumed(1.0),
            Figure::new("Rests on assumptions", "100%")
                .unit("of the hours")
                .note("all minutes are the published default table"),
            Figure::new("Burden index", "100.4").note("October 2025 is 100").assumed(1.0),
        ],
        asked_twice: vec![
            finding(
                "All 34 critical care items are also asked in the admitted patient data set, about the same stays. 137 providers are asked twice.",
            ),
            finding(
                "28 of 36 aggregate contract monitoring items can be computed from patient-level contract monitoring.",
            ),
            finding("Ambulance category 1 to 4 response times stand in two reports."),
        ],
        shared_definitions: vec![
            finding("all 12 paediatric critical care definitions, about other patients."),
            finding("111 definitions, about other patients."),
        ],
    }
}

fn home_empty() -> Home {
    let shell = shell("what the NHS asks its providers", Area::Other).at_home();
    let none = |label: &str| Figure::new(label, "0");
    Home {
        shell: onus_web::shell::Shell { sample: false, ..shell },
        registered: vec![none("Collections"), none("Items asked"), none("Providers")],
        burden: vec![none("Asks"), Figure::new("Submit-once rate", "–").note("nothing is asked yet")],
        asked_twice: vec![],
        shared_definitions: vec![],
        ..home()
    }
}

fn choices(any: &str, known: &[&str], chosen: &str) -> Vec<Choice> {
    Choice::list(any, known.iter().map(|one| ((*one).to_owned(), (*one).to_owned())), chosen)
}

fn collections(rows: Vec<CollectionResult>) -> Collections {
    Collections {
        shell: shell("What is asked", Area::Collections),
        query: "critical <care> \"x\"".into(),
        owners: choices(
            "Any body",
            &[
                "NHS England",
                "NHS Digital",
                "Department of Health and Social Care / Office for Health Improvement and Disparities",
            ],
            "NHS England",
        ),
        frequencies: choices("Any", &["every month", "every quarter"], ""),
        provider_types: choices("Any provider", &["Acute", "GP practice"], ""),
        filtered: true,
        pager: if rows.is_empty() {
            pager("No collection", false, false)
        } else {
            pager("58 collections", true, true)
        },
        rows,
    }
}

fn typical_rows() -> Vec<CollectionResult> {
    let row = |link: Link, purpose: &str, twice: &str| CollectionResult {
        link,
        tags: vec![Tag::new("Live", "green"), Tag::adopted()],
        purpose: purpose.into(),
        owner: "NHS England".into(),
        frequency: "every month (assumed)".into(),
        respondents: "Acute, Specialist (stated)".into(),
        items: "34".into(),
        asked_twice: twice.into(),
    };
    vec![
        row(
            critical_care(),
            "The Critical Care Minimum Data Set was developed by the Critical Care Information Advisory Group to record the care of adults in critical care…",
            "with 1 other collection",
        ),
        row(admitted(), "Commissioning data sets carry information about care provided to patients.", ""),
    ]
}

fn extreme_row() -> CollectionResult {
    CollectionResult {
        link: Link::collection(&"x", HOSTILE),
        tags: vec![Tag::new("Suspended", "orange"), Tag::adopted(), Tag::assumed()],
        purpose: HOSTILE.repeat(3),
        owner: HOSTILE.into(),
        frequency: "every half year (assumed)".into(),
        respondents: "Acute, Mental health, Community, Ambulance, Specialist, GP practice, Care home, Independent, Other (assumed)".into(),
        items: "10,000".into(),
        asked_twice: "with 57 other collections".into(),
    }
}

fn definitions(none: bool) -> Definitions {
    let row = |name: &str, text: &str| DefinitionResult {
        link: Link::definition(&"person-birth-date", name),
        tags: vec![Tag::kind(DefinitionKind::Element), Tag::new("Standard", "green")],
        text: text.into(),
        asked_in: "33 collections".into(),
        same: "2 other definitions".into(),
    };
    let rows = if none {
        vec![]
    } else {
        vec![
            row(
                "PERSON BIRTH DATE",
                "The date on which a PERSON was born or is officially deemed to have been born.",
            ),
            row(HOSTILE, HOSTILE),
        ]
    };
    Definitions {
        shell: shell("Definitions", Area::Definitions),
        query: String::new(),
        kinds: choices("Any kind", &["Element", "Metric"], ""),
        statuses: choices("Any status", &["Standard", "Superseded"], ""),
        filtered: none,
        pager: pager(if none { "No definition" } else { "1,249 definitions" }, none, !none),
        rows,
    }
}
