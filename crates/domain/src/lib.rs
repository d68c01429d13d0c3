//! The words of Onus: types, identifiers, codes and the rules that always hold.
//!
//! Pure: nothing here reads a clock, a file, a socket or a database. Every other crate speaks in these types.

mod codes;
mod decimal;
mod error;
mod ids;
mod month;

pub mod audit;
pub mod challenge;
pub mod clock;
pub mod collection;
pub mod concept;
pub mod definition;
pub mod display;
pub mod edition;
pub mod item;
pub mod job;
pub mod lifecycle;
pub mod organisation;
pub mod plan;
pub mod reference;
pub mod relation;
pub mod request;
pub mod respondents;
pub mod reuse;
pub mod review;
pub mod role;
pub mod schedule;
pub mod snapshot;
pub mod span;
pub mod statement;
pub mod subject;
pub mod submission;
pub mod version;

pub use codes::{Basis, parse_code};
pub use decimal::Decimal;
pub use error::{Error, Result, Violation, Violations};
pub use ids::{CollectionId, ConceptId, DefinitionId, OdsCode, SubjectId};
pub use month::Month;
