//! Domain types that are one row each, and what is done with every such type.

use crate::Tx;
use onus_domain::{Error, Result};
use sea_orm::{EntityTrait, IntoActiveModel, Select};
use std::cmp::Ordering;

/// A domain type that is one row of one table.
pub(crate) trait Stored: Clone + PartialEq + Sized {
    /// Its table.
    type Entity: EntityTrait<Model: IntoActiveModel<<Self::Entity as EntityTrait>::ActiveModel>>;
    /// What it is called.
    const KIND: &'static str;

    /// Its row.
    fn to_row(&self) -> Result<<Self::Entity as EntityTrait>::Model>;

    /// What a row says.
    fn of_row(row: <Self::Entity as EntityTrait>::Model) -> Result<Self>;

    /// By key.
    fn by_key(&self, other: &Self) -> Ordering;

    /// Name of the resource.
    fn name(&self) -> String;
}

/// Rows of a type that is one row.
pub(crate) type RowOf<T> = <<T as Stored>::Entity as EntityTrait>::Model;

/// What an upsert did, by place in the list given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upserted {
    /// Were not there.
    pub added: Vec<usize>,
    /// Were there and said something else.
    pub changed: Vec<usize>,
    /// Were there as given: nothing was written.
    pub unchanged: Vec<usize>,
}

fn to_rows<'a, T: Stored + 'a>(list: impl IntoIterator<Item = &'a T>) -> Result<Vec<RowOf<T>>> {
    list.into_iter().map(T::to_row).collect()
}

/// What rows say, by key.
pub(crate) fn of_rows<T: Stored>(rows: Vec<RowOf<T>>) -> Result<Vec<T>> {
    let mut list = rows.into_iter().map(T::of_row).collect::<Result<Vec<T>>>()?;
    list.sort_unstable_by(T::by_key);
    Ok(list)
}

fn find<'a, T: Stored>(sorted: &'a [T], one: &T) -> Option<&'a T> {
    sorted.binary_search_by(|held| held.by_key(one)).ok().and_then(|at| sorted.get(at))
}

impl Tx {
    /// All, by key.
    pub(crate) async fn all<T: Stored>(&self) -> Result<Vec<T>> {
        self.list(T::Entity::find()).await
    }

    /// Some, by key.
    pub(crate) async fn list<T: Stored>(&self, select: Select<T::Entity>) -> Result<Vec<T>> {
        of_rows(self.select(select).await?)
    }

    /// One, if there is any.
    pub(crate) async fn one<T: Stored>(&self, select: Select<T::Entity>) -> Result<Option<T>> {
        self.select_one(select).await?.map(T::of_row).transpose()
    }

    /// Those held under the keys of `list`, or more; by key.
    pub(crate) async fn held_of<T: Stored>(&self, list: &[T]) -> Result<Vec<T>> {
        of_rows(self.held::<T::Entity>(&to_rows(list)?).await?)
    }

    /// Inserts what is new; refuses all if the key of one is held, or given twice.
    ///
    /// It does not look first: keys are new nearly always, and the database refuses others. Then the work is run again, and looks.
    pub(crate) async fn insert_new<T: Stored>(&self, list: &[T]) -> Result<()> {
        if self.looks_first() {
            self.see_that_new(list).await?;
        }
        self.insert::<T::Entity>(to_rows(list)?).await
    }

    /// Names the first that is held, or given twice.
    async fn see_that_new<T: Stored>(&self, list: &[T]) -> Result<()> {
        let held = self.held_of(list).await?;
        let mut sorted: Vec<&T> = list.iter().collect();
        sorted.sort_by(|a, b| a.by_key(b));
        let twice = sorted.windows(2).find(|pair| pair[0].by_key(pair[1]).is_eq()).map(|pair| pair[0]);
        match list.iter().find(|one| find(&held, *one).is_some()).or(twice) {
            Some(there) => Err(Error::AlreadyExists { kind: T::KIND, name: there.name() }),
            None => Ok(()),
        }
    }

    /// Inserts what is not held and changes what is held otherwise. Of several with one key the last counts.
    pub(crate) async fn upsert<T: Stored>(&self, list: &[T]) -> Result<Upserted> {
        let held = self.held_of(list).await?;
        let mut upserted = Upserted::default();
        let mut written: Vec<&T> = Vec::new();
        for (at, one) in list.iter().enumerate() {
            match find(&held, one) {
                Some(held) if held == one => upserted.unchanged.push(at),
                Some(_) => {
                    upserted.changed.push(at);
                    written.push(one);
                }
                None => {
                    upserted.added.push(at);
                    written.push(one);
                }
            }
        }
        self.insert_or_replace::<T::Entity>(to_rows(last_of_each(written))?).await?;
        Ok(upserted)
    }

    /// Makes `list` all there is, writing only what differs from what is held.
    pub(crate) async fn replace_all<T: Stored>(&self, list: &[T]) -> Result<()> {
        self.replace(&self.all::<T>().await?, list).await
    }

    /// Makes `list` what there is in place of what is `held`, by key, writing only what differs.
    pub(crate) async fn replace<T: Stored>(&self, held: &[T], list: &[T]) -> Result<()> {
        let mut wanted = last_of_each(list.iter().collect());
        let is_wanted = |held: &&T| wanted.binary_search_by(|one| one.by_key(held)).is_err();
        let gone = to_rows(held.iter().filter(is_wanted))?;
        self.delete_rows::<T::Entity>(&gone).await?;
        wanted.retain(|one| find(held, one) != Some(one));
        self.insert_or_replace::<T::Entity>(to_rows(wanted)?).await
    }
}

/// By key, of several with one key the last: one statement cannot write a row twice.
fn last_of_each<T: Stored>(mut list: Vec<&T>) -> Vec<&T> {
    list.reverse();
    list.sort_by(|a, b| a.by_key(b));
    list.dedup_by(|later, kept| later.by_key(kept).is_eq());
    list
}
