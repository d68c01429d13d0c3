//! Drafts shown to providers: a body opens a consultation, its providers comment, the body answers.

use crate::{
    answers::{go_to, problems, refused, told},
    build::{Scene, claims},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        consultations::{
            AnswerForm, CommentForm, ConsultationComment, ConsultationLine, Consultations, ConsultedItem,
            OneConsultation, OpenConsultation,
        },
        fields::{Choices, Field},
    },
    parts::{Choice, Link, Problem, Tag, problem_of},
    refusal::Refusal,
    registrar::{At, Draft},
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, Response},
};
use onus_app::{
    App, Context,
    consultations::NewConsultation,
    paging::{ListRequest, MAX_PAGE_SIZE},
};
use onus_domain::{
    Error, OdsCode, Result, Violation,
    consultation::{Comment, Consultation, ConsultationAct, consulted},
    display,
    item::{Item, Mandation},
    version::Version,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// `GET /consultations`.
pub(crate) async fn list(State(app): Application, Caller(context): Caller) -> Result<Html<String>, Refusal> {
    if !context.actor.is_known() {
        return Err(Error::Unauthenticated("to see drafts that are shown to you, sign in".into()).into());
    }
    let scene = scene(&app).await?;
    let page = Consultations {
        shell: scene.shell("Drafts shown to providers", Area::Work).under("/work", "Your work"),
        rows: lines(&app, &scene, &context, String::new()).await?,
        asked: crate::challenges::own_provider(&context).is_some(),
    };
    Ok(Html(page.render()?))
}

/// The consultations that the reader may see.
async fn lines(app: &App, scene: &Scene, context: &Context, filter: String) -> Result<Vec<ConsultationLine>> {
    let size = i32::try_from(MAX_PAGE_SIZE).unwrap_or(i32::MAX);
    let order_by = "closes_on desc".into();
    let request = ListRequest { page_size: size, filter, order_by, ..ListRequest::default() };
    let mut lines = vec![];
    for row in app.list_consultations(context, &request).await?.rows {
        let one = row.consultation;
        let (_, version) = app.version(context, &one.collection, one.version).await?;
        lines.push(ConsultationLine {
            link: Link::new(href(&one), version.content.title),
            owner: scene.organisation(&one.owner),
            closes: display::day(one.closed_on.unwrap_or(one.closes_on)),
            state: state_tag(row.open),
        });
    }
    Ok(lines)
}

fn href(one: &Consultation) -> String {
    format!("/consultations/{}", one.id)
}

fn state_tag(open: bool) -> Tag {
    if open { Tag::new("Open for comments", "green") } else { Tag::new("Closed", "grey") }
}

fn id_of(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::not_found("consultation", format!("consultations/{text}")))
}

/// `GET /consultations/{id}`.
pub(crate) async fn one(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
) -> Result<Html<String>, Refusal> {
    if !context.actor.is_known() {
        return Err(Error::Unauthenticated("to see a draft that is shown to you, sign in".into()).into());
    }
    Ok(Html(page(&app, &context, id_of(&id)?, None, vec![]).await?.render()?))
}

/// `POST /consultations/{id}`.
pub(crate) async fn step(
    State(app): Application,
    Caller(context): Caller,
    Path(id): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let once = fields.once(&context)?;
    let etag = format!("\"{}\"", fields.text("revision"));
    let made = match fields.text("step") {
        "comment" => {
            let position = fields.number("position", "an item, or the whole request").map_err(Error::from)?;
            let said = app.comment(&once, id, (position, fields.typed("text")), false);
            app.once(&once, said).await.map(drop)
        }
        "answer" => {
            let comment = id_of(fields.text("comment"))?;
            let text = fields.typed(&answer_id(comment));
            let answer = app.answer_comment(&once, (id, comment), (text, &etag), false);
            app.once(&once, answer).await.map(drop)
        }
        "close" => app.once(&once, app.close_consultation(&once, id, &etag, false)).await.map(drop),
        other => Err(Error::not_found("step", other)),
    };
    let wrong = match made {
        Ok(()) => return Ok(go_to(&format!("/consultations/{id}"))),
        Err(error) => {
            let answer = format!("answer-{}", fields.text("comment"));
            let places = [
                ("text", "text", "What you say"),
                ("position", "position", "What it is about"),
                ("answer", answer.as_str(), "Your answer"),
            ];
            told(error, &places)?
        }
    };
    refused(&page(&app, &context, id, Some(&fields), wrong).await?)
}

