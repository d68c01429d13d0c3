//! The sample registry: real data sets and reports, read into what adoption needs.
//!
//! The files come in two layers. The *source* is data as published (`collections.csv`, `data_elements.jsonl`, …). The *adoption* files
//! beside it hold every judgement that the source leaves open: which data sets are one collection, which subject a section is about,
//! which role an item has, who must answer and how often. Each of their lines gives its reason in plain English, so that a steward
//! can change a judgement without touching code.

mod adoption;
mod definitions;
mod files;
mod grouping;
pub mod illustration;
mod json;
mod organisations;
mod request;
mod roles;
mod source;
mod subjects;

pub use files::Files;

use crate::problems::Problems;
use chrono::NaiveDate;
use onus_domain::{
    CollectionId, OdsCode, Result,
    collection::SectorPath,
    concept::Derivation,
    definition::Definition,
    organisation::{Organisation, Size, Succession},
    subject::Subject,
    version::Content,
};

/// What a registry starts from. Every list is in order of its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Those who ask and those who answer, by code.
    pub organisations: Vec<Organisation>,
    /// By predecessor, successor.
    pub successions: Vec<Succession>,
    /// By organisation, measure, date.
    pub sizes: Vec<Size>,
    /// By key.
    pub subjects: Vec<Subject>,
    /// By key.
    pub definitions: Vec<Definition>,
    /// By key.
    pub collections: Vec<ImportedCollection>,
    /// By from, to. The source states none.
    pub derivations: Vec<Derivation>,
    /// What a reader should know of the import as a whole: how much of it is assumed, what was left out.
    pub notes: Vec<String>,
}

/// A collection that runs in the world, to be adopted.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedCollection {
    /// Its key.
    pub id: CollectionId,
    /// Who asks.
    pub owner: OdsCode,
    /// National or local.
    pub sector_path: SectorPath,
    /// Its key in the source, if it is one there; a family has several.
    pub source_id: Option<String>,
    /// Its versions, first first; the last is in force.
    pub versions: Vec<ImportedVersion>,
}

/// A version of a collection that runs, or ran, in the world.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedVersion {
    /// What it asks, of whom, when and why.
    pub content: Content,
    /// Where it comes from, its licence, and how its dates are known.
    pub evidence: String,
    /// First day in force.
    pub live_from: NaiveDate,
    /// First day no longer in force, if another version took its place.
    pub live_to: Option<NaiveDate>,
}

/// How the source's data sets become collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// As `adoption/families.csv` groups them: parts of one return are sections of one collection.
    Families,
    /// Each data set its own collection, to compare it with the source's own overlap figures.
    OneByOne,
}

/// Reads the files and everything wrong with them. Nothing is answered unless all of them are right.
pub fn read(files: &Files, grouping: Grouping) -> Result<Import> {
    let mut problems = Problems::new();
    let source = source::Source::read(files, &mut problems);
    let adoption = adoption::Adoption::read(files, &mut problems);
    let import = source
        .zip(adoption)
        .map(|(source, adoption)| grouping::import(&source, &adoption, grouping, &mut problems));
    problems.into_result()?;
    import.ok_or_else(|| onus_domain::Error::internal("an import without a problem gave nothing"))
}

#[cfg(test)]
mod tests;
