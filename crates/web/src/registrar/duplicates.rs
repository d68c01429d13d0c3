//! What of a draft is asked already: each item beside what it duplicates, and its owner's answer. Take it out, ask the body that holds it to
//! give it, or say why it is asked.

use super::{At, Draft, Told, go_to, problems, refused};
use crate::{
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
use onus_app::{App, Context, reuse::NewReuse};
use onus_domain::{
    Error, OdsCode, Result, Violation, display,
    duplicates::{DuplicateReport, Explanation, ReportedAsker, ReportedHit, ReportedItem},
    relation::Standing,
    version::Content,
};
use std::collections::{BTreeMap, BTreeSet};

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

/// Who can be asked for what an item asks: another body that asks it already, unless an agreement is there.
fn holder<'r>(owner: &OdsCode, item: &ReportedItem, asker: &'r ReportedAsker) -> Option<&'r OdsCode> {
    let rests = item.explanation.as_ref().is_some_and(|one| !one.reuse_agreement.is_empty());
    (asker.owner != *owner && !rests).then_some(&asker.owner)
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
        holder: holder(owner, item, asker).map(|holder| scene.organisation(holder)).unwrap_or_default(),
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
        Standing::Same => Tag::new("The same in other words", "red"),
        Standing::Contained => Tag::new("Part of what is asked", "orange"),
        Standing::Derivable => Tag::new("Can be computed", "orange"),
        Standing::Related | Standing::New => Tag::new("Near", "blue"),
    }
}

fn verdict(scene: &Scene, hit: &ReportedHit, asker: &ReportedAsker) -> String {
    let often = asker.frequency.map_or("", |often| often.in_words());
    let others = match hit.asked_by.len() {
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
    let report = app.duplicate_report(&context, draft.at().0, draft.at().1).await?;
    let out = ticked(&fields, "out");
    let told = match answer(&app, &context, &draft, &report, &fields, &out).await {
        Ok(wrong) if wrong.is_empty() => return Ok(go_to(&draft.path(""))),
        Ok(wrong) => wrong,
        Err(Error::Invalid(violations)) => of_items(&violations, &report, &out),
        Err(Error::StaleEtag { .. }) => {
            let text = "Somebody else saved this draft while you wrote. What you typed is below: look at it, and save again";
            vec![Problem { field: String::new(), text: text.into() }]
        }
        Err(error) => return Err(error.into()),
    };
    let now = Draft::find(&app, &context, &at).await?;
    let report = app.duplicate_report(&context, now.at().0, now.at().1).await?;
    let told = Told { problems: told, overtaken: vec![] };
    refused(&page(&scene(&app).await?, &now, &report, Some(&fields), told))
}

/// The explanations that a form gives of the items that stay, some of them resting on agreements.
fn explanations(
    report: &DuplicateReport,
    fields: &Fields,
    out: &BTreeSet<u32>,
    agreements: &BTreeMap<u32, String>,
) -> Vec<Explanation> {
    let staying =
        report.items.iter().filter(|item| item.duplicates().is_some() && !out.contains(&item.position));
    let explained = staying.map(|item| {
        let held = item.explanation.clone().unwrap_or_default();
        Explanation {
            position: item.position,
            reason: fields.typed(&format!("reason-{}", item.position)),
            reuse_agreement: agreements
                .get(&item.position)
                .cloned()
                .unwrap_or_else(|| held.reuse_agreement.clone()),
            ..held
        }
    });
    explained.collect()
}

/// Does what the form says. What the holders cannot be asked for is answered, each at its item, and then nothing is done.
async fn answer(
    app: &App,
    context: &Context,
    draft: &Draft,
    report: &DuplicateReport,
    fields: &Fields,
    out: &BTreeSet<u32>,
) -> Result<Vec<Problem>> {
    let etag = format!("\"{}\"", fields.text("revision"));
    // First what would be refused, so that nobody is asked for what is then asked of providers all the same.
    app.explain_items(context, draft.at(), &etag, explanations(report, fields, out, &BTreeMap::new()), true)
        .await?;
    let wanted = requests(draft, report, &(&ticked(fields, "reuse") - out));
    let mut wrong = vec![];
    for request in &wanted {
        match app.request_reuse(context, request.clone(), true).await {
            Ok(_) => {}
            Err(Error::Invalid(violations)) => wrong.extend(of_request(&violations, request)),
            Err(error) => return Err(error),
        }
    }
    if !wrong.is_empty() {
        return Ok(wrong);
    }
    let mut agreements = BTreeMap::new();
    for request in wanted {
        let name = app.request_reuse(context, request.clone(), false).await?.name();
        agreements.extend(request.positions.into_iter().map(|position| (position, name.clone())));
    }
    let given = explanations(report, fields, out, &agreements);
    let (version, _) = app.explain_items(context, draft.at(), &etag, given, false).await?;
    if out.is_empty() {
        return Ok(vec![]);
    }
    let change = |mut content: Content| {
        content.items.retain(|item| !out.contains(&item.position));
        Ok(content)
    };
    let etag = format!("\"{}\"", version.revision);
    app.update_draft(context, draft.at(), &etag, change, false).await?;
    Ok(vec![])
}

/// What is asked of each body that holds some of the items: all of its at once.
fn requests(draft: &Draft, report: &DuplicateReport, positions: &BTreeSet<u32>) -> Vec<NewReuse> {
    let mut of_holder = BTreeMap::<_, Vec<u32>>::new();
    for item in report.items.iter().filter(|item| positions.contains(&item.position)) {
        let holder = item.duplicates().and_then(|(_, asker)| holder(draft.owner(), item, asker));
        if let Some(holder) = holder {
            of_holder.entry(holder.clone()).or_default().push(item.position);
        }
    }
    let request = |(holder, positions)| NewReuse {
        collection: draft.at().0.clone(),
        version: draft.at().1,
        positions,
        holder: Some(holder),
        from: None,
        to: None,
        grain: String::new(),
        legal_basis: String::new(),
        purpose: String::new(),
    };
    of_holder.into_iter().map(request).collect()
}

/// What is wrong with a request for data, each at its item.
fn of_request(violations: &[Violation], request: &NewReuse) -> Vec<Problem> {
    let places: Vec<_> = request
        .positions
        .iter()
        .enumerate()
        .map(|(at, position)| {
            (format!("positions[{at}]"), format!("reuse-{position}"), format!("Item {position}"))
        })
        .collect();
    at_items(violations, &places)
}

/// What is wrong with explanations, each at its item.
fn of_items(violations: &[Violation], report: &DuplicateReport, out: &BTreeSet<u32>) -> Vec<Problem> {
    let staying: Vec<_> = report
        .items
        .iter()
        .filter(|item| item.duplicates().is_some() && !out.contains(&item.position))
        .collect();
    let places: Vec<_> = staying
        .iter()
        .enumerate()
        .map(|(at, item)| {
            (
                format!("explanations[{at}]"),
                format!("reason-{}", item.position),
                format!("Item {}", item.position),
            )
        })
        .collect();
    at_items(violations, &places)
}

fn at_items(violations: &[Violation], places: &[(String, String, String)]) -> Vec<Problem> {
    let places: Vec<_> =
        places.iter().map(|(path, id, label)| (path.as_str(), id.as_str(), label.as_str())).collect();
    problems(violations, &places)
}
