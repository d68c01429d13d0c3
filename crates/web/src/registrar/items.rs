//! What a draft asks: its items, registered definitions to pick from, and taking items out.

use super::{At, Draft, Saved, Told, save};
use crate::{
    answers::{Place, go_to, problems, refused},
    build::{
        Scene,
        query::{Filters, ListQuery, pager},
    },
    fields::Fields,
    forms::Posted,
    handlers::{Application, Asked, scene},
    pages::{
        draft_items::{Found, ItemRow, Items as Page, Pick},
        fields::Choices,
    },
    parts::{Choice, Link, Problem, Tag},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::intake::{Asks, NewItem};
use onus_domain::{
    Basis, DefinitionId, Error, Result,
    definition::Definition,
    display,
    item::{Item, Mandation, PurposeKind},
    subject::Subject,
    version::Content,
};
use std::collections::BTreeSet;
use strum::VariantArray;

/// The fields of what is picked together.
const PLACES: [Place<'_>; 2] =
    [("subject", "subject", "What the answers are about"), ("section", "section", "Section")];
/// Definitions on a page of those to pick from.
const PICKS: i32 = 20;

/// What items may be about.
pub(crate) fn subjects(scene: &Scene, any: &str, chosen: &str) -> Vec<Choice> {
    // Parts of records that are only assumed to be apart have no names of their own.
    let named = |one: &&Subject| {
        one.basis == Basis::Stated || one.contained_in.is_none() || one.id.as_str() == chosen
    };
    let subjects = scene.view.snapshot.subjects.iter().filter(named);
    let mut known: Vec<_> = subjects.map(|one| (one.id.to_string(), one.name.clone())).collect();
    known.sort_by(|a, b| a.1.cmp(&b.1));
    Choice::list(any, known, chosen)
}

fn page(scene: &Scene, draft: &Draft, told: Told, done: &str) -> Page {
    let row = |item: &Item| ItemRow {
        position: item.position.to_string(),
        definition: scene.definition(&item.definition),
        change: Link::new(draft.path(&format!("/items/{}", item.position)), "Change"),
        section: item.section.clone(),
        mandation: item.mandation.map_or_else(|| "Not stated".into(), |one| display::words(one.as_str())),
        role: Tag::role(item.role),
        subject: scene.subject(&item.subject),
        purpose: match item.purpose_kind {
            PurposeKind::Unknown => String::new(),
            kind => display::words(kind.as_str()),
        },
        used: item.r#use.clone(),
    };
    Page {
        shell: draft.shell("What you ask"),
        total: display::things(draft.content().items.len(), "item", "items"),
        rows: draft.content().items.iter().map(row).collect(),
        pick: Link::new(draft.path("/items/add"), "Find registered definitions"),
        file: Link::new(draft.path("/items/file"), "Upload a file, or paste a table"),
        done: done.to_owned(),
        form: draft.form("/items", told),
    }
}

/// `GET /drafts/{id}/{number}/items`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Asked(query): Asked,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let done = match query.status.parse::<usize>() {
        Ok(added) => format!("{} added", display::things(added, "item", "items")),
        Err(_) => String::new(),
    };
    Ok(Html(page(&scene(&app).await?, &draft, Told::default(), &done).render()?).into_response())
}

/// `POST /drafts/{id}/{number}/items`: takes items out.
pub(crate) async fn remove(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let out: BTreeSet<u32> = fields.all("position").filter_map(|position| position.parse().ok()).collect();
    if out.is_empty() {
        let text = "Choose the items that you want to take out".into();
        let problems = vec![Problem { field: "position-1".into(), text }];
        return refused(&page(&scene(&app).await?, &draft, Told { problems, overtaken: vec![] }, ""));
    }
    let edit = |content: &mut Content| content.items.retain(|item| !out.contains(&item.position));
    let here = draft.path("/items");
    match save(&app, &context, draft, &fields, edit).await? {
        Saved::Done => Ok(go_to(&here)),
        Saved::Not(draft, violations, overtaken) => {
            let told = Told { problems: problems(&violations, &[]), overtaken };
            refused(&page(&scene(&app).await?, &draft, told, ""))
        }
    }
}

/// What is said of all items that are picked together.
#[derive(Default)]
struct Picked {
    definitions: BTreeSet<String>,
    subject: String,
    section: String,
    mandation: String,
}

