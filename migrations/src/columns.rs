//! Kinds of columns and keys that the steps share.

use sea_orm_migration::{
    prelude::{ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IndexCreateStatement},
    schema,
    sea_query::ColumnDef,
};

/// Words of people, codes and identifiers.
pub use schema::{text, text_null};

/// A count or a revision.
pub fn number(name: &'static str) -> ColumnDef {
    schema::big_integer(name)
}

/// A count that may be unknown.
pub fn number_null(name: &'static str) -> ColumnDef {
    schema::big_integer_null(name)
}

/// An exact decimal in ten-thousandths.
pub fn decimal(name: &'static str) -> ColumnDef {
    schema::big_integer(name)
}

/// An exact decimal in ten-thousandths that may be unknown.
pub fn decimal_null(name: &'static str) -> ColumnDef {
    schema::big_integer_null(name)
}

/// A list or set as JSON. Text, so that both databases give back what was written, byte for byte.
pub fn json(name: &'static str) -> ColumnDef {
    text(name)
}

/// A key of several columns.
pub fn key<const N: usize>(columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(column);
    }
    index
}

/// An index for look-ups by `columns`, named after them.
pub fn look_up<const N: usize>(table: &'static str, columns: [&'static str; N]) -> IndexCreateStatement {
    let mut index = key(columns);
    index.name(format!("{table}_by_{}", columns.join("_"))).table(table);
    index
}

/// Columns that name a row of another table; they forbid that it goes while they stand.
pub fn names<const N: usize>(
    (table, columns): (&'static str, [&'static str; N]),
    (of_table, of_columns): (&'static str, [&'static str; N]),
) -> ForeignKeyCreateStatement {
    let mut foreign = ForeignKey::create();
    foreign.name(format!("{table}_{}_fk", columns.join("_")));
    foreign.from_tbl(table).to_tbl(of_table);
    for (column, of_column) in columns.into_iter().zip(of_columns) {
        foreign.from_col(column).to_col(of_column);
    }
    foreign
}

/// Columns that name the row they are a part of; they go when it goes.
pub fn part_of<const N: usize>(
    from: (&'static str, [&'static str; N]),
    of: (&'static str, [&'static str; N]),
) -> ForeignKeyCreateStatement {
    names(from, of).on_delete(ForeignKeyAction::Cascade).to_owned()
}
