//! `onus match`: the matching engine on files alone, without a registry.

use crate::{
    cli::{Form, Match, Model as Chosen},
    commands::print_json,
};
use comfy_table::{CellAlignment, Table, presets::NOTHING};
use onus_domain::{Error, Result, Violation};
use onus_matching::{
    evaluate::{Evaluation, Line, evaluate},
    figures::{Figure, Figures},
    files::{self, LabelledPair, Record, RelationPair},
    learn,
    model::Model,
    score, tool,
};
use serde::Serialize;
use std::{borrow::Cow, fs, io::Write as _, path::Path};

/// Does one of them.
pub fn run(command: &Match) -> Result<()> {
    match command {
        Match::Score { records, pairs, model, out } => {
            let (records, pairs) = labelled(records, pairs)?;
            write_lines(out, &tool::score(&*open(model)?, &records, &pairs))
        }
        Match::Candidates { records, most, out } => {
            write_lines(out, &tool::candidates(&read_records(records)?, *most))
        }
        Match::Relate { pairs, model, out } => {
            let pairs = read_relations(pairs)?;
            write_lines(out, &tool::relate(&*open(model)?, &pairs))
        }
        Match::Evaluate { records, pairs, relations, output } => {
            let (records, pairs) = labelled(records, pairs)?;
            let mut extra = vec![];
            for file in relations {
                extra.extend(learn::of_relations(&read_relations(file)?));
            }
            let table = evaluate(&records, &pairs, &extra);
            match output.output {
                Form::Json => print_json(&table),
                Form::Table => {
                    println!("{}", drawn(&table));
                    Ok(())
                }
            }
        }
        Match::Train { records, pairs, relations, name, out } => {
            let (records, pairs) = labelled(records, pairs)?;
            let mut related = vec![];
            for file in relations {
                related.extend(read_relations(file)?);
            }
            let model = tool::train(name, &records, &pairs, &related, &[]);
            write(out, &model.to_text())
        }
    }
}

/// The model that is named, or the one that the program has in it.
fn open(chosen: &Chosen) -> Result<Cow<'static, Model>> {
    let Some(file) = &chosen.model else { return Ok(Cow::Borrowed(&*score::DEFAULT)) };
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

fn read_relations(file: &Path) -> Result<Vec<RelationPair>> {
    files::relations(&said(file), &read(file, "--pairs")?)
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

fn write_lines(out: &Path, rows: &[impl Serialize]) -> Result<()> {
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