fn pick(scene: &Scene, draft: &Draft, query: &ListQuery, picked: &Picked, told: Told) -> Result<Pick> {
    let filters = Filters::default().search(&query.q);
    let asked = filters.any();
    let (request, carried) = filters.request(PICKS, &query.page_token)?;
    let page = scene.view.list_definitions(&request)?;
    let path = draft.path("/items/add");
    let held: BTreeSet<_> = draft.content().items.iter().map(|item| &item.definition).collect();
    let found = |definition: &&Definition| Found {
        key: definition.id.to_string(),
        link: Link::definition(&definition.id, &definition.name),
        text: display::beginning(
            if definition.text.is_empty() { &definition.numerator } else { &definition.text },
            200,
        ),
        asked_in: match scene.view.asked_in(&definition.id).count() {
            0 => "Nobody asks it at present".into(),
            count => format!("Asked in {}", display::things(count, "collection", "collections")),
        },
        chosen: picked.definitions.contains(definition.id.as_str()),
        held: held.contains(&definition.id),
    };
    let problem = |id| crate::parts::problem_of(&told.problems, id);
    Ok(Pick {
        shell: draft.shell("Find registered definitions").under(draft.path("/items"), "What you ask"),
        query: query.q.clone(),
        asked,
        pager: pager(&page, &path, &carried, &query.page_token, ("definition", "definitions")),
        found: page.rows.iter().map(found).collect(),
        subject: Choices {
            id: "subject".into(),
            legend: "What are the answers about?".into(),
            hint: "Where others ask the same definition, the usual answer is taken".into(),
            choices: subjects(scene, "As others ask it", &picked.subject),
            problem: problem("subject"),
        },
        section: crate::pages::fields::Field {
            id: "section".into(),
            label: "Section (optional)".into(),
            hint: "The heading that they stand under".into(),
            value: picked.section.clone(),
            rows: 1,
            width: "20",
            problem: problem("section"),
        },
        mandation: mandation(&picked.mandation),
        form: draft.form("/items/add", told),
    })
}

/// Whether an item must be answered, as a choice.
pub(crate) fn mandation(chosen: &str) -> Choices {
    let text = |one: Mandation| match one {
        Mandation::Mandatory => "Mandatory: always",
        Mandation::Required => "Required: where it applies",
        Mandation::Optional => "Optional: if the provider likes",
        Mandation::Pilot => "Pilot: on trial",
    };
    let known = Mandation::VARIANTS.iter().map(|one| Choice {
        value: one.to_string(),
        text: text(*one).into(),
        chosen: chosen == one.as_str(),
    });
    Choices {
        id: "mandation".into(),
        legend: "Must they be answered?".into(),
        hint: String::new(),
        choices: known.collect(),
        problem: None,
    }
}

/// `GET /drafts/{id}/{number}/items/add`.
pub(crate) async fn find(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Asked(query): Asked,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let picked = Picked { mandation: Mandation::Mandatory.to_string(), ..Picked::default() };
    let page = pick(&scene(&app).await?, &draft, &query, &picked, Told::default())?;
    Ok(Html(page.render()?).into_response())
}

/// `POST /drafts/{id}/{number}/items/add`: takes in the definitions that were picked.
pub(crate) async fn add(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let scene = scene(&app).await?;
    let picked = Picked {
        definitions: fields.all("definition").map(ToOwned::to_owned).collect(),
        subject: fields.typed("subject"),
        section: fields.typed("section"),
        mandation: fields.typed("mandation"),
    };
    let rows = picked_rows(&scene, &picked);
    let problems = if rows.is_empty() {
        let text = "Choose the definitions that you want to ask".into();
        vec![Problem { field: "definition-1".into(), text }]
    } else {
        match app.take_items(&context, draft.at(), rows, None).await {
            Ok((items, _)) => return Ok(go_to(&draft.path(&format!("/items?status={items}")))),
            Err(Error::Invalid(violations)) => problems(&violations, &PLACES),
            Err(error) => return Err(error.into()),
        }
    };
    let query = ListQuery { q: fields.typed("q"), ..ListQuery::default() };
    refused(&pick(&scene, &draft, &query, &picked, Told { problems, overtaken: vec![] })?)
}

fn picked_rows(scene: &Scene, picked: &Picked) -> Vec<NewItem> {
    let chosen = scene.view.snapshot.subjects.iter().find(|one| one.id.as_str() == picked.subject);
    let known =
        |key: &String| DefinitionId::new(key).ok().filter(|id| scene.view.snapshot.definition(id).is_some());
    let row = |id| NewItem {
        asks: Asks::Registered(id),
        section: picked.section.clone(),
        mandation: picked.mandation.parse().ok(),
        subject: chosen.map(|one| one.id.clone()),
    };
    picked.definitions.iter().filter_map(known).map(row).collect()
}
