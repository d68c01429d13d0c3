//! Sheets: what stands in a CSV file or in the first sheet of an XLSX workbook, cell by cell, as text. Whatever a file may do to who reads
//! it is bounded here: its size, what it unpacks to, its rows and columns; a workbook with macros is refused.

use crate::table::Lines;
use calamine::{Data, Reader, Xlsx};
use onus_domain::{Error, Result, Violation};
use std::{
    borrow::Cow,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// Largest file, bytes.
pub const MOST_BYTES: usize = 20 << 20;
/// Most that a workbook may unpack to, bytes.
const MOST_UNPACKED: u64 = 200 << 20;
/// Most rows, with those above the headings.
const MOST_ROWS: usize = 20_000;
/// Lines by which it is told what stands between cells.
const MOST_LINES_ABOVE: usize = 30;
/// Most columns.
const MOST_COLUMNS: usize = 200;

/// Cells of a sheet as text, row by row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// The rows below the `heading`-th, each with its number, from 1.
    pub fn rows_below(&self, heading: usize) -> impl Iterator<Item = (usize, &[String])> {
        (1..).zip(&self.rows).skip(heading).map(|(row, cells)| (row, cells.as_slice()))
    }

    /// Each line of a text a row of one cell.
    pub fn of_lines(text: &str) -> Self {
        Self { rows: text.lines().map(|line| vec![line.to_owned()]).collect() }
    }

    /// The same as comma-separated values, with `headings` in place of what stands in the `heading`-th row; 0 puts them before all rows.
    pub fn to_csv(&self, heading: usize, headings: &[String]) -> Result<String> {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(vec![]);
        let before = std::iter::once(headings).filter(|_| heading == 0);
        let rows = (1..).zip(&self.rows).map(|(row, cells)| if row == heading { headings } else { cells });
        for cells in before.chain(rows) {
            // A line of its own for each row, so that rows keep their numbers; a record without a cell would write none.
            let blank = [String::new()];
            writer.write_record(if cells.is_empty() { &blank } else { cells }).map_err(Error::internal)?;
        }
        String::from_utf8(writer.into_inner().map_err(Error::internal)?).map_err(Error::internal)
    }

    /// Its rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Reads a file by its name's ending: `.xlsx`, or anything else as CSV.
pub fn read_sheet(file: &str, bytes: &[u8]) -> Result<Sheet> {
    let refuse =
        |rule, given: String, expected: String| Err(Error::from(Violation::new(file, rule, given, expected)));
    if bytes.len() > MOST_BYTES {
        let expected = format!("at most {} MB: cut the file in parts", MOST_BYTES >> 20);
        return refuse("SIZE", format!("{} MB", bytes.len() >> 20), expected);
    }
    let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "xlsx" => workbook(file, bytes),
        "xls" | "xlsm" | "xlsb" | "ods" => {
            refuse("FORMAT", ending, "a CSV file, or a workbook saved as .xlsx, without macros".into())
        }
        _ if bytes.starts_with(b"PK") => {
            refuse("FORMAT", ending, "a name that ends in .xlsx, if it is a workbook".into())
        }
        _ => text(file, bytes),
    }
}