fn answer_id(comment: Uuid) -> String {
    format!("answer-{comment}")
}

async fn page(
    app: &App,
    context: &Context,
    id: Uuid,
    fields: Option<&Fields>,
    problems: Vec<Problem>,
) -> Result<OneConsultation> {
    let (one, said) = app.consultation(context, id).await?;
    let (_, version) = app.version(context, &one.collection, one.version).await?;
    let scene = scene(app).await?;
    let content = &version.content;
    let open = one.is_open(context.today());
    let can = |act: ConsultationAct| act.allowed_to(&context.actor, &one);
    let asked = consulted(&context.actor, &one).is_some();
    let question = if one.question.is_empty() { "What do you think of this request?" } else { &one.question };
    let until = display::day(one.closed_on.unwrap_or(one.closes_on));
    let shown = |comment: &Comment| {
        shown_comment(&scene, context, &version, comment, can(ConsultationAct::Answer), fields, &problems)
    };
    Ok(OneConsultation {
        shell: scene.shell(&content.title, Area::Work).under("/consultations", "Drafts shown to providers"),
        state: state_tag(open),
        owner: scene.organisation(&one.owner),
        when: format!("Comments from {} to {until}.", display::day(one.opened_on)),
        question: display::paragraphs(question),
        purpose: display::paragraphs(&content.purpose),
        respondents: claims::respondents(content).map(|claim| claim.text).unwrap_or_default(),
        frequency: claims::frequency(content).map(|claim| claim.text).unwrap_or_default(),
        items: content.items.iter().map(|item| shown_item(&scene, item)).collect(),
        providers: if asked {
            vec![]
        } else {
            one.providers.iter().map(|code| provider(&scene, code)).collect()
        },
        comments: said.iter().map(shown).collect(),
        comment: (open && asked).then(|| comment_form(&scene, &version, fields, &problems)),
        can_close: open && can(ConsultationAct::Close),
        revision: one.revision,
        request_id: context.new_id().to_string(),
        action: href(&one),
        problems,
    })
}

fn provider(scene: &Scene, code: &OdsCode) -> Link {
    Link::provider(code, scene.organisation(code))
}

fn shown_item(scene: &Scene, item: &Item) -> ConsultedItem {
    ConsultedItem {
        position: item.position.to_string(),
        section: item.section.clone(),
        definition: scene.definition(&item.definition),
        mandation: item.mandation.map(|one: Mandation| display::words(one.as_str())).unwrap_or_default(),
    }
}

fn shown_comment(
    scene: &Scene,
    context: &Context,
    version: &Version,
    comment: &Comment,
    can_answer: bool,
    fields: Option<&Fields>,
    problems: &[Problem],
) -> ConsultationComment {
    let answer = comment.answer.as_ref();
    let id = answer_id(comment.id);
    let typed = fields.map(|fields| fields.typed(&id)).unwrap_or_default();
    ConsultationComment {
        provider: provider(scene, &comment.provider),
        about: crate::build::panel_version::about(scene, version, comment.position),
        day: display::day(comment.at.date_naive()),
        text: display::paragraphs(&comment.text),
        answer: answer.map(|answer| display::paragraphs(&answer.text)).unwrap_or_default(),
        form: (can_answer && answer.is_none()).then(|| AnswerForm {
            comment: comment.id.to_string(),
            revision: comment.revision,
            request_id: context.new_id().to_string(),
            text: Field {
                label: "Your answer".into(),
                hint: "The provider and the panel read it".into(),
                value: typed,
                rows: 2,
                problem: problem_of(problems, &id),
                id,
                ..Field::default()
            },
        }),
    }
}

fn comment_form(
    scene: &Scene,
    version: &Version,
    fields: Option<&Fields>,
    problems: &[Problem],
) -> CommentForm {
    let typed = |name: &str| fields.map(|fields| fields.typed(name)).unwrap_or_default();
    let items = version.content.items.iter().map(|item| {
        let position = item.position.to_string();
        let text = format!("{position}. {}", scene.definition(&item.definition).text);
        (position, text)
    });
    CommentForm {
        position: Choices {
            id: "position".into(),
            legend: "What it is about".into(),
            choices: Choice::list("The whole request", items, &typed("position")),
            problem: problem_of(problems, "position"),
            ..Choices::default()
        },
        text: Field {
            id: "text".into(),
            label: "What you say".into(),
            hint: "Could you answer it? What would it take? Do you send it already?".into(),
            value: typed("text"),
            rows: 4,
            problem: problem_of(problems, "text"),
            ..Field::default()
        },
    }
}

