//! What can be done with a version, and what is wrong with what was sent.

use super::panel::address;
use crate::{
    fields::{Fields, TypedDay},
    pages::panel::{CommentForm, DecisionForm, Forms, PauseForm},
    parts::{Choice, Problem, problem_of},
};
use onus_app::drafts::etag;
use onus_domain::{
    Error, Result, Violation,
    collection::Collection,
    display,
    lifecycle::{Edit, Move},
    review::CommentAudience,
    role::Actor,
    version::Version,
};

/// The word for a comment where others send a move.
pub(crate) const COMMENT: &str = "COMMENT";

/// What a form says, what is wrong with it, and what was done just now.
#[derive(Default)]
pub(crate) struct Typed {
    /// The fields as they were sent.
    pub fields: Fields,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// What was done.
    pub done: String,
}

impl Typed {
    fn text(&self, field: &str) -> String {
        self.fields.text(field).to_owned()
    }

    fn problem(&self, field: &str) -> Option<String> {
        problem_of(&self.problems, field)
    }
}

/// Decisions of the panel, in words.
const DECISIONS: [(Move, &str); 4] = [
    (Move::Approve, "Approve it"),
    (Move::Return, "Return it to its owner, to be changed"),
    (Move::Reject, "Reject it"),
    (Move::ApproveEmergency, "Approve it in an emergency, for 180 days at most"),
];

/// What `actor` can do with a version in the state that it is in.
pub(crate) fn forms(collection: &Collection, version: &Version, actor: &Actor, typed: &Typed) -> Forms {
    let owner = &collection.owner;
    let can = |step: Move| step.leads_to(version.state).is_some() && step.allowed_to(actor, owner);
    let own = version.submitted_by.as_ref() == Some(&actor.account);
    let steps = DECISIONS.into_iter().filter(|(step, _)| can(*step) && !(own && step.is_approval()));
    let chosen = typed.fields.text("step");
    let steps: Vec<_> = steps
        .map(|(step, text)| Choice {
            value: step.to_string(),
            text: text.into(),
            chosen: step.as_str() == chosen,
        })
        .collect();
    let refused = own && can(Move::Approve);
    let not_you = "You submitted this version, so somebody else must approve it.";
    Forms {
        action: address(&collection.id, version.number),
        etag: etag(version.revision),
        take_up: can(Move::StartReview),
        not_you: if refused { not_you.into() } else { String::new() },
        decision: (!steps.is_empty()).then(|| DecisionForm {
            steps,
            step_problem: typed.problem("step"),
            reason: typed.text("reason"),
            reason_problem: typed.problem("reason"),
            conditions: typed.text("conditions"),
            conditions_problem: typed.problem("conditions"),
            expires_on: typed.fields.typed_day("expires_on"),
            expires_on_problem: typed.problem("expires_on"),
        }),
        pause: pause(&can, typed),
        comment: comment(collection, version, actor, typed),
    }
}

fn pause(can: &impl Fn(Move) -> bool, typed: &Typed) -> Option<PauseForm> {
    let known = [
        (Move::Suspend, "Suspend it", "Suspend it: it need not be answered"),
        (Move::Resume, "Put it in force again", "Put it in force again"),
    ];
    let (step, heading, button) = known.into_iter().find(|(step, ..)| can(*step))?;
    Some(PauseForm {
        step: step.to_string(),
        heading: heading.into(),
        button: button.into(),
        reason: typed.text("reason"),
        reason_problem: typed.problem("reason"),
    })
}

fn comment(collection: &Collection, version: &Version, actor: &Actor, typed: &Typed) -> Option<CommentForm> {
    let can = |edit: Edit| edit.possible_in(version.state) && edit.allowed_to(actor, &collection.owner);
    if !can(Edit::Comment) {
        return None;
    }
    let known = [
        (CommentAudience::OwnerAndPanel, "Its owner and the panel"),
        (CommentAudience::Panel, "The panel alone"),
    ];
    let chosen = match typed.fields.text("audience") {
        "" => CommentAudience::OwnerAndPanel.as_str(),
        audience => audience,
    };
    let open =
        known.into_iter().filter(|(one, _)| *one != CommentAudience::Panel || can(Edit::CommentToPanel));
    let audiences = open.map(|(one, text)| Choice {
        value: one.to_string(),
        text: text.into(),
        chosen: one.as_str() == chosen,
    });
    Some(CommentForm {
        text: typed.text("text"),
        text_problem: typed.problem("text"),
        position: typed.text("position"),
        position_problem: typed.problem("position"),
        audiences: audiences.collect(),
        audience_problem: typed.problem("audience"),
    })
}

/// A decision as its form sends it; what of it cannot be read is noted.
pub(crate) struct Sent {
    /// The move, if one is chosen.
    pub step: Option<Move>,
    /// The day on which an approval ends.
    pub expires_on: Option<chrono::NaiveDate>,
    /// What cannot be read.
    pub problems: Vec<Problem>,
}

