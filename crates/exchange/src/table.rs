//! Reading CSV: every cell knows its file, line and column, and every problem of a file is found, not the first.

use crate::{
    items::Sheet,
    problems::{Place, Problems},
};
use chrono::{Datelike, NaiveDate};
use onus_domain::{Result, Violation, parse_code};
use std::{collections::BTreeMap, str::FromStr, sync::Arc};
use strum::VariantNames;

/// Largest file read, bytes.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A CSV file with a header (UTF-8, RFC 4180; a byte order mark and either line ending are accepted).
#[derive(Debug)]
pub struct Table {
    columns: BTreeMap<&'static str, usize>,
    rows: Vec<(Place, csv::StringRecord)>,
}

/// One line of a [`Table`] after its header.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    columns: &'a BTreeMap<&'static str, usize>,
    place: &'a Place,
    cells: &'a csv::StringRecord,
}

/// The text of a file, if it is UTF-8, not too large and without control characters.
pub fn text<'a>(file: &str, bytes: &'a [u8], problems: &mut Problems) -> Option<&'a str> {
    let line_of = |at: usize| bytes[..at].split(|byte| *byte == b'\n').count();
    if bytes.len() > MOST_BYTES {
        let expected = format!("at most {MOST_BYTES} bytes");
        problems.push(Violation::new(file, "SIZE", bytes.len(), expected));
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{FEFF}').unwrap_or(text),
        Err(error) => {
            let at = error.valid_up_to();
            let byte = format!("byte {:#04x}", bytes[at]);
            let place = format!("{file}:{}", line_of(at));
            problems.push(Violation::new(place, "ENCODING", byte, "UTF-8; save the file as UTF-8"));
            return None;
        }
    };
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let offset = bytes.len() - text.len();
    for (at, c) in text.char_indices().filter(|(_, c)| control(*c)) {
        let place = format!("{file}:{}", line_of(at + offset));
        let given = format!("U+{:04X}", u32::from(c));
        problems.push(Violation::new(place, "CONTROL_CHARACTER", given, "text without control characters"));
    }
    Some(text)
}

impl Table {
    /// Reads `bytes` as the file `file`, which must have `columns`; others may stand beside them and are passed over.
    /// Answers `None` if it cannot be read at all; every problem is noted.
    pub fn read(file: &str, bytes: &[u8], columns: &[&'static str], problems: &mut Problems) -> Option<Self> {
        let text = text(file, bytes, problems)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                problems.push(Violation::new(format!("{file}:1"), "CSV", "", error.to_string()));
                return None;
            }
        };
        let found = find_columns(file, &header, columns, problems)?;
        let file: Arc<str> = file.into();
        let (mut rows, mut lines) = (vec![], Lines::of(text));
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = lines.at(record.position().map_or(0, csv::Position::byte));
                    let place = Place::new(Arc::clone(&file), line);
                    if record.len() == header.len() {
                        rows.push((place, record));
                    } else {
                        let expected = format!("{} values, as the header has", header.len());
                        problems.push(Violation::new(place.to_string(), "WIDTH", record.len(), expected));
                    }
                }
                Err(error) => {
                    problems.push(Violation::new(file.as_ref(), "CSV", "", error.to_string()));
                    return None;
                }
            }
        }
        Some(Self { columns: found, rows })
    }

    /// The same of a sheet, whatever stands between its cells: its first row holds the headings, and rows without anything are passed over.
    pub fn of_sheet(
        file: &str,
        sheet: &Sheet,
        columns: &[&'static str],
        problems: &mut Problems,
    ) -> Option<Self> {
        let mut rows = sheet.rows_below(0);
        let header: csv::StringRecord =
            rows.next().into_iter().flat_map(|(_, cells)| cells).map(|cell| cell.trim()).collect();
        let found = find_columns(file, &header, columns, problems)?;
        let file: Arc<str> = file.into();
        let filled = rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
        let row = |(row, cells): (usize, &[String])| {
            (Place::new(Arc::clone(&file), row as u64), cells.iter().collect())
        };
        Some(Self { columns: found, rows: filled.map(row).collect() })
    }

    /// Its lines, in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(place, cells)| Row { columns: &self.columns, place, cells })
    }
}

