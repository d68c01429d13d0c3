//! `onus check`: what a registry holds and asks already of a file's items, over gRPC.

use crate::{
    cli::{Check, Form},
    client,
    commands::{print_json, table},
};
use comfy_table::CellAlignment;
use onus_domain::{Error, Result, Violation};
use onus_exchange::{
    crosswalk::{CrosswalkLine, to_csv},
    items::{Columns, ProposedRow, TEMPLATE, read_items, read_sheet},
};
use onus_proto::v1::{self as pb, matching_service_client::MatchingServiceClient};
use serde::Serialize;
use std::{fs, path::Path, process::ExitCode};
use tonic::{Code, Status};

/// Items sent in one message.
const PIECE: usize = 500;
/// Collections that a line of the table names.
const MOST_NAMED: usize = 3;
/// Says that some of it is asked already.
const DUPLICATES: u8 = 3;

/// What was found of an item, as it is printed.
#[derive(Debug, Serialize)]
struct Line {
    row: usize,
    position: u32,
    item: String,
    standing: &'static str,
    definition: String,
    definition_name: String,
    score: f64,
    asked_by: Vec<String>,
}

/// What was found, as it is printed.
#[derive(Debug, Serialize)]
struct Found {
    items: usize,
    held: usize,
    asked: usize,
    lines: Vec<Line>,
}

/// Checks, prints, and says by the exit code whether any of it is asked already.
pub fn run(options: &Check) -> Result<ExitCode> {
    if options.template {
        println!("{}", TEMPLATE.join(","));
        return Ok(ExitCode::SUCCESS);
    }
    let (name, bytes) = client::read_file(options.file.as_deref().unwrap_or(Path::new("-")))?;
    let sheet = read_sheet(&name, &bytes)?;
    let rows = read_items(&name, &sheet, &Columns::find(&name, &sheet)?)?;
    let runtime = tokio::runtime::Runtime::new().map_err(Error::internal)?;
    let checked = runtime.block_on(ask(options, &rows))?;
    let found = summary(&rows, &checked);
    match options.output.output {
        Form::Json => print_json(&found)?,
        Form::Table => println!("{}", drawn(&found)),
    }
    if let Some(file) = &options.crosswalk {
        let lines = crosswalk(&checked);
        write(file, &to_csv(&lines)?)?;
        write(&file.with_extension("json"), &serde_json::to_vec_pretty(&lines).map_err(Error::internal)?)?;
    }
    Ok(if found.asked > 0 { ExitCode::from(DUPLICATES) } else { ExitCode::SUCCESS })
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).map_err(|error| {
        let expected = format!("a file that can be written ({error})");
        Violation::new("--crosswalk", "WRITABLE", file.display(), expected).into()
    })
}

/// Sends the items in pieces and gathers what is answered.
async fn ask(options: &Check, rows: &[ProposedRow]) -> Result<Vec<pb::CheckedItem>> {
    let mut client = MatchingServiceClient::new(options.registry.connect().await?)
        .max_decoding_message_size(64 << 20)
        .max_encoding_message_size(64 << 20);
    let provider = options.provider.as_ref().map(|code| format!("organisations/{code}")).unwrap_or_default();
    let pieces: Vec<_> = rows
        .chunks(PIECE)
        .map(|piece| pb::StreamCheckRequest {
            items: Some(pb::ProposedItems { items: piece.iter().map(proposed).collect() }),
            provider: provider.clone(),
            ..Default::default()
        })
        .collect();
    let request = options.registry.request(tokio_stream::iter(pieces))?;
    let mut answers = client.stream_check(request).await.map_err(|status| refused(&status))?.into_inner();
    let mut checked = vec![];
    while let Some(answer) = answers.message().await.map_err(|status| refused(&status))? {
        checked.extend(answer.report.unwrap_or_default().items);
    }
    Ok(checked)
}

/// The registry's refusal, in its words.
fn refused(status: &Status) -> Error {
    match status.code() {
        Code::InvalidArgument => Violation::new("FILE", "REFUSED", "", status.message()).into(),
        Code::NotFound => Error::from(Violation::new("--provider", "KNOWN", "", status.message())),
        _ => client::refused(status),
    }
}

fn proposed(row: &ProposedRow) -> pb::ProposedItem {
    let definition = match &row.registered {
        Some(id) => pb::Definition { name: format!("definitions/{id}"), ..Default::default() },
        None => onus_grpc::proposed_definition(&row.proposed),
    };
    pb::ProposedItem { label: row.label.clone(), definition: Some(definition) }
}

fn word(standing: pb::Standing) -> &'static str {
    standing.as_str_name().trim_start_matches("STANDING_")
}

fn is_held(standing: pb::Standing) -> bool {
    use pb::Standing::{Contained, Derivable, Identical, Same};
    matches!(standing, Identical | Same | Contained | Derivable)
}

