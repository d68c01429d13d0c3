//! Pages in the NHS design system: convert, call the app, render. No rule of the registry lives here.

mod assets;
mod headers;

pub mod chart;
pub mod format;
pub mod pages;
pub mod parts;
pub mod shell;
