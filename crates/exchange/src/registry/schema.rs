//! The tables of the open data files: columns, types, units and keys. It is the contract of `open-data.md`: columns are added at the
//! end, never renamed, and both the CSV headers and the data package are made of it.

use onus_domain::{Error, Result};

mod inputs;

pub use inputs::tables;

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
    /// What it says, with its unit and what an empty cell means.
    pub about: &'static str,
}

/// Type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier or a code of a closed set: letters, digits, hyphens, underscores.
    Code,
    /// Any text. What a spreadsheet would take for a formula is escaped, see [`escape`].
    Text,
    /// A JSON array or object.
    Json,
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
            Self::Date => "date",
            Self::Instant => "datetime",
            Self::Whole => "integer",
            Self::Decimal => "number",
        }
    }
}

impl TableSchema {
    /// The file's bytes: header and lines, RFC 4180. Each row has one value a column; empty means unknown.
    pub fn render(&self, rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
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
        writer.into_inner().map_err(|error| Error::internal(format!("{}: {error}", self.file)))
    }
}

/// A text as it stands in a file: one apostrophe goes before a text that begins with `=`, `+`, `-`, `@`, a tab, a carriage return or an
/// apostrophe, so that no spreadsheet takes it for a formula. Taking one leading apostrophe off gives the text back, always.
pub fn escape(text: &str) -> String {
    if needs_escape(text) { format!("'{text}") } else { text.to_owned() }
}

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
            Column { name: "number", kind: Kind::Decimal, about: "A number." },
            Column { name: "text", kind: Kind::Text, about: "A text." },
        ],
        key: &["number"],
        references: &[],
    };

    #[test]
    fn numbers_stay_and_formulas_are_escaped() {
        let rows = [["-1.5", "=1+1"], ["2", "a \"b\", c"], ["3", "'quoted'"]];
        let bytes = TABLE.render(rows.map(|row| row.map(str::to_owned).to_vec())).unwrap();
        let expected = "number,text\r\n-1.5,'=1+1\r\n2,\"a \"\"b\"\", c\"\r\n3,''quoted'\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        assert!(TABLE.render([vec![String::new()]]).is_err());
    }

    proptest! {
        #[test]
        fn an_escaped_text_can_be_read_back(text in "['=+@a\\t-]{0,6}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(escaped.strip_prefix('\'').unwrap_or(&escaped), text);
        }
    }
}
