//! Where the sample's files come from.

use crate::{problems::Problems, table::MOST_BYTES};
use onus_domain::Violation;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A set of files in the form of the sample.
#[derive(Debug, Clone)]
pub enum Files {
    /// Those shipped inside the program.
    Embedded,
    /// Those in a folder, with its `adoption` folder.
    Folder(PathBuf),
    /// Those given, by name.
    Memory(BTreeMap<String, Vec<u8>>),
}

/// The sample as shipped: `sample/NAME` of this crate, without the figures that only tests compare with.
macro_rules! embedded {
    ($($name:literal),+ $(,)?) => {
        /// Names and bytes of the shipped files.
        const EMBEDDED: &[(&str, &[u8])] = &[$(($name, include_bytes!(concat!("../../sample/", $name)))),+];
    };
}

embedded!(
    "collections.csv",
    "collection_items.csv",
    "collection_subjects.csv",
    "data_elements.jsonl",
    "metrics.jsonl",
    "providers_gp_practices.csv",
    "providers_trusts.csv",
    "subjects.csv",
    "adoption/bodies.csv",
    "adoption/eric_types.csv",
    "adoption/families.csv",
    "adoption/item_roles.csv",
    "adoption/mandations.csv",
    "adoption/metric_subjects.csv",
    "adoption/placeholders.csv",
    "adoption/provider_types.csv",
    "adoption/requests.csv",
    "adoption/section_subjects.csv",
    "adoption/subjects.csv",
    "adoption/successions.csv",
);

impl Files {
    /// The bytes of a file; a missing or unreadable one is noted.
    pub(super) fn read(&self, name: &str, problems: &mut Problems) -> Option<Cow<'_, [u8]>> {
        let found = match self {
            Self::Embedded => {
                let file = EMBEDDED.iter().find(|(file, _)| *file == name);
                file.map(|(_, bytes)| Cow::Borrowed(*bytes)).ok_or_else(|| missing(name))
            }
            Self::Memory(files) => {
                files.get(name).map(|bytes| Cow::Borrowed(bytes.as_slice())).ok_or_else(|| missing(name))
            }
            Self::Folder(folder) => read_file(&folder.join(name), name),
        };
        problems.take(name, found)
    }

    /// The shipped files, to be changed and read again.
    pub fn embedded() -> BTreeMap<String, Vec<u8>> {
        EMBEDDED.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
    }
}

fn missing(name: &str) -> Violation {
    Violation::new(name, "MISSING_FILE", name, "a file of this name")
}

fn read_file(path: &Path, name: &str) -> Result<Cow<'static, [u8]>, Violation> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Violation::new(name, "MISSING_FILE", path.display(), "a file of this name")
        }
        _ => Violation::new(name, "UNREADABLE", path.display(), format!("a file that can be read: {error}")),
    };
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if usize::try_from(size).is_ok_and(|size| size <= MOST_BYTES) {
        Ok(Cow::Owned(fs::read(path).map_err(unreadable)?))
    } else {
        Err(Violation::new(name, "SIZE", size, format!("at most {MOST_BYTES} bytes")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_and_the_program_hold_the_same() {
        let folder = Files::Folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("sample"));
        let mut problems = Problems::new();
        for (name, bytes) in EMBEDDED {
            assert_eq!(folder.read(name, &mut problems).as_deref(), Some(*bytes), "{name}");
        }
        assert_eq!(problems.count(), 0);
    }

    #[test]
    fn a_missing_file_is_named() {
        for files in [Files::Embedded, Files::Folder("no-such-folder".into()), Files::Memory(BTreeMap::new())]
        {
            let mut problems = Problems::new();
            assert!(files.read("nothing.csv", &mut problems).is_none());
            let text = problems.into_result().unwrap_err().to_string();
            assert!(text.contains("nothing.csv") && text.contains("MISSING_FILE"), "{text}");
        }
    }
}
