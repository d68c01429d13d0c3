//! The data folder: marked as Onus' own, so that no other folder is ever written over, and locked by the server that uses it.

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

/// A data folder that this process holds. The lock goes with it.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Opens the folder, or makes and marks it, and locks it. Refuses a folder that is not Onus', holds another kind, is used by
    /// another process, or cannot be written.
    pub fn open(path: &Path, kind: Kind) -> Result<Self> {
        fs::create_dir_all(path).map_err(|error| {
            refuse(path, "WRITABLE", format!("a folder that can be made and written ({error})"))
        })?;
        let marker = path.join(MARKER);
        match fs::read_to_string(&marker) {
            Ok(line) if line == kind.line() => {}
            Ok(_) => {
                return Err(refuse(
                    path,
                    "SAME_KIND",
                    "another folder (--data-dir): this one holds a registry of another kind",
                ));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => mark(path, &marker, kind)?,
            Err(error) => {
                return Err(refuse(path, "READABLE", format!("a folder that can be read ({error})")));
            }
        }
        let lock = File::options().create(true).truncate(false).write(true).open(path.join(LOCK));
        let lock = lock
            .map_err(|error| refuse(path, "WRITABLE", format!("a folder that can be written ({error})")))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::Precondition {
                rule: "DATA_FOLDER_FREE",
                subject: path.display().to_string(),
                message: format!(
                    "{} is in use by another Onus: stop it, or choose another folder with --data-dir",
                    path.display()
                ),
            }),
            Err(TryLockError::Error(error)) => Err(Error::internal(error)),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn mark(path: &Path, marker: &Path, kind: Kind) -> Result<()> {
    let mut entries = fs::read_dir(path)
        .map_err(|error| refuse(path, "READABLE", format!("a folder that can be read ({error})")))?;
    if entries.next().is_some() {
        return Err(refuse(
            path,
            "OWN_FOLDER",
            "an empty or new folder, or one that Onus made: this one holds something else",
        ));
    }
    fs::write(marker, kind.line())
        .map_err(|error| refuse(path, "WRITABLE", format!("a folder that can be written ({error})")))
}

fn refuse(path: &Path, rule: &str, expected: impl Into<String>) -> Error {
    Violation::new("data_dir", rule, path.display(), expected).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_marked_locked_and_opened_again() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("a/b");
        let held = DataDir::open(&path, Kind::Demo).unwrap();
        let text = DataDir::open(&path, Kind::Demo).unwrap_err().to_string();
        assert!(text.contains("in use by another Onus"), "{text}");
        drop(held);
        DataDir::open(&path, Kind::Demo).unwrap();
    }

    #[test]
    fn another_ones_folder_is_never_written() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("thesis.txt"), "mine").unwrap();
        let text = DataDir::open(temp.path(), Kind::Demo).unwrap_err().to_string();
        assert!(text.contains("holds something else"), "{text}");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_real_registry_is_not_a_demo() {
        let temp = tempfile::tempdir().unwrap();
        DataDir::open(temp.path(), Kind::Registry).unwrap();
        assert!(DataDir::open(temp.path(), Kind::Demo).unwrap_err().to_string().contains("another kind"));
    }

    #[test]
    fn a_file_in_its_place_is_refused() {
        let temp = tempfile::NamedTempFile::new().unwrap();
        assert!(DataDir::open(temp.path(), Kind::Demo).unwrap_err().to_string().contains("data_dir"));
    }
}
