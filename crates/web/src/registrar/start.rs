//! Registering a collection: its title first, the rest of it from its list of tasks.

use crate::{
    answers::{go_to, refused},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{fields::Field, registrar::Register},
    parts::{Problem, problem_of},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use onus_app::{App, Context, drafts::NewCollection};
use onus_domain::{
    Error, OdsCode, Result, collection::SectorPath, organisation::OrganisationKind, role::Act,
    version::Content,
};

/// The body for which whoever is signed in registers.
fn own_body(context: &Context) -> Result<OdsCode> {
    let Some(owner) = context.actor.organisation.clone() else {
        context.authorise(Act::WriteDraft, None)?;
        return Err(Error::PermissionDenied(
            "you act for no body: only a body's own registrars register".into(),
        ));
    };
    context.authorise(Act::WriteDraft, Some(&owner))?;
    Ok(owner)
}

async fn page(app: &App, context: &Context, title: String, problems: Vec<Problem>) -> Result<Register> {
    let owner = own_body(context)?;
    let scene = scene(app).await?;
    Ok(Register {
        shell: scene.shell("Register a collection", Area::Work).under("/work", "Your work"),
        body: scene.organisation(&owner),
        field: Field {
            id: "title".into(),
            label: "What is it called?".into(),
            hint: "A title that respondents will recognise. You can change it until you submit".into(),
            value: title,
            rows: 1,
            width: "",
            problem: problem_of(&problems, "title"),
        },
        request_id: context.new_id().to_string(),
        problems,
    })
}

/// `GET /register`.
pub(crate) async fn ask(State(app): Application, Caller(context): Caller) -> Result<Response, Refusal> {
    Ok(Html(page(&app, &context, String::new(), vec![]).await?.render()?).into_response())
}

/// `POST /register`.
pub(crate) async fn register(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let owner = own_body(&context)?;
    let title = fields.typed("title");
    let kind = app.view().await?.organisation(&owner)?.kind;
    let sector_path =
        if kind == OrganisationKind::Commissioner { SectorPath::Local } else { SectorPath::National };
    let content = Content { title: title.clone(), ..Content::default() };
    let new = NewCollection { id: None, owner, sector_path, content };
    let context = fields.once(&context)?;
    let made = app.once(&context, app.create_collection(&context, new, false)).await;
    let text = match made {
        Ok((collection, version)) => {
            return Ok(go_to(&format!("/drafts/{}/{}", collection.id, version.number)));
        }
        Err(Error::Invalid(violations)) => {
            violations.iter().map(|one| format!("Title: {}", one.expected)).collect::<Vec<_>>()
        }
        Err(Error::AlreadyExists { .. }) => {
            vec!["A collection of this title is registered already: give it another title, or begin a new version of that one".into()]
        }
        Err(error) => return Err(error.into()),
    };
    let problems = text.into_iter().map(|text| Problem { field: "title".into(), text }).collect();
    refused(&page(&app, &context, title, problems).await?)
}
