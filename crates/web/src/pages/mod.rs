//! Pages: what each shows, ready to show, and its template. A page knows nothing of where its content comes from: [`crate::build`] makes it.

pub mod account;
pub mod asked;
pub mod change;
pub mod collection;
pub mod collections;
pub mod definition;
pub mod definitions;
pub mod draft_items;
pub mod editions;
pub mod errors;
pub mod fields;
pub mod home;
pub mod look_up;
pub mod matching;
pub mod overlap;
pub mod overlaps;
pub mod provider;
pub mod providers;
pub mod registrar;
pub mod reuse;
pub mod search;
pub mod subscriptions;
pub mod texts;
