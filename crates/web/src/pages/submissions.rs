//! What a provider sent, and what that took: recorded one at a time or from a file.

use super::fields::{DayField, Field};
use crate::{
    parts::{Link, Pager, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /providers/{code}/submissions`.
#[derive(Debug, Clone, Template)]
#[template(path = "submissions.html")]
pub struct Submissions {
    /// What stands around it.
    pub shell: Shell,
    /// What is owed, last due first.
    pub rows: Vec<SubmissionLine>,
    /// Where it goes on.
    pub pager: Pager,
    /// Where a file is sent.
    pub file: Link,
}

/// A submission owed.
#[derive(Debug, Clone)]
pub struct SubmissionLine {
    /// To where it is recorded, by the title of what it is owed to.
    pub link: Link,
    /// Of which period.
    pub period: String,
    /// When it is due.
    pub due: String,
    /// Whether it was sent, and in time.
    pub state: Tag,
    /// When it was sent; empty if it was not.
    pub sent: String,
    /// What it took; empty if nobody said.
    pub took: String,
    /// Whether that is far from what others take.
    pub far: bool,
}

/// `GET /providers/{code}/submissions/{collection}/{version}/{start}`.
#[derive(Debug, Clone, Template)]
#[template(path = "submission.html")]
pub struct OneSubmission {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What it is owed to.
    pub collection: Link,
    /// Of which period, due when.
    pub period: String,
    /// When it was sent, in words; empty if nobody said.
    pub sent: String,
    /// When it was sent, to be typed, if nobody said.
    pub day: Option<DayField>,
    /// What it took.
    pub minutes: Field,
    /// Of how many people.
    pub people: Field,
    /// Whether what it took is far from what others take.
    pub far: bool,
    /// Why it is taken back, of one that is recorded.
    pub withdraw: Option<Field>,
    /// The form's own key.
    pub request_id: String,
    /// Where the form goes.
    pub action: String,
}

/// `GET /providers/{code}/submissions/file`, and what was sent to it.
#[derive(Debug, Clone, Template)]
#[template(path = "submissions_file.html")]
pub struct SubmissionsFile {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What is wrong with the text or the file.
    pub text_problem: Option<String>,
    /// The text, as pasted.
    pub text: String,
    /// A file to fill in.
    pub template: Link,
    /// Where the form goes.
    pub action: String,
    /// What the file would record, if nothing is wrong with it.
    pub preview: Option<FilePreview>,
}

/// What a file would record.
#[derive(Debug, Clone)]
pub struct FilePreview {
    /// In a sentence.
    pub in_short: String,
    /// Its submissions, in order of its rows.
    pub rows: Vec<SubmissionLine>,
    /// The file.
    pub csv: String,
    /// The form's own key.
    pub request_id: String,
    /// Where the form goes.
    pub action: String,
}
