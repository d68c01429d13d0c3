//! Running other programs, and finding them.

use crate::interrupt;
use std::{
    env,
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

/// Why a step failed, and what to do about it.
#[derive(Debug)]
pub struct Failed(String);

impl Failed {
    /// With a message for whoever ran xtask.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The project's folder.
pub fn root() -> PathBuf {
    // crates/xtask is two below it.
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map_or_else(PathBuf::new, Path::to_owned)
}

/// Where cargo builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that runs xtask.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // Set for xtask itself; a build script that watches it would run anew.
    command.env_remove("CARGO_MANIFEST_DIR");
    command
}

/// A program in the project's folder.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

/// Runs to the end; its output goes where ours goes.
pub fn status(command: &mut Command) -> Result<ExitStatus, Failed> {
    if interrupt::requested() {
        return Err(Failed::new("interrupted"));
    }
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|e| Failed::new(format!("cannot run {}: {e}", command.get_program().display())))?;
    interrupt::watch(Some(child.id()));
    let ended = child.wait();
    interrupt::watch(None);
    if interrupt::requested() {
        return Err(Failed::new("interrupted"));
    }
    ended.map_err(|e| Failed::new(format!("cannot wait for {}: {e}", command.get_program().display())))
}

/// Runs to the end; anything but success is a failure.
pub fn check(command: &mut Command) -> Result<(), Failed> {
    let ended = status(command)?;
    if ended.success() { Ok(()) } else { Err(Failed::new(format!("{} ({ended})", shown(command)))) }
}

/// Runs to the end and gives its standard output.
pub fn output(command: &mut Command) -> Result<String, Failed> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Failed::new(format!("cannot run {}: {e}", command.get_program().display())))?;
    if !output.status.success() {
        return Err(Failed::new(format!("{} ({})", shown(command), output.status)));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failed::new(format!("{} did not answer in UTF-8", shown(command))))
}

/// Runs quietly; whether it succeeded.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Where a program is, by the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_found_and_failures_name_the_command() {
        assert!(root().join("crates/xtask/Cargo.toml").is_file());
        assert!(find("sh").is_some() && find("no-such-program").is_none());
        assert_eq!(output(program("echo").arg("hello")).unwrap(), "hello\n");
        let failed = check(program("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(failed.contains("sh -c exit 3") && failed.contains('3'), "{failed}");
    }
}
