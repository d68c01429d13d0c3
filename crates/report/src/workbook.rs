//! The figures as a workbook, for those who read them in one. The CSV files beside it have every digit.

use onus_domain::{Error, Result};
use onus_exchange::open_data::{Kind, TableSchema};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// The workbook's name in an edition.
pub const FILE: &str = "figures.xlsx";
/// Most lines that a sheet of a workbook can hold, its head among them.
const MOST_LINES: usize = 1_048_576;

/// A sheet a table, and one in front that says what they are. A table too long for a sheet is said to be left out.
pub fn bytes(title: &str, about: &str, tables: &[(TableSchema, Vec<Vec<String>>)]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    // Equal figures give equal bytes: the moment of writing stands nowhere.
    let never = ExcelDateTime::from_ymd(2000, 1, 1).map_err(fail)?;
    book.set_properties(
        &DocProperties::new().set_title(title).set_author("Onus").set_creation_datetime(&never),
    );
    let (strong, wrapped) = (Format::new().set_bold(), Format::new().set_text_wrap());
    let front = book.add_worksheet().set_name("About").map_err(fail)?;
    front.set_column_width(0, 28).map_err(fail)?.set_column_width(1, 100).map_err(fail)?;
    front.write_with_format(0, 0, title, &strong).map_err(fail)?;
    front.write_with_format(1, 1, about, &wrapped).map_err(fail)?;
    for ((table, rows), line) in tables.iter().zip(3u32..) {
        let fits = rows.len() < MOST_LINES;
        let said = if fits {
            table.about.to_owned()
        } else {
            format!("{} Too long for a workbook: see {}.", table.about, table.file)
        };
        front.write_with_format(line, 0, table.name(), &strong).map_err(fail)?;
        front.write_with_format(line, 1, said, &wrapped).map_err(fail)?;
    }
    for (table, rows) in tables.iter().filter(|(_, rows)| rows.len() < MOST_LINES) {
        let sheet = book.add_worksheet().set_name(table.name()).map_err(fail)?;
        write(sheet, table, rows, &strong).map_err(fail)?;
    }
    book.save_to_buffer().map_err(fail)
}

fn write(
    sheet: &mut Worksheet,
    table: &TableSchema,
    rows: &[Vec<String>],
    strong: &Format,
) -> std::result::Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 1)?;
    for (column, at) in table.columns.iter().zip(0u16..) {
        sheet.write_with_format(0, at, column.name, strong)?;
        let letters = u32::try_from(column.name.len().clamp(10, 30)).unwrap_or(30);
        sheet.set_column_width(at, f64::from(letters) + 2.0)?;
    }
    for (row, line) in rows.iter().zip(1u32..) {
        for ((cell, column), at) in row.iter().zip(table.columns).zip(0u16..) {
            match (column.kind, cell.parse::<f64>()) {
                _ if cell.is_empty() => {}
                (Kind::Whole | Kind::Decimal, Ok(number)) => {
                    sheet.write_number(line, at, number)?;
                }
                // As a text it is never a formula.
                _ => {
                    sheet.write_string(line, at, cell)?;
                }
            }
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn fail(error: XlsxError) -> Error {
    Error::internal(format!("the workbook: {error}"))
}
