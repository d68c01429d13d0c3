//! What of a draft is asked already: each item beside what it duplicates, and its owner's answer. Take it out, ask the body that holds it to
//! give it, or say why it is asked.

use super::{At, Draft, Told};
use crate::{
    answers::{go_to, problems, refused},
    build::{Scene, claims::first_capital, matching::address},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        fields::Field,
        registrar::{DuplicateItem, Duplicates as Page},
    },
    parts::{Link, Problem, Tag},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use onus_app::comply::Answers;
use onus_domain::{
    Error, OdsCode, Violation, display,
    duplicates::{DuplicateReport, ReportedAsker, ReportedHit, ReportedItem},
    relation::Standing,
};
use std::collections::BTreeSet;

/// Reasons shown of a hit.
const MOST_REASONS: usize = 4;

/// What was typed of an item: why it is asked, and whether it is to be taken out or asked for elsewhere.
fn typed(fields: Option<&Fields>, item: &ReportedItem) -> (String, [bool; 2]) {
    let Some(fields) = fields else {
        let said = item.explanation.as_ref().map(|one| one.reason.clone());
        return (said.unwrap_or_default(), [false; 2]);
    };
    let ticked = |name: &str| fields.all(name).any(|position| position == item.position.to_string());
    (fields.typed(&format!("reason-{}", item.position)), [ticked("out"), ticked("reuse")])
}

/// The positions of the items that are ticked in a form.
fn ticked(fields: &Fields, name: &str) -> BTreeSet<u32> {
    fields.all(name).filter_map(|position| position.parse().ok()).collect()
}

fn shown(
    scene: &Scene,
    owner: &OdsCode,
    item: &ReportedItem,
    (hit, asker): (&ReportedHit, &ReportedAsker),
    fields: Option<&Fields>,
    problems: &[Problem],
) -> DuplicateItem {
    let (reason, [out, reuse]) = typed(fields, item);
    let id = format!("reason-{}", item.position);
    let told = |facet: &str| !["prior", "points"].contains(&facet);
    let mut reasons: Vec<_> = hit.evidence.iter().filter(|one| told(&one.facet)).collect();
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let agreement =
        item.explanation.as_ref().and_then(|one| one.reuse_agreement.strip_prefix("reuseAgreements/"));
    let reuse_id = format!("reuse-{}", item.position);
    DuplicateItem {
        position: item.position.to_string(),
        label: item.label.clone(),
        standing: standing(hit.standing),
        held: Link::definition(&hit.definition, &hit.label),
        side_by_side: (hit.definition != item.definition)
            .then(|| Link::new(address(&item.definition, &hit.definition), "Side by side")),
        verdict: verdict(scene, hit, asker),
        reasons: reasons
            .into_iter()
            .take(MOST_REASONS)
            .map(|one| format!("{}: {}", first_capital(&one.facet), one.finding))
            .collect(),
        agreement: agreement.map(|id| Link::new(format!("/reuse/{id}"), "what its holder gives")),
        out,
        holder: item.to_ask(owner).map(|holder| scene.organisation(holder)).unwrap_or_default(),
        reuse,
        reuse_problem: crate::parts::problem_of(problems, &reuse_id),
        field: Field {
            label: "Why you ask it all the same".into(),
            hint: "In a sentence or two. The panel reads it".into(),
            value: reason,
            rows: 2,
            problem: crate::parts::problem_of(problems, &id),
            id,
            ..Field::default()
        },
    }
}

fn standing(of: Standing) -> Tag {
    match of {
        Standing::Identical => Tag::new("The same definition", "red"),
        Standing::Same => Tag::new("The same question", "red"),
        Standing::Contained => Tag::new("Part of what is asked", "orange"),
        Standing::Derivable => Tag::new("Can be computed", "orange"),
        Standing::Related | Standing::New => Tag::new("Near", "blue"),
    }
}

