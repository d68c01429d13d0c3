//! Open data files: tables as CSV, described by a Frictionless Data Package. Inputs (the registry) and outputs (an edition's figures) are
//! both tables of this kind: one contract of columns, one way to write them, one package over them.

mod package;
mod schema;

pub use package::{ATTRIBUTION, Package, data_package, sha256};
pub use schema::{Column, Kind, Reference, TableFile, TableSchema, column};
