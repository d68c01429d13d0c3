//! Holds incremental figures against full ones: `cargo run --release -p onus-burden --example incremental -- --edits 100000 [--seed 1]`.
//!
//! Made-up registries are edited at random (collections come, go and change in every way, now and then something else does), and after each
//! edit every figure of the month is compared with that of a full computation; what is told in detail, after some. The first difference
//! ends it. Each registry gets two hundred edits.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a check: what fails, fails it")]
#![expect(clippy::print_stdout, reason = "it prints what it checks")]

mod edits;
mod figures;
mod run;
mod world;

use std::time::Instant;

const EDITS_EACH: usize = 200;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.map_or(otherwise, |at| arguments.get(at + 1).and_then(|n| n.parse().ok()).expect("a number"))
    };
    let (edits, seed) = (number("--edits", 10_000), number("--seed", 1));
    let (begun, mut done, mut of_collections, mut rows) = (Instant::now(), 0, 0, 0);
    for at in 0..edits.div_ceil(EDITS_EACH) {
        match run::run((seed + at) as u64, EDITS_EACH.min(edits - done)) {
            Err(difference) => {
                println!("{difference}");
                std::process::exit(1);
            }
            Ok(more) => {
                done += more.edits;
                of_collections += more.of_collections;
                rows += more.rows;
            }
        }
        if at % 25 == 24 {
            println!("{done} edits, {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    println!(
        "{done} edits, {of_collections} of them of collections only; {rows} providers' rows and all sums are the same. {:.0} s",
        begun.elapsed().as_secs_f64()
    );
}
