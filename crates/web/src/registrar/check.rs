//! Check your answers, and submit; and what differs from the version before.

use super::{At, Draft, burden, texts};
use crate::{
    answers::{go_to, in_words, refused},
    build::{Scene, claims},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::registrar::{Changes, Check, CheckLine, DiffLine},
    parts::{Link, Problem},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context, moves::MoveRequest};
use onus_domain::{Error, Result, Violation, display, item::Item};

async fn page(app: &App, context: &Context, draft: &Draft, problems: Vec<Problem>) -> Result<Check> {
    let scene = scene(app).await?;
    let content = draft.content();
    let report = app.duplicate_report(context, draft.at().0, draft.at().1).await?;
    let (stated, method) = burden::stated(app, context, draft).await?;
    let found = burden::estimate(app, draft, stated, method).await?;
    let line = |below: String, label: &str, value: String| CheckLine {
        label: label.to_owned(),
        value,
        change: draft.path(&below),
    };
    let mut lines: Vec<_> = texts::PAGES
        .iter()
        .flat_map(|page| page.texts.iter().map(move |text| (page, text)))
        .map(|(page, text)| line(format!("/texts/{}", page.key), text.label(), text.of(content)))
        .collect();
    let respondents = claims::respondents(content).map(|claim| claim.text).unwrap_or_default();
    let frequency = claims::frequency(content).map(|claim| claim.text).unwrap_or_default();
    lines.push(line("/respondents".into(), "Who must answer", respondents));
    lines.push(line("/schedule".into(), "How often", frequency));
    lines.push(line(
        "/schedule".into(),
        "Due",
        content.schedule.as_ref().map(|of| claims::due(Some(of))).unwrap_or_default(),
    ));
    lines.push(line("/items".into(), "What you ask", display::things(content.items.len(), "item", "items")));
    lines.push(line(
        "/duplicates".into(),
        "Asked already",
        display::things(report.duplicates() as usize, "item", "items"),
    ));
    Ok(Check {
        shell: draft.shell("Check your answers"),
        lines,
        items: content.items.iter().map(|item| of_item(&scene, item)).collect(),
        figures: burden::figures(&found),
        is_default: found.is_default,
        revision: draft.version.revision,
        request_id: context.new_id().to_string(),
        action: draft.path("/check"),
        problems,
    })
}

fn of_item(scene: &Scene, item: &Item) -> (Link, String) {
    let must =
        item.mandation.map_or_else(|| "not stated".into(), |one| display::words(one.as_str()).to_lowercase());
    (scene.definition(&item.definition), format!("{}, {must}", scene.subject(&item.subject)))
}

/// `GET /drafts/{id}/{number}/check`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    Ok(Html(page(&app, &context, &draft, vec![]).await?.render()?).into_response())
}

/// `POST /drafts/{id}/{number}/check`: submits.
pub(crate) async fn submit(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let etag = format!("\"{}\"", fields.text("revision"));
    let request = MoveRequest { etag, ..MoveRequest::default() };
    let once = fields.once(&context)?;
    let (id, number) = draft.at();
    let wrong = match app.once(&once, Box::pin(app.submit(&once, id, number, &request))).await {
        Ok(_) => return Ok(go_to(&draft.path(""))),
        Err(Error::Invalid(violations)) => violations.iter().map(|one| problem(&draft, one)).collect(),
        Err(Error::StaleEtag { .. }) => {
            let text =
                "Somebody else saved this draft after you read it: read it again below, then submit".into();
            vec![Problem { field: String::new(), text }]
        }
        Err(Error::Precondition { message, .. }) => vec![Problem { field: String::new(), text: message }],
        Err(error) => return Err(error.into()),
    };
    let now = Draft::find(&app, &context, &at).await?;
    refused(&page(&app, &context, &now, wrong).await?)
}

/// What keeps a draft from being submitted.
fn problem(draft: &Draft, violation: &Violation) -> Problem {
    let item =
        violation.field.strip_prefix("items[").and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
    let item = item.and_then(|at| draft.content().items.get(at));
    let what = match item {
        Some(item) if violation.rule == "COMPLY_OR_EXPLAIN" => {
            format!(
                "Item {}, “{}”, is asked already: it is to be {}",
                item.position, violation.value, violation.expected
            )
        }
        Some(item) => format!("Item {}: {}", item.position, violation.expected),
        None => format!("{}: enter {}", in_words(&violation.field), violation.expected),
    };
    Problem { field: String::new(), text: what }
}

/// `GET /drafts/{id}/{number}/changes`.
pub(crate) async fn changes(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Html<String>, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let (id, number) = draft.at();
    let (before, _, diff) = app.compare_versions(&context, id, None, number).await?;
    let scene = scene(&app).await?;
    let field = |prefix: &str, change: &onus_domain::diff::FieldChange| DiffLine {
        field: format!("{prefix}{}", in_words(&change.field)),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    let fields = diff.fields.iter().map(|change| field("", change));
    let changed = diff.changed.iter().flat_map(|item| {
        let name = format!("{}: ", scene.definition(&item.after.definition).text);
        item.fields.iter().map(move |change| field(&name, change)).collect::<Vec<_>>()
    });
    let links = |items: &[Item]| items.iter().map(|item| scene.definition(&item.definition)).collect();
    let page = Changes {
        shell: draft.shell(&format!("What differs from version {}", before.number)),
        fields: fields.chain(changed).collect(),
        added: links(&diff.added),
        removed: links(&diff.removed),
    };
    Ok(Html(page.render()?))
}
