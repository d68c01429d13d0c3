//! Pages: what each shows, ready to show, and its template. A page knows nothing of where its content comes from: [`crate::build`] makes it.

pub mod account;
pub mod admin;
pub mod asked;
pub mod change;
pub mod collection;
pub mod collections;
pub mod definition;
pub mod definitions;
pub mod editions;
pub mod errors;
pub mod home;
pub mod look_up;
pub mod matching;
pub mod overlap;
pub mod overlaps;
pub mod own_subscriptions;
pub mod panel;
pub mod provider;
pub mod providers;
pub mod reuse;
pub mod subscriptions;
pub mod texts;
