//! Crosswalks: of a request and a provider, where each item was asked before and how it is answered from that; a file for people and for
//! their pipelines.

use crate::open_data::{Column, Kind, TableSchema, column};
use onus_domain::Result;
use serde::Serialize;

/// One answer to one item; an item that nothing answers has one line with only itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CrosswalkLine {
    /// Place of the item in the request, from 1.
    pub position: u32,
    /// What the request calls it.
    pub item: String,
    /// How it stands to what is held.
    pub standing: String,
    /// Key of the registered definition that answers it.
    pub definition: String,
    /// Name of that definition.
    pub definition_name: String,
    /// Key of the collection that asked it.
    pub collection: String,
    /// Its title.
    pub collection_title: String,
    /// Who asked.
    pub owner: String,
    /// Places of the items that asked it, `;` between.
    pub asked_as: String,
    /// How often it is asked.
    pub frequency: String,
    /// First day of the last period asked for.
    pub period_start: String,
    /// Last day of that period.
    pub period_end: String,
    /// When that was due.
    pub due_date: String,
    /// `yes` if there is a receipt, `no` if there is none.
    pub receipt: String,
    /// How the answer is made of what was sent, `;` between the steps.
    pub recipe: String,
}

const COLUMNS: [Column; 15] = [
    column("position", Kind::Whole, "Place of the item in the request, from 1."),
    column("item", Kind::Text, "What the request calls it."),
    column(
        "standing",
        Kind::Code,
        "How it stands to what is held: IDENTICAL, SAME, CONTAINED, DERIVABLE, RELATED, NEW.",
    ),
    column("definition", Kind::Code, "Key of the registered definition that answers it; empty if none does."),
    column("definition_name", Kind::Text, "Name of that definition."),
    column(
        "collection",
        Kind::Code,
        "Key of the collection that asked it of the provider; empty if none did.",
    ),
    column("collection_title", Kind::Text, "Its title."),
    column("owner", Kind::Code, "Code of the body that asked."),
    column("asked_as", Kind::Text, "Places of the items that asked it, `;` between."),
    column("frequency", Kind::Code, "How often it is asked."),
    column("period_start", Kind::Date, "First day of the last period asked for; empty if none is known."),
    column("period_end", Kind::Date, "Last day of that period."),
    column("due_date", Kind::Date, "When that was due."),
    column("receipt", Kind::Code, "yes if there is a receipt that it was sent, no if there is none."),
    column("recipe", Kind::Text, "How the answer is made of what was sent, `;` between the steps."),
];

const TABLE: TableSchema = TableSchema {
    file: "crosswalk.csv",
    about: "One answer to one item of the request.",
    columns: &COLUMNS,
    key: &["position", "definition", "collection"],
    references: &[],
};

/// The lines as CSV.
pub fn to_csv(lines: &[CrosswalkLine]) -> Result<Vec<u8>> {
    let rows = lines.iter().map(|line| {
        let cells: [&str; 14] = [
            &line.item,
            &line.standing,
            &line.definition,
            &line.definition_name,
            &line.collection,
            &line.collection_title,
            &line.owner,
            &line.asked_as,
            &line.frequency,
            &line.period_start,
            &line.period_end,
            &line.due_date,
            &line.receipt,
            &line.recipe,
        ];
        let cells = cells.into_iter().map(ToOwned::to_owned);
        std::iter::once(line.position.to_string()).chain(cells).collect()
    });
    Ok(TABLE.write(rows)?.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_every_column_and_no_formula() {
        let line = CrosswalkLine {
            position: 3,
            item: "=cmd()".into(),
            receipt: "yes".into(),
            recipe: "add up over period".into(),
            ..CrosswalkLine::default()
        };
        let text = String::from_utf8(to_csv(&[line]).unwrap()).unwrap();
        let (header, row) = text.trim_end().split_once("\r\n").unwrap();
        assert_eq!(header.split(',').count(), row.split(',').count());
        assert_eq!(row, "3,'=cmd(),,,,,,,,,,,,yes,add up over period");
    }
}
