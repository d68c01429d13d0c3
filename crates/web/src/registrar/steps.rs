//! Steps in the life of a version that its owner takes: take back, change again, publish, end, begin the next.

use super::{At, Draft, tasks};
use crate::{
    answers::{go_to, problems, refused},
    fields::Fields,
    forms::Posted,
    handlers::Application,
    pages::registrar::Step,
    parts::Problem,
    refusal::Refusal,
    visit::Caller,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use onus_app::{App, Context, moves::MoveRequest};
use onus_domain::{
    Error, Result,
    lifecycle::{Edit, Move},
    version::VersionState,
};

/// A step: how it is called, what its button says, what must be known of it.
struct Known {
    key: &'static str,
    label: &'static str,
    hint: &'static str,
    makes: Makes,
    reason: bool,
    day: bool,
    warns: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Makes {
    Move(Move),
    Delete,
    NextVersion,
    Renewal,
}

const fn step(key: &'static str, label: &'static str, hint: &'static str, makes: Makes) -> Known {
    Known { key, label, hint, makes, reason: false, day: false, warns: false }
}

const STEPS: [Known; 9] = [
    step("redraft", "Change it and submit it again", "It becomes a draft again.", Makes::Move(Move::Redraft)),
    Known {
        day: true,
        ..step(
            "publish",
            "Publish it",
            "Leave the day empty to publish it today. What is in force now is superseded on that day.",
            Makes::Move(Move::Publish),
        )
    },
    step(
        "next",
        "Begin the next version",
        "A draft beside this one, which stays in force until the next is published.",
        Makes::NextVersion,
    ),
    step(
        "renew",
        "Begin its renewal",
        "A draft with the items of which a use is recorded: what was not used lapses.",
        Makes::Renewal,
    ),
    Known {
        reason: true,
        ..step(
            "suspend",
            "Suspend it",
            "Nobody has to answer while it is suspended.",
            Makes::Move(Move::Suspend),
        )
    },
    step("resume", "Put it in force again", "", Makes::Move(Move::Resume)),
    Known {
        warns: true,
        ..step("withdraw", "Withdraw it", "It goes no further, for good.", Makes::Move(Move::Withdraw))
    },
    Known {
        warns: true,
        ..step(
            "retire",
            "End it",
            "Nobody has to answer it any more. It cannot be put in force again.",
            Makes::Move(Move::Retire),
        )
    },
    Known { warns: true, ..step("delete", "Delete this draft", "It is gone, for good.", Makes::Delete) },
];

impl Known {
    /// Whether it can be taken with a draft, by whoever is here.
    fn is_possible(&self, context: &Context, draft: &Draft) -> bool {
        let (owner, state) = (&draft.collection.owner, draft.version.state);
        let edit = |edit: Edit| edit.allowed_to(&context.actor, owner) && edit.possible_in(state);
        match self.makes {
            Makes::Move(step) => step.leads_to(state).is_some() && step.allowed_to(&context.actor, owner),
            Makes::Delete => edit(Edit::Delete),
            // What ended without having been in force is not gone on with from its own page.
            Makes::NextVersion => edit(Edit::NewDraft) && state != VersionState::Approved,
            Makes::Renewal => edit(Edit::Renew),
        }
    }
}

/// The steps that can be taken with a version.
pub(crate) fn possible(context: &Context, draft: &Draft) -> Vec<Step> {
    let possible = STEPS.iter().filter(|step| step.is_possible(context, draft));
    possible
        .map(|step| Step {
            key: step.key,
            label: step.label,
            hint: step.hint,
            reason: step.reason,
            day: step.day,
            warns: step.warns,
        })
        .collect()
}

/// `POST /drafts/{id}/{number}/steps`.
pub(crate) async fn take(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let step = STEPS.iter().find(|step| step.key == fields.text("step"));
    let step = step.ok_or_else(|| Error::not_found("step", fields.text("step")))?;
    let wrong = match make(&app, &fields.once(&context)?, &draft, step, &fields).await {
        Ok(next) => return Ok(go_to(&next)),
        Err(Error::Invalid(violations)) => {
            let reason = format!("{}-reason", step.key);
            let day = format!("{}-day", step.key);
            problems(&violations, &[("reason", &reason, "Why"), ("live_from", &day, "First day in force")])
        }
        Err(Error::Precondition { message, .. }) => vec![Problem { field: String::new(), text: message }],
        Err(Error::StaleEtag { .. }) => {
            let text = "It was changed while you looked at it: read it again, then go on".into();
            vec![Problem { field: String::new(), text }]
        }
        Err(error) => return Err(error.into()),
    };
    let now = Draft::find(&app, &context, &at).await?;
    refused(&tasks::page(&app, &context, &now, wrong).await?)
}

/// Takes a step; where to go on after it.
async fn make(app: &App, context: &Context, draft: &Draft, step: &Known, fields: &Fields) -> Result<String> {
    let etag = format!("\"{}\"", fields.text("revision"));
    let (id, number) = draft.at();
    match step.makes {
        Makes::Move(to) => {
            let live_from = fields.typed_day("live").read("live_from")?;
            let request =
                MoveRequest { etag, reason: fields.typed("reason"), live_from, ..MoveRequest::default() };
            app.once(context, app.make_move(context, to, id, number, &request)).await?;
            Ok(draft.path(""))
        }
        Makes::Delete => {
            app.once(context, app.delete_draft(context, (id, number), &etag, false)).await?;
            Ok("/work".into())
        }
        Makes::NextVersion => {
            let made = app.once(context, app.create_draft(context, id, false)).await?;
            Ok(format!("/drafts/{id}/{}", made.number))
        }
        Makes::Renewal => {
            let (made, _) =
                app.once(context, app.renew_version(context, (id, number), &etag, &[], false)).await?;
            Ok(format!("/drafts/{id}/{}", made.number))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_has_a_key_of_its_own() {
        let keys: std::collections::BTreeSet<_> = STEPS.iter().map(|step| step.key).collect();
        assert_eq!(keys.len(), STEPS.len());
    }
}
