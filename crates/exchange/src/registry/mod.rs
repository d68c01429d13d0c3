//! The registry as files: the inputs from which an outsider can recompute every published figure.

mod rows;
mod tables;

use crate::open_data::{Package, TableFile, data_package};
use onus_domain::{
    Result,
    snapshot::Snapshot,
    statement::{BurdenStatement, Tariff},
};

/// The tables of a registry, written, in the order of `open-data.md`. Equal snapshots give equal bytes.
///
/// `statements` and `tariffs` are those that the figures were computed with, published defaults among them.
pub fn table_files(
    snapshot: &Snapshot,
    statements: &[BurdenStatement],
    tariffs: &[Tariff],
) -> Result<Vec<TableFile>> {
    let tables = rows::of(snapshot, statements, tariffs).into_iter();
    tables.map(|(table, rows)| table.write(rows)).collect()
}

/// The files of a registry, `datapackage.json` last: names and bytes.
pub fn export(
    snapshot: &Snapshot,
    statements: &[BurdenStatement],
    tariffs: &[Tariff],
) -> Result<Vec<(String, Vec<u8>)>> {
    let tables = table_files(snapshot, statements, tariffs)?;
    let package = Package {
        name: "onus-registry",
        title: "The registry of requests, as Onus computes from it",
        about: "",
        version: None,
    };
    let package = data_package(&package, &tables)?;
    let mut files: Vec<_> = tables.into_iter().map(|file| (file.table.file.to_owned(), file.bytes)).collect();
    files.push(("datapackage.json".into(), package));
    Ok(files)
}

#[cfg(test)]
mod tests;
