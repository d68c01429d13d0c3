//! Organisations as an ADMIN keeps them.

use super::{HOSTILE, Sample, pager, sample, shell};
use onus_web::{
    pages::{
        fields::{Choices, DayField, Field},
        organisations::{
            OrganisationFields, OrganisationForm, OrganisationLine, Organisations, SizeFields,
            SuccessionFields,
        },
    },
    parts::{Choice, Link, Problem},
    shell::Area,
};

pub fn all() -> Result<Vec<Sample>, askama::Error> {
    Ok(vec![
        sample("organisations", &list(3))?,
        sample("organisations-none", &list(0))?,
        sample("organisations-extreme", &list(50))?,
        sample("organisation", &form(false))?,
        sample("organisation-refused", &form(true))?,
        sample("new-organisation", &OrganisationForm { code: String::new(), public: None, ..form(false) })?,
    ])
}

fn choices(values: [&str; 2]) -> Vec<Choice> {
    values.map(|text| Choice { value: text.to_uppercase(), text: text.into(), chosen: false }).into()
}

fn list(rows: usize) -> Organisations {
    let line = OrganisationLine {
        link: Link::new("/admin/organisations/R0A", HOSTILE),
        code: "R0A".into(),
        kind: "Provider: acute".into(),
        open: "Since 1 October 2017".into(),
    };
    Organisations {
        shell: shell("Organisations", Area::Other).under("/admin", "Administration"),
        query: HOSTILE.into(),
        kinds: choices(["Provider", "National body"]),
        filtered: true,
        pager: pager("3 organisations", false, true),
        rows: vec![line; rows],
    }
}

fn form(refused: bool) -> OrganisationForm {
    let problem = || refused.then(|| HOSTILE.to_owned());
    let field = |id: &str, label: &str, rows: u32| Field {
        id: id.into(),
        label: label.into(),
        hint: "Such as R0A".into(),
        value: HOSTILE.into(),
        rows,
        problem: problem(),
        ..Field::default()
    };
    let day = |id: &str, legend: &str| DayField {
        id: id.into(),
        legend: legend.into(),
        day: "1".into(),
        problem: problem(),
        ..DayField::default()
    };
    let choose = |id: &str, legend: &str| Choices {
        id: id.into(),
        legend: legend.into(),
        choices: choices(["One", "Another"]),
        problem: problem(),
        ..Choices::default()
    };
    let form = OrganisationFields {
        new_code: Some(field("code", "ODS code", 1)),
        kind: Some(choose("kind", "What is it?")),
        name: field("name", "Name", 1),
        provider_type: Some(choose("provider_type", "Type of provider")),
        region: field("region", "NHS England region code (optional)", 1),
        parent: field("parent", "Answers to (optional)", 1),
        open: day("open", "First day open (optional)"),
        close: day("close", "Last day open (optional)"),
        successions: vec![SuccessionFields {
            number: 1,
            predecessor: field("predecessor-0", "Who ended or gave", 1),
            successor: field("successor-0", "Who goes on", 1),
            date: day("date-0", "From which day"),
            share: field("share-0", "Share that went over", 1),
        }],
        sizes: vec![SizeFields {
            number: 1,
            measure: choose("measure-0", "Measured in"),
            from: day("from-0", "From which day"),
            value: field("value-0", "How much", 1),
        }],
        reason: Some(field("reason", "Where this is from, or why it changes", 2)),
    };
    OrganisationForm {
        shell: shell("Manchester University NHS Foundation Trust", Area::Other)
            .under("/admin", "Administration"),
        problems: problem().map(|text| Problem { field: "name".into(), text }).into_iter().collect(),
        done: !refused,
        code: "R0A".into(),
        public: Some(Link::provider(&"R0A", HOSTILE)),
        action: "/admin/organisations/R0A".into(),
        request_id: "0191d3a0-0000-4000-8000-000000000001".into(),
        etag: "\"0123456789abcdef\"".into(),
        form,
    }
}
