//! Rows in bulk: few statements however many rows, and never more binds in one than a database takes.

use crate::Tx;
use onus_domain::Result;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IdenStatic, IntoActiveModel, Iterable, ModelTrait,
    PrimaryKeyToColumn, QueryFilter, QueryTrait, Select,
    sea_query::{Expr, OnConflict},
};

/// Binds in one statement: SQLite takes 32,766, PostgreSQL 65,535.
const MAX_BINDS: usize = 30_000;
/// Rows in one INSERT. More make the statement slower to prepare than they save round trips; a fixed number makes most statements of
/// an import the same text, so that they are prepared once.
const MAX_ROWS: usize = 250;
/// Keys in one WHERE: SQLite refuses expressions deeper than 1,000.
const MAX_KEYS: usize = 200;

fn primary_key<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column)
}

/// Columns that are not in the key.
fn others<E: EntityTrait>() -> impl Iterator<Item = E::Column> {
    let key: Vec<_> = primary_key::<E>().map(|column| column.as_str()).collect();
    E::Column::iter().filter(move |column| !key.contains(&column.as_str()))
}

/// The condition that a row has the key of one of `rows`.
fn keys_of<E: EntityTrait>(rows: &[E::Model]) -> Condition {
    rows.iter().fold(Condition::any(), |any, row| {
        let same =
            primary_key::<E>().fold(Condition::all(), |all, column| all.add(column.eq(row.get(column))));
        any.add(same)
    })
}

impl Tx {
    /// The rows of a selection.
    pub(crate) async fn select<E: EntityTrait>(&self, select: Select<E>) -> Result<Vec<E::Model>> {
        select.all(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// The one row of a selection, if there is any.
    pub(crate) async fn select_one<E: EntityTrait>(&self, select: Select<E>) -> Result<Option<E::Model>> {
        select.one(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// The rows of a selection of some columns.
    pub(crate) async fn select_as<E: EntityTrait, T: FromQueryResult + Send + Sync>(
        &self,
        select: Select<E>,
    ) -> Result<Vec<T>> {
        select.into_model::<T>().all(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// The values of a selection of one column.
    pub(crate) async fn select_column<E: EntityTrait>(&self, select: Select<E>) -> Result<Vec<String>> {
        select.into_tuple::<String>().all(self.db()).await.map_err(|error| self.fail(&error))
    }

    /// Rows held under the keys of `rows`.
    pub(crate) async fn held<E: EntityTrait>(&self, rows: &[E::Model]) -> Result<Vec<E::Model>> {
        if rows.len() > MAX_KEYS {
            return self.select(E::find()).await;
        }
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.select(E::find().filter(keys_of::<E>(rows))).await
    }

    /// Inserts rows whose keys are new.
    pub(crate) async fn insert<E>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        self.insert_or::<E>(rows, None).await
    }

    /// Inserts rows; those whose key is held already take the place of what is held.
    pub(crate) async fn insert_or_replace<E>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let replace = OnConflict::columns(primary_key::<E>()).update_columns(others::<E>()).to_owned();
        self.insert_or::<E>(rows, Some(replace)).await
    }

    /// Inserts rows; those whose key is held already are passed over.
    pub(crate) async fn insert_missing<E>(&self, rows: Vec<E::Model>) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let pass = OnConflict::columns(primary_key::<E>()).do_nothing().to_owned();
        self.insert_or::<E>(rows, Some(pass)).await
    }

    async fn insert_or<E>(&self, rows: Vec<E::Model>, on_conflict: Option<OnConflict>) -> Result<()>
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
    {
        let columns = E::Column::iter().count().max(1);
        let most = (MAX_BINDS / columns).min(MAX_ROWS);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<_> = rows.by_ref().take(most).map(IntoActiveModel::into_active_model).collect();
            let binds = some.len() * columns;
            let insert = E::insert_many(some);
            let done = match &on_conflict {
                Some(on_conflict) => {
                    let insert = insert.on_conflict(on_conflict.clone());
                    insert.exec_without_returning(self.db()).await.map(|_| ())
                }
                None => self.db().insert(insert.into_query(), binds).await,
            };
            done.map_err(|error| self.fail(&error))?;
        }
        Ok(())
    }

    /// Writes all of a row over the one held under its key, if that one is as `also` says; answers how many that were.
    pub(crate) async fn update_row<E: EntityTrait>(&self, row: &E::Model, also: Expr) -> Result<u64> {
        let update = others::<E>().fold(E::update_many(), |update, column| {
            update.col_expr(column, column.save_as(Expr::val(row.get(column))))
        });
        let held = Condition::all().add(keys_of::<E>(std::slice::from_ref(row))).add(also);
        let done = update.filter(held).exec(self.db()).await.map_err(|error| self.fail(&error))?;
        Ok(done.rows_affected)
    }

    /// Deletes the rows held under the keys of `rows`.
    pub(crate) async fn delete_rows<E: EntityTrait>(&self, rows: &[E::Model]) -> Result<()> {
        for some in rows.chunks(MAX_KEYS) {
            self.delete::<E>(keys_of::<E>(some)).await?;
        }
        Ok(())
    }

    /// Deletes rows, and answers how many there were.
    pub(crate) async fn delete<E: EntityTrait>(&self, which: Condition) -> Result<u64> {
        let done = E::delete_many().filter(which).exec(self.db()).await.map_err(|error| self.fail(&error))?;
        Ok(done.rows_affected)
    }
}
