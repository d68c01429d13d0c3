//! The yellow card: a provider says what is wrong with a request that it got, its owner answers, the panel decides. What everybody sees are
//! outcomes, and counts of feedback.

use crate::{
    answers::{go_to, refused, told},
    build::{
        Scene,
        query::{ROWS, encoded, pager},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, Asked, scene},
    pages::{
        challenges::{ChallengeLine, Challenges, Move, OneChallenge, Theme},
        fields::{Choices, Field},
    },
    parts::{Choice, Link, Problem, Tag, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Response},
};
use onus_app::{Context, challenges::ChallengeMoveRequest, paging::ListRequest};
use onus_domain::{
    Error, OdsCode, Result,
    challenge::{Challenge, ChallengeMove, ChallengeOutcome, ChallengeReason, ChallengeState, Ruling},
    display,
    role::Role,
};
use strum::VariantArray;
use uuid::Uuid;

/// What a reason is, for whoever has it.
pub(crate) fn reason_in_words(reason: ChallengeReason) -> &'static str {
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

pub(crate) fn own_provider(context: &Context) -> Option<&OdsCode> {
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
        outcome: match challenge.outcome() {
            Some(ruling) => outcome_in_words(ruling).to_owned(),
            None if challenge.state == ChallengeState::Open => {
                format!("Answer due {}", display::day(challenge.answer_due))
            }
            None => String::new(),
        },
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
                count: one.count.map_or_else(|| "fewer than 5 providers".into(), display::count),
            })
            .collect(),
        raise: own_provider(&context).map(|_| "/challenges/new".to_owned()),
        feedback: can_see_feedback(&context).then(|| "/feedback".to_owned()),
    };
    Ok(Html(shown.render()?))
}

pub(crate) fn can_see_feedback(context: &Context) -> bool {
    let actor = &context.actor;
    own_provider(context).is_some() || actor.has(Role::PanelMember) || actor.has(Role::PanelChair)
}

pub(crate) fn provider_of(context: &Context) -> Result<OdsCode> {
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
        Err(error) => {
            let (outcome, text) = (field("outcome"), field("text"));
            told(error, &[("outcome", &outcome, "What do you say"), ("text", &text, "In words")])?
        }
    };
    let challenge = app.challenge(&context, id).await?;
    refused(&one_page(&scene(&app).await?, &context, &challenge, Some(&fields), wrong))
}
