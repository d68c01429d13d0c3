//! Files in and out: the sample registry that Onus is shown with, and the export from which an outsider recomputes every figure.

pub mod open_data;
pub mod problems;
pub mod registry;
pub mod sample;
pub mod table;
