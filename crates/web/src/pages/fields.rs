//! Fields of forms, ready to show. Their looks are the macros of `templates/fields.html`.

use crate::parts::{Choice, Link, Problem};

/// A text to be typed.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Its name, and its id.
    pub id: String,
    /// What is asked.
    pub label: String,
    /// How to answer.
    pub hint: String,
    /// What was typed.
    pub value: String,
    /// Lines to show; 1 is a line.
    pub rows: u32,
    /// The design system's width of a line, such as `5`; empty is all there is.
    pub width: &'static str,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// One or more of several answers.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Its name, and the first answer's id.
    pub id: String,
    /// What is asked.
    pub legend: String,
    /// How to answer.
    pub hint: String,
    /// The answers.
    pub choices: Vec<Choice>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// A day to be typed.
#[derive(Debug, Clone, Default)]
pub struct DayField {
    /// The beginning of its three names, and the day's id.
    pub id: String,
    /// What is asked.
    pub legend: String,
    /// How to answer.
    pub hint: String,
    /// Day of the month.
    pub day: String,
    /// Month of the year.
    pub month: String,
    /// Year.
    pub year: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// A field that somebody else saved otherwise meanwhile.
#[derive(Debug, Clone)]
pub struct Overtaken {
    /// Which.
    pub field: String,
    /// What they saved.
    pub theirs: String,
    /// What is in the form.
    pub yours: String,
}

/// What stands around the fields of a form that changes a draft.
#[derive(Debug, Clone)]
pub struct DraftForm {
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What somebody else saved meanwhile.
    pub overtaken: Vec<Overtaken>,
    /// The revision that it changes.
    pub revision: u32,
    /// The draft's list of tasks.
    pub draft: Link,
    /// Where the form goes.
    pub action: String,
}
