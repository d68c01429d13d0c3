//! The tools that the checks need: found, or installed where that may be done, or the line that installs them.

use crate::{
    postgres,
    run::{self, Failed},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where the tools are.
#[derive(Debug)]
pub struct Tools {
    /// Folder of PostgreSQL's server programs.
    pub postgres: PathBuf,
    /// The buf program.
    pub buf: PathBuf,
    /// The Python that has the client's packages.
    pub python: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
}

/// Finds or installs all of them.
pub fn all() -> Result<Tools, Failed> {
    debian_packages()?;
    let buf = node_packages()?;
    let python = python_packages()?;
    nextest()?;
    let postgres =
        postgres::programs().ok_or_else(|| missing("PostgreSQL's server programs", &["postgresql"]))?;
    let chromium = chromium().ok_or_else(|| missing("Chromium", &["chromium"]))?;
    Ok(Tools { postgres, buf, python, chromium })
}

/// Only what lints need: buf.
pub fn lints() -> Result<PathBuf, Failed> {
    if !has("node") || !has("npm") {
        install(&["nodejs", "npm"])?;
    }
    node_packages()
}

fn has(name: &str) -> bool {
    run::find(name).is_some()
}

fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("ONUS_TEST_CHROMIUM") {
        return Some(named.into());
    }
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].into_iter().find_map(run::find)
}

/// What Debian and its kin have, in one call.
fn debian_packages() -> Result<(), Failed> {
    let wanted = [
        ("postgresql", postgres::programs().is_some()),
        ("postgresql-client", has("psql")),
        ("chromium", chromium().is_some()),
        ("faketime", has("faketime")),
        ("nodejs", has("node")),
        ("npm", has("npm")),
        ("python3", has("python3")),
        ("python3-venv", run::succeeds(run::program("python3").args(["-c", "import ensurepip, venv"]))),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

fn install(packages: &[&str]) -> Result<(), Failed> {
    if !nix::unistd::geteuid().is_root() || !has("apt-get") {
        return Err(missing("tools", packages));
    }
    println!("installing {}", packages.join(" "));
    let apt = || {
        let mut command = run::program("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-qq");
        command
    };
    run::check(apt().arg("update"))?;
    run::check(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

fn missing(what: &str, packages: &[&str]) -> Failed {
    Failed::new(format!(
        "{what} missing; on Debian or Ubuntu run:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    ))
}

/// Runs `make` unless the copy of `wish` that it left behind last time at `stamp` is still the same.
fn once(wish: &Path, stamp: &Path, make: impl FnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    let wanted = fs::read(wish).map_err(|e| Failed::new(format!("cannot read {}: {e}", wish.display())))?;
    if fs::read(stamp).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    make()?;
    fs::write(stamp, wanted).map_err(|e| Failed::new(format!("cannot write {}: {e}", stamp.display())))
}

/// The browser's packages and buf, exactly as locked.
fn node_packages() -> Result<PathBuf, Failed> {
    let folder = run::root().join("tests/browser");
    once(&folder.join("package-lock.json"), &folder.join("node_modules/.made-from.json"), || {
        run::check(
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
                .current_dir(&folder),
        )
        .map_err(|e| Failed::new(format!("{e}; it needs an npm registry: run it again in tests/browser")))
    })?;
    Ok(folder.join("node_modules/.bin/buf"))
}

/// The foreign client's packages, in an environment of their own.
fn python_packages() -> Result<PathBuf, Failed> {
    python(&run::root().join("tests/client/requirements.txt"), &run::target().join("venv"))
}

/// The Python of an environment that has the packages of a file and no others.
pub fn python(wish: &Path, venv: &Path) -> Result<PathBuf, Failed> {
    let python = venv.join("bin/python");
    once(wish, &venv.join("made-from.txt"), || {
        run::check(run::program("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
        run::check(
            run::program(&python)
                .args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--only-binary=:all:",
                    "-r",
                ])
                .arg(wish),
        )
    })?;
    Ok(python)
}

fn nextest() -> Result<(), Failed> {
    if run::succeeds(run::cargo().args(["nextest", "--version"])) {
        return Ok(());
    }
    println!("installing cargo-nextest");
    run::check(run::cargo().args(["install", "--locked", "cargo-nextest"]))
        .map_err(|e| Failed::new(format!("{e}; run: cargo install --locked cargo-nextest")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_made_once_for_each_wish() {
        let folder = tempfile::tempdir().unwrap();
        let (wish, stamp) = (folder.path().join("wish"), folder.path().join("stamp"));
        let mut made = 0;
        for (text, expected) in [("a", 1), ("a", 1), ("b", 2)] {
            fs::write(&wish, text).unwrap();
            once(&wish, &stamp, || {
                made += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(made, expected);
        }
        fs::write(&wish, "c").unwrap();
        assert!(once(&wish, &stamp, || Err(Failed::new("offline"))).is_err());
        assert_eq!(fs::read(&stamp).unwrap(), b"b", "a failure leaves no trace of success");
    }

    #[test]
    fn what_is_missing_comes_with_the_line_that_installs_it() {
        let message = missing("tools", &["postgresql", "chromium"]).to_string();
        assert!(
            message.contains("apt-get install -y --no-install-recommends postgresql chromium"),
            "{message}"
        );
    }
}
