//! Files of records, pairs and relations: JSON Lines. Broken lines are refused with their numbers, all at once.

use onus_domain::{
    DefinitionId, Result, Violation, Violations,
    definition::{Definition, DefinitionKind, PermittedValue},
};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Broken lines that are told; the rest is counted.
const MOST_TOLD: usize = 50;

/// A record: a definition, and what may be known of it apart from its meaning. Only the definition is ever compared.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its identifier in the file.
    pub id: String,
    /// What it means.
    pub definition: Definition,
    /// Where it comes from: for leaving one source out.
    pub source: String,
    /// Records that mean the same, by the file: for keeping them on one side.
    pub cluster: String,
}

impl Record {
    /// What records that mean the same have in common: the cluster, or a record's own identifier.
    pub(crate) fn kin(&self) -> &str {
        if self.cluster.is_empty() { &self.id } else { &self.cluster }
    }
}

/// A pair of records, and what is known of it.
#[derive(Debug, Clone)]
pub struct LabelledPair {
    /// Identifier of a record.
    pub left: String,
    /// Identifier of a record.
    pub right: String,
    /// `same`, `overlap`, `different`; empty where unknown.
    pub label: String,
    /// What kind of pair it is: for reporting.
    pub family: String,
}

/// A pair with both definitions, and how they stand to each other if that is known.
#[derive(Debug, Clone)]
pub struct RelationPair {
    /// Its identifier in the file.
    pub id: String,
    /// The left definition.
    pub left: Definition,
    /// The right definition.
    pub right: Definition,
    /// Code of the relation; empty where unknown.
    pub relation: String,
    /// The facet that makes the difference, if one does: for reporting.
    pub facet: String,
}

/// Reads records.
pub fn records(file: &str, text: &str) -> Result<Vec<Record>> {
    let mut known = HashSet::new();
    lines(file, text, |value| {
        let id = required(value, "id")?;
        if !known.insert(id.clone()) {
            return Err(format!("an id that stands once: {id} stands twice"));
        }
        Ok(Record {
            definition: definition(&id, value)?,
            source: optional(value, "source")?,
            cluster: optional(value, "cluster")?,
            id,
        })
    })
}

/// Reads pairs of the records given.
pub fn pairs(file: &str, text: &str, records: &[Record]) -> Result<Vec<LabelledPair>> {
    let known: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    lines(file, text, |value| {
        let side = |key: &str| {
            let id = required(value, key)?;
            if known.contains(id.as_str()) {
                Ok(id)
            } else {
                Err(format!("{key}: the id of a record, not {id}"))
            }
        };
        let label = optional(value, "label")?;
        if !["", "same", "overlap", "different"].contains(&label.as_str()) {
            return Err(format!("label: same, overlap or different, not {label}"));
        }
        Ok(LabelledPair {
            left: side("left")?,
            right: side("right")?,
            label,
            family: optional(value, "family")?,
        })
    })
}

/// Reads pairs with both definitions in them.
pub fn relations(file: &str, text: &str) -> Result<Vec<RelationPair>> {
    let mut number = 0;
    lines(file, text, |value| {
        number += 1;
        let side = |key: &str| match &value[key] {
            given @ Value::Object(_) => definition(key, given),
            _ => Err(format!("{key}: a definition")),
        };
        let relation = optional(value, "relation")?;
        if !relation.is_empty() && relation.parse::<onus_domain::relation::Relation>().is_err() {
            return Err(format!(
                "relation: SAME, NARROWER, BROADER, DERIVABLE_…, RELATED or DIFFERENT, not {relation}"
            ));
        }
        let (mut left, mut right) = (side("left")?, side("right")?);
        // Where no kind is stated and one looks like a data element, both are.
        let stated = value["left"]["kind"].is_string() || value["right"]["kind"].is_string();
        if left.kind != right.kind && !stated {
            (left.kind, right.kind) = (DefinitionKind::Element, DefinitionKind::Element);
        }
        let id = optional(value, "id")?;
        Ok(RelationPair {
            id: if id.is_empty() { number.to_string() } else { id },
            left,
            right,
            relation,
            facet: optional(value, "facet")?,
        })
    })
}

/// A pair as a line of its file, without what is empty. Identifiers in other registries are not written: nothing is learned from them.
pub fn relation_line(pair: &RelationPair) -> Value {
    let line = [
        ("id", json!(pair.id)),
        ("left", written(&pair.left)),
        ("right", written(&pair.right)),
        ("relation", json!(pair.relation)),
        ("facet", json!(pair.facet)),
    ];
    without_empty(line)
}

fn written(of: &Definition) -> Value {
    let values: Vec<Value> =
        of.value_set.iter().map(|value| json!({"code": value.code, "meaning": value.meaning})).collect();
    let fields = [
        ("id", json!(of.id)),
        ("kind", json!(of.kind)),
        ("name", json!(of.name)),
        ("definition", json!(of.text)),
        ("numerator", json!(of.numerator)),
        ("denominator", json!(of.denominator)),
        ("exclusions", json!(of.exclusions)),
        ("unit", json!(of.unit)),
        ("population", json!(of.population)),
        ("frequency", json!(of.period_type)),
        ("grain", json!(of.grain)),
        ("breakdowns", json!(of.breakdowns)),
        ("aliases", json!(of.aliases)),
        ("format", json!(of.format)),
        ("code_list", json!(values)),
    ];
    without_empty(fields)
}

fn without_empty<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let says = |value: &Value| *value != json!("") && *value != json!([]);
    let fields = fields.into_iter().filter(|(_, value)| says(value));
    Value::Object(fields.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}

/// Records by identifier.
pub fn by_id(records: &[Record]) -> HashMap<&str, &Record> {
    records.iter().map(|record| (record.id.as_str(), record)).collect()
}

