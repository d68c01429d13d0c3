//! Files of proposed items, as people fill them in: CSV or XLSX, a row an item, under headings in their own words. What is wrong is said row
//! by row; nothing is half-read.

mod columns;
mod sheet;

pub use columns::{Column, Columns, TEMPLATE};
pub use sheet::{Sheet, read_sheet};

use crate::problems::Problems;
use onus_domain::{
    DefinitionId, Error, Result, Violation,
    definition::{Definition, DefinitionKind, PermittedValue},
};

/// Most items in a file.
pub const MOST_ITEMS: usize = 10_000;
/// Longest text of a cell, characters.
const LONGEST: usize = 32_000;

/// A proposed item, as a row says it.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedRow {
    /// The row's number in its file, from 1.
    pub row: usize,
    /// What its sender calls it: the name, or the registered definition's key.
    pub label: String,
    /// The key of the registered definition that it asks, if it names one.
    pub registered: Option<DefinitionId>,
    /// What it would ask otherwise.
    pub proposed: Definition,
    /// The part of the request that it stands in.
    pub section: String,
    /// Whether it must be answered, in the file's word.
    pub mandation: String,
}

/// Reads a text that was pasted: a table with headings, or a list of names, a line each, whatever else stands in a line.
pub fn read_pasted(file: &str, text: &str) -> Result<(Sheet, Vec<ProposedRow>)> {
    let sheet = read_sheet(file, text.as_bytes())?;
    let (sheet, columns) = if let Ok(columns) = Columns::find(file, &sheet) {
        (sheet, columns)
    } else {
        let lines = Sheet::of_lines(text);
        let columns = Columns::find(file, &lines)?;
        (lines, columns)
    };
    let rows = read_items(file, &sheet, &columns)?;
    Ok((sheet, rows))
}

/// Reads the items of a sheet under `columns`. All that is wrong is said at once, by `file`, row and column.
pub fn read_items(file: &str, sheet: &Sheet, columns: &Columns) -> Result<Vec<ProposedRow>> {
    let mut problems = Problems::new();
    let mut items = vec![];
    for (row, cells) in sheet.rows_below(columns.heading_row()) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        items.extend(read_item(file, row, cells, columns, &mut problems));
        if items.len() > MOST_ITEMS {
            let expected = format!("at most {MOST_ITEMS} items: cut the file in parts");
            return Err(Violation::new(file, "COUNT", format!("more than {MOST_ITEMS}"), expected).into());
        }
    }
    problems.into_result()?;
    if items.is_empty() {
        let expected = "a row for each item below the headings";
        return Err(Error::from(Violation::new(file, "REQUIRED", "", expected)));
    }
    Ok(items)
}

fn read_item(
    file: &str,
    row: usize,
    cells: &[String],
    columns: &Columns,
    problems: &mut Problems,
) -> Option<ProposedRow> {
    let before = problems.count();
    let mut text = |column: Column| {
        let value = columns.cell(cells, column).trim();
        problems.require(value.chars().count() <= LONGEST, || {
            let given = format!("{} characters", value.chars().count());
            Violation::new(place(file, row, column), "LENGTH", given, format!("at most {LONGEST} characters"))
        });
        value.to_owned()
    };
    let mut proposed = Definition::new(DefinitionId::proposed(), DefinitionKind::Element, text(Column::Name));
    proposed.text = text(Column::Text);
    proposed.numerator = text(Column::Numerator);
    proposed.denominator = text(Column::Denominator);
    proposed.exclusions = text(Column::Exclusions);
    proposed.unit = text(Column::Unit);
    proposed.population = text(Column::Population);
    proposed.grain = text(Column::Grain);
    proposed.period_type = text(Column::Period);
    proposed.format = text(Column::Format);
    proposed.breakdowns = list(&text(Column::Breakdowns));
    let (values, key) = (text(Column::Values), text(Column::Definition));
    let (section, mandation) = (text(Column::Section), text(Column::Mandation));
    proposed.value_set = list(&values).iter().map(|value| permitted(value)).collect();
    if !proposed.numerator.is_empty() || !proposed.denominator.is_empty() {
        proposed.kind = DefinitionKind::Metric;
    }
    let registered = if key.is_empty() {
        None
    } else {
        let key = key.strip_prefix("definitions/").unwrap_or(&key);
        problems.take(place(file, row, Column::Definition), DefinitionId::new(key))
    };
    problems.require(registered.is_some() || !key.is_empty() || !proposed.name.is_empty(), || {
        let expected = "a name, or the key of a registered definition under “definition”";
        Violation::new(place(file, row, Column::Name), "REQUIRED", "", expected)
    });
    if problems.count() > before {
        return None;
    }
    let label = if proposed.name.is_empty() { key } else { proposed.name.clone() };
    Some(ProposedRow { row, label, registered, proposed, section, mandation })
}

fn place(file: &str, row: usize, column: Column) -> String {
    format!("{file}:{row}:{column}")
}

/// Parts of a cell, one a line or with `;` between.
fn list(text: &str) -> Vec<String> {
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(ToOwned::to_owned).collect()
}

/// `1 = Yes`, or a code alone.
fn permitted(text: &str) -> PermittedValue {
    let (code, meaning) = text.split_once('=').unwrap_or((text, ""));
    PermittedValue { code: code.trim().into(), meaning: meaning.trim().into() }
}

#[cfg(test)]
mod tests;
