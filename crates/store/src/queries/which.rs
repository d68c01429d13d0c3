//! Which versions are meant.

use crate::tables::version;
use onus_domain::{CollectionId, version::VersionState};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// Versions whose states the public sees: they were approved or adopted once.
const PUBLISHED: [VersionState; 6] = [
    VersionState::Approved,
    VersionState::Live,
    VersionState::Suspended,
    VersionState::Expired,
    VersionState::Retired,
    VersionState::Superseded,
];

/// Which versions a query is about.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    /// Those that the public sees.
    Published,
    /// The others.
    Unpublished,
    /// All of a collection.
    Of(&'a CollectionId),
    /// One.
    One(&'a CollectionId, u32),
}

impl Which<'_> {
    /// The condition on a table's columns that name the version.
    pub fn condition<C: ColumnTrait>(self, collection: C, number: C) -> Condition {
        match self {
            Self::Of(id) => Condition::all().add(collection.eq(id.as_str())),
            Self::One(id, of) => {
                Condition::all().add(collection.eq(id.as_str())).add(number.eq(i64::from(of)))
            }
            Self::Published | Self::Unpublished => {
                let versions = version::Entity::find()
                    .select_only()
                    .columns([version::Column::Collection, version::Column::Number])
                    .filter(self.by_state())
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
            Self::Published | Self::Unpublished => self.by_state(),
            Self::Of(_) | Self::One(..) => {
                self.condition(version::Column::Collection, version::Column::Number)
            }
        }
    }

    fn by_state(self) -> Condition {
        let published = PUBLISHED.map(VersionState::as_str);
        Condition::all().add(match self {
            Self::Unpublished => version::Column::State.is_not_in(published),
            _ => version::Column::State.is_in(published),
        })
    }
}
