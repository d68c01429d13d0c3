//! End-to-end tests: the program itself, over real gRPC, real pages in a real browser, on both databases.
//!
//! `cargo xtask test` brings what they need. Run alone, they start what they can and otherwise fail, saying what is missing.

#![expect(clippy::missing_panics_doc, reason = "helpers of tests: what goes wrong ends the test")]

mod crawl;
mod demo;
mod http;
mod issuer;
mod refusal;
mod server;
mod stored;
mod story;
mod text;
mod tools;
mod wire;

pub use crawl::{crawl, links};
pub use demo::{Database, Demo, TODAY};
pub use http::{Answer, Folder, get, post, serve_once};
pub use issuer::{AUDIENCE, Issuer};
pub use refusal::{Called, Refusal, call, call_as, exit};
pub use server::{Server, free_address};
pub use stored::{Stored, tree};
pub use story::Story;
pub use text::words;
pub use tools::{bound_by_permissions, chromium, node, onus, postgres_url, psql, python, root, run, target};
pub use wire::{Frame, Wire, kind};
