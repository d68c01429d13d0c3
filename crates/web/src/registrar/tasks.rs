//! A draft's list of tasks; of a version that was submitted, where it stands and what can be done with it.

use super::{At, Draft, burden, steps, texts};
use crate::{
    build::claims,
    handlers::{Application, scene},
    pages::registrar::{Said, Task, Tasks},
    parts::{Link, Tag},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context, paging::ListRequest};
use onus_domain::{
    Error, Result, Violation, Violations, display,
    duplicates::DuplicateReport,
    review::{Comment, Review},
    statement::Method,
    version::{Content, VersionState},
};

/// What has to be there before a draft can be submitted, by the field that lacks it.
fn missing(content: &Content, context: &Context) -> Vec<Violation> {
    let mut found = Violations::new();
    content.check_submission(context.today(), &mut found);
    match found.into_result() {
        Err(Error::Invalid(violations)) => violations,
        _ => vec![],
    }
}

fn done(missing: &[Violation], fields: &[&str]) -> Tag {
    let of = |one: &Violation| {
        fields.iter().any(|field| {
            one.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    };
    if missing.iter().any(of) { Tag::new("Incomplete", "blue") } else { Tag::new("Completed", "green") }
}

/// The tasks of a draft.
fn tasks(draft: &Draft, context: &Context, report: &DuplicateReport) -> Vec<Task> {
    let content = draft.content();
    let missing = missing(content, context);
    let task = |below: String, title: &str, tag: Tag, text: String| Task {
        link: Link::new(draft.path(&below), title),
        tag,
        text,
    };
    let mut all: Vec<_> = texts::PAGES
        .iter()
        .map(|page| {
            let fields: Vec<_> = page.texts.iter().map(|text| text.id).collect();
            task(format!("/texts/{}", page.key), page.title, done(&missing, &fields), String::new())
        })
        .collect();
    let respondents = claims::respondents(content).map(|claim| claim.text).unwrap_or_default();
    let frequency = claims::frequency(content).map(|claim| claim.text).unwrap_or_default();
    let items = display::things(content.items.len(), "item", "items");
    all.push(task("/respondents".into(), "Who must answer", done(&missing, &["respondents"]), respondents));
    all.push(task("/schedule".into(), "When", done(&missing, &["schedule"]), frequency));
    all.push(task("/items".into(), "What you ask", done(&missing, &["items"]), items));
    all.push(task("/burden".into(), "What answering takes", burden_tag(report), cost(report)));
    let (open, asked) = (report.unanswered(), report.duplicates() as usize);
    let (tag, text) = match (open, asked) {
        (0, 0) => (Tag::new("Nothing to do", "grey"), "No item is asked already".to_owned()),
        (0, asked) => (
            Tag::new("Completed", "green"),
            format!("{} asked already, each answered", display::things(asked, "item is", "items are")),
        ),
        (open, asked) => (
            Tag::new("Incomplete", "blue"),
            format!(
                "{} asked already, {} not answered yet",
                display::things(asked, "item is", "items are"),
                display::count(open)
            ),
        ),
    };
    all.push(task("/duplicates".into(), "What is asked already", tag, text));
    all
}

fn burden_tag(report: &DuplicateReport) -> Tag {
    if report.burden.method == Method::Assumed {
        Tag::new("Assumed", "yellow")
    } else {
        Tag::new("Completed", "green")
    }
}

fn cost(report: &DuplicateReport) -> String {
    let burden = &report.burden;
    if burden.respondents == 0 {
        return "Say who must answer, and when, to see what it takes".into();
    }
    let assumed = if burden.method == Method::Assumed { ", by the published default" } else { "" };
    format!(
        "{} hours in the first year for {}{assumed}",
        display::hours(burden.hours),
        display::things(burden.respondents as usize, "provider", "providers")
    )
}

/// `GET /drafts/{id}/{number}`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let page = page(&app, &context, &draft, vec![]).await?;
    Ok(Html(page.render()?).into_response())
}

/// The page of a version, with what is wrong with a step that was tried.
pub(crate) async fn page(
    app: &App,
    context: &Context,
    draft: &Draft,
    problems: Vec<crate::parts::Problem>,
) -> Result<Tasks> {
    let scene = scene(app).await?;
    let (id, number) = draft.at();
    let writing = draft.version.state == VersionState::Draft;
    let (tasks, figures) = if writing {
        let report = app.duplicate_report(context, id, number).await?;
        let (lines, method) = burden::stated(app, context, draft).await?;
        let figures = burden::figures(&burden::estimate(app, draft, lines, method).await?);
        (tasks(draft, context, &report), figures)
    } else {
        (vec![], vec![])
    };
    let compared = app.compare_versions(context, id, None, number).await.is_ok();
    Ok(Tasks {
        shell: crate::shell::Shell::new(&draft.content().title, crate::shell::Area::Work, false)
            .under("/work", "Your work"),
        place: format!("Version {number}, {}", scene.organisation(&draft.collection.owner)),
        state: Tag::state(draft.version.state),
        waits_for: super::work::waits_for(draft.version.state).to_owned(),
        reference: draft.collection.reference.map(|one| one.to_string()).unwrap_or_default(),
        complete: tasks.iter().filter(|task| task.tag.text != "Incomplete").count(),
        tasks,
        figures,
        check: writing.then(|| draft.path("/check")),
        changes: compared.then(|| draft.path("/changes")),
        consult: draft.version.can_be_shown().then(|| draft.path("/consult")),
        public: draft.version.state.is_published().then(|| format!("/collections/{id}")),
        said: said(app, context, draft).await?,
        conditions: draft.version.conditions.clone(),
        steps: steps::possible(context, draft),
        revision: draft.version.revision,
        request_id: context.new_id().to_string(),
        action: draft.path("/steps"),
        problems,
    })
}

/// What the panel and others said of a version, last first.
async fn said(app: &App, context: &Context, draft: &Draft) -> Result<Vec<Said>> {
    let (id, number) = draft.at();
    let all = ListRequest { page_size: 1_000, ..ListRequest::default() };
    let reviews = app.list_reviews(context, id, number, &all).await?.rows;
    let comments = app.list_comments(context, id, number, &all).await?.rows;
    let ruling = |one: &Review| {
        (
            one.at,
            Said {
                what: display::words(one.verdict.as_str()),
                day: display::day(one.at.date_naive()),
                text: one.reason.clone(),
            },
        )
    };
    let comment = |one: &Comment| {
        (
            one.at,
            Said {
                what: match one.position {
                    Some(position) => format!("Comment on item {position}"),
                    None => "Comment".into(),
                },
                day: display::day(one.at.date_naive()),
                text: one.text.clone(),
            },
        )
    };
    let mut all: Vec<_> = reviews.iter().map(ruling).chain(comments.iter().map(comment)).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(all.into_iter().map(|(_, said)| said).collect())
}
