//! `datapackage.json`: what the files are, for machines (Frictionless Data Package v1 with Table Schema).

use super::schema::{Column, Kind, Reference, TableFile, TableSchema};
use onus_domain::{Error, Result};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// What a data package says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// Its key: small letters, digits, hyphens.
    pub name: &'a str,
    /// Its title.
    pub title: &'a str,
    /// What readers must know of it, in sentences. How the files are to be read, and whose data they hold, is said in any case.
    pub about: &'a str,
    /// Its version, if there can be several.
    pub version: Option<&'a str>,
}

/// A licence of the data.
struct Licence {
    /// Its name in the Open Definition's list.
    name: &'static str,
    title: &'static str,
    /// Where it stands.
    path: &'static str,
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

/// A data package over `tables`. Equal tables give equal bytes: it holds no time. Every table that another refers to must be among them.
pub fn data_package(about: &Package<'_>, tables: &[TableFile]) -> Result<Vec<u8>> {
    for file in tables {
        check_references(&file.table, tables)?;
    }
    let licences: Vec<Value> = LICENCES
        .iter()
        .map(|licence| json!({"name": licence.name, "title": licence.title, "path": licence.path}))
        .collect();
    let description = [about.about, DIALECT, ATTRIBUTION].join(" ");
    let mut package = json!({
        "profile": "tabular-data-package",
        "name": about.name,
        "title": about.title,
        "description": description.trim_start(),
        "licenses": licences,
        "sources": sources(),
        "resources": tables.iter().map(resource).collect::<Vec<_>>(),
    });
    if let Some(version) = about.version {
        package["version"] = version.into();
    }
    let mut bytes = serde_json::to_vec_pretty(&package).map_err(Error::internal)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A reference must name the whole key of a table of the package, so that it names one line.
fn check_references(table: &TableSchema, tables: &[TableFile]) -> Result<()> {
    for (_, file, key) in table.references {
        if !tables.iter().any(|there| there.table.file == *file && there.table.key == *key) {
            return Err(Error::internal(format!(
                "{}: no {file} with the key {key:?} to refer to",
                table.file
            )));
        }
    }
    Ok(())
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

fn resource(file: &TableFile) -> Value {
    let (table, bytes) = (&file.table, &file.bytes);
    let fields: Vec<Value> = table.columns.iter().map(|column| field(table, column)).collect();
    let references: Vec<Value> = table.references.iter().map(|to| reference(table, to)).collect();
    let mut schema = Map::new();
    schema.insert("fields".into(), fields.into());
    schema.insert("primaryKey".into(), json!(table.key));
    if !references.is_empty() {
        schema.insert("foreignKeys".into(), references.into());
    }
    schema.insert("missingValues".into(), json!([""]));
    json!({
        "profile": "tabular-data-resource",
        "name": table.name(),
        "path": table.file,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": bytes.len(),
        "hash": format!("sha256:{}", sha256(bytes)),
        "schema": schema,
    })
}

/// The SHA-256 digest of a file, in small hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
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
    if let Some(unit) = column.unit {
        field["unit"] = unit.into();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open_data::column;

    const BODIES: TableSchema = TableSchema {
        file: "bodies.csv",
        about: "Bodies.",
        columns: &[column("body", Kind::Code, "Its code."), column("year", Kind::Whole, "The year.")],
        key: &["body", "year"],
        references: &[],
    };
    const FIGURES: TableSchema = TableSchema {
        file: "figures.csv",
        references: &[(&["body", "year"], "bodies.csv", &["body", "year"])],
        ..BODIES
    };

    fn package(tables: &[TableSchema]) -> Result<Vec<u8>> {
        let about = Package { name: "one", title: "One", about: "", version: None };
        let written: Result<Vec<_>> = tables.iter().map(|table| table.write([])).collect();
        data_package(&about, &written?)
    }

    #[test]
    fn a_reference_names_the_whole_key_of_a_table_of_the_package() {
        assert!(package(&[FIGURES, BODIES]).is_ok());
        assert!(package(&[FIGURES]).is_err(), "the table is not there");
        let by_body = TableSchema { references: &[(&["body"], "bodies.csv", &["body"])], ..FIGURES };
        assert!(package(&[by_body, BODIES]).is_err(), "half a key names several lines");
    }
}
