//! The figures as JSON: what the CSV files say, for those who read that.

use onus_domain::{Error, Result};
use onus_exchange::open_data::{Kind, TableSchema};

/// The file's name in an edition.
pub const FILE: &str = "figures.json";

/// An object with a list a table, of objects by the names of columns. Numbers stand digit by digit as in the CSV files; what is unknown is
/// `null`.
pub fn bytes(tables: &[(TableSchema, Vec<Vec<String>>)]) -> Result<Vec<u8>> {
    let mut text = String::from("{");
    for (place, (table, rows)) in tables.iter().enumerate() {
        text.push_str(if place > 0 { ",\n" } else { "\n" });
        text.push_str(&quoted(table.name())?);
        text.push_str(": [");
        for (at, row) in rows.iter().enumerate() {
            text.push_str(if at > 0 { ",\n" } else { "\n" });
            text.push_str(&record(table, row)?);
        }
        text.push(']');
    }
    text.push_str("\n}\n");
    Ok(text.into_bytes())
}

fn record(table: &TableSchema, row: &[String]) -> Result<String> {
    let cells = table.columns.iter().zip(row).map(|(column, cell)| {
        let value = match column.kind {
            _ if cell.is_empty() => "null".to_owned(),
            Kind::Whole | Kind::Decimal => cell.clone(),
            _ => quoted(cell)?,
        };
        Ok(format!("{}: {value}", quoted(column.name)?))
    });
    Ok(format!("{{{}}}", cells.collect::<Result<Vec<_>>>()?.join(", ")))
}

fn quoted(text: &str) -> Result<String> {
    serde_json::to_string(text).map_err(Error::internal)
}