/// Reads a decision.
pub(crate) fn read(fields: &Fields) -> Sent {
    let mut problems = vec![];
    let step = fields.text("step").parse().ok();
    if step.is_none() {
        problems.push(Problem { field: "step".into(), text: "Say what you decide".into() });
    }
    let day: Result<_, Violation> = TypedDay::read(&fields.typed_day("expires_on"), "expires_on");
    let expires_on = day.unwrap_or_else(|wrong| {
        problems.push(problem(wrong));
        None
    });
    Sent { step, expires_on, problems }
}

/// What is wrong with a form, in its own words.
fn problem(wrong: Violation) -> Problem {
    let expected = wrong.expected;
    let (field, text) = match (wrong.field.as_str(), wrong.rule.as_str()) {
        ("reason", "REQUIRED") => ("reason", "Say why".into()),
        ("reason", _) => ("reason", format!("Your reason must be {expected}")),
        ("expires_on", _) => ("expires_on", format!("The approval must end on {expected}")),
        ("text", "REQUIRED") => ("text", "Write what you want to say".into()),
        ("text", _) => ("text", format!("Your comment must be {expected}")),
        ("position", _) => {
            ("position", "Give the number of an item of this request, or leave it empty".into())
        }
        (field, _) if field.starts_with("conditions") => ("conditions", format!("Give {expected}")),
        (field, _) => ("", format!("{field}: {expected}")),
    };
    Problem { field: field.into(), text }
}

/// What is wrong with what was sent, for its form; what is no fault of the form is refused as ever. `allowed` says whether whoever sent it
/// may do such a thing at all.
pub(crate) fn problems(error: Error, version: &Version, allowed: bool) -> Result<Vec<Problem>> {
    let general = |text: String| Ok(vec![Problem { field: String::new(), text }]);
    match error {
        Error::Invalid(all) => Ok(all.into_iter().map(problem).collect()),
        Error::StaleEtag { .. } => general(
            "Somebody changed this version while you looked at it. It is shown as it is now: look again, then send it once more"
                .into(),
        ),
        Error::Precondition { rule: "VERSION_STATE", .. } => general(format!(
            "This version is now {}, so that can’t be done with it any more",
            display::words(version.state.as_str()).to_lowercase()
        )),
        Error::Precondition { message, .. } => general(super::claims::first_capital(&message)),
        // Whoever may approve at all is refused for one reason alone.
        Error::PermissionDenied(_) if allowed => general(
            "You submitted this version, so somebody else must approve it: no request is approved by whoever wrote it".into(),
        ),
        error => Err(error),
    }
}

/// Puts problems in the order in which their fields stand on the page.
pub(crate) fn put_in_order(problems: &mut [Problem]) {
    let fields = ["", "step", "reason", "conditions", "expires_on", "text", "position", "audience"];
    problems.sort_by_key(|problem| fields.iter().position(|field| *field == problem.field));
}

/// That something was done; empty if the version is not in the state that it leads to.
pub(crate) fn done(word: &str, version: &Version) -> String {
    if word == COMMENT {
        return "Your comment is kept with the version".into();
    }
    let Ok(step) = word.parse::<Move>() else { return String::new() };
    let to = onus_domain::version::VersionState::all().find_map(|state| step.leads_to(state));
    let said = match step {
        _ if to != Some(version.state) => "",
        Move::StartReview => "You are reviewing this request",
        Move::Return => "Returned to its owner",
        Move::Reject => "Rejected",
        Move::Approve => "Approved. Its owner can put it in force",
        Move::ApproveEmergency => "Approved in an emergency. Its owner can put it in force",
        Move::Suspend => "Suspended: it need not be answered",
        Move::Resume => "In force again",
        _ => "",
    };
    said.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(sent: &str) -> Fields {
        serde_urlencoded::from_bytes(sent.as_bytes()).unwrap()
    }

    #[test]
    fn all_that_cannot_be_read_is_said_at_once() {
        let sent = read(&fields("step=&expires_on-day=31&expires_on-month=2&expires_on-year=2028"));
        let named: Vec<_> = sent.problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!((named, sent.expires_on), (vec!["step", "expires_on"], None));
        assert!(read(&fields("step=APPROVE")).problems.is_empty());
        let mut turned: Vec<_> = sent.problems.into_iter().rev().collect();
        put_in_order(&mut turned);
        assert_eq!(turned[0].field, "step", "as the fields stand on the page");
    }

    #[test]
    fn a_refusal_of_the_rules_becomes_a_link_to_its_field() {
        let wrong = |field: &str, rule: &str| problem(Violation::new(field, rule, "", "so"));
        assert_eq!(wrong("conditions[3]", "LENGTH").field, "conditions");
        assert_eq!(wrong("reason", "REQUIRED").text, "Say why");
        assert_eq!(
            (wrong("live_from", "RANGE").field.as_str(), wrong("live_from", "RANGE").text.as_str()),
            ("", "live_from: so")
        );
    }
}