fn verdict(scene: &Scene, hit: &ReportedHit, asker: &ReportedAsker) -> String {
    let often = asker.frequency.map_or("", |often| often.in_words());
    let others = match hit.duplicating().count() {
        0 | 1 => String::new(),
        2 => " One other collection asks it too.".into(),
        all => format!(" {} other collections ask it too.", all - 1),
    };
    format!(
        "{} asks it {often} of {} of your respondents, in “{}”.{others}",
        scene.organisation(&asker.owner),
        display::count(asker.shared_respondents),
        asker.title
    )
}

fn page(scene: &Scene, draft: &Draft, report: &DuplicateReport, fields: Option<&Fields>, told: Told) -> Page {
    let items = report.items.iter().filter_map(|item| {
        let found = item.duplicates()?;
        Some(shown(scene, draft.owner(), item, found, fields, &told.problems))
    });
    Page {
        shell: draft.shell("What is asked already"),
        items: items.collect(),
        in_short: in_short(report),
        form: draft.form("/duplicates", told),
    }
}

fn in_short(report: &DuplicateReport) -> String {
    let content = report.content_items() as usize;
    match report.duplicates() as usize {
        0 => format!(
            "None of your {} is asked already of the same providers.",
            display::things(content, "content item", "content items")
        ),
        asked => format!(
            "{} of your {} asked already of the same providers, about the same people.",
            display::count(asked),
            display::things(content, "content item is", "content items are")
        ),
    }
}

/// `GET /drafts/{id}/{number}/duplicates`.
pub(crate) async fn show(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    let draft = match Draft::open(&app, &context, &at).await? {
        Ok(draft) => draft,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let report = app.duplicate_report(&context, draft.at().0, draft.at().1).await?;
    let shown = page(&scene(&app).await?, &draft, &report, None, Told::default());
    Ok(Html(shown.render()?).into_response())
}

/// `POST /drafts/{id}/{number}/duplicates`.
pub(crate) async fn write(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let etag = format!("\"{}\"", fields.text("revision"));
    let answers = answers(&draft, &fields);
    let problems = match app.answer_duplicates(&context, draft.at(), &etag, answers).await {
        Ok(_) => return Ok(go_to(&draft.path(""))),
        Err(Error::Invalid(violations)) => by_item(&violations, &draft),
        Err(Error::StaleEtag { .. }) => {
            let text = "Somebody else saved this draft while you wrote. What you typed is below: look at it, and save again";
            vec![Problem { field: String::new(), text: text.into() }]
        }
        Err(error) => return Err(error.into()),
    };
    let now = Draft::find(&app, &context, &at).await?;
    let report = app.duplicate_report(&context, now.at().0, now.at().1).await?;
    let told = Told { problems, overtaken: vec![] };
    refused(&page(&scene(&app).await?, &now, &report, Some(&fields), told))
}

/// What a form says of the draft's items: of those that it has a box for.
fn answers(draft: &Draft, fields: &Fields) -> Answers {
    let positions = draft.content().items.iter().map(|item| item.position);
    let reason = |position: u32| {
        let id = format!("reason-{position}");
        fields.all(&id).next().map(|_| (position, fields.typed(&id)))
    };
    Answers {
        out: ticked(fields, "out"),
        reuse: ticked(fields, "reuse"),
        reasons: positions.filter_map(reason).collect(),
    }
}

/// What is wrong, each at its item.
fn by_item(violations: &[Violation], draft: &Draft) -> Vec<Problem> {
    let positions = draft.content().items.iter().map(|item| item.position);
    let places: Vec<_> = positions
        .flat_map(|position| {
            [("reasons", "reason"), ("reuse", "reuse"), ("out", "out")].map(|(list, id)| {
                (format!("{list}[{position}]"), format!("{id}-{position}"), format!("Item {position}"))
            })
        })
        .collect();
    let places: Vec<_> =
        places.iter().map(|(path, id, label)| (path.as_str(), id.as_str(), label.as_str())).collect();
    problems(violations, &places)
}
