//! `onus match` on files alone, without a registry; and what a registry is matched with.

use crate::{
    cli::{Form, Match, Matching, Model as Chosen},
    commands::print_json,
    config::Matching as Settings,
};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use onus_domain::{Error, Result, Violation};
use onus_matching::{
    evaluate::{Evaluation, Line, evaluate},
    figures::{Figure, Figures},
    files::{self, LabelledPair, Record, RelationPair},
    learn, live,
    model::Model,
    tool,
    vocabulary::{FILES, Vocabulary},
};
use serde::Serialize;
use std::{
    borrow::Cow,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Takes up what the configuration names, and says what that is.
pub fn take_up(settings: &Settings) -> Result<()> {
    let path = |text: &String| (!text.is_empty()).then(|| PathBuf::from(text));
    let vocabulary = path(&settings.vocabulary).map(|folder| read_vocabulary(&folder, "matching.vocabulary"));
    let vocabulary = vocabulary.transpose()?;
    let model =
        path(&settings.model).map(|file| Ok::<_, Error>((said(&file), read(&file, "matching.model")?)));
    let model = model.transpose()?;
    live::take_up(vocabulary, model.as_ref().map(|(file, text)| (file.as_str(), text.as_str())))?;
    if let Some(told) = live::vocabulary() {
        tracing::info!(model = live::model().name, added = told.added, "rows added to the vocabulary");
        for row in &told.replaced {
            tracing::warn!(row, "in the place of a built-in row");
        }
    }
    Ok(())
}

/// The vocabulary in a folder. Every file counts, so that none is passed over, but those whose names begin with a dot.
fn read_vocabulary(folder: &Path, option: &str) -> Result<Vocabulary> {
    let refuse = |rule, expected: String| Error::from(Violation::new(option, rule, said(folder), expected));
    let unreadable = |error| refuse("READABLE", format!("a folder that can be read ({error})"));
    let mut files = vec![];
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            // A folder is none of the files that are read, whatever is in it.
            let text = if path.is_dir() { String::new() } else { read(&path, option)? };
            files.push((name, text));
        }
    }
    if files.is_empty() {
        let known: Vec<_> = FILES.iter().map(|(name, _)| *name).collect();
        return Err(refuse("FILLED", format!("a folder with any of {}", known.join(", "))));
    }
    Vocabulary::read(&files).map_err(|error| match error {
        Error::Invalid(found) => {
            let here = |one: Violation| {
                let field = folder.join(&one.field);
                one.at(said(&field))
            };
            Error::Invalid(found.into_iter().map(here).collect())
        }
        other => other,
    })
}

/// Does one of them.
pub fn run(options: &Matching) -> Result<()> {
    let vocabulary = options.vocabulary.as_deref().map(|folder| read_vocabulary(folder, "--vocabulary"));
    live::take_up(vocabulary.transpose()?, None)?;
    match &options.command {
        Match::Score { records, pairs, model, out } => {
            let (records, pairs) = labelled(records, pairs)?;
            write_lines(out, &tool::score(&*open(model)?, &records, &pairs))
        }
        Match::Candidates { records, most, out } => {
            write_lines(out, &tool::candidates(&read_records(records)?, *most))
        }
        Match::Relate { pairs, model, out } => {
            let pairs = read_relations(pairs, "--pairs")?;
            write_lines(out, &tool::relate(&*open(model)?, &pairs))
        }
        Match::Evaluate { records, pairs, relations, output } => {
            let (records, pairs) = labelled(records, pairs)?;
            let extra = learn::of_relations(&read_all(relations, "--relations")?);
            let table = evaluate(&records, &pairs, &extra);
            match output.output {
                Form::Json => print_json(&table),
                Form::Table => {
                    println!("{}", drawn(&table));
                    Ok(())
                }
            }
        }
        Match::Train { records, pairs, relations, decisions, name, out } => {
            let (records, pairs) = labelled(records, pairs)?;
            let (related, ruled) = (read_all(relations, "--relations")?, read_all(decisions, "--decisions")?);
            let model = tool::train(name, &records, &pairs, &related, &ruled);
            write(out, &model.to_text())
        }
        Match::Decisions { .. } | Match::Shadow { .. } => Ok(()),
    }
}

