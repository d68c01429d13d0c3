//! The yellow card: a provider says what is wrong with a request that it got, its owner answers, the panel decides; and feedback on dealing
//! with bodies. What everybody sees are outcomes and counts.

use crate::{
    build::{
        Scene,
        query::{ROWS, encoded, pager},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, Asked, scene},
    pages::{
        challenges::{ChallengeLine, Challenges, Feedback, FeedbackLine, Move, OneChallenge, Raise, Theme},
        fields::{Choices, Field},
    },
    parts::{Choice, Link, Problem, Tag, problem_of},
    refusal::Refusal,
    registrar::{go_to, problems, refused},
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::{
    App, Context,
    challenges::ChallengeMoveRequest,
    feedback::{FeedbackReply, NewFeedback},
    paging::ListRequest,
};
use onus_domain::{
    CollectionId, Error, OdsCode, Result,
    challenge::{
        Challenge, ChallengeMove, ChallengeOutcome, ChallengeReason, ChallengeState, NewChallenge, Ruling,
    },
    display,
    feedback::{FeedbackAct, FeedbackTheme},
    role::Role,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use strum::VariantArray;
use uuid::Uuid;

/// Most feedback that is shown.
const MOST_FEEDBACK: i32 = 200;

/// What a reason is, for whoever has it.
fn reason_in_words(reason: ChallengeReason) -> &'static str {
    match reason {
        ChallengeReason::Duplicate => "Duplicate: we were asked this already",
        ChallengeReason::Unregistered => "Unregistered: it came without a valid reference",
        ChallengeReason::Expired => "Expired: its approval has run out",
        ChallengeReason::Unclear => "Unclear: we cannot tell what is asked, or why",
        ChallengeReason::Disproportionate => "Disproportionate: it costs more than it brings",
    }
}

fn state_tag(state: ChallengeState) -> Tag {
    match state {
        ChallengeState::Open => Tag::new("With its owner", "blue"),
        ChallengeState::Answered => Tag::new("Answered", "green"),
        ChallengeState::Escalated => Tag::new("With the panel", "orange"),
        ChallengeState::Decided => Tag::new("Decided", "green"),
        ChallengeState::Withdrawn => Tag::new("Withdrawn", "grey"),
    }
}

fn outcome_in_words(ruling: &Ruling) -> &'static str {
    match ruling.outcome {
        ChallengeOutcome::Upheld => "Upheld: the request changes",
        ChallengeOutcome::NotUpheld => "Not upheld: the request stays as it is",
    }
}

/// What a challenge is about.
fn about(scene: &Scene, challenge: &Challenge) -> String {
    match &challenge.collection {
        Some(id) => scene.title(id),
        None if challenge.reference.is_empty() => "A request that is not registered".into(),
        None => format!("A request with the reference {}", challenge.reference),
    }
}

fn own_provider(context: &Context) -> Option<&OdsCode> {
    context.actor.organisation.as_ref().filter(|_| context.actor.has(Role::ProviderUser))
}