fn text(file: &str, bytes: &[u8]) -> Result<Sheet> {
    let text = decoded(file, bytes)?;
    // Where a spreadsheet writes commas as decimal signs it puts semicolons between cells. The headings tell, wherever they stand.
    let widest = |delimiter: u8| {
        let lines = text.lines().take(MOST_LINES_ABOVE);
        lines.map(|line| line.bytes().filter(|byte| *byte == delimiter).count()).max()
    };
    let delimiter =
        [b';', b'\t', b','].into_iter().max_by_key(|delimiter| widest(*delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let (mut sheet, mut lines) = (Sheet::default(), Lines::of(text));
    for record in reader.records() {
        let record = record.map_err(|error| {
            let expected = "comma-separated values, text that has commas or line breaks in double quotes";
            Violation::new(file, "CSV", error, expected)
        })?;
        // What the reader leaves out, blank lines, keeps its number.
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        while sheet.rows.len() + 1 < line.min(MOST_ROWS + 2) {
            sheet.rows.push(vec![]);
        }
        sheet.rows.push(record.iter().map(ToOwned::to_owned).collect());
        check_size(file, &sheet)?;
    }
    Ok(sheet)
}

/// UTF-8, with or without a mark at its beginning; Excel's "Unicode text" (UTF-16) is told what to save as instead.
fn decoded<'b>(file: &str, bytes: &'b [u8]) -> Result<&'b str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let refuse = |given: String| {
        let expected = "UTF-8: in Excel, save as “CSV UTF-8”, or upload the .xlsx";
        Err(Error::from(Violation::new(file, "ENCODING", given, expected)))
    };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return refuse("UTF-16".into());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => refuse("a file with null characters".into()),
        Ok(text) => Ok(text),
        Err(error) => refuse(format!("byte {} is no UTF-8", error.valid_up_to() + 1)),
    }
}

fn workbook(file: &str, bytes: &[u8]) -> Result<Sheet> {
    let broken = |error: &dyn std::fmt::Display| {
        let expected = "a workbook as Excel, LibreOffice or Google Sheets saves it";
        Error::from(Violation::new(file, "XLSX", error, expected))
    };
    check_archive(file, bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let first = book.sheet_names().first().cloned();
    let Some(first) = first else {
        return Err(broken(&"it has no sheet"));
    };
    let range = book.worksheet_range(&first).map_err(|error| broken(&error))?;
    let (above, before) = range.start().unwrap_or_default();
    let (above, before) = (above as usize, before as usize);
    let (height, width) = range.get_size();
    check_extent(file, above + height, before + width)?;
    let mut rows = vec![vec![]; above];
    for cells in range.rows() {
        let blank = std::iter::repeat_n(String::new(), before);
        rows.push(blank.chain(cells.iter().map(cell)).collect());
    }
    Ok(Sheet { rows })
}

fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        // "4", not "4.0".
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        data => data.to_string(),
    }
}

/// Unpacks every part once, into nothing, within bounds: what an archive says of its sizes may be a lie.
fn check_archive(file: &str, bytes: &[u8]) -> Result<()> {
    let refuse =
        |rule, given: String, expected: &str| Err(Error::from(Violation::new(file, rule, given, expected)));
    let not_read = "a workbook as Excel, LibreOffice or Google Sheets saves it";
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => return refuse("XLSX", error.to_string(), not_read),
    };
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let part = match archive.by_index(at) {
            Ok(part) => part,
            Err(error) => return refuse("XLSX", error.to_string(), not_read),
        };
        let name = part.name().map(Cow::into_owned).unwrap_or_default();
        if name.ends_with("vbaProject.bin") {
            return refuse("MACROS", name, "a workbook without macros: save it as .xlsx");
        }
        match std::io::copy(&mut part.take(left + 1), &mut std::io::sink()) {
            Ok(read) if read <= left => left -= read,
            Ok(_) => {
                let given = format!("more than {} MB when unpacked", MOST_UNPACKED >> 20);
                return refuse("SIZE", given, "a smaller workbook: keep the items alone in it");
            }
            Err(error) => return refuse("XLSX", error.to_string(), not_read),
        }
    }
    Ok(())
}

fn check_size(file: &str, sheet: &Sheet) -> Result<()> {
    check_extent(file, sheet.rows.len(), sheet.rows.last().map_or(0, Vec::len))
}

fn check_extent(file: &str, rows: usize, columns: usize) -> Result<()> {
    if rows <= MOST_ROWS && columns <= MOST_COLUMNS {
        return Ok(());
    }
    let expected = format!("at most {MOST_ROWS} rows and {MOST_COLUMNS} columns");
    Err(Violation::new(file, "SIZE", format!("{rows} rows, {columns} columns"), expected).into())
}
