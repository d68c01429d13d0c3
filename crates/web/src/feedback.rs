//! Feedback on dealing with bodies: a provider gives it, the panel answers it. What everybody sees are counts of themes.

use crate::{
    answers::{go_to, problems, refused},
    challenges::{can_see_feedback, own_provider, provider_of},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        challenges::{Feedback, FeedbackLine},
        fields::{Choices, Field},
    },
    parts::{Choice, Problem, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::State,
    response::{Html, Response},
};
use onus_app::{
    App, Context,
    feedback::{FeedbackReply, NewFeedback},
    paging::ListRequest,
};
use onus_domain::{
    Error, OdsCode, Result, display,
    feedback::{FeedbackAct, FeedbackTheme},
};
use std::collections::BTreeSet;
use strum::VariantArray;
use uuid::Uuid;

/// Most feedback that is shown.
const MOST_FEEDBACK: i32 = 200;

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
