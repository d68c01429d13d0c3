//! Incremental figures are those of a full computation, after every edit. The long run is `--example incremental`.

#![expect(clippy::unwrap_used, reason = "a test: what fails, fails it")]

#[path = "../examples/incremental/edits.rs"]
mod edits;
#[path = "../examples/incremental/figures.rs"]
mod figures;
#[path = "../examples/incremental/run.rs"]
mod run;
#[path = "../examples/incremental/world.rs"]
mod world;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn an_update_gives_what_a_full_computation_gives(seed in any::<u64>()) {
        let done = run::run(seed, 20).map_err(TestCaseError::fail)?;
        prop_assert!(done.of_collections > 0 && done.rows == 240);
    }
}
