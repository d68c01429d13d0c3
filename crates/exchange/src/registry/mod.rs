//! The registry as files: the inputs from which an outsider can recompute every published figure.

mod package;
mod respondents;
mod rows;
mod schema;

pub use package::{ATTRIBUTION, Licence, data_package};
pub use respondents::{Span, spans};
pub use schema::{Column, Kind, Reference, TableSchema, escape, tables};

use onus_domain::{
    Result,
    snapshot::Snapshot,
    statement::{BurdenStatement, Tariff},
};

/// The files of a registry, `datapackage.json` last: names and bytes. Equal snapshots give equal bytes.
///
/// `statements` and `tariffs` are those that the figures were computed with, published defaults among them.
pub fn export(
    snapshot: &Snapshot,
    statements: &[BurdenStatement],
    tariffs: &[Tariff],
) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = vec![];
    for table in tables() {
        let rows = rows::of(table.file, snapshot, statements, tariffs);
        files.push((table.file.to_owned(), table.render(rows)?));
    }
    let package =
        data_package("onus-registry", "The registry of requests, as Onus computes from it", &files)?;
    files.push(("datapackage.json".into(), package));
    Ok(files)
}

#[cfg(test)]
mod tests;
