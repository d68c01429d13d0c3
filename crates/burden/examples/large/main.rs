//! How long a month's figures take, and how much memory: `cargo run --release -p onus-burden --example large -- [providers] [collections]
//! [items] [collections a provider answers] [folder]`, by default 100,000, 10,000, 100 and 300. Then how long they take after one collection
//! changed; whether these are the figures of a full computation is looked at too. The last line is one JSON object, for `cargo xtask bench
//! burden`; with a folder, the registry is written there as tables.
//!
//! The registry is made up: who answers what is arbitrary, so that no two providers owe the same; with 0 collections a provider, whole
//! types of providers answer, as most do in the sample. Beside it a bare loop counts the same asks and facts with a marked array, which is
//! as fast as the memory allows; the ratio says what all breakdowns add to that.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement: what fails, fails it")]
#![expect(clippy::print_stdout, reason = "it prints what it measures")]

mod bare;
mod world;
mod written;

use onus_burden::{BodyMonth, Burden, Changes, CollectionMonth, PairMonth, RegionMonth, Settings, TypeMonth};
use onus_domain::{Month, snapshot::Snapshot};
use std::{hint::black_box, path::Path, sync::Arc, time::Instant};
use world::{Scale, edit, lists, month, snapshot};

/// Changes one collection after another, and measures how long it takes each time until the figures of the month are fresh. Gives the
/// milliseconds of the middle one and of the slowest.
fn change(
    scale: Scale,
    burden: Burden,
    snapshot: &Snapshot,
    at: Month,
    (all, starts): &(Vec<u32>, Vec<usize>),
) -> [f64; 2] {
    const EDITS: usize = 7;
    let mut answers: Vec<Vec<u32>> =
        (0..scale.collections).map(|place| all[starts[place]..starts[place + 1]].to_vec()).collect();
    let (mut updated, mut snapshot, mut took) = (burden, snapshot.clone(), vec![]);
    for number in 0..EDITS {
        let place = (scale.collections / 2 + number * 37) % scale.collections;
        answers[place].pop();
        edit(scale, &mut snapshot, place, &answers[place]);
        let after = Arc::new(snapshot.clone());
        let changes = Changes::of([snapshot.versions[place].collection.clone()]);
        let name = format!("{} changed, nationally fresh", snapshot.versions[place].collection);
        let (made, seconds) = step(&name, || {
            let made = updated.updated(Arc::clone(&after), changes);
            black_box(made.national_month(at));
            made
        });
        updated = made;
        took.push(seconds);
    }
    took.sort_by(f64::total_cmp);
    let (breakdowns, _) = step("types, regions, bodies, pairs, collections", || sums(&updated, at));
    step("one provider's row, with its percentile", || {
        updated.provider_month(&snapshot.organisations[0].code, at)
    });
    let after = Arc::new(snapshot);
    let anew = if scale.each == 0 {
        Burden::new(Arc::clone(&after), updated.settings())
    } else {
        Burden::with_lists(Arc::clone(&after), updated.settings(), &|at| answers[at].clone())
    };
    step("the same in full, without preparing", || black_box(anew.national_month(at)));
    assert_eq!(updated.national_month(at), anew.national_month(at));
    assert_eq!(breakdowns, sums(&anew, at));
    assert_eq!(updated.provider_months(at), anew.provider_months(at));
    println!("every figure of the month is that of the full computation");
    [took[EDITS / 2], took[EDITS - 1]].map(|seconds| 1000.0 * seconds)
}

type Sums = (Vec<TypeMonth>, Vec<RegionMonth>, Vec<BodyMonth>, Vec<PairMonth>, Vec<CollectionMonth>);

fn sums(burden: &Burden, at: Month) -> Sums {
    let (types, regions, bodies) = (burden.type_months(at), burden.region_months(at), burden.body_months(at));
    (types, regions, bodies, burden.pair_months(at), burden.collection_months(at))
}

/// Peak memory in MB, and processor seconds used so far.
fn used() -> (u64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum();
    (kilobytes.unwrap_or_default() / 1024, ticks / 100.0)
}

/// Does a step and prints how long it took, by the clock and on processors.
fn step<T>(name: &str, work: impl FnOnce() -> T) -> (T, f64) {
    let (begun, before) = (Instant::now(), used().1);
    let found = work();
    let (seconds, (peak, after)) = (begun.elapsed().as_secs_f64(), used());
    println!("{name:44} {seconds:8.3} s  {:8.2} s of processors  {peak:5} MB at most", after - before);
    (found, seconds)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise: usize| {
        arguments.get(at).map_or(otherwise, |text| text.parse().expect("a number"))
    };
    let collections = number(1, 10_000);
    let scale = Scale {
        providers: number(0, 100_000),
        collections,
        items: number(2, 100),
        each: number(3, 300).min(collections),
    };
    let (snapshot, _) = step("make the registry up", || Arc::new(snapshot(scale)));
    let (settings, at) = (Settings { base_month: month("2024-03") }, month("2025-03"));
    if let Some(folder) = arguments.get(4) {
        written::write(Path::new(folder), scale, &snapshot, at).unwrap();
    }
    let lists = lists(scale);
    let (burden, prepare) = step("prepare it", || {
        let (all, starts) = &lists;
        let of = |at: usize| all[starts[at]..starts[at + 1]].to_vec();
        match scale.each {
            0 => Burden::new(Arc::clone(&snapshot), settings),
            _ => Burden::with_lists(Arc::clone(&snapshot), settings, &of),
        }
    });
    let (national, tallied) = step("the month, tallied", || burden.national_month(at));
    let (_, breakdowns) = step("its breakdowns, and the base month", || {
        black_box(sums(&burden, at));
        black_box(burden.body_indexes(at))
    });
    let (_, rows) = step("every provider's row", || black_box(burden.provider_months(at)).len());
    let (peak, _) = used();
    let (bare, full) = (bare::count(scale, &snapshot, at), tallied + breakdowns + rows);
    let content = national.content();
    if scale.each > 0 {
        assert_eq!((bare.0, bare.1), (content.asks, content.facts_plain), "bare counting");
    }
    println!(
        "the month with all breakdowns: {full:.3} s; bare counting of the same {} asks and {} facts of {} providers: {:.3} s",
        content.asks, content.facts_plain, national.providers, bare.2,
    );
    let [fresh, slowest] = change(scale, burden, &snapshot, at, &lists);
    println!(
        "{{\"providers\":{},\"asks\":{},\"facts\":{},\"prepare_s\":{prepare},\"full_s\":{full},\"bare_s\":{},\"fresh_ms\":{fresh},\
         \"slowest_ms\":{slowest},\"peak_mb\":{peak}}}",
        national.providers, content.asks, content.facts_plain, bare.2
    );
}