/// Counts lines up to a byte, asked in rising order. The reader's own count is one short after CR LF, for it takes the LF for the
/// beginning of the next record.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), counted: 0, line: 1 }
    }

    /// The line on which the record that begins at `byte` has its first character.
    pub fn at(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.counted, self.bytes.len());
        let blank = self.bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        for byte in &self.bytes[self.counted..from + blank] {
            self.line += u64::from(*byte == b'\n');
        }
        self.counted = from + blank;
        self.line
    }
}

fn find_columns(
    file: &str,
    header: &csv::StringRecord,
    columns: &[&'static str],
    problems: &mut Problems,
) -> Option<BTreeMap<&'static str, usize>> {
    let mut found = BTreeMap::new();
    for column in columns {
        let mut places = header.iter().enumerate().filter(|(_, name)| name == column).map(|(at, _)| at);
        match (places.next(), places.next()) {
            (Some(at), None) => drop(found.insert(*column, at)),
            (first, _) => {
                let given = header.iter().collect::<Vec<_>>().join(",");
                let expected = if first.is_some() { "this column once" } else { "a header with this column" };
                problems.push(Violation::new(format!("{file}:1:{column}"), "COLUMN", given, expected));
            }
        }
    }
    (found.len() == columns.len()).then_some(found)
}

impl<'a> Row<'a> {
    /// Where it stands.
    pub fn place(&self) -> &'a Place {
        self.place
    }

    /// The path of one of its cells, such as `collections.csv:14:frequency`.
    pub fn path(&self, column: &str) -> String {
        self.place.of(column)
    }

    /// A cell without blanks around it; empty means unknown.
    pub fn text(&self, column: &str) -> &'a str {
        self.columns.get(column).and_then(|at| self.cells.get(*at)).unwrap_or("").trim()
    }

    /// A cell that must not be empty.
    pub fn required(&self, column: &str, problems: &mut Problems) -> Option<&'a str> {
        let text = self.text(column);
        problems.require(!text.is_empty(), || {
            Violation::new(self.path(column), "REQUIRED", "", "a value; this cell must not be empty")
        });
        (!text.is_empty()).then_some(text)
    }

    /// A cell that must hold a value of a type which says itself what is wrong: identifiers, decimals.
    pub fn value<T: FromStr<Err = Violation>>(&self, column: &str, problems: &mut Problems) -> Option<T> {
        let text = self.required(column, problems)?;
        problems.take(self.path(column), text.parse())
    }

    /// A cell that must hold one of the codes of a type.
    pub fn code<T: FromStr + VariantNames>(&self, column: &str, problems: &mut Problems) -> Option<T> {
        let text = self.required(column, problems)?;
        problems.take(self.path(column), parse_code(column, text))
    }

    /// A cell that must hold a whole number, 0 or more.
    pub fn number(&self, column: &str, problems: &mut Problems) -> Option<u32> {
        let text = self.required(column, problems)?;
        let expected = "a whole number, 0 or more, without thousands marks";
        let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let violation = || Violation::new(column, "NUMBER", text, expected);
        problems.take(self.path(column), number.ok_or_else(violation))
    }

    /// A cell that holds a day or nothing; `format` is that of chrono. The outer `None` means a noted problem.
    pub fn date(&self, column: &str, format: &str, problems: &mut Problems) -> Option<Option<NaiveDate>> {
        let text = self.text(column);
        if text.is_empty() {
            return Some(None);
        }
        problems.take(self.path(column), date(column, text, format)).map(Some)
    }

    /// A cell with several values parted by semicolons.
    pub fn list(&self, column: &str) -> impl Iterator<Item = &'a str> {
        self.text(column).split(';').map(str::trim).filter(|part| !part.is_empty())
    }
}

