//! What an hour costs.

use super::fields::Field;
use crate::{parts::Problem, shell::Shell};
use askama::Template;

/// `GET /tariffs`.
#[derive(Debug, Clone, Template)]
#[template(path = "tariffs.html")]
pub struct Tariffs {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Whether the tables are the published default.
    pub is_default: bool,
    /// The tables, last first.
    pub tables: Vec<TariffLines>,
    /// The form to load tables, for the publisher.
    pub form: Option<LoadForm>,
}

/// What an hour costs from a day on.
#[derive(Debug, Clone)]
pub struct TariffLines {
    /// From which day, in words.
    pub from: String,
    /// What is added for overheads.
    pub overhead: String,
    /// Each role, its pay of an hour, and the same with overheads.
    pub rates: Vec<[String; 3]>,
}

/// The form to load tables.
#[derive(Debug, Clone)]
pub struct LoadForm {
    /// The tables.
    pub text: Field,
    /// Why.
    pub reason: Field,
    /// The form's own key.
    pub request_id: String,
}
