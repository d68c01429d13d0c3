//! Editions: frozen monthly publications of all figures.

use crate::Month;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A month's publication. It never changes; a correction is a new revision, and both are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The month it is about.
    pub month: Month,
    /// From 1.
    pub revision: u32,
    /// Figures count to the end of this day.
    pub closing_date: NaiveDate,
    /// The registry is taken as it was known at this moment.
    pub known_at: DateTime<Utc>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Why, for a correction.
    pub reason: String,
    /// Its headline figures as one JSON object.
    pub summary: String,
    /// Its files, by path.
    pub files: Vec<EditionFile>,
}

impl Edition {
    /// Its resource name.
    pub fn name(&self) -> String {
        format!("editions/{}/revisions/{}", self.month, self.revision)
    }
}

/// One file of an edition, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionFile {
    /// Path within the edition's folder.
    pub path: String,
    /// Media type.
    pub media_type: String,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}
