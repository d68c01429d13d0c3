//! `datapackage.json`: what the files are, for machines (Frictionless Data Package v1 with Table Schema).

use super::schema::{Column, Kind, Reference, TableSchema, tables};
use onus_domain::{Error, Result};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// A licence of the data.
#[derive(Debug, Clone, Copy)]
pub struct Licence {
    /// Its name in the Open Definition's list.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Where it stands.
    pub path: &'static str,
}

/// Licences of what the sample was made from and of what Onus adds.
const LICENCES: [Licence; 3] = [
    Licence {
        name: "OGL-UK-3.0",
        title: "Open Government Licence v3.0",
        path: "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    Licence {
        name: "Apache-2.0",
        title: "Apache Licence, Version 2.0",
        path: "https://www.apache.org/licenses/LICENSE-2.0",
    },
    Licence { name: "MIT", title: "MIT Licence", path: "https://opensource.org/license/mit" },
];

/// The words that go wherever the data goes.
pub const ATTRIBUTION: &str = "Contains public sector information licensed under the Open Government Licence v3.0 \
     (NHS Data Model and Dictionary, NHS England; Organisation Data Service; Estates Returns Information Collection; Fingertips, Office \
     for Health Improvement and Disparities).";

/// How to read the files, beside their schema.
const DIALECT: &str = "CSV as in RFC 4180, UTF-8, with a header; days as YYYY-MM-DD; an empty cell is unknown. In columns of texts, one \
     apostrophe stands before a value that begins with =, +, -, @, a tab, a carriage return or an apostrophe, so that no spreadsheet \
     takes it for a formula: take one leading apostrophe off to get the value.";

/// A data package over `files` (names and bytes); those that are no table of the registry are passed over. Equal files give equal bytes:
/// it holds no time.
pub fn data_package(name: &str, title: &str, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>> {
    let resources: Vec<Value> = files
        .iter()
        .filter_map(|(file, bytes)| Some(resource(&tables().find(|table| table.file == file)?, bytes)))
        .collect();
    let licences: Vec<Value> = LICENCES
        .iter()
        .map(|licence| json!({"name": licence.name, "title": licence.title, "path": licence.path}))
        .collect();
    let package = json!({
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "description": format!("{DIALECT} {ATTRIBUTION}"),
        "licenses": licences,
        "sources": sources(),
        "resources": resources,
    });
    let mut bytes = serde_json::to_vec_pretty(&package).map_err(Error::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn sources() -> Value {
    json!([
        {"title": "NHS Data Model and Dictionary, NHS England", "path": "https://www.datadictionary.nhs.uk/"},
        {"title": "Organisation Data Service, NHS England", "path": "https://digital.nhs.uk/services/organisation-data-service"},
        {"title": "Estates Returns Information Collection 2016-17, NHS England"},
        {"title": "National Commissioning Data Repository reference library, NHS England"},
        {"title": "Fingertips, Office for Health Improvement and Disparities", "path": "https://fingertips.phe.org.uk/"},
    ])
}

fn resource(table: &TableSchema, bytes: &[u8]) -> Value {
    let fields: Vec<Value> = table.columns.iter().map(|column| field(table, column)).collect();
    let references: Vec<Value> = table.references.iter().map(|to| reference(table, to)).collect();
    let hash = hex(&Sha256::digest(bytes));
    let mut schema = Map::new();
    schema.insert("fields".into(), fields.into());
    schema.insert("primaryKey".into(), json!(table.key));
    if !references.is_empty() {
        schema.insert("foreignKeys".into(), references.into());
    }
    schema.insert("missingValues".into(), json!([""]));
    json!({
        "profile": "tabular-data-resource",
        "name": table.file.trim_end_matches(".csv"),
        "path": table.file,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": bytes.len(),
        "hash": format!("sha256:{hash}"),
        "schema": schema,
    })
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn field(table: &TableSchema, column: &Column) -> Value {
    let mut field = json!({
        "name": column.name,
        "type": column.kind.table_schema(),
        "description": column.about,
    });
    if table.key.contains(&column.name) {
        field["constraints"] = json!({"required": true});
    }
    if column.kind == Kind::Date {
        field["format"] = "%Y-%m-%d".into();
    }
    field
}

/// In Table Schema an empty resource name means this resource itself.
fn reference(table: &TableSchema, (columns, file, keys): &Reference) -> Value {
    let resource = if *file == table.file { "" } else { file.trim_end_matches(".csv") };
    json!({"fields": columns, "reference": {"resource": resource, "fields": keys}})
}
