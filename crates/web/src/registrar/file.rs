//! Items from a file or a pasted table: sent, its columns named where they have no known headings, looked at row by row beside what is
//! registered, and taken. Nothing is kept before the last step: the pages carry the table.

use super::{At, Draft, Told, items::subjects};
use crate::{
    answers::{go_to, in_words, refused},
    build::{Scene, claims::first_capital},
    fields::Fields,
    forms::Posted,
    handlers::{Application, scene},
    pages::{
        draft_items::{ColumnName, FileForm, NameColumns, Preview, PreviewRow},
        fields::{Choices, Field},
    },
    parts::{Choice, Link, Problem, Tag, problem_of},
    refusal::Refusal,
    visit::Caller,
};
use askama::Template;
use axum::{
    extract::{Multipart, Path, State},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use onus_app::{
    App,
    asked::{Found, ProposedRow, Question},
    intake::{Asks, HEADINGS, NewItem, PASTED, Table, name_columns, read_mandation},
    matching::{CheckHit, CheckedItem},
};
use onus_domain::{
    Error, Result, Violation, display,
    relation::{Evidence, NAME_ALONE, Standing},
};
use std::sync::Arc;

/// Registered definitions that a row is offered in place of a new one.
const MOST_OFFERED: usize = 3;

fn form(draft: &Draft, text: String, problems: Vec<Problem>) -> FileForm {
    FileForm {
        shell: draft.shell("Upload or paste items").under(draft.path("/items"), "What you ask"),
        text_problem: problem_of(&problems, "text"),
        text,
        template: Link::new(draft.path("/items/template.csv"), "Download the template (CSV)"),
        form: draft.form("/items/file", Told { problems, overtaken: vec![] }),
    }
}

/// `GET /drafts/{id}/{number}/items/file`.
pub(crate) async fn ask(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    match Draft::open(&app, &context, &at).await? {
        Ok(draft) => Ok(Html(form(&draft, String::new(), vec![]).render()?).into_response()),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// `GET /drafts/{id}/{number}/items/template.csv`.
pub(crate) async fn template(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
) -> Result<Response, Refusal> {
    Draft::find(&app, &context, &at).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"items.csv\"")),
    ];
    Ok((headers, format!("{}\r\n", HEADINGS.join(","))).into_response())
}