/// `GET /challenges`.
pub(crate) async fn list(
    State(app): Application,
    Caller(context): Caller,
    Asked(query): Asked,
) -> Result<Html<String>, Refusal> {
    let filter = if query.owner.is_empty() {
        String::new()
    } else {
        format!("owner = \"{}\"", query.owner.replace('"', ""))
    };
    let request = ListRequest {
        page_size: ROWS,
        page_token: query.page_token.clone(),
        filter,
        order_by: "raised_on desc".into(),
        read_time: None,
    };
    let page = app.list_challenges(&context, &request).await?;
    let themes =
        app.list_feedback_themes(&ListRequest { page_size: 1_000, ..ListRequest::default() }).await?;
    let scene = scene(&app).await?;
    let carried =
        if query.owner.is_empty() { String::new() } else { format!("owner={}&", encoded(&query.owner)) };
    let row = |challenge: &Challenge, overdue: bool| ChallengeLine {
        link: Link::new(format!("/challenges/{}", challenge.id), about(&scene, challenge)),
        reason: display::words(challenge.reason.as_str()),
        owner: scene.organisation(&challenge.owner),
        provider: scene.organisation(&challenge.provider),
        raised: display::day(challenge.raised_on),
        state: state_tag(challenge.state),
        overdue,
        outcome: challenge.outcome().map(|ruling| outcome_in_words(ruling).to_owned()).unwrap_or_default(),
    };
    let shown = Challenges {
        shell: scene.shell("Challenges and feedback", Area::Other),
        rows: page.rows.iter().map(|one| row(&one.challenge, one.overdue)).collect(),
        pager: pager(&page, "/challenges", &carried, &query.page_token, ("challenge", "challenges")),
        themes: themes
            .rows
            .iter()
            .map(|one| Theme {
                body: scene.organisation(&one.body),
                year: one.year.to_string(),
                theme: display::words(one.theme.as_str()),
                count: one
                    .count
                    .map_or_else(|| "fewer than 5 providers".into(), |count| display::count(count)),
            })
            .collect(),
        raise: own_provider(&context).map(|_| "/challenges/new".to_owned()),
        feedback: can_see_feedback(&context).then(|| "/feedback".to_owned()),
    };
    Ok(Html(shown.render()?))
}

fn can_see_feedback(context: &Context) -> bool {
    let actor = &context.actor;
    own_provider(context).is_some() || actor.has(Role::PanelMember) || actor.has(Role::PanelChair)
}

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

