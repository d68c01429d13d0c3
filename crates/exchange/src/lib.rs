//! Files in and out: the sample registry that Onus is shown with, the export from which an outsider recomputes every figure, and what people
//! fill in: items, receipts, tariffs.

pub mod crosswalk;
pub mod items;
pub mod open_data;
pub mod problems;
pub mod receipts;
pub mod registry;
pub mod sample;
pub mod table;
pub mod tariffs;
