//! Which versions are meant.

use crate::tables::version;
use onus_domain::{CollectionId, version::VersionState};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// Which versions a query is about.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    /// Those that the public sees.
    Published,
    /// Every one.
    All,
    /// All of a collection.
    Of(&'a CollectionId),
    /// All of some collections.
    OfSome(&'a [CollectionId]),
    /// One.
    One(&'a CollectionId, u32),
}

impl Which<'_> {
    /// The condition on a table's columns that name the version.
    pub fn condition<C: ColumnTrait>(self, collection: C, number: C) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::Of(id) => Condition::all().add(collection.eq(id.as_str())),
            Self::OfSome(ids) => Condition::all().add(collection.is_in(ids.iter().map(CollectionId::as_str))),
            Self::One(id, of) => {
                Condition::all().add(collection.eq(id.as_str())).add(number.eq(i64::from(of)))
            }
            Self::Published => {
                let versions = version::Entity::find()
                    .select_only()
                    .columns([version::Column::Collection, version::Column::Number])
                    .filter(Self::published())
                    .into_query();
                let named =
                    Expr::tuple([Expr::col(collection.as_column_ref()), Expr::col(number.as_column_ref())]);
                Condition::all().add(named.in_subquery(versions))
            }
        }
    }

    /// The condition on the table of versions itself.
    pub fn of_versions(self) -> Condition {
        match self {
            Self::Published => Self::published(),
            Self::All | Self::Of(_) | Self::OfSome(_) | Self::One(..) => {
                self.condition(version::Column::Collection, version::Column::Number)
            }
        }
    }

    fn published() -> Condition {
        Condition::all()
            .add(version::Column::State.is_in(VersionState::published().map(VersionState::as_str)))
    }
}
