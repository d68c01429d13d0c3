//! `onus match` on a registry: what stewards ruled there, and what another model or vocabulary would change. Neither changes anything.

use crate::{
    cli::{Form, Match, Matching},
    commands::{check_held, look, print_json, table},
    config::Settings,
    matching::{take_up, write_lines},
    progress::Progress,
};
use comfy_table::CellAlignment;
use onus_app::App;
use onus_domain::Result;
use onus_matching::{
    files::relation_line,
    live,
    sample::Share,
    shadow::{Agreement, Changed, Shadow},
};
use serde::Serialize;
use std::{fmt::Write as _, path::Path};

/// Pairs that are named on the screen; `--out` has them all.
const MOST_SHOWN: usize = 20;

/// Does one of them.
pub async fn run(settings: &Settings, options: &Matching) -> Result<()> {
    check_held(settings)?;
    let mut matching = settings.matching.clone();
    let text = |path: &Path| path.to_string_lossy().into_owned();
    if let Some(folder) = &options.vocabulary {
        matching.vocabulary = text(folder);
    }
    if let Match::Shadow { model, .. } = &options.command
        && let Some(file) = &model.model
    {
        matching.model = text(file);
    }
    take_up(&matching)?;
    let app = look(settings).await?;
    match &options.command {
        Match::Decisions { out } => decisions(&app, out).await,
        Match::Shadow { out, output, .. } => shadow(&app, out.as_deref(), output.output).await,
        _ => Ok(()),
    }
}

async fn decisions(app: &App, out: &Path) -> Result<()> {
    let ruled = app.rulings().await?;
    write_lines(out, &ruled.pairs.iter().map(relation_line).collect::<Vec<_>>())?;
    eprintln!("{} pairs written, {} on earlier versions left out", ruled.pairs.len(), ruled.outdated);
    Ok(())
}

/// What is printed of the candidate.
#[derive(Serialize)]
struct Outcome<'s> {
    candidate: &'s str,
    #[serde(flatten)]
    shadow: &'s Shadow,
    changed: usize,
    begin_to_be_same: Vec<&'s Changed>,
    cease_to_be_same: Vec<&'s Changed>,
}

async fn shadow(app: &App, out: Option<&Path>, form: Form) -> Result<()> {
    let progress = Progress::new();
    let step = progress.step("Matching definitions");
    let shadow = app.shadow(step.counter()).await?;
    step.done("done");
    if let Some(out) = out {
        write_lines(out, &shadow.changed)?;
    }
    let of = |is: fn(&Changed) -> bool| shadow.changed.iter().filter(|one| is(one)).collect();
    let outcome = Outcome {
        candidate: &live::model().name,
        shadow: &shadow,
        changed: shadow.changed.len(),
        begin_to_be_same: of(Changed::begins),
        cease_to_be_same: of(Changed::ends),
    };
    match form {
        Form::Json => print_json(&outcome),
        Form::Table => {
            println!("{}", drawn(&outcome));
            Ok(())
        }
    }
}

fn drawn(outcome: &Outcome<'_>) -> String {
    let shadow = outcome.shadow;
    let held: Vec<_> = shadow.models.iter().map(String::as_str).collect();
    let mut counts = table(&["matches", "", "held", "candidate"]);
    for one in &shadow.counts {
        let (relation, strength) = (one.relation.to_string(), one.strength.to_string());
        counts.add_row([relation, strength, one.before.to_string(), one.after.to_string()]);
    }
    let mut rulings = table(&["by stewards' rulings", "precision of SAME", "recall of SAME"]);
    for (name, agreement) in [("held", &shadow.before), ("candidate", &shadow.after)] {
        let Agreement { precision, recall, .. } = agreement;
        rulings.add_row([name.to_owned(), share(*precision), share(*recall)]);
    }
    for column in [2, 3] {
        if let Some(column) = counts.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    format!(
        "held: {}; candidate: {}\n{counts}\n{} pairs change their relation or strength\n{}{}\n{rulings}\n{} rulings that hold",
        if held.is_empty() { "nothing".to_owned() } else { held.join(", ") },
        outcome.candidate,
        outcome.changed,
        named("begin to be SAME", &outcome.begin_to_be_same),
        named("cease to be SAME", &outcome.cease_to_be_same),
        shadow.before.ruled,
    )
}

fn named(what: &str, pairs: &[&Changed]) -> String {
    let mut out = format!("{} of them {what}\n", pairs.len());
    for one in pairs.iter().take(MOST_SHOWN) {
        let score = one.after.or(one.before).map(|found| found.score).unwrap_or_default();
        let _ = writeln!(out, "  {} / {} ({score:.2})", one.left, one.right);
    }
    out
}

fn share(share: Option<Share>) -> String {
    share.map_or_else(
        || "-".to_owned(),
        |share| format!("{:.3} ({:.3} to {:.3})", share.value, share.low, share.high),
    )
}
