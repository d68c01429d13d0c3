//! Drafts shown to providers, and what these say.

use super::fields::{Choices, DayField, Field};
use crate::{
    parts::{Link, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /consultations`.
#[derive(Debug, Clone, Template)]
#[template(path = "consultations.html")]
pub struct Consultations {
    /// What stands around it.
    pub shell: Shell,
    /// Those that the reader may see, the one that closes last first.
    pub rows: Vec<ConsultationLine>,
    /// Whether the reader is asked, and does not ask.
    pub asked: bool,
}

/// A consultation in a list.
#[derive(Debug, Clone)]
pub struct ConsultationLine {
    /// It.
    pub link: Link,
    /// Who asks.
    pub owner: String,
    /// Until when comments are taken.
    pub closes: String,
    /// Whether they are.
    pub state: Tag,
}

/// `GET /consultations/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "consultation.html")]
pub struct OneConsultation {
    /// What stands around it.
    pub shell: Shell,
    /// Whether comments are taken.
    pub state: Tag,
    /// Who asks.
    pub owner: String,
    /// From when to when.
    pub when: String,
    /// What one wants to know.
    pub question: Vec<String>,
    /// What the request is for.
    pub purpose: Vec<String>,
    /// Who would have to answer it.
    pub respondents: String,
    /// How often.
    pub frequency: String,
    /// What it would ask.
    pub items: Vec<ConsultedItem>,
    /// Who is asked; none for a provider, which is not told of others.
    pub providers: Vec<Link>,
    /// What was said, as far as the reader may read it.
    pub comments: Vec<ConsultationComment>,
    /// To say something.
    pub comment: Option<CommentForm>,
    /// To close it now.
    pub can_close: bool,
    /// The revision that is closed.
    pub revision: u32,
    /// The form's own key.
    pub request_id: String,
    /// Where forms are sent.
    pub action: String,
    /// What is wrong with one.
    pub problems: Vec<Problem>,
}

/// An item that would be asked.
#[derive(Debug, Clone)]
pub struct ConsultedItem {
    /// Its place.
    pub position: String,
    /// Its heading.
    pub section: String,
    /// What it asks.
    pub definition: Link,
    /// Whether it must be answered.
    pub mandation: String,
}

/// What a provider said.
#[derive(Debug, Clone)]
pub struct ConsultationComment {
    /// Who.
    pub provider: Link,
    /// About which item; empty if about the whole.
    pub about: String,
    /// When.
    pub day: String,
    /// What.
    pub text: Vec<String>,
    /// What the body answered.
    pub answer: Vec<String>,
    /// To answer it.
    pub form: Option<AnswerForm>,
}

/// To answer what a provider said.
#[derive(Debug, Clone)]
pub struct AnswerForm {
    /// The comment.
    pub comment: String,
    /// Its revision.
    pub revision: u32,
    /// The form's own key.
    pub request_id: String,
    /// The answer.
    pub text: Field,
}

/// To say something of a draft.
#[derive(Debug, Clone)]
pub struct CommentForm {
    /// Of what.
    pub position: Choices,
    /// What.
    pub text: Field,
}

/// `GET /drafts/{id}/{number}/consult`.
#[derive(Debug, Clone, Template)]
#[template(path = "consultation_new.html")]
pub struct OpenConsultation {
    /// What stands around it.
    pub shell: Shell,
    /// The draft.
    pub draft: Link,
    /// Those that are open, or were.
    pub before: Vec<ConsultationLine>,
    /// Whom to ask.
    pub providers: Field,
    /// What one wants to know.
    pub question: Field,
    /// Until when.
    pub closes: DayField,
    /// The form's own key.
    pub request_id: String,
    /// Where it is sent.
    pub action: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}