/// `GET /drafts/{id}/{number}/consult`.
pub(crate) async fn ask_new(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Html<String>, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    Ok(Html(open_page(&app, &context, &draft, None, vec![]).await?.render()?))
}

/// `POST /drafts/{id}/{number}/consult`.
pub(crate) async fn open(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let once = fields.once(&context)?;
    let (new, mut wrong) = read(&draft, &fields, context.today());
    // What can be read is checked too, so that all that is wrong is told at once.
    let dry = !wrong.is_empty();
    match app.once(&once, app.open_consultation(&once, new, dry)).await {
        Ok(opened) if !dry => return Ok(go_to(&href(&opened))),
        Ok(_) => {}
        Err(Error::Invalid(violations)) => {
            let unread: BTreeSet<_> = wrong.iter().map(|one| one.field.clone()).collect();
            wrong.extend(violations.iter().filter(|one| !unread.contains(&one.field)).cloned());
        }
        Err(error) => return Err(error.into()),
    }
    let places = [
        ("providers", "providers", "Providers"),
        ("question", "question", "What you want to know"),
        ("closes_on", "closes_on", "Comments until"),
    ];
    refused(&open_page(&app, &context, &draft, Some(&fields), problems(&wrong, &places)).await?)
}

/// What a form opens, and what of it cannot be read.
fn read(draft: &Draft, fields: &Fields, today: chrono::NaiveDate) -> (NewConsultation, Vec<Violation>) {
    let mut wrong = vec![];
    let mut providers = BTreeSet::new();
    for code in fields.text("providers").split(|c: char| c.is_whitespace() || c == ',' || c == ';') {
        match OdsCode::new(code) {
            _ if code.is_empty() => {}
            Ok(code) => {
                providers.insert(code);
            }
            Err(_) => {
                wrong.push(Violation::new(
                    "providers",
                    "ODS_CODE",
                    code,
                    format!("ODS codes, and not “{code}”"),
                ));
            }
        }
    }
    let required = || Violation::new("closes_on", "REQUIRED", "", "the last day on which you take comments");
    let day = fields.typed_day("closes_on").read("closes_on").and_then(|day| day.ok_or_else(required));
    let closes_on = day.unwrap_or_else(|refused| {
        wrong.push(refused);
        today
    });
    let (collection, version) = draft.at();
    let question = fields.typed("question");
    (NewConsultation { collection: collection.clone(), version, providers, question, closes_on }, wrong)
}

async fn open_page(
    app: &App,
    context: &Context,
    draft: &Draft,
    fields: Option<&Fields>,
    problems: Vec<Problem>,
) -> Result<OpenConsultation> {
    let scene = scene(app).await?;
    let (collection, version) = draft.at();
    let filter = format!("collection = \"{collection}\" AND version = \"{version}\"");
    let typed = |name: &str| fields.map(|fields| fields.typed(name)).unwrap_or_default();
    let field = |id: &str, label: &str, hint: &str| Field {
        id: id.into(),
        label: label.into(),
        hint: hint.into(),
        value: typed(id),
        rows: 3,
        problem: problem_of(&problems, id),
        ..Field::default()
    };
    let day = fields.map(|fields| fields.typed_day("closes_on")).unwrap_or_default();
    Ok(OpenConsultation {
        shell: draft.shell("Show it to providers"),
        draft: draft.link(),
        before: lines(app, &scene, context, filter).await?,
        providers: field("providers", "Providers", "Their ODS codes, such as R0A RJ1 RXH. At most 500"),
        question: field(
            "question",
            "What you want to know",
            "For example: could you answer item 4 within ten days?",
        ),
        closes: day.show(
            "closes_on",
            "Comments until",
            "The last day on which you take comments, such as 31 1 2027",
            &problems,
        ),
        request_id: context.new_id().to_string(),
        action: draft.path("/consult"),
        problems,
    })
}
