//! Definitions: what an item means, registered once.

mod over_time;

pub use over_time::OverTime;

use crate::{DefinitionId, SubjectId, Violation, Violations, codes::codes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// What a definition defines.
    DefinitionKind {
        /// A record-level data element.
        Element,
        /// An indicator with numerator and denominator.
        Metric,
    }
}

codes! {
    /// Registration status as in ISO/IEC 11179.
    RegistrationStatus {
        /// Proposed.
        Candidate,
        /// Complete, not yet a standard.
        Recorded,
        /// The preferred definition.
        Standard,
        /// Replaced; names its successor.
        Superseded,
        /// No longer to be used.
        Retired,
    }
}

/// A version of a definition: what an item means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// Its key.
    pub id: DefinitionId,
    /// Version, from 1.
    pub version: u32,
    /// Element or metric.
    pub kind: DefinitionKind,
    /// Its name.
    pub name: String,
    /// What it means, in the source's words.
    pub text: String,
    /// What is counted above the line (metrics).
    pub numerator: String,
    /// What is counted below the line (metrics).
    pub denominator: String,
    /// What is left out.
    pub exclusions: String,
    /// Unit of the value.
    pub unit: String,
    /// Whom or what it covers.
    pub population: String,
    /// The categories each value is broken down by.
    pub breakdowns: Vec<String>,
    /// The level a value is reported at, such as a record, a site, a provider.
    pub grain: String,
    /// The period a value covers, such as a calendar month.
    pub period_type: String,
    /// Permitted values, code = meaning.
    pub value_set: Vec<PermittedValue>,
    /// Format of a value, such as `an10 CCYY-MM-DD`.
    pub format: String,
    /// Where the definition comes from.
    pub source: String,
    /// What a metric is about. An element takes its subject from the item.
    pub subject: Option<SubjectId>,
    /// Keys in other registries, such as `nhs_data_dictionary`.
    pub external_ids: BTreeMap<String, String>,
    /// Other names it goes by.
    pub aliases: Vec<String>,
    /// Registration status.
    pub status: RegistrationStatus,
    /// The definition that replaces it; needed when superseded.
    pub successor: Option<DefinitionId>,
}

impl Definition {
    /// A definition that says its name and nothing else yet.
    pub fn new(id: DefinitionId, kind: DefinitionKind, name: impl Into<String>) -> Self {
        Self {
            id,
            version: 1,
            kind,
            name: name.into(),
            text: String::new(),
            numerator: String::new(),
            denominator: String::new(),
            exclusions: String::new(),
            unit: String::new(),
            population: String::new(),
            breakdowns: vec![],
            grain: String::new(),
            period_type: String::new(),
            value_set: vec![],
            format: String::new(),
            source: String::new(),
            subject: None,
            external_ids: BTreeMap::new(),
            aliases: vec![],
            status: RegistrationStatus::Candidate,
            successor: None,
        }
    }

    /// What is wrong with it by itself.
    pub fn check(&self, found: &mut Violations) {
        found.require(!self.name.trim().is_empty(), || Violation::new("name", "REQUIRED", "", "a name"));
        found.require(!self.text.trim().is_empty() || !self.numerator.trim().is_empty(), || {
            Violation::new("text", "REQUIRED", "", "what it means, as a text or a numerator")
        });
        for (field, value) in [
            ("name", &self.name),
            ("unit", &self.unit),
            ("grain", &self.grain),
            ("period_type", &self.period_type),
            ("format", &self.format),
        ] {
            found.text(field, value, 400);
        }
        // An indicator may rest on many sources: Fingertips names some in 800 characters.
        found.text("source", &self.source, 4_000);
        for (field, value) in [
            ("text", &self.text),
            ("numerator", &self.numerator),
            ("denominator", &self.denominator),
            ("exclusions", &self.exclusions),
            ("population", &self.population),
        ] {
            found.text(field, value, 20_000);
        }
        for (field, values) in [("breakdowns", &self.breakdowns), ("aliases", &self.aliases)] {
            for (at, value) in values.iter().enumerate() {
                found.text(&format!("{field}[{at}]"), value, 400);
            }
        }
        for (at, value) in self.value_set.iter().enumerate() {
            found.text(&format!("value_set[{at}].code"), &value.code, 400);
            found.text(&format!("value_set[{at}].meaning"), &value.meaning, 4_000);
        }
        for (register, key) in &self.external_ids {
            found.text("external_ids", register, 400);
            found.text(&format!("external_ids[{register}]"), key, 400);
        }
    }

    /// How its values for shorter periods make its value for a longer one.
    pub fn over_time(&self) -> OverTime {
        over_time::of(self)
    }
}

/// One value that answers may take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermittedValue {
    /// The code.
    pub code: String,
    /// What it means.
    pub meaning: String,
}
