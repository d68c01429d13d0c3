//! The panel's queue, and one version with all that is needed to decide on it.

use crate::{
    fields::TypedDay,
    pages::collection::{Asks, Items},
    parts::{Choice, Figure, Link, Pager, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /panel`.
#[derive(Debug, Clone, Template)]
#[template(path = "panel.html")]
pub struct Queue {
    /// What stands around it.
    pub shell: Shell,
    /// What became of those that were ticked, if some were just now.
    pub outcome: Option<Outcome>,
    /// What is searched for.
    pub query: String,
    /// States to choose.
    pub states: Vec<Choice>,
    /// Owners to choose.
    pub owners: Vec<Choice>,
    /// Paths to choose.
    pub sector_paths: Vec<Choice>,
    /// Renewals, or what the light path referred.
    pub kinds: Vec<Choice>,
    /// Orders to choose.
    pub orders: Vec<Choice>,
    /// Whether fewer than all are shown.
    pub filtered: bool,
    /// Where what is ticked is sent: to the list as it is shown.
    pub action: String,
    /// Where the list goes on.
    pub pager: Pager,
    /// Those of this page.
    pub rows: Vec<QueueLine>,
}

/// What became of versions that were ticked.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// In a sentence.
    pub in_short: String,
    /// Each of them.
    pub lines: Vec<OutcomeLine>,
}

/// What became of one of them.
#[derive(Debug, Clone)]
pub struct OutcomeLine {
    /// To it.
    pub link: Link,
    /// Whether it was done.
    pub result: Tag,
    /// Why it was not.
    pub why: String,
}

/// A version that waits.
#[derive(Debug, Clone)]
pub struct QueueLine {
    /// To it.
    pub link: Link,
    /// Whose it is.
    pub owner: String,
    /// Its state, and what is particular about it.
    pub tags: Vec<Tag>,
    /// How many days it waits.
    pub days: String,
    /// How many items carry what is asked, and how many of them are asked already.
    pub asked_already: String,
    /// Working hours of its first year.
    pub hours: String,
    /// What they cost.
    pub pounds: String,
    /// What its tick box sends.
    pub ticked: String,
}

/// `GET /panel/{id}/{number}`.
#[derive(Debug, Clone, Template)]
#[template(path = "panel_version.html")]
pub struct Review {
    /// What stands around it.
    pub shell: Shell,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// What was done just now.
    pub done: String,
    /// Its place among the versions: `Version 2 of 3`.
    pub place: String,
    /// What it asks, of whom, why.
    pub asks: Asks,
    /// Where it stands, in sentences.
    pub standing: Vec<String>,
    /// What it costs, of whom it is asked, what of it is asked already.
    pub figures: Vec<Figure>,
    /// What can be done with it by whoever looks.
    pub forms: Forms,
    /// What differs from the version that it is to take the place of.
    pub changes: Option<Changes>,
    /// Items that are asked already.
    pub duplicates: Vec<DuplicateLine>,
    /// Items that are held, and asked of nobody twice.
    pub held: Vec<HeldLine>,
    /// How many more there are of those.
    pub held_more: String,
    /// What becomes of the items of the version that it renews.
    pub renewal: Option<Renewal>,
    /// Its items.
    pub items: Items,
    /// What providers said of it.
    pub consultations: Vec<Consultation>,
    /// What was said about it.
    pub comments: Vec<Said>,
    /// Rulings on it, first first.
    pub rulings: Vec<Ruling>,
}

/// What can be done with a version.
#[derive(Debug, Clone, Default)]
pub struct Forms {
    /// Where they are sent.
    pub action: String,
    /// The etag of the version that is shown.
    pub etag: String,
    /// Whether it can be taken up.
    pub take_up: bool,
    /// Why whoever looks may not approve it; empty if they may, or nobody can.
    pub not_you: String,
    /// The decision, if it can be made.
    pub decision: Option<DecisionForm>,
    /// What stops it or puts it in force again.
    pub pause: Option<PauseForm>,
    /// To say something about it.
    pub comment: Option<CommentForm>,
}

/// A decision to be made.
#[derive(Debug, Clone)]
pub struct DecisionForm {
    /// What can be decided.
    pub steps: Vec<Choice>,
    /// What is wrong with the choice.
    pub step_problem: Option<String>,
    /// Why, as typed so far.
    pub reason: String,
    /// What is wrong with it.
    pub reason_problem: Option<String>,
    /// Conditions, one a line.
    pub conditions: String,
    /// What is wrong with them.
    pub conditions_problem: Option<String>,
    /// First day on which the approval no longer holds.
    pub expires_on: TypedDay,
    /// What is wrong with it.
    pub expires_on_problem: Option<String>,
}

/// What stops a version for a while, or puts it in force again.
#[derive(Debug, Clone)]
pub struct PauseForm {
    /// The move's code.
    pub step: String,
    /// What its heading says.
    pub heading: String,
    /// What its button says.
    pub button: String,
    /// Why, as typed so far.
    pub reason: String,
    /// What is wrong with it.
    pub reason_problem: Option<String>,
}

/// A comment to be made.
#[derive(Debug, Clone)]
pub struct CommentForm {
    /// What is said, as typed so far.
    pub text: String,
    /// What is wrong with it.
    pub text_problem: Option<String>,
    /// The item it is about.
    pub position: String,
    /// What is wrong with it.
    pub position_problem: Option<String>,
    /// Who can be told; nothing to choose if there is one choice.
    pub audiences: Vec<Choice>,
    /// What is wrong with the choice.
    pub audience_problem: Option<String>,
}

/// What differs between two versions.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The version that it is compared with.
    pub base: Link,
    /// In a sentence.
    pub in_short: String,
    /// What it says otherwise: field, before, after.
    pub fields: Vec<[String; 3]>,
    /// Items that are new, gone or otherwise.
    pub items: Vec<ChangedItem>,
    /// How many more there are of those.
    pub more: String,
}

/// An item that is new, gone or otherwise.
#[derive(Debug, Clone)]
pub struct ChangedItem {
    /// Its place.
    pub position: String,
    /// What it asks for.
    pub definition: Link,
    /// Whether it is new, gone or otherwise.
    pub how: Tag,
    /// What of it is otherwise.
    pub what: String,
}

/// An item that is asked already.
#[derive(Debug, Clone)]
pub struct DuplicateLine {
    /// Its place.
    pub position: String,
    /// What it asks for.
    pub definition: Link,
    /// What is held.
    pub held: Link,
    /// How the item stands to it.
    pub standing: String,
    /// Where the two stand side by side; nothing if they are one.
    pub side_by_side: Option<String>,
    /// Who asks it.
    pub asker: Link,
    /// Whose that is, and of how many respondents.
    pub asked_of: String,
    /// What the owner says of it.
    pub explanation: String,
}

/// An item that is held, and asked of nobody twice.
#[derive(Debug, Clone)]
pub struct HeldLine {
    /// Its place.
    pub position: String,
    /// What it asks for.
    pub definition: Link,
    /// How it stands to what is held.
    pub standing: String,
    /// What is held.
    pub held: Link,
}

/// A renewal.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// What becomes of the items, in a sentence.
    pub in_short: String,
    /// Items, those first of which no use is recorded.
    pub lines: Vec<RenewalRow>,
    /// How many more there are.
    pub more: String,
}

/// What becomes of an item in a renewal.
#[derive(Debug, Clone)]
pub struct RenewalRow {
    /// Its place in the version that is renewed.
    pub position: String,
    /// What it asks for.
    pub definition: Link,
    /// What becomes of it.
    pub fate: Tag,
    /// Its recorded uses.
    pub uses: String,
    /// Why it is kept.
    pub reason: String,
}

/// A consultation.
#[derive(Debug, Clone)]
pub struct Consultation {
    /// What was asked.
    pub question: String,
    /// Of how many, from when to when.
    pub when: String,
    /// What was said.
    pub comments: Vec<ProviderSaid>,
}

/// What a provider said.
#[derive(Debug, Clone)]
pub struct ProviderSaid {
    /// Who.
    pub provider: Link,
    /// About which item; empty if about the whole.
    pub about: String,
    /// What.
    pub text: Vec<String>,
    /// What the owner answered.
    pub answer: Vec<String>,
}

/// A comment.
#[derive(Debug, Clone)]
pub struct Said {
    /// Who, and when.
    pub by: String,
    /// About which item; empty if about the whole.
    pub about: String,
    /// Who reads it.
    pub audience: Tag,
    /// What.
    pub text: Vec<String>,
}

/// A ruling.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// What.
    pub verdict: String,
    /// Who, and when.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What an approval depends on.
    pub conditions: Vec<String>,
    /// Until when an approval holds; empty of others.
    pub until: String,
}
