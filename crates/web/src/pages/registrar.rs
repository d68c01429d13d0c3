//! What registrars work with.

use super::fields::{Choices, DayField, DraftForm, Field};
use crate::{
    parts::{Figure, Link, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /work`.
#[derive(Debug, Clone, Template)]
#[template(path = "work.html")]
pub struct Work {
    /// What stands around it.
    pub shell: Shell,
    /// The body for which one registers.
    pub body: Option<String>,
    /// What waits for whoever looks, the first due first.
    pub waiting: Vec<Waiting>,
    /// What it is at work on, longest waiting first.
    pub open: Vec<OpenVersion>,
    /// What it asks, by when its approval ends.
    pub in_force: Vec<InForce>,
    /// What else one can do here.
    pub tasks: Vec<Link>,
}

/// Something that waits for an answer.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// To it.
    pub link: Link,
    /// What it is.
    pub kind: &'static str,
    /// What is to be done, and by when.
    pub what: String,
}

/// A version that is not settled yet.
#[derive(Debug, Clone)]
pub struct OpenVersion {
    /// It.
    pub link: Link,
    /// Its number.
    pub number: String,
    /// Where it is in its life.
    pub state: Tag,
    /// For whom it waits, and to do what.
    pub waits_for: String,
    /// For how long.
    pub since: String,
}

/// A collection in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// Its version in force, as its owner sees it.
    pub link: Link,
    /// Whether it is suspended.
    pub state: Tag,
    /// Its reference.
    pub reference: String,
    /// The last day of its approval.
    pub until: String,
}

/// `GET /register`.
#[derive(Debug, Clone, Template)]
#[template(path = "register.html")]
pub struct Register {
    /// What stands around it.
    pub shell: Shell,
    /// The body that asks.
    pub body: String,
    /// The title.
    pub field: Field,
    /// The form's own key.
    pub request_id: String,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// `GET /drafts/{id}/{number}`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft.html")]
pub struct Tasks {
    /// What stands around it.
    pub shell: Shell,
    /// Which version it is, and whose.
    pub place: String,
    /// Where it is in its life.
    pub state: Tag,
    /// For whom it waits.
    pub waits_for: String,
    /// The collection's reference.
    pub reference: String,
    /// How many tasks are not to be done any more.
    pub complete: usize,
    /// Of a draft, its tasks.
    pub tasks: Vec<Task>,
    /// Of a draft, what answering it takes.
    pub figures: Vec<Figure>,
    /// Where a draft is checked and submitted.
    pub check: Option<String>,
    /// Where what differs from the version before is shown.
    pub changes: Option<String>,
    /// Where it is shown to providers, while it can be.
    pub consult: Option<String>,
    /// Where everybody sees it.
    pub public: Option<String>,
    /// What was said of it, last first.
    pub said: Vec<Said>,
    /// What its approval depends on.
    pub conditions: Vec<String>,
    /// What can be done with it.
    pub steps: Vec<Step>,
    /// The revision that a step is taken with.
    pub revision: u32,
    /// The form's own key.
    pub request_id: String,
    /// Where steps go.
    pub action: String,
    /// What is wrong with a step that was tried.
    pub problems: Vec<Problem>,
}

/// A part of a draft to be filled in.
#[derive(Debug, Clone)]
pub struct Task {
    /// It.
    pub link: Link,
    /// Whether it is done.
    pub tag: Tag,
    /// What it says so far.
    pub text: String,
}

/// A ruling or a comment.
#[derive(Debug, Clone)]
pub struct Said {
    /// What it is.
    pub what: String,
    /// When.
    pub day: String,
    /// Its words.
    pub text: String,
}

/// Something that can be done with a version.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its key.
    pub key: &'static str,
    /// What its button says.
    pub label: &'static str,
    /// What follows from it.
    pub hint: &'static str,
    /// Whether a reason is asked.
    pub reason: bool,
    /// Whether a day is asked.
    pub day: bool,
    /// Whether it cannot be undone.
    pub warns: bool,
}

/// `GET /drafts/{id}/{number}/texts/{page}`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_texts.html")]
pub struct Texts {
    /// What stands around it.
    pub shell: Shell,
    /// The texts.
    pub fields: Vec<Field>,
    /// What stands around them.
    pub form: DraftForm,
}

/// `GET /drafts/{id}/{number}/schedule`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_schedule.html")]
pub struct Schedule {
    /// What stands around it.
    pub shell: Shell,
    /// How often.
    pub frequency: Choices,
    /// First day of the first period.
    pub first: DayField,
    /// Days to answer.
    pub lag: Field,
    /// Last day on which a period begins.
    pub last: DayField,
    /// What stands around them.
    pub form: DraftForm,
}

/// `GET /drafts/{id}/{number}/respondents`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_respondents.html")]
pub struct Respondents {
    /// What stands around it.
    pub shell: Shell,
    /// Types of provider.
    pub types: Choices,
    /// Regions.
    pub regions: Choices,
    /// What size is measured in.
    pub measure: Choices,
    /// Least size.
    pub at_least: Field,
    /// Greatest size.
    pub at_most: Field,
    /// Who answers besides.
    pub include: Field,
    /// Who does not.
    pub exclude: Field,
    /// What stands around them.
    pub form: DraftForm,
}

/// `GET /drafts/{id}/{number}/burden`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_burden.html")]
pub struct Burden {
    /// What stands around it.
    pub shell: Shell,
    /// What the lines come to.
    pub figures: Vec<Figure>,
    /// Whether they are of the published default.
    pub is_default: bool,
    /// The lines.
    pub lines: Vec<BurdenLine>,
    /// What stands around them.
    pub form: DraftForm,
}

/// A cost line to be filled in.
#[derive(Debug, Clone)]
pub struct BurdenLine {
    /// What is done.
    pub activity: Choices,
    /// By whom.
    pub role: Choices,
    /// How often.
    pub basis: Choices,
    /// Minutes.
    pub minutes: Field,
}

/// `GET /drafts/{id}/{number}/duplicates`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_duplicates.html")]
pub struct Duplicates {
    /// What stands around it.
    pub shell: Shell,
    /// What was found, in a sentence.
    pub in_short: String,
    /// The items that are asked already.
    pub items: Vec<DuplicateItem>,
    /// What stands around them.
    pub form: DraftForm,
}

/// An item that is asked already.
#[derive(Debug, Clone)]
pub struct DuplicateItem {
    /// Its place.
    pub position: String,
    /// What it asks.
    pub label: String,
    /// How it stands to what is asked.
    pub standing: Tag,
    /// What is asked.
    pub held: Link,
    /// The two side by side.
    pub side_by_side: Option<Link>,
    /// By whom, in a sentence.
    pub verdict: String,
    /// The strongest reasons for it.
    pub reasons: Vec<String>,
    /// The reuse agreement that it rests on.
    pub agreement: Option<Link>,
    /// Whether it is to be taken out.
    pub out: bool,
    /// The body that can be asked to give it; empty if there is none to ask.
    pub holder: String,
    /// Whether it is to be asked.
    pub reuse: bool,
    /// Why it cannot be asked.
    pub reuse_problem: Option<String>,
    /// Why it is asked all the same.
    pub field: Field,
}

/// `GET /drafts/{id}/{number}/check`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_check.html")]
pub struct Check {
    /// What stands around it.
    pub shell: Shell,
    /// The answers.
    pub lines: Vec<CheckLine>,
    /// The items, and what each is about.
    pub items: Vec<(Link, String)>,
    /// What answering takes.
    pub figures: Vec<Figure>,
    /// Whether that is the published default.
    pub is_default: bool,
    /// The revision that is submitted.
    pub revision: u32,
    /// The form's own key.
    pub request_id: String,
    /// Where the form goes.
    pub action: String,
    /// What keeps it from being submitted.
    pub problems: Vec<Problem>,
}

/// An answer to be checked.
#[derive(Debug, Clone)]
pub struct CheckLine {
    /// What was asked.
    pub label: String,
    /// What was answered.
    pub value: String,
    /// Where it is changed.
    pub change: String,
}

/// `GET /drafts/{id}/{number}/changes`.
#[derive(Debug, Clone, Template)]
#[template(path = "draft_changes.html")]
pub struct Changes {
    /// What stands around it.
    pub shell: Shell,
    /// Fields that differ.
    pub fields: Vec<DiffLine>,
    /// Items that came.
    pub added: Vec<Link>,
    /// Items that went.
    pub removed: Vec<Link>,
}

/// A field that differs.
#[derive(Debug, Clone)]
pub struct DiffLine {
    /// Which.
    pub field: String,
    /// What it said.
    pub before: String,
    /// What it says.
    pub after: String,
}