fn date(column: &str, text: &str, format: &str) -> Result<NaiveDate, Violation> {
    let day = NaiveDate::parse_from_str(text, format).ok();
    let exact =
        day.filter(|day| day.format(format).to_string() == text && (1900..=2200).contains(&day.year()));
    exact.ok_or_else(|| {
        let form = format.replace("%Y", "YYYY").replace("%m", "MM").replace("%d", "DD");
        Violation::new(column, "DATE", text, format!("a day between 1900 and 2200, written {form}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use onus_domain::{Basis, Error, OdsCode};

    fn violations(problems: Problems) -> Vec<(String, String)> {
        let Err(Error::Invalid(found)) = problems.into_result() else { return vec![] };
        found.into_iter().map(|v| (v.field, v.rule)).collect()
    }

    fn read(bytes: &[u8]) -> (Option<Table>, Problems) {
        let mut problems = Problems::new();
        (Table::read("t.csv", bytes, &["id", "when"], &mut problems), problems)
    }

    #[test]
    fn lines_are_those_of_the_file_even_after_a_line_break_in_quotes() {
        let (table, mut problems) =
            read(b"\xEF\xBB\xBFid,more,when\r\nR0A,\"a\r\nb\",2024-02-29\r\n\r\nr0b,x,2024-02-30\r\n");
        let table = table.unwrap();
        let codes: Vec<_> = table.rows().map(|row| row.value::<OdsCode>("id", &mut problems)).collect();
        let days: Vec<_> = table.rows().map(|row| row.date("when", "%Y-%m-%d", &mut problems)).collect();
        assert!(codes[0].is_some() && days[0].is_some());
        let expected = [("t.csv:5:id", "IDENTIFIER"), ("t.csv:5:when", "DATE")];
        assert_eq!(violations(problems), expected.map(|(f, r)| (f.to_owned(), r.to_owned())));
    }

    #[test]
    fn a_file_that_cannot_be_read_says_why() {
        for (bytes, field, rule) in [
            (&b"id\nx\n"[..], "t.csv:1:when", "COLUMN"),
            (b"id,when,id\nx,,\n", "t.csv:1:id", "COLUMN"),
            (b"", "t.csv:1:id", "COLUMN"),
            (b"id,when\nx\n", "t.csv:2", "WIDTH"),
            (b"id,when\nok,\ncaf\xE9,\n", "t.csv:3", "ENCODING"),
            (b"id,when\nok,\na\x07b,\n", "t.csv:3", "CONTROL_CHARACTER"),
        ] {
            let (_, problems) = read(bytes);
            let first = violations(problems).into_iter().next();
            assert_eq!(first, Some((field.into(), rule.into())), "{bytes:?}");
        }
    }

    #[test]
    fn cells_are_checked() {
        let (table, mut problems) = read(b"id,when\n,ASSUMED\n-1,Assumed\n1e3,99991231\n");
        let table = table.unwrap();
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(rows[0].code::<Basis>("when", &mut problems), Some(Basis::Assumed));
        assert_eq!(rows[0].required("id", &mut problems), None);
        assert_eq!(rows[1].code::<Basis>("when", &mut problems), None);
        assert_eq!(rows[1].number("id", &mut problems), None);
        assert_eq!(rows[2].number("id", &mut problems), None);
        assert_eq!(rows[2].date("when", "%Y%m%d", &mut problems), None);
        let rules: Vec<_> = violations(problems).into_iter().map(|(_, rule)| rule).collect();
        assert_eq!(rules, ["REQUIRED", "KNOWN_CODE", "NUMBER", "NUMBER", "DATE"]);
    }

    #[test]
    fn lists_and_absent_days() {
        let (table, mut problems) = read(b"id,when\nA; B ;,\n");
        let table = table.unwrap();
        let row = table.rows().next().unwrap();
        assert_eq!(row.list("id").collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(row.date("when", "%Y-%m-%d", &mut problems), Some(None));
        assert_eq!(problems.count(), 0);
    }
}
