//! Definitions from the files that tests and measurements read.

#![expect(dead_code, reason = "each test takes what it needs")]

use onus_domain::{
    DefinitionId,
    definition::{Definition, DefinitionKind, PermittedValue, RegistrationStatus},
};
use serde_json::Value;
use std::{collections::BTreeMap, path::PathBuf};

/// A file of the sample registry.
pub fn sample(name: &str) -> String {
    read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../exchange/sample").join(name))
}

/// A file of the labelled data.
pub fn labelled_data(name: &str) -> String {
    read(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/labelled").join(name))
}

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The objects of a JSON Lines file.
pub fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

/// An empty definition.
pub fn definition(id: &str, kind: DefinitionKind, name: &str, text: &str) -> Definition {
    Definition {
        text: text.to_owned(),
        status: RegistrationStatus::Recorded,
        ..Definition::new(DefinitionId::from_name(id).unwrap_or_else(|error| panic!("{error}")), kind, name)
    }
}

fn field(record: &Value, key: &str) -> String {
    match record[key].as_str().unwrap_or_default() {
        "N/A" => String::new(),
        text => text.to_owned(),
    }
}

/// A metric of `metrics.jsonl`: the text is the definition and how it is calculated.
pub fn metric(record: &Value) -> Definition {
    let id = field(record, "id");
    let calculation = field(record, "calculation");
    let text = match field(record, "definition") {
        text if calculation.is_empty() => text,
        text => format!("{text}\nCalculation: {calculation}"),
    };
    Definition {
        numerator: field(record, "numerator"),
        denominator: field(record, "denominator"),
        grain: field(record, "level"),
        period_type: field(record, "frequency"),
        unit: field(record, "unit"),
        source: field(record, "collection_id"),
        external_ids: BTreeMap::from([(
            if id.starts_with("ncdr") { "ncdr" } else { "fingertips" }.into(),
            id.clone(),
        )]),
        ..definition(&id, DefinitionKind::Metric, &field(record, "name"), &text)
    }
}

/// A data element of `data_elements.jsonl`.
pub fn element(record: &Value) -> Definition {
    let key = field(record, "element_id");
    let codes = record["codes"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let aliases = record["aliases"].as_array().cloned().unwrap_or_default();
    Definition {
        grain: "record".to_owned(),
        aliases: aliases.iter().map(|alias| text(alias, "alias")).collect(),
        format: field(record, "format"),
        value_set: codes
            .iter()
            .map(|code| PermittedValue { code: text(code, "code"), meaning: text(code, "meaning") })
            .collect(),
        external_ids: BTreeMap::from([("nhs_data_dictionary".into(), key.clone())]),
        ..definition(&key, DefinitionKind::Element, &field(record, "name"), &field(record, "description"))
    }
}

/// A record of the labelled data. Its kind follows from its fields: an element has a format.
pub fn labelled(id: &str, record: &Value) -> Definition {
    let kind = if record["format"].is_string() { DefinitionKind::Element } else { DefinitionKind::Metric };
    let values = field(record, "code_list");
    let breakdowns = match &record["breakdowns"] {
        Value::String(text) => vec![text.clone()],
        Value::Array(all) => all.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => vec![],
    };
    Definition {
        numerator: field(record, "numerator"),
        denominator: field(record, "denominator"),
        unit: field(record, "unit"),
        population: field(record, "population"),
        period_type: field(record, "frequency"),
        grain: field(record, "grain"),
        breakdowns,
        format: field(record, "format"),
        value_set: values
            .split("; ")
            .filter_map(|value| value.split_once('='))
            .map(|(code, meaning)| PermittedValue { code: code.into(), meaning: meaning.into() })
            .collect(),
        ..definition(id, kind, &field(record, "name"), &field(record, "definition"))
    }
}

/// The whole sample registry: data elements and metrics.
pub fn registry() -> Vec<Definition> {
    let elements = lines(&sample("data_elements.jsonl"));
    let metrics = lines(&sample("metrics.jsonl"));
    elements.iter().map(element).chain(metrics.iter().map(metric)).collect()
}
