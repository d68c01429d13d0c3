//! Figures are what an outsider makes of the registry that stands beside them: a script that shares no code with Onus recomputes every cell
//! of editions of made-up registries, which have what a sample hardly has: mergers and splits, statements that change, providers that open
//! late, work of months, sizes, dear and cheap years, reuse, suspensions, time returns.

#![expect(clippy::unwrap_used, reason = "a test: what fails, fails it")]

#[path = "../../burden/examples/incremental/edits.rs"]
mod edits;
#[path = "../../burden/examples/incremental/world.rs"]
mod world;

use chrono::{Days, NaiveTime};
use edits::edit;
use onus_burden::{Burden, ProviderMonth, Settings};
use onus_domain::{
    Month,
    concept::{ConceptMember, Strength},
    organisation::Succession,
    snapshot::Snapshot,
    submission::{Submission, TimeReturn},
};
use onus_report::{Publication, files};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use world::{DEFINITIONS, Dice, day, defined, in_order, of, provider, world};

const WORLDS: u64 = 60;
const EDITS: usize = 25;
/// Places of definitions that are only possible, in each world.
const POSSIBLE: usize = 6;

fn settings() -> Settings {
    Settings { base_month: of("2023-03") }
}

fn burden(snapshot: &Snapshot) -> Burden {
    Burden::new(Arc::new(snapshot.clone()), settings())
}

/// A registry after some edits, with more successions and time returns than worlds have.
fn registry(dice: &mut Dice) -> Snapshot {
    let mut snapshot = world(dice);
    let figures = burden(&snapshot);
    for _ in 0..EDITS {
        edit(dice, &mut snapshot, &figures);
    }
    for _ in 0..dice.below(5) {
        let (predecessor, successor) = (provider(dice.below(12)), provider(dice.below(12)));
        let share = of(dice.pick(&["0.25", "0.5", "0.7", "1"]));
        let date = dice.pick(&[day("2023-07-01"), day("2023-07-01"), day("2024-04-16"), day("2022-10-01")]);
        snapshot.successions.push(Succession { predecessor, successor, date, share });
    }
    snapshot
        .successions
        .sort_by(|a, b| (&a.predecessor, &a.successor, a.date).cmp(&(&b.predecessor, &b.successor, b.date)));
    snapshot
        .successions
        .dedup_by(|a, b| (&a.predecessor, &a.successor, a.date) == (&b.predecessor, &b.successor, b.date));
    // Edits that come together may make a collection or a version twice.
    snapshot.collections.dedup_by(|a, b| a.id == b.id);
    snapshot.versions.dedup_by(|a, b| (&a.collection, a.number) == (&b.collection, b.number));
    // What is asked is defined.
    for id in (0..40).map(|place| of(&format!("e{place}"))) {
        snapshot.definitions.push(defined(dice, id));
    }
    snapshot.definitions.sort_by(|a, b| a.id.cmp(&b.id));
    // Of what is asked, some may be the same as something else that is.
    for _ in 0..POSSIBLE {
        let (one, other) = (dice.below(DEFINITIONS), dice.below(DEFINITIONS));
        let (definition, concept) = (of(&format!("d{one}")), of(&format!("d{other}")));
        let is_of = |member: &ConceptMember| member.definition == definition && member.concept == concept;
        if !snapshot.concepts.iter().any(is_of) {
            snapshot.concepts.push(ConceptMember { definition, concept, strength: Strength::Possible });
        }
    }
    submit(dice, &mut snapshot);
    in_order(&mut snapshot);
    snapshot
}

/// Receipts for a part of what is owed, some of them with the time that it took.
fn submit(dice: &mut Dice, snapshot: &mut Snapshot) {
    let figures = burden(snapshot);
    let known: BTreeSet<_> = snapshot.submissions.iter().map(|one| one.obligation.clone()).collect();
    for place in 0..12 {
        for obligation in figures.obligations(&provider(place), day("2023-06-01"), day("2025-03-31")) {
            if !known.contains(&obligation) && dice.once_in(4) {
                let at = obligation.due_date + Days::new(dice.below(9) as u64);
                let time_return =
                    dice.once_in(2).then(|| TimeReturn { minutes: dice.number(900), people: 1 });
                snapshot.submissions.push(Submission {
                    obligation,
                    submitted_at: at.and_time(NaiveTime::MIN).and_utc(),
                    time_return,
                });
            }
        }
    }
}

/// Writes the edition of a registry; gives the figures of its providers.
fn publish(snapshot: &Snapshot, month: Month, folder: &Path) -> Vec<ProviderMonth> {
    let burden = burden(snapshot);
    let publication = Publication {
        snapshot,
        burden: &burden,
        overlaps: vec![],
        month,
        revision: 1,
        closing_date: month.last_day(),
        notice: None,
        audit_head: None,
    };
    fs::create_dir(folder).unwrap();
    for file in files(&publication).unwrap() {
        fs::write(folder.join(file.path), file.bytes).unwrap();
    }
    burden.provider_months(month)
}

fn python() -> Command {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let python = std::env::var_os("ONUS_TEST_PYTHON").map(PathBuf::from);
    let python = python.unwrap_or_else(|| root.join("target/venv/bin/python"));
    assert!(python.is_file(), "{} is missing; run: cargo xtask needs", python.display());
    let mut command = Command::new(python);
    command.arg(root.join("tests/client/compare_edition.py"));
    command
}

#[test]
fn every_figure_is_recomputed_to_the_last_digit() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = vec![];
    let folders: Vec<_> = (0..WORLDS)
        .map(|seed| {
            let mut dice = Dice(seed);
            let snapshot = registry(&mut dice);
            let month = of::<Month>("2022-09").plus(i32::try_from(dice.below(31)).unwrap());
            let own = folder.path().join(seed.to_string());
            rows.extend(publish(&snapshot, month, &own));
            own
        })
        .collect();
    let output = python().args(&folders).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let found: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for one in &found {
        assert_eq!(one["different"], 0, "{}: {:#}", one["folder"], one["first"]);
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(found.len() as u64, WORLDS);

    // What makes it hard is there.
    let some = |what: &str, is_so: fn(&ProviderMonth) -> bool| {
        let count = rows.iter().filter(|row| is_so(row)).count();
        assert!(count > 5, "{what}: only {count} of {} providers", rows.len());
    };
    some("links over re-estimation", |row| row.index != row.index_as_published);
    some("intervals", |row| row.hours_low.as_ref() != Some(&row.hours) && row.hours_low.is_some());
    some("receipts", |row| row.obligations_met > 0);
    some("facts that fold", |row| row.content().facts_strict < row.content().facts_plain);
    some("possible duplicates", |row| row.content().possible_duplicates > 0);
    some("avoidable hours", |row| !row.avoidable_hours.is_zero());
    some("sizes unknown", |row| row.size.is_none());
    some("no index", |row| row.index.is_none());
}
