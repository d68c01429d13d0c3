//! Organisations as an ADMIN keeps them: the list, and the form of one.

mod form;

use crate::{
    answers::{go_to, refused},
    build::{
        provider::open,
        query::{Filters, ROWS, codes, pager},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, Asked, Page, key, scene},
    pages::organisations::{OrganisationForm, OrganisationLine, Organisations},
    parts::{Link, Problem},
    refusal::Refusal,
    shell::Area,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{Html, Response},
};
use form::Form;
use onus_app::{App, Context, organisations::record_etag};
use onus_domain::{
    Error, OdsCode, Result, display,
    organisation::{Organisation, OrganisationKind, OrganisationRecord},
    role::Act,
};
use serde::Deserialize;

const PATH: &str = "/admin/organisations";

/// `GET /admin/organisations`.
pub(crate) async fn list(State(app): Application, Caller(context): Caller, Asked(query): Asked) -> Page {
    context.authorise(Act::WriteOrganisation, None)?;
    let filters = Filters::default().search(&query.q).code::<OrganisationKind>("kind", &query.kind);
    let filtered = filters.any();
    let (request, carried) = filters.request(ROWS, &query.page_token)?;
    let scene = scene(&app).await?;
    let page = scene.view.list_organisations(&request)?;
    let shown = Organisations {
        shell: scene.shell("Organisations", Area::Other).under("/admin", "Administration"),
        query: query.q.clone(),
        kinds: codes::<OrganisationKind>("Any kind", &query.kind),
        filtered,
        pager: pager(&page, PATH, &carried, &query.page_token, ("organisation", "organisations")),
        rows: page.rows.into_iter().map(line).collect(),
    };
    Ok(Html(shown.render()?))
}

fn line(row: &Organisation) -> OrganisationLine {
    OrganisationLine {
        link: Link::new(format!("{PATH}/{}", row.code), display::name(&row.name)),
        code: row.code.to_string(),
        kind: row.provider_type.map_or_else(
            || display::words(row.kind.as_str()),
            |kind| format!("Provider: {}", kind.in_words().to_lowercase()),
        ),
        open: open(row),
    }
}

/// What was done just now.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    done: bool,
}

/// The form of an organisation that is there, or of a new one.
async fn page(
    app: &App,
    context: &Context,
    (record, form): (Option<&OrganisationRecord>, &Form),
    (done, problems): (bool, Vec<Problem>),
) -> Result<OrganisationForm> {
    let scene = scene(app).await?;
    let (code, title) = match record {
        Some(record) => (record.organisation.code.to_string(), display::name(&record.organisation.name)),
        None => (String::new(), "Register an organisation".into()),
    };
    let shell =
        scene.shell(title, Area::Other).under("/admin", "Administration").under(PATH, "Organisations");
    Ok(OrganisationForm {
        shell,
        action: if record.is_some() { format!("{PATH}/{code}") } else { "/admin/new-organisation".into() },
        public: record.and_then(|record| public(&record.organisation)),
        form: form.show(record.map(|record| &record.organisation), &problems),
        problems,
        done,
        code,
        request_id: context.new_id().to_string(),
        etag: record.map(record_etag).transpose()?.unwrap_or_default(),
    })
}

/// Where everybody sees an organisation.
fn public(organisation: &Organisation) -> Option<Link> {
    let name = display::name(&organisation.name);
    if organisation.is_provider() {
        return Some(Link::provider(&organisation.code, name));
    }
    organisation.asks().then(|| Link::new(format!("/bodies/{}", organisation.code), name))
}

/// `GET /admin/new-organisation`.
pub(crate) async fn ask_new(State(app): Application, Caller(context): Caller) -> Page {
    context.authorise(Act::WriteOrganisation, None)?;
    Ok(Html(page(&app, &context, (None, &Form::default()), (false, vec![])).await?.render()?))
}

/// `POST /admin/new-organisation`.
pub(crate) async fn create(
    State(app): Application,
    Caller(context): Caller,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::WriteOrganisation, None)?;
    let form = Form::of_fields(&fields);
    let once = fields.once(&context)?;
    let problems = match form.read(None) {
        Err(problems) => problems,
        Ok((record, places)) => {
            let code = record.organisation.code.clone();
            match app.once(&once, app.create_organisation(&once, record, false)).await {
                Ok(_) => return Ok(go_to(&format!("{PATH}/{code}?done=true"))),
                Err(Error::AlreadyExists { .. }) => {
                    let text = format!("{code} is registered: look for it among the organisations");
                    vec![Problem { field: "code".into(), text }]
                }
                Err(error) => places.told(error)?,
            }
        }
    };
    refused(&page(&app, &context, (None, &form), (false, problems)).await?)
}

/// `GET /admin/organisations/{code}`.
pub(crate) async fn one(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
    Query(Shown { done }): Query<Shown>,
) -> Page {
    context.authorise(Act::WriteOrganisation, None)?;
    let code: OdsCode = key("organisation", &code)?;
    let record = app.organisation_record(&code).await?;
    let form = Form::of_record(&record);
    Ok(Html(page(&app, &context, (Some(&record), &form), (done, vec![])).await?.render()?))
}

/// `POST /admin/organisations/{code}`.
pub(crate) async fn change(
    State(app): Application,
    Caller(context): Caller,
    Path(code): Path<String>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    context.authorise(Act::WriteOrganisation, None)?;
    let code: OdsCode = key("organisation", &code)?;
    let before = app.organisation_record(&code).await?;
    let form = Form::of_fields(&fields);
    let once = fields.once(&context)?;
    let problems = match form.read(Some(&before.organisation)) {
        Err(problems) => problems,
        Ok((record, places)) => {
            let said = (fields.text("etag"), form.reason.as_str());
            match app.once(&once, app.update_organisation(&once, record, said, false)).await {
                Ok(_) => return Ok(go_to(&format!("{PATH}/{code}?done=true"))),
                Err(error) => places.told(error)?,
            }
        }
    };
    refused(&page(&app, &context, (Some(&before), &form), (false, problems)).await?)
}