fn provider_of(context: &Context) -> Result<OdsCode> {
    own_provider(context).cloned().ok_or_else(|| {
        if context.actor.is_known() {
            Error::PermissionDenied(
                "only a provider’s own people challenge a request or give feedback".into(),
            )
        } else {
            Error::Unauthenticated("to challenge a request or give feedback, sign in".into())
        }
    })
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

/// The moves that whoever looks can make on a challenge.
fn moves(context: &Context, challenge: &Challenge) -> Vec<ChallengeMove> {
    let can = |step: &ChallengeMove| {
        *step != ChallengeMove::Create
            && step.leads_to(Some(challenge.state)).is_some()
            && step.allowed_to(&context.actor, challenge)
            && !(*step == ChallengeMove::Escalate
                && challenge.answer.is_none()
                && !challenge.is_overdue(context.today()))
    };
    ChallengeMove::VARIANTS.iter().copied().filter(can).collect()
}

fn shown_move(step: ChallengeMove, fields: Option<&Fields>, problems: &[Problem]) -> Move {
    let (label, hint, text) = match step {
        ChallengeMove::Answer => (
            "Answer it",
            "What will change, or why nothing does. It is published, without your name",
            "Your answer",
        ),
        ChallengeMove::Decide => ("Decide", "The panel’s reason. It is published, without your name", "Why"),
        ChallengeMove::Escalate => {
            ("Take it to the panel", "Why the answer does not put it right. It is never published", "Why")
        }
        ChallengeMove::Withdraw => ("Take it back", "", "Why (optional)"),
        ChallengeMove::Create => ("", "", ""),
    };
    let rules = matches!(step, ChallengeMove::Answer | ChallengeMove::Decide);
    let sent = fields.filter(|fields| fields.text("step") == step.as_str());
    let id = |name: &str| format!("{}-{name}", step.as_str().to_lowercase());
    let chosen = sent.map(|fields| fields.typed(&id("outcome"))).unwrap_or_default();
    let outcomes = [
        (ChallengeOutcome::Upheld, "The provider is right: the request changes"),
        (ChallengeOutcome::NotUpheld, "The request stays as it is"),
    ];
    Move {
        key: step.as_str().to_owned(),
        label: label.into(),
        outcome: rules.then(|| Choices {
            id: id("outcome"),
            legend: "What do you say?".into(),
            hint: String::new(),
            choices: outcomes
                .iter()
                .map(|(outcome, text)| Choice {
                    value: outcome.to_string(),
                    text: (*text).into(),
                    chosen: chosen == outcome.as_str(),
                })
                .collect(),
            problem: problem_of(problems, &id("outcome")),
        }),
        text: Field {
            id: id("text"),
            label: text.into(),
            hint: hint.into(),
            value: sent.map(|fields| fields.typed(&id("text"))).unwrap_or_default(),
            rows: 3,
            problem: problem_of(problems, &id("text")),
            ..Field::default()
        },
        warns: step == ChallengeMove::Withdraw,
    }
}

fn one_page(
    scene: &Scene,
    context: &Context,
    challenge: &Challenge,
    fields: Option<&Fields>,
    problems: Vec<Problem>,
) -> OneChallenge {
    let ruling = |who: &str, ruling: &Ruling| {
        (
            format!("{who}, {}", display::day(ruling.on)),
            outcome_in_words(ruling).to_owned(),
            ruling.text.clone(),
        )
    };
    let answer = challenge.answer.iter().map(|answer| ruling("Its owner answered", answer));
    let decision = challenge.decision.iter().map(|decision| ruling("The panel decided", decision));
    let due = match challenge.state {
        ChallengeState::Open if challenge.is_overdue(context.today()) => {
            format!("Its owner should have answered by {}", display::day(challenge.answer_due))
        }
        ChallengeState::Open => format!("Its owner answers by {}", display::day(challenge.answer_due)),
        _ => String::new(),
    };
    OneChallenge {
        shell: scene
            .shell(format!("Challenge: {}", about(scene, challenge)), Area::Other)
            .under("/challenges", "Challenges and feedback"),
        state: state_tag(challenge.state),
        collection: challenge.collection.as_ref().map(|id| scene.collection(id)),
        reference: challenge.reference.clone(),
        owner: scene.organisation(&challenge.owner),
        provider: scene.organisation(&challenge.provider),
        raised: display::day(challenge.raised_on),
        reason: reason_in_words(challenge.reason).into(),
        due,
        duplicate_of: challenge.duplicate_of.as_ref().map(|id| scene.collection(id)),
        text: display::paragraphs(&challenge.text),
        request_text: display::paragraphs(&challenge.request_text),
        escalation: display::paragraphs(&challenge.escalation),
        rulings: answer.chain(decision).collect(),
        moves: moves(context, challenge)
            .into_iter()
            .map(|step| shown_move(step, fields, &problems))
            .collect(),
        etag: challenge.revision.to_string(),
        request_id: context.new_id().to_string(),
        action: format!("/challenges/{}", challenge.id),
        problems,
    }
}

fn id_of(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found("challenge", format!("challenges/{text}")))
}

/// `GET /challenges/{id}`.
pub(crate) async fn one(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
) -> Result<Html<String>, Refusal> {
    let challenge = app.challenge(&context, id_of(&id)?).await?;
    Ok(Html(one_page(&scene(&app).await?, &context, &challenge, None, vec![]).render()?))
}

/// `POST /challenges/{id}`.
pub(crate) async fn step(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let step: ChallengeMove =
        fields.text("step").parse().map_err(|_| Error::not_found("step", fields.text("step")))?;
    let field = |name: &str| format!("{}-{name}", step.as_str().to_lowercase());
    let request = ChallengeMoveRequest {
        etag: format!("\"{}\"", fields.text("revision")),
        outcome: fields.text(&field("outcome")).parse().ok(),
        text: fields.typed(&field("text")),
        validate_only: false,
    };
    let once = fields.once(&context)?;
    let wrong = match app.once(&once, app.move_challenge(&once, step, id, &request)).await {
        Ok(_) => return Ok(go_to(&format!("/challenges/{id}"))),
        Err(Error::Invalid(violations)) => {
            let (outcome, text) = (field("outcome"), field("text"));
            problems(&violations, &[("outcome", &outcome, "What do you say"), ("text", &text, "In words")])
        }
        Err(Error::StaleEtag { .. }) => {
            vec![Problem {
                field: String::new(),
                text: "Somebody else did something with it meanwhile: read it again, then go on".into(),
            }]
        }
        Err(Error::Precondition { message, .. }) => vec![Problem { field: String::new(), text: message }],
        Err(error) => return Err(error.into()),
    };
    let challenge = app.challenge(&context, id).await?;
    refused(&one_page(&scene(&app).await?, &context, &challenge, Some(&fields), wrong))
}