/// `POST /drafts/{id}/{number}/items/file`: reads what was sent. It changes nothing, so that it needs no token, which a file's form cannot
/// show before all of the file is there.
pub(crate) async fn sent(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    multipart: Multipart,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let sent = crate::asked::read(multipart).await?;
    let (name, bytes) = if sent.bytes.is_empty() {
        (PASTED.to_owned(), sent.text.clone().into_bytes())
    } else {
        (sent.file, sent.bytes)
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        let problem = Problem { field: "text".into(), text: "Choose a file, or paste the items".into() };
        return refused(&form(&draft, sent.text, vec![problem]));
    }
    match app.read_table(name, bytes).await {
        Ok(table) if table.named => preview(&app, draft, table.csv, &Fields::default()).await,
        Ok(table) => Ok(Html(columns(&draft, &table, vec![]).render()?).into_response()),
        Err(Error::Invalid(violations)) => refused(&form(&draft, sent.text, said(&violations))),
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a file, by its own places.
pub(crate) fn said(violations: &[Violation]) -> Vec<Problem> {
    let given = |one: &Violation| {
        if one.value.is_empty() { String::new() } else { format!(" (not “{}”)", one.value) }
    };
    let problem = |one: &Violation| Problem {
        field: "text".into(),
        text: format!("{}: enter {}{}", one.field, one.expected, given(one)),
    };
    violations.iter().map(problem).collect()
}

fn columns(draft: &Draft, table: &Table, problems: Vec<Problem>) -> NameColumns {
    let known = || HEADINGS.iter().map(|heading| ((*heading).to_owned(), first_capital(heading)));
    let column = |at: usize| ColumnName {
        choices: Choices {
            id: format!("column-{at}"),
            legend: format!("Column {}", at + 1),
            choices: Choice::list("Leave it out", known(), ""),
            ..Choices::default()
        },
        cells: table
            .first
            .iter()
            .map(|row| display::beginning(row.get(at).map_or("", String::as_str), 60))
            .collect(),
    };
    NameColumns {
        shell: draft.shell("What is in each column?").under(draft.path("/items"), "What you ask"),
        columns: (0..table.width).map(column).collect(),
        csv: table.csv.clone(),
        form: draft.form("/items/columns", Told { problems, overtaken: vec![] }),
    }
}

/// `POST /drafts/{id}/{number}/items/columns`: the table with its columns named.
pub(crate) async fn named(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let csv = fields.text("csv").to_owned();
    let headings: Vec<String> =
        (0..).map_while(|at| fields.all(&format!("column-{at}")).next().map(ToOwned::to_owned)).collect();
    if headings.iter().any(|heading| heading == HEADINGS[0]) {
        let csv = name_columns(&csv, &headings, !fields.text("has_headings").is_empty())?;
        return preview(&app, draft, csv, &Fields::default()).await;
    }
    let table = app.read_table("table.csv".into(), csv.into_bytes()).await?;
    let text = "Say which column has the items’ names".into();
    refused(&columns(&draft, &table, vec![Problem { field: "column-0".into(), text }]))
}

/// The table row by row beside what is registered, with what was chosen of each.
async fn preview(app: &Arc<App>, draft: Draft, csv: String, chosen: &Fields) -> Result<Response, Refusal> {
    let question =
        Question { file: Some(("items.csv".into(), csv.clone().into_bytes())), ..Question::default() };
    match app.have_we_been_asked(question).await {
        Ok(found) => {
            let page = shown(&scene(app).await?, &draft, &found, csv, chosen, vec![]);
            Ok(Html(page.render()?).into_response())
        }
        Err(Error::Invalid(violations)) => refused(&form(&draft, csv, said(&violations))),
        Err(error) => Err(error.into()),
    }
}

fn shown(
    scene: &Scene,
    draft: &Draft,
    found: &Found,
    csv: String,
    chosen: &Fields,
    problems: Vec<Problem>,
) -> Preview {
    let rows: Vec<_> = (0..)
        .zip(&found.rows)
        .zip(&found.report.items)
        .map(|((at, row), item)| {
            let hits = offered(item);
            let id = format!("row-{at}");
            let default = default_choice(row.registered.is_some(), &hits);
            let kept = match chosen.text(&id) {
                "" => default,
                kept => kept.to_owned(),
            };
            let near = hits.first().filter(|_| row.registered.is_none());
            PreviewRow {
                meaning: Some(meaning(row, at, chosen, &problems))
                    .filter(|_| says_nothing(row) && kept == NEW),
                label: row.label.clone(),
                text: display::beginning(&row.proposed.text, 160),
                standing: standing(item.standing),
                near: near.map(|hit| scene.definition(&hit.definition)),
                choices: choices(scene, row.registered.is_some(), &hits, id, &kept),
                differs: near.copied().map(reason_in_words).unwrap_or_default(),
            }
        })
        .collect();
    Preview {
        shell: draft.shell("Check the items").under(draft.path("/items"), "What you ask"),
        in_short: in_short(found),
        subject: Choices {
            id: "subject".into(),
            legend: "What are the answers about, where nobody asks the same yet?".into(),
            hint: String::new(),
            choices: subjects(scene, "Choose", chosen.text("subject")),
            problem: problem_of(&problems, "subject"),
        },
        rows,
        csv,
        form: draft.form("/items/take", Told { problems, overtaken: vec![] }),
    }
}

/// The field for what a row means that does not say it: without it nothing can be registered.
fn meaning(row: &ProposedRow, at: usize, typed: &Fields, problems: &[Problem]) -> Field {
    let id = format!("meaning-{at}");
    Field {
        label: format!("What “{}” means", display::beginning(&row.label, 60)),
        value: typed.typed(&id),
        rows: 2,
        problem: problem_of(problems, &id),
        id,
        ..Field::default()
    }
}

fn says_nothing(row: &ProposedRow) -> bool {
    row.registered.is_none() && row.proposed.text.is_empty() && row.proposed.numerator.is_empty()
}

/// The registered definitions that a row may ask in place of a new one.
fn offered(item: &CheckedItem) -> Vec<&CheckHit> {
    item.hits.iter().filter(|hit| hit.standing != Standing::New).take(MOST_OFFERED).collect()
}

/// What is proposed of a row: to reuse what means the same, else to register it.
fn default_choice(registered: bool, hits: &[&CheckHit]) -> String {
    match hits.iter().find(|hit| matches!(hit.standing, Standing::Identical | Standing::Same)) {
        Some(hit) => hit.definition.to_string(),
        None if registered => LEAVE_OUT.to_owned(),
        None => NEW.to_owned(),
    }
}

/// To register a row's definition.
const NEW: &str = "+new";
/// To leave a row out.
const LEAVE_OUT: &str = "+out";

fn choices(scene: &Scene, registered: bool, hits: &[&CheckHit], id: String, chosen: &str) -> Choices {
    let reuse = hits.iter().filter(|hit| !registered || hit.standing == Standing::Identical).map(|hit| {
        let name = scene.definition(&hit.definition).text;
        let asked = match hit.askers.len() {
            0 => String::new(),
            askers => format!(", asked by {}", display::things(askers, "collection", "collections")),
        };
        (hit.definition.to_string(), format!("Use “{name}”{asked}"))
    });
    let new = std::iter::once((NEW.to_owned(), "Register it as a new definition".to_owned()))
        .filter(|_| !registered);
    let out = (LEAVE_OUT.to_owned(), "Leave it out".to_owned());
    let all = reuse.chain(new).chain(std::iter::once(out));
    let choices = all.map(|(value, text)| Choice { chosen: value == chosen, value, text }).collect();
    Choices { id, legend: "What to do with it".into(), choices, ..Choices::default() }
}

fn standing(of: Standing) -> Tag {
    match of {
        Standing::Identical => Tag::new("Registered", "green"),
        Standing::Same => Tag::new("The same question is registered", "green"),
        Standing::Contained => Tag::new("Part of what is registered", "orange"),
        Standing::Derivable => Tag::new("Can be computed", "orange"),
        Standing::Related => Tag::new("Near something registered", "blue"),
        Standing::New => Tag::new("New", "white"),
    }
}

/// What tells the nearest registered definition from a row, or makes it alike: its strongest reason.
fn reason_in_words(hit: &CheckHit) -> String {
    let told = hit.found.evidence.iter().filter(|one| !["prior", "points"].contains(&one.facet.as_str()));
    // Where nothing but a name was given, that decides.
    let strength = |of: &Evidence| if of.facet == NAME_ALONE { f64::MAX } else { of.weight.abs() };
    let strongest = told.max_by(|a, b| strength(a).total_cmp(&strength(b)));
    strongest
        .map(|one| display::beginning(&format!("{}: {}", first_capital(&one.facet), one.finding), 140))
        .unwrap_or_default()
}

fn in_short(found: &Found) -> String {
    let all = found.report.items.len();
    let held = found.report.held;
    format!(
        "{}: {} registered already, in the same words or others, as part of more or to compute; {} asked by a collection in force.",
        display::things(all, "item", "items"),
        display::count(held),
        display::count(found.report.asked),
    )
}

/// `POST /drafts/{id}/{number}/items/take`: takes the rows into the draft, as was chosen of each.
pub(crate) async fn take(
    State(app): Application,
    Caller(context): Caller,
    Path(at): At,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Refusal> {
    let draft = Draft::find(&app, &context, &at).await?;
    let csv = fields.text("csv").to_owned();
    let question =
        Question { file: Some(("items.csv".into(), csv.clone().into_bytes())), ..Question::default() };
    let found = app.have_we_been_asked(question).await?;
    let scene = scene(&app).await?;
    let (places, rows): (Vec<usize>, Vec<NewItem>) = chosen_rows(&scene, &found, &fields).into_iter().unzip();
    let subject = fields.text("subject").parse().ok();
    let subject = subject.filter(|id| scene.view.snapshot.subjects.iter().any(|known| known.id == *id));
    let again = |problems| refused(&shown(&scene, &draft, &found, csv, &fields, problems));
    if rows.is_empty() {
        return again(vec![Problem {
            field: "row-0".into(),
            text: "Every item is left out: choose one at least".into(),
        }]);
    }
    match app.take_items(&context, draft.at(), rows, subject.as_ref()).await {
        Ok((items, _)) => Ok(go_to(&draft.path(&format!("/items?status={items}")))),
        Err(Error::Invalid(violations)) => {
            let mut problems: Vec<Problem> = vec![];
            for problem in violations.iter().map(|one| of_row(one, &places, &found)) {
                // One sentence says it of all of them.
                if problem.field.is_empty() || !problems.iter().any(|known| known.field == problem.field) {
                    problems.push(problem);
                }
            }
            again(problems)
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with a row that was taken, by the fields of the page; `places` are those of the rows that were.
fn of_row(wrong: &Violation, places: &[usize], found: &Found) -> Problem {
    let expected = first_capital(&wrong.expected);
    if wrong.field == "subject" {
        return Problem { field: "subject".into(), text: expected };
    }
    let row = wrong.field.strip_prefix("rows[").and_then(|rest| {
        let (number, path) = rest.split_once(']')?;
        let at = *places.get(number.parse::<usize>().ok()?)?;
        Some((at, found.rows.get(at)?, path.trim_start_matches('.')))
    });
    let Some((at, row, path)) = row else {
        return Problem { field: String::new(), text: format!("{}: {expected}", in_words(&wrong.field)) };
    };
    let field = if path == "text" && says_nothing(row) { "meaning" } else { "row" };
    let text = format!("{}: {}", row.label, wrong.expected);
    Problem { field: format!("{field}-{at}"), text }
}

/// The rows that are taken, each with its place in the table.
fn chosen_rows(scene: &Scene, found: &Found, fields: &Fields) -> Vec<(usize, NewItem)> {
    let rows = (0..).zip(&found.rows).filter_map(|(at, row): (usize, _)| {
        let asks = match fields.text(&format!("row-{at}")) {
            "" | LEAVE_OUT => return None,
            NEW => {
                let mut proposed = row.proposed.clone();
                if says_nothing(row) {
                    proposed.text = fields.typed(&format!("meaning-{at}"));
                }
                Asks::New(Box::new(proposed))
            }
            key => {
                let id = key.parse().ok().filter(|id| scene.view.snapshot.definition(id).is_some())?;
                Asks::Registered(id)
            }
        };
        let mandation = read_mandation(&row.mandation);
        Some((at, NewItem { asks, section: row.section.clone(), mandation, subject: None }))
    });
    rows.collect()
}
