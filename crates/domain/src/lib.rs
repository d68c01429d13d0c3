//! The words of Onus: types, identifiers, codes and the rules that always hold.
//!
//! Pure: nothing here reads a clock, a file, a socket or a database. Every other crate speaks in these types.

mod codes;
mod decimal;
mod error;
mod ids;
mod month;
mod nhs_year;

pub mod account;
pub mod audit;
pub mod challenge;
pub mod clock;
pub mod collection;
pub mod concept;
pub mod consultation;
pub mod definition;
pub mod diff;
pub mod display;
pub mod duplicates;
pub mod edition;
pub mod effect;
pub mod event;
pub mod feedback;
pub mod item;
pub mod job;
pub mod lifecycle;
pub mod light_path;
pub mod merkle;
pub mod organisation;
pub mod plan;
pub mod reference;
pub mod relation;
pub mod renewal;
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
pub mod subscription;
pub mod tariff;
pub mod version;
pub mod working_days;

pub use codes::{Basis, parse_code};
pub use decimal::Decimal;
pub use error::{Error, Result, Violation, Violations};
pub use ids::{AccountId, CollectionId, ConceptId, DefinitionId, OdsCode, SubjectId};
pub use month::Month;
pub use nhs_year::NhsYear;
