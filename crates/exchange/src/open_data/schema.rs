//! What a table is: columns, types, units and keys. The tables made of it are the contract of `open-data.md`: columns are added at the
//! end, never renamed, and both the CSV headers and the data package come from them.

use onus_domain::{Error, Result};

/// One file.
#[derive(Debug, Clone, Copy)]
pub struct TableSchema {
    /// Its name, such as `items.csv`.
    pub file: &'static str,
    /// What a line is.
    pub about: &'static str,
    /// Columns, in order.
    pub columns: &'static [Column],
    /// Columns that name a line, in the order by which lines are sorted.
    pub key: &'static [&'static str],
    /// Columns here, the file they name a line of, and the columns there.
    pub references: &'static [Reference],
}

/// Columns of this file that name a line of another.
pub type Reference = (&'static [&'static str], &'static str, &'static [&'static str]);

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Type of its values.
    pub kind: Kind,
    /// What it says, and what an empty cell means.
    pub about: &'static str,
    /// What a number counts or is measured in; none if it is a plain number or no number.
    pub unit: Option<&'static str>,
}

/// A column without a unit.
pub const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, about, unit: None }
}

impl Column {
    /// The same, measured in `unit`.
    #[must_use]
    pub const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit: Some(unit), ..self }
    }
}

/// A table, written.
#[derive(Debug, Clone)]
pub struct TableFile {
    /// What it is.
    pub table: TableSchema,
    /// The file's bytes.
    pub bytes: Vec<u8>,
}

/// Type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or a code of a closed set: letters, digits, hyphens, underscores.
    Code,
    /// Any text. What a spreadsheet would take for a formula is escaped by an apostrophe before it.
    Text,
    /// A JSON array or object.
    Json,
    /// A month, YYYY-MM.
    Month,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// A whole number.
    Whole,
    /// A decimal number.
    Decimal,
}

impl Kind {
    /// Its name in Table Schema.
    pub fn table_schema(self) -> &'static str {
        match self {
            Self::Code | Self::Text | Self::Json => "string",
            Self::Month => "yearmonth",
            Self::Date => "date",
            Self::Instant => "datetime",
            Self::Whole => "integer",
            Self::Decimal => "number",
        }
    }
}

impl TableSchema {
    /// Its name without the ending: what a data package calls it.
    pub fn name(&self) -> &'static str {
        self.file.trim_end_matches(".csv")
    }

    /// The file: header and lines, RFC 4180. Each row has one value a column; empty means unknown.
    pub fn write(&self, rows: impl IntoIterator<Item = Vec<String>>) -> Result<TableFile> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(4096));
        let write = |error: csv::Error| Error::internal(format!("{}: {error}", self.file));
        writer.write_record(self.columns.iter().map(|column| column.name)).map_err(write)?;
        for mut row in rows {
            if row.len() != self.columns.len() {
                let (file, given, expected) = (self.file, row.len(), self.columns.len());
                return Err(Error::internal(format!("{file}: a row of {given} values, not {expected}")));
            }
            for (cell, column) in row.iter_mut().zip(self.columns) {
                if matches!(column.kind, Kind::Text | Kind::Json) && needs_escape(cell) {
                    cell.insert(0, '\'');
                }
            }
            writer.write_record(&row).map_err(write)?;
        }
        let bytes =
            writer.into_inner().map_err(|error| Error::internal(format!("{}: {error}", self.file)))?;
        Ok(TableFile { table: *self, bytes })
    }
}

/// Whether one apostrophe goes before a text in a file: if it begins with `=`, `+`, `-`, `@`, a tab, a carriage return or an apostrophe,
/// so that no spreadsheet takes it for a formula. Taking one leading apostrophe off gives the text back, always.
fn needs_escape(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TABLE: TableSchema = TableSchema {
        file: "t.csv",
        about: "A test.",
        columns: &[
            column("number", Kind::Decimal, "A number.").in_unit("hours"),
            column("text", Kind::Text, "A text."),
        ],
        key: &["number"],
        references: &[],
    };

    #[test]
    fn numbers_stay_and_formulas_are_escaped() {
        let rows = [["-1.5", "=1+1"], ["2", "a \"b\", c"], ["3", "'quoted'"]];
        let bytes = TABLE.write(rows.map(|row| row.map(str::to_owned).to_vec())).unwrap().bytes;
        let expected = "number,text\r\n-1.5,'=1+1\r\n2,\"a \"\"b\"\", c\"\r\n3,''quoted'\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        assert!(TABLE.write([vec![String::new()]]).is_err());
    }

    proptest! {
        #[test]
        fn an_escaped_text_can_be_read_back(text in "['=+@a\\t-]{0,6}") {
            let bytes = TABLE.write([vec!["1".into(), text.clone()]]).unwrap().bytes;
            let row = csv::Reader::from_reader(&*bytes).into_records().next().unwrap().unwrap();
            let escaped = row[1].to_owned();
            prop_assert!(!escaped.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(escaped.strip_prefix('\'').unwrap_or(&escaped), text);
        }
    }
}
