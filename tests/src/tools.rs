//! Programs that tests run: Onus itself, Node, Python, psql.

use serde_json::Value;
use std::{
    env,
    ffi::OsStr,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the project").to_owned()
}

/// Where cargo builds: `…/target`, three above this test (`target/debug/deps/test`).
pub fn target() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    test.ancestors().nth(3).expect("a test lies in target/debug/deps").to_owned()
}

/// The program under test. `cargo xtask test` has built it; else it is built now, so that it is never an old one.
pub fn onus() -> PathBuf {
    if let Some(built) = env::var_os("ONUS_TEST_BINARY") {
        return built.into();
    }
    run(Command::new(env!("CARGO"))
        // As tests are built: a narrower choice would choose other features, and build every dependency once more.
        .args(["build", "--quiet", "--workspace", "--all-targets"])
        .current_dir(root()));
    target().join("debug/onus")
}

/// Runs a program to its end, which must be a good one.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|e| panic!("cannot run {}: {e}", name(command)));
    assert!(
        output.status.success(),
        "{} ended with {}\n{}",
        name(command),
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs a script of `tests/browser` with `input` as JSON on its standard input. Gives its answer, and whether it ended
/// with 0; an end with 2 or more, or without an answer, is a failure of the test.
pub fn node(script: &str, input: &Value) -> (Value, bool) {
    let folder = root().join("tests/browser");
    assert!(
        folder.join("node_modules/playwright-core").is_dir(),
        "the browser's packages are missing; run: cargo xtask needs"
    );
    let mut child = Command::new("node")
        .arg(script)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node is missing; run: cargo xtask needs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.to_string().as_bytes()).expect("the script reads its input");
    drop(stdin);
    let output = child.wait_with_output().expect("the script ends");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{script} ended with {}\n{errors}", output.status);
    let answer = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{script} answered no JSON ({e})\n{errors}"));
    (answer, output.status.success())
}

/// Python with the packages of `tests/client/requirements.txt`, to run a script of `tests/client`.
pub fn python(script: &str) -> Command {
    let python =
        env::var_os("ONUS_TEST_PYTHON").map_or_else(|| target().join("venv/bin/python"), PathBuf::from);
    assert!(python.is_file(), "{} is missing; run: cargo xtask needs", python.display());
    let mut command = Command::new(python);
    command.arg(script).current_dir(root().join("tests/client"));
    command
}

/// The browser that tests use, as the configuration names it.
pub fn chromium() -> String {
    env::var("ONUS_TEST_CHROMIUM").unwrap_or_else(|_| "auto".to_owned())
}

/// A PostgreSQL with the right to make databases.
pub fn postgres_url() -> String {
    env::var("ONUS_TEST_POSTGRES_URL")
        .expect("ONUS_TEST_POSTGRES_URL is not set; run: cargo xtask pg -- cargo nextest run -p onus-tests")
}

/// Runs one statement in the database at `url`; gives its rows as text.
pub fn psql(url: &str, statement: &str) -> String {
    let mut command = Command::new("psql");
    command.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, url]);
    String::from_utf8(run(&mut command).stdout).expect("psql answers in UTF-8").trim().to_owned()
}

/// The same command without root's right to pass over permissions, so that what is read-only is so for root too.
pub fn bound_by_permissions(command: &Command) -> Command {
    if !nix::unistd::geteuid().is_root() {
        return same(command, Command::new(command.get_program()));
    }
    let rights = "-dac_override,-dac_read_search";
    let mut bound = Command::new("setpriv");
    bound.args([format!("--bounding-set={rights}"), format!("--inh-caps={rights}"), "--".to_owned()]);
    bound.arg(command.get_program());
    same(command, bound)
}

/// Gives `made` the arguments, the environment and the folder of `command`.
fn same(command: &Command, mut made: Command) -> Command {
    made.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => made.env(name, value),
            None => made.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        made.current_dir(folder);
    }
    made
}
