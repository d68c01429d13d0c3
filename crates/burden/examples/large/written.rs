//! The registry as tables, for whoever asks the same of them in SQL.

use super::world::{Scale, answered, asked, beats};
use onus_domain::{Month, snapshot::Snapshot};
use std::{
    fmt::Display,
    fs::File,
    io::{BufWriter, Result, Write},
    path::Path,
};

/// Writes `answered` (provider, collection), `asked` (collection, question; a line for each item), `collections` (collection, beat) and `due`
/// (beat, period; all that are due in the twelve months ending with `at`), without headers.
pub fn write(folder: &Path, scale: Scale, snapshot: &Snapshot, at: Month) -> Result<()> {
    let (of, beats) = beats(snapshot, at);
    let answered =
        (0..scale.providers).flat_map(|one| answered(scale, one).into_iter().map(move |of| (one, of)));
    table(&folder.join("answered.csv"), answered)?;
    let asked = asked(scale).into_iter().enumerate();
    table(
        &folder.join("asked.csv"),
        asked.flat_map(|(one, list)| list.into_iter().map(move |of| (one, of))),
    )?;
    table(&folder.join("collections.csv"), of.into_iter().enumerate())?;
    let due = beats.iter().enumerate();
    let due =
        due.flat_map(|(beat, due)| due.iter().map(move |one| (beat, format!("{}/{}", one.start, one.end))));
    table(&folder.join("due.csv"), due)
}

fn table<A: Display, B: Display>(path: &Path, rows: impl Iterator<Item = (A, B)>) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for (one, other) in rows {
        writeln!(file, "{one},{other}")?;
    }
    file.flush()
}