/// The hits that hold an item's answer.
fn held(item: &pb::CheckedItem) -> impl Iterator<Item = &pb::CheckHit> {
    item.hits.iter().filter(|hit| is_held(hit.standing()))
}

fn summary(rows: &[ProposedRow], checked: &[pb::CheckedItem]) -> Found {
    let lines: Vec<_> = rows.iter().zip(checked).map(|(row, item)| line(row.row, item)).collect();
    Found {
        items: checked.len(),
        held: checked.iter().filter(|item| is_held(item.standing())).count(),
        asked: checked.iter().filter(|item| held(item).any(|hit| !hit.asked_by.is_empty())).count(),
        lines,
    }
}

fn line(row: usize, item: &pb::CheckedItem) -> Line {
    let best = item.hits.first();
    // Who asks what it is likest to; what it only restricts or is computed from stands in the crosswalk.
    let mut asked_by: Vec<_> = held(item)
        .filter(|hit| best.is_some_and(|best| best.standing == hit.standing))
        .flat_map(|hit| &hit.asked_by)
        .map(|asker| match asker.frequency() {
            pb::Frequency::Unspecified => asker.title.clone(),
            often => format!("{} ({})", asker.title, frequency(often).to_lowercase()),
        })
        .collect();
    asked_by.sort();
    asked_by.dedup();
    Line {
        row,
        position: item.position,
        item: item.label.clone(),
        standing: word(item.standing()),
        definition: best.map(|hit| key(&hit.definition)).unwrap_or_default(),
        definition_name: best.map(|hit| hit.display_name.clone()).unwrap_or_default(),
        score: best.map(|hit| hit.score).unwrap_or_default(),
        asked_by,
    }
}

fn frequency(of: pb::Frequency) -> &'static str {
    if of == pb::Frequency::Unspecified { "" } else { of.as_str_name().trim_start_matches("FREQUENCY_") }
}

/// A resource's key: the last part of its name.
fn key(name: &str) -> String {
    name.rsplit('/').next().unwrap_or(name).to_owned()
}

/// The first that ask, and how many more there are: JSON and the crosswalk have all.
fn in_short(asked_by: &[String]) -> String {
    let more = asked_by.len().saturating_sub(MOST_NAMED);
    let mut named: Vec<_> = asked_by.iter().take(MOST_NAMED).cloned().collect();
    named.extend((more > 0).then(|| format!("and {more} more")));
    named.join("; ")
}

fn drawn(found: &Found) -> String {
    let mut table = table(&["row", "item", "standing", "held as", "asked by"]);
    for line in &found.lines {
        table.add_row([
            &line.row.to_string(),
            &line.item,
            line.standing,
            &line.definition_name,
            &in_short(&line.asked_by),
        ]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let share = (100 * found.held).checked_div(found.items).unwrap_or_default();
    format!(
        "{table}\n{} items: {} held already ({share} %), {} of them asked by a collection in force",
        found.items, found.held, found.asked
    )
}

/// Of each item every answer there is: the definitions that hold it, and who asked those of the provider.
fn crosswalk(checked: &[pb::CheckedItem]) -> Vec<CrosswalkLine> {
    let mut lines = vec![];
    for item in checked {
        let before = lines.len();
        let blank = CrosswalkLine {
            position: item.position,
            item: item.label.clone(),
            standing: word(item.standing()).to_owned(),
            ..CrosswalkLine::default()
        };
        for hit in held(item) {
            let of_hit = CrosswalkLine {
                standing: word(hit.standing()).to_owned(),
                definition: key(&hit.definition),
                definition_name: hit.display_name.clone(),
                recipe: hit.recipe.join("; "),
                ..blank.clone()
            };
            lines.extend(hit.asked_by.iter().filter_map(|asker| answered(asker, &of_hit)));
        }
        if lines.len() == before {
            lines.push(blank);
        }
    }
    lines
}

/// What was sent to a collection, if the provider was asked by it.
fn answered(asker: &pb::Asker, of_hit: &CrosswalkLine) -> Option<CrosswalkLine> {
    let last = asker.last_asked.as_ref()?;
    let positions: Vec<_> = asker.positions.iter().map(ToString::to_string).collect();
    Some(CrosswalkLine {
        collection: key(&asker.collection),
        collection_title: asker.title.clone(),
        owner: key(&asker.owner),
        asked_as: positions.join(";"),
        frequency: frequency(asker.frequency()).to_owned(),
        period_start: last.period_start.clone(),
        period_end: last.period_end.clone(),
        due_date: last.due_date.clone(),
        receipt: if last.met { "yes" } else { "no" }.to_owned(),
        ..of_hit.clone()
    })
}
