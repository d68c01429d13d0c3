//! The form by which a provider challenges a request.

use crate::{
    answers::{go_to, problems, refused},
    build::Scene,
    challenges::{provider_of, reason_in_words},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        challenges::Raise,
        fields::{Choices, Field},
    },
    parts::{Choice, Problem, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::Context;
use onus_domain::{
    CollectionId, Error, OdsCode,
    challenge::{ChallengeReason, NewChallenge},
};
use serde::Deserialize;
use strum::VariantArray;

/// What the page to challenge is begun with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Begin {
    collection: String,
    reference: String,
}

/// The form, as typed.
#[derive(Default)]
struct Typed {
    collection: String,
    reference: String,
    owner: String,
    request_text: String,
    reason: String,
    text: String,
    duplicate_of: String,
}

impl Typed {
    fn of_form(fields: &Fields) -> Self {
        Self {
            collection: fields.typed("collection"),
            reference: fields.typed("reference").to_uppercase(),
            owner: fields.typed("owner").to_uppercase(),
            request_text: fields.typed("request_text"),
            reason: fields.typed("reason"),
            text: fields.typed("text"),
            duplicate_of: fields.typed("duplicate_of"),
        }
    }

    fn read(&self, provider: OdsCode, wrong: &mut Vec<Problem>) -> Option<NewChallenge> {
        let collection = key(&self.collection, "collection", "Collection", wrong);
        let duplicate_of = key(&self.duplicate_of, "duplicate_of", "Asked already in", wrong);
        let owner = if self.owner.is_empty() {
            None
        } else {
            match OdsCode::new(&self.owner) {
                Ok(code) => Some(code),
                Err(refused) => {
                    wrong.push(Problem {
                        field: "owner".into(),
                        text: format!("Who sent it: enter {}", refused.expected),
                    });
                    None
                }
            }
        };
        let reason = self.reason.parse().ok();
        if reason.is_none() {
            wrong.push(Problem { field: "reason".into(), text: "Choose what is wrong with it".into() });
        }
        Some(NewChallenge {
            provider,
            owner,
            collection,
            reference: self.reference.clone(),
            request_text: self.request_text.clone(),
            reason: reason?,
            text: self.text.clone(),
            items: vec![],
            duplicate_of,
            duplicate_definitions: vec![],
        })
    }

    fn show(self, scene: &Scene, context: &Context, problems: Vec<Problem>) -> Raise {
        let problem = |id: &str| problem_of(&problems, id);
        let text = |id: &str, label: &str, hint: &str, value: &str, rows, width| Field {
            id: id.into(),
            label: label.into(),
            hint: hint.into(),
            value: value.into(),
            rows,
            width,
            problem: problem(id),
        };
        let reasons = ChallengeReason::VARIANTS.iter().map(|reason| Choice {
            value: reason.to_string(),
            text: reason_in_words(*reason).into(),
            chosen: self.reason == reason.as_str(),
        });
        let meant = self.collection.parse::<CollectionId>().ok();
        let meant = meant.and_then(|id| scene.view.collection_row(&id).map(|_| scene.collection(&id)));
        Raise {
            shell: scene
                .shell("Challenge a request", Area::Other)
                .under("/challenges", "Challenges and feedback"),
            collection: self.collection.clone(),
            meant,
            reference: text(
                "reference",
                "The reference that came with it",
                "Such as DR-000002Y. Leave it empty if there was none",
                &self.reference,
                1,
                "10",
            ),
            owner: text(
                "owner",
                "Who sent it",
                "The body’s code, such as X24. Leave it empty if the reference is that of a registered request",
                &self.owner,
                1,
                "10",
            ),
            request_text: text(
                "request_text",
                "What you were asked (if it is not registered)",
                "Paste the letter or the message. It is never published",
                &self.request_text,
                4,
                "",
            ),
            reason: Choices {
                id: "reason".into(),
                legend: "What is wrong with it?".into(),
                hint: String::new(),
                choices: reasons.collect(),
                problem: problem("reason"),
            },
            duplicate_of: text(
                "duplicate_of",
                "For a duplicate: the collection that asks it already (optional)",
                "Its key, as in the address of its page, such as critical-care-minimum-data-set",
                &self.duplicate_of,
                1,
                "20",
            ),
            text: text(
                "text",
                "In your own words",
                "What happened, and what would put it right. Whom it concerns reads it; it is never published",
                &self.text,
                4,
                "",
            ),
            request_id: context.new_id().to_string(),
            problems,
        }
    }
}

fn key(text: &str, field: &str, label: &str, wrong: &mut Vec<Problem>) -> Option<CollectionId> {
    if text.is_empty() {
        return None;
    }
    let read = CollectionId::new(text);
    if let Err(refused) = &read {
        wrong.push(Problem { field: field.into(), text: format!("{label}: enter {}", refused.expected) });
    }
    read.ok()
}

/// `GET /challenges/new`.
pub(crate) async fn ask(
    State(app): Application,
    Caller(context): Caller,
    Query(begin): Query<Begin>,
) -> Result<Response, Refusal> {
    provider_of(&context)?;
    let typed = Typed { collection: begin.collection, reference: begin.reference, ..Typed::default() };
    Ok(Html(typed.show(&scene(&app).await?, &context, vec![]).render()?).into_response())
}

/// `POST /challenges/new`.
pub(crate) async fn raise(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let provider = provider_of(&context)?;
    let typed = Typed::of_form(&fields);
    let mut wrong = vec![];
    let new = typed.read(provider, &mut wrong);
    if let Some(new) = new.filter(|_| wrong.is_empty()) {
        let once = fields.once(&context)?;
        match app.once(&once, app.create_challenge(&once, new, false)).await {
            Ok(made) => return Ok(go_to(&format!("/challenges/{}", made.id))),
            Err(Error::Invalid(violations)) => {
                let places =
                    ["collection", "reference", "owner", "request_text", "reason", "text", "duplicate_of"];
                let labels = [
                    "Collection",
                    "Reference",
                    "Who sent it",
                    "What you were asked",
                    "What is wrong",
                    "In your own words",
                    "Asked already in",
                ];
                let places: Vec<_> = places.iter().zip(labels).map(|(id, label)| (*id, *id, label)).collect();
                wrong = problems(&violations, &places);
            }
            Err(error) => return Err(error.into()),
        }
    }
    refused(&typed.show(&scene(&app).await?, &context, wrong))
}
