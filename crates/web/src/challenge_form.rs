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
    parts::{Choice, Link, Problem, problem_of},
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
    CollectionId, Error, OdsCode, Violation,
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
    items: String,
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
            items: fields.typed("items"),
        }
    }

    /// The challenge that it says. Where what is wrong cannot be read, that is noted, and the rest stands, so that it can be looked at too.
    fn read(&self, scene: &Scene, provider: OdsCode, wrong: &mut Vec<Problem>) -> NewChallenge {
        let collection = self.collection.parse().ok();
        let duplicate_of = self.other(scene, wrong);
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
        let reason = self.reason.parse().unwrap_or_else(|_| {
            wrong.push(Problem { field: "reason".into(), text: "Choose what is wrong with it".into() });
            // Whatever it is, this one asks for nothing besides.
            ChallengeReason::Unclear
        });
        NewChallenge {
            provider,
            owner,
            collection,
            reference: self.reference.clone(),
            request_text: self.request_text.clone(),
            reason,
            text: self.text.clone(),
            items: self.positions(wrong),
            duplicate_of,
            duplicate_definitions: vec![],
        }
    }

    /// The collection that asks it already, by whatever it is known by.
    fn other(&self, scene: &Scene, wrong: &mut Vec<Problem>) -> Option<CollectionId> {
        let typed = self.duplicate_of.trim();
        if typed.is_empty() {
            return None;
        }
        let found = find(scene, typed);
        if found.is_none() {
            let expected = "its name, its reference or the address of its page, as the registry has it";
            let text = format!("The collection that asks it already: enter {expected}");
            wrong.push(Problem { field: "duplicate_of".into(), text });
        }
        found
    }

    /// The places of the items that it is about.
    fn positions(&self, wrong: &mut Vec<Problem>) -> Vec<u32> {
        let words = self.items.split([',', ';', ' ']).filter(|word| !word.is_empty());
        let read: Result<Vec<u32>, _> = words.map(str::parse).collect();
        read.unwrap_or_else(|_| {
            let text = "Which items: enter their numbers, such as 3, 7".to_owned();
            wrong.push(Problem { field: "items".into(), text });
            vec![]
        })
    }

    /// The request that is meant, by where the form was begun or by its reference.
    fn meant(&self, scene: &Scene) -> Option<Link> {
        let known = self.collection.parse::<CollectionId>().ok();
        let known = known.filter(|id| scene.view.collection_row(id).is_some());
        Some(scene.collection(&known.or_else(|| by_reference(scene, &self.reference))?))
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
        Raise {
            shell: scene
                .shell("Challenge a request", Area::Other)
                .under("/challenges", "Challenges and feedback"),
            collection: self.collection.clone(),
            meant: self.meant(scene),
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
                "Its name, its reference or the address of its page",
                &self.duplicate_of,
                1,
                "",
            ),
            items: text(
                "items",
                "Which items (optional)",
                "Their numbers in the request, such as 3, 7. Leave it empty if it is about the whole",
                &self.items,
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

/// A published collection by its name, its reference, its key or the address of its page.
fn find(scene: &Scene, typed: &str) -> Option<CollectionId> {
    let key = typed.rsplit_once("/collections/").map_or(typed, |(_, key)| key);
    let key = key.split(['?', '#', '/']).next().unwrap_or_default();
    let known = |id: &CollectionId| scene.view.collection_row(id).is_some();
    let named = || {
        let mut rows = scene.view.collection_rows();
        let row = rows.find(|row| row.version.content.title.to_lowercase() == typed.to_lowercase());
        row.map(|row| row.collection.id.clone())
    };
    key.parse().ok().filter(known).or_else(|| by_reference(scene, typed)).or_else(named)
}

fn by_reference(scene: &Scene, typed: &str) -> Option<CollectionId> {
    let found = scene.view.look_up_reference(&typed.to_uppercase(), scene.today).ok()??;
    Some(found.row.collection.id.clone())
}

/// What is wrong with a reference that no request has, with those that may have been meant.
fn unknown_reference(scene: &Scene, typed: &str) -> Problem {
    let near = scene.view.near_references(typed).into_iter().map(|near| {
        let title = by_reference(scene, &near.to_string()).map(|id| scene.title(&id)).unwrap_or_default();
        format!("{near} ({title})")
    });
    let near: Vec<_> = near.collect();
    let meant = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
    let text = format!(
        "The reference that came with it: no registered request has it.{meant} If the request is not registered, choose that as what is wrong"
    );
    Problem { field: "reference".into(), text }
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
    let scene = scene(&app).await?;
    let mut wrong = vec![];
    let new = typed.read(&scene, provider, &mut wrong);
    let once = fields.once(&context)?;
    let tried = if wrong.is_empty() {
        app.once(&once, app.create_challenge(&once, new, false)).await
    } else {
        // What else is wrong is said in one go.
        app.create_challenge(&context, new, true).await
    };
    match tried {
        Ok(made) if wrong.is_empty() => return Ok(go_to(&format!("/challenges/{}", made.id))),
        Ok(_) => {}
        Err(Error::Invalid(violations)) => {
            let others = told(&scene, &typed, &violations).into_iter();
            let new: Vec<_> =
                others.filter(|one| !wrong.iter().any(|known| known.field == one.field)).collect();
            wrong.extend(new);
        }
        Err(error) => return Err(error.into()),
    }
    refused(&typed.show(&scene, &context, wrong))
}

/// What is wrong, by the fields of the form.
fn told(scene: &Scene, typed: &Typed, violations: &[Violation]) -> Vec<Problem> {
    let places = [
        ("collection", "reference", "The request"),
        ("reference", "reference", "The reference that came with it"),
        ("owner", "owner", "Who sent it"),
        ("request_text", "request_text", "What you were asked"),
        ("reason", "reason", "What is wrong"),
        ("text", "text", "In your own words"),
        ("duplicate_of", "duplicate_of", "The collection that asks it already"),
        ("items", "items", "Which items"),
    ];
    let (unknown, others): (Vec<_>, Vec<_>) = violations.iter().cloned().partition(|one| {
        ["reference", "collection"].contains(&one.field.as_str())
            && ["KNOWN", "REQUIRED"].contains(&one.rule.as_str())
    });
    let mut told = problems(&others, &places);
    match unknown.first() {
        None => {}
        Some(_) if typed.reference.is_empty() => {
            let text = "Which request: enter the reference that came with it; if it had none, choose “not registered” as what is wrong";
            told.insert(0, Problem { field: "reference".into(), text: text.into() });
        }
        Some(_) => told.insert(0, unknown_reference(scene, &typed.reference)),
    }
    told
}
