//! From an empty folder to a report, on both databases; and the figures recomputed by others from what is published.

use onus_tests::{Database, Demo, TODAY, python, run};
use rstest::rstest;
use serde_json::Value;
use std::{fs, path::PathBuf};

fn demo_again(demo: &Demo) -> Value {
    let output = run(&mut demo.command(&["demo", "--no-serve", "-o", "json", "--today", TODAY]));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// Without what tells one run or folder from another.
fn figures(summary: &Value) -> Value {
    let mut figures = summary.clone();
    let object = figures.as_object_mut().expect("an object");
    for key in ["changed", "data_dir", "report"] {
        object.remove(key);
    }
    figures
}

#[rstest]
fn a_second_run_changes_nothing(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    assert_eq!(demo.summary()["changed"], true);
    let before = demo.stored();
    let again = demo_again(&demo);
    assert_eq!(again["changed"], false);
    assert_eq!(demo.stored(), before);
    assert_eq!(figures(&again), figures(demo.summary()));
}

#[test]
fn both_databases_give_the_same_figures() {
    let (file, server) = (Demo::copy(Database::Sqlite), Demo::copy(Database::Postgres));
    assert_eq!(figures(file.summary()), figures(server.summary()));
}

#[rstest]
fn figures_are_recomputed_from_the_published_inputs(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let out = demo.folder().join("open-data");
    run(demo.command(&["export", "registry", "--out"]).arg(&out));
    let month = demo.summary()["month"].as_str().expect("the summary names its month").to_owned();
    let output = run(python("recompute.py").arg(&out).arg(month));
    let recomputed: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    for figure in ["asks", "facts_plain", "facts_strict"] {
        assert!(recomputed[figure].as_u64().is_some_and(|value| value > 0), "{figure}: {recomputed}");
        assert_eq!(recomputed[figure], demo.summary()[figure], "{figure}");
    }
    for rate in ["rate_plain", "rate_strict"] {
        let exact = recomputed[rate].as_str().expect("a fraction");
        let (facts, asks) = exact.split_once('/').unwrap_or((exact, "1"));
        let [facts, asks] = [facts, asks].map(|number| number.parse::<f64>().expect("a whole number"));
        // Both are the number nearest to the exact rate.
        assert_eq!(Some(facts / asks), demo.summary()[rate].as_f64(), "{rate}");
    }
}

fn edition(demo: &Demo) -> PathBuf {
    let month = demo.summary()["month"].as_str().expect("the summary names its month");
    demo.folder().join("data/editions").join(month)
}

/// An edition's folder is enough: every figure is recomputed from what stands beside it, to the last digit, for each provider.
#[test]
fn every_figure_is_recomputed_from_the_edition_alone() {
    let demo = Demo::copy(Database::Sqlite);
    let folder = edition(&demo);
    let output = run(python("compare_edition.py").arg(&folder));
    let found: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(found["different"], 0, "{:#}", found["first"]);
    for (table, lines) in
        [("provider_month", 6_718), ("body_month", 3), ("pair_month", 1), ("national_month", 1)]
    {
        let published = fs::read_to_string(folder.join(table).with_extension("csv")).expect("a table");
        let columns = published.lines().next().expect("a header").split(',');
        for column in columns {
            assert_eq!(found["equal"][format!("{table}.{column}")], lines, "{table}.{column}");
        }
    }
}

#[rstest]
fn files_are_what_their_data_package_says(
    #[values(Database::Sqlite, Database::Postgres)] database: Database,
) {
    let demo = Demo::copy(database);
    let registry = demo.folder().join("open-data");
    run(demo.command(&["export", "registry", "--out"]).arg(&registry));
    let resources = [registry, edition(&demo)].map(|folder| {
        let output = run(python("check_package.py").arg(&folder));
        let found: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
        let lines = found["lines"].as_object().expect("lines of each resource").clone();
        assert_eq!(lines["organisations"], 6_722, "{lines:?}");
        lines
    });
    let [inputs, both] = &resources;
    assert_eq!(inputs.len(), 16);
    // One package over both: what an edition adds to the inputs are its figures.
    let figures: Vec<_> = both.keys().filter(|name| !inputs.contains_key(*name)).collect();
    assert_eq!(
        figures,
        [
            "body_month",
            "cross_sector_month",
            "decomposition",
            "national_month",
            "pair_month",
            "provider_month",
            "target_month"
        ]
    );
    assert_eq!((&both["provider_month"], &both["national_month"]), (&6_718.into(), &1.into()));
    assert!(inputs.iter().all(|(name, lines)| both[name] == *lines));
}

#[rstest]
fn two_exports_are_the_same_bytes(#[values(Database::Sqlite, Database::Postgres)] database: Database) {
    let demo = Demo::copy(database);
    let folders = ["one", "two"].map(|name| demo.folder().join(name));
    for folder in &folders {
        run(demo.command(&["export", "registry", "--out"]).arg(folder));
    }
    let mut names: Vec<_> =
        fs::read_dir(&folders[0]).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    for name in names {
        let [one, two] =
            [&folders[0], &folders[1]].map(|folder| fs::read(folder.join(&name)).expect("a file"));
        assert!(one == two, "{} differs", name.display());
    }
}
