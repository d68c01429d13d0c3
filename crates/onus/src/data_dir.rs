//! The data folder: marked as Onus' own, so that no other folder is ever written over, and locked by whoever changes it as a whole.

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
        if claim(path, kind)? == kind {
            return Self::lock(path);
        }
        let expected = "another folder (--data-dir): this one holds a registry of another kind";
        Err(refuse(path, "SAME_KIND", expected))
    }

    /// Opens the folder of either kind, or makes and marks one for a registry, and locks it. Refuses as [`DataDir::open`] does.
    pub fn open_any(path: &Path) -> Result<Self> {
        claim(path, Kind::Registry)?;
        Self::lock(path)
    }

    fn lock(path: &Path) -> Result<Self> {
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

/// Refuses a folder in which no Onus keeps a registry. Changes nothing: for commands that only read, which a server may run beside.
pub fn check(path: &Path) -> Result<()> {
    let expected =
        "a folder that holds a registry: `onus import` or `onus demo` makes one, --data-dir names it";
    marked(path)?.map(drop).ok_or_else(|| refuse(path, "REGISTRY", expected))
}

/// Makes sure that the folder is Onus', marking it as of `kind` if it is new or empty. Answers the kind it is of.
pub fn claim(path: &Path, kind: Kind) -> Result<Kind> {
    fs::create_dir_all(path).map_err(|error| {
        refuse(path, "WRITABLE", format!("a folder that can be made and written ({error})"))
    })?;
    if let Some(marked) = marked(path)? {
        return Ok(marked);
    }
    let mut entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
    if entries.next().is_some() {
        let expected = "an empty or new folder, or one that Onus made: this one holds something else";
        return Err(refuse(path, "OWN_FOLDER", expected));
    }
    fs::write(path.join(MARKER), kind.line())
        .map_err(|error| refuse(path, "WRITABLE", format!("a folder that can be written ({error})")))?;
    Ok(kind)
}

/// The kind that a folder is marked as; `None` if it is not marked.
fn marked(path: &Path) -> Result<Option<Kind>> {
    match fs::read_to_string(path.join(MARKER)) {
        Ok(line) => {
            let known = [Kind::Demo, Kind::Registry].into_iter().find(|kind| kind.line() == line);
            let expected = "a folder that this version of Onus knows: its onus-data.txt says otherwise";
            known.map(Some).ok_or_else(|| refuse(path, "KNOWN_KIND", expected))
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    refuse(path, "READABLE", format!("a folder that can be read ({error})"))
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
    fn either_kind_is_imported_into_and_read_and_a_strangers_folder_is_not() {
        let temp = tempfile::tempdir().unwrap();
        let (made, other) = (temp.path().join("made"), temp.path().join("other"));
        assert!(check(&made).unwrap_err().to_string().contains("REGISTRY"));
        drop(DataDir::open_any(&made).unwrap());
        check(&made).unwrap();
        drop(DataDir::open(&made, Kind::Registry).unwrap());
        fs::create_dir(&other).unwrap();
        fs::write(other.join("thesis.txt"), "mine").unwrap();
        assert!(DataDir::open_any(&other).unwrap_err().to_string().contains("OWN_FOLDER"));
        assert!(check(&other).unwrap_err().to_string().contains("REGISTRY"));
        fs::write(made.join(MARKER), "Onus data folder: of a later version\n").unwrap();
        assert!(check(&made).unwrap_err().to_string().contains("KNOWN_KIND"));
    }

    #[test]
    fn a_file_in_its_place_is_refused() {
        let temp = tempfile::NamedTempFile::new().unwrap();
        assert!(DataDir::open(temp.path(), Kind::Demo).unwrap_err().to_string().contains("data_dir"));
    }
}
