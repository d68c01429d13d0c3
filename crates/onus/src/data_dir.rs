//! The data folder: marked as Onus' own, so that no other folder is ever written over, and locked by the server that uses it and by
//! whatever changes its schema.

use onus_domain::{Error, Result, Violation};
use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

const MARKER: &str = "onus-data.txt";
const LOCK: &str = "onus.lock";

/// What a data folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The demo's sample registry.
    Demo,
    /// A registry for real.
    Registry,
}

impl Kind {
    fn line(self) -> &'static str {
        match self {
            Self::Demo => "Onus data folder: demo\n",
            Self::Registry => "Onus data folder: registry\n",
        }
    }
}

/// A data folder of Onus'. While `lock` is held no other process opens it with [`DataDir::hold`].
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    kind: Kind,
    lock: Option<File>,
}

impl DataDir {
    /// Finds a folder that Onus made, of whatever kind. Writes nothing.
    pub fn find(path: &Path) -> Result<Self> {
        match fs::read_to_string(path.join(MARKER)) {
            Ok(line) => {
                let kind = [Kind::Demo, Kind::Registry].into_iter().find(|kind| line == kind.line());
                let kind = kind.ok_or_else(|| {
                    refuse(
                        path,
                        "KNOWN_KIND",
                        format!("a folder that this Onus knows: {MARKER} says {line:?}"),
                    )
                })?;
                Ok(Self { path: path.to_owned(), kind, lock: None })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Err(refuse(
                path,
                "OWN_FOLDER",
                "a folder that Onus made: `onus demo`, `onus migrate` or `onus serve` make one",
            )),
            Err(error) => Err(refuse(path, "READABLE", format!("a folder that can be read ({error})"))),
        }
    }

    /// Finds a folder that Onus made, or makes and marks a new one as `kind`. Refuses a folder that holds something else, or that cannot
    /// be written.
    pub fn find_or_make(path: &Path, kind: Kind) -> Result<Self> {
        if !path.join(MARKER).exists() {
            fs::create_dir_all(path).map_err(|error| {
                refuse(path, "WRITABLE", format!("a folder that can be made and written ({error})"))
            })?;
            mark(path, kind)?;
        }
        Self::find(path)
    }

    /// Refuses a folder of another kind.
    pub fn of_kind(self, kind: Kind) -> Result<Self> {
        if self.kind == kind {
            return Ok(self);
        }
        let holds = match self.kind {
            Kind::Demo => "the demo's sample",
            Kind::Registry => "a registry run for real",
        };
        Err(refuse(&self.path, "SAME_KIND", format!("another folder (--data-dir): this one holds {holds}")))
    }

    /// Locks the folder for this process, until this is dropped.
    pub fn hold(mut self) -> Result<Self> {
        let unwritable =
            |error| refuse(&self.path, "WRITABLE", format!("a folder that can be written ({error})"));
        let file = File::options().create(true).truncate(false).write(true).open(self.path.join(LOCK));
        let lock = file.map_err(unwritable)?;
        match lock.try_lock() {
            Ok(()) => self.lock = Some(lock),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Precondition {
                    rule: "DATA_FOLDER_FREE",
                    subject: self.path.display().to_string(),
                    message: format!(
                        "{} is in use by another Onus: stop it, or choose another folder with --data-dir",
                        self.path.display()
                    ),
                });
            }
            Err(TryLockError::Error(error)) => return Err(Error::internal(error)),
        }
        Ok(self)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn mark(path: &Path, kind: Kind) -> Result<()> {
    let mut entries = fs::read_dir(path)
        .map_err(|error| refuse(path, "READABLE", format!("a folder that can be read ({error})")))?;
    if entries.next().is_some() {
        return Err(refuse(
            path,
            "OWN_FOLDER",
            "an empty or new folder, or one that Onus made: this one holds something else",
        ));
    }
    fs::write(path.join(MARKER), kind.line())
        .map_err(|error| refuse(path, "WRITABLE", format!("a folder that can be written ({error})")))
}

fn refuse(path: &Path, rule: &str, expected: impl Into<String>) -> Error {
    Violation::new("data_dir", rule, path.display(), expected).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(path: &Path, kind: Kind) -> Result<DataDir> {
        DataDir::find_or_make(path, kind)?.of_kind(kind)?.hold()
    }

    #[test]
    fn it_is_made_marked_locked_and_opened_again() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a/b");
        let held = hold(&path, Kind::Demo).unwrap();
        let text = hold(&path, Kind::Demo).unwrap_err().to_string();
        assert!(text.contains("in use by another Onus"), "{text}");
        DataDir::find(&path).expect("others may look");
        drop(held);
        hold(&path, Kind::Demo).unwrap();
    }

    #[test]
    fn another_ones_folder_is_never_written() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("thesis.txt"), "mine").unwrap();
        let text = hold(temp.path(), Kind::Demo).unwrap_err().to_string();
        assert!(text.contains("holds something else"), "{text}");
        assert!(DataDir::find(temp.path()).unwrap_err().to_string().contains("that Onus made"));
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn looking_makes_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("nowhere");
        DataDir::find(&path).unwrap_err();
        assert!(!path.exists());
    }

    #[test]
    fn a_real_registry_is_not_a_demo() {
        let temp = tempfile::tempdir().unwrap();
        hold(temp.path(), Kind::Registry).unwrap();
        let text = hold(temp.path(), Kind::Demo).unwrap_err().to_string();
        assert!(text.contains("a registry run for real"), "{text}");
    }

    #[test]
    fn a_file_in_its_place_is_refused() {
        let temp = tempfile::NamedTempFile::new().unwrap();
        assert!(hold(temp.path(), Kind::Demo).unwrap_err().to_string().contains("data_dir"));
    }
}
