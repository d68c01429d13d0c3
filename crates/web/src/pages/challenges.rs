//! Yellow cards and feedback.

use super::fields::{Choices, Field};
use crate::{
    parts::{Link, Pager, Problem, Tag},
    shell::Shell,
};
use askama::Template;

/// `GET /challenges`.
#[derive(Debug, Clone, Template)]
#[template(path = "challenges.html")]
pub struct Challenges {
    /// What stands around it.
    pub shell: Shell,
    /// The challenges that the reader may see, last first.
    pub rows: Vec<ChallengeLine>,
    /// Where the list goes on.
    pub pager: Pager,
    /// What feedback was about.
    pub themes: Vec<Theme>,
    /// Where one's own provider challenges.
    pub raise: Option<String>,
    /// Where feedback is given and read.
    pub feedback: Option<String>,
}

/// A challenge in a list.
#[derive(Debug, Clone)]
pub struct ChallengeLine {
    /// It.
    pub link: Link,
    /// What is wrong.
    pub reason: String,
    /// Who has to answer.
    pub owner: String,
    /// Who challenges.
    pub provider: String,
    /// When it was made.
    pub raised: String,
    /// Where it stands.
    pub state: Tag,
    /// Whether its owner is late.
    pub overdue: bool,
    /// What came of it so far.
    pub outcome: String,
}

/// How often feedback on a body was about a theme.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The body.
    pub body: String,
    /// The NHS year.
    pub year: String,
    /// The theme.
    pub theme: String,
    /// How often.
    pub count: String,
}

/// `GET /challenges/new`.
#[derive(Debug, Clone, Template)]
#[template(path = "challenge_new.html")]
pub struct Raise {
    /// What stands around it.
    pub shell: Shell,
    /// The collection's key, if it is known where the form is begun.
    pub collection: String,
    /// That collection.
    pub meant: Option<Link>,
    /// The reference.
    pub reference: Field,
    /// Who sent the request.
    pub owner: Field,
    /// The request.
    pub request_text: Field,
    /// What is wrong.
    pub reason: Choices,
    /// What asks it already.
    pub duplicate_of: Field,
    /// Which items it is about.
    pub items: Field,
    /// In the provider's words.
    pub text: Field,
    /// The form's own key.
    pub request_id: String,
    /// What is wrong with the form.
    pub problems: Vec<Problem>,
}

/// `GET /challenges/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "challenge.html")]
pub struct OneChallenge {
    /// What stands around it.
    pub shell: Shell,
    /// Where it stands.
    pub state: Tag,
    /// The collection that is challenged.
    pub collection: Option<Link>,
    /// The reference as it was received.
    pub reference: String,
    /// Who has to answer.
    pub owner: String,
    /// Who challenges.
    pub provider: String,
    /// When it was made.
    pub raised: String,
    /// What is wrong.
    pub reason: String,
    /// By when its owner answers; empty once it did.
    pub due: String,
    /// What asks it already.
    pub duplicate_of: Option<Link>,
    /// In the provider's words; empty for those whom it does not concern.
    pub text: Vec<String>,
    /// The request as it was received.
    pub request_text: Vec<String>,
    /// Why the provider took it to the panel.
    pub escalation: Vec<String>,
    /// What was ruled: by whom and when, what, why.
    pub rulings: Vec<(String, String, String)>,
    /// What the reader can do with it.
    pub moves: Vec<Move>,
    /// The revision that a move is made on.
    pub etag: String,
    /// The form's own key.
    pub request_id: String,
    /// Where moves go.
    pub action: String,
    /// What is wrong with a move that was tried.
    pub problems: Vec<Problem>,
}

/// Something that can be done with a challenge.
#[derive(Debug, Clone)]
pub struct Move {
    /// Its code.
    pub key: String,
    /// What its button says.
    pub label: String,
    /// For a ruling: what is said.
    pub outcome: Option<Choices>,
    /// In words.
    pub text: Field,
    /// Whether it cannot be undone.
    pub warns: bool,
}

/// `GET /feedback`.
#[derive(Debug, Clone, Template)]
#[template(path = "feedback.html")]
pub struct Feedback {
    /// What stands around it.
    pub shell: Shell,
    /// Whether the reader gives feedback.
    pub gives: bool,
    /// Of whom.
    pub body: Choices,
    /// What about.
    pub theme: Choices,
    /// How dealing with it is.
    pub rating: Choices,
    /// What happened.
    pub text: Field,
    /// What was given.
    pub lines: Vec<FeedbackLine>,
    /// The form's own key.
    pub request_id: String,
    /// What is wrong with the form.
    pub problems: Vec<Problem>,
}

/// Feedback that was given.
#[derive(Debug, Clone)]
pub struct FeedbackLine {
    /// Its key.
    pub id: String,
    /// Whose, of whom, when.
    pub heading: String,
    /// What about.
    pub theme: String,
    /// How dealing with the body is.
    pub rating: String,
    /// What happened.
    pub text: Vec<String>,
    /// What the panel answered.
    pub answer: Vec<String>,
    /// Whether the reader answers it.
    pub answers: bool,
    /// The revision that is answered.
    pub revision: u32,
    /// The answer to be written.
    pub field: Field,
}