fn theme_in_words(theme: FeedbackTheme) -> &'static str {
    match theme {
        FeedbackTheme::Duplication => "Duplication: asked for what was given before",
        FeedbackTheme::Timing => "Timing: notice, deadlines, several requests at once",
        FeedbackTheme::Clarity => "Clarity: words, definitions, guidance",
        FeedbackTheme::Systems => "Systems: portals, formats, accounts",
        FeedbackTheme::Support => "Support: help, and answers to questions",
        FeedbackTheme::Results => "Results: what comes back of what was given",
        FeedbackTheme::Conduct => "Conduct: how people are treated",
        FeedbackTheme::Other => "Something else",
    }
}

/// `GET /feedback`, with what was typed.
async fn feedback_page(
    app: &App,
    context: &Context,
    fields: Option<&Fields>,
    problems: Vec<Problem>,
) -> Result<Feedback> {
    if !can_see_feedback(context) {
        provider_of(context)?;
    }
    let scene = scene(app).await?;
    let provider = own_provider(context);
    let request = ListRequest { page_size: MOST_FEEDBACK, ..ListRequest::default() };
    let held = app.list_feedback(context, provider, &request).await?;
    let typed = |name: &str| fields.map(|fields| fields.typed(name)).unwrap_or_default();
    let (theme, body) = (typed("theme"), typed("body"));
    let bodies: BTreeSet<_> = scene.view.collection_rows().map(|row| row.collection.owner.clone()).collect();
    let bodies = bodies.into_iter().map(|code| (code.to_string(), scene.organisation(&code)));
    let themes = FeedbackTheme::VARIANTS.iter().map(|one| Choice {
        value: one.to_string(),
        text: theme_in_words(*one).into(),
        chosen: theme == one.as_str(),
    });
    let line = |one: &onus_domain::feedback::Feedback| FeedbackLine {
        id: one.id.to_string(),
        heading: format!(
            "{} on {}, {}",
            scene.organisation(&one.provider),
            scene.organisation(&one.body),
            display::day(one.given_on)
        ),
        theme: display::words(one.theme.as_str()),
        rating: one.rating.map(|rating| format!("{rating} of 5")).unwrap_or_default(),
        text: display::paragraphs(&one.text),
        answer: one.answer.as_ref().map(|answer| display::paragraphs(&answer.text)).unwrap_or_default(),
        answers: one.answer.is_none() && FeedbackAct::Answer.allowed_to(&context.actor, one),
        revision: one.revision,
        field: Field {
            id: format!("answer-{}", one.id),
            label: "What was done, or will be".into(),
            hint: "The provider reads it".into(),
            value: typed(&format!("answer-{}", one.id)),
            rows: 2,
            problem: problem_of(&problems, &format!("answer-{}", one.id)),
            ..Field::default()
        },
    };
    Ok(Feedback {
        shell: scene
            .shell("Feedback on dealing with bodies", Area::Other)
            .under("/challenges", "Challenges and feedback"),
        gives: provider.is_some(),
        body: Choices {
            id: "body".into(),
            legend: "Which body?".into(),
            hint: String::new(),
            choices: Choice::list("Choose", bodies, &body),
            problem: problem_of(&problems, "body"),
        },
        theme: Choices {
            id: "theme".into(),
            legend: "What is it about?".into(),
            hint: String::new(),
            choices: themes.collect(),
            problem: problem_of(&problems, "theme"),
        },
        rating: Choices {
            id: "rating".into(),
            legend: "How is dealing with it? (optional)".into(),
            hint: String::new(),
            choices: Choice::list(
                "No rating",
                (1..=5).map(|n: u32| (n.to_string(), rating_in_words(n).to_owned())),
                &typed("rating"),
            ),
            problem: problem_of(&problems, "rating"),
        },
        text: Field {
            id: "text".into(),
            label: "What happened".into(),
            hint: "The panel reads it, and nobody else. Published are counts of themes, never your words"
                .into(),
            value: typed("text"),
            rows: 4,
            problem: problem_of(&problems, "text"),
            ..Field::default()
        },
        lines: held.rows.iter().map(line).collect(),
        request_id: context.new_id().to_string(),
        problems,
    })
}

