//! Every query, on both databases from one body.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod challenges;
mod errors;
mod groups;
mod migrations;
mod queries;
mod reuse;
mod sample;
mod snapshots;
mod transactions;
mod versions;
