//! One item of a draft: what it is there for.

use super::{Draft, Saved, Told, items, save};
use crate::{
    answers::{Place, go_to, problems, refused},
    build::Scene,
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        draft_items::OneItem as Page,
        fields::{Choices, Field},
    },
    parts::{Choice, problem_of},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_domain::{
    Error, SubjectId, display,
    item::{Item, ItemRole, Mandation, PurposeKind},
    version::Content,
};
use strum::VariantArray;

const LABELS: [(&str, &str); 2] = [("section", "Section"), ("use", "Used for")];

type AtItem = Path<(String, String, String)>;

/// An item of what a draft asks.
fn item<'d>(draft: &'d Draft, position: &str) -> Result<&'d Item, Error> {
    let found = draft.content().items.iter().find(|item| item.position.to_string() == position);
    found.ok_or_else(|| Error::not_found("item", draft.path(&format!("/items/{position}"))))
}

/// The item as a form says it is.
fn read(item: &Item, fields: &Fields) -> Item {
    Item {
        section: fields.typed("section"),
        mandation: fields.text("mandation").parse().ok(),
        role: fields.text("role").parse().unwrap_or(item.role),
        subject: SubjectId::new(fields.text("subject")).unwrap_or_else(|_| item.subject.clone()),
        purpose_kind: fields.text("purpose").parse().unwrap_or(item.purpose_kind),
        r#use: fields.typed("use"),
        ..item.clone()
    }
}

fn role(chosen: ItemRole) -> Choices {
    let text = |role: ItemRole| match role {
        ItemRole::Content => "Content: what you want to know",
        ItemRole::Linkage => "Linkage: joins records, such as the NHS number",
        ItemRole::Demographic => "Demographic: describes the person",
        ItemRole::Administrative => "Administrative: headers, period dates",
    };
    let known = ItemRole::VARIANTS.iter().map(|one| Choice {
        value: one.to_string(),
        text: text(*one).into(),
        chosen: chosen == *one,
    });
    let legend = "What is it there for?".into();
    Choices { id: "role".into(), legend, hint: String::new(), choices: known.collect(), problem: None }
}

fn purpose(chosen: PurposeKind) -> Choices {
    let text = |kind: PurposeKind| match kind {
        PurposeKind::Improvement => "Improvement: it helps those who answer improve",
        PurposeKind::Judgement => "Judgement: it lets others judge them",
        PurposeKind::Both => "Both",
        PurposeKind::Unknown => "Not said",
    };
    let known = PurposeKind::VARIANTS.iter().map(|one| Choice {
        value: one.to_string(),
        text: text(*one).into(),
        chosen: chosen == *one,
    });
    let legend = "Does it serve improvement or judgement?".into();
    Choices { id: "purpose".into(), legend, hint: String::new(), choices: known.collect(), problem: None }
}

fn page(scene: &Scene, draft: &Draft, item: &Item, told: Told) -> Page {
    let text = |at: usize, hint: &str, value: &str, rows| Field {
        id: LABELS[at].0.into(),
        label: LABELS[at].1.into(),
        hint: hint.into(),
        value: value.into(),
        rows,
        width: "",
        problem: problem_of(&told.problems, LABELS[at].0),
    };
    let definition = scene.definition(&item.definition);
    Page {
        shell: draft.shell(&definition.text).under(draft.path("/items"), "What you ask"),
        place: format!("Item {} of {}", item.position, display::count(draft.content().items.len())),
        section: text(0, "The heading that it stands under", &item.section, 1),
        mandation: items::mandation(item.mandation.map(Mandation::as_str).unwrap_or_default()),
        role: role(item.role),
        subject: Choices {
            id: "subject".into(),
            legend: "What is the answer about?".into(),
            hint: String::new(),
            choices: items::subjects(scene, "As it is", item.subject.as_str()),
            problem: problem_of(&told.problems, "subject"),
        },
        purpose: purpose(item.purpose_kind),
        used: text(
            1,
            "The decision or publication that it feeds. Without one it lapses at renewal",
            &item.r#use,
            2,
        ),
        definition,
        form: draft.form(&format!("/items/{}", item.position), told),
    }
}

/// `GET /drafts/{id}/{number}/items/{position}`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path((id, number, position)): AtItem,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &(id, number)).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let shown = page(&scene(&app).await?, &draft, item(&draft, &position)?, Told::default());
    Ok(Html(shown.render()?).into_response())
}

/// `POST /drafts/{id}/{number}/items/{position}`.
pub(crate) async fn write(
    State(app): Application,
    Caller(context): Caller,
    Path((id, number, position)): AtItem,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &(id, number)).await?;
    let (scene, here) = (scene(&app).await?, draft.path("/items"));
    let after = read(item(&draft, &position)?, &fields);
    let place = draft.content().items.iter().position(|item| item.position == after.position);
    let edit = |content: &mut Content| {
        for item in content.items.iter_mut().filter(|item| item.position == after.position) {
            item.clone_from(&after);
        }
    };
    match save(&app, &context, draft, &fields, edit).await? {
        Saved::Done => Ok(go_to(&here)),
        Saved::Not(draft, violations, overtaken) => {
            let paths = LABELS.map(|(id, _)| format!("items[{}].{id}", place.unwrap_or_default()));
            let places: Vec<Place<'_>> =
                paths.iter().zip(LABELS).map(|(path, (id, label))| (path.as_str(), id, label)).collect();
            let told = Told { problems: problems(&violations, &places), overtaken };
            refused(&page(&scene, &draft, &after, told))
        }
    }
}