/// The model that is named, or the one that the program has in it.
fn open(chosen: &Chosen) -> Result<Cow<'static, Model>> {
    let Some(file) = &chosen.model else { return Ok(Cow::Borrowed(live::model())) };
    Model::from_text(&said(file), &read(file, "--model")?).map(Cow::Owned)
}

fn labelled(records: &Path, pairs: &Path) -> Result<(Vec<Record>, Vec<LabelledPair>)> {
    let records = read_records(records)?;
    let pairs = files::pairs(&said(pairs), &read(pairs, "--pairs")?, &records)?;
    Ok((records, pairs))
}

fn read_records(file: &Path) -> Result<Vec<Record>> {
    files::records(&said(file), &read(file, "--records")?)
}

fn read_relations(file: &Path, option: &str) -> Result<Vec<RelationPair>> {
    files::relations(&said(file), &read(file, option)?)
}

fn read_all(files: &[PathBuf], option: &str) -> Result<Vec<RelationPair>> {
    let read: Result<Vec<_>> = files.iter().map(|file| read_relations(file, option)).collect();
    Ok(read?.concat())
}

/// A file as it is named in what is said of it.
fn said(file: &Path) -> String {
    file.display().to_string()
}

fn read(file: &Path, option: &str) -> Result<String> {
    let refuse = |error: &dyn std::fmt::Display| {
        let expected = format!("a file of text in UTF-8 that can be read ({error})");
        Violation::new(option, "READABLE", said(file), expected).into()
    };
    let bytes = fs::read(file).map_err(|error| refuse(&error))?;
    String::from_utf8(bytes).map_err(|error| refuse(&error))
}

/// Writes a file of JSON objects, one a line.
pub fn write_lines(out: &Path, rows: &[impl Serialize]) -> Result<()> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row).map_err(Error::internal)?);
        text.push('\n');
    }
    write(out, &text)
}

/// Writes a file; `-` is standard output.
fn write(out: &Path, text: &str) -> Result<()> {
    let done = if out.as_os_str() == "-" {
        std::io::stdout().write_all(text.as_bytes())
    } else {
        fs::write(out, text)
    };
    done.map_err(|error| {
        Violation::new("--out", "WRITABLE", said(out), format!("a file that can be written ({error})")).into()
    })
}

/// The table of an evaluation: of all pairs, by source, by family.
fn drawn(table: &Evaluation) -> Table {
    let mut drawn = Table::new();
    drawn.load_style(NOTHING).set_header([
        "pairs of",
        "pairs",
        "same",
        "learned from",
        "AP",
        "95 % interval",
        "best F1",
        "recall at P 0.95",
        "AUC",
        "ECE",
    ]);
    let lines = std::iter::once(("all".to_owned(), &table.all))
        .chain(table.sources.iter().map(|(name, line)| (format!("source {name}"), line)))
        .chain(table.families.iter().map(|(name, line)| (name.clone(), line)));
    for (name, line) in lines {
        rows(&mut drawn, &name, line);
    }
    for column in [1, 2, 4, 6, 7, 8, 9] {
        if let Some(column) = drawn.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    drawn
}

fn rows(drawn: &mut Table, name: &str, line: &Line) {
    let each = [("other groups", &line.cross_validated), ("other sources", &line.leave_one_source_out)];
    for (from, figures) in each {
        let mut row = vec![name.to_owned(), line.pairs.to_string(), line.same.to_string(), from.to_owned()];
        row.extend(figures.as_ref().map_or_else(|| vec!["-".to_owned()], cells));
        drawn.add_row(row);
    }
}

fn cells(figures: &Figures) -> Vec<String> {
    let value = |figure: &Figure| format!("{:.3}", figure.value);
    let ap = &figures.average_precision;
    vec![
        value(ap),
        format!("{:.3} to {:.3}", ap.low, ap.high),
        value(&figures.best_f1),
        value(&figures.recall_at_95),
        value(&figures.auc),
        value(&figures.calibration_error),
    ]
}
