//! A call runs as many statements with much stored as with little.

use super::script::{ENDLESS, Script};
use onus_testkit::Backend;
use std::collections::BTreeMap;

type Statements = BTreeMap<&'static str, Vec<u64>>;

/// Statements that a server may have run for a stream by the time its first message is read: it reads ahead.
const AHEAD: u64 = 10;

async fn counted(backend: Backend, rows: u32) -> Statements {
    let mut script = Script::start(backend, rows).await;
    script.run().await;
    script.statements
}

/// The fewest statements of each call in two countings: what a server looks at once a second, however much it is called, may fall into
/// either.
fn fewest(one: Statements, other: &Statements) -> Statements {
    let least = |(call, runs): (&'static str, Vec<u64>)| {
        let runs = runs.into_iter().zip(&other[call]).map(|(one, other)| one.min(*other)).collect();
        (call, runs)
    };
    one.into_iter().map(least).collect()
}

/// The calls whose statements differ, with how many they were.
fn differences(little: &Statements, much: &Statements) -> Vec<String> {
    let differs = |call: &str, runs: &Vec<u64>| {
        if ENDLESS.contains(&call) { much[call].iter().any(|run| *run > AHEAD) } else { much[call] != *runs }
    };
    let differing = little.iter().filter(|(call, runs)| differs(call, runs));
    differing.map(|(call, runs)| format!("{call}: {runs:?} {:?}", much[call])).collect()
}

async fn count(backend: Backend) {
    let (mut little, mut much) = (counted(backend, 10).await, counted(backend, 1_000).await);
    if !differences(&little, &much).is_empty() {
        little = fewest(little, &counted(backend, 10).await);
        much = fewest(much, &counted(backend, 1_000).await);
    }
    let found = differences(&little, &much);
    assert!(found.is_empty(), "statements with little stored, and with much: {found:#?}");
    let every = onus_grpc::methods().expect("the contract");
    let ours = every.iter().filter_map(|path| path.strip_prefix("/onus.v1."));
    let missing: Vec<_> = ours.filter(|call| !much.contains_key(call)).collect();
    assert!(missing.is_empty(), "calls that are not in the script: {missing:?}");
}

#[tokio::test]
async fn a_call_runs_as_many_statements_with_much_stored_as_with_little() {
    count(Backend::Sqlite).await;
}

#[tokio::test]
async fn so_it_does_on_postgresql() {
    count(Backend::Postgres).await;
}