fn lines<T>(file: &str, text: &str, mut read: impl FnMut(&Value) -> Result<T, String>) -> Result<Vec<T>> {
    let (mut out, mut found, mut told, mut untold) = (Vec::new(), Violations::new(), 0_usize, 0_usize);
    let mut refuse = |number: usize, line: &str, why: String| {
        if told < MOST_TOLD {
            told += 1;
            found.push(Violation::new(format!("{file}:{number}"), "LINE", line, why));
        } else {
            untold += 1;
        }
    };
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line) {
            Ok(value @ Value::Object(_)) => match read(&value) {
                Ok(one) => out.push(one),
                Err(why) => refuse(number, line, why),
            },
            Ok(_) => refuse(number, line, "a JSON object".to_owned()),
            Err(error) => refuse(number, line, format!("a JSON object: {error}")),
        }
    }
    if untold > 0 {
        found.push(Violation::new(
            file,
            "LINE",
            untold,
            "no more broken lines than these: so many others are broken too",
        ));
    }
    found.into_result().map(|()| out)
}

fn required(value: &Value, key: &str) -> Result<String, String> {
    match optional(value, key)? {
        text if text.trim().is_empty() => Err(format!("{key}: a text")),
        text => Ok(text),
    }
}

/// A text that may be missing or null. A list is its entries, a number its digits.
fn optional(value: &Value, key: &str) -> Result<String, String> {
    Ok(match &value[key] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Array(_) => list(value, key)?.join("; "),
        Value::Object(_) => return Err(format!("{key}: a text, not an object")),
    })
}

/// A list that may be missing, null or one text.
fn list(value: &Value, key: &str) -> Result<Vec<String>, String> {
    match &value[key] {
        Value::Array(all) => all
            .iter()
            .map(|one| match one {
                Value::String(text) => Ok(text.clone()),
                Value::Number(number) => Ok(number.to_string()),
                _ => Err(format!("{key}: a list of texts")),
            })
            .collect(),
        Value::Null => Ok(vec![]),
        _ => optional(value, key).map(|text| if text.trim().is_empty() { vec![] } else { vec![text] }),
    }
}

fn definition(id: &str, value: &Value) -> Result<Definition, String> {
    let text = |key: &str| optional(value, key);
    let format = text("format")?;
    let values = codes(value)?;
    let kind = match text("kind")?.as_str() {
        "" if format.is_empty() && values.is_empty() => DefinitionKind::Metric,
        "" => DefinitionKind::Element,
        kind => kind.parse().map_err(|_| format!("kind: ELEMENT or METRIC, not {kind}"))?,
    };
    let name = text("name")?;
    let id = DefinitionId::from_name(id).unwrap_or_else(|_| DefinitionId::proposed());
    let first = |keys: [&str; 2]| -> Result<String, String> {
        let one = optional(value, keys[0])?;
        if one.is_empty() { optional(value, keys[1]) } else { Ok(one) }
    };
    Ok(Definition {
        text: first(["definition", "text"])?,
        numerator: text("numerator")?,
        denominator: text("denominator")?,
        exclusions: text("exclusions")?,
        unit: text("unit")?,
        population: text("population")?,
        period_type: first(["frequency", "period_type"])?,
        grain: first(["grain", "level"])?,
        breakdowns: list(value, "breakdowns")?,
        aliases: list(value, "aliases")?,
        format,
        value_set: values,
        ..Definition::new(id, kind, name)
    })
}

/// A code list: "code=meaning; code=meaning", or a list of such texts or of objects.
fn codes(value: &Value) -> Result<Vec<PermittedValue>, String> {
    let of = |text: &str| {
        let (code, meaning) = text.split_once('=').unwrap_or((text, ""));
        PermittedValue { code: code.trim().to_owned(), meaning: meaning.trim().to_owned() }
    };
    match &value["code_list"] {
        Value::Array(all) if all.iter().all(Value::is_object) => Ok(all
            .iter()
            .map(|one| PermittedValue {
                code: one["code"].as_str().unwrap_or_default().to_owned(),
                meaning: one["meaning"].as_str().unwrap_or_default().to_owned(),
            })
            .collect()),
        _ => Ok(list(value, "code_list")?
            .iter()
            .flat_map(|text| text.split("; "))
            .filter(|text| !text.trim().is_empty())
            .map(of)
            .collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_that_is_written_is_read_back() {
        let side = |name: &str, kind| Definition {
            text: "Patients seen, each month".into(),
            numerator: "those seen within 4 hours".into(),
            unit: "patients".into(),
            period_type: "month".into(),
            breakdowns: vec!["sex".into(), "age".into()],
            value_set: vec![PermittedValue { code: "01".into(), meaning: "Yes; seen = done".into() }],
            ..Definition::new(DefinitionId::from_name(name).unwrap(), kind, "Patients seen")
        };
        let pair = RelationPair {
            id: "7".into(),
            left: side("left", DefinitionKind::Metric),
            right: side("right", DefinitionKind::Element),
            relation: "NARROWER".into(),
            facet: String::new(),
        };
        let line = relation_line(&pair).to_string();
        assert!(!line.contains("exclusions") && line.contains("METRIC"), "{line}");
        let read = relations("f", &line).unwrap();
        assert_eq!((&read[0].left, &read[0].right), (&pair.left, &pair.right));
        assert_eq!((read[0].id.as_str(), read[0].relation.as_str()), ("7", "NARROWER"));
        let refused = relations("f", &line.replace("METRIC", "THING")).unwrap_err().to_string();
        assert!(refused.contains("kind: ELEMENT or METRIC"), "{refused}");
    }
}