fn rating_in_words(rating: u32) -> &'static str {
    ["1: bad", "2", "3", "4", "5: good"].get(rating.saturating_sub(1) as usize).copied().unwrap_or_default()
}

/// `GET /feedback`.
pub(crate) async fn feedback(
    State(app): Application,
    Caller(context): Caller,
) -> Result<Html<String>, Refusal> {
    Ok(Html(feedback_page(&app, &context, None, vec![]).await?.render()?))
}

/// `POST /feedback`: gives it, or answers one.
pub(crate) async fn give(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let wrong = match fields.text("feedback") {
        "" => give_one(&app, &context, &fields).await?,
        id => answer_one(&app, &context, id, &fields).await?,
    };
    if wrong.is_empty() {
        return Ok(go_to("/feedback"));
    }
    refused(&feedback_page(&app, &context, Some(&fields), wrong).await?)
}

async fn give_one(app: &App, context: &Context, fields: &Fields) -> Result<Vec<Problem>> {
    let provider = provider_of(context)?;
    let mut wrong = vec![];
    let body = OdsCode::new(fields.text("body")).ok();
    let theme = fields.text("theme").parse::<FeedbackTheme>().ok();
    for (lacks, field, text) in [
        (body.is_none(), "body", "Choose which body it is about"),
        (theme.is_none(), "theme", "Choose what it is about"),
    ] {
        if lacks {
            wrong.push(Problem { field: field.into(), text: text.into() });
        }
    }
    if fields.typed("text").is_empty() {
        wrong.push(Problem { field: "text".into(), text: "Say what happened".into() });
    }
    let Some((body, theme)) = body.zip(theme).filter(|_| wrong.is_empty()) else { return Ok(wrong) };
    let rating = fields.text("rating").parse().ok();
    let new = NewFeedback { provider, body, theme, text: fields.typed("text"), rating };
    let once = fields.once(context)?;
    match app.once(&once, app.create_feedback(&once, new, false)).await {
        Ok(_) => Ok(vec![]),
        Err(Error::Invalid(violations)) => Ok(problems(
            &violations,
            &[
                ("body", "body", "Which body"),
                ("text", "text", "What happened"),
                ("rating", "rating", "Rating"),
            ],
        )),
        Err(error) => Err(error),
    }
}

async fn answer_one(app: &App, context: &Context, id: &str, fields: &Fields) -> Result<Vec<Problem>> {
    let field = format!("answer-{id}");
    let key: Uuid = id.parse().map_err(|_| Error::not_found("feedback", format!("feedback/{id}")))?;
    let reply = FeedbackReply {
        etag: format!("\"{}\"", fields.text("revision")),
        theme: None,
        text: fields.typed(&field),
        validate_only: false,
    };
    match app.answer_feedback(context, key, reply).await {
        Ok(_) => Ok(vec![]),
        Err(Error::Invalid(violations)) => {
            Ok(problems(&violations, &[("text", &field, "Your answer"), ("answer", &field, "Your answer")]))
        }
        Err(Error::StaleEtag { .. } | Error::Precondition { .. }) => {
            Ok(vec![Problem { field: String::new(), text: "Somebody else answered it meanwhile".into() }])
        }
        Err(error) => Err(error),
    }
}
