//! Rows as the database holds them, one file a table. What they mean is said by the domain types that `crate::queries` makes of them:
//! codes and identifiers are text, decimals are ten-thousandths, lists are JSON.

pub mod answered;
pub mod audit_entry;
pub mod collection;
pub mod concept_member;
pub mod cost_line;
pub mod decision;
pub mod definition;
pub mod definition_match;
pub mod derivation;
pub mod edition;
pub mod edition_file;
pub mod item;
pub mod job;
pub mod organisation;
pub mod publication;
pub mod respondents_rule;
pub mod schedule;
pub mod size;
pub mod statement;
pub mod subject;
pub mod submission;
pub mod succession;
pub mod tariff;
pub mod version;
