//! Columns of a file of items, found by their headings.

use super::Sheet;
use onus_domain::{Error, Result, Violation};
use std::{collections::BTreeMap, fmt};

/// What a column of a file of items says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::VariantArray)]
pub enum Column {
    /// What the item is called.
    Name,
    /// What it means.
    Text,
    /// The key of the registered definition that it asks.
    Definition,
    /// What is counted above the line.
    Numerator,
    /// What is counted below the line.
    Denominator,
    /// What is left out.
    Exclusions,
    /// The unit of a value.
    Unit,
    /// Whom or what it covers.
    Population,
    /// What a value is broken down by, `;` between.
    Breakdowns,
    /// The level of a value.
    Grain,
    /// The period that a value covers.
    Period,
    /// The format of a value.
    Format,
    /// Permitted values, `code = meaning`, `;` between.
    Values,
    /// The part of the request that it stands in.
    Section,
    /// Whether it must be answered.
    Mandation,
}

/// Headings that a column is known by, in lower case; the first is the template's.
const HEADINGS: [(Column, &[&str]); 15] = [
    (
        Column::Name,
        &[
            "name",
            "item",
            "data item",
            "data element",
            "field",
            "field name",
            "indicator",
            "metric",
            "measure",
            "title",
            "question",
            "column",
        ],
    ),
    (
        Column::Text,
        &[
            "description",
            "text",
            "meaning",
            "definition text",
            "data item description",
            "guidance",
            "notes",
            "what it means",
        ],
    ),
    (Column::Definition, &["definition", "definition key", "registered definition", "onus definition"]),
    (Column::Numerator, &["numerator"]),
    (Column::Denominator, &["denominator"]),
    (Column::Exclusions, &["exclusions", "leaves out", "excluded"]),
    (Column::Unit, &["unit", "units"]),
    (Column::Population, &["population", "covers", "cohort"]),
    (Column::Breakdowns, &["breakdowns", "breakdown", "broken down by", "disaggregation"]),
    (Column::Grain, &["grain", "level", "reported for each", "granularity"]),
    (Column::Period, &["period", "frequency of value", "reporting period"]),
    (Column::Format, &["format", "data type", "type", "format/length"]),
    (Column::Values, &["values", "permitted values", "codes", "code list", "value set", "national codes"]),
    (Column::Section, &["section", "group", "table", "sheet"]),
    (Column::Mandation, &["mandation", "m/r/o", "mandatory", "required"]),
];

/// The template's headings.
pub const TEMPLATE: [&str; 15] = {
    let mut out = [""; 15];
    let mut at = 0;
    while at < out.len() {
        out[at] = HEADINGS[at].1[0];
        at += 1;
    }
    out
};

/// Rows in which headings are looked for: a letter's head may stand above them.
const MOST_ROWS_ABOVE: usize = 30;

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = HEADINGS.iter().find(|(column, _)| column == self);
        f.write_str(known.map_or("", |(_, headings)| headings[0]))
    }
}

impl Column {
    /// The column of a heading, if it is known by it.
    pub fn of_heading(heading: &str) -> Option<Self> {
        let words: Vec<_> = heading.split_whitespace().map(str::to_lowercase).collect();
        let heading = words.join(" ").replace('_', " ");
        let heading = heading.trim_end_matches([':', '*', ' ']);
        HEADINGS.iter().find(|(_, known)| known.contains(&heading)).map(|(column, _)| *column)
    }
}

/// Where the columns of a sheet stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    heading_row: usize,
    places: BTreeMap<Column, usize>,
}

impl Columns {
    /// Finds the row of headings and what each column says. A sheet of one column without a heading is a list of names.
    pub fn find(file: &str, sheet: &Sheet) -> Result<Self> {
        let named = |cells: &[String]| {
            let mut places = BTreeMap::new();
            for (at, cell) in cells.iter().enumerate() {
                if let Some(column) = Column::of_heading(cell) {
                    places.entry(column).or_insert(at);
                }
            }
            places
        };
        for (row, cells) in sheet.rows_below(0).take(MOST_ROWS_ABOVE) {
            let places = named(cells);
            if places.contains_key(&Column::Name) || places.contains_key(&Column::Definition) {
                return Ok(Self { heading_row: row, places });
            }
        }
        if sheet.rows_below(0).all(|(_, cells)| cells.len() <= 1) {
            return Ok(Self { heading_row: 0, places: BTreeMap::from([(Column::Name, 0)]) });
        }
        let given = sheet.rows_below(0).next().map(|(_, cells)| cells.join(", ")).unwrap_or_default();
        let expected = "a row of headings, “name” or “definition” among them, as in the template";
        Err(Error::from(Violation::new(format!("{file}:1"), "HEADINGS", given, expected)))
    }

    /// As somebody says that they stand: `places` counts columns from 0.
    pub fn mapped(heading_row: usize, places: BTreeMap<Column, usize>) -> Self {
        Self { heading_row, places }
    }

    /// The row of headings, from 1; 0 if there is none.
    pub fn heading_row(&self) -> usize {
        self.heading_row
    }

    /// Where each column stands, from 0.
    pub fn places(&self) -> &BTreeMap<Column, usize> {
        &self.places
    }

    /// What a row says in a column; empty if it is not there.
    pub fn cell<'c>(&self, cells: &'c [String], column: Column) -> &'c str {
        self.places.get(&column).and_then(|at| cells.get(*at)).map_or("", String::as_str)
    }
}
