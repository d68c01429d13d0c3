//! The pictures of `docs/`, drawn anew.

use crate::{
    needs,
    run::{self, Failed},
};
use std::process::ExitCode;

/// `cargo xtask pictures`.
pub fn draw() -> Result<ExitCode, Failed> {
    let tools = needs::all()?;
    run::check(run::cargo().args(["build", "--workspace", "--all-targets"]))?;
    let built = run::target().join("debug");
    let gallery = run::target().join("gallery");
    run::check(run::program(built.join("examples/gallery")).arg(&gallery))?;
    let mut draw = run::program("node");
    draw.arg(run::root().join("tests/browser/pictures.mjs")).arg(built.join("onus")).arg(&gallery);
    // What the tests of people's stories saw, if they were run.
    draw.arg(run::target().join("end-to-end")).arg(run::root().join("docs"));
    run::check(draw.env("ONUS_TEST_CHROMIUM", &tools.chromium))?;
    Ok(ExitCode::SUCCESS)
}
